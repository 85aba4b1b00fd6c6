//! One import, as every command runs it that reads a sheet and sends it, or shows or saves what it would send: connect,
//! let the engine do it, report. Every row read ends in the report.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::args::spec::Asked;
use super::args::{Common, SendingArgs, without_secrets};
use super::connect::{Connected, connect};
use super::failure::Failure;
use super::ledger;
use super::text::plain;
use super::view::closing::{RunOutcome, RunReport};
use super::view::ending::LeftOut;
use super::view::plan::{View, show};
use super::view::screen::{Screen, Tone};
use super::view::terminal::Terminal;
use crate::config::{Target, Targets};
use crate::engine::{self, Import, OpenedSheet, PlanCounts, RowChoice};
use crate::ledger::Given;
use crate::model::RunId;
use crate::plan::Totals;
use crate::report::{Stopwatch, counts_in_words};
use crate::upload::Promise;

/// One import: what was asked, and what holds for this command only.
pub(crate) struct ImportRequest<'a> {
    /// The command's name.
    pub(crate) command: &'a str,
    /// What was asked.
    pub(crate) asked: &'a Asked,
    /// The target that it names.
    pub(crate) target: &'a Target,
    /// The sheet's file.
    pub(crate) sheet: &'a Path,
    /// What holds for this command only.
    pub(crate) sending: &'a SendingArgs,
    /// Which rows are meant.
    pub(crate) rows: RowChoice,
    /// Where the sheet comes from, if its own name says nothing.
    pub(crate) source: Option<String>,
    /// What becomes of the plan.
    pub(crate) then: Disposition,
    /// The name of the feed that the sheet is of.
    pub(crate) feed: Option<String>,
}

/// What becomes of a plan once it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disposition {
    /// It is sent.
    Send,
    /// It is shown, and forgotten.
    Show,
    /// It is shown, and saved to be applied later.
    Save(View),
}

impl Disposition {
    /// What a command wants that has `--dry-run`.
    pub(crate) fn of(is_dry_run: bool) -> Self {
        if is_dry_run { Self::Show } else { Self::Send }
    }
}

/// What came of it.
pub(crate) struct ImportDone {
    /// The exit code.
    pub(crate) code: u8,
    /// The run; none for a dry run.
    pub(crate) run: Option<RunId>,
    /// Where the report is.
    pub(crate) report: PathBuf,
    /// How many rows met which fate.
    pub(crate) totals: Totals,
}

/// Imports one sheet.
pub(crate) fn run_import(
    common: &Common,
    request: ImportRequest<'_>,
) -> Result<ImportDone, Failure> {
    let stopwatch = Stopwatch::start();
    let (Asked { spec, mapping }, target) = (request.asked, request.target);
    let account = target.account()?;
    warn_of_twin(target, common);
    let program = std::env::current_exe().ok();
    let mut sheet = OpenedSheet::open(request.sheet, &spec.reading, mapping.as_ref(), program)?;
    sheet.demand_understood()?;
    if let Some(source) = request.source {
        sheet.source.about.file = source;
    }
    let parent = account.default_parent();
    let feed = request.feed;
    let given = Given {
        feed: feed.and_then(|name| engine::feed_of(name, parent, &sheet.mapping)),
        ..given()?
    };
    let command = match request.then {
        Disposition::Show => "dry run",
        _ => request.command,
    };
    let about = engine::about(command, spec, &account, &sheet, given)?;
    let job = Job {
        common,
        sending: request.sending,
        report: RunReport {
            common,
            folder: request.sending.report.as_deref(),
            about: &about,
            vendor: account.profile().name,
            stopwatch: &stopwatch,
        },
    };
    if request.then != Disposition::Show {
        job.report.probe()?;
    }
    let Connected { session, .. } =
        &connect(target, (&account, &spec.delivery), request.sending.deadline)?;
    let import = Import {
        spec,
        account: &account,
        session,
        host: &Terminal::of(common, LeftOut::Fine),
        about: about.clone(),
        rows: request.rows,
        wait: request.sending.wait(),
    };
    match request.then {
        Disposition::Send => job.send(&import, &mut sheet),
        Disposition::Show => job.dry_run(&import, &mut sheet),
        Disposition::Save(view) => job.save(&import, &mut sheet, view),
    }
}

/// The command line, what may be a secret left out, and where it was given.
fn given() -> Result<Given, Failure> {
    let arguments = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
    Ok(Given {
        arguments: without_secrets(arguments),
        folder: std::env::current_dir()?,
        feed: None,
    })
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

/// An import and its report.
struct Job<'a> {
    common: &'a Common,
    sending: &'a SendingArgs,
    report: RunReport<'a>,
}

impl Job<'_> {
    /// Plans into a ledger of its own, which is gone afterwards, and shows what a run would send.
    fn dry_run(&self, import: &Import<'_>, sheet: &mut OpenedSheet) -> Result<ImportDone, Failure> {
        let (mut scratch, _folder) = ledger::scratch()?;
        let real = ledger::find(self.common)?;
        let plan = import.preview(sheet, real.as_deref(), &mut *scratch)?;
        let preface = self.preface(sheet, &plan.counts);
        let (code, report) = show(
            &self.report,
            import,
            (&*scratch, &plan),
            View::default(),
            &preface,
        )?;
        Ok(ImportDone {
            code,
            run: None,
            report,
            totals: scratch.run(plan.run.as_str())?.totals,
        })
    }

    /// Plans into the ledger, shows the plan, and leaves it there.
    fn save(
        &self,
        import: &Import<'_>,
        sheet: &mut OpenedSheet,
        view: View,
    ) -> Result<ImportDone, Failure> {
        let (mut ledger, plan) = import.save(sheet, ledger::open(self.common)?)?;
        self.warn_if_empty(import, &plan.counts);
        let preface = self.preface(sheet, &plan.counts);
        let (code, report) = show(&self.report, import, (&*ledger, &plan), view, &preface)?;
        ledger.reported(&plan.run, &report)?;
        ledger.end_later(&plan.run, code)?;
        let totals = ledger.run(plan.run.as_str())?.totals;
        let mut screen = Screen::of(self.common);
        if totals.unsent > 0 {
            screen.line(&format!("`rolo apply {}` sends exactly this", plan.run))?;
        }
        screen.flush()?;
        Ok(ImportDone {
            code,
            run: Some(plan.run),
            report,
            totals,
        })
    }

    /// Plans, sends and reports.
    fn send(&self, import: &Import<'_>, sheet: &mut OpenedSheet) -> Result<ImportDone, Failure> {
        let ledger = ledger::open(self.common)?;
        let sending = self.sending.of(&import.spec.delivery, Promise::Told);
        let mut imported = import.run(sheet, ledger, &sending)?;
        self.warn_if_empty(import, &imported.counts);
        let preface = self.preface(sheet, &imported.counts);
        let outcome = RunOutcome::from(&imported.summary);
        let (code, report) = self.report.write(&*imported.ledger, &outcome, &preface)?;
        let run = imported.summary.run;
        imported.ledger.reported(&run, &report)?;
        Ok(ImportDone {
            code,
            totals: imported.ledger.run(run.as_str())?.totals,
            run: Some(run),
            report,
        })
    }

    /// Says that a sheet has no rows.
    fn warn_if_empty(&self, import: &Import<'_>, counts: &PlanCounts) {
        let is_meant = import.spec.guards.allow_empty && self.common.quiet;
        if counts.is_empty() && !is_meant {
            let _ = writeln!(
                std::io::stderr(),
                "warning: the sheet has no rows; nothing was sent"
            );
        }
    }

    /// What was decided about the sheet, and what the plan holds.
    fn preface(&self, sheet: &OpenedSheet, counts: &PlanCounts) -> Vec<String> {
        let mut lines = vec![super::view::sheet::decided(sheet)];
        if !sheet.has_key() {
            let note = "note: no column tells the rows apart; name and first e-mail or phone do, and a key \
                        column would be surer";
            lines.push(Screen::of(self.common).tone(Tone::Soft, note));
        }
        let target = plain(&self.report.about.target);
        lines.push(format!("Plan for {target}: {}", counts_in_words(counts)));
        lines
    }
}
