//! What a waiting step stands on, and whether it still does.

use std::collections::BTreeMap;

use super::{Basis, MemoryState, Sighting};
use crate::ledger::{StaleReason, message};
use crate::model::{Fingerprint, RemoteId};
use crate::plan::{Action, Step};

impl MemoryState {
    /// Why a waiting step of a run is not to be sent any more.
    pub(super) fn over(&self, run: usize, step: &Step) -> Option<&'static str> {
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
    pub(super) fn is_lost_elsewhere(&self, run: usize, step: &Step) -> bool {
        let others = self.on(&self.runs[run].about.book);
        let others = others.filter(|(other, _)| *other != run);
        let mut steps = others.flat_map(|(_, run)| run.steps.values());
        steps.any(|one| one.is_lost_create_of(step))
    }

    /// Why a step of a saved plan no longer stands on what it stood on.
    pub(super) fn reason(&self, run: usize, step: &Step, basis: &Basis) -> Option<StaleReason> {
        if step.action == Action::Create && self.is_lost_elsewhere(run, step) {
            return Some(StaleReason::InDoubt);
        }
        if basis.linked != self.stands(run, step) {
            return Some(StaleReason::Written);
        }
        match (&basis.held, &basis.found) {
            (Sighting::Unseen, _) => None,
            (held, found) if held == found => None,
            (Sighting::Nothing, _) => Some(StaleReason::Came),
            (_, Sighting::Nothing) => Some(StaleReason::Gone),
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
                held: Sighting::Unseen,
                found: Sighting::Unseen,
            };
            (*number, basis)
        });
        basis.collect()
    }
}
