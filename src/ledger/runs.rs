//! What is asked of a store about runs.

use std::path::Path;

use super::{Feed, Forgotten, Lease, LedgerError, NewRun, Reported, Run, Sought};
use crate::model::{BookId, Fingerprint, RunId};
use crate::plan::Totals;

/// The runs of a ledger, from their beginning until nothing of them is left.
pub trait Runs {
    /// Begins a run and takes its book; steps that a dead run left between claim and settle become in doubt. The run's id
    /// and its times are the store's.
    fn begin(&mut self, run: &NewRun) -> Result<Lease, LedgerError>;
    /// Takes up a run again: its book, and what a crash left between claim and settle becomes in doubt.
    fn resume(&mut self, run: &Run) -> Result<Lease, LedgerError>;
    /// Says that every row of the source has its step.
    fn planned(&mut self, lease: &Lease) -> Result<(), LedgerError>;
    /// Ends a run and gives its hold of the book back; steps that are still between claim and settle become in doubt.
    fn end(&mut self, lease: Lease, exit_code: u8) -> Result<Totals, LedgerError>;
    /// Ends a run whose book was given free before, or ends it once more with another number. Where another run holds the
    /// book, it stays as that one left it: it may have been taken up.
    fn end_later(&mut self, run: &RunId, exit_code: u8) -> Result<Totals, LedgerError> {
        let run = self.run(run.as_str())?;
        match self.resume(&run) {
            Ok(lease) => self.end(lease, exit_code),
            Err(LedgerError::Held { .. }) => Ok(run.totals),
            Err(error) => Err(error),
        }
    }

    /// The latest runs, latest first.
    fn runs(&self, most: usize) -> Result<Vec<Run>, LedgerError>;
    /// The run of this id, or the only one whose id begins so.
    fn run(&self, id: &str) -> Result<Run, LedgerError>;
    /// The runs that are planned and have steps that wait or are in doubt, latest first; a saved plan that nobody
    /// applied is none of them.
    fn unfinished(&self) -> Result<Vec<Run>, LedgerError>;
    /// The runs on a book that have steps in doubt, oldest first.
    fn doubtful_runs(&self, book: &BookId) -> Result<Vec<Run>, LedgerError>;
    /// The latest planned run on a book that [imported](Run::is_import_of) a sheet of a feed.
    fn latest(&self, book: &BookId, feed: &Feed) -> Result<Option<Run>, LedgerError>;

    /// Puts a run aside as a plan, with a digest of its requests, and what its contacts are linked to now. It is said
    /// before the run is `planned`, so that no crash leaves a run that would be sent unasked.
    fn save(&mut self, lease: &Lease, requests: &Fingerprint) -> Result<(), LedgerError>;
    /// Says that a saved plan is applied: from now on it is a run like any other.
    fn apply(&mut self, lease: &Lease) -> Result<(), LedgerError>;

    /// Keeps where the sheet of a run was put when it was done, beside what its source says.
    fn moved(&mut self, run: &RunId, place: &Path) -> Result<(), LedgerError>;
    /// Keeps where a run's report is.
    fn reported(&mut self, run: &RunId, folder: &Path) -> Result<(), LedgerError>;
    /// Forgets where a report is: it was deleted.
    fn unreported(&mut self, run: &RunId, folder: &Path) -> Result<(), LedgerError>;
    /// Every report that is known, oldest run first.
    fn reports(&self) -> Result<Vec<Reported>, LedgerError>;
    /// The reports of runs that ended before a time (RFC 3339, UTC) and have nothing in doubt.
    fn old_reports(&self, before: &str) -> Result<Vec<Reported>, LedgerError>;
    /// How many rows of such runs there are.
    fn count_old_rows(&self, before: &str) -> Result<u64, LedgerError>;
    /// Erases the rows of such runs; links stay, and know their person by digests from then on.
    fn prune(&mut self, before: &str) -> Result<u64, LedgerError>;
    /// Erases everything that tells of somebody. What of their rows waits or is in doubt is skipped from then on; no run
    /// may be under way on a book that has such rows or links.
    fn forget(&mut self, sought: &Sought) -> Result<Forgotten, LedgerError>;

    /// Whether what is written is still where the next run looks for it; every commit of a run asks that by itself. A
    /// store without files is always in place.
    fn in_place(&self) -> Result<(), LedgerError> {
        Ok(())
    }
    /// What is wrong with what the ledger is kept in, in its own words; nothing, for a whole one.
    fn check(&self) -> Result<Vec<String>, LedgerError>;
}
