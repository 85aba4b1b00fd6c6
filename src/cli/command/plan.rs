//! `rolo plan`: an import up to the point where something would be sent. The plan stands in the ledger, with what it
//! stands on, and `rolo apply` sends it. A dry run shows the same and keeps nothing.

use crate::cli::args::spec::Asked;
use crate::cli::args::{Common, ImportArgs, Many, Plan};
use crate::cli::failure::Failure;
use crate::cli::run_import::{Disposition, ImportRequest, run_import};
use crate::cli::unattended::feed_of;
use crate::cli::view::diff;
use crate::cli::view::plan::View;
use crate::config::{Target, Targets};
use crate::engine::RowChoice;

/// The exit code of changes, for whoever asks for it.
const CHANGES: u8 = 2;

/// Runs the command.
pub(crate) fn run(plan: &Plan, common: &Common) -> Result<u8, Failure> {
    refuse_what_apply_is_told(&plan.import)?;
    let view = View {
        most: if plan.all { u64::MAX } else { diff::MOST },
        code: if plan.detailed_exitcode { CHANGES } else { 0 },
    };
    let import = &plan.import;
    let targets = Targets::read(common.config.as_deref())?;
    let asked = Asked::of(import, &targets, Many::No)?;
    let target = Target::of(&asked.spec.target, &targets)?;
    let request = ImportRequest {
        command: "plan",
        asked: &asked,
        target: &target,
        sheet: &import.reading.sheet_file,
        sending: &import.sending,
        rows: RowChoice::All,
        source: import.reading.called().cloned(),
        feed: feed_of(import, common)?,
        then: Disposition::Save(view),
    };
    run_import(common, request).map(|done| done.code)
}

/// A flag that would do nothing here is refused, not swallowed.
fn refuse_what_apply_is_told(import: &ImportArgs) -> Result<(), Failure> {
    let (sending, moving) = (&import.sending, &import.moving);
    let moves = moving.done.is_some() || moving.failed.is_some() || moving.no_move;
    let flags = [
        ("--dry-run", import.dry_run),
        ("--done, --failed or --no-move", moves),
        ("--expect-files", moving.expect_files),
        ("--limit", sending.limit.is_some()),
        ("--canary", sending.canary.is_some()),
        ("--deadline", sending.deadline.is_some()),
    ];
    match flags.into_iter().find(|(_, given)| *given) {
        Some((flag, _)) => Err(Failure::usage(
            format!("`{flag}` says nothing to a plan, which sends nothing"),
            "say it to `rolo apply RUN`; `rolo import --dry-run` plans without saving",
        )),
        None => Ok(()),
    }
}
