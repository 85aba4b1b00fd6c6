//! The links of a ledger in memory.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

use super::{KeptLink, LinkPlace, Memory, MemoryState, StepState};
use crate::backend::Snapshot;
use crate::ledger::{Lease, LedgerError, LinkSet, Links, Made, ScopedLink};
use crate::model::{BookId, ContactKey, ParentId, RemoteId, RunId, ScopedKey};
use crate::plan::{Action, Change, Elsewhere, Fate, IdentityDigest, Known, Link};

impl Memory {
    /// What is kept, with all links of a book in place.
    fn linked_up(&self, book: &BookId) -> std::sync::MutexGuard<'_, MemoryState> {
        let mut kept = self.kept();
        kept.follow_all(book);
        kept
    }
}

impl Links for Memory {
    fn known(&self, book: &BookId, keys: &[ScopedKey]) -> Result<Known, LedgerError> {
        let kept = self.linked_up(book);
        let mut known = Known::default();
        let doubts = kept.lost_creates(book);
        for key in keys {
            match kept.link_of(book, key) {
                Some((parent, link)) if *parent == key.parent || parent.is_none() => {
                    let link = Link {
                        remote: link.remote.clone(),
                        fingerprint: link.print.clone(),
                        identity: link.identity.clone(),
                    };
                    known.links.insert(key.clone(), link);
                    continue;
                }
                Some((parent, link)) => {
                    let (remote, parent) = (link.remote.clone(), parent.clone());
                    let other = Elsewhere { remote, parent };
                    known.elsewhere.insert(key.clone(), other);
                }
                None => {}
            }
            if let Some(run) = doubts.get(key) {
                known.doubts.insert(key.clone(), run.clone());
            }
        }
        Ok(known)
    }

    fn learn(&mut self, book: &BookId, links: &[ScopedLink]) -> Result<(), LedgerError> {
        let mut kept = self.linked_up(book);
        for (ScopedKey { key, parent }, link) in links {
            let place = (book.clone(), key.clone(), parent.clone());
            if parent.is_some() {
                kept.move_home(&place, &link.remote);
            }
            let at = kept.next();
            kept.links.entry(place).or_insert_with(|| KeptLink {
                remote: link.remote.clone(),
                print: link.fingerprint.clone(),
                by: None,
                made: false,
                at,
                identity: link.identity.clone(),
            });
        }
        Ok(())
    }

    fn linked(
        &self,
        book: &BookId,
        which: LinkSet,
        after: Option<&ScopedKey>,
        most: usize,
    ) -> Result<Vec<(ScopedKey, RemoteId)>, LedgerError> {
        let kept = self.linked_up(book);
        let is_meant = |(own, key, parent): &LinkPlace, link: &KeptLink| {
            let is_next = after.is_none_or(|after| (key, parent) > (&after.key, &after.parent));
            let is_in = match which {
                LinkSet::Made => link.made,
                LinkSet::Derived => key.is_derived(),
            };
            own == book && is_next && is_in
        };
        let links = kept
            .links
            .iter()
            .filter(|(place, link)| is_meant(place, link));
        let told = links.map(|((_, key, parent), link)| {
            let (key, parent) = (key.clone(), parent.clone());
            (ScopedKey { key, parent }, link.remote.clone())
        });
        Ok(told.take(most).collect())
    }

    fn owns(&self, book: &BookId, remote: &RemoteId) -> Result<bool, LedgerError> {
        Ok(self.linked_up(book).to(book, remote).next().is_some())
    }

    fn key_of(&self, book: &BookId, remote: &RemoteId) -> Result<Option<ContactKey>, LedgerError> {
        let kept = self.linked_up(book);
        let last = kept.to(book, remote).max_by_key(|(_, link)| link.at);
        Ok(last.map(|((_, key, _), _)| key.clone()))
    }

    fn keys_of(&self, book: &BookId, remote: &RemoteId) -> Result<Vec<ScopedKey>, LedgerError> {
        let kept = self.linked_up(book);
        let keys = kept
            .to(book, remote)
            .map(|((_, key, parent), _)| ScopedKey {
                key: key.clone(),
                parent: parent.clone(),
            });
        Ok(keys.collect())
    }

    fn home_of(&self, book: &BookId, remote: &RemoteId) -> Result<Option<ParentId>, LedgerError> {
        let kept = self.linked_up(book);
        let homes = kept
            .to(book, remote)
            .filter(|((.., parent), _)| parent.is_some());
        let home = homes.max_by_key(|(_, link)| link.at);
        let home = home.and_then(|((.., parent), _)| parent.clone());
        Ok(home.or_else(|| kept.last_sent(book, remote)?.payload.parent))
    }

    fn whose(
        &self,
        book: &BookId,
        remote: &RemoteId,
    ) -> Result<Option<IdentityDigest>, LedgerError> {
        let kept = self.linked_up(book);
        let told = kept.told_of(book, remote).into_iter();
        let mut whose = told.filter_map(|(link, kept)| {
            let sent = kept.and_then(|kept| kept.step.identity.as_ref());
            sent.map(IdentityDigest::of)
                .or_else(|| link.identity.clone())
        });
        Ok(whose.next())
    }

    fn last_sent(&self, book: &BookId, remote: &RemoteId) -> Result<Option<Snapshot>, LedgerError> {
        Ok(self.linked_up(book).last_sent(book, remote))
    }

    fn last_changes(&self, book: &BookId, remote: &RemoteId) -> Result<Vec<Change>, LedgerError> {
        let kept = self.linked_up(book);
        let told = kept.told_of(book, remote).into_iter();
        let mut steps = told.filter_map(|(_, kept)| kept);
        Ok(steps
            .next()
            .map_or(Vec::new(), |kept| kept.step.changes.clone()))
    }

    fn survey(
        &mut self,
        lease: &Lease,
        parent: Option<&ParentId>,
        held: &[RemoteId],
    ) -> Result<(), LedgerError> {
        let mut kept = self.kept();
        let run = kept.of_mut(lease.run())?;
        let before = run.before.entry(parent.cloned()).or_default();
        before.extend(held.iter().cloned());
        Ok(())
    }

    fn surveyed(
        &self,
        run: &RunId,
        parent: Option<&ParentId>,
    ) -> Result<Option<HashSet<RemoteId>>, LedgerError> {
        let kept = self.kept();
        Ok(kept.of(run)?.before.get(&parent.cloned()).cloned())
    }

    fn made(&self, run: &RunId, parent: Option<&ParentId>) -> Result<Vec<Made>, LedgerError> {
        let mut kept = self.kept();
        let place = kept.place(run)?;
        let book = kept.runs[place].about.book.clone();
        kept.follow_all(&book);
        let runs = kept.on(&book).filter(|(later, _)| *later >= place);
        let made = runs
            .flat_map(|(_, run)| run.steps.values())
            .filter(|one| one.state.is(Fate::Created) && one.step.parent.as_ref() == parent)
            .filter_map(|one| {
                let remote = one.step.remote.clone()?;
                // One that has no link any more was removed by us, or forgotten.
                kept.to(&book, &remote).next()?;
                let moment = one.moment;
                Some(Made { remote, moment })
            });
        Ok(made.collect())
    }

    fn contest(&mut self, lease: &Lease, remote: &RemoteId) -> Result<(), LedgerError> {
        let mut kept = self.linked_up(lease.book());
        let by = kept
            .to(lease.book(), remote)
            .filter_map(|(_, link)| link.by);
        let runs: BTreeSet<usize> = by.map(|(run, _)| run).collect();
        let contested = BTreeSet::from([remote.clone()]);
        for run in runs {
            kept.doubt(run, &contested);
        }
        Ok(())
    }
}

impl MemoryState {
    /// The link of a key: under its own parent first, then one whose parent is not known, then the one that was written
    /// last.
    fn link_of(&self, book: &BookId, key: &ScopedKey) -> Option<(&Option<ParentId>, &KeptLink)> {
        let first = (book.clone(), key.key.clone(), None);
        let all = self.links.range(first..);
        let own = all.take_while(|((of, own, _), _)| of == book && *own == key.key);
        let best = own.min_by_key(|((.., parent), link)| {
            (*parent != key.parent, parent.is_some(), Reverse(link.at))
        });
        best.map(|((.., parent), link)| (parent, link))
    }

    /// The creates on a book of which no answer came, and the runs that sent them; what a run that has not ended has sent
    /// is that of a dead one.
    fn lost_creates(&self, book: &BookId) -> HashMap<ScopedKey, RunId> {
        let mut lost = HashMap::new();
        for (_, run) in self.on(book) {
            let creates = run
                .steps
                .values()
                .filter(|one| one.step.action == Action::Create);
            for one in creates {
                let is_sent = one.state == StepState::Sent && run.ended.is_none();
                if is_sent || one.state.is(Fate::InDoubt) {
                    lost.insert(one.step.scoped(), run.id.clone());
                }
            }
        }
        lost
    }

    fn last_sent(&self, book: &BookId, remote: &RemoteId) -> Option<Snapshot> {
        let told = self.told_of(book, remote).into_iter();
        let mut sent = told.filter_map(|(_, kept)| kept?.sent());
        sent.next()
    }
}
