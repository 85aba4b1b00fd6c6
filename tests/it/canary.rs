//! `--canary`: the first rows go alone, and are read back before the others.

use rolo::sandbox::{Running, VENDORS};
use serde_json::{Value, json};

use crate::known::Known;
use crate::workdir::{Said, Workdir, sample, target, vendors};

fn ready(vendor: &str, faults: &str) -> (Workdir, Running) {
    let (work, running) = (Workdir::new(), vendors(faults));
    work.write("rolo.toml", target(&running, vendor));
    (work, running)
}

fn run(work: &Workdir, arguments: &[&str]) -> Said {
    let common = [
        "--output",
        "json",
        "--report",
        "report",
        "--settle-after",
        "0",
    ];
    work.rolo(&[arguments, &common[..]].concat())
}

fn totals(said: &Said) -> Value {
    said.json()["totals"].clone()
}

#[test]
fn what_every_vendor_keeps_is_what_was_sent() {
    for &vendor in VENDORS {
        let (work, running) = ready(vendor, "limit=off");
        let sheet = sample("eight.csv");
        let known = Known::of(vendor);
        let clean = known.any_company();
        let import = |more: &[&str]| {
            let words = ["import", &sheet, "--to", "there", "--canary", "8"];
            run(&work, &[&words[..], &clean, more].concat())
        };
        let said = import(&[]);
        let made = running.records(vendor).len();
        assert!(
            [0, 3].contains(&said.code) && made > 4,
            "{vendor}: {said:?}"
        );
        assert_eq!(totals(&said)["created"], made, "{vendor}: {said:?}");
        let reads = |seen: &rolo::sandbox::SeenRequest| seen.method == "GET";
        let reads = running.requests(vendor).iter().filter(|s| reads(s)).count();
        assert!(reads >= made, "{vendor}: each was read back");
        let id = said.json()["run"].as_str().expect("an id").to_owned();
        let said = run(&work, &["undo", &id, "--canary", "2"]);
        assert_eq!(
            (said.code, &totals(&said)["deleted"]),
            (0, &json!(made)),
            "{vendor}: {said:?}"
        );
    }
}

#[test]
fn a_changed_record_is_read_back_too() {
    let people = |name: &str| {
        let row = |n: usize| format!("K{n},Anne,{name}{n},a{n}@example.fr,+33 1 99 00 00 0{n}\n");
        let rows: String = (0..4).map(row).collect();
        format!("Identifiant,Prénom,Nom,E-mail,Téléphone\n{rows}")
    };
    for &vendor in VENDORS {
        let (work, running) = ready(vendor, "limit=off");
        work.write("people.csv", people("Durand"));
        run(&work, &["import", "people.csv", "--to", "there"]);
        // An empty cell leaves what is there, and is no difference.
        work.write("people.csv", people("Martin").replace("a0@example.fr", ""));
        let words = ["import", "people.csv", "--to", "there", "--canary", "2"];
        let said = run(&work, &words);
        said.expect(0).totals(&[("updated", 4)]);
        assert_eq!(running.records(vendor).len(), 4);
    }
}

#[test]
fn a_refused_canary_leaves_the_others_unsent_and_resumable() {
    let (work, running) = ready("aalam", "limit=off");
    let row = |n: usize| format!("K{n},Anne,Durand{n},a{n}@example.fr\n");
    let rows: String = (0..9).map(row).collect();
    work.write(
        "people.csv",
        format!("Identifiant,Prénom,Nom,E-mail\n{rows}"),
    );
    let wrong = ["--set", "first_name_key=fist_name"];
    let words = ["import", "people.csv", "--to", "there", "--canary", "3"];
    let said = run(&work, &[&words[..], &wrong].concat());
    let counted = totals(&said);
    assert_eq!(
        (said.code, &counted["refused"], &counted["unsent"]),
        (7, &json!(3), &json!(6)),
        "{said:?}"
    );
    let stopped = said.json()["stopped"].as_str().unwrap_or("").to_owned();
    assert!(
        stopped.contains("row 2 is refused: ") && stopped.contains("row 4"),
        "{stopped}"
    );
    assert!(said.stderr.contains("`rolo resume RUN`"), "{said:?}");
    assert_eq!(running.records("aalam").len(), 0);
    // The others were planned with the wrong name too; who resumes without the canary wants them sent.
    let said = run(&work, &["resume"]);
    assert_eq!(totals(&said)["refused"], 9, "{said:?}");
}

/// Cron mails what is said on standard error: a contact's values are for the report.
#[test]
fn a_quiet_canary_names_rows_and_fields_and_no_value() {
    let (work, _running) = ready("aalam", "limit=off");
    work.write(
        "people.csv",
        "Identifiant,Prénom,Nom,E-mail\nK1,Anne,Durand,a@example.fr\nK2,Bob,Petit,b@example.fr\n",
    );
    let words = ["import", "people.csv", "--to", "there", "--canary", "1"];
    let wrong = ["--set", "first_name_key=fist_name", "--report", "report"];
    let said = work.rolo(&[&words[..], &wrong, &["--quiet"]].concat());
    assert_eq!(said.code, 7, "{said:?}");
    assert_eq!(said.stdout, "");
    let report = work.read("report/summary.json");
    let stopped: Value = serde_json::from_str(&report).expect("a summary");
    let stopped = stopped["stopped"].as_str().expect("it says why").to_owned();
    assert!(stopped.contains("row 2 is refused: "), "{stopped}");
    let why = stopped
        .rsplit("refused: ")
        .next()
        .expect("the vendor's words");
    assert!(said.stderr.contains("row 2 is refused\n"), "{said:?}");
    assert!(
        said.stderr.contains("the values are in the report, "),
        "{said:?}"
    );
    assert!(!said.stderr.contains(why), "{said:?}");
}

#[test]
fn canaries_whose_answers_are_lost_are_looked_up() {
    let faults = "limit=off,drop_after=20%,drop_before=20%,seed=5";
    let (work, running) = ready("covage", faults);
    let row = |n: usize| format!("K{n},Anne,Durand{n},a{n}@example.fr\n");
    let rows: String = (0..20).map(row).collect();
    work.write(
        "people.csv",
        format!("Identifiant,Prénom,Nom,E-mail\n{rows}"),
    );
    let words = ["import", "people.csv", "--to", "there", "--canary", "10"];
    let said = run(&work, &words);
    // What is found or sent again is read back like the others; a row of which nobody can tell stops the run.
    let totals = totals(&said);
    let there = running.records("covage").len();
    match said.code {
        0 => assert_eq!((&totals["created"], there), (&json!(20), 20), "{said:?}"),
        10 => assert!(there <= 20, "{said:?}"),
        _ => assert!(said.stderr.contains("in doubt") && there <= 10, "{said:?}"),
    }
}
