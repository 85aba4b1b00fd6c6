//! `rolo undo`: a run taken back. What it created is deleted, what it updated gets back what was sent before; only
//! where the target still says what the run sent. It is a run of its own, and can be resumed.

use crate::cli::args::past::Need;
use crate::cli::args::recall::{Recalled, recall};
use crate::cli::args::{Common, Undo};
use crate::cli::connect::{Connected, connect};
use crate::cli::failure::Failure;
use crate::cli::ledger;
use crate::cli::text::plain;
use crate::cli::view::closing::{RunOutcome, RunReport};
use crate::cli::view::ending::{LeftOut, exit_code};
use crate::cli::view::screen::{Screen, Tone};
use crate::cli::view::terminal::Terminal;
use crate::engine::{RunHandle, RunSummary, undo as engine};
use crate::ledger::{NewRun, Run, Store};
use crate::plan::{Action, Step};
use crate::report::Stopwatch;
use crate::transport::Https;
use crate::upload::Promise;

/// Runs the command.
pub(crate) fn run(undo: &Undo, common: &Common) -> Result<u8, Failure> {
    let (stopwatch, host) = (Stopwatch::start(), Terminal::of(common, LeftOut::Failure));
    let ledger = ledger::holding(Some(&undo.run), common)?;
    let run = ledger.run(&undo.run)?;
    let Recalled { asked, target } = recall(&run, Need::Steps, &undo.tuning, common)?;
    engine::demand_something(&*ledger, &run)?;
    let command = if undo.dry_run { "dry undo" } else { "undo" };
    let about = NewRun {
        command: command.to_owned(),
        ..run.about.clone()
    };
    let account = target.account()?;
    let delivery = undo.sending.over(&asked.spec.delivery);
    let Connected { session, .. } =
        &connect(&target, (&account, &delivery), undo.sending.deadline)?;
    let report = RunReport {
        common,
        folder: undo.sending.report.as_deref(),
        about: &about,
        vendor: account.profile().name,
        stopwatch: &stopwatch,
    };
    let handle = |ledger, lease| RunHandle {
        ledger,
        lease,
        account: &account,
        session,
        host: &host,
    };
    if undo.dry_run {
        let (mut scratch, _folder) = ledger::scratch()?;
        let lease = scratch.begin(&about)?;
        return dry(&report, handle(scratch, lease), &run, &*ledger);
    }
    let wait = undo.sending.wait();
    let sending = undo.sending.of(&delivery, Promise::Told);
    let done = engine::undo((ledger, &about, wait), &run, handle, &host, &sending)?;
    let engine::Undone {
        mut ledger,
        steps,
        summary,
    } = done;
    let preface = preface(&report, &run, &steps);
    let (code, written) = report.write(&*ledger, &RunOutcome::from(&summary), &preface)?;
    ledger.reported(&summary.run, &written)?;
    Ok(code)
}

/// What is taken back, and what cannot be.
fn preface(report: &RunReport<'_>, run: &Run, steps: &[Step]) -> Vec<String> {
    let target = plain(&report.about.target);
    let mut lines = vec![format!("Taking back run {} at {target}", run.id)];
    let doubted = steps.iter().filter(|step| step.action == Action::Doubt);
    let rows = match doubted.count() {
        0 => return lines,
        1 => "1 row of that run is".to_owned(),
        rows => format!("{rows} rows of that run are"),
    };
    let note = format!(
        "note: {rows} in doubt: whether {target} has what was sent is not known, and nothing is taken \
         back of it; `rolo resume {}` looks it up",
        run.id
    );
    lines.push(Screen::of(report.common).tone(Tone::Soft, &note));
    lines
}

/// Plans into a ledger that is gone afterwards.
fn dry(
    report: &RunReport<'_>,
    mut handle: RunHandle<'_, Https>,
    run: &Run,
    real: &dyn Store,
) -> Result<u8, Failure> {
    let steps = engine::preview(&mut handle, run, real)?;
    let summary = RunSummary::of_nothing(handle.lease.run());
    let totals = handle.ledger.run(handle.lease.run().as_str())?.totals;
    let preface = preface(report, run, &steps);
    report.write(&*handle.ledger, &RunOutcome::from(&summary), &preface)?;
    let mut screen = Screen::of(report.common);
    for action in [Action::Delete, Action::Update, Action::Skip] {
        let rows = steps.iter().filter(|step| step.action == action).count();
        let word = match action {
            Action::Delete => "to delete",
            Action::Update => "to restore",
            _ => "left alone",
        };
        screen.line(&format!("{rows} {word}"))?;
    }
    screen.line("Nothing was sent.")?;
    screen.flush()?;
    Ok(exit_code(&summary, &totals, LeftOut::Failure))
}
