//! `rolo runs`: past runs, latest first, and the story of one.

use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::cli::args::{Common, Output, RunsAction, RunsArgs};
use crate::cli::command::decide;
use crate::cli::exit::ExitKind;
use crate::cli::failure::Failure;
use crate::cli::ledger::open_at;
use crate::cli::text::{pad, plain};
use crate::cli::view::screen::{self, Screen, Tone};
use crate::engine::DecisionError;
use crate::ledger::{Run, Store};
use crate::plan::Fate;
use crate::report::{
    ReportRow, Tally, document_of_run, document_of_runs, end_of_run, fates, story_of,
};

/// Runs the command.
pub(crate) fn run(runs: &RunsArgs, common: &Common) -> Result<u8, Failure> {
    let path = crate::cli::ledger::path(common)?;
    if let Some(RunsAction::Prune(prune)) = &runs.action {
        return crate::cli::command::prune::run(prune, &path, common);
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
        (Some(id), None) => Err(crate::ledger::LedgerError::NoRun(id.clone()).into()),
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

fn show_list(runs: &[Run], common: &Common) -> Result<u8, Failure> {
    if common.output == Output::Json {
        writeln!(screen::out(), "{:#}", document_of_runs(runs))?;
        return Ok(0);
    }
    let mut screen = Screen::stdout();
    if runs.is_empty() {
        screen.line("no runs yet")?;
    }
    for run in runs {
        screen.line(&format!(
            "{}  {}  {} {} {}  {}",
            run.id,
            run.began,
            pad(&run.about.command, 7),
            pad(&plain(&run.about.target), 18),
            pad(&end_of_run(run), 12),
            fates(&run.totals)
        ))?;
    }
    screen.flush()?;
    Ok(0)
}

fn story(id: &str, runs: &RunsArgs, ledger: &dyn Store, common: &Common) -> Result<u8, Failure> {
    let run = ledger.run(id)?;
    if common.output == Output::Json {
        writeln!(screen::out(), "{:#}", document_of_run(&run))?;
        return Ok(0);
    }
    if let Some(row) = runs.row {
        return story_of_row(row, &run, ledger);
    }
    let mut tally = Tally::of(&run.about.source);
    ledger.each_step(&run.id, &mut |settled| {
        tally.see(&ReportRow::from(settled));
        Ok(())
    })?;
    let mut screen = Screen::stdout();
    let heading = screen.tone(Tone::Bold, &format!("Run {}", run.id));
    screen.line(&heading)?;
    let file = run
        .about
        .source
        .get("file")
        .and_then(Value::as_str)
        .unwrap_or_default();
    screen.line(&format!(
        "{} of {} to {} ({})",
        run.about.command,
        plain(file),
        plain(&run.about.target),
        run.about.vendor
    ))?;
    if !run.about.given.arguments.is_empty() {
        screen.line(&format!(
            "Asked for by: {}",
            plain(&run.about.given.arguments.join(" "))
        ))?;
    }
    if let Some(place) = run.about.source.get("moved_to").and_then(Value::as_str) {
        screen.line(&format!("The sheet was put into {}", plain(place)))?;
    }
    let until = run.ended.as_deref().unwrap_or("not ended");
    screen.line(&format!("{} to {until}, {}\n", run.began, end_of_run(&run)))?;
    screen.problems(&tally, 50)?;
    screen.losses(&tally, &run.about.vendor)?;
    screen.totals(&run.totals, &Fate::ALL[1..])?;
    screen.flush()?;
    Ok(0)
}

/// What a run did with one row: what it was to do, what was sent, what came of it, and why.
fn story_of_row(row: u64, run: &Run, ledger: &dyn Store) -> Result<u8, Failure> {
    let mut screen = Screen::stdout();
    let mut lines = Vec::new();
    ledger.each_step(&run.id, &mut |settled| {
        if settled.step.row == row {
            lines.extend(story_of(&settled));
        }
        Ok(())
    })?;
    if lines.is_empty() {
        let run = run.id.clone();
        return Err(DecisionError::NoRow { run, row }.into());
    }
    for line in lines {
        screen.line(&plain(&line))?;
    }
    screen.flush()?;
    Ok(0)
}
