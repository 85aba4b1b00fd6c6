//! `rolo runs prune`: the rows of old runs are erased; their reports, and the sheets that they were made of, only where that
//! is asked. What is deleted are files that rolo is known to have put there, and no link is followed.

use std::path::Path;

use crate::batch::old_sheets;
use crate::cli::args::{Common, Output, Prune};
use crate::cli::failure::Failure;
use crate::cli::ledger::open_at;
use crate::cli::text::plain;
use crate::cli::view::screen::{self, Screen};
use crate::report::{self, PruneRequest, Pruned};

/// Runs the command.
pub(crate) fn run(prune: &Prune, path: &Path, common: &Common) -> Result<u8, Failure> {
    let age = jiff::SignedDuration::from_hours(24 * i64::from(prune.older_than));
    let time = jiff::Timestamp::now()
        .checked_sub(age)
        .map_err(std::io::Error::other)?;
    let before = time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let sheets = prune.sheets.as_deref();
    let request = PruneRequest {
        before: &before,
        has_reports: prune.reports,
        sheets: sheets.map_or(Ok(Vec::new()), |folder| old_sheets(folder, time.into()))?,
        is_dry_run: prune.dry_run,
    };
    let mut ledger = path.exists().then(|| open_at(path)).transpose()?;
    let gone = report::prune(ledger.as_deref_mut(), request)?;
    tell(prune, &gone, &before, common)
}

fn tell(prune: &Prune, gone: &Pruned, before: &str, common: &Common) -> Result<u8, Failure> {
    if common.output == Output::Json {
        let document = gone.document(before);
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
