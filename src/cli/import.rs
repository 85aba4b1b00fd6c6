//! `rolo import`: sheet to vendor. Open, plan, upload, report; every row read ends in the report.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use super::args::{Common, Import};
use super::config::Targets;
use super::failure::Failure;
use super::guards;
use super::notify::without_secrets;
use super::opened::{Opened, open};
use super::planning::{self, Counts, Keys, Rows};
use super::progress::Progress;
use super::running::{Came, Running};
use super::screen::{Tone, plain};
use super::sending::settle_earlier;
use super::target::{Reached, Target};
use super::timing::Stopwatch;
use crate::ledger::{Given, Ledger as _, NewRun, Run, Sqlite};
use crate::model::RunId;
use crate::plan::{Action, Totals};
use crate::upload;

/// What an import is part of.
pub(super) struct Meant<'a> {
    /// The command's name.
    pub(super) command: &'a str,
    /// Which rows are meant.
    pub(super) rows: Rows,
    /// The command line.
    pub(super) given: Given,
    /// Where the sheet comes from, if its own name says nothing.
    pub(super) source: Option<String>,
    /// The name of the feed that the sheet is of.
    pub(super) feed: Option<String>,
}

/// What came of it.
pub(super) struct Done {
    /// The exit code.
    pub(super) code: u8,
    /// The run; none for a dry run.
    pub(super) run: Option<RunId>,
    /// Where the report is.
    pub(super) report: PathBuf,
    /// How many rows met which fate.
    pub(super) totals: Totals,
}

/// Imports one sheet.
pub(super) fn again(import: &Import, common: &Common, meant: Meant<'_>) -> Result<Done, Failure> {
    let Meant {
        command,
        rows,
        mut given,
        source,
        feed,
    } = meant;
    let targets = Targets::read(common.config.as_deref())?;
    let target = Target::find(&import.target, &targets, &import.tuning)?;
    let book = target.book()?;
    let mut opened = open(&import.reading)?;
    opened.demand_recognised()?;
    given.feed = feed.and_then(|name| guards::feed(name, &opened.mapping));
    if let Some(source) = source {
        opened.source.about.file = source;
    }
    let about = NewRun {
        book,
        target: target.name.clone(),
        vendor: target.profile().id.to_owned(),
        command: if import.dry_run { "dry run" } else { command }.to_owned(),
        source: serde_json::to_value(&opened.source.about).map_err(std::io::Error::other)?,
        headers: opened.mapping.headers().map(str::to_owned).collect(),
        given,
    };
    let (sending, stopwatch) = (&import.sending, Stopwatch::start());
    let running = Running {
        common,
        sending,
        target: &target,
        about,
        stopwatch,
    };
    let job = Job {
        import,
        running,
        rows,
    };
    if import.dry_run {
        job.dry_run(opened)
    } else {
        job.import(opened)
    }
}

/// The command line, what may be a secret left out, and where it was given.
pub(super) fn given() -> Result<Given, Failure> {
    let arguments = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
    Ok(Given {
        arguments: without_secrets(arguments),
        folder: std::env::current_dir()?,
        feed: None,
    })
}

/// One import, on its way.
struct Job<'a> {
    import: &'a Import,
    running: Running<'a>,
    rows: Rows,
}

impl Job<'_> {
    /// Plans into a ledger of its own, which is gone afterwards, and shows what a run would send.
    fn dry_run(&self, mut opened: Opened) -> Result<Done, Failure> {
        let folder = tempfile::tempdir()?;
        let mut ledger = Sqlite::open(&folder.path().join("plan.sqlite3"))?;
        let run = ledger.begin(&self.running.about)?;
        let path = self.running.common.ledger_path()?;
        let real = if path.exists() {
            Some(Sqlite::open(&path)?)
        } else {
            None
        };
        let last = real.as_ref().map(|real| self.last(real)).transpose()?;
        let last = last.flatten();
        self.import
            .guarding
            .columns(&opened.mapping, last.as_ref())?;
        let counts = self.plan(&mut opened, real.as_ref(), (&mut ledger, &run))?;
        self.guard_rows(&counts, last.as_ref())?;
        let preface = self.preface(&opened, &counts);
        let (code, place) = self
            .running
            .report(&ledger, &Came::planned(&run), &preface)?;
        let requests = place.join("requests.ndjson");
        let mut out = BufWriter::new(File::create(&requests)?);
        loop {
            let steps = ledger.claim(&run, 1000)?;
            if steps.is_empty() {
                break;
            }
            for request in upload::requests(self.running.target.vendor.as_ref(), steps) {
                writeln!(out, "{}", request.shown())?;
            }
        }
        out.flush()?;
        let mut screen = self.running.screen();
        screen.line(&format!(
            "Nothing was sent. What would be: {}",
            requests.display()
        ))?;
        screen.flush()?;
        // Rows that wait are what a dry run is for.
        Ok(Done {
            code,
            run: None,
            report: place,
            totals: ledger.run(&run.0)?.totals,
        })
    }

    fn import(&self, mut opened: Opened) -> Result<Done, Failure> {
        let running = &self.running;
        running.probe()?;
        let reached = running
            .target
            .reach(running.target.pace(self.import.sending.rate))?;
        let mut ledger = Sqlite::open(&running.common.ledger_path()?)?;
        let run = begin(&mut ledger, running)?;
        let counts = match self.prepare(&mut opened, &mut ledger, &run, &reached) {
            Ok(counts) => counts,
            Err(failure) => {
                // Nothing is sent of a plan that is not whole.
                ledger.end(&run, failure.kind as u8)?;
                return Err(failure);
            }
        };
        let sent = |action: Action| counts.get(action.name()).copied().unwrap_or_default();
        let rows = sent(Action::Create) + sent(Action::Update);
        let (mut ledger, came) = if rows == 0 {
            let came = Came::planned(&run);
            let totals = ledger.run(&run.0)?.totals;
            ledger.end(&run, super::running::exit_code(&came, &totals))?;
            (ledger, came)
        } else {
            running.deliver(ledger, &run, &reached, rows)?
        };
        if counts.is_empty() && !(self.import.guarding.allow_empty && running.common.quiet) {
            let _ = writeln!(
                std::io::stderr(),
                "warning: the sheet has no rows; nothing was sent"
            );
        }
        let (code, place) = running.report(&ledger, &came, &self.preface(&opened, &counts))?;
        ledger.reported(&run, &place)?;
        Ok(Done {
            code,
            totals: ledger.run(&run.0)?.totals,
            run: Some(run),
            report: place,
        })
    }

    /// Settles what earlier runs left in doubt, then plans every row.
    fn prepare(
        &self,
        opened: &mut Opened,
        ledger: &mut Sqlite,
        run: &RunId,
        reached: &Reached,
    ) -> Result<Counts, Failure> {
        let book = &self.running.about.book;
        let last = self.last(ledger)?;
        self.import
            .guarding
            .columns(&opened.mapping, last.as_ref())?;
        if !ledger.doubtful_runs(book)?.is_empty() {
            settle_earlier(ledger, book, reached)?;
        }
        let counts = self.plan(opened, None, (ledger, run))?;
        self.guard_rows(&counts, last.as_ref())?;
        ledger.planned(run)?;
        Ok(counts)
    }

    /// The last import of the same feed.
    fn last(&self, ledger: &Sqlite) -> Result<Option<Run>, Failure> {
        let about = &self.running.about;
        guards::last(ledger, &about.book, about.given.feed.as_ref())
    }

    /// Stops where the sheet is empty, or has shrunk; some rows of a sheet are neither.
    fn guard_rows(&self, counts: &Counts, last: Option<&Run>) -> Result<(), Failure> {
        match self.rows {
            Rows::All => self.import.guarding.rows(counts.values().sum(), last),
            Rows::Some { .. } => Ok(()),
        }
    }

    fn plan(
        &self,
        opened: &mut Opened,
        known: Option<&Sqlite>,
        into: (&mut Sqlite, &RunId),
    ) -> Result<Counts, Failure> {
        let spinner = Progress::new(None, "planning", self.running.quiet());
        let asked = planning::Asked {
            target: self.running.target,
            region: self.import.reading.region,
            as_is: self.import.reading.no_repair,
            book: &self.running.about.book,
            known: known.map(|ledger| ledger as &dyn crate::ledger::Ledger),
            rows: &self.rows,
            keys: if self.import.reuse_keys {
                Keys::MayMove
            } else {
                Keys::MeanOne
            },
        };
        let counts = planning::plan(opened, &asked, into, &spinner);
        spinner.finish();
        counts
    }

    /// What was decided about the sheet, and what the plan holds.
    fn preface(&self, opened: &Opened, counts: &Counts) -> Vec<String> {
        let mut lines = vec![opened.decided()];
        if !opened.has_key() {
            let note = "note: no column tells the rows apart; name and first e-mail or phone do, and a key \
                        column would be surer";
            lines.push(self.running.screen().tone(Tone::Soft, note));
        }
        let target = plain(&self.running.target.name);
        lines.push(format!("Plan for {target}: {}", planning::words(counts)));
        lines
    }
}

/// Begins the run; waits for another that writes the same book, if that is wanted.
fn begin(ledger: &mut Sqlite, running: &Running<'_>) -> Result<RunId, Failure> {
    loop {
        match ledger.begin(&running.about) {
            Err(crate::ledger::LedgerError::Held { .. }) if running.sending.wait => {
                std::thread::sleep(std::time::Duration::from_millis(200));
            }
            other => return Ok(other?),
        }
    }
}
