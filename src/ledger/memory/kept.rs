//! What a ledger in memory keeps, and how it is found there.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;

use crate::backend::Snapshot;
use crate::ledger::{LedgerError, NewRun, Run, Saved};
use crate::model::{BookId, ContactKey, Fingerprint, ParentId, RemoteId, RunId};
use crate::plan::{Action, Fate, IdentityDigest, Moment, Step, Totals};

/// What is kept. A run is named by its place among the runs: a later one has a greater one.
#[derive(Default)]
pub(super) struct MemoryState {
    pub(super) runs: Vec<KeptRun>,
    pub(super) links: BTreeMap<LinkPlace, KeptLink>,
    /// How many links were written: the order in which they were.
    pub(super) written: u64,
}

pub(super) type LinkPlace = (BookId, ContactKey, Option<ParentId>);

pub(super) struct KeptRun {
    pub(super) id: RunId,
    pub(super) about: NewRun,
    pub(super) began: String,
    pub(super) planned: bool,
    pub(super) ended: Option<String>,
    pub(super) exit_code: Option<u8>,
    /// How it ended; counts for a run whose steps were erased.
    pub(super) totals: Totals,
    pub(super) report: Option<PathBuf>,
    pub(super) reports: BTreeSet<PathBuf>,
    pub(super) saved: Option<Saved>,
    pub(super) requests: Option<Fingerprint>,
    /// Whether fates were written whose links were not yet.
    pub(super) unlinked: bool,
    /// The last moment that was noted.
    pub(super) moment: Moment,
    pub(super) steps: BTreeMap<u64, KeptStep>,
    /// What each parent that was looked at held before the run.
    pub(super) before: BTreeMap<Option<ParentId>, HashSet<RemoteId>>,
    pub(super) basis: BTreeMap<u64, Basis>,
}

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StepState {
    /// It waits to be sent, for the first time.
    Waiting,
    /// It waits to be sent once more.
    Again,
    /// It is between claim and settle.
    Sent,
    /// It has its fate.
    Settled(Fate),
}

pub(super) struct KeptStep {
    pub(super) step: Step,
    pub(super) print: Option<Fingerprint>,
    pub(super) state: StepState,
    pub(super) message: Option<String>,
    pub(super) attempts: u32,
    pub(super) accepted: bool,
    /// What the record holds, where that is not what was sent.
    pub(super) holds: Option<Fingerprint>,
    pub(super) linked: bool,
    /// The step whose words an update replaces.
    pub(super) prior: Option<(usize, u64)>,
    pub(super) moment: Option<Moment>,
    pub(super) resent: bool,
    /// What the record held when the plan looked at it.
    pub(super) held: Option<Snapshot>,
}

pub(super) struct KeptLink {
    pub(super) remote: RemoteId,
    pub(super) print: Fingerprint,
    /// The step that wrote it last; none for what was read from the vendor.
    pub(super) by: Option<(usize, u64)>,
    pub(super) made: bool,
    pub(super) at: u64,
    pub(super) identity: Option<IdentityDigest>,
}

/// What was seen of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sighting {
    /// Nobody looked.
    Unseen,
    /// It was not there.
    Nothing,
    /// It held this.
    Holds(Fingerprint),
}

/// What a step of a saved plan stands on.
pub(super) struct Basis {
    pub(super) linked: Option<(RemoteId, Fingerprint)>,
    /// What was seen of its record when it was planned, and when it was to be applied.
    pub(super) held: Sighting,
    pub(super) found: Sighting,
}

impl StepState {
    /// The fate that it means to whoever asks: what was sent has no answer, and is in doubt until it is settled.
    pub(super) fn fate(self) -> Fate {
        match self {
            Self::Waiting | Self::Again => Fate::Unsent,
            Self::Sent => Fate::InDoubt,
            Self::Settled(fate) => fate,
        }
    }

    pub(super) fn waits(self) -> bool {
        matches!(self, Self::Waiting | Self::Again)
    }

    pub(super) fn is(self, fate: Fate) -> bool {
        self == Self::Settled(fate)
    }
}

impl KeptStep {
    /// Whether it is a create of this step's contact of which no answer came.
    pub(super) fn is_lost_create_of(&self, step: &Step) -> bool {
        let own = &self.step;
        self.state.is(Fate::InDoubt)
            && own.action == Action::Create
            && own.key == step.key
            && own.parent == step.parent
    }
}

impl MemoryState {
    /// The place of a run among the runs.
    pub(super) fn place(&self, run: &RunId) -> Result<usize, LedgerError> {
        let place = self.runs.iter().position(|kept| kept.id == *run);
        place.ok_or_else(|| LedgerError::NoRun(run.to_string()))
    }

    pub(super) fn of(&self, run: &RunId) -> Result<&KeptRun, LedgerError> {
        Ok(&self.runs[self.place(run)?])
    }

    pub(super) fn of_mut(&mut self, run: &RunId) -> Result<&mut KeptRun, LedgerError> {
        let place = self.place(run)?;
        Ok(&mut self.runs[place])
    }

    /// The runs on a book, with their places, oldest first.
    pub(super) fn on<'a>(&'a self, book: &'a BookId) -> impl Iterator<Item = (usize, &'a KeptRun)> {
        let all = self.runs.iter().enumerate();
        all.filter(move |(_, run)| run.about.book == *book)
    }

    /// The last moment that was noted on a book.
    pub(super) fn moment(&self, book: &BookId) -> Moment {
        let moments = self.on(book).map(|(_, run)| run.moment);
        moments.max().unwrap_or_default()
    }

    /// The links to a record.
    pub(super) fn to<'a>(
        &'a self,
        book: &'a BookId,
        remote: &'a RemoteId,
    ) -> impl Iterator<Item = (&'a LinkPlace, &'a KeptLink)> {
        let all = self.links.iter();
        all.filter(move |((own, ..), link)| own == book && link.remote == *remote)
    }

    /// The links to a record with the step that wrote each, if it is still there; the latest run's first.
    pub(super) fn told_of<'a>(
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

    pub(super) fn step(&self, (run, number): (usize, u64)) -> Option<&KeptStep> {
        self.runs.get(run)?.steps.get(&number)
    }

    /// Another link is written.
    pub(super) fn next(&mut self) -> u64 {
        self.written += 1;
        self.written
    }
}

impl KeptRun {
    /// The run as it is told.
    pub(super) fn told(&self) -> Run {
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
    pub(super) fn counted(&self) -> Totals {
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
    pub(super) fn has(&self, is_meant: impl Fn(StepState) -> bool) -> bool {
        let mut own = self.steps.values();
        own.any(|kept| kept.step.action != Action::Doubt && is_meant(kept.state))
    }
}
