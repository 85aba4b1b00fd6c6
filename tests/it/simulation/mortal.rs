//! A ledger whose process may be dead, and that has the mistakes which lie in what a ledger tells.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use rolo::backend::Snapshot;
use rolo::ledger::{
    Decision, Doubt, Ledger, LedgerError, Made, NewRun, Run, ScopedLink, Settled, Sqlite, Stale,
    Touched, When,
};
use rolo::model::{BookId, ContactKey, Fingerprint, ParentId, RemoteId, RunId, ScopedKey};
use rolo::plan::{Known, Moment, Outcome, Step, Totals};

use super::Mistake;

/// A ledger that does nothing more once its process is dead.
pub(super) struct Mortal {
    pub(super) ledger: Sqlite,
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

impl Ledger for Mortal {
    fn begin(&mut self, run: &NewRun) -> Kept<RunId> {
        self.ledger.begin(run)
    }
    fn resume(&mut self, run: &Run) -> Kept<()> {
        self.ledger.resume(run)
    }
    fn add(&mut self, run: &RunId, steps: &[Step]) -> Kept<()> {
        self.ledger.add(run, steps)
    }
    fn planned(&mut self, run: &RunId) -> Kept<()> {
        self.ledger.planned(run)
    }
    fn claim(&mut self, run: &RunId, most: usize) -> Kept<Vec<Step>> {
        self.alive()?;
        self.ledger.claim(run, most)
    }
    fn settle(&mut self, run: &RunId, outcomes: &[Outcome]) -> Kept<()> {
        self.alive()?;
        self.ledger.settle(run, outcomes)
    }
    fn reopen(&mut self, run: &RunId, numbers: &[u64]) -> Kept<()> {
        self.alive()?;
        self.ledger.reopen(run, numbers)
    }
    fn parents(&self, run: &RunId) -> Kept<Vec<Option<ParentId>>> {
        self.ledger.parents(run)
    }
    fn survey(&mut self, run: &RunId, parent: Option<&ParentId>, held: &[RemoteId]) -> Kept<()> {
        self.alive()?;
        self.ledger.survey(run, parent, held)
    }
    fn surveyed(&self, run: &RunId, parent: Option<&ParentId>) -> Kept<Option<HashSet<RemoteId>>> {
        self.ledger.surveyed(run, parent)
    }
    fn learn(&mut self, book: &BookId, links: &[ScopedLink]) -> Kept<()> {
        self.ledger.learn(book, links)
    }
    fn key_of(&self, book: &BookId, remote: &RemoteId) -> Kept<Option<ContactKey>> {
        self.ledger.key_of(book, remote)
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
    fn moment(&self, run: &RunId) -> Kept<Moment> {
        self.ledger.moment(run)
    }
    fn send_again(&mut self, run: &RunId, numbers: &[u64]) -> Kept<()> {
        self.alive()?;
        self.ledger.send_again(run, numbers)
    }
    fn contest(&mut self, book: &BookId, remote: &RemoteId) -> Kept<()> {
        self.alive()?;
        self.ledger.contest(book, remote)
    }
    fn decide(&mut self, run: &RunId, number: u64, decision: &Decision) -> Kept<()> {
        self.alive()?;
        self.ledger.decide(run, number, decision)
    }
    fn doubtful_runs(&self, book: &BookId) -> Kept<Vec<Run>> {
        self.ledger.doubtful_runs(book)
    }
    fn owns(&self, book: &BookId, remote: &RemoteId) -> Kept<bool> {
        self.ledger.owns(book, remote)
    }
    fn unfinished(&self) -> Kept<Vec<Run>> {
        self.ledger.unfinished()
    }
    fn save(&mut self, run: &RunId, requests: &Fingerprint) -> Kept<()> {
        self.ledger.save(run, requests)
    }
    fn apply(&mut self, run: &RunId) -> Kept<()> {
        self.ledger.apply(run)
    }
    fn touched(&self, run: &RunId) -> Kept<Vec<Touched>> {
        self.ledger.touched(run)
    }
    fn sighted(
        &mut self,
        run: &RunId,
        when: When,
        records: &[(u64, Option<Fingerprint>)],
    ) -> Kept<()> {
        self.ledger.sighted(run, when, records)
    }
    fn stale(&self, run: &RunId) -> Kept<Vec<Stale>> {
        self.ledger.stale(run)
    }
    fn steps(&self, run: &RunId, numbers: &[u64]) -> Kept<Vec<Settled>> {
        self.ledger.steps(run, numbers)
    }
    fn supersede(&mut self, run: &RunId) -> Kept<()> {
        self.ledger.supersede(run)
    }
    fn last_sent(&self, book: &BookId, remote: &RemoteId) -> Kept<Option<Snapshot>> {
        self.ledger.last_sent(book, remote)
    }
    fn prior(&self, run: &Run, number: u64) -> Kept<Option<Snapshot>> {
        self.ledger.prior(run, number)
    }
    fn reported(&mut self, run: &RunId, folder: &Path) -> Kept<()> {
        self.ledger.reported(run, folder)
    }
    fn latest(&self, book: &BookId, is_meant: &dyn Fn(&Run) -> bool) -> Kept<Option<Run>> {
        self.ledger.latest(book, is_meant)
    }
    fn moved(&mut self, run: &RunId, place: &Path) -> Kept<()> {
        self.ledger.moved(run, place)
    }
    fn forget(&mut self, is_meant: &dyn Fn(&Step) -> bool) -> Kept<(Vec<Run>, u64)> {
        self.ledger.forget(is_meant)
    }
    fn prune(&mut self, before: &str) -> Kept<u64> {
        self.ledger.prune(before)
    }
    fn check(&self) -> Kept<Vec<String>> {
        self.ledger.check()
    }
    fn end(&mut self, run: &RunId, exit_code: u8) -> Kept<Totals> {
        self.ledger.end(run, exit_code)
    }
    fn known(&self, book: &BookId, keys: &[ScopedKey]) -> Kept<Known> {
        self.ledger.known(book, keys)
    }
    fn runs(&self, most: usize) -> Kept<Vec<Run>> {
        self.ledger.runs(most)
    }
    fn run(&self, id: &str) -> Kept<Run> {
        self.ledger.run(id)
    }
    fn each_step(&self, run: &RunId, each: &mut dyn FnMut(Settled) -> Kept<()>) -> Kept<()> {
        self.ledger.each_step(run, each)
    }
}
