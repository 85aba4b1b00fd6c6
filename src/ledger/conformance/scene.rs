//! What the cases are made of: runs, steps and outcomes, and what is asked about them.

pub(super) use std::path::Path;

pub(super) use serde_json::json;

pub(super) use crate::backend::Payload;
pub(super) use crate::ledger::{
    Given, Lease, LedgerError, Made, NewRun, Person, Saved, Settled, Sought, Store, When,
};
pub(super) use crate::model::{BookId, ContactKey, Fingerprint, ParentId, RemoteId, RunId};
pub(super) use crate::plan::{Action, Fate, Known, Link, Moment, Outcome, Step, Totals};
pub(super) use crate::wire::JsonList;

/// Opens a place once more.
pub(in crate::ledger) type Open<'a> = &'a (dyn Fn() -> Box<dyn Store> + Sync);

pub(in crate::ledger) fn new_run() -> NewRun {
    NewRun {
        book: BookId::of("v", "https://a.example", "me"),
        target: "hq".into(),
        vendor: "v".into(),
        command: "import".into(),
        source: json!({"file": "people.csv"}),
        headers: vec!["Name".into()],
        given: Given::default(),
        spec: None,
    }
}

pub(in crate::ledger) fn step(number: u64, key: &str, action: Action) -> Step {
    Step {
        number,
        row: number + 2,
        key: ContactKey::new(key),
        parent: None,
        action,
        remote: None,
        payload: action.is_sent().then(|| Payload::of(json!({"name": key}))),
        identity: None,
        record: None,
        cells: JsonList::written(&[[key]]),
        remarks: JsonList::default(),
        lost: JsonList::default(),
        changes: vec![],
    }
}

pub(in crate::ledger) fn outcome(number: u64, fate: Fate, remote: Option<&str>) -> Outcome {
    Outcome {
        remote: remote.map(RemoteId::new),
        attempts: 1,
        ..Outcome::new(number, fate)
    }
}

pub(in crate::ledger) fn known(ledger: &dyn Store, key: &str) -> Known {
    ledger
        .known(&new_run().book, &[ContactKey::new(key).into()])
        .expect("readable")
}

/// What is left of a run whose process died.
pub(in crate::ledger) fn died(lease: Lease) -> RunId {
    let run = lease.run().clone();
    drop(lease);
    run
}

/// A run that made or changed the contact `a`, and was killed before it ended.
pub(in crate::ledger) fn killed_after(
    open: Open<'_>,
    action: Action,
    fate: Fate,
    payload: &str,
) -> RunId {
    let mut ledger = open();
    let run = ledger.begin(&new_run()).expect("a run");
    let payload = Some(Payload::of(json!({ "name": payload })));
    let remote = (action != Action::Create).then(|| RemoteId::new("77"));
    let step = Step {
        remote,
        payload,
        ..step(0, "a", action)
    };
    ledger.add(&run, &[step]).expect("added");
    ledger.planned(&run).expect("planned");
    ledger.claim(&run, 9).expect("claimed");
    ledger
        .settle(&run, &[outcome(0, fate, Some("77"))])
        .expect("settled");
    died(run)
}

/// The steps of a run: fate and message.
pub(in crate::ledger) fn story(ledger: &dyn Store, run: &RunId) -> Vec<(Fate, String)> {
    let mut told = Vec::new();
    let each = &mut |settled: Settled| {
        told.push((settled.fate, settled.message.unwrap_or_default()));
        Ok(())
    };
    ledger.each_step(run, each).expect("readable");
    told
}
