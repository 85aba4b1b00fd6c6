//! Plans that were put aside: what became of each, and what of it no longer holds.

use crate::model::{ParentId, RemoteId};

/// What became of a plan that was put aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// Nobody has applied it.
    Waiting,
    /// It was applied, and is a run like any other.
    Applied,
    /// Its rows were erased before anybody applied it.
    Dropped,
}

impl Saved {
    /// Every state.
    pub(super) const ALL: [Self; 3] = [Self::Waiting, Self::Applied, Self::Dropped];

    /// The state's name in the ledger and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Applied => "applied",
            Self::Dropped => "dropped",
        }
    }
}

/// A record that a step is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// The step's number.
    pub number: u64,
    /// The record.
    pub remote: RemoteId,
    /// What it hangs under, if the step says so.
    pub parent: Option<ParentId>,
}

/// When a record was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// When the plan was made.
    Planned,
    /// When it is to be applied.
    Applied,
}

/// A step that no longer stands on what it stood on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// The step's number.
    pub number: u64,
    /// The row's number in its sheet.
    pub row: u64,
    /// The record that the step is about.
    pub remote: Option<RemoteId>,
    /// What happened.
    pub why: StaleReason,
}

/// What happened to what a step stood on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaleReason {
    /// Another run has sent the contact, and no answer came.
    InDoubt,
    /// Another run has written the contact.
    Written,
    /// The record is not there any more.
    Gone,
    /// The record was not there, and is now.
    Came,
    /// The record holds something else.
    Changed,
}
