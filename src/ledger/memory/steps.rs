//! The steps of the runs of a ledger in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Basis, Kept, KeptRun, KeptStep, Memory, StepState};
use crate::backend::Snapshot;
use crate::ledger::{
    Decision, Doubt, Lease, LedgerError, Settled, Stale, StaleReason, Steps, Touched, When, message,
};
use crate::model::{Fingerprint, ParentId, RemoteId, RunId};
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
            run.basis.values_mut().for_each(|basis| basis.found = None);
        }
        for (number, print) in records {
            if let Some(basis) = run.basis.get_mut(number) {
                match when {
                    When::Planned => basis.held = Some(print.clone()),
                    When::Applied => basis.found = Some(print.clone()),
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

impl Kept {
    fn new_step(&self, run: usize, step: &Step) -> KeptStep {
        let book = &self.runs[run].about.book;
        let replaced = step
            .remote
            .as_ref()
            .filter(|_| step.action == Action::Update);
        let prior = replaced.and_then(|remote| {
            let by = self.to(book, remote).filter_map(|(_, link)| link.by);
            by.max_by_key(|(run, _)| *run)
        });
        let payload = step.payload.as_ref();
        KeptStep {
            step: step.clone(),
            print: payload.map(crate::backend::Payload::fingerprint),
            state: if step.action.is_sent() {
                StepState::Waiting
            } else {
                StepState::Settled(step.action.fate())
            },
            message: None,
            attempts: 0,
            accepted: false,
            holds: None,
            linked: false,
            prior,
            moment: None,
            resent: false,
            held: None,
        }
    }

    /// Puts a step back among those that wait, as if it had never been sent: earlier runs' steps of the same contact have
    /// been sent for the last time, too.
    fn put_back(&mut self, run: usize, number: u64) {
        let book = self.runs[run].about.book.clone();
        let Some(one) = self.runs[run].steps.get_mut(&number) else {
            return;
        };
        one.wait_again();
        let (key, parent) = (one.step.key.clone(), one.step.parent.clone());
        let on_book = self.runs.iter_mut().filter(|run| run.about.book == book);
        for one in on_book.flat_map(|run| run.steps.values_mut()) {
            if one.step.key == key && one.step.parent == parent {
                one.resent = false;
            }
        }
    }

    /// Takes a person's word for the record of a step.
    fn name(&mut self, run: usize, number: u64, remote: &RemoteId) -> Result<(), LedgerError> {
        let book = self.runs[run].about.book.clone();
        let Some(key) = self.step((run, number)).map(|one| one.step.key.clone()) else {
            return Ok(());
        };
        let links = self.to(&book, remote);
        let other = links
            .map(|((_, key, _), _)| key.to_string())
            .find(|other| *other != key.as_str());
        if let Some(key) = other {
            return Err(LedgerError::Taken {
                remote: remote.to_string(),
                key,
            });
        }
        let own = &mut self.runs[run];
        // It was taken for a record that others had made before.
        for before in own.before.values_mut() {
            before.remove(remote);
        }
        if let Some(one) = own.steps.get_mut(&number) {
            one.state = StepState::Settled(Fate::Created);
            one.step.remote = Some(remote.clone());
            one.message = Some(message::NAMED.to_owned());
            one.accepted = false;
            one.linked = false;
        }
        Ok(())
    }

    /// Why a waiting step of a run is not to be sent any more.
    fn over(&self, run: usize, step: &Step) -> Option<&'static str> {
        let is_create = step.action == Action::Create;
        let book = &self.runs[run].about.book;
        let linked = [step.parent.clone(), None].into_iter().any(|parent| {
            let link = self.links.get(&(book.clone(), step.key.clone(), parent));
            link.is_some_and(|link| is_create || link.by.is_some_and(|(by, _)| by > run))
        });
        if linked {
            return Some(message::SUPERSEDED);
        }
        (is_create && self.is_lost_elsewhere(run, step)).then_some(message::SENT_ELSEWHERE)
    }

    /// Whether another run has sent a create of the same contact, and no answer came.
    fn is_lost_elsewhere(&self, run: usize, step: &Step) -> bool {
        let others = self.on(&self.runs[run].about.book);
        let others = others.filter(|(other, _)| *other != run);
        let mut steps = others.flat_map(|(_, run)| run.steps.values());
        steps.any(|one| one.is_lost_create_of(step))
    }

    /// Why a step of a saved plan no longer stands on what it stood on.
    fn reason(&self, run: usize, step: &Step, basis: &Basis) -> Option<StaleReason> {
        if step.action == Action::Create && self.is_lost_elsewhere(run, step) {
            return Some(StaleReason::InDoubt);
        }
        if basis.linked != self.stands(run, step) {
            return Some(StaleReason::Written);
        }
        match (&basis.held, &basis.found) {
            (None, _) => None,
            (held, found) if held == found => None,
            (Some(None), _) => Some(StaleReason::Came),
            (_, Some(None)) => Some(StaleReason::Gone),
            _ => Some(StaleReason::Changed),
        }
    }

    /// What the contact of a step is linked to now.
    pub(super) fn stands(&self, run: usize, step: &Step) -> Option<(RemoteId, Fingerprint)> {
        let book = self.runs[run].about.book.clone();
        let link = self
            .links
            .get(&(book, step.key.clone(), step.parent.clone()))?;
        Some((link.remote.clone(), link.print.clone()))
    }

    /// What the waiting steps of a run stand on.
    pub(super) fn basis(&self, run: usize) -> BTreeMap<u64, Basis> {
        let steps = self.runs[run].steps.iter();
        let waiting = steps.filter(|(_, one)| one.state.waits());
        let basis = waiting.map(|(number, one)| {
            let basis = Basis {
                linked: self.stands(run, &one.step),
                held: None,
                found: None,
            };
            (*number, basis)
        });
        basis.collect()
    }
}

impl KeptRun {
    /// The next steps that wait: those that wait once more first.
    fn next(&self, most: usize) -> Vec<u64> {
        let waiting = |state| {
            let steps = self.steps.iter();
            let steps = steps.filter(move |(_, one)| one.state == state);
            steps.map(|(number, _)| *number)
        };
        let again = waiting(StepState::Again);
        again
            .chain(waiting(StepState::Waiting))
            .take(most)
            .collect()
    }

    /// Marks what it leaves between claim and settle.
    pub(super) fn doubt_what_was_sent(&mut self, now: Moment) {
        for one in self.steps.values_mut() {
            if one.state == StepState::Sent {
                one.state = StepState::Settled(Fate::InDoubt);
                one.message = Some(message::NO_ANSWER.to_owned());
                one.moment = Some(now);
                self.moment = now;
            }
        }
    }
}

impl KeptStep {
    /// The step as it is told.
    fn told(&self) -> Settled {
        Settled {
            step: self.step.clone(),
            fate: self.state.fate(),
            message: self.message.clone(),
            attempts: self.attempts,
        }
    }

    /// What was sent for it; none where that was erased.
    pub(super) fn sent(&self) -> Option<Snapshot> {
        Some(Snapshot {
            payload: self.step.payload.clone()?,
            identity: self.step.identity.clone(),
            record: None,
        })
    }

    /// Marks it as sent; what is only of use to a report is left out. A record that nothing is said of must not be made,
    /// nor emptied: such a step is skipped.
    fn claim(&mut self) -> Option<Step> {
        let says_nothing = self.step.payload.is_none();
        if says_nothing && matches!(self.step.action, Action::Create | Action::Update) {
            self.skip(message::NOTHING_LEFT);
            return None;
        }
        self.state = StepState::Sent;
        Some(Step {
            identity: None,
            cells: Vec::new(),
            remarks: Vec::new(),
            lost: Vec::new(),
            changes: Vec::new(),
            ..self.step.clone()
        })
    }

    fn settle(&mut self, outcome: &Outcome) {
        self.state = match outcome.fate {
            Fate::Unsent => StepState::Again,
            fate => StepState::Settled(fate),
        };
        if outcome.remote.is_some() {
            self.step.remote.clone_from(&outcome.remote);
        }
        self.message.clone_from(&outcome.message);
        self.attempts += outcome.attempts;
        self.holds.clone_from(&outcome.holds);
        self.accepted |= outcome.accepted;
        self.moment = outcome.moment.or(self.moment);
    }

    fn wait_again(&mut self) {
        self.state = StepState::Again;
        self.message = None;
        self.accepted = false;
        // What the record holds may be the half of what was sent: it is no longer what the plan read.
        self.step.record = None;
    }

    pub(super) fn skip(&mut self, message: &str) {
        self.state = StepState::Settled(Fate::Skipped);
        self.message = Some(message.to_owned());
    }
}
