//! The part of a run that is on the network: earlier doubt is settled, what a plan stands on is looked at, and what waits
//! is sent, with the ledger on a thread of its own.

use std::time::{Duration, Instant};

use super::account::Account;
use super::error::{Error, InFlight};
use super::host::{End, Event, Host, Phase};
use super::session::Session;
use super::spec::Delivery;
use super::summary::RunSummary;
use crate::backend::Rate;
use crate::ledger::{Lease, Store};
use crate::model::RunId;
use crate::plan::Fate;
use crate::transport::{StopReason, Transport};
use crate::upload::{
    self, Delivered, DeliveryOptions, Ended, Failed, PlanSnapshot, Promise, Reconciliation,
};

/// How the steps of a run are sent.
#[derive(Clone, Debug)]
pub struct Sending<'a> {
    /// How fast, and when to give up: what was asked.
    pub delivery: &'a Delivery,
    /// So many rows at the most; 0 for all.
    pub limit: u64,
    /// So many rows first, which are read back before the others go; 0 for none.
    pub canary: u64,
    /// What becomes of an update that turns out to be another than the plan shows.
    pub promise: Promise,
}

impl<'a> Sending<'a> {
    /// As it was asked, all of it, and without a canary.
    pub fn of(delivery: &'a Delivery) -> Self {
        Self {
            delivery,
            limit: 0,
            canary: 0,
            promise: Promise::Told,
        }
    }
}

/// A planned run, and what it is delivered by.
pub struct RunHandle<'a, L> {
    /// The ledger that holds it.
    pub ledger: Box<dyn Store>,
    /// The run, and its hold of the book.
    pub lease: Lease,
    /// Whom it is sent to.
    pub account: &'a Account,
    /// The way there.
    pub session: &'a Session<L>,
    /// Who hears of it.
    pub host: &'a dyn Host,
}

impl<L: Transport> RunHandle<'_, L> {
    /// Sends what waits, if anything does, and ends the run; gives the ledger back.
    pub fn carry_out(self, sending: &Sending<'_>) -> Result<(Box<dyn Store>, RunSummary), Error> {
        let waiting = self.ledger.run(self.lease.run().as_str())?.totals.unsent;
        if waiting > 0 {
            return self.deliver(sending, waiting);
        }
        let summary = RunSummary::of_nothing(self.lease.run());
        let ledger = finish(self.ledger, self.lease, &summary, self.host)?;
        Ok((ledger, summary))
    }

    /// Ends a run that broke off, with the number that it had before if one is given; the first error is the one to tell.
    pub(super) fn broken_off(mut self, error: Error, before: Option<u8>) -> Error {
        let grade = before.unwrap_or_else(|| self.host.grade(End::Failed(&error)));
        // What cannot be written here is written by the next run on the book.
        let _ = self.ledger.end(self.lease, grade);
        error
    }

    /// Sends what waits, for so many rows, and ends the run.
    pub(super) fn deliver(
        self,
        sending: &Sending<'_>,
        rows: u64,
    ) -> Result<(Box<dyn Store>, RunSummary), Error> {
        let Self {
            ledger,
            lease,
            account,
            session,
            host,
        } = self;
        host.hear(Event::Began(Phase::Sending, Some(rows)));
        let before = Instant::now();
        if host.is_interrupted() {
            session.stop().request(StopReason::Person);
        }
        let options = options(account, sending);
        let sent = send(ledger, &lease, session, options, host);
        host.hear(Event::Ended);
        let (ledger, ended) = match sent {
            Ok(sent) => sent,
            Err(failed) => return Err(broken(failed, lease, host)),
        };
        let summary = RunSummary {
            run: lease.run().clone(),
            ended,
            requests: session.client().requests(),
            upload_seconds: before.elapsed().as_secs_f64(),
            undecided: false,
        };
        let ledger = finish(ledger, lease, &summary, host)?;
        Ok((ledger, summary))
    }
}

/// Why a run broke off while it was sent. What it had claimed is in doubt; it is over where the ledger is still there.
fn broken(failed: Failed, lease: Lease, host: &dyn Host) -> Error {
    let Failed { ledger, error } = failed;
    let run = lease.run().clone();
    let error = Error::Interrupted(Box::new(InFlight { run, error }));
    if let Some(mut ledger) = ledger {
        // What cannot be written here is written by the next run on the book.
        let _ = ledger.end(lease, host.grade(End::Failed(&error)));
    }
    error
}

/// Ends a run with what its host thinks of it.
pub(super) fn finish(
    mut ledger: Box<dyn Store>,
    lease: Lease,
    summary: &RunSummary,
    host: &dyn Host,
) -> Result<Box<dyn Store>, Error> {
    let totals = ledger.run(summary.run.as_str())?.totals;
    let grade = host.grade(End::Finished(summary, &totals));
    ledger.end(lease, grade)?;
    Ok(ledger)
}

fn options(account: &Account, sending: &Sending<'_>) -> DeliveryOptions {
    let delivery = sending.delivery;
    let lanes = account.lanes(delivery.concurrency);
    DeliveryOptions {
        lanes,
        ahead: ahead(account.pace(delivery.rate), lanes),
        stop_after: delivery.stop_after,
        max_errors: delivery.max_errors,
        limit: sending.limit,
        canary: sending.canary,
        settle_after: Duration::from_secs(delivery.settle_after),
        promise: sending.promise,
    }
}

/// How many steps to claim ahead: what a quarter of a second sends, since a crash leaves them in doubt.
fn ahead(rate: Rate, lanes: usize) -> usize {
    let quarter = Duration::from_millis(250).as_nanos();
    let quarter = quarter / rate.interval().as_nanos().max(1);
    usize::try_from(quarter)
        .unwrap_or(usize::MAX)
        .clamp(lanes, lanes.max(2048))
}

/// Signs in, and settles what earlier runs on the book left in doubt, if any did.
pub(super) fn settle_earlier<L: Transport>(
    ledger: &mut dyn Store,
    lease: &Lease,
    session: &Session<L>,
    delivery: &Delivery,
) -> Result<Reconciliation, Error> {
    if ledger.doubtful_runs(lease.book())?.is_empty() {
        return Ok(Reconciliation::default());
    }
    session.sign_in().map_err(Error::Halted)?;
    let after = Duration::from_secs(delivery.settle_after);
    let settling =
        upload::reconcile_earlier(session.client(), ledger, lease, session.stop(), after);
    Ok(session.run(settling)?)
}

/// Signs in, and looks at what a planned run would touch; nobody is asked where it would touch nothing.
pub(super) fn look<L: Transport>(
    ledger: &dyn Store,
    run: &RunId,
    session: &Session<L>,
) -> Result<PlanSnapshot, Error> {
    if ledger.run(run.as_str())?.totals.unsent == 0 {
        return Ok(PlanSnapshot::default());
    }
    session.sign_in().map_err(Error::Halted)?;
    Ok(session.run(upload::plan_snapshot(session.client(), ledger, run))?)
}

/// Signs in and delivers every waiting step of the run; gives the ledger back, and says how it ended.
fn send<L: Transport>(
    ledger: Box<dyn Store>,
    lease: &Lease,
    session: &Session<L>,
    options: DeliveryOptions,
    host: &dyn Host,
) -> Result<(Box<dyn Store>, Ended), Failed> {
    let delivery = session.run(async {
        if let Err(halt) = session.client().sign_in().await {
            let ended = Ended::of(halt, session.stop());
            return Ok((ledger, Delivered::of(ended)));
        }
        let (client, stop) = (session.client(), session.stop());
        upload::deliver(client, ledger, lease, stop, options, |outcomes| {
            let sent = outcomes.iter().filter(|one| one.fate != Fate::Unsent);
            host.hear(Event::Rows(sent.count() as u64));
        })
        .await
    });
    let (ledger, delivered) = delivery?;
    if delivered.proven > 0 {
        host.hear(Event::Proven(delivered.proven));
    }
    Ok((ledger, delivered.ended))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_is_claimed_ahead_of_a_slow_vendor() {
        assert_eq!(ahead(Rate::per_minute(60), 2), 2);
        assert_eq!(ahead(Rate::per_second(100), 4), 25);
        assert_eq!(ahead(Rate::per_second(100_000), 64), 2048);
    }
}
