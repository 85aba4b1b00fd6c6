//! What stops an upload though nobody said so: the same no over and over, too many of them, or enough rows.

use super::Ended;
use super::batch::Sent;
use super::{Options, Outcome};
use crate::plan::Fate;

/// Counts what was sent and what came of it.
pub(super) struct Guards {
    options: Options,
    sent: u64,
    refused: u64,
    streak: u32,
    signature: String,
}

impl Guards {
    pub(super) fn new(options: Options) -> Self {
        Self {
            options,
            sent: 0,
            refused: 0,
            streak: 0,
            signature: String::new(),
        }
    }

    /// How many steps the next request may carry, of the vendor's batch.
    pub(super) fn most(&self, batch: usize) -> usize {
        match self.options.limit {
            0 => batch,
            limit => {
                usize::try_from(limit.saturating_sub(self.sent)).map_or(batch, |n| n.min(batch))
            }
        }
    }

    /// Whether as many rows were sent as were wanted.
    pub(super) fn is_used_up(&self) -> bool {
        self.options.limit > 0 && self.sent >= self.options.limit
    }

    /// So many steps are being sent.
    pub(super) fn sending(&mut self, steps: usize) {
        self.sent += steps as u64;
    }

    /// Sees what came of a request; says when it is enough.
    pub(super) fn see(&mut self, sent: &Sent) -> Option<Ended> {
        for outcome in &sent.outcomes {
            self.count(outcome);
            let Options {
                stop_after,
                max_errors,
                ..
            } = self.options;
            if stop_after > 0 && self.streak >= stop_after {
                return outcome.message.clone().map(Ended::StopLoss);
            }
            if max_errors > 0 && self.refused >= max_errors {
                return Some(Ended::TooManyErrors(self.refused));
            }
        }
        None
    }

    /// Words are the same reason when they differ in nothing but numbers.
    fn count(&mut self, outcome: &Outcome) {
        match (outcome.fate, &outcome.message) {
            (Fate::Refused, Some(words)) => {
                self.refused += 1;
                let signature: String = words.chars().filter(|c| !c.is_ascii_digit()).collect();
                if signature == self.signature {
                    self.streak += 1;
                } else {
                    (self.signature, self.streak) = (signature, 1);
                }
            }
            (Fate::Unsent, _) => {}
            _ => self.streak = 0,
        }
    }
}
