//! A run that has ended leaves nothing that nobody would look for.

use super::*;

/// A planned run of three creates: one was never settled, one is to be sent again, and one waits.
fn broken_off(ledger: &mut Sqlite) -> RunId {
    let run = ledger.begin(&new_run()).expect("a run");
    let steps = [
        step(0, "a", Action::Create),
        step(1, "b", Action::Create),
        step(2, "c", Action::Create),
    ];
    ledger.add(&run, &steps).expect("added");
    ledger.planned(&run).expect("planned");
    ledger.claim(&run, 2).expect("claimed");
    ledger
        .settle(&run, &[outcome(1, Fate::Unsent, None)])
        .expect("settled");
    run
}

#[test]
fn what_an_ended_run_had_sent_is_in_doubt_for_everybody() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = broken_off(&mut ledger);
    assert_eq!(ledger.claim(&run, 1).expect("claimed")[0].number, 1);
    let totals = ledger.end(&run, 1).expect("ended");
    assert_eq!((totals.in_doubt, totals.unsent), (2, 1));
    let book = new_run().book;
    let next = ledger.begin(&new_run()).expect("the book is free");
    let runs = ledger.doubtful_runs(&book).expect("readable");
    assert_eq!(runs.iter().map(|run| &run.id).collect::<Vec<_>>(), [&run]);
    for (key, doubts) in [("a", 1), ("b", 1), ("c", 0)] {
        assert_eq!(known(&ledger, key).doubts.len(), doubts, "{key}");
    }
    let found = ledger.run(run.as_str()).expect("the run");
    ledger.end(&next, 0).expect("ended");
    ledger.resume(&found).expect("the book is free");
    let claimed = ledger.claim(&run, 9).expect("claimed");
    assert_eq!(
        claimed.iter().map(|step| step.number).collect::<Vec<_>>(),
        [2]
    );
}

#[test]
fn a_run_that_was_given_free_is_ended_later() {
    let place = Place::new();
    let run = broken_off(&mut place.open());
    let totals = place.open().end(&run, 1).expect("ended");
    assert_eq!((totals.in_doubt, totals.unsent), (1, 2));
    assert_eq!(
        place.open().run(run.as_str()).expect("the run").exit_code,
        Some(1)
    );
}

#[test]
fn a_run_that_another_process_took_up_is_not_ended_under_it() {
    let place = Place::new();
    let run = broken_off(&mut place.open());
    let mut other = place.open();
    let found = other.run(run.as_str()).expect("the run");
    other.resume(&found).expect("the book is free");
    let claimed = other.claim(&run, 9).expect("claimed");
    place.open().end(&run, 1).expect("nothing to be done");
    let now = other.run(run.as_str()).expect("the run");
    assert_eq!((now.ended, now.exit_code), (None, None));
    let made: Vec<Outcome> = claimed
        .iter()
        .map(|step| outcome(step.number, Fate::Created, Some(step.key.as_str())))
        .collect();
    other.settle(&run, &made).expect("settled");
    let totals = other.end(&run, 10).expect("ended");
    assert_eq!((totals.created, totals.in_doubt), (2, 1));
}
