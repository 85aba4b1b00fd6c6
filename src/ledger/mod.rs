//! What was done: the durable record of runs, steps and links. It knows nothing of how a step is sent; it only
//! promises that what it was told is still true after the power failed. [`Ledger`] is the seam: what it is kept in
//! stands below it, in a folder of its own.

mod doubt;
mod error;
mod feed;
mod person;
mod run;
mod saved;
mod sqlite;
mod writer;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::backend::Snapshot;
use crate::model::{BookId, ContactKey, Fingerprint, ParentId, RemoteId, RunId, ScopedKey};
use crate::plan::{Known, Link, Moment, Outcome, Step, Totals};

pub use doubt::{Decision, Doubt, Made};
pub use error::{Displaced, LedgerError};
pub use feed::Feed;
pub use person::{Forgotten, Sought};
pub use run::{Given, NewRun, Reported, Run, Settled};
pub use saved::{Saved, Stale, StaleReason, Touched, When};
pub use sqlite::Sqlite;
pub use writer::LedgerWriter;

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
