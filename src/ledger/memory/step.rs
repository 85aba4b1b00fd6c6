//! What becomes of single steps of a ledger in memory.

use super::{KeptRun, KeptStep, MemoryState, StepState};
use crate::backend::{Payload, Snapshot};
use crate::ledger::{LedgerError, Settled, message};
use crate::model::RemoteId;
use crate::plan::{Action, Fate, Moment, Outcome, Step};
use crate::wire::JsonList;

impl MemoryState {
    pub(super) fn new_step(&self, run: usize, step: &Step) -> KeptStep {
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
            print: payload.map(Payload::fingerprint),
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
    pub(super) fn put_back(&mut self, run: usize, number: u64) {
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
    pub(super) fn name(
        &mut self,
        run: usize,
        number: u64,
        remote: &RemoteId,
    ) -> Result<(), LedgerError> {
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
}

impl KeptRun {
    /// The next steps that wait: those that wait once more first.
    pub(super) fn next(&self, most: usize) -> Vec<u64> {
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
    pub(super) fn told(&self) -> Settled {
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
    pub(super) fn claim(&mut self) -> Option<Step> {
        let says_nothing = self.step.payload.is_none();
        if says_nothing && matches!(self.step.action, Action::Create | Action::Update) {
            self.skip(message::NOTHING_LEFT);
            return None;
        }
        self.state = StepState::Sent;
        Some(Step {
            identity: None,
            cells: JsonList::default(),
            remarks: JsonList::default(),
            lost: JsonList::default(),
            changes: Vec::new(),
            ..self.step.clone()
        })
    }

    pub(super) fn settle(&mut self, outcome: &Outcome) {
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

    pub(super) fn wait_again(&mut self) {
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
