//! `rolo runs prune`: the rows of old runs are erased; their reports, and the sheets that they were made of, only where that
//! is asked. What is deleted are files that rolo is known to have put there, and no link is followed.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::batch::old_sheets;
use crate::cli::args::{Common, Output, Prune};
use crate::cli::exit::ExitKind;
use crate::cli::failure::Failure;
use crate::cli::ledger::open_at;
use crate::cli::text::plain;
use crate::cli::view::screen::{self, Screen};
use crate::ledger::Store;
use crate::report::kept;

/// What goes, or would go.
#[derive(Default)]
struct Gone {
    rows: u64,
    reports: Vec<PathBuf>,
    sheets: Vec<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(prune: &Prune, path: &Path, common: &Common) -> Result<u8, Failure> {
    let age = jiff::SignedDuration::from_hours(24 * i64::from(prune.older_than));
    let time = jiff::Timestamp::now()
        .checked_sub(age)
        .map_err(std::io::Error::other)?;
    let before = time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mut gone = Gone::default();
    if let Some(folder) = &prune.sheets {
        gone.sheets = old_sheets(folder, time.into())?;
    }
    if path.exists() {
        let mut ledger = open_at(path)?;
        if prune.reports {
            gone.reports = reports(&mut *ledger, &before, prune)?;
        }
        gone.rows = if prune.dry_run {
            ledger.count_old_rows(&before)?
        } else {
            ledger.prune(&before)?
        };
    }
    if !prune.dry_run {
        for sheet in &gone.sheets {
            std::fs::remove_file(sheet).map_err(|error| undeletable(sheet, &error))?;
        }
    }
    tell(prune, &gone, &before, common)
}

/// Deletes the reports of old runs; in a dry run, only says which. A folder that holds another run's report by now is left
/// alone.
fn reports(ledger: &mut dyn Store, before: &str, prune: &Prune) -> Result<Vec<PathBuf>, Failure> {
    let mut deleted = Vec::new();
    for report in ledger.old_reports(before)? {
        let (run, folder) = (&report.run.id, &report.folder);
        let is_theirs = kept::is_folder(folder) && kept::is_of(folder, run.as_str());
        if is_theirs && !prune.dry_run {
            kept::delete(folder).map_err(|error| undeletable(folder, &error))?;
        }
        // What another run has written over, or somebody deleted, is no report of this run any more; one behind a link may be.
        if !prune.dry_run && (is_theirs || !kept::is_of(folder, run.as_str())) {
            ledger.unreported(run, folder)?;
        }
        if is_theirs {
            deleted.push(report.folder);
        }
    }
    Ok(deleted)
}

fn undeletable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        ExitKind::Usage,
        format!("cannot delete `{}`: {error}", path.display()),
        "check the permissions, then prune again: what is left goes then",
    )
}

fn tell(prune: &Prune, gone: &Gone, before: &str, common: &Common) -> Result<u8, Failure> {
    if common.output == Output::Json {
        let shown = |paths: &[PathBuf]| -> Vec<String> {
            paths
                .iter()
                .map(|path| path.display().to_string())
                .collect()
        };
        let document = json!({
            "version": 1, "rows": gone.rows, "before": before, "reports": shown(&gone.reports),
            "sheets": shown(&gone.sheets), "dry_run": prune.dry_run,
        });
        screen::print(&document.to_string())?;
        return Ok(0);
    }
    let mut screen = Screen::unless_quiet(common);
    let (were, deleted) = if prune.dry_run {
        ("would be erased", "would be deleted")
    } else {
        ("were erased", "deleted")
    };
    screen.line(&format!(
        "{} rows of runs that ended before {before} {were}; links stay",
        gone.rows
    ))?;
    for (what, paths) in [("report", &gone.reports), ("sheet", &gone.sheets)] {
        for path in paths {
            let path = path.display().to_string();
            screen.line(&format!("{what} {deleted}: {}", plain(&path)))?;
        }
    }
    screen.flush()?;
    Ok(0)
}
