//! `rolo resume`: a run that did not end, or left something undone, is gone on with.

use super::taken_up::TakenUp;
use crate::cli::args::past::Need;
use crate::cli::args::recall::recall;
use crate::cli::args::{Common, Resume};
use crate::cli::exit::ExitKind;
use crate::cli::failure::Failure;
use crate::cli::ledger;
use crate::cli::text::plain;
use crate::engine::{Doubtful, StateError, demand_resumable, resume};
use crate::upload::Promise;

/// Runs the command.
pub(crate) fn run(arguments: &Resume, common: &Common) -> Result<u8, Failure> {
    let ledger = ledger::holding(arguments.run.as_deref(), common)?;
    let run = match &arguments.run {
        Some(id) => ledger.run(id)?,
        None => ledger
            .unfinished()?
            .into_iter()
            .next()
            .ok_or(StateError::Nothing)?,
    };
    demand_resumable(&run)?;
    let recalled = recall(&run, Need::Steps, &arguments.tuning, common)?;
    let taken_up = TakenUp {
        run: &run,
        recalled: &recalled,
        sending: &arguments.sending,
        // Somebody has seen a saved plan.
        promise: match run.saved {
            Some(_) => Promise::Binding,
            None => Promise::Told,
        },
        command: &run.about.command,
    };
    let doubtful = if arguments.resend_in_doubt {
        Doubtful::Resend
    } else {
        Doubtful::Stay
    };
    let preface = format!(
        "Run {} to {}, resumed",
        run.id,
        plain(&recalled.target.name)
    );
    let code = taken_up.deliver(
        ledger,
        common,
        |_| Ok(()),
        &preface,
        |handle, sending| resume(handle, &run, doubtful, sending),
    )?;
    let was_done = run.totals.unsent == 0 && run.totals.in_doubt == 0;
    Ok(if was_done {
        ExitKind::Nothing as u8
    } else {
        code
    })
}
