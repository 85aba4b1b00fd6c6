//! A folder with one target and a sheet of people: where most tests of what happens to a run begin.

use rolo::ledger::{Given, Lease, NewRun, Runs as _, Sqlite};
use rolo::model::BookId;
use rolo::sandbox::Running;
use serde_json::json;

use crate::workdir::{Said, Workdir, target, vendors};

/// A folder whose target `there` is a sandbox of this vendor.
pub(crate) fn ready(vendor: &str) -> (Workdir, Running) {
    let (work, running) = (Workdir::new(), vendors("limit=off"));
    work.write("rolo.toml", target(&running, vendor));
    (work, running)
}

/// A sheet of so many people.
pub(crate) fn people(count: usize) -> String {
    let row = |n: usize| format!("K{n},Anne,Durand{n},a{n}@example.fr,+33 1 99 00 00 {n:02}\n");
    let rows: String = (0..count).map(row).collect();
    format!("Identifiant,Prénom,Nom,E-mail,Téléphone\n{rows}")
}

/// Runs a command; its document is on standard output, its report in `report`.
pub(crate) fn run(work: &Workdir, arguments: &[&str]) -> Said {
    let common = ["--output", "json", "--report", "report"];
    work.rolo(&[arguments, &common[..]].concat())
}

/// Imports `people.csv`.
pub(crate) fn import(work: &Workdir, more: &[&str]) -> Said {
    run(
        work,
        &[&["import", "people.csv", "--to", "there"], more].concat(),
    )
}

/// How many rows met a fate.
pub(crate) fn total(said: &Said, name: &str) -> u64 {
    said.json()["totals"][name]
        .as_u64()
        .unwrap_or_else(|| panic!("{name}: {said:?}"))
}

/// A folder whose import of one person was killed when the record was made, and its answer still on the way.
pub(crate) fn killed() -> (Workdir, Running) {
    let running = vendors("limit=off,delay=600ms");
    let work = Workdir::new();
    work.write("rolo.toml", target(&running, "covage"));
    work.write("people.csv", people(1));
    let mut child = work
        .command(&["import", "people.csv", "--to", "there", "--quiet"])
        .spawn()
        .expect("the program starts");
    while running.records("covage").is_empty() {
        assert!(
            child.try_wait().expect("a child").is_none(),
            "it ended too early"
        );
        std::thread::yield_now();
    }
    child.kill().expect("killed");
    child.wait().expect("it ended");
    (work, running)
}

/// Somebody else makes the same contact, word by word: then there are two that may be the answer.
pub(crate) fn make_twin(running: &Running) {
    let mut twin = running.records("covage").remove(0);
    twin["contact_uuid"] = json!("twin0001");
    running.seed("covage", &[twin]).expect("seeded");
}

/// Begins a run that holds the book of `there`, a covage sandbox, until it is ended.
pub(crate) fn hold_the_book(work: &Workdir, running: &Running) -> (Sqlite, Lease) {
    let mut held = Sqlite::open(&work.path("state/rolo/ledger.sqlite3")).expect("a ledger");
    let url = running.base_url("covage");
    let new = NewRun {
        book: BookId::of("covage", &url, "sandbox@example.com"),
        target: "there".into(),
        vendor: "covage".into(),
        command: "import".into(),
        source: json!({}),
        headers: vec![],
        given: Given::default(),
        spec: None,
    };
    let run = held.begin(&new).expect("a run");
    (held, run)
}
