//! A run taken back: which rows of a run are to be taken back, how their records stand, and what takes each back.

mod compensate;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::deliver::{RunHandle, Sending, settle_earlier};
use super::error::{Error, StateError};
use super::host::Host;
use super::lock_wait::{LockWait, in_turn};
use super::session::Session;
use super::spec::Delivery;
use super::summary::RunSummary;
use crate::backend::{Snapshot, Vendor};
use crate::ledger::{Lease, LedgerError, NewRun, Run, Settled, Store};
use crate::model::{ParentId, RemoteId};
use crate::plan::{Action, Fate, Step};
use crate::transport::Transport;
use crate::upload::{self, RecordState};

use compensate::{compensate, deleted, doubted, restoring};

/// How the records that the run wrote stand at the target.
type Held = HashMap<RemoteId, RecordState>;

/// Stops where nothing of a run is left to be taken back; one that has not ended may still write something.
pub fn demand_something(ledger: &dyn Store, run: &Run) -> Result<(), Error> {
    let is_over = run.ended.is_some();
    if is_over && rows(ledger, run, &changes_in_doubt(ledger, run)?)?.is_empty() {
        return Err(StateError::NothingToUndo(run.id.clone()).into());
    }
    Ok(())
}

/// A run that was taken back.
pub struct Undone {
    /// The ledger, with the run that took it back.
    pub ledger: Box<dyn Store>,
    /// The steps of that run.
    pub steps: Vec<Step>,
    /// What came of it.
    pub summary: RunSummary,
}

/// Takes a run back: a run of its own is begun, planned, delivered and ended. Nobody else writes the book between the look
/// at it and what is sent for it.
pub fn undo<'a, L: Transport + 'a>(
    (mut ledger, about, wait): (Box<dyn Store>, &NewRun, LockWait),
    run: &Run,
    handle: impl FnOnce(Box<dyn Store>, Lease) -> RunHandle<'a, L>,
    host: &dyn Host,
    sending: &Sending<'_>,
) -> Result<Undone, Error> {
    let lease = in_turn(wait, host, || Ok(ledger.begin(about)))?;
    let mut handle = handle(ledger, lease);
    match plan(&mut handle, run, sending.delivery) {
        Ok(steps) => {
            let (ledger, summary) = handle.carry_out(sending)?;
            Ok(Undone {
                ledger,
                steps,
                summary,
            })
        }
        // Nothing is sent of a plan that is not whole.
        Err(error) => Err(handle.broken_off(error, None)),
    }
}

/// Settles what earlier runs left in doubt, the one that is taken back among them, and plans what takes it back into the
/// handle's run; the steps.
fn plan<L: Transport>(
    handle: &mut RunHandle<'_, L>,
    run: &Run,
    delivery: &Delivery,
) -> Result<Vec<Step>, Error> {
    let (ledger, lease) = (&mut *handle.ledger, &handle.lease);
    let changes = changes_in_doubt(ledger, run)?;
    settle_earlier(ledger, lease, handle.session, delivery)?;
    let rows = rows(ledger, run, &changes)?;
    if rows.is_empty() {
        return Err(StateError::NothingToUndo(run.id.clone()).into());
    }
    let held = look(handle.session, &rows)?;
    let vendor = handle.account.vendor.as_ref();
    let steps = steps(ledger, run, (vendor, &held), rows)?;
    ledger.add(lease, &steps)?;
    ledger.planned(lease)?;
    Ok(steps)
}

/// What would take a run back, put into a run of a ledger that holds nothing else.
pub fn preview<L: Transport>(
    handle: &mut RunHandle<'_, L>,
    run: &Run,
    real: &dyn Store,
) -> Result<Vec<Step>, Error> {
    let rows = rows(real, run, &changes_in_doubt(real, run)?)?;
    let held = look(handle.session, &rows)?;
    let vendor = handle.account.vendor.as_ref();
    let steps = steps(real, run, (vendor, &held), rows)?;
    handle.ledger.add(&handle.lease, &steps)?;
    Ok(steps)
}

/// The changes of a run of which no answer came: whether one arrived shows in its record. They are asked for before
/// doubt is settled, which puts them back among those that wait.
fn changes_in_doubt(ledger: &dyn Store, run: &Run) -> Result<HashSet<u64>, LedgerError> {
    let doubtful = ledger.doubtful(&run.id)?.into_iter();
    Ok(doubtful
        .filter(|step| step.action == Action::Update)
        .map(|step| step.number)
        .collect())
}

/// The rows of a run that can be taken back, and those that are in doubt, in the order of the source.
fn rows(
    ledger: &dyn Store,
    run: &Run,
    changes: &HashSet<u64>,
) -> Result<Vec<Settled>, LedgerError> {
    let mut rows = Vec::new();
    ledger.each_step(&run.id, &mut |mut settled| {
        let step = &settled.step;
        if changes.contains(&step.number) {
            settled.fate = Fate::Updated;
        }
        // A row that was forgotten has nothing left to be taken back by.
        let known = step.remote.is_some() && step.payload.is_some();
        let is_meant = match settled.fate {
            Fate::Created | Fate::Updated => known,
            Fate::InDoubt => step.action == Action::Create,
            _ => false,
        };
        if is_meant {
            rows.push(settled);
        }
        Ok(())
    })?;
    // What nobody owns any more was taken back, or removed, before.
    let mut owned = Vec::new();
    for settled in rows {
        let is_owned = match &settled.step.remote {
            Some(remote) => ledger.owns(&run.about.book, remote)?,
            None => true,
        };
        if is_owned {
            owned.push(settled);
        }
    }
    Ok(owned)
}

/// The rows of a run for which it deleted a record, in the order of the source.
fn deletions(ledger: &dyn Store, run: &Run) -> Result<Vec<Step>, LedgerError> {
    let mut steps = Vec::new();
    ledger.each_step(&run.id, &mut |settled| {
        if settled.fate == Fate::Deleted && settled.step.remote.is_some() {
            steps.push(settled.step);
        }
        Ok(())
    })?;
    Ok(steps)
}

/// Looks at the records of these rows, parent by parent.
fn look<L: Transport>(session: &Session<L>, rows: &[Settled]) -> Result<Held, Error> {
    let mut by_parent: BTreeMap<Option<ParentId>, BTreeSet<RemoteId>> = BTreeMap::new();
    for Settled { step, .. } in rows {
        let parent = step
            .payload
            .as_ref()
            .and_then(|payload| payload.parent.clone());
        if let Some(remote) = &step.remote {
            by_parent.entry(parent).or_default().insert(remote.clone());
        }
    }
    Ok(session.run(upload::record_states(session.client(), &by_parent))?)
}

/// The steps that take these rows back, and those for what the run deleted, which stays so.
fn steps(
    ledger: &dyn Store,
    run: &Run,
    (vendor, held): (&dyn Vendor, &Held),
    rows: Vec<Settled>,
) -> Result<Vec<Step>, LedgerError> {
    let mut steps = Vec::new();
    for (number, Settled { step, fate, .. }) in (0..).zip(rows) {
        if fate == Fate::InDoubt {
            steps.push(doubted(step, number, &run.id));
            continue;
        }
        let prior = match (fate, &step.payload) {
            (Fate::Updated, Some(sent)) => {
                ledger.prior(&run.id, step.number)?.map(|prior| Snapshot {
                    payload: restoring(vendor, prior.payload, sent),
                    ..prior
                })
            }
            _ => None,
        };
        let stands = step.remote.as_ref().and_then(|remote| held.get(remote));
        let stands = stands.unwrap_or(&RecordState::Unknown);
        steps.push(compensate(step, number, fate, prior, stands));
    }
    for (number, step) in (steps.len() as u64..).zip(deletions(ledger, run)?) {
        steps.push(deleted(step, number));
    }
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::backend::Payload;
    use crate::ledger::{Given, Links as _, Memory, NewRun, Runs as _, Steps as _};
    use crate::model::{BookId, ContactKey};
    use crate::plan::Link;
    use crate::wire::JsonList;

    fn step(number: u64, action: Action) -> Step {
        let is_update = action == Action::Update;
        Step {
            number,
            row: number + 2,
            key: ContactKey::new(format!("k{number}")),
            parent: None,
            action,
            remote: is_update.then(|| RemoteId::new(format!("r{number}"))),
            payload: Some(Payload::of(json!({"name": "Anne"}))),
            identity: None,
            record: None,
            cells: JsonList::default(),
            remarks: JsonList::default(),
            lost: JsonList::default(),
            changes: vec![],
        }
    }

    #[test]
    fn a_change_in_doubt_may_have_arrived_and_a_creation_in_doubt_stays_so() {
        let mut ledger = Memory::new();
        let about = NewRun {
            book: BookId::new("book"),
            target: "t".into(),
            vendor: "v".into(),
            command: "import".into(),
            source: json!({}),
            headers: vec![],
            given: Given::default(),
            spec: None,
        };
        let id = ledger.begin(&about).expect("a run");
        let actions = [Action::Update, Action::Create, Action::Update];
        let steps: Vec<Step> = (0..).zip(actions).map(|(n, a)| step(n, a)).collect();
        for step in steps.iter().filter(|step| step.remote.is_some()) {
            let link = Link {
                remote: step.remote.clone().expect("a record"),
                fingerprint: Payload::of(json!({})).fingerprint(),
                identity: None,
            };
            let links = [(step.scoped(), link)];
            ledger.learn(&about.book, &links).expect("written");
        }
        ledger.add(&id, &steps).expect("added");
        // The last one was never sent.
        ledger.claim(&id, 2).expect("claimed");
        let run = ledger.run(id.run().as_str()).expect("a run");
        let changes = changes_in_doubt(&ledger, &run).expect("readable");
        // Settling puts a change back among those that wait.
        ledger.reopen(&id, &[0]).expect("written");
        let rows = rows(&ledger, &run, &changes).expect("readable");
        let fates: Vec<_> = rows.iter().map(|row| (row.step.number, row.fate)).collect();
        assert_eq!(fates, [(0, Fate::Updated), (1, Fate::InDoubt)]);
    }
}
