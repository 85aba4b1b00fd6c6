//! `rolo runs`: past runs, latest first, and the story of one.

use std::io::Write as _;

use serde_json::{Value, json};

use super::args::{Common, Output, Runs};
use super::failure::Failure;
use super::screen::{Screen, Tone, pad, plain};
use crate::ledger::{Ledger as _, Run, Sqlite};
use crate::plan::Fate;
use crate::report::{Entry, Tally};

/// Runs the command.
pub(super) fn run(runs: &Runs, common: &Common) -> Result<u8, Failure> {
    let path = common.ledger_path()?;
    // Looking must not make a ledger where there is none.
    let ledger = if path.exists() {
        Some(Sqlite::open(&path)?)
    } else {
        None
    };
    match (&runs.run, ledger) {
        (Some(id), Some(ledger)) => story(id, &ledger, common),
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

fn document(run: &Run) -> Value {
    json!({
        "run": run.id, "command": run.about.command, "target": run.about.target,
        "vendor": run.about.vendor, "source": run.about.source, "began": run.began,
        "ended": run.ended, "exit_code": run.exit_code, "totals": run.totals,
    })
}

fn show_list(runs: &[Run], common: &Common) -> Result<u8, Failure> {
    if common.output == Output::Json {
        let list: Vec<Value> = runs.iter().map(document).collect();
        writeln!(
            std::io::stdout().lock(),
            "{:#}",
            json!({"version": 1, "runs": list})
        )?;
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
            pad(&ended(run), 12),
            fates(run)
        ))?;
    }
    screen.flush()?;
    Ok(0)
}

fn ended(run: &Run) -> String {
    match (run.exit_code, &run.ended) {
        (Some(code), _) => format!("exit {code}"),
        (None, Some(_)) => "was killed".to_owned(),
        (None, None) => "not ended".to_owned(),
    }
}

fn fates(run: &Run) -> String {
    let mut parts = vec![format!("{} read", run.totals.read)];
    for fate in Fate::ALL.into_iter().filter(|fate| *fate != Fate::Valid) {
        let rows = run.totals.of(fate);
        if rows > 0 {
            parts.push(format!("{rows} {}", fate.words()));
        }
    }
    parts.join(", ")
}

fn story(id: &str, ledger: &Sqlite, common: &Common) -> Result<u8, Failure> {
    let run = ledger.run(id)?;
    if common.output == Output::Json {
        writeln!(std::io::stdout().lock(), "{:#}", document(&run))?;
        return Ok(0);
    }
    let mut tally = Tally::of(&run.about.source);
    ledger.each_step(&run.id, &mut |settled| {
        tally.see(&Entry::from(settled));
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
    let until = run.ended.as_deref().unwrap_or("not ended");
    screen.line(&format!("{} to {until}, {}\n", run.began, ended(&run)))?;
    screen.problems(&tally, 50)?;
    screen.losses(&tally, &run.about.vendor)?;
    screen.totals(&run.totals, &Fate::ALL[1..])?;
    screen.flush()?;
    Ok(0)
}
