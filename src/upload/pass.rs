//! One pass over the waiting steps of a run, with the ledger on a thread of its own meanwhile; a delivery takes several.

use super::end::Ended;
use super::lanes::upload;
use super::options::DeliveryOptions;
use crate::ledger::{Ledger, LedgerError, LedgerWriter};
use crate::model::RunId;
use crate::plan::Outcome;
use crate::transport::{Client, Stop, Transport};

/// Why a delivery broke off, with the ledger if it is still there.
pub struct Failed<B> {
    /// The ledger; `None` where its thread is gone.
    pub ledger: Option<B>,
    /// What happened.
    pub error: LedgerError,
}

/// How often what is absent is sent again, and doubt looked up. No row is sent more than twice, and each round may find
/// one more absent; what is left is resumed.
pub(super) const ROUNDS: u32 = 10;

pub(super) fn failed<B>(ledger: B, error: LedgerError) -> Failed<B> {
    Failed {
        ledger: Some(ledger),
        error,
    }
}

/// One pass over the waiting steps, with the ledger on a thread of its own meanwhile.
pub(super) async fn send<L: Transport, B: Ledger + 'static>(
    client: &Client<L>,
    ledger: B,
    run: &RunId,
    stop: &Stop,
    options: DeliveryOptions,
    settled: impl FnMut(&[Outcome]),
) -> Result<(B, Ended), Failed<B>> {
    let now = match ledger.moment(run) {
        Ok(now) => now,
        Err(error) => return Err(failed(ledger, error)),
    };
    let keeper = LedgerWriter::start(ledger, run.clone());
    let ended = upload(client, &keeper, stop, options, now, settled).await;
    match (keeper.close(), ended) {
        (Ok(ledger), Ok(ended)) => Ok((ledger, ended)),
        (Ok(ledger), Err(error)) => Err(failed(ledger, error)),
        (Err(error), _) => Err(Failed {
            ledger: None,
            error,
        }),
    }
}
