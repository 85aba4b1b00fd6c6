//! Plans that are put aside, and what moves under them.

use super::scene::*;

/// A plan of a create, an update and a delete, put aside.
fn saved(ledger: &mut dyn Store) -> RunId {
    let first = ledger.begin(&new_run()).expect("a run");
    let steps = [step(0, "b", Action::Create), step(1, "c", Action::Create)];
    ledger.add(&first, &steps).expect("added");
    let made = [
        outcome(0, Fate::Created, Some("72")),
        outcome(1, Fate::Created, Some("73")),
    ];
    ledger.settle(&first, &made).expect("settled");
    ledger.end(first, 0).expect("ended");
    let run = ledger.begin(&new_run()).expect("a run");
    let at = |n, key, action, id: &str| Step {
        remote: Some(RemoteId::new(id)),
        ..step(n, key, action)
    };
    let steps = [
        step(0, "a", Action::Create),
        at(1, "b", Action::Update, "72"),
        at(2, "c", Action::Delete, "73"),
    ];
    ledger.add(&run, &steps).expect("added");
    ledger
        .save(&run, &Fingerprint::of("requests"))
        .expect("saved");
    let held = [
        (1, Some(Fingerprint::new("x"))),
        (2, Some(Fingerprint::new("y"))),
    ];
    ledger.sighted(&run, When::Planned, &held).expect("kept");
    ledger.planned(&run).expect("planned");
    let id = run.run().clone();
    ledger.end(run, 0).expect("ended");
    id
}

/// Takes a plan up.
fn taken_up(ledger: &mut dyn Store, run: &RunId) -> Lease {
    let found = ledger.run(run.as_str()).expect("it");
    ledger.resume(&found).expect("the book is free")
}

/// What is stale, in short: `1 changed`.
fn stale(ledger: &dyn Store, run: &RunId) -> Vec<String> {
    let list = ledger.stale(run).expect("readable");
    list.into_iter()
        .map(|stale| format!("{} {:?}", stale.number, stale.why))
        .collect()
}

pub(super) fn a_saved_plan_is_not_taken_up_until_it_is_applied(open: Open<'_>) {
    let mut ledger = open();
    let run = saved(&mut *ledger);
    assert!(ledger.unfinished().expect("readable").is_empty());
    assert_eq!(
        ledger.run(run.as_str()).expect("it").saved,
        Some(Saved::Waiting)
    );
    let lease = taken_up(&mut *ledger, &run);
    ledger.apply(&lease).expect("applied");
    let unfinished = ledger.unfinished().expect("readable");
    assert_eq!(
        unfinished.iter().map(|run| &run.id).collect::<Vec<_>>(),
        [&run]
    );
    assert_eq!(unfinished[0].saved, Some(Saved::Applied));
}

pub(super) fn a_plan_notices_what_moved_under_it(open: Open<'_>) {
    let mut ledger = open();
    let run = saved(&mut *ledger);
    let touched: Vec<String> = ledger
        .touched(&run)
        .expect("readable")
        .into_iter()
        .map(|touched| touched.remote.to_string())
        .collect();
    assert_eq!(touched, ["72", "73"]);
    // Nobody has looked again: what is not seen does not stand.
    assert_eq!(stale(&*ledger, &run), ["1 Changed", "2 Changed"]);
    let print = |text: &str| Some(Fingerprint::new(text));
    let see = |ledger: &mut dyn Store, one, two| {
        let found = [(1, one), (2, two)];
        let lease = taken_up(ledger, &run);
        ledger.sighted(&lease, When::Applied, &found).expect("kept");
    };
    see(&mut *ledger, print("x"), print("y"));
    assert_eq!(stale(&*ledger, &run), [""; 0]);
    see(&mut *ledger, print("z"), None);
    assert_eq!(stale(&*ledger, &run), ["1 Changed", "2 Gone"]);
    see(&mut *ledger, print("x"), print("y"));

    let other = ledger.begin(&new_run()).expect("a run");
    let update = Step {
        remote: Some(RemoteId::new("72")),
        payload: Some(Payload::of(json!({"name": "otherwise"}))),
        ..step(1, "b", Action::Update)
    };
    ledger
        .add(&other, &[step(0, "a", Action::Create), update])
        .expect("added");
    assert_eq!(ledger.claim(&other, 1).expect("claimed").len(), 1);
    let lost = [outcome(0, Fate::InDoubt, None)];
    ledger.settle(&other, &lost).expect("settled");
    assert_eq!(stale(&*ledger, &run), ["0 InDoubt"]);
    let outcomes = [
        outcome(0, Fate::Created, Some("74")),
        outcome(1, Fate::Updated, Some("72")),
    ];
    ledger.settle(&other, &outcomes).expect("settled");
    assert_eq!(stale(&*ledger, &run), ["0 Written", "1 Written"]);
}

pub(super) fn a_pruned_plan_is_dropped(open: Open<'_>) {
    let mut ledger = open();
    let run = saved(&mut *ledger);
    ledger.prune("9999-01-01T00:00:00Z").expect("pruned");
    assert_eq!(
        ledger.run(run.as_str()).expect("it").saved,
        Some(Saved::Dropped)
    );
    assert_eq!(ledger.touched(&run).expect("readable"), []);
}
