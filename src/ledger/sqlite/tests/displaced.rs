//! Files that are taken away under an open ledger.

use super::*;

/// What is done with a ledger, by name: each is a commit of a run.
type Commit = (
    &'static str,
    fn(&mut Sqlite, &Lease) -> Result<(), LedgerError>,
);

const COMMITS: [Commit; 6] = [
    ("add", |ledger, run| {
        ledger.add(run, &[step(1, "b", Action::Create)])
    }),
    ("planned", |ledger, run| ledger.planned(run)),
    ("claim", |ledger, run| ledger.claim(run, 9).map(drop)),
    ("settle", |ledger, run| {
        ledger.settle(run, &[outcome(0, Fate::Created, Some("77"))])
    }),
    ("learn", |ledger, _| ledger.learn(&new_run().book, &[])),
    ("apply", |ledger, run| ledger.apply(run)),
];

/// A ledger with a run of one row that waits.
fn open(place: &Place) -> (Sqlite, Lease) {
    let mut ledger = place.open();
    let run = ledger.begin(&new_run()).expect("a run");
    ledger
        .add(&run, &[step(0, "a", Action::Create)])
        .expect("added");
    (ledger, run)
}

#[test]
fn every_commit_notices_that_its_file_was_taken_away() {
    for (name, commit) in COMMITS {
        let place = Place::new();
        let (mut ledger, run) = open(&place);
        commit(&mut ledger, &run).unwrap_or_else(|error| panic!("{name}: {error}"));
        let place = Place::new();
        let (mut ledger, run) = open(&place);
        std::fs::remove_file(place.folder.path().join("state/ledger.sqlite3")).expect("ours");
        let error = commit(&mut ledger, &run).expect_err(name);
        assert!(error.is_displaced(), "{name}: {error}");
    }
}

#[test]
fn what_is_claimed_in_a_lost_ledger_is_not_sent_and_waits() {
    let place = Place::new();
    let (mut ledger, run) = open(&place);
    std::fs::remove_file(place.folder.path().join("state/ledger.sqlite3")).expect("ours");
    assert!(ledger.claim(&run, 9).is_err());
    let totals = ledger
        .end(run, 1)
        .expect("what was opened can still be read");
    assert_eq!((totals.unsent, totals.in_doubt), (1, 0));
}
