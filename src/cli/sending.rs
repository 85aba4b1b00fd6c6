//! The part of a command that is on the network: one tokio loop, with the ledger on a thread of its own.

use std::future::Future;
use std::time::Duration;

use super::failure::{Failure, Kind};
use super::progress::Progress;
use super::target::Reached;
use crate::backend::Rate;
use crate::engine::Delivery;
use crate::ledger::{Ledger as _, LedgerError, Sqlite};
use crate::model::{BookId, RunId};
use crate::plan::Fate;
use crate::upload::{
    self, Delivered, DeliveryOptions, Ended, PlanSnapshot, Reconciliation, UploadError,
};

/// How many steps to claim ahead: what a quarter of a second sends, since a crash leaves them in doubt.
pub(super) fn ahead(rate: Rate, lanes: usize) -> usize {
    let quarter = std::time::Duration::from_millis(250).as_nanos();
    let quarter = quarter / rate.interval().as_nanos().max(1);
    usize::try_from(quarter)
        .unwrap_or(usize::MAX)
        .clamp(lanes, lanes.max(2048))
}

/// Runs something on the network, on this thread.
pub(super) fn on_the_network<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::new(Kind::Internal, error, "the network loop cannot be started")
        })?;
    Ok(runtime.block_on(work))
}

/// Signs in, and settles what earlier runs on the book left in doubt.
pub(super) fn settle_earlier(
    ledger: &mut Sqlite,
    book: &BookId,
    reached: &Reached,
    delivery: &Delivery,
) -> Result<Reconciliation, Failure> {
    let after = Duration::from_secs(delivery.settle_after);
    let settled = on_the_network(async {
        reached
            .client
            .sign_in()
            .await
            .map_err(UploadError::Halted)?;
        upload::reconcile_earlier(&reached.client, ledger, book, &reached.stop, after).await
    })?;
    Ok(settled?)
}

/// Signs in, and looks at what a planned run would touch; nobody is asked where it would touch nothing.
pub(super) fn look(
    ledger: &Sqlite,
    run: &RunId,
    reached: &Reached,
) -> Result<PlanSnapshot, Failure> {
    if ledger.run(&run.0)?.totals.unsent == 0 {
        return Ok(PlanSnapshot::default());
    }
    let seen = on_the_network(async {
        let signed = reached.client.sign_in().await;
        signed.map_err(UploadError::Halted)?;
        upload::plan_snapshot(&reached.client, ledger, run).await
    })?;
    Ok(seen?)
}

/// Signs in and delivers every waiting step of the run; gives the ledger back, and says how it ended.
pub(super) fn send(
    ledger: Sqlite,
    place: (&RunId, &BookId),
    reached: &Reached,
    options: DeliveryOptions,
    bar: &Progress,
) -> Result<(Sqlite, Ended), LedgerError> {
    let delivery = on_the_network(async {
        if let Err(halt) = reached.client.sign_in().await {
            let ended = Ended::of(halt, &reached.stop);
            return Ok((ledger, Delivered::of(ended)));
        }
        upload::deliver(
            &reached.client,
            ledger,
            place,
            &reached.stop,
            options,
            |outcomes| {
                let sent = outcomes
                    .iter()
                    .filter(|outcome| outcome.fate != Fate::Unsent)
                    .count();
                bar.add(sent as u64);
            },
        )
        .await
    });
    match delivery {
        Ok(Ok((ledger, delivered))) => {
            if delivered.proven > 0 {
                let rows = match delivered.proven {
                    1 => "1 row was".to_owned(),
                    rows => format!("{rows} rows were"),
                };
                bar.say(&format!(
                    "note: {rows} sent first and read back; the target holds what was sent"
                ));
            }
            Ok((ledger, delivered.ended))
        }
        Ok(Err(failed)) => Err(failed.error),
        Err(_) => Err(LedgerError::Gone),
    }
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
