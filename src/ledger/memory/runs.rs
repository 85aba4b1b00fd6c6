//! The runs of a ledger in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::{KeptRun, Memory, MemoryState};
use crate::ledger::run::now;
use crate::ledger::{
    Feed, Forgotten, Lease, LedgerError, NewRun, Reported, Run, Runs, Saved, Sought,
};
use crate::model::{BookId, Fingerprint, RunId};
use crate::plan::{Fate, Moment, Totals};

impl Runs for Memory {
    fn begin(&mut self, run: &NewRun) -> Result<Lease, LedgerError> {
        let lease = self.lease(run, RunId::generate())?;
        let mut kept = self.kept();
        kept.follow_all(&run.book);
        kept.doubt_what_was_left(&run.book);
        kept.runs.push(KeptRun {
            id: lease.run().clone(),
            about: run.clone(),
            began: now(),
            planned: false,
            ended: None,
            exit_code: None,
            totals: Totals::default(),
            report: None,
            reports: BTreeSet::new(),
            saved: None,
            requests: None,
            unlinked: false,
            moment: Moment::default(),
            steps: BTreeMap::new(),
            before: BTreeMap::new(),
            basis: BTreeMap::new(),
        });
        Ok(lease)
    }

    fn resume(&mut self, run: &Run) -> Result<Lease, LedgerError> {
        let lease = self.lease(&run.about, run.id.clone())?;
        let mut kept = self.kept();
        kept.follow_all(lease.book());
        kept.doubt_what_was_left(lease.book());
        let run = kept.of_mut(lease.run())?;
        (run.ended, run.exit_code) = (None, None);
        Ok(lease)
    }

    fn planned(&mut self, lease: &Lease) -> Result<(), LedgerError> {
        self.kept().of_mut(lease.run())?.planned = true;
        Ok(())
    }

    fn end(&mut self, lease: Lease, exit_code: u8) -> Result<Totals, LedgerError> {
        let mut kept = self.kept();
        let place = kept.place(lease.run())?;
        kept.follow(place);
        let given_up = kept.moment(lease.book()).advance();
        let run = &mut kept.runs[place];
        run.doubt_what_was_sent(given_up);
        run.totals = run.counted();
        (run.ended, run.exit_code) = (Some(now()), Some(exit_code));
        Ok(run.totals)
    }

    fn runs(&self, most: usize) -> Result<Vec<Run>, LedgerError> {
        let kept = self.kept();
        Ok(kept
            .runs
            .iter()
            .rev()
            .take(most)
            .map(KeptRun::told)
            .collect())
    }

    fn run(&self, id: &str) -> Result<Run, LedgerError> {
        let wanted = id.to_ascii_uppercase();
        let kept = self.kept();
        let begins = |run: &&KeptRun| !wanted.is_empty() && run.id.as_str().starts_with(&wanted);
        let mut found = kept.runs.iter().filter(begins);
        match (found.next(), found.next()) {
            (None, _) => Err(LedgerError::NoRun(id.to_owned())),
            (Some(run), None) => Ok(run.told()),
            (Some(_), Some(_)) => Err(LedgerError::AmbiguousRun(id.to_owned())),
        }
    }

    fn unfinished(&self) -> Result<Vec<Run>, LedgerError> {
        let kept = self.kept();
        let is_open = |fate| matches!(fate, Fate::Unsent | Fate::InDoubt);
        let unfinished = kept.runs.iter().rev().filter(|run| {
            let is_sent = matches!(run.saved, None | Some(Saved::Applied));
            run.planned && is_sent && run.has(|state| is_open(state.fate()))
        });
        Ok(unfinished.map(KeptRun::told).collect())
    }

    fn doubtful_runs(&self, book: &BookId) -> Result<Vec<Run>, LedgerError> {
        let kept = self.kept();
        let runs = kept.on(book).map(|(_, run)| run);
        let doubtful = runs.filter(|run| run.has(|state| state.is(Fate::InDoubt)));
        Ok(doubtful.map(KeptRun::told).collect())
    }

    fn latest(&self, book: &BookId, feed: &Feed) -> Result<Option<Run>, LedgerError> {
        let kept = self.kept();
        let planned = kept.on(book).map(|(_, run)| run).filter(|run| run.planned);
        // As it ended: a run that has not is none that anything can be compared with.
        let is_meant = |run: &&KeptRun| {
            let ended = Run {
                totals: run.totals,
                ..run.told()
            };
            ended.is_import_of(feed)
        };
        Ok(planned.filter(is_meant).last().map(KeptRun::told))
    }

    fn save(&mut self, lease: &Lease, requests: &Fingerprint) -> Result<(), LedgerError> {
        let mut kept = self.kept();
        kept.follow_all(lease.book());
        let place = kept.place(lease.run())?;
        let basis = kept.basis(place);
        let run = &mut kept.runs[place];
        run.basis = basis;
        (run.saved, run.requests) = (Some(Saved::Waiting), Some(requests.clone()));
        Ok(())
    }

    fn apply(&mut self, lease: &Lease) -> Result<(), LedgerError> {
        self.kept().of_mut(lease.run())?.saved = Some(Saved::Applied);
        Ok(())
    }

    fn moved(&mut self, run: &RunId, place: &Path) -> Result<(), LedgerError> {
        let mut kept = self.kept();
        if let Value::Object(source) = &mut kept.of_mut(run)?.about.source {
            source.insert("moved_to".to_owned(), place.display().to_string().into());
        }
        Ok(())
    }

    fn reported(&mut self, run: &RunId, folder: &Path) -> Result<(), LedgerError> {
        let mut kept = self.kept();
        let run = kept.of_mut(run)?;
        run.report = Some(folder.to_owned());
        run.reports.insert(folder.to_owned());
        Ok(())
    }

    fn unreported(&mut self, run: &RunId, folder: &Path) -> Result<(), LedgerError> {
        let mut kept = self.kept();
        let run = kept.of_mut(run)?;
        run.reports.remove(folder);
        run.report = run.report.take().filter(|report| report != folder);
        Ok(())
    }

    fn reports(&self) -> Result<Vec<Reported>, LedgerError> {
        Ok(self.kept().reports_of(|_| true))
    }

    fn old_reports(&self, before: &str) -> Result<Vec<Reported>, LedgerError> {
        Ok(self.kept().reports_of(|run| run.is_old(before)))
    }

    fn count_old_rows(&self, before: &str) -> Result<u64, LedgerError> {
        let kept = self.kept();
        let old = kept.runs.iter().filter(|run| run.is_old(before));
        Ok(old.map(|run| run.steps.len() as u64).sum())
    }

    fn prune(&mut self, before: &str) -> Result<u64, LedgerError> {
        Ok(self.kept().prune(before))
    }

    fn forget(&mut self, sought: &Sought) -> Result<Forgotten, LedgerError> {
        let books = self.kept().books_of(sought);
        let mut held = Vec::new();
        for book in books {
            // What a run has in its hands cannot be erased there.
            let own = self.take(&book).ok_or_else(|| LedgerError::Busy {
                target: self.kept().target_of(&book),
            })?;
            held.push(own);
        }
        Ok(self.kept().forget(sought))
    }

    fn check(&self) -> Result<Vec<String>, LedgerError> {
        Ok(Vec::new())
    }
}

impl MemoryState {
    /// Marks what dead runs of a book left between claim and settle: their hold is gone, so they are dead.
    fn doubt_what_was_left(&mut self, book: &BookId) {
        let dead = self.on(book).filter(|(_, run)| run.ended.is_none());
        let dead: Vec<usize> = dead.map(|(place, _)| place).collect();
        for place in dead {
            // Whatever is sent from now on is sent after these were given up.
            let given_up = self.moment(book).advance();
            self.runs[place].doubt_what_was_sent(given_up);
            self.runs[place].ended = Some(now());
        }
    }

    fn reports_of(&self, is_meant: impl Fn(&KeptRun) -> bool) -> Vec<Reported> {
        let runs = self.runs.iter().filter(|run| is_meant(run));
        let reports = runs.flat_map(|run| {
            run.reports.iter().map(|folder| Reported {
                run: run.told(),
                folder: folder.clone(),
                has_rows: !run.steps.is_empty(),
            })
        });
        reports.collect()
    }

    /// What the target of a book is called.
    fn target_of(&self, book: &BookId) -> String {
        let last = self.on(book).last();
        last.map_or_else(|| book.to_string(), |(_, run)| run.about.target.clone())
    }
}

impl KeptRun {
    /// Whether it ended before a time, and has nothing in doubt.
    pub(super) fn is_old(&self, before: &str) -> bool {
        let is_open = self
            .steps
            .values()
            .any(|one| one.state.fate() == Fate::InDoubt);
        self.ended.as_deref().is_some_and(|ended| ended < before) && !is_open
    }
}
