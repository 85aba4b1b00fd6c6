//! Erasing from a ledger in memory: a person who wants to be forgotten, and runs that are old.

use std::collections::{BTreeSet, HashSet};

use super::{KeptStep, LinkPlace, MemoryState};
use crate::ledger::{Forgotten, Saved, Sought, message};
use crate::model::{BookId, ContactKey, RemoteId};
use crate::plan::{Fate, IdentityDigest};
use crate::wire::JsonList;

impl MemoryState {
    /// Erases the rows of old runs; how many there were. Their links keep digests of whom they are about.
    pub(super) fn prune(&mut self, before: &str) -> u64 {
        let all = self.runs.iter().enumerate();
        let old: BTreeSet<usize> = all
            .filter(|(_, run)| run.is_old(before))
            .map(|(place, _)| place)
            .collect();
        for link in self.links.values_mut() {
            let by = link.by.filter(|(run, _)| old.contains(run));
            let step = by.and_then(|(run, number)| self.runs[run].steps.get(&number));
            if let Some(identity) = step.and_then(|one| one.step.identity.as_ref()) {
                link.identity = Some(IdentityDigest::of(identity));
            }
        }
        let mut rows = 0;
        for place in old {
            let run = &mut self.runs[place];
            rows += run.steps.len() as u64;
            run.steps.clear();
            run.before.clear();
            run.basis.clear();
            if run.saved == Some(Saved::Waiting) {
                run.saved = Some(Saved::Dropped);
            }
        }
        rows
    }

    /// The steps that are about whoever is sought: which run's, and their numbers.
    fn meant(&self, sought: &Sought) -> Vec<(usize, u64)> {
        let runs = self.runs.iter().enumerate();
        let steps = runs.flat_map(|(place, run)| {
            let steps = run.steps.iter();
            let meant = steps.filter(|(_, one)| {
                // What cannot be read may tell of anybody.
                sought.is_in(&one.step).unwrap_or(true)
            });
            meant.map(move |(number, _)| (place, *number))
        });
        steps.collect()
    }

    /// The links to whoever is sought.
    fn sought_links(&self, sought: &Sought) -> Vec<LinkPlace> {
        let links = self.links.iter().filter(|((book, key, _), link)| {
            let record = (book.clone(), link.remote.clone());
            sought.is_linked(key, &record, link.identity.as_ref())
        });
        links.map(|(place, _)| place.clone()).collect()
    }

    /// The books that hold whoever is sought.
    pub(super) fn books_of(&self, sought: &Sought) -> BTreeSet<BookId> {
        let meant = self.meant(sought).into_iter();
        let rows = meant.map(|(run, _)| self.runs[run].about.book.clone());
        let links = self.sought_links(sought).into_iter();
        rows.chain(links.map(|(book, ..)| book)).collect()
    }

    /// Erases whoever is sought; nobody writes their books meanwhile.
    pub(super) fn forget(&mut self, sought: &Sought) -> Forgotten {
        let meant = self.meant(sought);
        let links = self.sought_links(sought);
        let places: BTreeSet<usize> = meant.iter().map(|(run, _)| *run).collect();
        let mut records: HashSet<(BookId, RemoteId)> = HashSet::new();
        for &(run, number) in &meant {
            records.extend(self.erase(run, number));
        }
        let mut erased = 0;
        for place in links {
            let book = place.0.clone();
            let link = self.links.remove(&place);
            erased += u64::from(link.is_some());
            records.extend(link.map(|link| (book, link.remote)));
        }
        Forgotten {
            runs: places.iter().map(|run| self.runs[*run].told()).collect(),
            rows: meant.len() as u64,
            links: erased,
            records,
        }
    }

    /// Erases one step, and the links of its contact; its record.
    fn erase(&mut self, run: usize, number: u64) -> Option<(BookId, RemoteId)> {
        let book = self.runs[run].about.book.clone();
        self.runs[run].basis.remove(&number);
        let one = self.runs[run].steps.get_mut(&number)?;
        let (key, parent) = (one.step.key.clone(), one.step.parent.clone());
        let record = one.empty();
        self.links.retain(|(own, theirs, under), _| {
            let is_under = under.is_none() || parent.is_none() || *under == parent;
            *own != book || *theirs != key || !is_under
        });
        record.map(|remote| (book, remote))
    }
}

impl KeptStep {
    /// Leaves nothing of whom it is about; the record that it had. There is nothing left to send, or to look for at the
    /// vendor: what waits and what is in doubt come to their end here.
    fn empty(&mut self) -> Option<RemoteId> {
        self.message = None;
        match self.state.fate() {
            Fate::Unsent => self.skip(message::FORGOTTEN_UNSENT),
            Fate::InDoubt => self.skip(message::FORGOTTEN_UNKNOWN),
            _ => {}
        }
        self.print = None;
        self.held = None;
        self.linked = true;
        let step = &mut self.step;
        step.key = ContactKey::new("forgotten");
        (step.payload, step.identity, step.record) = (None, None, None);
        (step.cells, step.remarks) = (JsonList::default(), JsonList::default());
        (step.lost, step.changes) = (JsonList::default(), Vec::new());
        step.remote.take()
    }
}
