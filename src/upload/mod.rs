//! The loop that sends: takes claimed steps from the ledger, keeps some lanes busy, and hands back what became
//! of each. It decides nothing but when to stop.

mod batch;

use std::collections::VecDeque;

use futures_util::future::OptionFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::ledger::{Keeper, Ledger, LedgerError};
use crate::plan::{Fate, Outcome, Step};
use crate::transport::{Client, Halt, Line, Stop};
use crate::vendor::Vendor;
use crate::wire::Request;

use batch::Sent;

/// How an upload goes about it.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Requests in flight at the most.
    pub lanes: usize,
    /// Steps claimed ahead of being sent: what a crash leaves in doubt at the most, beside the lanes.
    pub ahead: usize,
    /// So many refusals in a row for the same reason stop the run; 0 for never.
    pub stop_after: u32,
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
    /// The vendor does not let us in.
    SignIn(String),
    /// The vendor cannot be reached.
    Unavailable(String),
}

/// Sends every waiting step of the keeper's run; `settled` hears of each outcome as it comes.
pub async fn upload<L: Line, B: Ledger + 'static>(
    client: &Client<L>,
    keeper: &Keeper<B>,
    stop: &Stop,
    options: Options,
    mut settled: impl FnMut(&[Outcome]),
) -> Result<Ended, LedgerError> {
    let mut waiting = VecDeque::new();
    let mut in_flight = FuturesUnordered::new();
    let mut claim = None;
    let mut drained = false;
    let mut streak = Streak::new(options.stop_after);
    let mut ended = Ended::Finished;
    loop {
        let stopping = stop.is_said();
        while !stopping
            && in_flight.len() < options.lanes.max(1)
            && let Some(steps) = batch::next_batch(&mut waiting, client.vendor().batch())
        {
            in_flight.push(one(client, steps));
        }
        if !stopping && !drained && claim.is_none() && waiting.len() < options.ahead {
            claim = Some(Box::pin(keeper.claim(options.ahead)));
        }
        if in_flight.is_empty() && claim.is_none() && (stopping || drained) {
            break;
        }
        tokio::select! {
            Some(sent) = in_flight.next() => {
                settled(&sent.outcomes);
                if let Some(why) = streak.see(&sent).or_else(|| sent.halt.map(Ended::from)) {
                    stop.now();
                    if ended == Ended::Finished { ended = why; }
                }
                keeper.settle(sent.outcomes);
            }
            Some(steps) = OptionFuture::from(claim.as_mut()) => {
                claim = None;
                let steps = steps?;
                drained = steps.is_empty();
                waiting.extend(steps);
            }
        }
    }
    keeper.settle(waiting.iter().map(unsent).collect());
    keeper.flush().await?;
    if stop.is_said() && ended == Ended::Finished {
        Ok(Ended::Stopped)
    } else {
        Ok(ended)
    }
}

/// The requests that an upload would send for these steps, batch by batch: the very ones.
pub fn requests(vendor: &dyn Vendor, steps: Vec<Step>) -> Vec<Request> {
    let mut waiting: VecDeque<Step> = steps.into();
    std::iter::from_fn(|| batch::next_batch(&mut waiting, vendor.batch()))
        .filter_map(|steps| batch::exchange(vendor, &steps))
        .map(|exchange| exchange.request)
        .collect()
}

async fn one<L: Line>(client: &Client<L>, steps: Vec<Step>) -> Sent {
    batch::send(client, &steps).await
}

fn unsent(step: &Step) -> Outcome {
    let number = step.number;
    Outcome {
        number,
        fate: Fate::Unsent,
        remote: None,
        message: None,
        attempts: 0,
    }
}

impl From<Halt> for Ended {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Stopped => Self::Stopped,
            Halt::SignIn(why) => Self::SignIn(why),
            Halt::Unavailable(why) => Self::Unavailable(why),
        }
    }
}

/// Refusals in a row for the same reason.
struct Streak {
    most: u32,
    length: u32,
    signature: String,
}

impl Streak {
    fn new(most: u32) -> Self {
        Self {
            most,
            length: 0,
            signature: String::new(),
        }
    }

    /// Sees what came of a request; says when it has been the same no too often.
    fn see(&mut self, sent: &Sent) -> Option<Ended> {
        for outcome in &sent.outcomes {
            match (outcome.fate, &outcome.message) {
                (Fate::Refused, Some(words)) => self.count(words),
                (Fate::Unsent, _) => {}
                _ => self.length = 0,
            }
            if self.most > 0 && self.length >= self.most {
                return outcome.message.clone().map(Ended::StopLoss);
            }
        }
        None
    }

    /// Words are the same reason when they differ in nothing but numbers.
    fn count(&mut self, words: &str) {
        let signature: String = words.chars().filter(|c| !c.is_ascii_digit()).collect();
        if signature == self.signature {
            self.length += 1;
        } else {
            (self.signature, self.length) = (signature, 1);
        }
    }
}

#[cfg(test)]
mod tests;
