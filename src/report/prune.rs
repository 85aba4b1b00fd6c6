//! Old runs: their rows are erased; their reports, and the sheets that they were made of, only where that is asked. What is
//! deleted are files that rolo is known to have put there, and no link is followed.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::error::ReportError;
use super::kept;
use crate::ledger::Store;

/// What is to go.
#[derive(Debug)]
pub struct PruneRequest<'a> {
    /// Rows and reports of runs that ended before this time (RFC 3339, UTC).
    pub before: &'a str,
    /// Whether reports go, too.
    pub has_reports: bool,
    /// The sheets that go.
    pub sheets: Vec<PathBuf>,
    /// Whether it is only said what would go.
    pub is_dry_run: bool,
}

/// What went, or would go.
#[derive(Clone, Debug, Default)]
pub struct Pruned {
    /// How many rows.
    pub rows: u64,
    /// The folders of reports.
    pub reports: Vec<PathBuf>,
    /// The sheets.
    pub sheets: Vec<PathBuf>,
    /// Whether it was only said what would go.
    pub is_dry_run: bool,
}

impl Pruned {
    /// The same as JSON.
    pub fn document(&self, before: &str) -> Value {
        let shown = |paths: &[PathBuf]| -> Vec<String> {
            let paths = paths.iter().map(|path| path.display().to_string());
            paths.collect()
        };
        json!({
            "version": 1, "rows": self.rows, "before": before, "reports": shown(&self.reports),
            "sheets": shown(&self.sheets), "dry_run": self.is_dry_run,
        })
    }
}

/// Erases the rows of old runs, of the ledger if there is one, and deletes what else is to go.
pub fn prune(
    ledger: Option<&mut (dyn Store + 'static)>,
    request: PruneRequest<'_>,
) -> Result<Pruned, ReportError> {
    let (before, is_dry_run) = (request.before, request.is_dry_run);
    let mut gone = Pruned {
        is_dry_run,
        ..Pruned::default()
    };
    if let Some(ledger) = ledger {
        if request.has_reports {
            gone.reports = reports(ledger, &request)?;
        }
        gone.rows = if is_dry_run {
            ledger.count_old_rows(before)?
        } else {
            ledger.prune(before)?
        };
    }
    gone.sheets = request.sheets;
    if !is_dry_run {
        for sheet in &gone.sheets {
            std::fs::remove_file(sheet).map_err(|error| undeletable(sheet, error))?;
        }
    }
    Ok(gone)
}

/// Deletes the reports of old runs; in a dry run, only says which. A folder that holds another run's report by now is left
/// alone.
fn reports(
    ledger: &mut dyn Store,
    request: &PruneRequest<'_>,
) -> Result<Vec<PathBuf>, ReportError> {
    let is_dry_run = request.is_dry_run;
    let mut deleted = Vec::new();
    for report in ledger.old_reports(request.before)? {
        let (run, folder) = (&report.run.id, &report.folder);
        let is_theirs = kept::is_folder(folder) && kept::is_of(folder, run.as_str());
        if is_theirs && !is_dry_run {
            kept::delete(folder).map_err(|error| undeletable(folder, error))?;
        }
        // What another run has written over, or somebody deleted, is no report of this run any more; one behind a link may be.
        if !is_dry_run && (is_theirs || !kept::is_of(folder, run.as_str())) {
            ledger.unreported(run, folder)?;
        }
        if is_theirs {
            deleted.push(report.folder);
        }
    }
    Ok(deleted)
}

fn undeletable(place: &Path, error: io::Error) -> ReportError {
    let place = place.to_owned();
    ReportError::Undeletable { place, error }
}
