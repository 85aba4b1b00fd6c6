//! The flags that say which record is whose, and what becomes of it: shared by the commands that plan.

use clap::{Args, ValueEnum};

use crate::plan::{Compare, DeleteLimit, Duplicates, Mode, OnExisting};

/// What is done with the records that there are.
#[derive(Clone, Debug, Args)]
pub(crate) struct Aims {
    /// What is done: create what is missing and update what differs, only one of the two, or delete as well what
    /// the sheet no longer has
    #[arg(
        long,
        value_enum,
        value_name = "MODE",
        default_value = "upsert",
        env = "ROLO_MODE"
    )]
    pub(crate) mode: ModeName,
    /// What becomes of a row whose record at the vendor says something else
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        default_value = "update",
        env = "ROLO_ON_EXISTING"
    )]
    pub(crate) on_existing: OnExistingName,
    /// What becomes of a row that is the same person as an earlier one of the sheet, under another key
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        default_value = "warn",
        env = "ROLO_DUPLICATES"
    )]
    pub(crate) duplicates: DuplicatesName,
    /// Compare rows with what the ledger remembers, or with what the target holds now [default: the target's, else
    /// the vendor's: see `rolo vendors VENDOR`]
    #[arg(long, value_enum, value_name = "WITH", env = "ROLO_COMPARE")]
    pub(crate) compare: Option<CompareName>,
    /// Let an empty cell take away what stands at the vendor; without it, an empty cell leaves it
    #[arg(long)]
    pub(crate) clear_empty: bool,
    /// With --mode mirror, also delete records that rolo did not make
    #[arg(long)]
    pub(crate) mirror_all: bool,
    /// Stop before anything is sent if a mirror would delete more: a count, a share, or both as 50,20%
    #[arg(
        long,
        value_name = "N|N%",
        default_value = "10,10%",
        env = "ROLO_MAX_DELETE"
    )]
    pub(crate) max_delete: DeleteLimit,
    /// Stop before anything is sent if more of the records that rows were matched with would change: a count, a
    /// percentage, or both as 50,20% [default: the target's; else 20%, and 10 in any case, where SHEET is a folder or a
    /// glob; else any number]
    #[arg(long, value_name = "N|N%", env = "ROLO_MAX_UPDATE")]
    pub(crate) max_update: Option<DeleteLimit>,
}

/// `--mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModeName {
    /// Create what is missing, update what differs
    Upsert,
    /// Create what is missing; leave out rows that have a record
    Create,
    /// Update what differs; leave out rows that have no record
    Update,
    /// Like upsert, and delete what rolo created there and the sheet no longer has
    Mirror,
}

/// `--on-existing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnExistingName {
    /// Leave the record as it is
    Skip,
    /// Change the record
    Update,
    /// Reject the row
    Fail,
}

/// `--duplicates`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DuplicatesName {
    /// Send both, and say so
    Warn,
    /// Reject the later row
    Reject,
}

/// `--compare`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompareName {
    /// What was sent last; nothing is read
    Ledger,
    /// What stands there now
    Target,
}

impl From<ModeName> for Mode {
    fn from(name: ModeName) -> Self {
        match name {
            ModeName::Upsert => Self::Upsert,
            ModeName::Create => Self::Create,
            ModeName::Update => Self::Update,
            ModeName::Mirror => Self::Mirror,
        }
    }
}

impl From<OnExistingName> for OnExisting {
    fn from(name: OnExistingName) -> Self {
        match name {
            OnExistingName::Skip => Self::Skip,
            OnExistingName::Update => Self::Update,
            OnExistingName::Fail => Self::Fail,
        }
    }
}

impl From<DuplicatesName> for Duplicates {
    fn from(name: DuplicatesName) -> Self {
        match name {
            DuplicatesName::Warn => Self::Warn,
            DuplicatesName::Reject => Self::Reject,
        }
    }
}

impl From<CompareName> for Compare {
    fn from(name: CompareName) -> Self {
        match name {
            CompareName::Ledger => Self::Ledger,
            CompareName::Target => Self::Target,
        }
    }
}
