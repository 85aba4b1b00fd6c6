//! A run whose ledger fails in the middle: what it had sent is looked up, and made by nobody again.

use rusqlite::Connection;

use rolo::sandbox::VENDORS;

use crate::scene::{import, people, ready, run};
use crate::workdir::Workdir;

/// Lets the ledger fail where it is told that a record was made, or lets it be whole again.
fn fail(work: &Workdir, fails: bool) {
    let path = work.path("state/rolo/ledger.sqlite3");
    let ledger = Connection::open(path).expect("a ledger");
    let change = if fails {
        "CREATE TRIGGER full BEFORE UPDATE OF state ON fate WHEN NEW.state = 'created'
         BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
    } else {
        "DROP TRIGGER full"
    };
    ledger.execute_batch(change).expect("writable");
}

/// The run is over, and its exit code says that it failed.
fn assert_over(work: &Workdir, id: &str) {
    let told = work.rolo(&["runs", id, "--output", "json"]).json();
    assert_eq!(told["exit_code"], 1, "{told}");
}

/// The id of the last run.
fn last_run(work: &Workdir) -> String {
    let list = work.rolo(&["runs", "--output", "json"]).json();
    let runs = list["runs"].as_array().expect("a list");
    let ids = runs.iter().filter_map(|run| run["run"].as_str());
    ids.max().expect("a run").to_owned()
}

/// The same people at other addresses and numbers: only their keys and the ledger tell which records are theirs.
fn moved(count: usize) -> String {
    people(count)
        .replace("@example.fr", "@example.org")
        .replace("+33 1 99", "+33 1 98")
}

#[test]
fn what_a_resumed_run_had_sent_is_not_made_again() {
    for &vendor in VENDORS {
        let (work, running) = ready(vendor);
        work.write("people.csv", people(5));
        let first = import(&work, &["--limit", "2"]);
        assert_eq!(first.code, 8, "{vendor}: {first:?}");
        fail(&work, true);
        let said = run(&work, &["resume"]);
        assert!(
            said.code == 1 && said.stderr.contains("in doubt"),
            "{vendor}: {said:?}"
        );
        assert!(running.records(vendor).len() > 2, "{vendor}: it was sent");
        let id = first.json()["run"].as_str().expect("an id").to_owned();
        let told = work.rolo(&["runs", &id]);
        assert!(told.stdout.contains("in doubt"), "{vendor}: {told:?}");
        assert_over(&work, &id);
        fail(&work, false);
        work.write("people.csv", moved(5));
        let said = import(&work, &["--settle-after", "0"]);
        said.expect(0).totals(&[("in_doubt", 0)]);
        assert_eq!(running.records(vendor).len(), 5, "{vendor}");
    }
}

#[test]
fn what_an_applied_plan_had_sent_is_not_made_again() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(5));
    let planned = work.rolo(&["plan", "people.csv", "--to", "there", "--output", "json"]);
    let id = planned.json()["run"].as_str().expect("an id").to_owned();
    fail(&work, true);
    let said = run(&work, &["apply", &id]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(!running.records("covage").is_empty(), "it was sent");
    assert_over(&work, &id);
    fail(&work, false);
    work.write("people.csv", moved(5));
    let said = import(&work, &["--settle-after", "0"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(running.records("covage").len(), 5);
}

#[test]
fn what_an_import_had_sent_is_not_made_again() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(2));
    assert_eq!(import(&work, &[]).code, 0);
    work.write("people.csv", people(5));
    fail(&work, true);
    let said = import(&work, &[]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(running.records("covage").len() > 2, "it was sent");
    assert_over(&work, &last_run(&work));
    fail(&work, false);
    work.write("people.csv", moved(5));
    let said = import(&work, &["--settle-after", "0"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(running.records("covage").len(), 5);
}
