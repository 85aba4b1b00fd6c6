//! What stops a run, as data: each case says what happened, and leaves it to the program around the engine what a person
//! is told to do about it, and by which flag.

use std::path::PathBuf;

use super::index::IndexError;
use super::spec::SpecError;
use crate::backend::BadSetting;
use crate::fetch::FetchError;
use crate::ledger::LedgerError;
use crate::mapping::MappingError;
use crate::model::RunId;
use crate::plan::BrokenTotals;
use crate::sheet::SheetError;
use crate::transport::{Halt, TransportError};
use crate::upload::UploadError;

/// What stops a run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The sheet cannot be read.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// The sheet cannot be mapped.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// A column's field was stated in a form that cannot be read.
    #[error("`{choice}` does not say which field a column holds: {why}")]
    ColumnChoice {
        /// What was stated: `HEADER=FIELD`.
        choice: String,
        /// What is wrong with it; none where it has no `=`.
        why: String,
    },
    /// No column was recognised: what would be sent is not known.
    #[error(transparent)]
    Unrecognised(MappingError),
    /// What would be sent may be misread.
    #[error("the encoding of `{file}` is not sure: {why}")]
    UnsureEncoding {
        /// The sheet.
        file: String,
        /// What makes it unsure.
        why: String,
    },
    /// The ledger cannot do what it is asked.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The ledger broke while rows were in flight.
    #[error(transparent)]
    Interrupted(Box<InFlight>),
    /// There is no such vendor.
    #[error("there is no vendor `{0}`")]
    NoVendor(String),
    /// A setting of the vendor cannot be used.
    #[error(transparent)]
    Setting(#[from] BadSetting),
    /// The target's address cannot be used.
    #[error(transparent)]
    Address(#[from] TransportError),
    /// What was asked cannot be followed.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// The vendor's contacts cannot be read.
    #[error(transparent)]
    Fetch(FetchError),
    /// Nothing more can be asked of the vendor.
    #[error("{}", halted(.0))]
    Halted(Halt),
    /// Nothing more could be asked of the vendor while the target was read for a plan.
    #[error("{}", halted(.0))]
    NotRead(Halt),
    /// What the target holds cannot be read, and the plan would stand on it.
    #[error("{0}")]
    Unreadable(String),
    /// A file of ours, or the network loop, cannot be made or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The totals do not add up.
    #[error(transparent)]
    Totals(#[from] BrokenTotals),
    /// A guard stopped it before anything was sent.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// The run is in no state to be taken up so.
    #[error(transparent)]
    State(#[from] StateError),
    /// The saved plan stands on what has changed.
    #[error("`{target}` is not what the plan was made for: {differences}")]
    Changed {
        /// The target's name.
        target: String,
        /// What differs, in words.
        differences: String,
    },
    /// What a saved plan stood on cannot be read any more.
    #[error("{0}")]
    Unseen(String),
}

/// A run whose ledger broke while rows were in flight: what was claimed is in doubt.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct InFlight {
    /// The run.
    pub run: RunId,
    /// What happened.
    pub error: LedgerError,
}

/// What a guard found.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// The columns are not those of last time.
    #[error("{error}")]
    Drifted {
        /// What differs.
        error: MappingError,
        /// The last import.
        last: LastRun,
    },
    /// There are no rows.
    #[error("the sheet has no rows")]
    NoRows,
    /// There are far fewer rows than last time.
    #[error("the sheet has shrunk: {rows} rows, and {before} at the last import")]
    Shrunken {
        /// Its rows.
        rows: u64,
        /// Its rows at the last import.
        before: u64,
        /// The last import.
        last: LastRun,
    },
    /// More of the matched records would change than is allowed.
    #[error(
        "{updates} of the {matched} records that rows were matched with would change, and {allowed} are allowed"
    )]
    Updates {
        /// How many would change.
        updates: u64,
        /// How many were matched.
        matched: u64,
        /// How many may change.
        allowed: u64,
    },
    /// A mirror of a sheet without rows would empty the book.
    #[error("the sheet has no row that could be sent, and a mirror would delete {deletes} records")]
    EmptyMirror {
        /// How many records it would delete.
        deletes: u64,
    },
    /// A mirror would delete more than is allowed.
    #[error("the mirror would delete {deletes} of {records} records, and {allowed} are allowed")]
    Deletes {
        /// How many it would delete.
        deletes: u64,
        /// How many records there are that it could.
        records: u64,
        /// How many it may.
        allowed: u64,
    },
}

/// The run that a guard compares with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastRun {
    /// Its id.
    pub id: RunId,
    /// When it began (RFC 3339, UTC).
    pub began: String,
}

/// Why a run cannot be taken up as it was asked.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// It ended before every row was planned, and sent nothing.
    #[error("run {0} ended before every row was planned, and sent nothing")]
    NotPlanned(RunId),
    /// It is a saved plan, and is applied, not resumed.
    #[error("run {0} is a saved plan that was not applied")]
    NotApplied(RunId),
    /// It is not a saved plan.
    #[error("run {0} is not a saved plan")]
    NoPlan(RunId),
    /// The plan was applied, and did not come to its end.
    #[error("plan {0} was applied, and did not come to its end")]
    HalfApplied(RunId),
    /// The plan was applied.
    #[error("plan {0} was applied already")]
    Applied(RunId),
    /// The plan's rows were erased.
    #[error("the rows of plan {0} were erased by `rolo runs prune`")]
    Erased(RunId),
    /// Nothing is left that could be done.
    #[error("nothing is left to do")]
    Nothing,
    /// Nothing of it could be taken back.
    #[error("run {0} has nothing left that could be taken back")]
    NothingToUndo(RunId),
    /// It read no sheet, so none can be read again.
    #[error("run {0} was not a sheet import, so it cannot be retried")]
    NoSheet(RunId),
    /// Its sheet was standard input.
    #[error("run {0} read standard input, which is gone")]
    Piped(RunId),
    /// Its mapping gave secrets, which are not kept.
    #[error("the mapping of run {run} gives passwords, which are not kept: {}", withheld.join(", "))]
    Withheld {
        /// The run.
        run: RunId,
        /// The mapping file.
        file: PathBuf,
        /// What the mapping gives.
        withheld: Vec<String>,
    },
}

impl From<UploadError> for Error {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::Ledger(error) => Self::Ledger(error),
            UploadError::Halted(halt) => Self::Halted(halt),
        }
    }
}

impl From<IndexError> for Error {
    fn from(error: IndexError) -> Self {
        Self::Ledger(error.into())
    }
}

impl From<FetchError> for Error {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Halted(halt) => Self::Halted(halt),
            other => Self::Fetch(other),
        }
    }
}

fn halted(halt: &Halt) -> String {
    match halt {
        Halt::Stopped => "it was stopped before anything was sent".to_owned(),
        Halt::SignIn(why) => format!("sign-in failed: {why}"),
        Halt::Unavailable(why) => format!("the vendor cannot be reached: {why}"),
    }
}
