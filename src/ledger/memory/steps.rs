//! The steps of the runs of a ledger in memory.

use std::collections::{BTreeSet, HashMap};

use super::{KeptStep, Memory, Sighting};
use crate::backend::Snapshot;
use crate::ledger::{Decision, Doubt, Lease, LedgerError, Settled, Stale, Steps, Touched, When};
use crate::model::{Fingerprint, ParentId, RunId};
use crate::plan::{Action, Fate, Moment, Outcome, Step};

impl Steps for Memory {
    fn add(&mut self, lease: &Lease, steps: &[Step]) -> Result<(), LedgerError> {
        let mut kept = self.kept();
        let run = kept.place(lease.run())?;
        for step in steps {
            let new = kept.new_step(run, step);
            kept.runs[run].steps.insert(step.number, new);
        }
        Ok(())
    }

    fn amend(&mut self, lease: &Lease, steps: &[Step]) -> Result<(), LedgerError> {
        self.add(lease, steps)
    }

    fn hold(&mut self, lease: &Lease, held: &[(u64, Snapshot)]) -> Result<(), LedgerError> {
        let mut kept = self.kept();
        let run = kept.of_mut(lease.run())?;
        for (number, held) in held {
            if let Some(one) = run.steps.get_mut(number) {
                one.held = Some(Snapshot {
                    record: None,
                    ..held.clone()
                });
            }
        }
        Ok(())
    }

    fn claim(&mut self, lease: &Lease, most: usize) -> Result<Vec<Step>, LedgerError> {
        let mut kept = self.kept();
        let run = kept.of_mut(lease.run())?;
        loop {
            let next = run.next(most);
            let is_end = next.is_empty();
            let mut claimed = Vec::new();
            for number in next {
                claimed.extend(run.steps.get_mut(&number).and_then(KeptStep::claim));
            }
            // No steps at all means that none waits.
            if is_end || !claimed.is_empty() {
                return Ok(claimed);
            }
        }
    }

    fn settle(&mut self, lease: &Lease, outcomes: &[Outcome]) -> Result<(), LedgerError> {
        let mut kept = self.kept();
        let run = kept.of_mut(lease.run())?;
        let mut deleted = BTreeSet::new();
        for outcome in outcomes {
            run.moment = run.moment.max(outcome.moment.unwrap_or_default());
            run.unlinked |= matches!(outcome.fate, Fate::Created | Fate::Updated);
            if let Some(one) = run.steps.get_mut(&outcome.number) {
                one.settle(outcome);
                let is_gone = outcome.fate == Fate::Deleted;
                deleted.extend(one.step.remote.clone().filter(|_| is_gone));
            }
        }
        kept.links
            .retain(|(book, ..), link| book != lease.book() || !deleted.contains(&link.remote));
        Ok(())
    }

    fn reopen(&mut self, lease: &Lease, numbers: &[u64]) -> Result<(), LedgerError> {
        let mut kept = self.kept();
        let run = kept.place(lease.run())?;
        for number in numbers {
            kept.put_back(run, *number);
        }
        Ok(())
    }

    fn send_again(&mut self, lease: &Lease, numbers: &[u64]) -> Result<(), LedgerError> {
        let mut kept = self.kept();
        let run = kept.of_mut(lease.run())?;
        for number in numbers {
            if let Some(one) = run.steps.get_mut(number) {
                one.wait_again();
                one.resent = true;
            }
        }
        Ok(())
    }

    fn decide(
        &mut self,
        lease: &Lease,
        number: u64,
        decision: &Decision,
    ) -> Result<(), LedgerError> {
        let mut kept = self.kept();
        let place = kept.place(lease.run())?;
        match decision {
            Decision::Absent => kept.put_back(place, number),
            Decision::Is(remote) => kept.name(place, number, remote)?,
        }
        kept.runs[place].unlinked = true;
        Ok(())
    }

    fn supersede(&mut self, lease: &Lease) -> Result<(), LedgerError> {
        let mut kept = self.kept();
        kept.follow_all(lease.book());
        let place = kept.place(lease.run())?;
        let waiting = kept.runs[place].steps.iter();
        let waiting = waiting.filter(|(_, one)| one.state.waits());
        let over: Vec<_> = waiting
            .filter_map(|(number, one)| Some((*number, kept.over(place, &one.step)?)))
            .collect();
        for (number, message) in over {
            if let Some(one) = kept.runs[place].steps.get_mut(&number) {
                one.skip(message);
            }
        }
        Ok(())
    }

    fn page(
        &self,
        run: &RunId,
        after: Option<u64>,
        most: usize,
    ) -> Result<Vec<Settled>, LedgerError> {
        let first = after.map_or(0, |after| after.saturating_add(1));
        let kept = self.kept();
        let steps = kept.of(run)?.steps.range(first..);
        Ok(steps.take(most).map(|(_, one)| one.told()).collect())
    }

    fn steps(&self, run: &RunId, numbers: &[u64]) -> Result<Vec<Settled>, LedgerError> {
        let kept = self.kept();
        let run = kept.of(run)?;
        let steps = numbers.iter().filter_map(|number| run.steps.get(number));
        Ok(steps.map(KeptStep::told).collect())
    }

    fn prior(&self, run: &RunId, number: u64) -> Result<Option<Snapshot>, LedgerError> {
        let kept = self.kept();
        let Some(own) = kept.of(run)?.steps.get(&number) else {
            return Ok(None);
        };
        let earlier = || kept.step(own.prior?)?.sent();
        Ok(own.held.clone().or_else(earlier))
    }

    fn parents(&self, run: &RunId) -> Result<Vec<Option<ParentId>>, LedgerError> {
        let kept = self.kept();
        let steps = kept.of(run)?.steps.values();
        let creates = steps.filter(|one| one.state.waits() && one.step.action == Action::Create);
        let parents = creates.map(|one| one.step.payload.as_ref()?.parent.clone());
        Ok(parents.collect::<BTreeSet<_>>().into_iter().collect())
    }

    fn doubtful(&self, run: &RunId) -> Result<Vec<Step>, LedgerError> {
        let mut kept = self.kept();
        let place = kept.place(run)?;
        if kept.runs[place].unlinked {
            // An id that cannot be true is found where the links would follow.
            kept.follow(place);
        }
        let steps = kept.runs[place].steps.values();
        let doubtful = steps
            .filter(|one| one.state.fate() == Fate::InDoubt && one.step.action != Action::Doubt);
        Ok(doubtful.map(|one| one.step.clone()).collect())
    }

    fn doubts(&self, run: &RunId) -> Result<HashMap<u64, Doubt>, LedgerError> {
        let kept = self.kept();
        let place = kept.place(run)?;
        let own = &kept.runs[place];
        let was_resent = |step: &Step| {
            let earlier = kept.on(&own.about.book).filter(|(other, _)| *other < place);
            let mut earlier = earlier.flat_map(|(_, run)| run.steps.values());
            earlier
                .any(|one| one.resent && one.step.key == step.key && one.step.parent == step.parent)
        };
        let doubtful = own.steps.iter();
        let doubtful = doubtful.filter(|(_, one)| one.state.is(Fate::InDoubt));
        let doubts = doubtful.map(|(number, one)| {
            let doubt = Doubt {
                given_up: one.moment.unwrap_or_default(),
                accepted: one.accepted,
                resent: one.resent || was_resent(&one.step),
            };
            (*number, doubt)
        });
        Ok(doubts.collect())
    }

    fn moment(&self, run: &RunId) -> Result<Moment, LedgerError> {
        let kept = self.kept();
        Ok(kept.moment(&kept.of(run)?.about.book))
    }

    fn touched(&self, run: &RunId) -> Result<Vec<Touched>, LedgerError> {
        let kept = self.kept();
        let steps = kept.of(run)?.steps.iter();
        let touched = steps.filter(|(_, one)| one.state.waits());
        let touched = touched.filter_map(|(number, one)| {
            let parent = one.step.payload.as_ref();
            Some(Touched {
                number: *number,
                remote: one.step.remote.clone()?,
                parent: parent.and_then(|payload| payload.parent.clone()),
            })
        });
        Ok(touched.collect())
    }

    fn sighted(
        &mut self,
        lease: &Lease,
        when: When,
        records: &[(u64, Option<Fingerprint>)],
    ) -> Result<(), LedgerError> {
        let mut kept = self.kept();
        let run = kept.of_mut(lease.run())?;
        if when == When::Applied {
            // An earlier try to apply it may have looked too.
            for basis in run.basis.values_mut() {
                basis.found = Sighting::Unseen;
            }
        }
        for (number, print) in records {
            if let Some(basis) = run.basis.get_mut(number) {
                let seen = print.clone().map_or(Sighting::Nothing, Sighting::Holds);
                match when {
                    When::Planned => basis.held = seen,
                    When::Applied => basis.found = seen,
                }
            }
        }
        Ok(())
    }

    fn stale(&self, run: &RunId) -> Result<Vec<Stale>, LedgerError> {
        let mut kept = self.kept();
        let place = kept.place(run)?;
        let book = kept.runs[place].about.book.clone();
        kept.follow_all(&book);
        let own = &kept.runs[place];
        let stale = own.basis.iter().filter_map(|(number, basis)| {
            let one = own.steps.get(number).filter(|one| one.state.waits())?;
            Some(Stale {
                number: *number,
                row: one.step.row,
                remote: one.step.remote.clone(),
                why: kept.reason(place, &one.step, basis)?,
            })
        });
        Ok(stale.collect())
    }
}
