//! A ledger whose files are deleted, moved or replaced while a run writes it: the run notices, stops, says so, and what it
//! had sent is recognised afterwards.

#![cfg(unix)]

use std::path::Path;
use std::process::Child;

use rolo::ledger::Sqlite;
use rolo::sandbox::Running;
use serde_json::Value;

use crate::scene::people;
use crate::workdir::{Said, Workdir, said, target, vendors};

/// Rows that take far longer than it takes to notice.
const ROWS: usize = 90;

/// A run on its way: some records stand, and most rows wait.
fn under_way(work: &Workdir, running: &Running) -> Child {
    // A quarter of a second's rows are claimed ahead; each answer takes its time.
    let text = target(running, "covage").replace("5000/s", "40/s");
    work.write("rolo.toml", text);
    work.write("people.csv", people(ROWS));
    let mut child = work
        .command(&[
            "import",
            "people.csv",
            "--to",
            "there",
            "--report",
            "report",
            "--concurrency",
            "2",
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
    child
}

/// What a run said under which this was done to its ledger.
fn disturbed(work: &Workdir, running: &Running, disturb: &dyn Fn(&Path)) -> Said {
    let child = under_way(work, running);
    disturb(&work.path("state/rolo/ledger.sqlite3"));
    said(&child.wait_with_output().expect("it ended"))
}

fn beside(ledger: &Path, ending: &str) -> std::path::PathBuf {
    let mut name = ledger.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// What is done, what the message names, and what it says of it.
type Case = (&'static dyn Fn(&Path), &'static str, &'static str);

const CASES: [Case; 7] = [
    (&|ledger| remove(ledger), "the ledger `", "deleted"),
    (
        &|ledger| rename(ledger, "kept"),
        "the ledger `",
        "moved away",
    ),
    (&|ledger| replace(ledger), "the ledger `", "replaced"),
    (
        &|ledger| remove(&beside(ledger, "-wal")),
        "write-ahead log",
        "deleted",
    ),
    (
        &|ledger| remove(&beside(ledger, "-shm")),
        "shared memory",
        "deleted",
    ),
    (
        &|ledger| remove(&lock(ledger)),
        "the lock of the book",
        "deleted",
    ),
    (
        &|ledger| rename(ledger.parent().expect("a folder"), "gone"),
        "the ledger `",
        "moved away",
    ),
];

fn remove(file: &Path) {
    std::fs::remove_file(file).expect("removed");
}

fn rename(path: &Path, name: &str) {
    std::fs::rename(path, path.with_file_name(name)).expect("renamed");
}

fn replace(ledger: &Path) {
    let other = ledger.with_file_name("other");
    drop(Sqlite::open(&other).expect("a ledger"));
    std::fs::rename(other, ledger).expect("replaced");
}

fn lock(ledger: &Path) -> std::path::PathBuf {
    let folder = ledger.parent().expect("a folder");
    let files = std::fs::read_dir(folder).expect("readable");
    let mut paths = files.map(|file| file.expect("a file").path());
    let is_lock = |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == "lock");
    paths.find(is_lock).expect("a lock")
}

#[test]
fn a_run_stops_where_its_ledger_is_not_where_it_was() {
    for (disturb, what, why) in CASES {
        let running = vendors("limit=off,delay=150ms");
        let work = Workdir::new();
        let said = disturbed(&work, &running, disturb);
        assert_eq!(said.code, 1, "{what} {why}: {said:?}");
        assert!(
            said.stderr.contains(what) && said.stderr.contains(why),
            "{said:?}"
        );
        assert!(said.stderr.contains("--compare target"), "{said:?}");
        let made = running.records("covage").len();
        assert!(made < ROWS, "{what} {why}: it went on");
        // The report says what was sent, and that the rest was not.
        let summary: Value = serde_json::from_str(&work.read("report/summary.json")).expect("JSON");
        assert_eq!(summary["exit_code"], 1, "{what} {why}");
        let count = |outcome: &str| summary["totals"][outcome].as_u64().expect("a number");
        assert_eq!(count("created"), made as u64, "{what} {why}: {summary}");
        assert_eq!(
            count("unsent") + count("created"),
            ROWS as u64,
            "{what} {why}: {summary}"
        );
        let results = work.read("report/results.csv");
        assert_eq!(results.matches(",created,").count(), made, "{what} {why}");
    }
}

#[test]
fn what_was_sent_under_a_lost_ledger_is_recognised() {
    let running = vendors("limit=off,delay=20ms");
    let work = Workdir::new();
    disturbed(&work, &running, &remove);
    let made = running.records("covage").len() as u64;
    let again = [
        "import",
        "people.csv",
        "--to",
        "there",
        "--compare",
        "target",
        "--rate",
        "5000/s",
        "--concurrency",
        "32",
        "--output",
        "json",
    ];
    let said = work.rolo(&again);
    let count = |outcome: &str| said.json()["totals"][outcome].as_u64();
    assert_eq!((said.code, count("unchanged")), (0, Some(made)), "{said:?}");
    assert_eq!(running.records("covage").len(), ROWS);
}
