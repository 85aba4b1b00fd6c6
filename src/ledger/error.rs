//! Why a ledger cannot do what it is asked, whatever it is kept in: a file has a path for its place, a server an address.

use std::error::Error;

use crate::wire::DamagedList;

/// Why the ledger cannot do what it is asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// It cannot be opened or made.
    #[error("cannot open the ledger `{place}`")]
    Open {
        /// Where it is.
        place: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Another run writes the same book.
    #[error("another run is writing the book of target `{target}`")]
    Held {
        /// The target's name.
        target: String,
    },
    /// The run's hold of its book is lost: another run may be writing it. Nothing more may be sent.
    #[error("the run has lost its hold of the book of target `{target}`")]
    Lost {
        /// The target's name.
        target: String,
    },
    /// A run writes a book of which something is to be erased.
    #[error("cannot erase data while a run is writing to target `{target}`")]
    Busy {
        /// The target's name.
        target: String,
    },
    /// It was written by a newer rolo.
    #[error("the ledger `{place}` has version {found}, and this rolo knows versions up to {known}")]
    Newer {
        /// Where it is.
        place: String,
        /// Its version.
        found: i64,
        /// The newest that is known here.
        known: i64,
    },
    /// There is no such run.
    #[error("there is no run `{0}`")]
    NoRun(String),
    /// More than one run's id begins so.
    #[error("more than one run begins with `{0}`")]
    AmbiguousRun(String),
    /// What the ledger is kept in said no: disk full, connection lost.
    #[error("the ledger cannot be written or read")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// What is there is damaged, or no ledger.
    #[error("`{place}` is damaged, or is not a ledger")]
    NoLedger {
        /// Where it is.
        place: String,
    },
    /// A part of it is not the one any more that was opened.
    #[error("{what} `{place}` was {why} while it was in use")]
    Displaced {
        /// What the part is.
        what: &'static str,
        /// Where it was.
        place: String,
        /// What became of it.
        why: Displaced,
    },
    /// What stands in the ledger cannot be understood.
    #[error("the ledger holds a {what} that cannot be understood: `{found}`")]
    Damaged {
        /// What was looked at.
        what: &'static str,
        /// What stands there.
        found: String,
    },
    /// A record that a person named for a row is another contact's.
    #[error("record `{remote}` belongs to the contact with the key `{key}`")]
    Taken {
        /// The record.
        remote: String,
        /// Whose it is.
        key: String,
    },
    /// The thread that writes the ledger is gone.
    #[error("the ledger's writer stopped")]
    Gone,
}

impl From<DamagedList> for LedgerError {
    fn from(DamagedList { what, found }: DamagedList) -> Self {
        Self::Damaged { what, found }
    }
}

impl LedgerError {
    /// Whether the ledger itself is whole, and only not where it was: what stands in it can still be read.
    pub fn is_displaced(&self) -> bool {
        matches!(self, Self::Displaced { .. })
    }
}

/// What became of a part of the ledger that is still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Displaced {
    /// Nothing is there any more.
    Deleted,
    /// Something else is there.
    Replaced,
}

impl std::fmt::Display for Displaced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Deleted => "deleted or moved away",
            Self::Replaced => "replaced by another file",
        })
    }
}
