//! `rolo import` as a person runs it, against vendors over HTTP.

use std::collections::BTreeSet;

use rolo::sandbox::{Running, VENDORS};
use serde_json::{Value, json};

use crate::known::Known;
use crate::person::{self, texts};
use crate::workdir::{Said, Workdir, sample, target, vendors};

fn holds(record: &Value, wanted: &[&str]) -> bool {
    let texts = texts(record);
    wanted.iter().all(|text| texts.contains(*text))
}

fn ready(vendor: &str, faults: &str) -> (Workdir, Running) {
    let (work, running) = (Workdir::new(), vendors(faults));
    work.write("rolo.toml", target(&running, vendor));
    (work, running)
}

fn import(work: &Workdir, sheet: &str, more: &[&str]) -> Said {
    let mut arguments = vec![
        "import", sheet, "--to", "there", "--report", "report", "--output", "json",
    ];
    arguments.extend(more);
    work.rolo(&arguments)
}

/// How many requests have written something.
fn writes(running: &Running, vendor: &str) -> usize {
    let seen = running.requests(vendor);
    seen.iter()
        .filter(|seen| seen.applied && seen.method != "GET")
        .count()
}

/// A sheet of so many people.
fn people(count: usize) -> String {
    let row = |n: usize| {
        format!(
            "K{n},Anne,Durand{n},a{n}@example.fr,+33 1 99 00 {:02} {:02}\n",
            n / 100,
            n % 100
        )
    };
    let rows: String = (0..count).map(row).collect();
    format!("Identifiant,Prénom,Nom,E-mail,Téléphone\n{rows}")
}

fn totals(said: &Said) -> Value {
    said.json()["totals"].clone()
}

#[test]
fn eight_people_reach_every_vendor_and_the_second_run_writes_nothing() {
    for &vendor in VENDORS {
        let (work, running) = ready(vendor, "limit=off");
        let first = import(&work, &sample("eight.csv"), &[]);
        let records = running.records(vendor);
        let refused: Vec<_> = running
            .requests(vendor)
            .into_iter()
            .filter(|seen| seen.status.is_none_or(|status| status >= 400))
            .collect();
        assert_eq!(
            refused,
            [],
            "{vendor}: every request is one that the vendor takes"
        );
        let counted = totals(&first);
        assert_eq!(counted["created"], records.len(), "{vendor}: {first:?}");
        assert_eq!(
            counted["created"].as_u64().unwrap_or(0) + counted["rejected"].as_u64().unwrap_or(0),
            8,
            "{vendor}: {first:?}"
        );
        assert_eq!(
            first.code,
            if counted["rejected"] == 0 { 0 } else { 3 },
            "{vendor}"
        );
        let without_number = records
            .iter()
            .find(|record| holds(record, &["de La Fontaine"]));
        let joined = records
            .iter()
            .find(|record| holds(record, &["Jean-Baptiste de La Fontaine"]));
        assert!(without_number.or(joined).is_some(), "{vendor}: {records:?}");

        let before = writes(&running, vendor);
        let second = import(&work, &sample("eight.csv"), &[]);
        assert_eq!(
            totals(&second)["unchanged"],
            counted["created"],
            "{vendor}: {second:?}"
        );
        assert_eq!(
            writes(&running, vendor),
            before,
            "{vendor}: nothing at all was written"
        );
        assert_eq!(running.records(vendor), records);
    }
}

/// Whether all that is wanted stands in a record.
fn says(record: &Value, wanted: &Value) -> bool {
    match wanted {
        Value::Object(members) => members
            .iter()
            .all(|(name, value)| says(&record[name], value)),
        value => record == value,
    }
}

#[test]
fn the_right_values_stand_in_the_right_places() {
    for &vendor in VENDORS {
        let known = Known::of(vendor);
        let wanted = known.karim();
        let (work, running) = ready(vendor, "limit=off");
        import(&work, &sample("eight.csv"), &known.any_company());
        let records = running.records(vendor);
        let karim = records.iter().find(|record| says(record, &wanted));
        assert!(karim.is_some(), "{vendor}: {records:#?}");
        if vendor == "aalam" {
            let note = records
                .iter()
                .find(|record| record["first_name"] == "Inès")
                .expect("her");
            assert_eq!(note["other_info"], "Première ligne\nDeuxième ligne");
            assert!(holds(
                karim.expect("him"),
                &["Haddad & Fils", "+33465710004", "+33536490004", "Nice"]
            ));
        }
    }
}

#[test]
fn a_company_with_an_ampersand_is_refused_here_or_cleaned_as_told() {
    let (work, running) = ready("allocloud", "limit=off");
    let said = import(&work, &sample("eight.csv"), &[]);
    let problems = said.json()["problems"].clone();
    let ampersand = problems
        .as_array()
        .expect("a list")
        .iter()
        .find(|p| p["row"] == 6)
        .expect("row 6");
    assert_eq!(ampersand["code"], "allocloud.company-not-alphanumeric");
    assert_eq!(
        (&ampersand["column"], &ampersand["suggestion"]),
        (&json!("C"), &json!("HaddadFils"))
    );
    assert_eq!(running.records("allocloud").len(), 2);

    let said = import(
        &work,
        &sample("eight.csv"),
        &["--set", "company=transliterate"],
    );
    said.expect(0).totals(&[("created", 6)]);
    let records = running.records("allocloud");
    assert!(
        records
            .iter()
            .any(|record| holds(record, &["HaddadFils", "Karim"])),
        "{records:?}"
    );
    assert!(
        records
            .iter()
            .any(|record| holds(record, &["CreperiedelIle"])),
        "{records:?}"
    );
}

#[test]
fn a_changed_row_changes_one_record() {
    for &vendor in VENDORS {
        let (work, running) = ready(vendor, "limit=off");
        work.write("people.csv", people(5));
        import(&work, "people.csv", &[]);
        let before = running.records(vendor);
        work.write("people.csv", people(5).replace("Durand3", "Martin"));
        let said = import(&work, "people.csv", &[]);
        let counted = totals(&said);
        assert_eq!(
            (&counted["updated"], &counted["unchanged"]),
            (&json!(1), &json!(4)),
            "{vendor}: {said:?}"
        );
        let after = running.records(vendor);
        assert_eq!(after.len(), 5);
        let changed = before
            .iter()
            .zip(&after)
            .filter(|(before, after)| before != after)
            .count();
        assert_eq!(changed, 1, "{vendor}");
        assert!(
            after
                .iter()
                .any(|record| texts(record).iter().any(|text| text.contains("Martin")))
        );
    }
}

/// How many records say the name of one of so many people; each must be there once.
fn copies(running: &Running, vendor: &str, count: usize) -> Vec<usize> {
    let records: Vec<BTreeSet<String>> = running.records(vendor).iter().map(texts).collect();
    let named = |n: usize| {
        let names = [format!("Durand{n}"), format!("Anne Durand{n}")];
        records
            .iter()
            .filter(|texts| names.iter().any(|name| texts.contains(name)))
            .count()
    };
    (0..count).map(named).collect()
}

/// The names that a row may have at a vendor.
fn names(row: u64) -> Vec<String> {
    let n = row - 2;
    vec![format!("Durand{n}"), format!("Anne Durand{n}")]
}

/// After an import of so many rows, each is there once or its row is in doubt; once a person has looked, each is there.
fn all_there(work: &Workdir, running: &Running, vendor: &str, (rows, mut said): (usize, Said)) {
    let run = said.json()["run"].as_str().expect("an id").to_owned();
    for _ in 0..10 {
        let there = copies(running, vendor, rows);
        assert!(
            there.iter().all(|copies| *copies <= 1),
            "{vendor}: {there:?}"
        );
        if said.code != 10 {
            break;
        }
        person::decides((work, running, vendor), (&run, "report"), names);
        let resume = ["resume", &run, "--settle-after", "0", "--output", "json"];
        said = work.rolo(&[&resume[..], &["--report", "report"]].concat());
    }
    assert!([0, 9].contains(&said.code), "{vendor}: {said:?}");
    assert_eq!(copies(running, vendor, rows), vec![1; rows], "{vendor}");
}

#[test]
fn lost_answers_are_looked_up_and_nothing_is_made_twice() {
    for &vendor in VENDORS {
        let faults = "limit=off,drop_after=12%,drop_before=8%,500=3%,500_after=5%,seed=11";
        let (work, running) = ready(vendor, faults);
        work.write("people.csv", people(60));
        let said = import(&work, "people.csv", &["--settle-after", "0"]);
        let results = work.read("report/results.csv");
        assert!(
            results.contains("the answer was lost; the record was found"),
            "{vendor}"
        );
        all_there(&work, &running, vendor, (60, said));
    }
}

#[test]
fn what_cannot_be_told_apart_stays_in_doubt_and_is_not_sent_again() {
    let (work, running) = ready("covage", "limit=off,drop_after=100%,expire=1000");
    // Nothing is answered, so not even the sign-in is: the run ends before it sends a row.
    work.write("people.csv", people(2));
    let said = import(&work, "people.csv", &["--settle-after", "0"]);
    said.expect(5).totals(&[("unsent", 2)]);
    assert_eq!(running.records("covage").len(), 0);
}

#[test]
fn busy_and_broken_vendors_lose_no_row() {
    for &vendor in VENDORS {
        let faults = "limit=off,429=10%,retry_after=0,503=5%,502=3%,504=3%,drop_before=3%,seed=3";
        let (work, running) = ready(vendor, faults);
        work.write("people.csv", people(40));
        let said = import(&work, "people.csv", &["--settle-after", "0"]);
        all_there(&work, &running, vendor, (40, said));
    }
}

#[test]
fn an_expired_token_is_renewed() {
    for vendor in ["allocloud", "covage"] {
        let (work, running) = ready(vendor, "limit=off,expire=7");
        work.write("people.csv", people(40));
        let said = import(&work, "people.csv", &["--concurrency", "1"]);
        said.expect(0).totals(&[("created", 40)]);
        assert_eq!(running.records(vendor).len(), 40);
    }
}

#[test]
fn wrong_credentials_stop_the_run_before_it_burns_the_sheet() {
    for &vendor in VENDORS {
        let (work, running) = ready(vendor, "limit=off");
        let wrong = target(&running, vendor)
            .replace("sandbox-api-key", "wrong")
            .replace("sandbox-token", "wrong")
            .replace("{ env = \"SANDBOX_PASSWORD\" }", "\"wrong\"");
        work.write("rolo.toml", wrong);
        work.write("people.csv", people(30));
        let said = import(&work, "people.csv", &["--concurrency", "1"]);
        said.expect(6).totals(&[("unsent", 30)]);
        assert!(running.requests(vendor).len() <= 2, "{vendor}");
        assert!(said.stderr.contains("hint:"), "{vendor}: {said:?}");
        work.write("rolo.toml", target(&running, vendor));
        let said = import(&work, "people.csv", &[]);
        said.expect(0).totals(&[("created", 30)]);
    }
}

#[test]
fn the_same_refusal_ten_times_stops_the_run_with_the_vendors_words() {
    let (work, running) = ready("aalam", "limit=off");
    work.write("people.csv", people(50));
    let said = import(
        &work,
        "people.csv",
        &["--set", "first_name_key=fist_name", "--concurrency", "1"],
    );
    let counted = totals(&said);
    assert_eq!(
        (said.code, &counted["refused"], &counted["unsent"]),
        (7, &json!(10), &json!(40)),
        "{said:?}"
    );
    assert!(
        said.json()["stopped"]
            .as_str()
            .is_some_and(|why| why.contains("Input data not proper")),
        "{said:?}"
    );
    assert_eq!(running.records("aalam").len(), 0);
}

#[test]
fn a_vendor_that_is_not_there_leaves_every_row_unsent() {
    let work = Workdir::new();
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("a port")
        .port();
    let target = format!(
        "[targets.there]\nvendor = \"aalam\"\nbase_url = \"http://127.0.0.1:{port}\"\ntoken = \"t\"\n"
    );
    work.write("rolo.toml", target);
    work.write("people.csv", people(3));
    let said = import(&work, "people.csv", &["--concurrency", "1"]);
    said.expect(5).totals(&[("unsent", 3)]);
}

#[test]
fn a_second_run_at_the_same_time_is_turned_away() {
    use rolo::ledger::{Given, NewRun, Runs as _, Sqlite};
    use rolo::model::BookId;
    let (work, running) = ready("covage", "limit=off");
    work.write("people.csv", people(1));
    let mut held = Sqlite::open(&work.path("state/rolo/ledger.sqlite3")).expect("a ledger");
    let book = BookId::of("covage", &running.base_url("covage"), "sandbox@example.com");
    let (target, vendor) = ("there".to_owned(), "covage".to_owned());
    let new = NewRun {
        book,
        target,
        vendor,
        command: "import".into(),
        source: json!({}),
        headers: vec![],
        given: Given::default(),
        spec: None,
    };
    let run = held.begin(&new).expect("a run");
    let said = import(&work, "people.csv", &[]);
    assert_eq!(said.code, 11, "{said:?}");
    assert_eq!(running.records("covage").len(), 0);
    held.end(run, 0).expect("ended");
    assert_eq!(import(&work, "people.csv", &[]).code, 0);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_settles_and_can_be_done_again() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let (work, running) = ready("covage", "limit=off");
        work.write("people.csv", people(400));
        let mut child = work
            .command(&[
                "import",
                "people.csv",
                "--to",
                "there",
                "--report",
                "report",
                "--quiet",
                "--rate",
                "50/s",
            ])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("the program starts");
        while running.records("covage").len() < 3 {
            assert!(
                child.try_wait().expect("a child").is_none(),
                "it ended too early"
            );
            std::thread::yield_now();
        }
        let id = child.id().to_string();
        std::process::Command::new("kill")
            .args([signal, &id])
            .status()
            .expect("kill");
        let said = crate::workdir::said(&child.wait_with_output().expect("it ended"));
        assert_eq!(said.code, code, "{said:?}");
        let made = running.records("covage").len();
        assert!((3..400).contains(&made), "{made}");
        let summary: Value = serde_json::from_str(&work.read("report/summary.json")).expect("JSON");
        assert_eq!(summary["totals"]["created"], made);
        assert_eq!(summary["totals"]["unsent"], 400 - made);
        let said = import(&work, "people.csv", &[]);
        assert_eq!(
            (said.code, &totals(&said)["created"]),
            (0, &json!(400 - made)),
            "{said:?}"
        );
        assert_eq!(running.records("covage").len(), 400);
    }
}

#[test]
fn a_dry_run_shows_the_requests_and_sends_none() {
    for &vendor in VENDORS {
        let (work, running) = ready(vendor, "limit=off");
        work.write("people.csv", people(4));
        let said = import(&work, "people.csv", &["--dry-run"]);
        said.expect(0).totals(&[("unsent", 4)]);
        assert_eq!(writes(&running, vendor), 0, "{vendor}");
        let shown = work.read("report/requests.ndjson");
        let requests: Vec<Value> = shown
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        assert_eq!(requests.len(), 4, "{vendor}");
        assert!(
            texts(&requests[3])
                .iter()
                .any(|text| text.contains("Durand3")),
            "{vendor}: {shown}"
        );

        import(&work, "people.csv", &[]);
        let sent: Vec<String> = running
            .requests(vendor)
            .into_iter()
            .filter(|seen| seen.applied)
            .map(|seen| format!("{} {}", seen.method, seen.path))
            .collect();
        let planned: Vec<String> = requests
            .iter()
            .map(|r| {
                format!(
                    "{} {}",
                    r["method"].as_str().unwrap_or(""),
                    r["path"].as_str().unwrap_or("")
                )
            })
            .collect();
        assert_eq!(sent, planned, "{vendor}");
    }
}

#[test]
fn every_row_of_the_report_says_what_became_of_it() {
    let (work, _running) = ready("covage", "limit=off");
    work.write(
        "bad.csv",
        "Nom;Téléphone\nDurand;01 99 00 12 34\nMartin;0612\n",
    );
    let said = import(&work, "bad.csv", &[]);
    assert_eq!(said.code, 3, "{said:?}");
    let results = work.read("report/results.csv");
    let lines: Vec<&str> = results.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(
        lines[1].starts_with("2,created,") && lines[1].ends_with(",Durand,01 99 00 12 34"),
        "{results}"
    );
    assert!(
        lines[2].starts_with("3,rejected,,phone.too-short,"),
        "{results}"
    );
    // The results can be corrected and fed back as they are.
    work.write(
        "corrected.csv",
        results.replace(",0612", ",+33 1 99 00 43 21"),
    );
    let said = import(&work, "corrected.csv", &[]);
    let counted = totals(&said);
    assert_eq!(
        (said.code, &counted["created"], &counted["unchanged"]),
        (0, &json!(1), &json!(1)),
        "{said:?}"
    );
}

#[test]
fn secrets_are_kept_nowhere() {
    let (work, _running) = ready("sonar", "limit=off");
    work.write("people.csv", "Nom,E-mail,Portal Username,Portal Password\nAnne Durand,a@example.fr,anne-d,hunter2-portal\n");
    let said = import(&work, "people.csv", &[]);
    assert_eq!(totals(&said)["created"], 1, "{said:?}");
    let dry = import(&work, "people.csv", &["--dry-run"]);
    for said in [&said, &dry] {
        assert!(
            !said.stdout.contains("hunter2") && !said.stderr.contains("hunter2"),
            "{said:?}"
        );
        assert!(!said.stdout.contains("sandbox-password"), "{said:?}");
    }
    for (path, content) in work.everything() {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = String::from_utf8_lossy(&content);
        assert!(!text.contains("sandbox-password"), "{name}");
        assert!(name == "people.csv" || !text.contains("hunter2"), "{name}");
    }
}

#[test]
fn a_repeated_row_is_made_once_and_a_contradicting_one_is_told() {
    let (work, running) = ready("covage", "limit=off");
    work.write(
        "people.csv",
        "Identifiant,Nom,E-mail\n1,Durand,a@example.fr\n2,Martin,m@example.fr\n1,Durand,a@example.fr\n2,Martin,other@example.fr\n",
    );
    let said = import(&work, "people.csv", &[]);
    let counted = totals(&said);
    assert_eq!(
        (
            said.code,
            &counted["created"],
            &counted["skipped"],
            &counted["rejected"]
        ),
        (3, &json!(2), &json!(1), &json!(1)),
        "{said:?}"
    );
    assert_eq!(running.records("covage").len(), 2);
}

/// What DOS wrote reads as well on a Mac, with other letters: a column whose name is misread would be lost.
#[test]
fn a_sheet_whose_encoding_is_not_sure_is_not_imported_without_a_word() {
    let (work, running) = (Workdir::new(), vendors("limit=off"));
    work.write("rolo.toml", target(&running, "covage"));
    let sheet = b"Nom;T\x82l\x82phone\nLef\x8avre;+33 1 99 00 12 34\n";
    work.write("dos.csv", sheet);
    let readings = "`T‚l‚phone` in windows-1252, `Téléphone` in cp850";
    for command in [
        &["check", "dos.csv", "--for", "covage"][..],
        &["map", "dos.csv"],
        &["convert", "dos.csv", "-o", "out.csv"],
    ] {
        let said = work.rolo(command);
        assert!(
            said.stdout.contains("warning: the encoding is not sure: "),
            "{said:?}"
        );
        assert!(said.stdout.contains(readings), "{said:?}");
    }
    let said = work.rolo(&["check", "dos.csv", "--for", "covage", "--output", "json"]);
    let unsure = said.json()["source"]["unsure"].clone();
    assert!(
        unsure.as_str().is_some_and(|why| why.contains(readings)),
        "{said:?}"
    );
    let import =
        |more: &[&str]| work.rolo(&[&["import", "dos.csv", "--to", "there"], more].concat());
    let said = import(&[]);
    assert_eq!(said.code, 4, "{said:?}");
    assert!(
        said.stderr.contains(readings) && said.stderr.contains("--encoding cp850"),
        "{said:?}"
    );
    assert_eq!(running.records("covage").len(), 0);
    let said = import(&["--encoding", "cp850"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(running.records("covage")[0]["phone_number"], "0199001234");
}
