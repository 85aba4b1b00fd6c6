//! A run that has ended leaves nothing that nobody would look for.

use super::scene::*;

/// A planned run of three creates: one was never settled, one is to be sent again, and one waits.
fn broken_off(ledger: &mut dyn Store) -> Lease {
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

pub(super) fn what_an_ended_run_had_sent_is_in_doubt_for_everybody(open: Open<'_>) {
    let mut ledger = open();
    let run = broken_off(&mut *ledger);
    assert_eq!(ledger.claim(&run, 1).expect("claimed")[0].number, 1);
    let id = run.run().clone();
    let totals = ledger.end(run, 1).expect("ended");
    assert_eq!((totals.in_doubt, totals.unsent), (2, 1));
    let book = new_run().book;
    let next = ledger.begin(&new_run()).expect("the book is free");
    let runs = ledger.doubtful_runs(&book).expect("readable");
    assert_eq!(runs.iter().map(|run| &run.id).collect::<Vec<_>>(), [&id]);
    for (key, doubts) in [("a", 1), ("b", 1), ("c", 0)] {
        assert_eq!(known(&*ledger, key).doubts.len(), doubts, "{key}");
    }
    let found = ledger.run(id.as_str()).expect("the run");
    ledger.end(next, 0).expect("ended");
    let run = ledger.resume(&found).expect("the book is free");
    let claimed = ledger.claim(&run, 9).expect("claimed");
    assert_eq!(
        claimed.iter().map(|step| step.number).collect::<Vec<_>>(),
        [2]
    );
}

pub(super) fn a_run_that_was_given_free_is_ended_later(open: Open<'_>) {
    let run = died(broken_off(&mut *open()));
    let totals = open().end_later(&run, 1).expect("ended");
    assert_eq!((totals.in_doubt, totals.unsent), (1, 2));
    let found = open().run(run.as_str()).expect("the run");
    assert_eq!(found.exit_code, Some(1));
}

pub(super) fn a_run_that_another_process_took_up_is_not_ended_under_it(open: Open<'_>) {
    let id = died(broken_off(&mut *open()));
    let mut other = open();
    let found = other.run(id.as_str()).expect("the run");
    let run = other.resume(&found).expect("the book is free");
    let claimed = other.claim(&run, 9).expect("claimed");
    open().end_later(&id, 1).expect("nothing to be done");
    let now = other.run(id.as_str()).expect("the run");
    assert_eq!((now.ended, now.exit_code), (None, None));
    let made: Vec<Outcome> = claimed
        .iter()
        .map(|step| outcome(step.number, Fate::Created, Some(step.key.as_str())))
        .collect();
    other.settle(&run, &made).expect("settled");
    let totals = other.end(run, 10).expect("ended");
    assert_eq!((totals.created, totals.in_doubt), (2, 1));
}

pub(super) fn a_book_is_free_when_nobody_has_its_lease_any_more(open: Open<'_>) {
    let mut ledger = open();
    let run = ledger.begin(&new_run()).expect("a run");
    let copy = run.clone();
    drop(run);
    assert!(matches!(
        open().begin(&new_run()),
        Err(LedgerError::Held { .. })
    ));
    copy.check().expect("held");
    drop(copy);
    assert!(open().begin(&new_run()).is_ok());
}

pub(super) fn what_an_earlier_run_left_is_settled_under_the_lease_of_a_later_one(open: Open<'_>) {
    let mut ledger = open();
    let earlier = died(broken_off(&mut *ledger));
    let lease = ledger.begin(&new_run()).expect("the book is free");
    let found = [outcome(0, Fate::Created, Some("77"))];
    ledger
        .settle(&lease.over(&earlier), &found)
        .expect("settled");
    assert_eq!(known(&*ledger, "a").links.len(), 1);
    let book = new_run().book;
    assert_eq!(ledger.doubtful_runs(&book).expect("readable").len(), 0);
}
