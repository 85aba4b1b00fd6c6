//! What came of a run: how it ended, in words and as an exit code.

use crate::cli::exit::ExitKind;
use crate::cli::interrupt;
use crate::engine::{Estimate, PlanCounts, RunSummary};
use crate::plan::Totals;
use crate::upload::Ended;

/// A plan that is shown, not sent.
#[derive(Clone, Debug)]
pub(crate) struct PlanShown {
    /// What it holds.
    pub(crate) counts: PlanCounts,
    /// What sending it would take.
    pub(crate) estimate: Estimate,
    /// The exit code where something would change.
    pub(crate) code: u8,
}

/// What a person does about it.
pub(crate) fn hint(came: &RunSummary) -> &'static str {
    match &came.ended {
        Ended::Finished => "",
        Ended::Stopped | Ended::Deadline if came.undecided => {
            "nothing was sent, since the plan was not made yet; import again"
        }
        Ended::Stopped | Ended::Deadline | Ended::Limit(_) => {
            "`rolo resume` goes on; what was created is linked and is not sent twice"
        }
        Ended::StopLoss(_) | Ended::TooManyErrors(_) => {
            "mend the cause, then `rolo retry RUN` for what was refused and `rolo resume` for what was not sent; \
             --stop-after and --max-errors allow more"
        }
        Ended::Canary(_) => {
            "look at these rows at the vendor; `rolo resume RUN` sends the others all the same, `rolo undo RUN` takes \
             back what was made"
        }
        Ended::SignIn(_) => {
            "check the target's credentials, then import again; `rolo resume` goes on where rows were sent"
        }
        Ended::Unavailable(_) => {
            "check base_url and the network, then import again; `rolo resume` goes on where rows were sent"
        }
        Ended::Unanswered(..) => {
            "look at the vendor, then `rolo resume`: what was sent is looked up, and the rest is sent; --stop-after 0 sends \
             all rows whatever comes back"
        }
        Ended::LedgerDisplaced(_) => {
            "what was sent stands in the report, and not in a ledger that is there now; put the file back if it was moved \
             away, then import again with --compare target, so that what was created is recognised and not created again"
        }
    }
}

/// What it means that a row was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeftOut {
    /// Nothing was to be done for it.
    Fine,
    /// It was to be taken back, and was not.
    Failure,
}

impl LeftOut {
    /// What it means for a run of this command.
    pub(crate) fn of(command: &str) -> Self {
        match command {
            "undo" | "dry undo" => Self::Failure,
            _ => Self::Fine,
        }
    }
}

/// The exit code of a run whose rows in doubt a person decides; what it had ended with before, if that was something else.
pub(crate) fn settled_code(totals: &Totals, before: Option<u8>) -> u8 {
    if totals.in_doubt > 0 {
        return before.unwrap_or(ExitKind::Doubt as u8);
    }
    match before {
        Some(code) if code != ExitKind::Doubt as u8 => code,
        _ if totals.unsent > 0 => ExitKind::Limit as u8,
        _ if totals.rejected + totals.refused > 0 => ExitKind::Rows as u8,
        _ => 0,
    }
}

/// The exit code of a plan that is shown: what is wrong with its rows, else what it was asked to say of changes.
pub(crate) fn exit_code_of_plan(shown: &PlanShown, totals: &Totals) -> u8 {
    if totals.in_doubt > 0 {
        ExitKind::Doubt as u8
    } else if totals.rejected + totals.refused > 0 {
        ExitKind::Rows as u8
    } else if totals.unsent > 0 {
        shown.code
    } else {
        0
    }
}

/// The exit code that a run's end means.
pub(crate) fn exit_code(came: &RunSummary, totals: &Totals, left_out: LeftOut) -> u8 {
    let left = match left_out {
        LeftOut::Fine => 0,
        LeftOut::Failure => totals.skipped,
    };
    match came.ended {
        Ended::SignIn(_) => ExitKind::SignIn as u8,
        Ended::Unavailable(_) | Ended::Unanswered(..) => ExitKind::Unavailable as u8,
        Ended::LedgerDisplaced(_) => ExitKind::Internal as u8,
        Ended::StopLoss(_) | Ended::TooManyErrors(_) | Ended::Canary(_) => ExitKind::Guard as u8,
        // Doubt that a look did not settle is for a person; what a limit left is for the next run.
        Ended::Limit(_) | Ended::Finished if totals.in_doubt > 0 => ExitKind::Doubt as u8,
        Ended::Deadline | Ended::Limit(_) => ExitKind::Limit as u8,
        Ended::Stopped => interrupt::came().map_or(ExitKind::Interrupted, ExitKind::from) as u8,
        // Rows that could not be settled within the rounds of one run.
        Ended::Finished if totals.unsent > 0 && came.requests > 0 => ExitKind::Limit as u8,
        Ended::Finished if totals.rejected + totals.refused + left > 0 => ExitKind::Rows as u8,
        Ended::Finished => 0,
    }
}

/// The exit code of a sheet that was looked at, and not sent.
pub(crate) fn code_of_rows(totals: &Totals) -> u8 {
    if totals.rejected > 0 {
        ExitKind::Rows as u8
    } else {
        0
    }
}
