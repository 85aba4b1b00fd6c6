//! `rolo undo`: a run taken back. What it created is deleted, what it updated gets back what was sent before; only
//! where the target still says what the run sent. It is a run of its own, and can be resumed.

use super::args::{Common, Undo};
use super::failure::{Failure, Kind};
use super::past::Need;
use super::recall::{Recalled, recall};
use super::resume::ledger;
use super::running::{Came, Running};
use super::screen::{Tone, plain};
use super::sending::settle_earlier;
use super::target::Reached;
use super::timing::Stopwatch;
use super::turn::in_turn;
use super::undoing::{changes_in_doubt, look, rows, steps};
use crate::engine::Delivery;
use crate::ledger::{Ledger as _, NewRun, Run, Sqlite};
use crate::model::RunId;
use crate::plan::{Action, Step};
use crate::upload::Promise;

/// Runs the command.
pub(super) fn run(undo: &Undo, common: &Common) -> Result<u8, Failure> {
    let mut ledger = ledger(common, Some(&undo.run))?;
    let run = ledger.run(&undo.run)?;
    let Recalled { asked, target } = recall(&run, Need::Steps, &undo.tuning, common)?;
    // A run that has not ended may still write something.
    if run.ended.is_some() && rows(&ledger, &run, &changes_in_doubt(&ledger, &run)?)?.is_empty() {
        return Err(nothing(&run));
    }
    let command = if undo.dry_run { "dry undo" } else { "undo" };
    let about = NewRun {
        command: command.to_owned(),
        ..run.about.clone()
    };
    let running = Running {
        common,
        sending: &undo.sending,
        delivery: undo.sending.over(&asked.spec.delivery),
        target: &target,
        about,
        stopwatch: Stopwatch::start(),
        promise: Promise::Told,
    };
    let reached = target.reach(running.pace())?;
    reached.end_at(undo.sending.deadline);
    if undo.dry_run {
        return dry(&running, &ledger, &run, &reached);
    }
    // Nobody else writes between the look and what is sent for it.
    let id = in_turn(&undo.sending, common, || Ok(ledger.begin(&running.about)))?;
    match prepare(&mut ledger, &run, &id, (&reached, &running.delivery)) {
        Ok(steps) => {
            let preface = preface(&running, &run, &steps);
            running.carry_out(ledger, &id, &reached, &preface)
        }
        Err(failure) => {
            // Nothing is sent of a plan that is not whole.
            ledger.end(&id, failure.kind as u8)?;
            Err(failure)
        }
    }
}

/// Settles what earlier runs left in doubt, the one that is taken back among them, and plans what is sent.
fn prepare(
    ledger: &mut Sqlite,
    run: &Run,
    id: &RunId,
    (reached, delivery): (&Reached, &Delivery),
) -> Result<Vec<Step>, Failure> {
    let changes = changes_in_doubt(ledger, run)?;
    if !ledger.doubtful_runs(&run.about.book)?.is_empty() {
        settle_earlier(ledger, &run.about.book, reached, delivery)?;
    }
    let rows = rows(ledger, run, &changes)?;
    if rows.is_empty() {
        return Err(nothing(run));
    }
    let held = look(reached, &rows)?;
    let steps = steps(ledger, run, (reached.client.vendor(), &held), rows)?;
    ledger.add(id, &steps)?;
    ledger.planned(id)?;
    Ok(steps)
}

fn nothing(run: &Run) -> Failure {
    Failure::new(
        Kind::Nothing,
        format!("run {} has nothing left that could be taken back", run.id),
        "it created and updated nothing, or that was undone, forgotten or pruned; `rolo runs RUN` tells more",
    )
}

/// What is taken back, and what cannot be.
fn preface(running: &Running<'_>, run: &Run, steps: &[Step]) -> Vec<String> {
    let target = plain(&running.target.name);
    let mut lines = vec![format!("Taking back run {} at {target}", run.id)];
    let rows = match steps
        .iter()
        .filter(|step| step.action == Action::Doubt)
        .count()
    {
        0 => return lines,
        1 => "1 row of that run is".to_owned(),
        rows => format!("{rows} rows of that run are"),
    };
    let note = format!(
        "note: {rows} in doubt: whether {target} has what was sent is not known, and nothing is taken \
         back of it; `rolo resume {}` looks it up",
        run.id
    );
    lines.push(running.screen().tone(Tone::Soft, &note));
    lines
}

/// Plans into a ledger that is gone afterwards.
fn dry(running: &Running<'_>, real: &Sqlite, run: &Run, reached: &Reached) -> Result<u8, Failure> {
    let rows = rows(real, run, &changes_in_doubt(real, run)?)?;
    let held = look(reached, &rows)?;
    let steps = steps(real, run, (reached.client.vendor(), &held), rows)?;
    let folder = tempfile::tempdir()?;
    let mut ledger = Sqlite::open(&folder.path().join("plan.sqlite3"))?;
    let id = ledger.begin(&running.about)?;
    ledger.add(&id, &steps)?;
    let came = Came::planned(&id);
    let totals = ledger.run(&id.0)?.totals;
    let (_, _) = running.report(&ledger, &came, &preface(running, run, &steps))?;
    let mut screen = running.screen();
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
    Ok(running.exit_code(&came, &totals))
}
