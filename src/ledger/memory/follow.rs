//! Links that follow from fates, before anybody asks, and ids that cannot be what the vendor says they are.

use std::collections::{BTreeMap, BTreeSet};

use super::{KeptLink, LinkPlace, MemoryState, StepState};
use crate::ledger::message;
use crate::model::{BookId, RemoteId};
use crate::plan::Fate;

impl MemoryState {
    /// Writes the links that follow from the fates of all runs on a book.
    pub(super) fn follow_all(&mut self, book: &BookId) {
        let due = self.on(book).filter(|(_, run)| run.unlinked);
        let due: Vec<usize> = due.map(|(place, _)| place).collect();
        for run in due {
            self.follow(run);
        }
    }

    /// Writes the links that follow from a run's fates. A link that a later run wrote stays; what says nothing any more
    /// has none.
    pub(super) fn follow(&mut self, run: usize) {
        let contested = self.contested(run);
        self.doubt(run, &contested);
        self.rehome(run);
        let book = self.runs[run].about.book.clone();
        let mut links = Vec::new();
        for (number, kept) in &mut self.runs[run].steps {
            let is_due = !kept.linked && is_written(kept.state);
            kept.linked |= is_due;
            let print = kept.holds.as_ref().or(kept.print.as_ref());
            if let (true, Some(remote), Some(print)) = (is_due, &kept.step.remote, print) {
                let place = (
                    book.clone(),
                    kept.step.key.clone(),
                    kept.step.parent.clone(),
                );
                let made = kept.state.is(Fate::Created);
                links.push((place, *number, remote.clone(), print.clone(), made));
            }
        }
        for (place, number, remote, print, made) in links {
            let at = self.next();
            let old = self.links.get(&place);
            if old.is_some_and(|old| old.by.is_some_and(|(by, _)| by > run)) {
                continue;
            }
            let was_made = old.is_some_and(|old| old.made && old.remote == remote);
            let link = KeptLink {
                remote,
                print,
                by: Some((run, number)),
                made: made || was_made,
                at,
                identity: old.and_then(|old| old.identity.clone()),
            };
            self.links.insert(place, link);
        }
        self.runs[run].unlinked = false;
    }

    /// Records that a run's answers name for more than one contact, for a contact of another run, or that were there
    /// before. What an earlier run named it for stays; within the run nobody can tell which answer was true.
    fn contested(&self, run: usize) -> BTreeSet<RemoteId> {
        let kept = &self.runs[run];
        let book = &kept.about.book;
        let mut named: BTreeMap<&RemoteId, u32> = BTreeMap::new();
        let mut contested = BTreeSet::new();
        for one in kept.steps.values() {
            let (true, Some(remote)) = (one.state.is(Fate::Created), &one.step.remote) else {
                continue;
            };
            let count = named.entry(remote).or_default();
            *count += 1;
            let was_there = || {
                let before = kept.before.get(&one.step.parent);
                before.is_some_and(|before| before.contains(remote))
            };
            let is_anothers = || {
                self.to(book, remote)
                    .any(|((_, key, _), _)| *key != one.step.key)
            };
            if *count > 1 || !one.linked && (is_anothers() || was_there()) {
                contested.insert(remote.clone());
            }
        }
        contested
    }

    /// Puts what a run made under such ids in doubt, and takes its links back.
    pub(super) fn doubt(&mut self, run: usize, contested: &BTreeSet<RemoteId>) {
        if contested.is_empty() {
            return;
        }
        let book = self.runs[run].about.book.clone();
        let now = self.moment(&book).advance();
        let kept = &mut self.runs[run];
        kept.moment = now;
        for one in kept.steps.values_mut() {
            let remote = one.step.remote.clone();
            let Some(remote) = remote.filter(|remote| contested.contains(remote)) else {
                continue;
            };
            if one.state.is(Fate::Created) {
                one.state = StepState::Settled(Fate::InDoubt);
                one.message = Some(message::contested(remote.as_str()));
                one.step.remote = None;
                one.accepted = true;
                one.linked = false;
                one.moment = Some(now);
            }
        }
        self.links.retain(|(own, ..), link| {
            let is_its = link.by.is_some_and(|(by, _)| by == run);
            *own != book || !is_its || !contested.contains(&link.remote)
        });
    }

    /// Puts links under the parent that a run's fates say of their records; what was taken for it before is gone.
    fn rehome(&mut self, run: usize) {
        let kept = &self.runs[run];
        let due = kept
            .steps
            .values()
            .filter(|one| !one.linked && is_written(one.state));
        let homes: Vec<(LinkPlace, RemoteId)> = due
            .filter_map(|one| {
                let step = &one.step;
                step.parent.as_ref()?;
                let place = (
                    kept.about.book.clone(),
                    step.key.clone(),
                    step.parent.clone(),
                );
                Some((place, step.remote.clone()?))
            })
            .collect();
        for (home, remote) in homes {
            self.move_home(&home, &remote);
        }
    }

    /// Puts the links of a key to a record under one parent; where both parents had the link, one is left.
    pub(super) fn move_home(&mut self, home: &LinkPlace, remote: &RemoteId) {
        let others: Vec<LinkPlace> = self
            .links
            .iter()
            .filter(|((book, key, parent), link)| {
                (book, key) == (&home.0, &home.1) && *parent != home.2 && link.remote == *remote
            })
            .map(|(place, _)| place.clone())
            .collect();
        for other in others {
            let Some(link) = self.links.remove(&other) else {
                continue;
            };
            self.links.entry(home.clone()).or_insert(link);
        }
    }
}

/// Whether a record was written.
fn is_written(state: StepState) -> bool {
    state.is(Fate::Created) || state.is(Fate::Updated)
}
