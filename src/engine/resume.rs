//! What a run left undone: what is in doubt is looked up, and what was not sent is sent.

use super::deliver::{RunHandle, Sending, settle_earlier};
use super::error::{Error, StateError};
use super::summary::RunSummary;
use crate::ledger::{Run, Saved, Store};
use crate::transport::Transport;

/// What becomes of rows whose fate cannot be found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubtful {
    /// They stay in doubt.
    Stay,
    /// They are sent again, and may then stand there twice.
    Resend,
}

/// Stops where a run ended before it was planned.
pub fn demand_planned(run: &Run) -> Result<(), Error> {
    if run.planned {
        return Ok(());
    }
    Err(StateError::NotPlanned(run.id.clone()).into())
}

/// Stops where a run cannot be gone on with: it was not planned, or is a plan that nobody has applied.
pub fn demand_resumable(run: &Run) -> Result<(), Error> {
    demand_planned(run)?;
    match run.saved {
        Some(Saved::Waiting | Saved::Dropped) => Err(StateError::NotApplied(run.id.clone()).into()),
        _ => Ok(()),
    }
}

/// Goes on with a run. The book is held already; a run that nothing became of since ends with the number that it had.
pub fn resume<L: Transport>(
    mut handle: RunHandle<'_, L>,
    before: &Run,
    doubtful: Doubtful,
    sending: &Sending<'_>,
) -> Result<(Box<dyn Store>, RunSummary), Error> {
    match prepare(&mut handle, before, doubtful, sending) {
        Ok(()) => handle.carry_out(sending),
        Err(error) => {
            let is_same = handle.ledger.run(before.id.as_str())?.totals == before.totals;
            Err(handle.broken_off(error, before.exit_code.filter(|_| is_same)))
        }
    }
}

fn prepare<L: Transport>(
    handle: &mut RunHandle<'_, L>,
    run: &Run,
    doubtful: Doubtful,
    sending: &Sending<'_>,
) -> Result<(), Error> {
    let (ledger, lease) = (&mut *handle.ledger, &handle.lease);
    settle_earlier(ledger, lease, handle.session, sending.delivery)?;
    if doubtful == Doubtful::Resend {
        let left = ledger.doubtful(&run.id)?;
        let left: Vec<u64> = left.iter().map(|step| step.number).collect();
        ledger.reopen(lease, &left)?;
    }
    Ok(ledger.supersede(lease)?)
}
