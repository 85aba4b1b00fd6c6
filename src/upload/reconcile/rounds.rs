//! When doubt is looked up: not once, but with growing pauses, since one absence is no proof. A vendor may still be at
//! work on what it never answered, and its list may show a record later than it made it.

use std::time::Duration;

use crate::ledger::{Lease, Store};
use crate::transport::{Client, Halt, Stop, Transport};

use super::run::{Reconciliation, reconcile};
use crate::upload::error::UploadError;

/// One look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::upload) struct LookupRound {
    /// How long to wait for it after the one before.
    pub(in crate::upload) pause: Duration,
    /// Whether it is the last one, after which what is absent is held to be so.
    pub(super) is_last: bool,
}

/// The looks within so long: after a fifth of it, after three fifths, and at its end.
pub(in crate::upload) fn lookup_rounds(within: Duration) -> Vec<LookupRound> {
    if within.is_zero() {
        return vec![LookupRound {
            pause: within,
            is_last: true,
        }];
    }
    let round = |fifths: u32| LookupRound {
        pause: within * fifths / 5,
        is_last: false,
    };
    let mut rounds = vec![round(1), round(2), round(2)];
    rounds[2].is_last = true;
    rounds
}

/// Waits for a look, unless the stop is said.
pub(in crate::upload) async fn wait(stop: &Stop, pause: Duration) -> Result<(), UploadError> {
    tokio::select! {
        () = stop.requested() => Err(UploadError::Halted(Halt::Stopped)),
        () = tokio::time::sleep(pause) => Ok(()),
    }
}

/// Looks up what a run has in doubt, if it has any.
pub(in crate::upload) async fn look_up<L: Transport>(
    client: &Client<L>,
    ledger: &mut dyn Store,
    lease: &Lease,
    stop: &Stop,
    within: Duration,
) -> Result<Reconciliation, UploadError> {
    if ledger.doubtful(lease.run())?.is_empty() {
        return Ok(Reconciliation::default());
    }
    look_up_all(client, ledger, std::slice::from_ref(lease), stop, within).await
}

/// Settles what earlier runs left in doubt on a book, so that a new plan knows what is there. What turns out to
/// be absent is not sent for them: the new plan does that. Of a process that was killed nobody knows how long ago it
/// sent, so it is looked for `within` as long as what was sent just now.
pub async fn reconcile_earlier<L: Transport>(
    client: &Client<L>,
    ledger: &mut dyn Store,
    lease: &Lease,
    stop: &Stop,
    within: Duration,
) -> Result<Reconciliation, UploadError> {
    let runs = ledger.doubtful_runs(lease.book())?;
    let leases: Vec<Lease> = runs.iter().map(|run| lease.over(&run.id)).collect();
    look_up_all(client, ledger, &leases, stop, within).await
}

async fn look_up_all<L: Transport>(
    client: &Client<L>,
    ledger: &mut dyn Store,
    leases: &[Lease],
    stop: &Stop,
    within: Duration,
) -> Result<Reconciliation, UploadError> {
    let mut sum = Reconciliation::default();
    if leases.is_empty() {
        return Ok(sum);
    }
    for round in lookup_rounds(within) {
        wait(stop, round.pause).await?;
        (sum.left, sum.missing) = (0, 0);
        for lease in leases {
            let one = reconcile(client, ledger, lease, round.is_last).await?;
            sum.found += one.found;
            sum.to_send += one.to_send;
            sum.left += one.left;
            sum.missing += one.missing;
        }
        // What cannot be told apart, or not be seen at all, is not told by another look.
        if sum.missing == 0 {
            break;
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_grow_and_are_so_long_together() {
        let within = Duration::from_secs(10);
        let pauses: Vec<u64> = lookup_rounds(within)
            .iter()
            .map(|look| look.pause.as_secs())
            .collect();
        assert_eq!(pauses, [2, 4, 4]);
        for within in [within, Duration::ZERO] {
            let looks = lookup_rounds(within);
            let all: Duration = looks.iter().map(|look| look.pause).sum();
            assert_eq!(all, within);
            let last: Vec<bool> = looks.iter().map(|look| look.is_last).collect();
            assert_eq!(last.iter().position(|last| *last), Some(looks.len() - 1));
        }
    }
}
