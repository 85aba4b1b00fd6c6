//! What is asked of a store about the steps of a run.

use std::collections::HashMap;

use super::{Decision, Doubt, Lease, LedgerError, Settled, Stale, Touched, When};
use crate::backend::Snapshot;
use crate::model::{Fingerprint, ParentId, RunId};
use crate::plan::{Moment, Outcome, Step};

/// How many steps are read at a time where all are wanted.
const PAGE: usize = 1000;

/// The steps of a ledger's runs. Whatever a run writes, it writes under its lease; what it writes in one call is there as a
/// whole or not at all, and durable when the call returns. Steps in the making (`add`, `amend` and `hold`) may be durable
/// later, with the next call that is: nothing is sent of them before.
pub trait Steps {
    /// Adds steps to a run.
    fn add(&mut self, lease: &Lease, steps: &[Step]) -> Result<(), LedgerError>;
    /// Puts steps in the place of those with their numbers; the run must still be in the making.
    fn amend(&mut self, lease: &Lease, steps: &[Step]) -> Result<(), LedgerError>;
    /// Keeps what the records of some steps held when the plan looked at them: what an undo puts back.
    fn hold(&mut self, lease: &Lease, held: &[(u64, Snapshot)]) -> Result<(), LedgerError>;
    /// Takes the next steps that wait to be sent, in order, and marks them as sent. A step whose payload was erased is
    /// skipped.
    fn claim(&mut self, lease: &Lease, most: usize) -> Result<Vec<Step>, LedgerError>;
    /// Writes what became of steps; the links that follow are there for whoever asks next.
    fn settle(&mut self, lease: &Lease, outcomes: &[Outcome]) -> Result<(), LedgerError>;
    /// Puts steps back among those that wait to be sent, as if they had never been.
    fn reopen(&mut self, lease: &Lease, numbers: &[u64]) -> Result<(), LedgerError>;
    /// Puts creates that are known not to have arrived back among those that wait, for the one time that they are sent
    /// again without a person's word.
    fn send_again(&mut self, lease: &Lease, numbers: &[u64]) -> Result<(), LedgerError>;
    /// Settles a step in doubt by a person's word; whatever else the run had been told of it does not count.
    fn decide(
        &mut self,
        lease: &Lease,
        number: u64,
        decision: &Decision,
    ) -> Result<(), LedgerError>;
    /// Skips the waiting steps whose contact a later run has sent, or a create of another run may have made.
    fn supersede(&mut self, lease: &Lease) -> Result<(), LedgerError>;

    /// The next steps of a run, in the order of the source, after one number or from the first.
    fn page(
        &self,
        run: &RunId,
        after: Option<u64>,
        most: usize,
    ) -> Result<Vec<Settled>, LedgerError>;
    /// Some steps of a run, by number, in order.
    fn steps(&self, run: &RunId, numbers: &[u64]) -> Result<Vec<Settled>, LedgerError>;
    /// What a record held before this step of a run changed it, if the plan looked; else what was sent for it last.
    fn prior(&self, run: &RunId, number: u64) -> Result<Option<Snapshot>, LedgerError>;
    /// What a run's waiting creates hang under, each once.
    fn parents(&self, run: &RunId) -> Result<Vec<Option<ParentId>>, LedgerError>;

    /// The steps of a run that are in doubt, in order.
    fn doubtful(&self, run: &RunId) -> Result<Vec<Step>, LedgerError>;
    /// What is known of each of them, by the step's number.
    fn doubts(&self, run: &RunId) -> Result<HashMap<u64, Doubt>, LedgerError>;
    /// The last moment that was noted on a run's book.
    fn moment(&self, run: &RunId) -> Result<Moment, LedgerError>;

    /// The records that a run's waiting steps are about.
    fn touched(&self, run: &RunId) -> Result<Vec<Touched>, LedgerError>;
    /// Keeps what the target holds of the records of a saved plan's steps; `None` for one that is not there.
    fn sighted(
        &mut self,
        lease: &Lease,
        when: When,
        records: &[(u64, Option<Fingerprint>)],
    ) -> Result<(), LedgerError>;
    /// The waiting steps of a saved plan that no longer stand on what they stood on, in order.
    fn stale(&self, run: &RunId) -> Result<Vec<Stale>, LedgerError>;

    /// Every step of a run, in the order of the source, page by page.
    fn each_step(
        &self,
        run: &RunId,
        each: &mut dyn FnMut(Settled) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let mut after = None;
        loop {
            let page = self.page(run, after, PAGE)?;
            let is_last = page.len() < PAGE;
            after = page.last().map(|settled| settled.step.number);
            page.into_iter().try_for_each(&mut *each)?;
            if is_last {
                return Ok(());
            }
        }
    }
}
