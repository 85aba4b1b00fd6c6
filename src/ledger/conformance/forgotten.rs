//! A person who was forgotten: nothing is sent of them, and nothing stumbles over what they left.

use super::scene::*;

/// Forgets whoever has a key; how many rows there were.
fn forget(ledger: &mut dyn Store, who: &str) -> Result<u64, LedgerError> {
    let person = Some(Person::Key(ContactKey::new(who)));
    let sought = Sought {
        person,
        ..Sought::default()
    };
    ledger.forget(&sought).map(|gone| gone.rows)
}

pub(super) fn nobody_is_forgotten_while_a_run_writes_their_book(open: Open<'_>) {
    let (mut ledger, mut other) = (open(), open());
    let run = ledger.begin(&new_run()).expect("a run");
    ledger
        .add(&run, &[step(0, "a", Action::Create)])
        .expect("added");
    let refused = forget(&mut *other, "a");
    assert!(
        matches!(&refused, Err(LedgerError::Busy { target }) if target == "hq"),
        "{refused:?}"
    );
    let claimed = ledger.claim(&run, 9).expect("claimed");
    assert!(claimed[0].payload.is_some(), "nothing was erased");
    ledger
        .settle(&run, &[outcome(0, Fate::Created, Some("77"))])
        .expect("settled");
    ledger.end(run, 0).expect("ended");
    assert_eq!(forget(&mut *other, "a").expect("the book is free"), 1);
}

pub(super) fn nothing_is_sent_of_whoever_was_forgotten_whatever_had_become_of_their_row(
    open: Open<'_>,
) {
    let mut dead = open();
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
    let run = died(run);

    let mut ledger = open();
    for key in keys {
        assert_eq!(forget(&mut *ledger, key).expect("the book is free"), 1);
    }
    let run = ledger.run(run.as_str()).expect("the run");
    assert_eq!((run.totals.read, run.totals.skipped), (4, 4));
    assert_eq!(run.totals.reconcile(), Ok(()));
    assert!(ledger.unfinished().expect("readable").is_empty());
    let lease = ledger.resume(&run).expect("the book is free");
    assert!(ledger.doubtful(&run.id).expect("readable").is_empty());
    assert!(ledger.claim(&lease, 9).expect("claimed").is_empty());
    let why: Vec<bool> = story(&*ledger, &run.id)
        .into_iter()
        .map(|(_, message)| message.contains("is not known"))
        .collect();
    assert_eq!(why, [true, false, true, false]);
}

pub(super) fn no_link_follows_from_whoever_was_forgotten_before_it_was_due(open: Open<'_>) {
    killed_after(open, Action::Create, Fate::Created, "Anne");
    let mut ledger = open();
    assert_eq!(forget(&mut *ledger, "a").expect("the book is free"), 1);
    for key in ["a", "forgotten"] {
        assert_eq!(known(&*ledger, key), Known::default(), "{key}");
    }
}
