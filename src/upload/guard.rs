//! What stops an upload though nobody said so: the same no over and over, too many of them, or enough rows.

use super::batch::BatchResult;
use super::end::Ended;
use super::options::DeliveryOptions;
use crate::plan::{Fate, Outcome};

/// Counts what was sent and what came of it.
pub(super) struct UploadGuards {
    options: DeliveryOptions,
    sent: u64,
    refused: u64,
    streak: u32,
    signature: String,
    /// Requests in a row without a usable answer.
    unanswered: u32,
}

impl UploadGuards {
    pub(super) fn new(options: DeliveryOptions) -> Self {
        Self {
            options,
            sent: 0,
            refused: 0,
            streak: 0,
            signature: String::new(),
            unanswered: 0,
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

    /// Whether a request of so many steps is the last one that the limit allows.
    pub(super) fn ends_with(&self, most: usize) -> bool {
        let left = self.options.limit.saturating_sub(self.sent);
        self.options.limit > 0 && left <= most as u64
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
    pub(super) fn see(&mut self, sent: &BatchResult) -> Option<Ended> {
        for outcome in &sent.outcomes {
            self.count(outcome);
            let DeliveryOptions {
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
        self.unanswered(sent)
    }

    /// A vendor that answers nobody would put every row in doubt, and none of them could be sent again unasked.
    fn unanswered(&mut self, sent: &BatchResult) -> Option<Ended> {
        let Some(words) = sent.unanswered() else {
            if sent.outcomes.iter().any(|one| one.fate != Fate::Unsent) {
                self.unanswered = 0;
            }
            return None;
        };
        self.unanswered += 1;
        let most = self.options.stop_after;
        let is_enough = most > 0 && self.unanswered >= most;
        is_enough.then(|| Ended::Unanswered(self.unanswered, words.to_owned()))
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
