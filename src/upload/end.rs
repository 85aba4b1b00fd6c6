//! How an upload ends, and what that means for what comes after it.

use crate::transport::{Halt, Stop, StopReason};

/// What is wrong with one of the first rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanaryFailure {
    /// Its row, record and field, and what is wrong; without any value of the contact.
    pub place: String,
    /// The same with the values, or the vendor's words.
    pub words: String,
}

impl CanaryFailure {
    /// What can be said without a value.
    pub(super) fn plain(words: String) -> Self {
        let place = words.clone();
        Self { place, words }
    }
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
    Canary(Vec<CanaryFailure>),
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
    pub(super) fn can_ask(&self) -> bool {
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
