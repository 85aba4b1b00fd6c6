//! The ledger in memory: for tests, for examples, and for whoever embeds rolo and remembers by other means. It keeps every
//! promise of a store but one: nothing of it outlives the process.

mod erase;
mod follow;
mod links;
mod runs;
mod steps;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Hold, Lease, LedgerError, NewRun, Run, Saved};
use crate::backend::Snapshot;
use crate::model::{BookId, ContactKey, Fingerprint, ParentId, RemoteId, RunId};
use crate::plan::{Action, Fate, IdentityDigest, Moment, Step, Totals};

/// A ledger in memory. A clone of it is the same ledger, opened once more.
#[derive(Clone, Default)]
pub struct Memory {
    kept: Arc<Mutex<Kept>>,
    held: Arc<Mutex<BTreeSet<BookId>>>,
}

/// What is kept. A run is named by its place among the runs: a later one has a greater one.
#[derive(Default)]
struct Kept {
    runs: Vec<KeptRun>,
    links: BTreeMap<LinkPlace, KeptLink>,
    /// How many links were written: the order in which they were.
    written: u64,
}

type LinkPlace = (BookId, ContactKey, Option<ParentId>);

struct KeptRun {
    id: RunId,
    about: NewRun,
    began: String,
    planned: bool,
    ended: Option<String>,
    exit_code: Option<u8>,
    /// How it ended; counts for a run whose steps were erased.
    totals: Totals,
    report: Option<PathBuf>,
    reports: BTreeSet<PathBuf>,
    saved: Option<Saved>,
    requests: Option<Fingerprint>,
    /// Whether fates were written whose links were not yet.
    unlinked: bool,
    /// The last moment that was noted.
    moment: Moment,
    steps: BTreeMap<u64, KeptStep>,
    /// What each parent that was looked at held before the run.
    before: BTreeMap<Option<ParentId>, HashSet<RemoteId>>,
    basis: BTreeMap<u64, Basis>,
}

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StepState {
    /// It waits to be sent, for the first time.
    Waiting,
    /// It waits to be sent once more.
    Again,
    /// It is between claim and settle.
    Sent,
    /// It has its fate.
    Settled(Fate),
}

struct KeptStep {
    step: Step,
    print: Option<Fingerprint>,
    state: StepState,
    message: Option<String>,
    attempts: u32,
    accepted: bool,
    /// What the record holds, where that is not what was sent.
    holds: Option<Fingerprint>,
    linked: bool,
    /// The step whose words an update replaces.
    prior: Option<(usize, u64)>,
    moment: Option<Moment>,
    resent: bool,
    /// What the record held when the plan looked at it.
    held: Option<Snapshot>,
}

struct KeptLink {
    remote: RemoteId,
    print: Fingerprint,
    /// The step that wrote it last; none for what was read from the vendor.
    by: Option<(usize, u64)>,
    made: bool,
    at: u64,
    identity: Option<IdentityDigest>,
}

/// What a step of a saved plan stands on.
struct Basis {
    linked: Option<(RemoteId, Fingerprint)>,
    /// What its record was seen to hold when it was planned, and when it was to be applied: nothing, where it was not
    /// there.
    held: Option<Option<Fingerprint>>,
    found: Option<Option<Fingerprint>>,
}

impl Memory {
    /// An empty ledger.
    pub fn new() -> Self {
        Self::default()
    }

    /// What is kept. Whoever panicked while it was theirs has left it as whole as it was.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The hold of a book; `None` where another run has it.
    fn take(&self, book: &BookId) -> Option<HeldBook> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert(book.clone()).then(|| HeldBook {
            all: Arc::clone(&self.held),
            book: book.clone(),
        })
    }

    fn lease(&self, about: &NewRun, run: RunId) -> Result<Lease, LedgerError> {
        let hold = self.take(&about.book).ok_or_else(|| LedgerError::Held {
            target: about.target.clone(),
        })?;
        Ok(Lease::new(run, about.book.clone(), 0, hold))
    }
}

/// A book that is held, until this is dropped.
struct HeldBook {
    all: Arc<Mutex<BTreeSet<BookId>>>,
    book: BookId,
}

impl Hold for HeldBook {
    fn check(&self) -> Result<(), LedgerError> {
        Ok(())
    }
}

impl Drop for HeldBook {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&self.book);
    }
}

impl StepState {
    /// The fate that it means to whoever asks: what was sent has no answer, and is in doubt until it is settled.
    fn fate(self) -> Fate {
        match self {
            Self::Waiting | Self::Again => Fate::Unsent,
            Self::Sent => Fate::InDoubt,
            Self::Settled(fate) => fate,
        }
    }

    fn waits(self) -> bool {
        matches!(self, Self::Waiting | Self::Again)
    }

    fn is(self, fate: Fate) -> bool {
        self == Self::Settled(fate)
    }
}

impl KeptStep {
    /// Whether it is a create of this step's contact of which no answer came.
    fn is_lost_create_of(&self, step: &Step) -> bool {
        let own = &self.step;
        self.state.is(Fate::InDoubt)
            && own.action == Action::Create
            && own.key == step.key
            && own.parent == step.parent
    }
}

impl Kept {
    /// The place of a run among the runs.
    fn place(&self, run: &RunId) -> Result<usize, LedgerError> {
        let place = self.runs.iter().position(|kept| kept.id == *run);
        place.ok_or_else(|| LedgerError::NoRun(run.to_string()))
    }

    fn of(&self, run: &RunId) -> Result<&KeptRun, LedgerError> {
        Ok(&self.runs[self.place(run)?])
    }

    fn of_mut(&mut self, run: &RunId) -> Result<&mut KeptRun, LedgerError> {
        let place = self.place(run)?;
        Ok(&mut self.runs[place])
    }

    /// The runs on a book, with their places, oldest first.
    fn on<'a>(&'a self, book: &'a BookId) -> impl Iterator<Item = (usize, &'a KeptRun)> {
        let all = self.runs.iter().enumerate();
        all.filter(move |(_, run)| run.about.book == *book)
    }

    /// The last moment that was noted on a book.
    fn moment(&self, book: &BookId) -> Moment {
        let moments = self.on(book).map(|(_, run)| run.moment);
        moments.max().unwrap_or_default()
    }

    /// The links to a record.
    fn to<'a>(
        &'a self,
        book: &'a BookId,
        remote: &'a RemoteId,
    ) -> impl Iterator<Item = (&'a LinkPlace, &'a KeptLink)> {
        let all = self.links.iter();
        all.filter(move |((own, ..), link)| own == book && link.remote == *remote)
    }

    /// The links to a record with the step that wrote each, if it is still there; the latest run's first.
    fn told_of<'a>(
        &'a self,
        book: &'a BookId,
        remote: &'a RemoteId,
    ) -> Vec<(&'a KeptLink, Option<&'a KeptStep>)> {
        let mut links: Vec<_> = self.to(book, remote).map(|(_, link)| link).collect();
        links.sort_by_key(|link| std::cmp::Reverse(link.by.map(|(run, _)| run)));
        let step = |by: Option<(usize, u64)>| by.and_then(|by| self.step(by));
        links
            .into_iter()
            .map(|link| (link, step(link.by)))
            .collect()
    }

    fn step(&self, (run, number): (usize, u64)) -> Option<&KeptStep> {
        self.runs.get(run)?.steps.get(&number)
    }

    /// Another link is written.
    fn next(&mut self) -> u64 {
        self.written += 1;
        self.written
    }
}

impl KeptRun {
    /// The run as it is told.
    fn told(&self) -> Run {
        let counted = self.counted();
        // A run whose steps were erased has its totals from when it ended.
        let is_counted = counted.all() > 0 || self.ended.is_none();
        Run {
            id: self.id.clone(),
            about: self.about.clone(),
            began: self.began.clone(),
            planned: self.planned,
            ended: self.ended.clone(),
            totals: if is_counted { counted } else { self.totals },
            exit_code: self.exit_code,
            report: self.report.clone(),
            saved: self.saved,
            requests: self.requests.clone(),
        }
    }

    /// How many rows met which fate.
    fn counted(&self) -> Totals {
        let mut totals = Totals::default();
        for KeptStep { step, state, .. } in self.steps.values() {
            let fate = state.fate();
            let is_skipped = fate == Fate::Skipped;
            totals.count(fate, 1);
            if step.action == Action::Delete && step.row == 0 {
                totals.removals += 1;
                continue;
            }
            totals.read += 1;
            if step.action != Action::Reject && !is_skipped {
                totals.valid += 1;
            }
        }
        totals
    }

    /// Whether anything of it waits, or is in doubt, that it is to settle itself.
    fn has(&self, is_meant: impl Fn(StepState) -> bool) -> bool {
        let mut own = self.steps.values();
        own.any(|kept| kept.step.action != Action::Doubt && is_meant(kept.state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::conformance;

    #[test]
    fn it_keeps_what_every_store_promises() {
        conformance::holds(&|| {
            let place = Memory::new();
            Box::new(move || Box::new(place.clone()))
        });
    }
}
