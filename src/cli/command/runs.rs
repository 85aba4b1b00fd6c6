//! `rolo runs`: past runs, latest first, and the story of one.

use std::path::Path;

use serde_json::json;

use crate::cli::args::{Common, Output, RunsAction, RunsArgs};
use crate::cli::command::{decide, prune};
use crate::cli::exit::ExitKind;
use crate::cli::failure::Failure;
use crate::cli::ledger::open_at;
use crate::cli::view::runs::{show_list, story};
use crate::cli::view::screen::{self, Screen};
use crate::ledger::LedgerError;

/// Runs the command.
pub(crate) fn run(runs: &RunsArgs, common: &Common) -> Result<u8, Failure> {
    let path = crate::cli::ledger::path(common)?;
    if let Some(RunsAction::Prune(request)) = &runs.action {
        return prune::run(request, &path, common);
    }
    if runs.check {
        return check(&path, common);
    }
    // Looking must not make a ledger where there is none.
    let ledger = if path.exists() {
        Some(open_at(&path)?)
    } else {
        None
    };
    match (&runs.run, ledger) {
        (Some(id), Some(ledger)) if runs.is.is_some() || runs.absent => {
            decide::run(id, runs, ledger, common)
        }
        (Some(id), Some(ledger)) => story(id, runs, &*ledger, common),
        (Some(id), None) => Err(LedgerError::NoRun(id.clone()).into()),
        (None, ledger) => {
            let list = ledger
                .map(|ledger| ledger.runs(runs.most))
                .transpose()?
                .unwrap_or_default();
            show_list(&list, common)
        }
    }
}

fn check(path: &Path, common: &Common) -> Result<u8, Failure> {
    let wrong = if path.exists() {
        open_at(path)?.check()?
    } else {
        Vec::new()
    };
    if let Some(first) = wrong.first() {
        return Err(Failure::new(
            ExitKind::Internal,
            format!("the ledger is damaged: {first}"),
            "restore it from a backup; without one, keep the file and begin another with --ledger",
        ));
    }
    if common.output == Output::Json {
        screen::print(&json!({"version": 1, "whole": true}).to_string())?;
        return Ok(0);
    }
    let mut screen = Screen::unless_quiet(common);
    screen.line("the ledger is whole")?;
    screen.flush()?;
    Ok(0)
}
