//! `rolo plan`: an import up to the point where something would be sent. The plan stands in the ledger, with what it
//! stands on, and `rolo apply` sends it. A dry run shows the same and keeps nothing.

use std::io::{BufWriter, Write as _};

use clap::Args;

use super::args::{Common, Import};
use super::config::Targets;
use super::diff;
use super::failure::Failure;
use super::forecast::Forecast;
use super::import::{self, Done, Job, Meant, Then, given};
use super::inbox::Many;
use super::nightly::feed_of;
use super::opened::Opened;
use super::planning::{Counts, Rows};
use super::running::{Came, Shown};
use super::screen::Tone;
use super::sending::look;
use super::spec::Asked;
use super::target::{Reached, Target};
use crate::ledger::{Ledger as _, LedgerError, Sqlite};
use crate::model::{Fingerprint, RunId};
use crate::plan::{Action, Fate, Step};
use crate::upload::Requests;
use crate::wire::Foreseen;

/// `rolo plan`.
#[derive(Debug, Args)]
pub(super) struct Plan {
    /// The import that is planned; how it is sent is said to `apply`.
    #[command(flatten)]
    pub(super) import: Import,
    /// Show every change, not the first few
    #[arg(long)]
    pub(super) all: bool,
    /// End with 0 if nothing would change and 2 if something would; rows that are wrong make 3 or 10 all the same
    #[arg(long)]
    pub(super) detailed_exitcode: bool,
}

/// How a plan is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct View {
    /// How many rows that change something are shown.
    most: u64,
    /// The exit code where something would change.
    code: u8,
}

impl Default for View {
    fn default() -> Self {
        Self {
            most: diff::MOST,
            code: 0,
        }
    }
}

/// The exit code of changes, for whoever asks for it.
const CHANGES: u8 = 2;

/// Runs the command.
pub(super) fn run(plan: &Plan, common: &Common) -> Result<u8, Failure> {
    refuse_what_apply_is_told(&plan.import)?;
    let view = View {
        most: if plan.all { u64::MAX } else { diff::MOST },
        code: if plan.detailed_exitcode { CHANGES } else { 0 },
    };
    let import = &plan.import;
    let targets = Targets::read(common.config.as_deref())?;
    let asked = Asked::of(import, &targets, Many::No)?;
    let target = Target::of(&asked.spec.target, &targets)?;
    let meant = Meant {
        command: "plan",
        asked: &asked,
        target: &target,
        sheet: &import.reading.sheet_file,
        sending: &import.sending,
        rows: Rows::All,
        given: given()?,
        source: import.reading.called().cloned(),
        feed: feed_of(import, common)?,
        then: Then::Save(view),
    };
    import::again(common, meant).map(|done| done.code)
}

/// A flag that would do nothing here is refused, not swallowed.
fn refuse_what_apply_is_told(import: &Import) -> Result<(), Failure> {
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

impl Job<'_> {
    /// Plans into the ledger, shows the plan, and leaves it there.
    pub(super) fn save(&self, mut opened: Opened, view: View) -> Result<Done, Failure> {
        let running = &self.running;
        running.probe()?;
        let reached = self.reach()?;
        let (mut ledger, run, planned) = self.planned(&mut opened, &reached)?;
        // The book is free until the plan is applied.
        ledger.end(&run, 0)?;
        let counts = planned.whole()?.counts;
        self.warn_if_empty(&counts);
        let done = self.show(&ledger, &run, (&opened, counts), view)?;
        ledger.reported(&run, &done.report)?;
        ledger.end(&run, done.code)?;
        let mut screen = running.screen();
        if ledger.run(&run.0)?.totals.unsent > 0 {
            screen.line(&format!("`rolo apply {run}` sends exactly this"))?;
        }
        screen.flush()?;
        Ok(Done {
            run: Some(run),
            ..done
        })
    }

    /// Shows a plan: its changes, problems and losses, the very requests, and how long they would take.
    pub(super) fn show(
        &self,
        ledger: &Sqlite,
        run: &RunId,
        (opened, counts): (&Opened, Counts),
        view: View,
    ) -> Result<Done, Failure> {
        let running = &self.running;
        let mut screen = running.screen();
        for line in self.preface(opened, &counts) {
            screen.line(&line)?;
        }
        diff::show(&mut screen, ledger, (run, &running.about.book), view.most)?;
        if let Some(rows) = counts.get(Action::Reject.name()) {
            let note = format!("  ! {rows} rejected, and not sent; the problems say why");
            screen.line(&screen.tone(Tone::Bad, &note))?;
        }
        screen.flush()?;
        let (requests, forecast) = self.requests(ledger, run)?;
        let words = forecast.words();
        let (code, counts) = (view.code, counts);
        let shown = Shown {
            counts,
            forecast,
            code,
        };
        let came = Came::shown(run, shown);
        let (code, place) = running.report(ledger, &came, &[])?;
        let file = place.join("requests.ndjson");
        std::fs::copy(requests.path(), &file)?;
        if let Some(line) = words {
            screen.line(&line)?;
        }
        let file = file.display();
        screen.line(&format!("Nothing was sent. What would be: {file}"))?;
        screen.flush()?;
        Ok(Done {
            code,
            run: None,
            report: place,
            totals: ledger.run(&run.0)?.totals,
        })
    }

    /// The requests that would be sent, in a file, and what they take.
    fn requests(
        &self,
        ledger: &Sqlite,
        run: &RunId,
    ) -> Result<(tempfile::NamedTempFile, Forecast), Failure> {
        let target = self.running.target;
        let mut file = tempfile::NamedTempFile::new()?;
        let mut out = BufWriter::new(&mut file);
        let mut forecast = Forecast::new(self.running.pace());
        let mut broken = None;
        each_request(target, ledger, run, |sent| match sent {
            Sent::Step(step) => forecast.see(step, target.vendor.as_ref()),
            Sent::Batch(requests) => {
                forecast.request();
                for request in requests {
                    broken = broken.take().or(writeln!(out, "{}", request.shown()).err());
                }
            }
        })?;
        out.flush()?;
        drop(out);
        broken.map_or(Ok((file, forecast)), |error| Err(error.into()))
    }
}

/// What is seen of a plan on its way to requests.
enum Sent<'a> {
    Step(&'a Step),
    Batch(&'a [Foreseen]),
}

/// Hands over every waiting step of a run, and the requests of every batch that they make.
fn each_request(
    target: &Target,
    ledger: &Sqlite,
    run: &RunId,
    mut each: impl FnMut(Sent<'_>),
) -> Result<(), LedgerError> {
    let mut requests = Requests::of(target.vendor.as_ref());
    ledger.each_step(run, &mut |settled| {
        if settled.fate == Fate::Unsent {
            each(Sent::Step(&settled.step));
            if let Some(batch) = requests.add(settled.step) {
                each(Sent::Batch(&batch));
            }
        }
        Ok(())
    })?;
    for batch in requests.rest() {
        each(Sent::Batch(&batch));
    }
    Ok(())
}

/// A digest of the requests that a run would send.
pub(super) fn digest(
    target: &Target,
    ledger: &Sqlite,
    run: &RunId,
) -> Result<Fingerprint, LedgerError> {
    let mut digest = Fingerprint::of("");
    each_request(target, ledger, run, |sent| {
        if let Sent::Batch(requests) = sent {
            for request in requests {
                digest = Fingerprint::of(&format!("{} {}", digest.0, request.shown()));
            }
        }
    })?;
    Ok(digest)
}

/// Saves a run whose steps all stand in the ledger as a plan, with what it stands on.
pub(super) fn put_aside(
    ledger: &mut Sqlite,
    run: &RunId,
    (target, reached): (&Target, &Reached),
) -> Result<(), Failure> {
    let requests = digest(target, ledger, run)?;
    ledger.save(run, &requests)?;
    let sight = look(ledger, run, reached)?;
    if sight.unseen > 0 {
        let _ = writeln!(
            std::io::stderr(),
            "warning: {} does not show {} of what the plan stands on; whether that changes cannot be told",
            target.profile().name,
            sight.unseen
        );
    }
    Ok(sight.keep(ledger, run)?)
}
