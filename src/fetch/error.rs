//! Why a list could not be read, and what a vendor's refusal of one means.

use crate::model::ParentId;
use crate::transport::Halt;
use crate::wire::{Refusal, RefusalKind};

/// Why a list could not be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The vendor has no list.
    #[error("{0} cannot list its contacts")]
    NoList(&'static str),
    /// The vendor does not let its contacts be listed.
    #[error("the vendor refused to list its contacts: {0}")]
    Refused(Refusal),
    /// What the contacts would hang under is not there.
    #[error("there is no such parent: {0}")]
    NoParent(Refusal),
    /// Something was answered that is no list: an error, a page for people, a redirection, rows that are no records. What is
    /// there is not known.
    #[error("what the target holds cannot be read: {0}")]
    Unreadable(Refusal),
    /// The vendor could not be reached, or did not let us in.
    #[error("the list could not be read")]
    Halted(Halt),
}

impl FetchError {
    /// What a refusal of a list means; `parent` is whose list was asked for.
    pub(super) fn of(refusal: Refusal, parent: Option<&ParentId>) -> Self {
        match (refusal.kind, refusal.status) {
            (RefusalKind::Refused, 404) if parent.is_some() => Self::NoParent(refusal),
            (RefusalKind::Refused, 403 | 404 | 405 | 410 | 501) => Self::Refused(refusal),
            // The vendor is ill, which says nothing of what it can list.
            (_, 408 | 429 | 500..) => Self::Halted(Halt::Unavailable(refusal.to_string())),
            _ => Self::Unreadable(refusal),
        }
    }

    /// The status of the answer that was no list.
    pub(super) fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(refusal) | Self::NoParent(refusal) | Self::Unreadable(refusal) => {
                Some(refusal.status)
            }
            Self::NoList(_) | Self::Halted(_) => None,
        }
    }
}
