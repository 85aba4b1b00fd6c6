//! The steps of the embedded ledger's runs.

use std::collections::HashMap;

use super::write::Requeue;
use super::{Sqlite, claim, decide, doubt, follow, link, saved, witness, write};
use crate::backend::Snapshot;
use crate::ledger::{Decision, Doubt, Lease, LedgerError, Settled, Stale, Steps, Touched, When};
use crate::model::{Fingerprint, ParentId, RunId};
use crate::plan::{Moment, Outcome, Step};

impl Steps for Sqlite {
    fn add(&mut self, lease: &Lease, steps: &[Step]) -> Result<(), LedgerError> {
        let n = self.number(lease.run())?;
        self.unhurried(|database| write::add(database, n, steps))?;
        self.committed(lease)
    }

    fn amend(&mut self, lease: &Lease, steps: &[Step]) -> Result<(), LedgerError> {
        let n = self.number(lease.run())?;
        self.unhurried(|database| write::amend(database, n, steps))
    }

    fn hold(&mut self, lease: &Lease, held: &[(u64, Snapshot)]) -> Result<(), LedgerError> {
        let n = self.number(lease.run())?;
        self.unhurried(|database| write::hold(database, n, held))
    }

    fn claim(&mut self, lease: &Lease, most: usize) -> Result<Vec<Step>, LedgerError> {
        let n = self.number(lease.run())?;
        let claimed = claim::claim(&mut self.database, n, most)?;
        if let Err(error) = self.committed(lease) {
            // Nothing is sent of what the next run would not find claimed.
            let numbers: Vec<u64> = claimed.iter().map(|step| step.number).collect();
            write::reopen(&mut self.database, n, &numbers, Requeue::Unsent)?;
            return Err(error);
        }
        Ok(claimed)
    }

    fn settle(&mut self, lease: &Lease, outcomes: &[Outcome]) -> Result<(), LedgerError> {
        let n = self.number(lease.run())?;
        write::settle(&mut self.database, n, outcomes)?;
        self.committed(lease)
    }

    fn reopen(&mut self, lease: &Lease, numbers: &[u64]) -> Result<(), LedgerError> {
        let n = self.number(lease.run())?;
        write::reopen(&mut self.database, n, numbers, Requeue::Afresh)
    }

    fn send_again(&mut self, lease: &Lease, numbers: &[u64]) -> Result<(), LedgerError> {
        let n = self.number(lease.run())?;
        write::reopen(&mut self.database, n, numbers, Requeue::Absent)
    }

    fn decide(
        &mut self,
        lease: &Lease,
        number: u64,
        decision: &Decision,
    ) -> Result<(), LedgerError> {
        let n = self.number(lease.run())?;
        decide::decide(&mut self.database, n, number, decision)?;
        self.committed(lease)
    }

    fn supersede(&mut self, lease: &Lease) -> Result<(), LedgerError> {
        // What a look has just found for another run is as good as sent.
        follow::follow_all(&self.database, lease.book())?;
        let n = self.number(lease.run())?;
        doubt::supersede(&mut self.database, n)
    }

    fn page(
        &self,
        run: &RunId,
        after: Option<u64>,
        most: usize,
    ) -> Result<Vec<Settled>, LedgerError> {
        saved::page(&self.database, self.number(run)?, after, most)
    }

    fn steps(&self, run: &RunId, numbers: &[u64]) -> Result<Vec<Settled>, LedgerError> {
        saved::steps(&self.database, self.number(run)?, numbers)
    }

    fn prior(&self, run: &RunId, number: u64) -> Result<Option<Snapshot>, LedgerError> {
        link::prior(&self.database, self.number(run)?, number)
    }

    fn parents(&self, run: &RunId) -> Result<Vec<Option<ParentId>>, LedgerError> {
        doubt::parents(&self.database, self.number(run)?)
    }

    fn doubtful(&self, run: &RunId) -> Result<Vec<Step>, LedgerError> {
        // An id that cannot be true is found where the links would follow.
        follow::follow_run(&self.database, run)?;
        doubt::steps(&self.database, self.number(run)?)
    }

    fn doubts(&self, run: &RunId) -> Result<HashMap<u64, Doubt>, LedgerError> {
        witness::doubts(&self.database, self.number(run)?)
    }

    fn moment(&self, run: &RunId) -> Result<Moment, LedgerError> {
        Ok(witness::latest(&self.database, self.number(run)?)?)
    }

    fn touched(&self, run: &RunId) -> Result<Vec<Touched>, LedgerError> {
        saved::touched(&self.database, self.number(run)?)
    }

    fn sighted(
        &mut self,
        lease: &Lease,
        when: When,
        records: &[(u64, Option<Fingerprint>)],
    ) -> Result<(), LedgerError> {
        let n = self.number(lease.run())?;
        saved::sighted(&mut self.database, n, when, records)
    }

    fn stale(&self, run: &RunId) -> Result<Vec<Stale>, LedgerError> {
        saved::stale(&self.database, self.number(run)?)
    }
}
