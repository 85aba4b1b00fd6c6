//! Past runs, as a person and a program see them: a list, the story of one, and the story of one of its rows.

use std::io::Write as _;

use serde_json::Value;

use super::screen::{self, Screen, Tone};
use crate::cli::args::{Common, Output, RunsArgs};
use crate::cli::failure::Failure;
use crate::cli::text::{pad, plain};
use crate::engine::DecisionError;
use crate::ledger::{Run, Store};
use crate::plan::Fate;
use crate::report::{
    ReportRow, Tally, document_of_run, document_of_runs, end_of_run, fates, story_of,
};

/// Shows runs, one a line.
pub(crate) fn show_list(runs: &[Run], common: &Common) -> Result<u8, Failure> {
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

/// Shows what was asked of a run and what came of it, or of one of its rows.
pub(crate) fn story(
    id: &str,
    runs: &RunsArgs,
    ledger: &dyn Store,
    common: &Common,
) -> Result<u8, Failure> {
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
        tally.see(&ReportRow::of(&settled)?);
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
            lines.extend(story_of(&settled)?);
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
