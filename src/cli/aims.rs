//! The flags that say which record is whose, and what becomes of it: shared by the commands that plan.

use clap::{Args, ValueEnum};

use super::target::Target;
use crate::plan::{Aim, Mode, Most, OnExisting};
use crate::vendor::Listing;

/// What is done with the records that there are.
#[derive(Clone, Debug, Args)]
pub(super) struct Aims {
    /// What is done: create what is missing and update what differs, only one of the two, or delete as well what
    /// the sheet no longer has
    #[arg(
        long,
        value_enum,
        value_name = "MODE",
        default_value = "upsert",
        env = "ROLO_MODE"
    )]
    pub(super) mode: ModeName,
    /// What becomes of a row whose record at the vendor says something else
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        default_value = "update",
        env = "ROLO_ON_EXISTING"
    )]
    pub(super) on_existing: OnExistingName,
    /// Compare rows with what the ledger remembers, or with what the target holds now [default: the target's, else
    /// the vendor's: see `rolo vendors VENDOR`]
    #[arg(long, value_enum, value_name = "WITH", env = "ROLO_COMPARE")]
    pub(super) compare: Option<Compare>,
    /// Let an empty cell take away what stands at the vendor; without it, an empty cell leaves it
    #[arg(long)]
    pub(super) clear_empty: bool,
    /// With --mode mirror, also delete records that rolo did not make
    #[arg(long)]
    pub(super) mirror_all: bool,
    /// Stop before anything is sent if a mirror would delete more: a count, a share, or both as 50,20%
    #[arg(
        long,
        value_name = "N|N%",
        default_value = "10,10%",
        env = "ROLO_MAX_DELETE"
    )]
    pub(super) max_delete: Most,
}

/// `--mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ModeName {
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
pub(super) enum OnExistingName {
    /// Leave the record as it is
    Skip,
    /// Change the record
    Update,
    /// Reject the row
    Fail,
}

/// `--compare`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Compare {
    /// What was sent last; nothing is read
    Ledger,
    /// What stands there now
    Target,
}

/// How much of a target is read before a plan is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Nothing.
    Nothing,
    /// What may be the record of a row that has none yet.
    New,
    /// All that hangs under the parents of the sheet.
    All,
}

impl Aims {
    /// What is to be done with a record.
    pub(super) fn aim(&self) -> Aim {
        Aim {
            mode: match self.mode {
                ModeName::Upsert => Mode::Upsert,
                ModeName::Create => Mode::Create,
                ModeName::Update => Mode::Update,
                ModeName::Mirror => Mode::Mirror,
            },
            on_existing: match self.on_existing {
                OnExistingName::Skip => OnExisting::Skip,
                OnExistingName::Update => OnExisting::Update,
                OnExistingName::Fail => OnExisting::Fail,
            },
        }
    }

    /// How much of the target is read: what the flag says, the target, the vendor. A list that holds every contact
    /// whole is read; of others only what may be the record of a row without one, which is looked at before a create
    /// in any case.
    pub(super) fn scope(&self, target: &Target) -> Scope {
        match (self.compare.or(target.compare), target.profile().listing) {
            _ if self.mirror_all => Scope::All,
            (Some(Compare::Ledger), _) => Scope::Nothing,
            (Some(Compare::Target), _) | (None, Listing::Whole) => Scope::All,
            (None, Listing::EachContact | Listing::EachParent) => Scope::New,
        }
    }
}
