//! What every command that sends does once its steps stand in the ledger: deliver them, end the run, write the
//! report, show the end. The totals reconcile, or it is an error.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::args::{Common, Output, Sending};
use super::came::{Part, exit_code, hint, stopped, stopped_without_values};
use super::diff::Difference;
use super::failure::{Failure, Kind};
use super::night::fates;
use super::progress::{Progress, Quiet};
use super::screen::{Screen, plain};
use super::sending;
use super::target::{Reached, Target};
use super::timing::Stopwatch;
use crate::backend::Rate;
use crate::engine::Delivery;
use crate::ledger::{Ledger as _, LedgerError, NewRun, Sqlite};
use crate::model::RunId;
use crate::plan::{Fate, Totals};
use crate::report::{Closing, Head, JsonDocument, Report, ReportRow, Tally, Timings};
use crate::transport::StopReason;
use crate::upload::{self, Ended, Promise};

pub(super) use super::came::{Came, Shown};

/// A run that is to be delivered and reported.
pub(super) struct Running<'a> {
    pub(super) common: &'a Common,
    /// What holds for this command only.
    pub(super) sending: &'a Sending,
    /// How fast it is sent, and when to give up.
    pub(super) delivery: Delivery,
    pub(super) target: &'a Target,
    pub(super) about: NewRun,
    pub(super) stopwatch: Stopwatch,
    /// What becomes of an update that turns out to be another than the plan shows.
    pub(super) promise: Promise,
}

impl Running<'_> {
    /// Whether nothing is to be shown while it runs.
    pub(super) fn quiet(&self) -> Quiet {
        let quiet = self.common.quiet || self.common.output == Output::Json;
        if quiet { Quiet::Yes } else { Quiet::No }
    }

    /// Where its words go.
    pub(super) fn screen(&self) -> Screen {
        if self.quiet() == Quiet::Yes {
            Screen::dark()
        } else {
            Screen::stdout()
        }
    }

    /// The pace.
    pub(super) fn pace(&self) -> Rate {
        self.target.pace(self.delivery.rate)
    }

    fn options(&self) -> upload::DeliveryOptions {
        let lanes = self.target.lanes(self.delivery.concurrency);
        upload::DeliveryOptions {
            lanes,
            ahead: sending::ahead(self.pace(), lanes),
            stop_after: self.delivery.stop_after,
            max_errors: self.delivery.max_errors,
            limit: self.sending.limit.unwrap_or(0),
            canary: self.sending.canary.unwrap_or(0),
            settle_after: std::time::Duration::from_secs(self.delivery.settle_after),
            promise: self.promise,
        }
    }

    /// Sends what waits, and ends the run.
    pub(super) fn deliver(
        &self,
        ledger: Sqlite,
        run: &RunId,
        reached: &Reached,
        rows: u64,
    ) -> Result<(Sqlite, Came), Failure> {
        let bar = Progress::new(Some(rows), "sending", self.quiet());
        let before = self.stopwatch.seconds();
        let (place, options) = ((run, &self.about.book), self.options());
        let before_it = self.common.between.code();
        if before_it.is_some() {
            reached.stop.request(StopReason::Person);
        }
        let sent = sending::send(ledger, place, reached, options, &bar);
        bar.finish();
        let (mut ledger, ended) = sent.map_err(|error| broken(error, run))?;
        let came = Came {
            undecided: false,
            run: run.clone(),
            ended,
            interrupted: reached.interrupted.code().or(before_it),
            requests: reached.client.requests(),
            upload_seconds: self.stopwatch.seconds() - before,
            shown: None,
        };
        let totals = ledger.run(&run.0)?.totals;
        ledger.end(run, self.exit_code(&came, &totals))?;
        Ok((ledger, came))
    }

    /// Sends what waits of a run, if anything does, ends it, and reports it; returns the exit code.
    pub(super) fn carry_out(
        &self,
        mut ledger: Sqlite,
        run: &RunId,
        reached: &Reached,
        preface: &[String],
    ) -> Result<u8, Failure> {
        let totals = ledger.run(&run.0)?.totals;
        let (mut ledger, came) = if totals.unsent > 0 {
            self.deliver(ledger, run, reached, totals.unsent)?
        } else {
            let came = Came::planned(run);
            ledger.end(run, self.exit_code(&came, &totals))?;
            (ledger, came)
        };
        let (code, place) = self.report(&ledger, &came, preface)?;
        ledger.reported(run, &place)?;
        Ok(code)
    }

    /// The exit code of this run.
    pub(super) fn exit_code(&self, came: &Came, totals: &Totals) -> u8 {
        exit_code(came, totals, Part::of(&self.about.command))
    }

    /// Where the report of a run goes.
    fn place(&self, run: &str) -> PathBuf {
        let default = || PathBuf::from("rolo-reports").join(run);
        self.sending.report.clone().unwrap_or_else(default)
    }

    /// Tries whether the report can be written, before anything is sent.
    pub(super) fn probe(&self) -> Result<(), Failure> {
        let place = self.place("run");
        Report::probe(&place).map_err(|error| {
            let what = format!(
                "the report cannot be written to `{}`: {error}",
                place.display()
            );
            Failure::new(
                Kind::Usage,
                what,
                "name another folder with --report; nothing was sent",
            )
        })
    }

    fn head(&self, run: &RunId) -> Head {
        Head {
            run: Some(run.0.clone()),
            command: self.about.command.clone(),
            target: self.about.target.clone(),
            vendor: self.about.vendor.clone(),
            source: self.about.source.clone(),
            headers: self.about.headers.clone(),
        }
    }

    /// Writes the report from the ledger and shows the end, behind some lines of the command's own.
    pub(super) fn report(
        &self,
        ledger: &Sqlite,
        came: &Came,
        preface: &[String],
    ) -> Result<(u8, PathBuf), Failure> {
        let displaced = ledger.in_place().err().map(|error| came.displaced(&error));
        let came = displaced.as_ref().unwrap_or(came);
        let totals = ledger.run(&came.run.0)?.totals;
        let head = self.head(&came.run);
        let place = self.place(&came.run.0);
        let mut report = Report::begin(&place, &head)?;
        let mut document = self.document(came)?;
        let mut tally = Tally::of(&head.source);
        let mut broken = None;
        ledger.each_step(&came.run, &mut |settled| {
            let told = match &mut document {
                Some(document) if came.shown.is_some() => {
                    match Difference::of(&settled, ledger, &self.about.book)? {
                        Some(difference) => document.change(&difference.json()),
                        None => Ok(()),
                    }
                }
                _ => Ok(()),
            };
            let entry = ReportRow::from(settled);
            tally.see(&entry);
            let told = told.and_then(|()| {
                document
                    .as_mut()
                    .map_or(Ok(()), |document| document.add(&entry))
            });
            if let Err(error) = told.and_then(|()| report.add(&entry)) {
                broken.get_or_insert(error);
            }
            Ok(())
        })?;
        if let Some(error) = broken {
            return Err(error.into());
        }
        let exit_code = self.exit_code(came, &totals);
        let (timings, stopped) = (self.timings(came), stopped(&came.ended));
        let closing = Closing {
            totals,
            timings,
            exit_code,
            stopped,
        };
        let place = report.finish(&closing)?;
        totals.reconcile()?;
        if let Some(document) = document {
            document.print(&mut super::screen::out(), &head, &closing)?;
        }
        self.show(came, &closing, &tally, &place, preface)?;
        Ok((exit_code, place))
    }

    /// The document of `--output json`, if it is wanted.
    fn document(&self, came: &Came) -> Result<Option<JsonDocument>, Failure> {
        if self.common.output != Output::Json {
            return Ok(None);
        }
        Ok(Some(match &came.shown {
            Some(shown) => JsonDocument::of_plan(shown.members())?,
            None => JsonDocument::new()?,
        }))
    }

    fn timings(&self, came: &Came) -> Timings {
        let mut timings = self.stopwatch.timings(came.requests);
        if came.requests > 0 && came.upload_seconds > 0.0 {
            #[expect(clippy::cast_precision_loss, reason = "a rate, in tenths")]
            let rate = came.requests as f64 / came.upload_seconds;
            timings.effective_rate = Some((rate * 10.0).round() / 10.0);
        }
        timings
    }

    fn show(
        &self,
        came: &Came,
        closing: &Closing,
        tally: &Tally,
        place: &Path,
        preface: &[String],
    ) -> Result<(), Failure> {
        let mut screen = self.screen();
        for line in preface {
            screen.line(line)?;
        }
        screen.line("")?;
        screen.problems(tally, 30)?;
        screen.losses(tally, self.target.profile().name)?;
        screen.totals(&closing.totals, &Fate::ALL[1..])?;
        screen.line(&format!("\nRun {}, report: {}", came.run, place.display()))?;
        screen.flush()?;
        if let Some(stopped) = &closing.stopped {
            let stops_as_wanted = matches!(came.ended, Ended::Limit(_) | Ended::Deadline);
            let word = if stops_as_wanted { "stopped" } else { "error" };
            let brief = stopped_without_values(&came.ended).filter(|_| self.common.quiet);
            let words = brief.as_ref().unwrap_or(stopped);
            let _ = writeln!(std::io::stderr(), "{word}: {}", plain(words));
            let _ = writeln!(std::io::stderr(), "hint: {}", hint(came));
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

/// A ledger that failed while rows were in flight: what was claimed is in doubt, and the next run knows.
fn broken(error: LedgerError, run: &RunId) -> Failure {
    let mut failure = Failure::from(error);
    failure.hints.push(format!(
        "no row's fate is lost: what was in flight is in doubt; mend the cause, then `rolo resume {run}`"
    ));
    failure
}
