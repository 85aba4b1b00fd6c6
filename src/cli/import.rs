//! `rolo import`: sheet to vendor. Open, plan, upload, report; every row read ends in the report.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::args::{Common, Sending};
use super::config::Targets;
use super::failure::Failure;
use super::forecast::Forecast;
use super::guards;
use super::notify::without_secrets;
use super::opened::{Opened, open};
use super::plan::{View, put_aside};
use super::planning::{self, Counts, Planned, Rows};
use super::progress::Progress;
use super::running::{Came, Running};
use super::screen::{Tone, plain};
use super::sending::settle_earlier;
use super::spec::Asked;
use super::target::{Reached, Target};
use super::timing::Stopwatch;
use super::turn::in_turn;
use crate::engine::ImportSpec;
use crate::ledger::{Given, Ledger as _, NewRun, Run, Sqlite};
use crate::model::RunId;
use crate::plan::{Action, Totals};
use crate::upload::Promise;

/// What an import is part of.
pub(super) struct Meant<'a> {
    /// The command's name.
    pub(super) command: &'a str,
    /// What was asked.
    pub(super) asked: &'a Asked,
    /// The target that it names.
    pub(super) target: &'a Target,
    /// The sheet's file.
    pub(super) sheet: &'a Path,
    /// What holds for this command only.
    pub(super) sending: &'a Sending,
    /// Which rows are meant.
    pub(super) rows: Rows,
    /// The command line, to be shown.
    pub(super) given: Given,
    /// Where the sheet comes from, if its own name says nothing.
    pub(super) source: Option<String>,
    /// What becomes of the plan.
    pub(super) then: Then,
    /// The name of the feed that the sheet is of.
    pub(super) feed: Option<String>,
}

/// What becomes of a plan once it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// It is sent.
    Send,
    /// It is shown, and forgotten.
    Show,
    /// It is shown, and saved to be applied later.
    Save(View),
}

impl Then {
    /// What a command wants that has `--dry-run`.
    pub(super) fn of(is_dry_run: bool) -> Self {
        if is_dry_run { Self::Show } else { Self::Send }
    }
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
pub(super) fn again(common: &Common, meant: Meant<'_>) -> Result<Done, Failure> {
    let Meant {
        command,
        asked: Asked { spec, mapping },
        target,
        sheet,
        sending,
        rows,
        mut given,
        source,
        then,
        feed,
    } = meant;
    let book = target.book()?;
    warn_of_twin(target, common);
    let mut opened = open(sheet, &spec.reading, mapping.as_ref())?;
    opened.demand_sure()?;
    opened.demand_recognised()?;
    given.feed = feed.and_then(|name| guards::feed(name, target.default_parent(), &opened.mapping));
    if let Some(source) = source {
        opened.source.about.file = source;
    }
    let about = NewRun {
        book,
        target: target.name.clone(),
        vendor: target.profile().id.to_owned(),
        command: if then == Then::Show {
            "dry run"
        } else {
            command
        }
        .to_owned(),
        source: serde_json::to_value(&opened.source.about).map_err(std::io::Error::other)?,
        headers: opened.mapping.original().headers().to_vec(),
        given,
        spec: Some(spec.to_json()?),
    };
    let running = Running {
        common,
        sending,
        delivery: spec.delivery.clone(),
        target,
        about,
        stopwatch: Stopwatch::start(),
        promise: Promise::Told,
    };
    let job = Job {
        spec,
        running,
        rows,
        then,
    };
    match then {
        Then::Show => job.dry_run(opened),
        Then::Send => job.import(opened),
        Then::Save(view) => job.save(opened, view),
    }
}

/// Says that another target is the same account, by all that can be seen.
fn warn_of_twin(target: &Target, common: &Common) {
    let targets = Targets::read(common.config.as_deref()).unwrap_or_default();
    let Some(other) = target.twin(&targets) else {
        return;
    };
    let (name, other) = (plain(&target.name), plain(other));
    let _ = writeln!(
        std::io::stderr(),
        "warning: targets `{name}` and `{other}` have the same credentials, and are two address books to rolo; if they are \
         one account, write the same account = \"NAME\" into both: then they share links, and take turns at one pace"
    );
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
pub(super) struct Job<'a> {
    pub(super) spec: &'a ImportSpec,
    pub(super) running: Running<'a>,
    rows: Rows,
    then: Then,
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
        self.spec.guards.columns(&opened.mapping, last.as_ref())?;
        let reached = self.reach()?;
        let planned = self.plan(
            &mut opened,
            (real.as_ref(), last.as_ref()),
            (&mut ledger, &run),
            &reached,
        )?;
        let planned = planned.whole()?;
        self.show(&ledger, &run, (&opened, planned.counts), View::default())
    }

    fn import(&self, mut opened: Opened) -> Result<Done, Failure> {
        let running = &self.running;
        running.probe()?;
        let reached = self.reach()?;
        let (ledger, run, planned) = self.planned(&mut opened, &reached)?;
        let counts = &planned.counts;
        let sent = |action: Action| counts.get(action.name()).copied().unwrap_or_default();
        let rows = sent(Action::Create) + sent(Action::Update) + sent(Action::Delete);
        let (mut ledger, came) = if rows == 0 || planned.halt.is_some() {
            let mut ledger = ledger;
            let came = Came {
                ended: planned.ended(&reached),
                interrupted: reached.interrupted.code(),
                requests: reached.client.requests(),
                undecided: planned.halt.is_some(),
                ..Came::planned(&run)
            };
            let totals = ledger.run(&run.0)?.totals;
            ledger.end(&run, running.exit_code(&came, &totals))?;
            (ledger, came)
        } else {
            running.deliver(ledger, &run, &reached, rows)?
        };
        self.warn_if_empty(counts);
        let (code, place) = running.report(&ledger, &came, &self.preface(&opened, counts))?;
        ledger.reported(&run, &place)?;
        Ok(Done {
            code,
            totals: ledger.run(&run.0)?.totals,
            run: Some(run),
            report: place,
        })
    }

    /// Begins a run of which every row is planned.
    pub(super) fn planned(
        &self,
        opened: &mut Opened,
        reached: &Reached,
    ) -> Result<(Sqlite, RunId, Planned), Failure> {
        let running = &self.running;
        let mut ledger = Sqlite::open(&running.common.ledger_path()?)?;
        let run = in_turn(running.sending, running.common, || {
            Ok(ledger.begin(&running.about))
        })?;
        match self.prepare(opened, &mut ledger, &run, reached) {
            Ok(planned) => Ok((ledger, run, planned)),
            Err(failure) => {
                // Nothing is sent of a plan that is not whole.
                ledger.end(&run, failure.kind as u8)?;
                Err(failure)
            }
        }
    }

    /// Settles what earlier runs left in doubt, then plans every row; a plan that is to be saved is put aside before
    /// anybody could take it for a run to be resumed.
    fn prepare(
        &self,
        opened: &mut Opened,
        ledger: &mut Sqlite,
        run: &RunId,
        reached: &Reached,
    ) -> Result<Planned, Failure> {
        let book = &self.running.about.book;
        let last = self.last(ledger)?;
        self.spec.guards.columns(&opened.mapping, last.as_ref())?;
        if !ledger.doubtful_runs(book)?.is_empty() {
            settle_earlier(ledger, book, reached, &self.spec.delivery)?;
        }
        let planned = self.plan(opened, (None, last.as_ref()), (ledger, run), reached)?;
        if planned.halt.is_some() {
            // Nothing is sent of rows that are not decided, and nothing of them is kept.
            return Ok(planned);
        }
        if let Then::Save(_) = self.then {
            put_aside(ledger, run, (self.running.target, reached))?;
        }
        ledger.planned(run)?;
        Ok(planned)
    }

    /// Says that a sheet has no rows.
    pub(super) fn warn_if_empty(&self, counts: &Counts) {
        let is_meant = self.spec.guards.allow_empty && self.running.common.quiet;
        if counts.is_empty() && !is_meant {
            let _ = writeln!(
                std::io::stderr(),
                "warning: the sheet has no rows; nothing was sent"
            );
        }
    }

    /// The last import of the same feed.
    fn last(&self, ledger: &Sqlite) -> Result<Option<Run>, Failure> {
        let about = &self.running.about;
        guards::last(ledger, &about.book, about.given.feed.as_ref())
    }

    /// Stops where the sheet is empty, or has shrunk; some rows of a sheet are neither.
    fn guard_rows(&self, rows: u64, last: Option<&Run>) -> Result<(), Failure> {
        match self.rows {
            Rows::All => self.spec.guards.rows(rows, last),
            Rows::Some { .. } => Ok(()),
        }
    }

    fn plan(
        &self,
        opened: &mut Opened,
        (known, last): (Option<&Sqlite>, Option<&Run>),
        into: (&mut Sqlite, &RunId),
        reached: &Reached,
    ) -> Result<Planned, Failure> {
        let spinner = Progress::new(None, "planning", self.running.quiet());
        let asked = planning::Asked {
            target: self.running.target,
            region: self.spec.reading.region,
            as_is: self.spec.reading.no_repair,
            book: &self.running.about.book,
            known,
            rows: &self.rows,
            policy: &self.spec.policy,
            guards: &self.spec.guards,
            gate: &|rows| self.guard_rows(rows, last),
            shows: self.then != Then::Send,
            reached,
        };
        let planned = planning::plan(opened, &asked, into, &spinner);
        if let (Then::Send, Ok(planned)) = (self.then, &planned) {
            let pace = self.running.pace();
            let forecast = Forecast::of(planned.requests, pace).words();
            if let Some(words) = forecast {
                spinner.say(&words);
            }
        }
        spinner.finish();
        planned
    }

    /// The line to the target, at the pace that is wanted.
    pub(super) fn reach(&self) -> Result<Reached, Failure> {
        let reached = self.running.target.reach(self.running.pace())?;
        reached.end_at(self.running.sending.deadline);
        Ok(reached)
    }

    /// What was decided about the sheet, and what the plan holds.
    pub(super) fn preface(&self, opened: &Opened, counts: &Counts) -> Vec<String> {
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
