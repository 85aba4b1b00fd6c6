//! What a vendor cannot hold is told before anything is sent, and rows that must not lose it are not sent.

use serde_json::{Value, json};

use crate::workdir::{Said, Workdir, target, vendors};

const PEOPLE: &str = "Nom;E-mail;Téléphone;Fax;Notes\n\
    Durand;a@example.fr;+33 1 99 00 12 34;;\n\
    Martin;;+33 1 99 00 12 35;+33 1 99 00 12 36;\n\
    Petit;;+33 1 99 00 12 37;;two words\n";

fn codes(said: &Said) -> Vec<(String, u64, String)> {
    let problems = said.json()["problems"].clone();
    let text = |problem: &Value, name: &str| problem[name].as_str().expect("a text").to_owned();
    let lost = problems
        .as_array()
        .into_iter()
        .flatten()
        .filter(|problem| problem["code"] == "value.lost")
        .map(|problem| {
            let row = problem["row"].as_u64().expect("a row");
            (text(problem, "field"), row, text(problem, "column"))
        });
    lost.collect()
}

#[test]
fn rows_that_lose_what_must_be_kept_are_rejected() {
    let work = Workdir::new();
    work.write("people.csv", PEOPLE);
    let email = ("email.work".to_owned(), 2, "B".to_owned());
    let fax = ("phone.fax".to_owned(), 3, "D".to_owned());
    let note = ("note".to_owned(), 4, "E".to_owned());
    for (vendor, keep, wanted) in [
        ("allocloud", "", vec![]),
        ("allocloud", "email", vec![&email]),
        ("allocloud", "phone", vec![]),
        ("covage", "phone,email", vec![&fax]),
        ("covage", "phone.fax", vec![&fax]),
        ("covage", "all", vec![&fax, &note]),
        ("aalam", "all", vec![]),
    ] {
        let arguments = [
            "check",
            "people.csv",
            "--for",
            vendor,
            "--fail-on-loss",
            keep,
            "--output",
            "json",
        ];
        let said = work.rolo(&arguments);
        let told = codes(&said);
        assert_eq!(
            told.iter().collect::<Vec<_>>(),
            wanted,
            "{vendor} {keep}: {said:?}"
        );
        assert_eq!(
            said.code,
            if wanted.is_empty() { 0 } else { 3 },
            "{vendor} {keep}"
        );
        assert_eq!(
            said.json()["totals"]["rejected"],
            json!(wanted.len()),
            "{vendor} {keep}"
        );
    }
    let said = work.rolo(&[
        "check",
        "people.csv",
        "--for",
        "aalam",
        "--fail-on-loss",
        "phones",
    ]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.stderr.contains("unknown field `phones`"), "{said:?}");
}

#[test]
fn an_import_sends_what_loses_nothing_and_says_before_what_the_rest_loses() {
    let running = vendors("limit=off");
    let work = Workdir::new();
    work.write("rolo.toml", target(&running, "allocloud"));
    work.write("people.csv", PEOPLE);
    let said = work.rolo(&[
        "import",
        "people.csv",
        "--to",
        "there",
        "--fail-on-loss",
        "email",
        "--output",
        "json",
    ]);
    let totals = said.json()["totals"].clone();
    assert_eq!(
        (said.code, &totals["created"], &totals["rejected"]),
        (3, &json!(2), &json!(1)),
        "{said:?}"
    );
    assert_eq!(running.records("allocloud").len(), 2);

    let said = work.rolo(&["import", "people.csv", "--to", "there"]);
    assert_eq!(said.code, 0, "{said:?}");
    let note = "note: AlloCloud cannot hold some values: email 1;";
    assert!(said.stderr.contains(note), "{said:?}");
}

#[test]
fn the_matrix_says_what_is_good_repaired_refused_and_lost() {
    let work = Workdir::new();
    work.write(
        "people.csv",
        "Nom;Société;E-mail\nDurand;Exemple;a@example.fr\nMartin;A & B;m@example.fr\n",
    );
    let arguments = [
        "check",
        "people.csv",
        "--for",
        "allocloud",
        "--for",
        "covage",
        "--for",
        "aalam",
        "--for",
        "sonar",
        "--for",
        "orzame",
    ];
    let said = work.rolo(&arguments);
    let table: Vec<Vec<&str>> = said
        .stdout
        .lines()
        .skip_while(|line| !line.trim_start().starts_with("allocloud"))
        .take_while(|line| !line.is_empty())
        .map(|line| line.split_whitespace().collect())
        .collect();
    let wanted: [&[&str]; 9] = [
        &["allocloud", "covage", "aalam", "sonar", "orzame"],
        &["ok", "1", "2", "2", "0", "0"],
        &["fixed", "0", "0", "0", "0", "0"],
        &["rejected", "1", "0", "0", "2", "2"],
        &["skipped", "0", "0", "0", "0", "0"],
        &["read", "2", "2", "2", "2", "2"],
        &["values", "lost"],
        &["company", "-", "2", "-", "2", "2"],
        &["email", "2", "-", "-", "-", "-"],
    ];
    assert_eq!(table, wanted, "{said:?}");
    assert!(
        said.stdout
            .lines()
            .take(12)
            .all(|line| line.chars().count() <= 80),
        "{said:?}"
    );

    let mut json = vec![
        "check",
        "people.csv",
        "--for",
        "allocloud",
        "--for",
        "covage",
    ];
    json.extend(["--set", "company=strip", "--output", "json"]);
    // A switch that one of them does not have is an error, so each is set for one alone.
    assert_eq!(work.rolo(&json).code, 2);
    work.write(
        "rolo.toml",
        "[targets.a]\nvendor = \"allocloud\"\n[targets.a.switches]\ncompany = \"strip\"\n",
    );
    let said = work.rolo(&[
        "check",
        "people.csv",
        "--for",
        "a",
        "--for",
        "covage",
        "--output",
        "json",
    ]);
    let matrix = said.json()["matrix"].clone();
    let wanted = json!({"target": "a", "loses": {"email": 2}, "ok": 1, "fixed": 1, "rejected": 0, "skipped": 0, "read": 2});
    assert_eq!(matrix[0], wanted, "{said:?}");
}
