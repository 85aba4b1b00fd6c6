//! A plan as the requests that it would send: shown, counted, and kept as a digest that a saved plan is held to.

use std::io::{self, Write};

use super::account::Account;
use super::deliver::look;
use super::error::Error;
use super::estimate::Estimate;
use super::host::{Event, Host};
use super::session::Session;
use crate::backend::Rate;
use crate::ledger::{Lease, LedgerError, Store};
use crate::model::{Fingerprint, RunId};
use crate::plan::{Fate, Step};
use crate::transport::Transport;
use crate::upload::Requests;
use crate::wire::Foreseen;

/// What is seen of a plan on its way to requests.
enum PlanPart<'a> {
    Step(&'a Step),
    Batch(&'a [Foreseen]),
}

/// Hands over every waiting step of a run, and the requests of every batch that they make.
fn each_request(
    account: &Account,
    ledger: &dyn Store,
    run: &RunId,
    mut each: impl FnMut(PlanPart<'_>),
) -> Result<(), LedgerError> {
    let mut requests = Requests::of(account.vendor.as_ref());
    ledger.each_step(run, &mut |settled| {
        if settled.fate == Fate::Unsent {
            each(PlanPart::Step(&settled.step));
            if let Some(batch) = requests.add(settled.step) {
                each(PlanPart::Batch(&batch));
            }
        }
        Ok(())
    })?;
    for batch in requests.rest() {
        each(PlanPart::Batch(&batch));
    }
    Ok(())
}

/// Writes the requests that a run would send, a line each, and says what they take at this pace.
pub fn write_requests(
    account: &Account,
    ledger: &dyn Store,
    run: &RunId,
    (out, rate): (&mut dyn Write, Rate),
) -> Result<Estimate, Error> {
    let mut estimate = Estimate::new(rate);
    let mut written = Ok(());
    each_request(account, ledger, run, |seen| match seen {
        PlanPart::Step(step) => estimate.add(step, account.vendor.as_ref()),
        PlanPart::Batch(requests) => {
            estimate.requests += 1;
            for request in requests {
                let line: io::Result<()> = writeln!(out, "{}", request.shown());
                written = std::mem::replace(&mut written, Ok(())).and(line);
            }
        }
    })?;
    written?;
    Ok(estimate)
}

/// A digest of the requests that a run would send.
pub(super) fn digest(
    account: &Account,
    ledger: &dyn Store,
    run: &RunId,
) -> Result<Fingerprint, LedgerError> {
    let mut digest = Fingerprint::of("");
    each_request(account, ledger, run, |seen| {
        if let PlanPart::Batch(requests) = seen {
            for request in requests {
                digest = Fingerprint::of(&format!("{} {}", digest.as_str(), request.shown()));
            }
        }
    })?;
    Ok(digest)
}

/// Saves a run whose steps all stand in the ledger as a plan, with what it stands on.
pub(super) fn put_aside<L: Transport>(
    ledger: &mut dyn Store,
    lease: &Lease,
    (account, session): (&Account, &Session<L>),
    host: &dyn Host,
) -> Result<(), Error> {
    let requests = digest(account, ledger, lease.run())?;
    ledger.save(lease, &requests)?;
    let sight = look(ledger, lease.run(), session)?;
    if sight.unseen > 0 {
        host.hear(Event::Unseen {
            vendor: account.profile().name,
            records: sight.unseen,
        });
    }
    Ok(sight.keep(ledger, lease)?)
}
