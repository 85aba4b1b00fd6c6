//! What the rules of vendors say of a sheet, as a person sees it: one vendor's problems, or a table of several.

use super::matrix;
use super::screen::{Screen, Tone};
use super::sheet;
use crate::cli::failure::Failure;
use crate::config::Target;
use crate::engine::OpenedSheet;
use crate::plan::Fate;
use crate::report::VendorCheck;

/// Shows what came of the sheet for each of the targets.
pub(crate) fn show(
    screen: &mut Screen,
    checks: &[VendorCheck],
    targets: &[Target],
    opened: &OpenedSheet,
) -> Result<(), Failure> {
    screen.line(&sheet::decided(opened))?;
    sheet::warn(opened, screen)?;
    screen.line("")?;
    if let ([check], [target]) = (checks, targets) {
        screen.problems(&check.tally, 30)?;
        screen.losses(&check.tally, target.profile().name)?;
        let fates = [Fate::Valid, Fate::Skipped, Fate::Rejected];
        screen.totals(&check.totals, &fates)?;
        return Ok(());
    }
    let counts: Vec<_> = checks.iter().map(VendorCheck::counts).collect();
    matrix::show(screen, &counts)?;
    for check in checks {
        if !check.tally.groups().is_empty() {
            let heading = screen.tone(Tone::Bold, check.target());
            screen.line(&heading)?;
        }
        screen.problems(&check.tally, 10)?;
    }
    Ok(())
}
