//! What is to become of a row.

use super::Fate;

/// What is to become of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A new record is made.
    Create,
    /// The record that the row is linked to is changed.
    Update,
    /// The record is removed.
    Delete,
    /// The record says what the row says.
    Unchanged,
    /// The row is left out: it repeats another.
    Skip,
    /// The row is not sent: a rule is broken.
    Reject,
    /// The row was sent by an earlier run, and its answer was lost: it must not be sent again.
    Doubt,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 7] = [
        Self::Create,
        Self::Update,
        Self::Delete,
        Self::Unchanged,
        Self::Skip,
        Self::Reject,
        Self::Doubt,
    ];

    /// The action's name in the ledger.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Unchanged => "unchanged",
            Self::Skip => "skip",
            Self::Reject => "reject",
            Self::Doubt => "doubt",
        }
    }

    /// Whether something is sent for it.
    pub fn is_sent(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::Delete)
    }

    /// The fate of a step that nothing is sent for; `Unsent` for one that waits.
    pub fn fate(self) -> Fate {
        match self {
            Self::Create | Self::Update | Self::Delete => Fate::Unsent,
            Self::Unchanged => Fate::Unchanged,
            Self::Skip => Fate::Skipped,
            Self::Reject => Fate::Rejected,
            Self::Doubt => Fate::InDoubt,
        }
    }
}
