//! The reports that runs wrote, as far as the ledger knows where they are: they hold people, and stay when a run's rows are
//! pruned. Until they are deleted, whoever is to be forgotten is looked for in them.

use std::path::Path;

use rusqlite::{Connection, params};

use super::Sqlite;
use super::row::{self, RUN};
use crate::ledger::{LedgerError, Reported};

/// Keeps where a run's report is.
pub(super) fn reported(
    database: &mut Connection,
    n: i64,
    folder: &Path,
) -> Result<(), LedgerError> {
    let folder = folder.display().to_string();
    let change = database.transaction()?;
    change.execute(
        "UPDATE run SET report = ?2 WHERE n = ?1",
        params![n, folder],
    )?;
    change.execute(
        "INSERT OR IGNORE INTO report (run, folder) VALUES (?1, ?2)",
        params![n, folder],
    )?;
    Ok(change.commit()?)
}

/// Forgets where a report is.
pub(super) fn unreported(
    database: &mut Connection,
    n: i64,
    folder: &Path,
) -> Result<(), LedgerError> {
    let folder = folder.display().to_string();
    let change = database.transaction()?;
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

impl Sqlite {
    /// The reports of some runs, oldest run first.
    pub(super) fn reports_of(
        &self,
        runs: &str,
        before: &str,
    ) -> Result<Vec<Reported>, LedgerError> {
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
