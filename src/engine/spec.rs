//! What was asked of an import: all that decides what is read, matched, sent and guarded. It is made once, from flags,
//! environment and `rolo.toml`, and is kept in the ledger with its run, so that whoever takes the run up again does what
//! was asked then, and not what another shell or a newer file would mean by the same words. It holds no secret: those are
//! read anew each time.

mod error;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use error::SpecError;

use super::account::Account;
use super::path;
use crate::backend::{Listing, MustKeep, Rate};
use crate::mapping::{Kept, Unmapped};
use crate::model::{ParentId, Region};
use crate::plan::{
    Compare, DeleteLimit, Duplicates, Mode, OnExisting, Percent, Scope, UpdateLimit, WritePolicy,
};

/// What was asked of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportSpec {
    /// The version of this shape: [`ImportSpec::VERSION`] for one that is made now.
    pub version: u32,
    /// Where the contacts come from.
    pub source: ContactSource,
    /// How they are read.
    pub reading: Reading,
    /// Where they go.
    pub target: TargetSpec,
    /// Which record is whose, and what becomes of it.
    pub policy: Policy,
    /// What stops it before anything is sent.
    pub guards: Guards,
    /// How fast it is sent, and when to give up.
    pub delivery: Delivery,
}

/// Where the contacts of an import come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ContactSource {
    /// A sheet.
    Sheet {
        /// Its file, absolute; `-` for standard input.
        #[serde(with = "path")]
        file: PathBuf,
        /// What it is called from one time to the next, where its file does not tell.
        name: Option<String>,
    },
    /// Another target, which is moved.
    Target {
        /// Its name.
        name: String,
        /// What hangs under these is moved; all, where none is named.
        parents: Vec<String>,
        /// What parents are called at the target that is written to, by what they are called here.
        parent_map: BTreeMap<String, String>,
    },
}

/// How a sheet is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// The sheet of a workbook, by name or by number from 1.
    pub sheet: Option<String>,
    /// The encoding's label, where it is not to be detected.
    pub encoding: Option<String>,
    /// The delimiter, where it is not to be detected.
    pub delimiter: Option<char>,
    /// The row of the header; 0 for none.
    pub header_row: Option<u64>,
    /// What columns are taken for: `HEADER=FIELD`.
    pub columns: Vec<String>,
    /// The mapping file that was given.
    pub mapping: Option<KeptMapping>,
    /// What becomes of columns that no field claims.
    pub unmapped: Unmapped,
    /// Whether what a spreadsheet broke is left as it is.
    pub no_repair: bool,
    /// The region that was stated for this import; the target's own stands in [`TargetSpec`].
    pub region: Option<Region>,
}

/// A mapping file as it was when the import was asked for: its content, since the file may say something else by the time
/// the run is taken up again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptMapping {
    /// The file, absolute.
    #[serde(with = "path")]
    pub file: PathBuf,
    /// What it says, without the values that are secrets.
    pub content: Kept,
    /// The names of what it gives secret values to; such a sheet cannot be read again without the file.
    pub withheld: Vec<String>,
}

impl KeptMapping {
    /// Keeps what a file says.
    pub fn of(file: PathBuf, mut content: Kept) -> Self {
        let withheld = content.withhold_secrets();
        Self {
            file,
            content,
            withheld,
        }
    }
}

/// One account at a vendor, as it was meant: everything but its address and its credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetSpec {
    /// Its name.
    pub name: String,
    /// The vendor's id.
    pub vendor: String,
    /// The file that it stands in, absolute; none for a sandbox.
    #[serde(with = "optional_path")]
    pub file: Option<PathBuf>,
    /// Every switch and option of the vendor with its value.
    pub settings: BTreeMap<String, String>,
    /// The settings that flags or variables stated, whatever the file says: names of switches, and `parent`.
    pub stated: BTreeSet<String>,
    /// The region of numbers without a country code, if the target states one.
    pub region: Option<Region>,
    /// What contacts without a parent of their own hang under.
    pub parent: Option<ParentId>,
    /// Values that must not be lost.
    pub fail_on_loss: MustKeep,
}

/// Which record is whose, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What is done.
    pub mode: Mode,
    /// What becomes of a row whose record says something else.
    pub on_existing: OnExisting,
    /// What rows are compared with; none leaves it to the vendor.
    pub compare: Option<Compare>,
    /// Whether an empty cell takes away what stands at the vendor.
    pub clear_empty: bool,
    /// Whether a mirror also deletes what others made.
    pub mirror_all: bool,
    /// How much a mirror may delete.
    pub max_delete: DeleteLimit,
    /// Whether a key may mean another person than it did.
    pub reuse_keys: bool,
    /// What becomes of a person who stands there twice, under two keys; version 1 knew no such thing, and sent both.
    #[serde(default)]
    pub duplicates: Duplicates,
}

impl Default for Policy {
    /// What is missing is created, what differs is updated, and what is compared with is the vendor's choice.
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            on_existing: OnExisting::default(),
            compare: None,
            clear_empty: false,
            mirror_all: false,
            max_delete: DeleteLimit::default(),
            reuse_keys: false,
            duplicates: Duplicates::default(),
        }
    }
}

impl Policy {
    /// What is to be done with a record.
    pub fn write_policy(&self) -> WritePolicy {
        WritePolicy {
            mode: self.mode,
            on_existing: self.on_existing,
        }
    }

    /// How much of a target is read. A list that holds every contact whole is read; of others only what may be the
    /// record of a row without one, which is looked at before a create in any case.
    pub fn scope(&self, listing: Listing) -> Scope {
        match (self.compare, listing) {
            _ if self.mirror_all => Scope::All,
            (Some(Compare::Ledger), _) => Scope::Nothing,
            (Some(Compare::Target), _) | (None, Listing::Whole) => Scope::All,
            (None, Listing::EachContact | Listing::EachParent) => Scope::New,
        }
    }
}

/// What stops an import before anything is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guards {
    /// Whether a sheet without rows is fine.
    pub allow_empty: bool,
    /// How much shorter than last time the sheet may be, where that was stated.
    pub max_shrink: Option<Percent>,
    /// Whether columns may have moved since last time.
    pub allow_drift: bool,
    /// How many records may be changed; none for any number.
    pub max_update: Option<UpdateLimit>,
}

/// How much shorter a sheet may be where nobody says.
const SHRINK: Percent = Percent::HALF;
/// How many rows must be missing for that: a sheet of three that becomes one is somebody's work.
const FEW: u64 = 5;

impl Guards {
    /// Whether a sheet of so many rows is too short, where the last one had so many.
    pub fn is_shrunken(&self, rows: u64, before: u64) -> bool {
        let lost = before.saturating_sub(rows);
        let allowed = self.max_shrink.unwrap_or(SHRINK);
        let enough = self.max_shrink.is_some() || lost >= FEW;
        enough && allowed.is_exceeded_by(lost, before)
    }
}

/// How fast an import is sent, and when to give up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// The pace that was stated for this import; without it, the target's or the vendor's.
    pub rate: Option<Rate>,
    /// Requests in flight at most, if that was stated.
    pub concurrency: Option<u16>,
    /// Refusals in a row for the same reason that stop it; 0 for any number.
    pub stop_after: u32,
    /// Refusals in all that stop it; 0 for any number.
    pub max_errors: u64,
    /// How long a row whose answer was lost is looked for, in seconds.
    pub settle_after: u64,
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            rate: None,
            concurrency: None,
            stop_after: 10,
            max_errors: 0,
            settle_after: 10,
        }
    }
}

impl ImportSpec {
    /// An import of this sheet to this account, with everything else as it is where nobody says otherwise.
    pub fn of_sheet(file: PathBuf, account: &Account) -> Self {
        Self {
            version: Self::VERSION,
            source: ContactSource::Sheet { file, name: None },
            reading: Reading::default(),
            target: TargetSpec {
                name: account.name.clone(),
                vendor: account.profile().id.to_owned(),
                file: None,
                settings: BTreeMap::new(),
                stated: BTreeSet::new(),
                region: account.region,
                parent: account.parent.clone(),
                fail_on_loss: account.must_keep.clone(),
            },
            policy: Policy::default(),
            guards: Guards::default(),
            delivery: Delivery::default(),
        }
    }

    /// The version of the shape that this rolo writes. Each member that is added makes another, since an older rolo must
    /// not leave out what decides.
    pub const VERSION: u32 = 2;

    /// The spec as it is kept.
    pub fn to_json(&self) -> Result<Value, SpecError> {
        Ok(serde_json::to_value(self)?)
    }

    /// Reads a spec that was kept.
    pub fn of_json(json: &Value) -> Result<Self, SpecError> {
        let version = json.get("version").and_then(Value::as_u64).unwrap_or(0);
        if version > u64::from(Self::VERSION) {
            return Err(SpecError::Newer {
                found: version,
                known: Self::VERSION,
            });
        }
        Ok(serde::Deserialize::deserialize(json)?)
    }
}

mod optional_path {
    use std::path::PathBuf;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    struct Written(#[serde(with = "super::path")] PathBuf);

    #[expect(
        clippy::ref_option,
        reason = "serde hands over a reference to the field"
    )]
    pub(super) fn serialize<S: Serializer>(
        path: &Option<PathBuf>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        path.clone().map(Written).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<PathBuf>, D::Error> {
        Ok(Option::<Written>::deserialize(deserializer)?.map(|written| written.0))
    }
}

#[cfg(test)]
mod tests;
