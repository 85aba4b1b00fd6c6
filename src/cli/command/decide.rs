//! `rolo runs RUN --row N --is ID` and `--absent`: a person, having looked at the vendor, says what became of a row whose
//! answer was lost. No look of ours can tell it any more, and nothing is sent here.

use serde_json::json;

use crate::cli::args::{Common, Output, RunsArgs};
use crate::cli::failure::Failure;
use crate::cli::text::plain;
use crate::cli::view::ending::settled_code;
use crate::cli::view::screen::Screen;
use crate::engine::decide;
use crate::ledger::{Decision, Run, Store};
use crate::model::RemoteId;
use crate::plan::{Fate, Totals};

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
    let before = run.exit_code;
    let grade = |totals: Option<&Totals>| match totals {
        Some(totals) => settled_code(totals, before),
        None => before.unwrap_or_default(),
    };
    decide(&mut *ledger, &run, (row, &decision), grade)?;
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
