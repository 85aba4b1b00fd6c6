//! The reports that runs wrote, as far as the ledger knows where they are: they hold people, and stay when a run's rows are
//! pruned. Until they are deleted, whoever is to be forgotten is looked for in them.

use std::path::Path;

use rusqlite::params;

use super::Sqlite;
use super::erase::{self, OLD};
use super::row::{self, RUN};
use crate::ledger::{Forgotten, LedgerError, Reported, Sought};
use crate::model::RunId;
use crate::plan::Step;

impl Sqlite {
    /// Erases everything that tells of whomever a row is about for which `is_meant` holds, and of whoever is sought among
    /// those whose rows were pruned.
    pub fn forget_person(
        &mut self,
        is_meant: &dyn Fn(&Step) -> bool,
        sought: &Sought,
    ) -> Result<Forgotten, LedgerError> {
        let (runs, mut gone) = erase::forget(&mut self.database, &self.path, is_meant, sought)?;
        gone.runs = runs
            .into_iter()
            .map(|run| self.with_totals(run))
            .collect::<Result<_, _>>()?;
        Ok(gone)
    }

    /// Every report that is known, oldest run first.
    pub fn reports(&self) -> Result<Vec<Reported>, LedgerError> {
        self.reports_of("SELECT n FROM run WHERE ?1 IS NOT NULL", "")
    }

    /// The reports of runs that ended before a time (RFC 3339, UTC) and have nothing in doubt.
    pub fn old_reports(&self, before: &str) -> Result<Vec<Reported>, LedgerError> {
        self.reports_of(OLD, before)
    }

    /// How many rows of such runs there are.
    pub fn count_old_rows(&self, before: &str) -> Result<u64, LedgerError> {
        let count = format!("SELECT count(*) FROM content WHERE run IN ({OLD})");
        let rows: i64 = self
            .database
            .query_row(&count, [before], |row| row.get(0))?;
        Ok(rows.unsigned_abs())
    }

    /// Forgets where a report is: it was deleted.
    pub fn unreported(&mut self, run: &RunId, folder: &Path) -> Result<(), LedgerError> {
        let n = self.number(run)?;
        let folder = folder.display().to_string();
        let change = self.database.transaction()?;
        change.execute(
            "DELETE FROM report WHERE run = ?1 AND folder = ?2",
            params![n, folder],
        )?;
        change.execute(
            "UPDATE run SET report = NULL WHERE n = ?1 AND report = ?2",
            params![n, folder],
        )?;
        Ok(change.commit()?)
    }

    fn reports_of(&self, runs: &str, before: &str) -> Result<Vec<Reported>, LedgerError> {
        let mut list = self.database.prepare(&format!(
            "SELECT {RUN}, folder, EXISTS (SELECT 1 FROM content WHERE content.run = run.n)
             FROM run JOIN report AS written ON written.run = run.n WHERE n IN ({runs}) ORDER BY n, folder"
        ))?;
        let mut rows = list.query([before])?;
        let mut reports = Vec::new();
        while let Some(found) = rows.next()? {
            let (folder, has_rows): (String, bool) = (found.get(11)?, found.get(12)?);
            reports.push(Reported {
                run: self.with_totals(row::run(found)?)?,
                folder: folder.into(),
                has_rows,
            });
        }
        Ok(reports)
    }
}
