//! `rolo apply`: a saved plan, sent as it was shown, or not at all.

use super::taken_up::TakenUp;
use crate::cli::args::past::Need;
use crate::cli::args::recall::recall;
use crate::cli::args::{Apply, Common};
use crate::cli::failure::Failure;
use crate::cli::ledger;
use crate::cli::text::plain;
use crate::engine::{apply, demand_waiting};
use crate::upload::Promise;

/// Runs the command.
pub(crate) fn run(arguments: &Apply, common: &Common) -> Result<u8, Failure> {
    let ledger = ledger::holding(Some(&arguments.run), common)?;
    let plan = ledger.run(&arguments.run)?;
    demand_waiting(&plan)?;
    let recalled = recall(&plan, Need::Steps, &arguments.tuning, common)?;
    let taken_up = TakenUp {
        run: &plan,
        recalled: &recalled,
        sending: &arguments.sending,
        promise: if arguments.even_if_changed {
            Promise::Told
        } else {
            Promise::Binding
        },
        command: "apply",
    };
    let preface = format!("Plan {} to {}", plan.id, plain(&recalled.target.name));
    let policy = &recalled.asked.spec.policy;
    // Whoever held the book may have applied this very plan.
    taken_up.deliver(
        ledger,
        common,
        demand_waiting,
        &preface,
        |handle, sending| apply(handle, &plan, policy, sending),
    )
}
