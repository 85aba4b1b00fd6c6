//! `rolo convert`, as a person runs it: what comes out of a file, whatever it is called.

use serde_json::Value;

use crate::workdir::{Said, Workdir, sample};

/// Converts a file to neutral contacts; gives what the program said, and the contacts.
fn converted(work: &Workdir, file: &str, arguments: &[&str]) -> (Said, Vec<Value>) {
    let mut all = vec!["convert", file, "-o", "out.ndjson", "--output", "json"];
    all.extend(arguments);
    let said = work.rolo(&all);
    let lines = if work.path("out.ndjson").exists() {
        work.read("out.ndjson")
    } else {
        String::new()
    };
    let contacts = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("a JSON object a line"))
        .collect();
    (said, contacts)
}

#[test]
fn every_row_is_written_and_counted_those_with_problems_too() {
    let work = Workdir::new();
    let (said, contacts) = converted(&work, &sample("messy.csv"), &["--region", "FR"]);
    let document = said.json();
    let count = |name: &str| document["totals"][name].as_u64().expect("a number");
    assert_eq!(count("read"), contacts.len() as u64);
    assert_eq!(count("read"), count("valid") + count("rejected"));
    assert!(count("rejected") > 0 && said.code == 3, "{said:?}");
    assert_eq!(document["target"], "ndjson");
    assert_eq!(document["run"], Value::Null);
    let short = contacts
        .iter()
        .find(|contact| contact["row"] == 5)
        .expect("row 5 is written");
    let kept = short["custom"].to_string();
    assert!(kept.contains("0612") || kept.contains("0199"), "{short}");
    assert!(short.get("note").is_none_or(|note| note != ""), "{short}");
}

#[test]
fn the_output_says_its_format_by_its_ending() {
    let work = Workdir::new();
    let said = work.rolo(&["convert", &sample("contacts.csv"), "-o", "out.doc"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains(".ndjson"), "{said:?}");
    assert!(!work.path("out.doc").exists());
}

#[test]
fn a_sibling_column_says_what_a_value_is_for() {
    let work = Workdir::new();
    let sheet = "Name,Phone 1 - Type,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - Label,Address 1 - City,\
                 Address 2 - Label,Address 2 - City\n\
                 Anne Durand,Mobile,+33639980012 ::: +33639980013,Atelier,+33199001234,Home,Lille,Work,Paris\n\
                 Jean Petit,* Work Fax,+33199001235,,,,Lyon,,\n";
    work.write("google.csv", sheet);
    let (said, contacts) = converted(&work, "google.csv", &[]);
    assert_eq!(said.code, 0, "{said:?}");
    let phones = |contact: &Value| -> Vec<String> {
        let phones = contact["phones"].as_array().expect("phones").iter();
        let shown =
            |phone: &Value| format!("{} {}", phone["kind"], phone["number"]).replace('"', "");
        phones.map(shown).collect()
    };
    assert_eq!(
        phones(&contacts[0]),
        [
            "mobile +33639980012",
            "mobile +33639980013",
            "other +33199001234"
        ]
    );
    assert_eq!(contacts[0]["custom"]["Phone 2 - Label"], "Atelier");
    assert_eq!(contacts[0]["addresses"][0]["kind"], "home");
    assert_eq!(contacts[0]["addresses"][1]["city"], "Paris");
    assert_eq!(phones(&contacts[1]), ["fax +33199001235"]);
}

#[test]
fn a_sheet_without_a_header_loses_no_row() {
    let work = Workdir::new();
    work.write(
        "bare.csv",
        "Exemple SA;France\nModèle Sarl;France\nAutre;Belgique\n",
    );
    let (_, contacts) = converted(&work, "bare.csv", &[]);
    assert_eq!(contacts.len(), 3);
    work.write("bare.csv", "Anne;anne@example.fr\nJean;jean@example.fr\n");
    let (said, contacts) = converted(&work, "bare.csv", &[]);
    assert_eq!(contacts[0]["emails"][0]["address"], "anne@example.fr");
    assert_eq!(said.json()["source"]["header_row"], Value::Null);
    let twelve = "7,Anne Durand,Compta,anne@example.fr,0199001234,12,,0639980012,,\"2,3\",,\n\
                  8,Jean Petit,,,0199001235,,,,,,,\n";
    work.write("twelve.csv", twelve);
    let (_, contacts) = converted(&work, "twelve.csv", &["--region", "FR"]);
    assert_eq!(contacts[0]["parent"], "7");
    assert_eq!(contacts[0]["phones"][0]["extension"], "12");
    assert_eq!(contacts[0]["mail_categories"], serde_json::json!([2, 3]));
}

#[test]
fn a_mapping_is_written_kept_and_held_to() {
    let work = Workdir::new();
    work.write("book.csv", "N°,Nom,Tél,VIP\n1,Anne Durand,0199001234,Oui\n1,Anne Durand,0639980012,Oui\n2,Jean Petit,,Non\n");
    let said = work.rolo(&["map", "book.csv", "-o", "mapping.toml"]);
    assert_eq!(said.code, 0, "{said:?}");
    let file = work.read("mapping.toml");
    let file = file
        .replace("take = \"custom:N°\"", "take = \"key\"")
        .replace("take = \"custom:VIP\"", "take = \"primary\"")
        .replace(
            "header = true",
            "header = true\nmerge_by = \"N°\"\nconstants = { \"custom:Source\" = \"fair\" }",
        );
    work.write("mapping.toml", file);
    let (said, contacts) = converted(
        &work,
        "book.csv",
        &["--mapping", "mapping.toml", "--region", "FR"],
    );
    assert_eq!((said.code, contacts.len()), (0, 2), "{said:?}");
    assert_eq!(contacts[0]["key"], "1");
    assert_eq!(contacts[0]["phones"].as_array().map(Vec::len), Some(2));
    assert_eq!(contacts[0]["primary"], true);
    assert_eq!(contacts[1]["custom"]["Source"], "fair");
    assert_eq!(contacts[1]["row"], 4);
    let problems = |said: &Said| -> Vec<(Value, Value, Value)> {
        let document = said.json();
        let problems = document["problems"].as_array().expect("a list").iter();
        problems
            .map(|one| {
                (
                    one["code"].clone(),
                    one["row"].clone(),
                    one["found"].clone(),
                )
            })
            .collect()
    };
    let told = |code: &str, row: u64, found: &str| (code.into(), row.into(), found.into());
    assert!(
        problems(&said).contains(&told("row.merged", 2, "rows 2, 3")),
        "{said:?}"
    );

    // Rows of one contact that stand apart are no second contact.
    let apart = "N°,Nom,Tél,VIP\n1,Anne Durand,0199001234,Oui\n2,Jean Petit,,Non\n1,Anne Durand,0639980012,Oui\n";
    work.write("book.csv", apart);
    let (said, _) = converted(
        &work,
        "book.csv",
        &["--mapping", "mapping.toml", "--region", "FR"],
    );
    assert_eq!(said.code, 3, "{said:?}");
    assert!(
        problems(&said).contains(&told("row.apart", 4, "1")),
        "{said:?}"
    );

    work.write(
        "book.csv",
        "N°,Nom,Téléphone,VIP\n1,Anne Durand,0199001234,Oui\n",
    );
    let drifted = work.rolo(&[
        "convert",
        "book.csv",
        "-o",
        "x.csv",
        "--mapping",
        "mapping.toml",
    ]);
    assert_eq!(drifted.code, 4, "{drifted:?}");
    assert!(
        drifted.stderr.contains("`Tél` is now `Téléphone`"),
        "{drifted:?}"
    );
}

#[test]
fn what_a_spreadsheet_broke_is_repaired_told_and_left_alone_when_asked() {
    let work = Workdir::new();
    let sheet = "Nom,Mobile,CP,Pays,Ville\n\
                 SociÃ©tÃ© SciÃ©rie,639980012,1000,France,Bourg\n\
                 Anne Roy,'0639980013,75001.0,,Paris\n\
                 Jan Peeters,\"1,99001214E+08\",1000,Belgique,Bruxelles\n\
                 Zoé Petit,3.36E+10,1000,,\n";
    work.write("broken.csv", sheet);
    let (said, contacts) = converted(&work, "broken.csv", &["--region", "FR"]);
    let number = |place: usize| contacts[place]["phones"][0]["number"].clone();
    let code = |place: usize| contacts[place]["addresses"][0]["postal_code"].clone();
    assert_eq!(
        (number(0), number(1), number(2)),
        (
            "+33639980012".into(),
            "+33639980013".into(),
            "+33199001214".into()
        )
    );
    assert_eq!(
        (code(0), code(1), code(2), code(3)),
        ("01000".into(), "75001".into(), "1000".into(), "1000".into())
    );
    assert_eq!(contacts[0]["addresses"][0]["country"], "FR");
    let document = said.json();
    let problems = document["problems"].as_array().expect("a list");
    let fix = problems
        .iter()
        .find(|p| p["code"] == "phone.restored" && p["row"] == 2)
        .expect("told");
    assert_eq!(
        (&fix["found"], &fix["suggestion"]),
        (&"639980012".into(), &"+33639980012".into())
    );
    let garbled = problems
        .iter()
        .find(|p| p["code"] == "text.mojibake")
        .expect("told");
    assert_eq!(garbled["suggestion"], "Société Sciérie");
    assert!(
        problems
            .iter()
            .any(|p| p["code"] == "phone.scientific" && p["row"] == 5),
        "{said:?}"
    );

    let (said, contacts) = converted(&work, "broken.csv", &["--region", "FR", "--no-repair"]);
    assert_eq!(said.code, 3);
    assert!(contacts[0].get("phones").is_none() && contacts[0]["custom"]["Mobile"] == "639980012");
    assert_eq!(contacts[0]["addresses"][0]["postal_code"], "1000");
}

#[test]
fn a_hostile_workbook_takes_only_its_child_down() {
    use std::io::Write as _;
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut bomb = zip::ZipWriter::new(&mut bytes);
    let options = zip::write::SimpleFileOptions::default();
    bomb.start_file("xl/workbook.xml", options).expect("memory");
    bomb.write_all(&vec![b' '; 40 << 20]).expect("memory");
    bomb.finish().expect("memory");
    let work = Workdir::new();
    work.write("bomb.xlsx", bytes.into_inner());
    let (said, _) = converted(&work, "bomb.xlsx", &[]);
    assert_eq!(said.code, 4, "{said:?}");
    assert!(said.stderr.contains("times its size"), "{said:?}");
    // A cell in the last row and the last column that a file can name: the library asks for 100 GB.
    let mut far = std::fs::read(sample("before-2007.xls")).expect("a sample");
    let number = [0x03, 0x02, 14, 0];
    let place = far.windows(4).position(|bytes| bytes == number);
    let place = place.expect("it holds a number") + 4;
    far[place..place + 4].fill(0xff);
    work.write("far.xls", far);
    let (said, _) = converted(&work, "far.xls", &[]);
    assert_eq!(said.code, 4, "{said:?}");
    assert!(said.stderr.contains("more memory"), "{said:?}");
}

#[test]
fn payloads_are_written_as_an_import_would_send_them() {
    let work = Workdir::new();
    let sheet = "First name,Last name,Phone,Email,Account,City\nAnne,Durand,01 99 00 12 34,anne@example.com,7,Lille\n\
                 Jean,Petit,0199,jean-at-example.com,8,\nAnne,Durand,01 99 00 12 34,anne@example.com,7,Lille\n";
    work.write("people.csv", sheet);
    let of = |vendor: &str| {
        let file = format!("{vendor}.ndjson");
        let arguments = [
            "convert",
            "people.csv",
            "--for",
            vendor,
            "-o",
            &file,
            "--region",
            "FR",
            "--output",
            "json",
        ];
        let said = work.rolo(&arguments);
        let lines = work.read(&file);
        let lines: Vec<Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        (said, lines)
    };
    let (said, lines) = of("covage");
    let expected = serde_json::json!({
        "first_name": "Anne", "last_name": "Durand", "phone_number": "0199001234", "cell_phone_number": "",
        "email": "anne@example.com",
    });
    assert_eq!((lines, said.code), (vec![expected], 3), "{said:?}");
    let document = said.json();
    let totals = &document["totals"];
    assert_eq!(
        (&totals["valid"], &totals["rejected"], &totals["skipped"]),
        (&1.into(), &1.into(), &1.into())
    );
    assert_eq!(document["target"], "covage");
    assert!(
        document["losses"]["address"].as_u64() > Some(0),
        "{document}"
    );
    // What hangs under another record is sent to a path that names it.
    let (said, lines) = of("orzame");
    assert_eq!(lines[0]["name"], "Anne Durand");
    assert!(
        said.json()["source"]["notes"]
            .to_string()
            .contains("parent"),
        "{said:?}"
    );
    // A second request of the same contact is no second line.
    let (_, lines) = of("aalam");
    assert_eq!(
        (&lines[0]["last_name"], &lines[0]["address.city"]),
        (&"Durand".into(), &"Lille".into())
    );
}

#[test]
fn payloads_are_json_only() {
    let work = Workdir::new();
    let said = work.rolo(&[
        "convert",
        &sample("contacts.csv"),
        "--for",
        "covage",
        "-o",
        "out.csv",
    ]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.stderr.contains(".ndjson") && !work.path("out.csv").exists());
}

#[test]
fn what_a_format_cannot_hold_stands_in_the_document() {
    let work = Workdir::new();
    work.write(
        "people.csv",
        "Name,Email,Login,Password\nAnne Durand,anne@example.com,anne,secret\n",
    );
    let (said, contacts) = converted(
        &work,
        "people.csv",
        &[
            "--column",
            "Login=portal.username",
            "--column",
            "Password=portal.password",
        ],
    );
    assert_eq!(contacts.len(), 1, "{said:?}");
    assert_eq!(
        said.json()["losses"],
        serde_json::json!({"portal": 1}),
        "{said:?}"
    );
}
