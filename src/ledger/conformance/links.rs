//! Links that follow from fates, whoever asks.

use super::scene::*;

fn said(ledger: &dyn Store) -> Option<Fingerprint> {
    let links = known(ledger, "a").links;
    links.into_values().next().map(|link| link.fingerprint)
}

pub(super) fn a_settled_fate_is_linked_for_whoever_asks_though_the_run_was_killed(open: Open<'_>) {
    killed_after(open, Action::Create, Fate::Created, "Anne");
    let ledger = open();
    let print = Payload::of(json!({"name": "Anne"})).fingerprint();
    assert_eq!(said(&*ledger), Some(print));
    let (book, remote) = (new_run().book, RemoteId::new("77"));
    assert!(ledger.owns(&book, &remote).expect("readable"));
    let last = ledger.last_sent(&book, &remote).expect("readable");
    let last = last.map(|sent| sent.payload);
    assert_eq!(last, Some(Payload::of(json!({"name": "Anne"}))));
}

pub(super) fn a_later_runs_word_stands_and_a_deleted_record_has_no_link_whoever_is_resumed(
    open: Open<'_>,
) {
    let first = killed_after(open, Action::Create, Fate::Created, "Anne");
    let second = killed_after(open, Action::Update, Fate::Updated, "Anna");
    let anna = Payload::of(json!({"name": "Anna"})).fingerprint();
    let mut ledger = open();
    let run = ledger.run(first.as_str()).expect("the run");
    let first = ledger.resume(&run).expect("the book is free");
    ledger.end(first, 0).expect("ended");
    assert_eq!(said(&*ledger), Some(anna));
    let run = ledger.run(second.as_str()).expect("the run");
    let prior = ledger.prior(&second, 0).expect("readable");
    let prior = prior.map(|prior| prior.payload);
    assert_eq!(prior, Some(Payload::of(json!({"name": "Anne"}))));
    drop(ledger);
    killed_after(open, Action::Delete, Fate::Deleted, "Anna");
    let mut ledger = open();
    assert_eq!(said(&*ledger), None);
    let second = ledger.resume(&run).expect("the book is free");
    ledger.end(second, 0).expect("ended");
    assert_eq!(said(&*ledger), None);
}

pub(super) fn whoever_only_asks_is_told_of_a_dead_runs_doubt_too(open: Open<'_>) {
    let mut dead = open();
    let run = dead.begin(&new_run()).expect("a run");
    dead.add(&run, &[step(0, "a", Action::Create)])
        .expect("added");
    dead.claim(&run, 1).expect("claimed");
    drop(dead);
    let run = died(run);
    let doubts = known(&*open(), "a").doubts;
    assert_eq!(doubts.get(&ContactKey::new("a").into()), Some(&run));
}
