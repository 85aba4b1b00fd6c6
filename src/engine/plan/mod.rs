//! Fills a run with steps: every row through the line and into the ledger, chunk by chunk, with the record that a
//! link leads to; then, when all rows are known, the records of the others are found, and each step is decided.

mod builder;
mod decide;
mod duplicates;
mod mirror;
mod prefetch;
mod read;
mod read_row;
mod request;
mod rows;
mod stranger;
mod sums;

use super::error::Error;
use super::sheet::OpenedSheet;
use crate::ledger::{Lease, Store};
use crate::plan::{Action, Compare, Mode};
use crate::transport::{Halt, Transport};

use builder::{PairingError, PlanBuilder};

pub use request::{PlanRequest, Planned};
pub use rows::RowChoice;
pub use sums::PlanCounts;

/// Plans the rows of the sheet into a run.
pub fn plan<L: Transport>(
    sheet: &mut OpenedSheet,
    request: &PlanRequest<'_, L>,
    into: &mut dyn Store,
    lease: &Lease,
) -> Result<Planned, Error> {
    let policy = &request.spec.policy;
    let mut builder = PlanBuilder::new(request, into, lease)?;
    builder.read(sheet)?;
    builder.guard_rows()?;
    let mut halt = halt_of(builder.pair())?;
    // Some rows of a sheet are no sheet: what they change, and what they lack, tells nothing.
    if halt.is_none() && matches!(request.rows, RowChoice::All) {
        builder.guard_updates()?;
        if policy.mode == Mode::Mirror {
            builder.mirror()?;
        }
    }
    if request.shows && halt.is_none() && policy.compare != Some(Compare::Ledger) {
        // What updates are merged with is read, so that what they send can be shown.
        halt = halt_of(builder.read_what_is_merged())?;
    }
    let vendor = request.account.vendor.as_ref();
    builder
        .sums
        .tell_losses(vendor.profile().name, request.host);
    Ok(Planned {
        counts: builder.sums.counts().clone(),
        requests: builder.sums.requests(vendor, builder.looks),
        halt,
    })
}

/// Why the target could not be read, if that is all that is wrong.
fn halt_of(done: Result<(), PairingError>) -> Result<Option<Halt>, Error> {
    match done {
        Ok(()) => Ok(None),
        Err(PairingError::Halted(halt)) => Ok(Some(halt)),
        Err(PairingError::Failed(error)) => Err(error),
    }
}

impl<L: Transport> PlanBuilder<'_, L> {
    /// Stops where the sheet is empty, or has shrunk; some rows of a sheet are neither.
    fn guard_rows(&self) -> Result<(), Error> {
        match self.request.rows {
            RowChoice::All => self
                .request
                .spec
                .guards
                .rows(self.number, self.request.last),
            RowChoice::Some { .. } => Ok(()),
        }
    }

    /// Stops where too many of the records would change that rows were matched with.
    fn guard_updates(&self) -> Result<(), Error> {
        let updates = self.sums.counts().get(Action::Update.name());
        let updates = updates.copied().unwrap_or_default();
        let matched = self.lookup.count_matched()?;
        self.request.spec.guards.updates(updates, matched)
    }
}
