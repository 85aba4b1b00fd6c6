//! A plan, shown: its changes, problems and losses, the very requests, and how long they would take.

use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use super::closing::{RunOutcome, RunReport};
use super::diff;
use super::ending::PlanShown;
use super::screen::{Screen, Tone};
use crate::cli::failure::Failure;
use crate::engine::{Import, PlannedRun, RunSummary, write_requests};
use crate::ledger::Store;
use crate::plan::Action;

/// How a plan is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct View {
    /// How many rows that change something are shown.
    pub(crate) most: u64,
    /// The exit code where something would change.
    pub(crate) code: u8,
}

impl Default for View {
    fn default() -> Self {
        Self {
            most: diff::MOST,
            code: 0,
        }
    }
}

/// Shows a plan and writes its report, with the requests beside it; the exit code, and where the report is.
pub(crate) fn show(
    report: &RunReport<'_>,
    import: &Import<'_>,
    (ledger, plan): (&dyn Store, &PlannedRun),
    view: View,
    preface: &[String],
) -> Result<(u8, PathBuf), Failure> {
    let mut screen = Screen::of(report.common);
    for line in preface {
        screen.line(line)?;
    }
    let book = &import.account.book;
    diff::show(&mut screen, ledger, (&plan.run, book), view.most)?;
    if let Some(rows) = plan.counts.get(Action::Reject.name()) {
        let note = format!("  ! {rows} rejected, and not sent; the problems say why");
        screen.line(&screen.tone(Tone::Bad, &note))?;
    }
    screen.flush()?;
    let mut requests = tempfile::NamedTempFile::new()?;
    let mut out = BufWriter::new(&mut requests);
    let rate = import.account.pace(import.spec.delivery.rate);
    let estimate = write_requests(import.account, ledger, &plan.run, (&mut out, rate))?;
    out.flush()?;
    drop(out);
    let shown = PlanShown {
        counts: plan.counts.clone(),
        estimate,
        code: view.code,
    };
    let outcome = RunOutcome {
        summary: &RunSummary::of_nothing(&plan.run),
        shown: Some(&shown),
    };
    let (code, place) = report.write(ledger, &outcome, &[])?;
    let file = place.join("requests.ndjson");
    std::fs::copy(requests.path(), &file)?;
    if let Some(line) = estimate.words() {
        screen.line(&line)?;
    }
    screen.line(&format!(
        "Nothing was sent. What would be: {}",
        file.display()
    ))?;
    screen.flush()?;
    Ok((code, place))
}
