//! The loop that sends: takes claimed steps from the ledger, keeps some lanes busy, and hands back what became
//! of each. It decides nothing but when to stop.

use std::collections::VecDeque;

use futures_util::future::OptionFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};

use super::batch::{self, BatchResult};
use super::batching::next_batch;
use super::end::Ended;
use super::gather::Gathered;
use super::guard::UploadGuards;
use super::options::DeliveryOptions;
use super::promise::Promise;
use crate::ledger::{LedgerError, LedgerWriter};
use crate::plan::{Action, Fate, Moment, Outcome, Step};
use crate::transport::{Client, Halt, Stop, Transport};

/// Sends every waiting step of the keeper's run; `settled` hears of each outcome as it comes. `now` is the last moment
/// that is noted on the run's book.
pub async fn upload<L: Transport>(
    client: &Client<L>,
    keeper: &LedgerWriter,
    stop: &Stop,
    options: DeliveryOptions,
    mut now: Moment,
    mut settled: impl FnMut(&[Outcome]),
) -> Result<Ended, LedgerError> {
    // Claimed steps that have not left yet, requests whose answer is still to come, and the next claim, if one is under way.
    let mut waiting = VecDeque::new();
    let mut in_flight = FuturesUnordered::new();
    let mut claim = None;
    let mut drained = false;
    let mut guards = UploadGuards::new(options);
    let mut gathered = Gathered::default();
    // A batch is full where there is enough to fill it: the requests are then those that a dry run shows.
    let batch = client.vendor().batch();
    let ahead = options.ahead.max(batch);
    // A limit ends this upload alone; a stop that was said ends the whole run.
    let mut ended = None;
    // What is in flight is waited for all the same, and written where that can be.
    let mut broken = None;
    loop {
        // Once it stops nothing new leaves and nothing more is claimed, but the loop goes on until what left is answered: a
        // request that is abandoned would leave its rows in doubt.
        let stopping = stop.is_requested() || ended.is_some() || broken.is_some();
        while !stopping
            && in_flight.len() < options.lanes.max(1)
            && let most @ 1.. = guards.most(batch)
            // A short batch only at the very end, so that the requests are those of the dry run.
            && (drained || waiting.len() >= most)
            && (in_flight.is_empty() || !is_witness(&waiting, most, drained, &guards))
            && let Some(steps) = next_batch(&mut waiting, most)
        {
            guards.sending(steps.len());
            in_flight.push(one(client, steps, (now.advance(), options.promise)));
        }
        if guards.is_used_up() && !waiting.is_empty() && ended.is_none() {
            ended = Some(Ended::Limit(options.limit));
            continue;
        }
        // Claiming is a commit on another thread; it goes on while requests are in flight, and one at a time keeps the order.
        if !stopping && !drained && claim.is_none() && waiting.len() < ahead {
            claim = Some(Box::pin(keeper.claim(ahead)));
        }
        if in_flight.is_empty() && claim.is_none() && (stopping || drained) {
            break;
        }
        // Answers first: each frees a lane, may stop the run, and is durable only when the ledger has it. The claim is behind
        // them since it only brings more work, and outcomes that wait for others come last: their timer is an upper bound.
        tokio::select! {
            biased;
            Some(mut sent) = in_flight.next() => {
                sent.note(&mut now);
                settled(&sent.outcomes);
                let why = guards.see(&sent).or_else(|| sent.halt.map(|halt| Ended::of(halt, stop)));
                ended = ended.or(why);
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
    let written = give_back(keeper, gathered.take(), &waiting).await;
    broken.map_or(written, Err)?;
    let stopped = stop.is_requested().then(|| Ended::of(Halt::Stopped, stop));
    Ok(ended.or(stopped).unwrap_or(Ended::Finished))
}

/// Writes what is known at the end; what was claimed and did not leave is given back, so that it is not taken for doubt.
async fn give_back(
    keeper: &LedgerWriter,
    gathered: Vec<Outcome>,
    waiting: &VecDeque<Step>,
) -> Result<(), LedgerError> {
    keeper.settle(gathered);
    keeper.settle(waiting.iter().map(unsent).collect());
    keeper.flush().await
}

async fn one<L: Transport>(
    client: &Client<L>,
    steps: Vec<Step>,
    how: (Moment, Promise),
) -> BatchResult {
    batch::send(client, &steps, how).await
}

/// Whether the next request, of so many steps, is the last one and makes a record: it waits until all others are answered
/// or given up, so that the record, once the list shows it, proves the list up to date for all of them.
fn is_witness(waiting: &VecDeque<Step>, most: usize, drained: bool, guards: &UploadGuards) -> bool {
    let is_last = (drained && waiting.len() <= most) || guards.ends_with(most);
    is_last && makes(waiting)
}

/// Whether the next request makes a record.
fn makes(waiting: &VecDeque<Step>) -> bool {
    let makes = |step: &Step| step.action == Action::Create;
    waiting.front().is_some_and(makes)
}

fn unsent(step: &Step) -> Outcome {
    Outcome::new(step.number, Fate::Unsent)
}
