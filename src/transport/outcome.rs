//! What comes of an exchange, and why nothing more can be sent.

use crate::wire::Refusal;

/// Why nothing more can be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// The stop was said.
    Stopped,
    /// The vendor does not let us in.
    SignIn(String),
    /// The vendor cannot be reached, or takes nothing more.
    Unavailable(String),
}

/// What came of an exchange.
#[derive(Debug)]
pub enum ExchangeOutcome<T> {
    /// The vendor's answer.
    Done(T),
    /// The first part was done, and what followed was not.
    Partly(T, String),
    /// The vendor's no.
    Refused(Refusal),
    /// It left, and whether it was applied is not known.
    InDoubt(String),
    /// It was surely not applied.
    NotSent(Halt),
}

impl<T> ExchangeOutcome<T> {
    /// What kept the rest of a chain from being done, in words.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Refused(refusal) => refusal.to_string(),
            Self::NotSent(Halt::Stopped) => "the run was stopped".to_owned(),
            Self::InDoubt(why)
            | Self::Partly(_, why)
            | Self::NotSent(Halt::SignIn(why) | Halt::Unavailable(why)) => why.clone(),
            Self::Done(_) => String::new(),
        }
    }
}
