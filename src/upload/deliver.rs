//! A run's delivery from its plan to its end: note what is there, send, look up what is in doubt, and send again
//! what turned out not to have arrived, until nothing is left that can be done.

use crate::ledger::{Lease, Store};
use crate::plan::{Fate, Outcome};
use crate::transport::{Client, Stop, Transport};

use super::canary;
use super::end::Ended;
use super::error::UploadError;
use super::options::DeliveryOptions;
use super::pass::{Failed, ROUNDS, failed, send};
use super::reconcile::{Reconciliation, look_up, survey};

/// How a delivery ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// Why it ended.
    pub ended: Ended,
    /// How many rows were sent before the others, and found to be what was sent.
    pub proven: u64,
    /// What became of the doubt, in the last look-up.
    pub reconciliation: Reconciliation,
}

impl Delivered {
    /// A delivery that ended so, without doubt.
    pub fn of(ended: Ended) -> Self {
        Self {
            ended,
            proven: 0,
            reconciliation: Reconciliation::default(),
        }
    }
}

/// Delivers every waiting step of a run, after the canary if one is wanted; `settled` hears of each outcome as it
/// comes. A ledger whose files were moved away ends it; what was recorded stands in the one that is given back.
pub async fn deliver<L: Transport>(
    client: &Client<L>,
    ledger: Box<dyn Store>,
    lease: &Lease,
    stop: &Stop,
    options: DeliveryOptions,
    settled: impl FnMut(&[Outcome]),
) -> Result<(Box<dyn Store>, Delivered), Failed> {
    match canary_and_rest(client, ledger, lease, stop, options, settled).await {
        Err(Failed {
            ledger: Some(ledger),
            error,
        }) if error.is_displaced() => {
            let ended = Ended::LedgerDisplaced(error.to_string());
            Ok((ledger, Delivered::of(ended)))
        }
        other => other,
    }
}

async fn canary_and_rest<L: Transport>(
    client: &Client<L>,
    mut ledger: Box<dyn Store>,
    lease: &Lease,
    stop: &Stop,
    mut options: DeliveryOptions,
    mut settled: impl FnMut(&[Outcome]),
) -> Result<(Box<dyn Store>, Delivered), Failed> {
    let mut proven = 0;
    if options.canary > 0 {
        let (back, sang) =
            canary::send_first(client, ledger, lease, stop, options, &mut settled).await?;
        ledger = back;
        match sang {
            Ok(rows) if options.limit == 0 || rows < options.limit => proven = rows,
            Ok(_) => return Ok((ledger, Delivered::of(Ended::Limit(options.limit)))),
            Err(ended) => return Ok((ledger, Delivered::of(ended))),
        }
        options.limit = options.limit.saturating_sub(proven);
    }
    let (ledger, mut delivered) = rounds(client, ledger, lease, stop, options, settled).await?;
    if let Ended::Limit(rows) = &mut delivered.ended {
        *rows += proven;
    }
    Ok((
        ledger,
        Delivered {
            proven,
            ..delivered
        },
    ))
}

/// Sends and looks up, until nothing is left that can be done.
async fn rounds<L: Transport>(
    client: &Client<L>,
    mut ledger: Box<dyn Store>,
    lease: &Lease,
    stop: &Stop,
    options: DeliveryOptions,
    mut settled: impl FnMut(&[Outcome]),
) -> Result<(Box<dyn Store>, Delivered), Failed> {
    let mut delivered = Delivered::of(Ended::Finished);
    for _ in 0..ROUNDS {
        match survey(client, &mut *ledger, lease).await {
            Ok(()) => {}
            Err(UploadError::Halted(halt)) => {
                delivered.ended = Ended::of(halt, stop);
                break;
            }
            Err(UploadError::Ledger(error)) => return Err(failed(ledger, error)),
        }
        let mut answered = 0;
        let heard = |outcomes: &[Outcome]| {
            let open = |outcome: &&Outcome| matches!(outcome.fate, Fate::InDoubt | Fate::Unsent);
            answered += outcomes.iter().filter(|outcome| !open(outcome)).count() as u64;
            settled(outcomes);
        };
        let (back, ended) = send(client, ledger, lease, stop, options, heard).await?;
        (ledger, delivered.ended) = (back, ended);
        if !delivered.ended.can_ask() {
            break;
        }
        match look_up(client, &mut *ledger, lease, stop, options.settle_after).await {
            Ok(reconciliation) => delivered.reconciliation = reconciliation,
            Err(UploadError::Halted(halt)) => {
                if delivered.ended == Ended::Finished {
                    delivered.ended = Ended::of(halt, stop);
                }
                break;
            }
            Err(UploadError::Ledger(error)) => return Err(failed(ledger, error)),
        }
        if delivered.reconciliation.to_send == 0 || delivered.ended != Ended::Finished {
            return Ok((ledger, delivered));
        }
        if answered + delivered.reconciliation.found == 0 && is_too_much(&delivered, options) {
            break;
        }
    }
    if delivered.ended == Ended::Finished {
        let rows = delivered.reconciliation.to_send;
        let why = format!("{rows} rows were sent, got no usable answer, and are not there");
        delivered.ended = Ended::Unavailable(why);
    }
    Ok((ledger, delivered))
}

/// Whether so many rows were sent for nothing that the vendor is ill: a row that was lost by chance is sent again.
fn is_too_much(delivered: &Delivered, options: DeliveryOptions) -> bool {
    options.stop_after > 0 && delivered.reconciliation.to_send >= u64::from(options.stop_after)
}
