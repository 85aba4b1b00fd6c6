//! The runs of the embedded ledger.

use std::path::Path;

use rusqlite::params;

use super::row::{self, RUN};
use super::{Sqlite, doubt, ended, erase, feed, follow, reports, saved};
use crate::ledger::run::now;
use crate::ledger::{Feed, Forgotten, Lease, LedgerError, NewRun, Reported, Run, Runs, Sought};
use crate::model::{BookId, Fingerprint, RunId};
use crate::plan::Totals;

impl Runs for Sqlite {
    fn begin(&mut self, run: &NewRun) -> Result<Lease, LedgerError> {
        let lease = self.lease(run, &RunId::generate())?;
        follow::follow_all(&self.database, &run.book)?;
        let about = serde_json::to_string(run).unwrap_or_default();
        let change = self.database.transaction()?;
        ended::doubt_what_was_left(&change, &run.book)?;
        change.execute(
            "INSERT INTO run (id, book, about, began) VALUES (?1, ?2, ?3, ?4)",
            params![lease.run().as_str(), run.book.as_str(), about, now()],
        )?;
        change.commit()?;
        self.committed(&lease)?;
        Ok(lease)
    }

    fn resume(&mut self, run: &Run) -> Result<Lease, LedgerError> {
        let lease = self.lease(&run.about, &run.id)?;
        follow::follow_all(&self.database, &run.about.book)?;
        let change = self.database.transaction()?;
        ended::doubt_what_was_left(&change, &run.about.book)?;
        change.execute(
            "UPDATE run SET ended = NULL, exit_code = NULL, over = 0 WHERE id = ?1",
            [run.id.as_str()],
        )?;
        change.commit()?;
        self.committed(&lease)?;
        Ok(lease)
    }

    fn planned(&mut self, lease: &Lease) -> Result<(), LedgerError> {
        self.database.execute(
            "UPDATE run SET planned = ?2 WHERE id = ?1",
            params![lease.run().as_str(), now()],
        )?;
        // What the plan left in the log is copied now, not while the vendor waits; a reader may put it off.
        self.database
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        self.committed(lease)
    }

    fn end(&mut self, lease: Lease, exit_code: u8) -> Result<Totals, LedgerError> {
        let n = self.number(lease.run())?;
        let change = self.database.transaction()?;
        follow::follow(&change, n)?;
        ended::doubt_what_was_sent(&change, n)?;
        let totals = ended::totals(&change, n)?;
        ended::end(&change, n, exit_code, &totals)?;
        change.commit()?;
        Ok(totals)
    }

    fn runs(&self, most: usize) -> Result<Vec<Run>, LedgerError> {
        let mut list = self
            .database
            .prepare(&format!("SELECT {RUN} FROM run ORDER BY n DESC LIMIT ?1"))?;
        let mut rows = list.query([i64::try_from(most).unwrap_or(i64::MAX)])?;
        let mut runs = Vec::new();
        while let Some(row) = rows.next()? {
            runs.push(self.with_totals(row::run(row)?)?);
        }
        Ok(runs)
    }

    fn run(&self, id: &str) -> Result<Run, LedgerError> {
        let wanted = id.to_ascii_uppercase();
        let mut find = self.database.prepare(&format!(
            "SELECT {RUN} FROM run WHERE substr(id, 1, length(?1)) = ?1 LIMIT 2"
        ))?;
        let mut rows = find.query([&wanted])?;
        let found = match rows.next()? {
            Some(row) if !wanted.is_empty() => row::run(row)?,
            _ => return Err(LedgerError::NoRun(id.to_owned())),
        };
        if rows.next()?.is_some() {
            return Err(LedgerError::AmbiguousRun(id.to_owned()));
        }
        self.with_totals(found)
    }

    fn unfinished(&self) -> Result<Vec<Run>, LedgerError> {
        let runs = doubt::unfinished(&self.database)?.into_iter();
        runs.map(|run| self.with_totals(run)).collect()
    }

    fn doubtful_runs(&self, book: &BookId) -> Result<Vec<Run>, LedgerError> {
        let runs = doubt::runs(&self.database, book)?.into_iter();
        runs.map(|run| self.with_totals(run)).collect()
    }

    fn latest(&self, book: &BookId, feed: &Feed) -> Result<Option<Run>, LedgerError> {
        feed::latest(&self.database, book, feed)?
            .map(|found| self.with_totals(found))
            .transpose()
    }

    fn save(&mut self, lease: &Lease, requests: &Fingerprint) -> Result<(), LedgerError> {
        let n = self.number(lease.run())?;
        saved::save(&mut self.database, n, requests)?;
        self.committed(lease)
    }

    fn apply(&mut self, lease: &Lease) -> Result<(), LedgerError> {
        saved::apply(&self.database, self.number(lease.run())?)?;
        self.committed(lease)
    }

    fn moved(&mut self, run: &RunId, place: &Path) -> Result<(), LedgerError> {
        feed::moved(&self.database, run, place)
    }

    fn reported(&mut self, run: &RunId, folder: &Path) -> Result<(), LedgerError> {
        let n = self.number(run)?;
        reports::reported(&mut self.database, n, folder)
    }

    fn unreported(&mut self, run: &RunId, folder: &Path) -> Result<(), LedgerError> {
        let n = self.number(run)?;
        reports::unreported(&mut self.database, n, folder)
    }

    fn reports(&self) -> Result<Vec<Reported>, LedgerError> {
        self.reports_of("SELECT n FROM run WHERE ?1 IS NOT NULL", "")
    }

    fn old_reports(&self, before: &str) -> Result<Vec<Reported>, LedgerError> {
        self.reports_of(erase::OLD, before)
    }

    fn count_old_rows(&self, before: &str) -> Result<u64, LedgerError> {
        erase::count_old(&self.database, before)
    }

    fn prune(&mut self, before: &str) -> Result<u64, LedgerError> {
        erase::prune(&mut self.database, before)
    }

    fn forget(&mut self, sought: &Sought) -> Result<Forgotten, LedgerError> {
        let (runs, mut gone) = erase::forget(&mut self.database, &self.path, sought)?;
        let runs = runs.into_iter().map(|run| self.with_totals(run));
        gone.runs = runs.collect::<Result<_, _>>()?;
        Ok(gone)
    }

    fn in_place(&self) -> Result<(), LedgerError> {
        self.files.check()
    }

    fn check(&self) -> Result<Vec<String>, LedgerError> {
        let mut check = self.database.prepare("PRAGMA integrity_check")?;
        let said: Vec<String> = check
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(said.into_iter().filter(|line| line != "ok").collect())
    }
}
