//! What only a ledger in a file has: its files, their versions and their damage. What every store promises is in the
//! conformance suite.

#[cfg(unix)]
mod displaced;

use super::*;
use crate::ledger::conformance;
use crate::ledger::conformance::scene::{killed_after, known, new_run, outcome, step, story};
use crate::ledger::{Links as _, Runs as _, Steps as _};
use crate::plan::{Action, Fate, Known, Step};

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    fn open(&self) -> Sqlite {
        Sqlite::open(&self.folder.path().join("state/ledger.sqlite3")).expect("a ledger")
    }
}

#[test]
fn it_keeps_what_every_store_promises() {
    conformance::holds(&|| {
        let place = Place::new();
        Box::new(move || Box::new(place.open()))
    });
}

#[test]
fn a_new_ledger_is_opened_by_many_at_once() {
    for _ in 0..20 {
        let place = &Place::new();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| place.open());
            }
        });
    }
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    place.open().begin(&new_run()).expect("a run");
    for entry in std::fs::read_dir(place.folder.path().join("state")).expect("a folder") {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("metadata").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?}", entry.file_name());
    }
}

#[test]
fn a_ledger_from_a_newer_rolo_is_left_alone() {
    let place = Place::new();
    place
        .open()
        .database
        .pragma_update(None, "user_version", 99)
        .expect("writable");
    let path = place.folder.path().join("state/ledger.sqlite3");
    assert!(matches!(
        Sqlite::open(&path),
        Err(LedgerError::Newer { found: 99, .. })
    ));
}

#[test]
fn a_file_that_is_no_ledger_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("l");
    std::fs::write(&path, "Name,Email\nAnne,a@example.fr\n".repeat(40)).expect("written");
    let Err(error) = Sqlite::open(&path) else {
        panic!("it is a sheet")
    };
    assert!(matches!(error, LedgerError::NoLedger { .. }), "{error:?}");
    assert!(error.to_string().contains(&path.display().to_string()));
}

#[test]
fn a_step_that_says_nothing_is_skipped_where_it_would_be_sent() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = ledger.begin(&new_run()).expect("a run");
    let steps = [
        step(0, "a", Action::Create),
        step(1, "b", Action::Update),
        step(2, "c", Action::Delete),
        step(3, "d", Action::Create),
    ];
    ledger.add(&run, &steps).expect("added");
    let erased = "UPDATE content SET payload = NULL, print = NULL WHERE number < 3";
    ledger.database.execute(erased, []).expect("writable");
    let numbers = |steps: Vec<Step>| steps.iter().map(|step| step.number).collect::<Vec<_>>();
    assert_eq!(numbers(ledger.claim(&run, 1).expect("claimed")), [2]);
    assert_eq!(numbers(ledger.claim(&run, 9).expect("claimed")), [3]);
    let fates: Vec<Fate> = story(&ledger, run.run())
        .into_iter()
        .map(|(fate, _)| fate)
        .collect();
    assert_eq!(fates[..2], [Fate::Skipped; 2]);
    assert_eq!(
        ledger.run(run.run().as_str()).expect("it").totals.in_doubt,
        2
    );
}

#[test]
fn a_record_that_nothing_is_said_of_has_no_link() {
    let place = Place::new();
    killed_after(
        &|| Box::new(place.open()),
        Action::Create,
        Fate::Created,
        "Anne",
    );
    let mut ledger = place.open();
    let erased = "UPDATE content SET payload = NULL, print = NULL";
    ledger.database.execute(erased, []).expect("writable");
    assert_eq!(known(&ledger, "a"), Known::default());
    ledger.begin(&new_run()).expect("the book is not lost");
}
