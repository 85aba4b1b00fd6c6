//! The rows of a plan as they are looked up: what is known of each, and what was found. Plain data.

use crate::model::{ContactKey, ParentId, RemoteId, ScopedKey};
use crate::plan::{MatchBy, MatchKey};

/// How a row stands to its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is to be done for it; it only keeps its record from others.
    Apart,
    /// It has its record, and is done.
    Done,
    /// It has its record, and what is to be done depends on what that says.
    Linked,
    /// It names its record, which no link leads to.
    Named,
    /// Its record is to be found.
    Open,
}

impl Standing {
    pub(super) fn number(self) -> i64 {
        match self {
            Self::Apart => 0,
            Self::Done => 1,
            Self::Linked => 2,
            Self::Named => 3,
            Self::Open => 4,
        }
    }
}

/// A row of the sheet.
#[derive(Clone, Debug)]
pub struct WantedRow {
    /// The number of its step; none for a row that is not meant.
    pub number: Option<u64>,
    /// The row's number in its sheet.
    pub row: u64,
    /// Which contact it is, and what it hangs under.
    pub scoped: ScopedKey,
    /// Its record, where that is known.
    pub remote: Option<RemoteId>,
    /// The record that its key is linked to under another parent: it is the row's if it is found to hang where the row
    /// says.
    pub elsewhere: Option<RemoteId>,
    /// How it stands to it.
    pub standing: Standing,
    /// The digest of what it says, where the ledger takes that for what its record holds: if the record says the same, there
    /// is nothing to compare.
    pub says: Option<u64>,
    /// What it is found by.
    pub matches: Vec<MatchKey>,
}

/// Why a row's record could not be found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum MatchProblem {
    /// More than one may be it.
    Several(Vec<RemoteId>),
    /// Another row leads to it too.
    Taken(RemoteId, u64),
    /// What it is to hang under is not there; the vendor's words.
    NoParent(String),
}

/// A row whose step is to be decided.
#[derive(Clone, Debug)]
pub struct UndecidedRow {
    /// Its place among the rows that were looked up.
    pub n: i64,
    /// The number of its step.
    pub number: u64,
    /// Its record, if it has one.
    pub remote: Option<RemoteId>,
    /// Whether it says just what its record does.
    pub is_same: bool,
    /// What led to it, where no link did.
    pub by: Option<MatchBy>,
    /// Why it has none.
    pub problem: Option<MatchProblem>,
    /// The record that it had, and that is not there any more.
    pub gone: Option<RemoteId>,
}

/// A row whose record was not among those that were read.
#[derive(Clone, Debug)]
pub struct MissingRecord {
    /// Its place among the rows that were looked up.
    pub n: i64,
    /// Which contact it is.
    pub key: ContactKey,
    /// What it hangs under.
    pub parent: Option<ParentId>,
    /// The record.
    pub remote: RemoteId,
}

/// Whose parents are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of rows that no link leads from to a record.
    New,
    /// Those of every row that may be sent.
    All,
    /// Those of every row, whatever is wrong with it.
    Sheet,
}

impl Whose {
    pub(super) fn least(self) -> i64 {
        match self {
            Self::New => Standing::Named.number(),
            Self::All => Standing::Linked.number(),
            Self::Sheet => Standing::Apart.number(),
        }
    }
}

/// What is known of rows that have no record and nothing that could be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewRows {
    /// They are as their steps say: nothing is to be decided.
    Decided,
    /// Their steps are to be decided.
    Undecided,
}
