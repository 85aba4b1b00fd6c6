//! What was done: the durable record of runs, steps and links. It knows nothing of how a step is sent; it only
//! promises that what it was told is still true after the power failed. `Ledger` is a trait so that a database
//! server can stand in for the embedded database.

mod accounts;
mod contested;
mod decide;
mod doubt;
mod ended;
mod erase;
mod feed;
mod files;
mod keeper;
mod links;
mod lock;
mod lookup;
mod row;
mod saved;
mod schema;
mod sqlite;
mod witness;
mod write;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::backend::Snapshot;
use crate::model::{BookId, ContactKey, Fingerprint, ParentId, RemoteId, RunId, ScopedKey};
use crate::plan::{Fate, Known, Link, Moment, Outcome, Step, Totals};

pub use erase::{Forgotten, Sought};
pub use feed::Feed;
pub use files::Displaced;
pub use keeper::Keeper;
pub use lookup::{Lookup, Missing, Pending, Problem, Standing, Wanted, Whose};
pub use saved::{Saved, Stale, Touched, When, Why};
pub use sqlite::{Reported, Sqlite};

/// What a run is, when it begins.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewRun {
    /// The book that it writes.
    pub book: BookId,
    /// The target's name.
    pub target: String,
    /// The vendor's id.
    pub vendor: String,
    /// What was done: `import`.
    pub command: String,
    /// What was decided about the source: the JSON of `sheet::About`.
    pub source: serde_json::Value,
    /// The headers of the source's columns.
    pub headers: Vec<String>,
    /// The command line, and the folder where it was given, to be shown. It never holds a secret.
    #[serde(default)]
    pub given: Given,
    /// What was asked: the JSON of `engine::ImportSpec`; none for a run of a rolo that kept the command line only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec: Option<serde_json::Value>,
}

/// A command line, and where it was given.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Given {
    /// The arguments, the program's name first.
    pub arguments: Vec<String>,
    /// The folder.
    pub folder: PathBuf,
    /// What the sheet is one of, if it comes again and again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed: Option<Feed>,
}

/// A run as it stands in the ledger.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// What it is.
    pub about: NewRun,
    /// When it began (RFC 3339, UTC).
    pub began: String,
    /// Whether every row of the source has its step; a run that was killed before that cannot be resumed.
    pub planned: bool,
    /// When it ended; `None` for one that runs, or that was killed.
    pub ended: Option<String>,
    /// How many rows met which fate.
    pub totals: Totals,
    /// The exit code that it ended with.
    pub exit_code: Option<u8>,
    /// Where its report is.
    pub report: Option<PathBuf>,
    /// What became of it as a plan that was put aside; `None` for a run that was sent as soon as it was planned.
    pub saved: Option<Saved>,
    /// The digest of the requests that such a plan shows.
    pub requests: Option<Fingerprint>,
}

/// A step with what became of it.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The step.
    pub step: Step,
    /// What became of it.
    pub fate: Fate,
    /// The vendor's words, or ours.
    pub message: Option<String>,
    /// How many requests were sent for it.
    pub attempts: u32,
}

/// Why the ledger cannot do what it is asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file cannot be opened or made.
    #[error("cannot open the ledger `{}`", path.display())]
    Open {
        /// Where it is.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Another run writes the same book.
    #[error("another run is writing the book of target `{target}`")]
    Held {
        /// The target's name.
        target: String,
    },
    /// A run writes a book of which something is to be erased.
    #[error("cannot erase data while a run is writing to target `{target}`")]
    Busy {
        /// The target's name.
        target: String,
    },
    /// The file was written by a newer rolo.
    #[error("the ledger `{}` has version {found}, and this rolo knows versions up to {known}", path.display())]
    Newer {
        /// Where it is.
        path: PathBuf,
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
    /// The database said no: disk full, file damaged.
    #[error("the ledger cannot be written or read")]
    Database(#[from] rusqlite::Error),
    /// The file is damaged, or no ledger.
    #[error("`{}` is damaged, or is not a ledger", path.display())]
    NoLedger {
        /// Where it is.
        path: PathBuf,
    },
    /// One of its files is not the one any more that was opened.
    #[error("{what} `{}` was {why} while it was in use", path.display())]
    Displaced {
        /// What the file is.
        what: &'static str,
        /// Where it was.
        path: PathBuf,
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

impl LedgerError {
    /// What a person does about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Open { .. } => "name another file with --ledger, or mend the permissions",
            Self::Held { .. } => "wait until it has ended, then try again; nothing was sent",
            Self::Busy { .. } => {
                "wait until it has ended, or stop it, then forget again; nothing was erased"
            }
            Self::Newer { .. } => "use the newer rolo that wrote it, or another file with --ledger",
            Self::NoRun(_) | Self::AmbiguousRun(_) => "`rolo runs` lists the runs",
            Self::NoLedger { .. } => {
                "move the file away or pass another with --ledger; then import with --compare target so that existing records \
                 are matched"
            }
            Self::Database(_) => "look at the disk's free space and the file's permissions",
            Self::Displaced { .. } => {
                "what was recorded since is not in the file that is there now: put the file back where it was moved away, \
                 then import again with --compare target, so that what was created is recognised and not created again"
            }
            Self::Taken { .. } => "name another record, or say --absent; nothing was changed",
            Self::Damaged { .. } | Self::Gone => "keep the file and try again with --ledger NEW",
        }
    }
}

impl LedgerError {
    /// Whether the ledger itself is whole, and only not where it was: what stands in it can still be read.
    pub fn is_displaced(&self) -> bool {
        matches!(self, Self::Displaced { .. })
    }
}

/// A record that runs of ours have made, and are not known to have removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Its id.
    pub remote: RemoteId,
    /// When the request that made it left; `None` where nobody noted it.
    pub moment: Option<Moment>,
}

/// A doubtful step's history, as far as it decides what may be done with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Doubt {
    /// When its answer was given up; zero where nobody noted it.
    pub given_up: Moment,
    /// Whether the vendor said yes, though not to what.
    pub accepted: bool,
    /// Whether it was sent a second time already.
    pub resent: bool,
}

/// What a person says of a row in doubt, having looked at the vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is this record.
    Is(RemoteId),
    /// The vendor does not have it.
    Absent,
}

/// A key under its parent, and the record that it is linked to.
pub type ScopedLink = (ScopedKey, Link);

/// The durable record.
pub trait Ledger: Send {
    /// Begins a run and takes its book's lock; steps that a dead run left between claim and settle become
    /// in doubt.
    fn begin(&mut self, run: &NewRun) -> Result<RunId, LedgerError>;
    /// Takes up a run again: its book's lock, and what a crash left between claim and settle becomes in doubt.
    fn resume(&mut self, run: &Run) -> Result<(), LedgerError>;
    /// Adds steps to a run, in one transaction.
    fn add(&mut self, run: &RunId, steps: &[Step]) -> Result<(), LedgerError>;
    /// Says that every row of the source has its step.
    fn planned(&mut self, run: &RunId) -> Result<(), LedgerError>;
    /// Takes the next steps that wait to be sent, in order, and marks them as sent; durable when it returns. A step
    /// whose payload was erased is skipped.
    fn claim(&mut self, run: &RunId, most: usize) -> Result<Vec<Step>, LedgerError>;
    /// Writes what became of steps, in one transaction; the links that follow are there for whoever asks next.
    fn settle(&mut self, run: &RunId, outcomes: &[Outcome]) -> Result<(), LedgerError>;
    /// Puts steps back among those that wait to be sent, as if they had never been.
    fn reopen(&mut self, run: &RunId, numbers: &[u64]) -> Result<(), LedgerError>;
    /// Puts creates that are known not to have arrived back among those that wait, for the one time that they are sent
    /// again without a person's word.
    fn send_again(&mut self, run: &RunId, numbers: &[u64]) -> Result<(), LedgerError>;
    /// The last moment that was noted on a run's book.
    fn moment(&self, run: &RunId) -> Result<Moment, LedgerError>;
    /// Puts in doubt whatever runs of ours are said to have made under an id: the record there is not what they sent.
    fn contest(&mut self, book: &BookId, remote: &RemoteId) -> Result<(), LedgerError>;
    /// Settles a step in doubt by a person's word; whatever else the run had been told of it does not count.
    fn decide(&mut self, run: &RunId, number: u64, decision: &Decision) -> Result<(), LedgerError>;
    /// What a run's waiting creates hang under, each once.
    fn parents(&self, run: &RunId) -> Result<Vec<Option<ParentId>>, LedgerError>;
    /// Keeps which records a parent held before the run made anything there.
    fn survey(
        &mut self,
        run: &RunId,
        parent: Option<&ParentId>,
        held: &[RemoteId],
    ) -> Result<(), LedgerError>;
    /// Learns which records some contacts are, from a list of what the vendor holds.
    fn learn(&mut self, book: &BookId, links: &[ScopedLink]) -> Result<(), LedgerError>;
    /// The key of the contact that a record belongs to.
    fn key_of(&self, book: &BookId, remote: &RemoteId) -> Result<Option<ContactKey>, LedgerError>;
    /// Which records a parent held before the run; `None` where nobody looked.
    fn surveyed(
        &self,
        run: &RunId,
        parent: Option<&ParentId>,
    ) -> Result<Option<HashSet<RemoteId>>, LedgerError>;
    /// The steps of a run that are in doubt, in order.
    fn doubtful(&self, run: &RunId) -> Result<Vec<Step>, LedgerError>;
    /// What is known of each of them, by the step's number.
    fn doubts(&self, run: &RunId) -> Result<HashMap<u64, Doubt>, LedgerError>;
    /// The records that a run, and later ones on its book, have made under a parent, and that are ours still.
    fn made(&self, run: &RunId, parent: Option<&ParentId>) -> Result<Vec<Made>, LedgerError>;
    /// The runs on a book that have steps in doubt, oldest first.
    fn doubtful_runs(&self, book: &BookId) -> Result<Vec<Run>, LedgerError>;
    /// Whether a record of a book belongs to one of our contacts.
    fn owns(&self, book: &BookId, remote: &RemoteId) -> Result<bool, LedgerError>;
    /// The runs that are planned and have steps that wait or are in doubt, latest first; a saved plan that nobody
    /// applied is none of them.
    fn unfinished(&self) -> Result<Vec<Run>, LedgerError>;
    /// Puts a run aside as a plan, with a digest of its requests, and what its contacts are linked to now. It is said
    /// before the run is `planned`, so that no crash leaves a run that would be sent unasked.
    fn save(&mut self, run: &RunId, requests: &Fingerprint) -> Result<(), LedgerError>;
    /// Says that a saved plan is applied: from now on it is a run like any other.
    fn apply(&mut self, run: &RunId) -> Result<(), LedgerError>;
    /// The records that a run's waiting steps are about.
    fn touched(&self, run: &RunId) -> Result<Vec<Touched>, LedgerError>;
    /// Keeps what the target holds of the records of a saved plan's steps; `None` for one that is not there.
    fn sighted(
        &mut self,
        run: &RunId,
        when: When,
        records: &[(u64, Option<Fingerprint>)],
    ) -> Result<(), LedgerError>;
    /// The waiting steps of a saved plan that no longer stand on what they stood on, in order.
    fn stale(&self, run: &RunId) -> Result<Vec<Stale>, LedgerError>;
    /// Some steps of a run, by number, in order.
    fn steps(&self, run: &RunId, numbers: &[u64]) -> Result<Vec<Settled>, LedgerError>;
    /// Marks the waiting steps of a run that a later run has taken over.
    fn supersede(&mut self, run: &RunId) -> Result<(), LedgerError>;
    /// What was sent last for a record of a book.
    fn last_sent(&self, book: &BookId, remote: &RemoteId) -> Result<Option<Snapshot>, LedgerError>;
    /// What a record held before this step of a run changed it, if the plan looked; else what was sent for it last.
    fn prior(&self, run: &Run, number: u64) -> Result<Option<Snapshot>, LedgerError>;
    /// Keeps where a run's report is.
    fn reported(&mut self, run: &RunId, folder: &Path) -> Result<(), LedgerError>;
    /// The latest planned run on a book for which `is_meant` holds; what it sees of the totals is what they were when
    /// the run ended.
    fn latest(
        &self,
        book: &BookId,
        is_meant: &dyn Fn(&Run) -> bool,
    ) -> Result<Option<Run>, LedgerError>;
    /// Keeps where the sheet of a run was put when it was done, beside what its source says.
    fn moved(&mut self, run: &RunId, place: &Path) -> Result<(), LedgerError>;
    /// Erases everything that tells of whomever a row is about for which `is_meant` holds; returns the runs that
    /// held such rows, and how many rows there were. What of them waits or is in doubt is skipped from then on; no
    /// run may be under way on a book that has such rows.
    fn forget(&mut self, is_meant: &dyn Fn(&Step) -> bool) -> Result<(Vec<Run>, u64), LedgerError>;
    /// Erases the rows of runs that ended before a time (RFC 3339, UTC) and have nothing in doubt; links stay.
    fn prune(&mut self, before: &str) -> Result<u64, LedgerError>;
    /// Whether what is written is still where the next run looks for it; every commit of a run asks that by itself. A
    /// store without files is always in place.
    fn in_place(&self) -> Result<(), LedgerError> {
        Ok(())
    }
    /// What is wrong with the ledger's file; nothing, for a whole one.
    fn check(&self) -> Result<Vec<String>, LedgerError>;
    /// Ends a run and gives its book free; steps that are still between claim and settle become in doubt. A run whose
    /// book was given free before, and is held by another since, stays as that one left it.
    fn end(&mut self, run: &RunId, exit_code: u8) -> Result<Totals, LedgerError>;
    /// What is known of some keys in a book.
    fn known(&self, book: &BookId, keys: &[ScopedKey]) -> Result<Known, LedgerError>;
    /// The latest runs, latest first.
    fn runs(&self, most: usize) -> Result<Vec<Run>, LedgerError>;
    /// The run of this id, or the only one whose id begins so.
    fn run(&self, id: &str) -> Result<Run, LedgerError>;
    /// Every step of a run, in the order of the source.
    fn each_step(
        &self,
        run: &RunId,
        each: &mut dyn FnMut(Settled) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError>;
}
