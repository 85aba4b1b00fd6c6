//! A person who was forgotten: nothing is sent of them, and nothing stumbles over what they left.

use super::*;

/// Forgets whoever stands in a row's cells.
fn forget(ledger: &mut Sqlite, who: &[&str]) -> Result<u64, LedgerError> {
    let is_meant = |step: &Step| {
        step.cells
            .iter()
            .flatten()
            .any(|cell| who.contains(&cell.as_str()))
    };
    ledger.forget(&is_meant).map(|(_, rows)| rows)
}

/// The steps of a run: fate and message.
fn story(ledger: &Sqlite, run: &RunId) -> Vec<(Fate, String)> {
    let mut told = Vec::new();
    let each = &mut |settled: Settled| {
        told.push((settled.fate, settled.message.unwrap_or_default()));
        Ok(())
    };
    ledger.each_step(run, each).expect("readable");
    told
}

#[test]
fn nobody_is_forgotten_while_a_run_writes_their_book() {
    let place = Place::new();
    let (mut ledger, mut other) = (place.open(), place.open());
    let run = ledger.begin(&new_run()).expect("a run");
    ledger
        .add(&run, &[step(0, "a", Action::Create)])
        .expect("added");
    let refused = forget(&mut other, &["a"]);
    assert!(
        matches!(&refused, Err(LedgerError::Busy { target }) if target == "hq"),
        "{refused:?}"
    );
    let claimed = ledger.claim(&run, 9).expect("claimed");
    assert!(claimed[0].payload.is_some(), "nothing was erased");
    ledger
        .settle(&run, &[outcome(0, Fate::Created, Some("77"))])
        .expect("settled");
    ledger.end(&run, 0).expect("ended");
    assert_eq!(forget(&mut other, &["a"]).expect("the book is free"), 1);
}

#[test]
fn nothing_is_sent_of_whoever_was_forgotten_whatever_had_become_of_their_row() {
    let place = Place::new();
    let mut dead = place.open();
    let run = dead.begin(&new_run()).expect("a run");
    let keys = ["doubt", "again", "flight", "next"];
    let steps = (0..).zip(keys).map(|(n, key)| step(n, key, Action::Create));
    dead.add(&run, &steps.collect::<Vec<_>>()).expect("added");
    dead.planned(&run).expect("planned");
    assert_eq!(dead.claim(&run, 3).expect("claimed").len(), 3);
    let known = [
        outcome(0, Fate::InDoubt, None),
        outcome(1, Fate::Unsent, None),
    ];
    dead.settle(&run, &known).expect("settled");
    drop(dead);

    let mut ledger = place.open();
    assert_eq!(forget(&mut ledger, &keys).expect("the book is free"), 4);
    let run = ledger.run(run.as_str()).expect("the run");
    assert_eq!((run.totals.read, run.totals.skipped), (4, 4));
    assert_eq!(run.totals.reconcile(), Ok(()));
    assert!(ledger.unfinished().expect("readable").is_empty());
    ledger.resume(&run).expect("the book is free");
    assert!(ledger.doubtful(&run.id).expect("readable").is_empty());
    assert!(ledger.claim(&run.id, 9).expect("claimed").is_empty());
    let why: Vec<bool> = story(&ledger, &run.id)
        .into_iter()
        .map(|(_, message)| message.contains("is not known"))
        .collect();
    assert_eq!(why, [true, false, true, false]);
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
    let fates: Vec<Fate> = story(&ledger, &run)
        .into_iter()
        .map(|(fate, _)| fate)
        .collect();
    assert_eq!(fates[..2], [Fate::Skipped; 2]);
    assert_eq!(ledger.run(run.as_str()).expect("it").totals.in_doubt, 2);
}

#[test]
fn no_link_follows_from_whoever_was_forgotten_before_it_was_due() {
    let place = Place::new();
    killed_after(&place, Action::Create, Fate::Created, "Anne");
    let mut ledger = place.open();
    assert_eq!(forget(&mut ledger, &["a"]).expect("the book is free"), 1);
    for key in ["a", "forgotten"] {
        assert_eq!(known(&ledger, key), Known::default(), "{key}");
    }
}

#[test]
fn a_record_that_nothing_is_said_of_has_no_link() {
    let place = Place::new();
    killed_after(&place, Action::Create, Fate::Created, "Anne");
    let mut ledger = place.open();
    let erased = "UPDATE content SET payload = NULL, print = NULL";
    ledger.database.execute(erased, []).expect("writable");
    assert_eq!(known(&ledger, "a"), Known::default());
    ledger.begin(&new_run()).expect("the book is not lost");
}
