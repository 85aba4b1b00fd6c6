//! Every sheet of a batch, one after the other, until one shows that no other would fare better.

use std::collections::BTreeSet;

use super::codes::weight;
use super::end::NextSheet;
use super::file_state::FoundSheet;
use super::host::BatchHost;
use super::policy::FilePolicy;
use super::summary::{BatchSummary, FileResult};

/// Imports the sheets one after the other, and notes in `summary` what came of each; the exit code.
pub fn run_batch<H: BatchHost>(
    sheets: &[FoundSheet],
    policy: &FilePolicy,
    summary: &mut BatchSummary,
    host: &mut H,
) -> Result<u8, H::Error> {
    let (mut code, mut stopped) = (0, false);
    let mut names = BTreeSet::new();
    // Another rolo may have dealt with a sheet since.
    for sheet in sheets.iter().filter(|sheet| sheet.path.exists()) {
        if !stopped && let Some(why) = policy.stop(summary, host) {
            (code, stopped) = (why, true);
        }
        if stopped {
            summary.sheets.push(FileResult::waiting(sheet));
            continue;
        }
        let turn = policy.turn(sheet, summary, &mut names);
        let end = host.import(&turn)?;
        stopped = end.outcome().1 == NextSheet::Stop;
        summary.sheets.push(policy.close(sheet, &end, host));
    }
    let worst = summary.code();
    Ok(if weight(worst) >= weight(code) {
        worst
    } else {
        code
    })
}
