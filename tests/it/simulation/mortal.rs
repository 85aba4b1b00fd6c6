//! A ledger whose process may be dead, and that has the mistakes which lie in what a ledger tells.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use rolo::backend::Snapshot;
use rolo::ledger::{
    Decision, Doubt, Feed, Forgotten, Lease, LedgerError, LinkSet, Links, Made, Memory, NewRun,
    Reported, Run, Runs, ScopedLink, Settled, Sought, Stale, Steps, Touched, When,
};
use rolo::model::{BookId, ContactKey, Fingerprint, ParentId, RemoteId, RunId, ScopedKey};
use rolo::plan::{Change, IdentityDigest, Known, Moment, Outcome, Step, Totals};

use super::Mistake;

/// A ledger that does nothing more once its process is dead.
pub(super) struct Mortal {
    pub(super) ledger: Memory,
    pub(super) dead: Arc<Mutex<bool>>,
    pub(super) mistake: Mistake,
}

impl Mortal {
    fn alive(&self) -> Result<(), LedgerError> {
        if *self.dead.lock().expect("unpoisoned") {
            Err(LedgerError::Gone)
        } else {
            Ok(())
        }
    }
}

type Kept<T> = Result<T, LedgerError>;

impl Runs for Mortal {
    fn begin(&mut self, run: &NewRun) -> Kept<Lease> {
        self.alive()?;
        self.ledger.begin(run)
    }
    fn resume(&mut self, run: &Run) -> Kept<Lease> {
        self.alive()?;
        self.ledger.resume(run)
    }
    fn planned(&mut self, lease: &Lease) -> Kept<()> {
        self.alive()?;
        self.ledger.planned(lease)
    }
    fn end(&mut self, lease: Lease, exit_code: u8) -> Kept<Totals> {
        self.alive()?;
        self.ledger.end(lease, exit_code)
    }
    fn runs(&self, most: usize) -> Kept<Vec<Run>> {
        self.ledger.runs(most)
    }
    fn run(&self, id: &str) -> Kept<Run> {
        self.ledger.run(id)
    }
    fn unfinished(&self) -> Kept<Vec<Run>> {
        self.ledger.unfinished()
    }
    fn doubtful_runs(&self, book: &BookId) -> Kept<Vec<Run>> {
        self.ledger.doubtful_runs(book)
    }
    fn latest(&self, book: &BookId, feed: &Feed) -> Kept<Option<Run>> {
        self.ledger.latest(book, feed)
    }
    fn save(&mut self, lease: &Lease, requests: &Fingerprint) -> Kept<()> {
        self.ledger.save(lease, requests)
    }
    fn apply(&mut self, lease: &Lease) -> Kept<()> {
        self.ledger.apply(lease)
    }
    fn moved(&mut self, run: &RunId, place: &Path) -> Kept<()> {
        self.ledger.moved(run, place)
    }
    fn reported(&mut self, run: &RunId, folder: &Path) -> Kept<()> {
        self.ledger.reported(run, folder)
    }
    fn unreported(&mut self, run: &RunId, folder: &Path) -> Kept<()> {
        self.ledger.unreported(run, folder)
    }
    fn reports(&self) -> Kept<Vec<Reported>> {
        self.ledger.reports()
    }
    fn old_reports(&self, before: &str) -> Kept<Vec<Reported>> {
        self.ledger.old_reports(before)
    }
    fn count_old_rows(&self, before: &str) -> Kept<u64> {
        self.ledger.count_old_rows(before)
    }
    fn prune(&mut self, before: &str) -> Kept<u64> {
        self.ledger.prune(before)
    }
    fn forget(&mut self, sought: &Sought) -> Kept<Forgotten> {
        self.ledger.forget(sought)
    }
    fn in_place(&self) -> Kept<()> {
        self.ledger.in_place()
    }
    fn check(&self) -> Kept<Vec<String>> {
        self.ledger.check()
    }
}

impl Steps for Mortal {
    fn add(&mut self, lease: &Lease, steps: &[Step]) -> Kept<()> {
        self.alive()?;
        self.ledger.add(lease, steps)
    }
    fn amend(&mut self, lease: &Lease, steps: &[Step]) -> Kept<()> {
        self.alive()?;
        self.ledger.amend(lease, steps)
    }
    fn hold(&mut self, lease: &Lease, held: &[(u64, Snapshot)]) -> Kept<()> {
        self.alive()?;
        self.ledger.hold(lease, held)
    }
    fn claim(&mut self, lease: &Lease, most: usize) -> Kept<Vec<Step>> {
        self.alive()?;
        self.ledger.claim(lease, most)
    }
    fn settle(&mut self, lease: &Lease, outcomes: &[Outcome]) -> Kept<()> {
        self.alive()?;
        self.ledger.settle(lease, outcomes)
    }
    fn reopen(&mut self, lease: &Lease, numbers: &[u64]) -> Kept<()> {
        self.alive()?;
        self.ledger.reopen(lease, numbers)
    }
    fn send_again(&mut self, lease: &Lease, numbers: &[u64]) -> Kept<()> {
        self.alive()?;
        self.ledger.send_again(lease, numbers)
    }
    fn decide(&mut self, lease: &Lease, number: u64, decision: &Decision) -> Kept<()> {
        self.alive()?;
        self.ledger.decide(lease, number, decision)
    }
    fn supersede(&mut self, lease: &Lease) -> Kept<()> {
        self.alive()?;
        self.ledger.supersede(lease)
    }
    fn page(&self, run: &RunId, after: Option<u64>, most: usize) -> Kept<Vec<Settled>> {
        self.ledger.page(run, after, most)
    }
    fn steps(&self, run: &RunId, numbers: &[u64]) -> Kept<Vec<Settled>> {
        self.ledger.steps(run, numbers)
    }
    fn prior(&self, run: &RunId, number: u64) -> Kept<Option<Snapshot>> {
        self.ledger.prior(run, number)
    }
    fn parents(&self, run: &RunId) -> Kept<Vec<Option<ParentId>>> {
        self.ledger.parents(run)
    }
    fn doubtful(&self, run: &RunId) -> Kept<Vec<Step>> {
        self.ledger.doubtful(run)
    }
    fn doubts(&self, run: &RunId) -> Kept<HashMap<u64, Doubt>> {
        let mut doubts = self.ledger.doubts(run)?;
        if self.mistake == Mistake::SendsAThirdTime {
            for doubt in doubts.values_mut() {
                doubt.resent = false;
            }
        }
        Ok(doubts)
    }
    fn moment(&self, run: &RunId) -> Kept<Moment> {
        self.ledger.moment(run)
    }
    fn touched(&self, run: &RunId) -> Kept<Vec<Touched>> {
        self.ledger.touched(run)
    }
    fn sighted(
        &mut self,
        lease: &Lease,
        when: When,
        records: &[(u64, Option<Fingerprint>)],
    ) -> Kept<()> {
        self.ledger.sighted(lease, when, records)
    }
    fn stale(&self, run: &RunId) -> Kept<Vec<Stale>> {
        self.ledger.stale(run)
    }
}

impl Links for Mortal {
    fn known(&self, book: &BookId, keys: &[ScopedKey]) -> Kept<Known> {
        self.ledger.known(book, keys)
    }
    fn learn(&mut self, book: &BookId, links: &[ScopedLink]) -> Kept<()> {
        self.alive()?;
        self.ledger.learn(book, links)
    }
    fn linked(
        &self,
        book: &BookId,
        which: LinkSet,
        after: Option<&ScopedKey>,
        most: usize,
    ) -> Kept<Vec<(ScopedKey, RemoteId)>> {
        self.ledger.linked(book, which, after, most)
    }
    fn owns(&self, book: &BookId, remote: &RemoteId) -> Kept<bool> {
        self.ledger.owns(book, remote)
    }
    fn key_of(&self, book: &BookId, remote: &RemoteId) -> Kept<Option<ContactKey>> {
        self.ledger.key_of(book, remote)
    }
    fn keys_of(&self, book: &BookId, remote: &RemoteId) -> Kept<Vec<ScopedKey>> {
        self.ledger.keys_of(book, remote)
    }
    fn home_of(&self, book: &BookId, remote: &RemoteId) -> Kept<Option<ParentId>> {
        self.ledger.home_of(book, remote)
    }
    fn whose(&self, book: &BookId, remote: &RemoteId) -> Kept<Option<IdentityDigest>> {
        self.ledger.whose(book, remote)
    }
    fn last_sent(&self, book: &BookId, remote: &RemoteId) -> Kept<Option<Snapshot>> {
        self.ledger.last_sent(book, remote)
    }
    fn last_changes(&self, book: &BookId, remote: &RemoteId) -> Kept<Vec<Change>> {
        self.ledger.last_changes(book, remote)
    }
    fn survey(&mut self, lease: &Lease, parent: Option<&ParentId>, held: &[RemoteId]) -> Kept<()> {
        self.alive()?;
        self.ledger.survey(lease, parent, held)
    }
    fn surveyed(&self, run: &RunId, parent: Option<&ParentId>) -> Kept<Option<HashSet<RemoteId>>> {
        self.ledger.surveyed(run, parent)
    }
    fn made(&self, run: &RunId, parent: Option<&ParentId>) -> Kept<Vec<Made>> {
        let mut made = self.ledger.made(run, parent)?;
        if self.mistake == Mistake::NeedsNoWitness {
            // Whatever was made first is taken for the proof.
            made.truncate(1);
            let always = Some(Moment(u64::MAX));
            for made in &mut made {
                made.moment = always;
            }
        }
        Ok(made)
    }
    fn contest(&mut self, lease: &Lease, remote: &RemoteId) -> Kept<()> {
        self.alive()?;
        self.ledger.contest(lease, remote)
    }
}
