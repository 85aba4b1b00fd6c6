//! A saved plan, sent as it was shown. What it stood on is looked at again first: in the ledger, whether another run wrote
//! the same contacts; at the target, whether the records that it would touch are as they were, and whether somebody made
//! records where it makes some.

use super::deliver::{RunHandle, Sending, look, settle_earlier};
use super::error::{Error, StateError};
use super::resume::demand_planned;
use super::saved::digest;
use super::spec::Policy;
use super::summary::RunSummary;
use crate::ledger::{Run, Saved, Stale, StaleReason, Store, When};
use crate::model::RemoteId;
use crate::plan::Compare;
use crate::transport::Transport;
use crate::upload::{PlanSnapshot, Promise};

/// Stops where a run is no plan that waits to be applied.
pub fn demand_waiting(run: &Run) -> Result<(), Error> {
    demand_planned(run)?;
    let id = run.id.clone();
    Err(match run.saved {
        Some(Saved::Waiting) => return Ok(()),
        Some(Saved::Applied) if run.totals.unsent + run.totals.in_doubt > 0 => {
            StateError::HalfApplied(id)
        }
        Some(Saved::Applied) => StateError::Applied(id),
        Some(Saved::Dropped) => StateError::Erased(id),
        None => StateError::NoPlan(id),
    }
    .into())
}

/// Looks whether the plan still stands, and sends it. The book is held already; a plan that is not sent stays as it was.
pub fn apply<L: Transport>(
    mut handle: RunHandle<'_, L>,
    plan: &Run,
    policy: &Policy,
    sending: &Sending<'_>,
) -> Result<(Box<dyn Store>, RunSummary), Error> {
    match prepare(&mut handle, plan, policy, sending) {
        Ok(()) => handle.carry_out(sending),
        Err(error) => {
            let waits = handle.ledger.run(plan.id.as_str())?.saved == Some(Saved::Waiting);
            let before = waits.then(|| plan.exit_code.unwrap_or(0));
            Err(handle.broken_off(error, before))
        }
    }
}

fn prepare<L: Transport>(
    handle: &mut RunHandle<'_, L>,
    plan: &Run,
    policy: &Policy,
    sending: &Sending<'_>,
) -> Result<(), Error> {
    let (ledger, lease) = (&mut *handle.ledger, &handle.lease);
    settle_earlier(ledger, lease, handle.session, sending.delivery)?;
    let sight = demand_unchanged(handle, plan, policy, sending.promise)?;
    let (ledger, lease) = (&mut *handle.ledger, &handle.lease);
    sight.note(ledger, lease)?;
    // Where the plan is sent though something changed, what another run has made is still not made again.
    ledger.supersede(lease)?;
    Ok(ledger.apply(lease)?)
}

/// Looks at what the plan stood on; what was seen, if it still stands, or is sent all the same.
fn demand_unchanged<L: Transport>(
    handle: &mut RunHandle<'_, L>,
    plan: &Run,
    policy: &Policy,
    promise: Promise,
) -> Result<PlanSnapshot, Error> {
    let (ledger, session) = (&mut *handle.ledger, handle.session);
    let is_held_to = promise == Promise::Binding;
    let sight = look(ledger, &plan.id, session)?;
    let reads_nothing = policy.compare == Some(Compare::Ledger);
    if let (Some(why), true) = (&sight.unreadable, is_held_to && !reads_nothing) {
        return Err(Error::Unseen(why.clone()));
    }
    ledger.sighted(&handle.lease, When::Applied, &sight.records)?;
    let same = plan.requests.as_ref() == Some(&digest(handle.account, ledger, &plan.id)?);
    let (stale, new) = (ledger.stale(&plan.id)?, sight.newcomers(ledger, &plan.id)?);
    if !is_held_to || same && stale.is_empty() && new.is_empty() {
        return Ok(sight);
    }
    Err(Error::Changed {
        target: plan.about.target.clone(),
        differences: differences((!same).then_some(OTHER), &stale, &new),
    })
}

/// How many differences are named.
const NAMED: usize = 10;

/// What is said where other requests would be sent than were shown.
const OTHER: &str = "the requests would differ: a setting changed, or rows were erased";

fn differences(requests: Option<&str>, stale: &[Stale], new: &[RemoteId]) -> String {
    let mut parts: Vec<String> = requests.map(str::to_owned).into_iter().collect();
    parts.extend(stale.iter().take(NAMED).map(difference));
    if stale.len() > NAMED {
        parts.push(format!("{} more rows", stale.len() - NAMED));
    }
    if !new.is_empty() {
        let ids: Vec<&str> = new.iter().take(NAMED).map(RemoteId::as_str).collect();
        let more = if new.len() > NAMED { ", …" } else { "" };
        let noun = if new.len() == 1 {
            "record is"
        } else {
            "records are"
        };
        parts.push(format!(
            "{} {noun} new there: {}{more}",
            new.len(),
            ids.join(", ")
        ));
    }
    parts.join("; ")
}

fn difference(stale: &Stale) -> String {
    let record = stale.remote.as_ref();
    let record = record.map_or("its record".to_owned(), |id| format!("record {id}"));
    let what = match stale.why {
        StaleReason::InDoubt => "another run has sent it, and no answer came".to_owned(),
        StaleReason::Written => "another run has written it".to_owned(),
        StaleReason::Gone => format!("{record} is gone"),
        StaleReason::Came => format!("{record} was not there, and is now"),
        StaleReason::Changed => format!("{record} has changed"),
    };
    format!("row {}: {what}", stale.row)
}
