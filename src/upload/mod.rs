//! The loop that sends: takes claimed steps from the ledger, keeps some lanes busy, and hands back what became
//! of each. It decides nothing but when to stop.

mod batch;
mod canary;
mod deliver;
mod gather;
mod guard;
mod look;
mod looks;
mod promise;
mod settle;
mod sight;
mod standing;
mod verdict;
mod witness;

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::future::OptionFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::ledger::{Keeper, Ledger, LedgerError};
use crate::plan::{Action, Fate, Moment, Outcome, Step};
use crate::transport::{Client, Halt, Stop, StopReason, Transport};

use batch::Sent;
use gather::Gathered;
use guard::Guards;

pub use canary::Wrong;
pub use deliver::{Delivered, Failed, deliver};
pub use look::{Looked, Stands, look, read};
pub use looks::settle_earlier;
pub use promise::{Promise, Requests, merges};
pub use settle::{SettleError, Settlement, survey};
pub use sight::{Sight, sight};
pub use standing::standing;
pub use verdict::says;

/// How an upload goes about it.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Requests in flight at the most.
    pub lanes: usize,
    /// Steps claimed ahead of being sent: what a crash leaves in doubt at the most, beside the lanes.
    pub ahead: usize,
    /// So many refusals in a row for the same reason stop the run; 0 for never.
    pub stop_after: u32,
    /// So many refusals in all stop the run; 0 for never.
    pub max_errors: u64,
    /// So many rows are sent at the most; 0 for all.
    pub limit: u64,
    /// So many rows are sent first and read back, and the others only if the target holds what was sent; 0 for none.
    pub canary: u64,
    /// How long doubtful rows are looked for at the most: a vendor may still be working on them, and its list may lag.
    pub settle_after: Duration,
    /// What becomes of an update that turns out to be another than the plan shows.
    pub promise: Promise,
}

/// How an upload ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every step was sent.
    Finished,
    /// The stop was said.
    Stopped,
    /// Too many refusals in a row for the same reason; the vendor's words.
    StopLoss(String),
    /// Too many refusals in all.
    TooManyErrors(u64),
    /// As many rows were sent as were wanted.
    Limit(u64),
    /// The first rows are not what was sent; what is wrong with each.
    Canary(Vec<Wrong>),
    /// The time was up.
    Deadline,
    /// The vendor does not let us in.
    SignIn(String),
    /// The vendor cannot be reached.
    Unavailable(String),
    /// So many requests in a row got no answer that tells what became of them; the last words.
    Unanswered(u32, String),
    /// The ledger's files are not where they were: what is recorded would not be found.
    LedgerDisplaced(String),
}

impl Ended {
    /// Whether the vendor can still be asked what became of lost answers.
    fn can_ask(&self) -> bool {
        match self {
            Self::Finished
            | Self::StopLoss(_)
            | Self::TooManyErrors(_)
            | Self::Limit(_)
            | Self::Unanswered(..) => true,
            Self::Stopped
            | Self::Canary(_)
            | Self::Deadline
            | Self::SignIn(_)
            | Self::Unavailable(_)
            | Self::LedgerDisplaced(_) => false,
        }
    }
}

/// Sends every waiting step of the keeper's run; `settled` hears of each outcome as it comes. `now` is the last moment
/// that is noted on the run's book.
pub async fn upload<L: Transport, B: Ledger + 'static>(
    client: &Client<L>,
    keeper: &Keeper<B>,
    stop: &Stop,
    options: Options,
    mut now: Moment,
    mut settled: impl FnMut(&[Outcome]),
) -> Result<Ended, LedgerError> {
    let mut waiting = VecDeque::new();
    let mut in_flight = FuturesUnordered::new();
    let mut claim = None;
    let mut drained = false;
    let mut guards = Guards::new(options);
    let mut gathered = Gathered::default();
    // A batch is full where there is enough to fill it: the requests are then those that a dry run shows.
    let batch = client.vendor().batch();
    let ahead = options.ahead.max(batch);
    // A limit ends this upload alone; a stop that was said ends the whole run.
    let mut ended = None;
    // What is in flight is waited for all the same, and written where that can be.
    let mut broken = None;
    loop {
        let stopping = stop.is_requested() || ended.is_some() || broken.is_some();
        while !stopping
            && in_flight.len() < options.lanes.max(1)
            && let most @ 1.. = guards.most(batch)
            && (drained || waiting.len() >= most)
            && !(!in_flight.is_empty()
                && makes(&waiting)
                && is_last(&waiting, most, drained, &guards))
            && let Some(steps) = batch::next_batch(&mut waiting, most)
        {
            guards.sending(steps.len());
            in_flight.push(one(client, steps, (now.advance(), options.promise)));
        }
        if guards.is_used_up() && !waiting.is_empty() && ended.is_none() {
            ended = Some(Ended::Limit(options.limit));
            continue;
        }
        if !stopping && !drained && claim.is_none() && waiting.len() < ahead {
            claim = Some(Box::pin(keeper.claim(ahead)));
        }
        if in_flight.is_empty() && claim.is_none() && (stopping || drained) {
            break;
        }
        tokio::select! {
            biased;
            Some(mut sent) = in_flight.next() => {
                sent.note(&mut now);
                settled(&sent.outcomes);
                let why = guards.see(&sent).or_else(|| sent.halt.map(|halt| Ended::of(halt, stop)));
                if let Some(why) = why && ended.is_none() {
                    ended = Some(why);
                }
                if let Some(many) = gathered.add(sent.outcomes) {
                    keeper.settle(many);
                }
            }
            Some(steps) = OptionFuture::from(claim.as_mut()) => {
                claim = None;
                match steps {
                    Ok(steps) => {
                        drained = steps.is_empty();
                        waiting.extend(steps);
                    }
                    Err(error) => broken = Some(error),
                }
            }
            outcomes = gathered.ripe() => keeper.settle(outcomes),
        }
    }
    keeper.settle(gathered.take());
    keeper.settle(waiting.iter().map(unsent).collect());
    let written = keeper.flush().await;
    broken.map_or(written, Err)?;
    let stopped = stop.is_requested().then(|| Ended::of(Halt::Stopped, stop));
    Ok(ended.or(stopped).unwrap_or(Ended::Finished))
}

async fn one<L: Transport>(client: &Client<L>, steps: Vec<Step>, how: (Moment, Promise)) -> Sent {
    batch::send(client, &steps, how).await
}

/// Whether a request of so many steps is the last one: it waits until all others are answered or given up, so that the
/// record which it makes, once the list shows it, proves the list up to date for all of them.
fn is_last(waiting: &VecDeque<Step>, most: usize, drained: bool, guards: &Guards) -> bool {
    (drained && waiting.len() <= most) || guards.ends_with(most)
}

/// Whether the next request makes a record.
fn makes(waiting: &VecDeque<Step>) -> bool {
    let makes = |step: &Step| step.action == Action::Create;
    waiting.front().is_some_and(makes)
}

fn unsent(step: &Step) -> Outcome {
    Outcome::new(step.number, Fate::Unsent)
}

impl Ended {
    /// The end that a halt means; a stop is a deadline's where a deadline said it.
    pub fn of(halt: Halt, stop: &Stop) -> Self {
        match (halt, stop.reason()) {
            (Halt::Stopped, Some(StopReason::Deadline)) => Self::Deadline,
            (Halt::Stopped, _) => Self::Stopped,
            (Halt::SignIn(why), _) => Self::SignIn(why),
            (Halt::Unavailable(why), _) => Self::Unavailable(why),
        }
    }
}

#[cfg(test)]
mod tests;
