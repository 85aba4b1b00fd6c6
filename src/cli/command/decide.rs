//! `rolo runs RUN --row N --is ID` and `--absent`: a person, having looked at the vendor, says what became of a row whose
//! answer was lost. No look of ours can tell it any more, and nothing is sent here.

use serde_json::json;

use crate::cli::args::{Common, Output, RunsArgs};
use crate::cli::failure::Failure;
use crate::cli::text::plain;
use crate::cli::view::ending::settled_code;
use crate::cli::view::screen::Screen;
use crate::ledger::{Decision, Lease, Run, Settled, Store};
use crate::model::RemoteId;
use crate::plan::{Action, Fate};

/// Writes the decision.
pub(crate) fn run(
    id: &str,
    runs: &RunsArgs,
    mut ledger: Box<dyn Store>,
    common: &Common,
) -> Result<u8, Failure> {
    let run = ledger.run(id)?;
    let row = runs.row.unwrap_or_default();
    let decision = decision(runs)?;
    let lease = ledger.resume(&run)?;
    let decided = decide(&mut *ledger, (&lease, &run), row, &decision);
    let totals = ledger.run(run.id.as_str())?.totals;
    let code = decided.as_ref().ok().map_or(run.exit_code, |()| {
        Some(settled_code(&totals, run.exit_code))
    });
    ledger.end(lease, code.unwrap_or_default())?;
    decided?;
    tell(&run, row, &decision, common)?;
    Ok(0)
}

fn decision(runs: &RunsArgs) -> Result<Decision, Failure> {
    let Some(id) = &runs.is else {
        return Ok(Decision::Absent);
    };
    let id = id.trim();
    if id.is_empty() || id.contains(char::is_whitespace) {
        return Err(Failure::usage(
            format!("`{id}` cannot be the id of a record"),
            "name the id that the vendor shows, such as 4711",
        ));
    }
    Ok(Decision::Is(RemoteId::new(id)))
}

/// Finds the step and writes it.
fn decide(
    ledger: &mut dyn Store,
    (lease, run): (&Lease, &Run),
    row: u64,
    decision: &Decision,
) -> Result<(), Failure> {
    let mut found: Vec<Settled> = Vec::new();
    ledger.each_step(&run.id, &mut |settled| {
        if settled.step.row == row {
            found.push(settled);
        }
        Ok(())
    })?;
    let is_open =
        |settled: &&Settled| settled.fate == Fate::InDoubt && settled.step.action != Action::Doubt;
    let Some(open) = found.iter().find(is_open) else {
        return Err(not_open(run, row, found.first()));
    };
    if open.step.action != Action::Create && matches!(decision, Decision::Is(_)) {
        return Err(Failure::usage(
            format!("row {row} was to change a record, not to create one"),
            "`rolo resume` sends the change again",
        ));
    }
    Ok(ledger.decide(lease, open.step.number, decision)?)
}

fn not_open(run: &Run, row: u64, found: Option<&Settled>) -> Failure {
    match found {
        None => Failure::usage(
            format!("run {} has no row {row}", run.id),
            "the number is the one that the spreadsheet or an editor shows",
        ),
        Some(settled) if settled.fate == Fate::InDoubt => Failure::usage(
            format!(
                "row {row} was not sent by run {}, but by an earlier one",
                run.id
            ),
            format!("`rolo runs {} --row {row}` names it", run.id),
        ),
        Some(settled) => Failure::usage(
            format!(
                "row {row} of run {} is {}, not in doubt",
                run.id,
                settled.fate.words()
            ),
            "only a row in doubt can be decided",
        ),
    }
}

fn tell(run: &Run, row: u64, decision: &Decision, common: &Common) -> Result<(), Failure> {
    if common.output == Output::Json {
        let (fate, id) = match decision {
            Decision::Is(id) => (Fate::Created, Some(id)),
            Decision::Absent => (Fate::Unsent, None),
        };
        let document = json!({"version": 1, "run": run.id, "row": row, "outcome": fate, "id": id});
        crate::cli::view::screen::print(&document.to_string())?;
        return Ok(());
    }
    let mut screen = Screen::unless_quiet(common);
    screen.line(&match decision {
        Decision::Is(id) => format!("row {row} is record {}; it is linked", plain(id.as_str())),
        Decision::Absent => format!("row {row} is not there; `rolo resume {}` sends it", run.id),
    })?;
    screen.flush()?;
    Ok(())
}
