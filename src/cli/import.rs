//! `rolo import`: sheet to vendor. Open, plan, upload, report; every row read ends in the report.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use super::args::{Common, Import, Output};
use super::config::Targets;
use super::failure::{Failure, Kind};
use super::interrupt::Interrupted;
use super::opened::{Opened, open};
use super::planning::{self, Counts};
use super::progress::{Progress, Quiet};
use super::screen::{Screen, Tone, plain};
use super::sending;
use super::target::Target;
use super::timing::Stopwatch;
use crate::ledger::{Ledger as _, NewRun, Sqlite};
use crate::model::RunId;
use crate::plan::{Action, Fate, Totals};
use crate::report::{Closing, Document, Entry, Head, Report, Tally, Timings};
use crate::upload::{self, Ended};

/// Runs the command.
pub(super) fn run(import: &Import, common: &Common) -> Result<u8, Failure> {
    let targets = Targets::read(common.config.as_deref())?;
    let target = Target::find(&import.target, &targets, &import.tuning)?;
    let book = target.book()?;
    let mut opened = open(&import.reading)?;
    opened.demand_recognised()?;
    let new = NewRun {
        book,
        target: target.name.clone(),
        vendor: target.profile().id.to_owned(),
        command: if import.dry_run { "dry run" } else { "import" }.to_owned(),
        source: serde_json::to_value(&opened.source.about).map_err(std::io::Error::other)?,
        headers: opened.mapping.headers().map(str::to_owned).collect(),
    };
    let job = Job {
        import,
        common,
        target,
        new,
        stopwatch: Stopwatch::start(),
    };
    if import.dry_run {
        job.dry_run(opened)
    } else {
        job.import(opened)
    }
}

/// One import, on its way.
struct Job<'a> {
    import: &'a Import,
    common: &'a Common,
    target: Target,
    new: NewRun,
    stopwatch: Stopwatch,
}

/// What came of it, before it is reported.
struct Came {
    run: RunId,
    counts: Counts,
    ended: Ended,
    interrupted: Option<u8>,
    requests: u64,
    upload_seconds: f64,
}

impl Job<'_> {
    fn quiet(&self) -> Quiet {
        let quiet = self.common.quiet || self.common.output == Output::Json;
        if quiet { Quiet::Yes } else { Quiet::No }
    }

    fn screen(&self) -> Screen {
        if self.quiet() == Quiet::Yes {
            Screen::dark()
        } else {
            Screen::stdout()
        }
    }

    /// Plans into a ledger of its own, which is gone afterwards, and shows what a run would send.
    fn dry_run(&self, mut opened: Opened) -> Result<u8, Failure> {
        let folder = tempfile::tempdir()?;
        let mut ledger = Sqlite::open(&folder.path().join("plan.sqlite3"))?;
        let run = ledger.begin(&self.new)?;
        let path = self.common.ledger_path()?;
        let real = if path.exists() {
            Some(Sqlite::open(&path)?)
        } else {
            None
        };
        let counts = self.plan(&mut opened, real.as_ref(), (&mut ledger, &run))?;
        let came = Came {
            run: run.clone(),
            counts,
            ended: Ended::Finished,
            interrupted: None,
            requests: 0,
            upload_seconds: 0.0,
        };
        let (code, place) = self.report(&ledger, &came, &opened)?;
        let requests = place.join("requests.ndjson");
        let mut out = BufWriter::new(File::create(&requests)?);
        loop {
            let steps = ledger.claim(&run, 1000)?;
            if steps.is_empty() {
                break;
            }
            for request in upload::requests(self.target.vendor.as_ref(), steps) {
                writeln!(out, "{}", request.shown())?;
            }
        }
        out.flush()?;
        let mut screen = self.screen();
        screen.line(&format!(
            "Nothing was sent. What would be: {}",
            requests.display()
        ))?;
        screen.flush()?;
        Ok(code)
    }

    fn import(&self, mut opened: Opened) -> Result<u8, Failure> {
        let rate = self.target.pace(self.import.rate);
        let reached = self.target.reach(rate)?;
        let mut ledger = Sqlite::open(&self.common.ledger_path()?)?;
        let run = ledger.begin(&self.new)?;
        let counts = match self.plan(&mut opened, None, (&mut ledger, &run)) {
            Ok(counts) => counts,
            Err(failure) => {
                // The sheet broke off: nothing is sent of a plan that is not whole.
                ledger.end(&run, failure.kind as u8)?;
                return Err(failure);
            }
        };
        let sent = |action: Action| counts.get(action.name()).copied().unwrap_or_default();
        let rows = sent(Action::Create) + sent(Action::Update);
        let options = upload::Options {
            lanes: self.target.lanes(self.import.concurrency),
            ahead: sending::ahead(rate, self.target.lanes(self.import.concurrency)),
            stop_after: self.import.stop_after,
        };
        let interrupted = Interrupted::default();
        let bar = Progress::new(Some(rows), "sending", self.quiet());
        let before = self.stopwatch.seconds();
        let (mut ledger, ended) =
            sending::send(ledger, &run, &reached, options, &interrupted, rows, &bar)?;
        bar.finish();
        let came = Came {
            run,
            counts,
            ended: ended?,
            interrupted: interrupted.code(),
            requests: reached.client.requests(),
            upload_seconds: self.stopwatch.seconds() - before,
        };
        let totals = ledger.run(&came.run.0)?.totals;
        ledger.end(&came.run, exit_code(&came, &totals))?;
        let (code, _) = self.report(&ledger, &came, &opened)?;
        Ok(code)
    }

    fn plan(
        &self,
        opened: &mut Opened,
        known: Option<&Sqlite>,
        into: (&mut Sqlite, &RunId),
    ) -> Result<Counts, Failure> {
        let spinner = Progress::new(None, "planning", self.quiet());
        let known = known.map(|ledger| ledger as &dyn crate::ledger::Ledger);
        let (region, book) = (self.import.reading.region, &self.new.book);
        let counts = planning::plan(opened, &self.target, region, book, known, into, &spinner);
        spinner.finish();
        counts
    }

    fn head(&self, run: &RunId) -> Head {
        Head {
            run: Some(run.0.clone()),
            command: self.new.command.clone(),
            target: self.new.target.clone(),
            vendor: self.new.vendor.clone(),
            source: self.new.source.clone(),
            headers: self.new.headers.clone(),
        }
    }

    /// Writes the report from the ledger and shows the end; the totals reconcile, or it is an error.
    fn report(
        &self,
        ledger: &Sqlite,
        came: &Came,
        opened: &Opened,
    ) -> Result<(u8, PathBuf), Failure> {
        let totals = ledger.run(&came.run.0)?.totals;
        let head = self.head(&came.run);
        let default = || PathBuf::from("rolo-reports").join(&came.run.0);
        let place = self.import.report.clone().unwrap_or_else(default);
        let mut report = Report::begin(&place, &head)?;
        let mut document = (self.common.output == Output::Json)
            .then(Document::new)
            .transpose()?;
        let mut tally = Tally::of(&head.source);
        let mut broken = None;
        ledger.each_step(&came.run, &mut |settled| {
            let entry = Entry::from(settled);
            tally.see(&entry);
            let told = document
                .as_mut()
                .map_or(Ok(()), |document| document.add(&entry));
            if let Err(error) = told.and_then(|()| report.add(&entry)) {
                broken.get_or_insert(error);
            }
            Ok(())
        })?;
        if let Some(error) = broken {
            return Err(error.into());
        }
        let code = exit_code(came, &totals);
        let closing = Closing {
            totals,
            timings: self.timings(came),
            exit_code: code,
            stopped: stopped(&came.ended),
        };
        let place = report.finish(&closing)?;
        totals.reconcile()?;
        if let Some(document) = document {
            document.print(&mut std::io::stdout().lock(), &head, &closing)?;
        }
        self.show(came, opened, &closing, &tally, &place)?;
        Ok((code, place))
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
        opened: &Opened,
        closing: &Closing,
        tally: &Tally,
        place: &std::path::Path,
    ) -> Result<(), Failure> {
        let mut screen = self.screen();
        screen.line(&opened.decided())?;
        if !opened.has_key() {
            let note = "note: no column tells the rows apart; name and first e-mail or phone do, and a key \
                        column would be surer";
            let note = screen.tone(Tone::Soft, note);
            screen.line(&note)?;
        }
        let target = plain(&self.target.name);
        screen.line(&format!(
            "Plan for {target}: {}\n",
            planning::words(&came.counts)
        ))?;
        screen.problems(tally, 30)?;
        screen.losses(tally, self.target.profile().name)?;
        screen.totals(&closing.totals, &Fate::ALL[1..])?;
        screen.line(&format!("\nRun {}, report: {}", came.run, place.display()))?;
        screen.flush()?;
        if let Some(stopped) = &closing.stopped {
            let _ = writeln!(std::io::stderr(), "error: {}", plain(stopped));
            let _ = writeln!(std::io::stderr(), "hint: {}", hint(&came.ended));
        }
        Ok(())
    }
}

/// Why a run ended before its end, in words.
fn stopped(ended: &Ended) -> Option<String> {
    match ended {
        Ended::Finished => None,
        Ended::Stopped => Some("the run was stopped".to_owned()),
        Ended::StopLoss(why) => Some(format!(
            "too many refusals in a row for the same reason: {why}"
        )),
        Ended::SignIn(why) => Some(format!("the vendor does not let us in: {why}")),
        Ended::Unavailable(why) => Some(format!("the vendor cannot be reached: {why}")),
    }
}

fn hint(ended: &Ended) -> &'static str {
    match ended {
        Ended::Finished => "",
        Ended::Stopped => "import again: what was created is linked and is not sent twice",
        Ended::StopLoss(_) => "mend the cause and import again, or raise --stop-after",
        Ended::SignIn(_) => "check the target's credentials and import again",
        Ended::Unavailable(_) => "check base_url and the network, then import again",
    }
}

fn exit_code(came: &Came, totals: &Totals) -> u8 {
    match came.ended {
        Ended::SignIn(_) => Kind::SignIn as u8,
        Ended::Unavailable(_) => Kind::Unavailable as u8,
        Ended::StopLoss(_) => Kind::Guard as u8,
        Ended::Stopped => came.interrupted.unwrap_or(Kind::Interrupted as u8),
        Ended::Finished if totals.in_doubt > 0 => Kind::Doubt as u8,
        Ended::Finished if totals.rejected + totals.refused > 0 => Kind::Rows as u8,
        Ended::Finished => 0,
    }
}
