//! Why the index cannot be kept or asked.

use crate::ledger::LedgerError;

/// Why the index cannot be kept or asked.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Its file cannot be written or read: the disk is full.
    #[error("the index of the rows that are paired cannot be written or read")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What it holds cannot be understood.
    #[error("the index of the rows that are paired holds a {what} that cannot be understood")]
    Damaged {
        /// What was looked at.
        what: &'static str,
    },
    /// The ledger was asked whose a record is, and could not say.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl From<rusqlite::Error> for IndexError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

/// To whoever makes a plan, its index is a part of what the ledger needs: both end a run in the same way.
impl From<IndexError> for LedgerError {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::Ledger(error) => error,
            other => Self::Unavailable(Box::new(other)),
        }
    }
}
