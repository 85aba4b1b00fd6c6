//! One pass over the waiting steps of a run, with the ledger on a thread of its own meanwhile; a delivery takes several.

use super::end::Ended;
use super::lanes::upload;
use super::options::DeliveryOptions;
use crate::ledger::{Lease, LedgerError, LedgerWriter, Store};
use crate::plan::Outcome;
use crate::transport::{Client, Stop, Transport};

/// Why a delivery broke off, with the ledger if it is still there.
pub struct Failed {
    /// The ledger; `None` where its thread is gone.
    pub ledger: Option<Box<dyn Store>>,
    /// What happened.
    pub error: LedgerError,
}

/// How often what is absent is sent again, and doubt looked up. No row is sent more than twice, and each round may find
/// one more absent; what is left is resumed.
pub(super) const ROUNDS: u32 = 10;

pub(super) fn failed(ledger: Box<dyn Store>, error: LedgerError) -> Failed {
    Failed {
        ledger: Some(ledger),
        error,
    }
}

/// One pass over the waiting steps, with the ledger on a thread of its own meanwhile.
pub(super) async fn send<L: Transport>(
    client: &Client<L>,
    ledger: Box<dyn Store>,
    lease: &Lease,
    stop: &Stop,
    options: DeliveryOptions,
    settled: impl FnMut(&[Outcome]),
) -> Result<(Box<dyn Store>, Ended), Failed> {
    let now = match ledger.moment(lease.run()) {
        Ok(now) => now,
        Err(error) => return Err(failed(ledger, error)),
    };
    let keeper = LedgerWriter::start(ledger, lease.clone());
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
