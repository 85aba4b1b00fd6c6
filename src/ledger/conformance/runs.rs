//! Runs: one at a time for a book, found again, counted.

use super::scene::*;
use crate::ledger::Feed;

pub(super) fn a_book_has_one_run_at_a_time(open: Open<'_>) {
    let (mut one, mut two) = (open(), open());
    let run = one.begin(&new_run()).expect("a run");
    assert!(matches!(
        two.begin(&new_run()),
        Err(LedgerError::Held { .. })
    ));
    one.end(run, 0).expect("ended");
    assert!(two.begin(&new_run()).is_ok());
}

pub(super) fn runs_are_found_by_the_beginning_of_their_id(open: Open<'_>) {
    let mut ledger = open();
    let run = ledger.begin(&new_run()).expect("a run");
    let id = run.run().clone();
    ledger.end(run, 0).expect("ended");
    let beginning = id.as_str()[..20].to_lowercase();
    assert_eq!(ledger.run(&beginning).expect("found").id, id);
    assert!(matches!(ledger.run("ZZZ"), Err(LedgerError::NoRun(_))));
    assert!(matches!(ledger.run(""), Err(LedgerError::NoRun(_))));
    let again = ledger.begin(&new_run()).expect("a run");
    let ids: Vec<_> = ledger
        .runs(9)
        .expect("listed")
        .into_iter()
        .map(|run| run.id)
        .collect();
    assert_eq!(ids, [again.run().clone(), id]);
    assert!(matches!(ledger.run("0"), Err(LedgerError::AmbiguousRun(_))));
}

pub(super) fn a_run_is_unfinished_while_something_waits_or_is_in_doubt(open: Open<'_>) {
    let mut ledger = open();
    let run = ledger.begin(&new_run()).expect("a run");
    let steps = [
        step(0, "a", Action::Create),
        step(1, "b", Action::Unchanged),
    ];
    ledger.add(&run, &steps).expect("added");
    ledger.planned(&run).expect("planned");
    let id = run.run().clone();
    ledger.end(run, 8).expect("ended");
    let unfinished = |ledger: &dyn Store| ledger.unfinished().expect("readable").len();
    assert_eq!(unfinished(&*ledger), 1);
    let found = ledger.run(id.as_str()).expect("the run");
    let run = ledger.resume(&found).expect("the book is free");
    ledger.claim(&run, 9).expect("claimed");
    ledger
        .settle(&run, &[outcome(0, Fate::InDoubt, None)])
        .expect("settled");
    ledger.end(run, 10).expect("ended");
    assert_eq!(unfinished(&*ledger), 1);
    let run = ledger.resume(&found).expect("the book is free");
    ledger
        .settle(&run, &[outcome(0, Fate::Created, Some("77"))])
        .expect("settled");
    ledger.end(run, 0).expect("ended");
    assert_eq!(unfinished(&*ledger), 0);
}

pub(super) fn the_latest_planned_run_of_a_book_is_found_and_keeps_where_its_sheet_went(
    open: Open<'_>,
) {
    let mut ledger = open();
    let feed = |name: &str| Feed {
        name: name.to_owned(),
        parent: None,
        columns: vec![],
    };
    let mut about = new_run();
    about.given.feed = Some(feed("nightly"));
    let ended = |ledger: &mut dyn Store, rows: u64, planned: bool| {
        let run = ledger.begin(&about).expect("a run");
        let steps: Vec<Step> = (0..rows)
            .map(|n| step(n, &format!("k{n}"), Action::Reject))
            .collect();
        ledger.add(&run, &steps).expect("added");
        if planned {
            ledger.planned(&run).expect("planned");
        }
        let id = run.run().clone();
        ledger.end(run, 3).expect("ended");
        id
    };
    let full = ended(&mut *ledger, 5, true);
    ended(&mut *ledger, 0, true);
    ended(&mut *ledger, 3, false);
    let latest = |book: &BookId, name: &str| {
        let found = ledger.latest(book, &feed(name)).expect("readable");
        found.map(|run| (run.id, run.totals.read))
    };
    assert_eq!(latest(&about.book, "nightly"), Some((full.clone(), 5)));
    assert_eq!(latest(&about.book, "weekly"), None);
    assert_eq!(latest(&BookId::new("another"), "nightly"), None);

    ledger
        .moved(&full, Path::new("in/done/a.csv"))
        .expect("kept");
    let about = ledger.run(full.as_str()).expect("a run").about;
    assert_eq!(about.source["moved_to"], "in/done/a.csv");
}

pub(super) fn what_a_dead_run_had_sent_is_in_doubt_and_what_it_had_not_is_unsent(open: Open<'_>) {
    let mut dead = open();
    let first = dead.begin(&new_run()).expect("a run");
    dead.add(
        &first,
        &[step(0, "a", Action::Create), step(1, "b", Action::Create)],
    )
    .expect("added");
    dead.claim(&first, 1).expect("claimed");
    drop(dead);
    let first = died(first);

    let mut ledger = open();
    let totals = ledger.run(first.as_str()).expect("the run").totals;
    assert_eq!((totals.in_doubt, totals.unsent), (1, 1));
    ledger
        .begin(&new_run())
        .expect("the dead run's lock is free");
    assert_eq!(
        known(&*ledger, "a")
            .doubts
            .get(&ContactKey::new("a").into()),
        Some(&first)
    );
    assert_eq!(known(&*ledger, "b"), Known::default());
}
