//! What every command that plans or sends does at its end: write the report, print the document, show what came of it. The
//! totals reconcile, or it is an error.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::ending::{LeftOut, PlanShown, exit_code, exit_code_of_plan, hint};
use crate::cli::args::{Common, Output};
use crate::cli::exit::ExitKind;
use crate::cli::failure::Failure;
use crate::cli::text::plain;
use crate::cli::view::screen::{self, Screen};
use crate::engine::RunSummary;
use crate::ledger::{NewRun, Store};
use crate::plan::Fate;
use crate::report::{
    Closing, JsonDocument, Report, ReportOfRun, Stopwatch, Tally, fates, stopped,
    stopped_without_values,
};
use crate::upload::Ended;

/// A run that is reported.
pub(crate) struct RunReport<'a> {
    pub(crate) common: &'a Common,
    /// The folder that the report is written into, if one was named.
    pub(crate) folder: Option<&'a Path>,
    pub(crate) about: &'a NewRun,
    /// The vendor's name, for a person.
    pub(crate) vendor: &'static str,
    pub(crate) stopwatch: &'a Stopwatch,
}

/// What came of a run, or the plan that is shown of it.
pub(crate) struct RunOutcome<'a> {
    pub(crate) summary: &'a RunSummary,
    pub(crate) shown: Option<&'a PlanShown>,
}

impl<'a> From<&'a RunSummary> for RunOutcome<'a> {
    fn from(summary: &'a RunSummary) -> Self {
        Self {
            summary,
            shown: None,
        }
    }
}

impl RunReport<'_> {
    /// Where the report of a run goes.
    fn place(&self, run: &str) -> PathBuf {
        let default = || PathBuf::from("rolo-reports").join(run);
        self.folder.map_or_else(default, Path::to_owned)
    }

    /// Tries whether the report can be written, before anything is sent.
    pub(crate) fn probe(&self) -> Result<(), Failure> {
        let place = self.place("run");
        Report::probe(&place).map_err(|error| {
            let what = format!(
                "the report cannot be written to `{}`: {error}",
                place.display()
            );
            Failure::new(
                ExitKind::Usage,
                what,
                "name another folder with --report; nothing was sent",
            )
        })
    }

    /// Writes the report from the ledger and shows the end, behind some lines of the command's own; the exit code, and
    /// where the report is.
    pub(crate) fn write(
        &self,
        ledger: &dyn Store,
        outcome: &RunOutcome<'_>,
        preface: &[String],
    ) -> Result<(u8, PathBuf), Failure> {
        let displaced = ledger.in_place().err().map(|error| RunSummary {
            ended: Ended::LedgerDisplaced(error.to_string()),
            ..outcome.summary.clone()
        });
        let summary = displaced.as_ref().unwrap_or(outcome.summary);
        let totals = ledger.run(summary.run.as_str())?.totals;
        let place = self.place(summary.run.as_str());
        let document = self.document(outcome.shown)?;
        let written = ReportOfRun::read(ledger, &summary.run, self.about, &place, document)?;
        let exit_code = match outcome.shown {
            Some(shown) if displaced.is_none() => exit_code_of_plan(shown, &totals),
            _ => exit_code(summary, &totals, LeftOut::of(&self.about.command)),
        };
        let (timings, stopped) = (self.stopwatch.timings_of(summary), stopped(&summary.ended));
        let closing = Closing {
            totals,
            timings,
            exit_code,
            stopped,
        };
        let place = written.report.finish(&closing)?;
        totals.reconcile()?;
        if let Some(document) = written.document {
            document.print(&mut screen::out(), &written.head, &closing)?;
        }
        self.show(summary, &closing, &written.tally, &place, preface)?;
        Ok((exit_code, place))
    }

    /// The document of `--output json`, if it is wanted.
    fn document(&self, shown: Option<&PlanShown>) -> Result<Option<JsonDocument>, Failure> {
        if self.common.output != Output::Json {
            return Ok(None);
        }
        Ok(Some(match shown {
            Some(shown) => JsonDocument::of_plan(&shown.counts, &shown.estimate)?,
            None => JsonDocument::new()?,
        }))
    }

    fn show(
        &self,
        summary: &RunSummary,
        closing: &Closing,
        tally: &Tally,
        place: &Path,
        preface: &[String],
    ) -> Result<(), Failure> {
        let mut screen = Screen::of(self.common);
        for line in preface {
            screen.line(line)?;
        }
        screen.line("")?;
        screen.problems(tally, 30)?;
        screen.losses(tally, self.vendor)?;
        screen.totals(&closing.totals, &Fate::ALL[1..])?;
        screen.line(&format!(
            "\nRun {}, report: {}",
            summary.run,
            place.display()
        ))?;
        screen.flush()?;
        if let Some(stopped) = &closing.stopped {
            let stops_as_wanted = matches!(summary.ended, Ended::Limit(_) | Ended::Deadline);
            let word = if stops_as_wanted { "stopped" } else { "error" };
            let brief = stopped_without_values(&summary.ended).filter(|_| self.common.quiet);
            let words = brief.as_ref().unwrap_or(stopped);
            let _ = writeln!(std::io::stderr(), "{word}: {}", plain(words));
            let _ = writeln!(std::io::stderr(), "hint: {}", hint(summary));
            if words != stopped {
                let line = format!("hint: the values are in the report, {}", place.display());
                let _ = writeln!(std::io::stderr(), "{}", plain(&line));
            }
        } else if self.common.quiet && closing.exit_code != 0 {
            let (rows, place) = (fates(&closing.totals), place.display().to_string());
            let line = format!("warning: {rows}; the report is {}", plain(&place));
            let _ = writeln!(std::io::stderr(), "{line}");
        }
        Ok(())
    }
}
