//! `rolo import` as nobody watches it: every sheet of a folder or a glob, one after the other, each a run of its own;
//! what is done is put aside, and somebody is told how it ended. One sheet by its name goes the same way.

use std::io::Write as _;
use std::path::Path;

use super::args::spec::Asked;
use super::args::{Common, ImportArgs, Many, Output};
use super::failure::Failure;
use super::interrupt::{self, Interrupted};
use super::ledger;
use super::run_import::{Disposition, ImportDone, ImportRequest, run_import};
use super::text::plain;
use super::view::screen::{Screen, out};
use crate::batch::{
    BatchDocument, BatchError, BatchHost, BatchSummary, FileEvent, FileOutcome, FilePolicy,
    FoundSheet, Hooks, ImportEnd, SheetSource, SheetTurn, run_batch,
};
use crate::config::{Target, Targets};
use crate::engine::RowChoice;
use crate::model::RunId;
use crate::report::Stopwatch;

/// Says something on standard error, whatever the person wants to be shown.
fn say(text: &str) {
    let _ = write!(std::io::stderr(), "{text}");
}

/// Runs the command, says what failed, and tells those who are to be told.
pub(crate) fn run(import: &ImportArgs, common: &Common) -> u8 {
    let stopwatch = Stopwatch::start();
    let source = &import.reading.sheet_file;
    let mut summary = BatchSummary {
        target: import.target.clone(),
        source: source.display().to_string(),
        ..BatchSummary::default()
    };
    let mut hooks = Hooks::default();
    // A signal between two sheets is heard, ends the batch, and is told.
    let mut between = None;
    // Settings that cannot be read are told by the import itself; what the flags say holds for that too.
    let targets = Targets::read(common.config.as_deref()).unwrap_or_default();
    let ended = hooks
        .find(&(&import.telling).into(), &import.target, &targets)
        .and_then(|()| SheetSource::look(source, &(&import.moving).into()))
        .map_err(Failure::from)
        .and_then(|source| match source {
            SheetSource::One => one(import, common, &mut summary),
            SheetSource::Many(sheets) => {
                between = Some(Interrupted::listening());
                many(import, common, &sheets, &mut summary)
            }
        });
    let code = ended.unwrap_or_else(|failure| {
        say(&failure.render());
        failure.kind as u8
    });
    summary.seconds = stopwatch.seconds();
    if !import.dry_run {
        // Standard output is for results; whoever reads the mail of cron sees both.
        for warning in hooks.tell(&summary, code, std::io::stderr().into()) {
            say(&format!("warning: {}\n", plain(&warning)));
        }
    }
    drop(between);
    code
}

fn policy(import: &ImportArgs, many: Many) -> FilePolicy {
    FilePolicy {
        folders: (&import.moving).into(),
        is_one_of_many: many == Many::Yes,
        is_dry_run: import.dry_run,
        limit: import.sending.limit,
        report: import.sending.report.clone(),
    }
}

/// Imports the sheet that was named; it is put aside only where a flag says so.
fn one(import: &ImportArgs, common: &Common, summary: &mut BatchSummary) -> Result<u8, Failure> {
    let sheet = FoundSheet::of(import.reading.sheet_file.clone());
    let ended = import_one(import, (common, Many::No), feed_of(import, common)?);
    let mut host = Unattended {
        import,
        common,
        document: None,
    };
    let end = end_of(&ended);
    summary.sheets.push(if import.reading.is_piped() {
        crate::batch::FileResult::of(&sheet, &end)
    } else {
        policy(import, Many::No).close(&sheet, &end, &mut host)
    });
    ended?;
    Ok(summary.code())
}

/// Imports every sheet that is there, until one shows that no other would fare better.
fn many(
    import: &ImportArgs,
    common: &Common,
    sheets: &[FoundSheet],
    summary: &mut BatchSummary,
) -> Result<u8, Failure> {
    let targets = Targets::read(common.config.as_deref())?;
    Target::find(&import.target, &targets, &import.tuning.overrides())?.account()?;
    if let Some(name) = import.reading.source_name.clone() {
        let source_of_many = summary.source.clone();
        return Err(BatchError::OneName {
            name,
            source_of_many,
        }
        .into());
    }
    if sheets.is_empty() && import.moving.expect_files {
        return Err(BatchError::NoSheet(summary.source.clone()).into());
    }
    let mut screen = Screen::of(common);
    if sheets.is_empty() {
        screen.line(&format!("no sheet in {}", plain(&summary.source)))?;
    }
    let mut host = Unattended {
        import,
        common,
        document: match common.output {
            Output::Json => Some(BatchDocument::begin(&mut out())?),
            Output::Text => None,
        },
    };
    let code = run_batch(sheets, &policy(import, Many::Yes), summary, &mut host)?;
    if let Some(document) = host.document {
        document.end(&mut out(), code)?;
    }
    if summary.sheets.len() > 1 {
        screen.line(&format!("\n{}", summary.sheets_in_words()))?;
    }
    screen.flush()?;
    let waiting = summary.sheets.iter().filter(|sheet| sheet.code.is_none());
    let waiting = waiting.count();
    if waiting > 0 {
        say(&format!(
            "stopped: {waiting} further sheets stay where they are for the next run\n"
        ));
    }
    Ok(code)
}

/// The command line around a batch.
struct Unattended<'a> {
    import: &'a ImportArgs,
    common: &'a Common,
    /// What is printed of each sheet, where there are several.
    document: Option<BatchDocument>,
}

impl BatchHost for Unattended<'_> {
    type Error = Failure;

    fn import(&mut self, turn: &SheetTurn<'_>) -> Result<ImportEnd, Failure> {
        if let Some(document) = &mut self.document {
            document.next(&mut out())?;
        }
        let mut one = self.import.clone();
        one.reading.sheet_file.clone_from(&turn.sheet.path);
        one.sending.limit = turn.limit;
        one.sending.report.clone_from(&turn.report);
        let feed = named(turn.sheet.feed(), &one);
        let ended = import_one(&one, (self.common, Many::Yes), Some(feed));
        if let Err(failure) = &ended {
            if let Some(document) = &self.document {
                let why = (&*failure.source as _, failure.kind as u8);
                document.failed(&mut out(), &turn.sheet.path, why)?;
            }
            let name = plain(&turn.sheet.name());
            say(&format!("{name}:\n{}", failure.render()));
        }
        Ok(end_of(&ended))
    }

    fn hear(&mut self, event: FileEvent<'_>) {
        match event {
            FileEvent::Stays { file, why } => {
                let name = plain(&file.display().to_string());
                say(&format!("warning: `{name}` stays where it is: {why}\n"));
            }
            FileEvent::Moved { outcome, from, to } => {
                let words = plain(&format!("`{}` is now `{}`", from.display(), to.display()));
                if outcome == FileOutcome::Failed {
                    return say(&format!("hint: {words}\n"));
                }
                let mut screen = Screen::of(self.common);
                let _ = screen.line(&words).and_then(|()| screen.flush());
            }
        }
    }

    fn moved(&mut self, run: &RunId, place: &Path) -> Result<(), String> {
        let noted = ledger::open(self.common).and_then(|mut ledger| Ok(ledger.moved(run, place)?));
        noted.map_err(|failure| failure.source.to_string())
    }

    fn interrupted(&self) -> Option<u8> {
        interrupt::came().map(|signal| signal as u8)
    }
}

fn end_of(ended: &Result<ImportDone, Failure>) -> ImportEnd {
    match ended {
        Ok(done) => ImportEnd {
            code: done.code,
            run: done.run.clone(),
            totals: done.totals,
            report: Some(done.report.clone()),
            failure: None,
        },
        Err(failure) => ImportEnd::failed(failure.kind as u8, &*failure.source),
    }
}

/// The feed that the sheet of an import is of: what it is called, else its own path. Standard input has none of its own,
/// which is said.
pub(crate) fn feed_of(import: &ImportArgs, common: &Common) -> Result<Option<String>, Failure> {
    let reading = &import.reading;
    if let Some(name) = &reading.source_name {
        return Ok(Some(named(name.clone(), import)));
    }
    if reading.is_piped() {
        if !common.quiet {
            say(
                "note: standard input is not compared with an earlier import, so that nothing tells whether it has \
                 shrunk or its columns have moved; --source-name NAME says which sheet it is\n",
            );
        }
        return Ok(None);
    }
    let path = std::path::absolute(&reading.sheet_file)?;
    Ok(Some(named(path.display().to_string(), import)))
}

/// A feed's name, with the sheet of the workbook that is read.
fn named(feed: String, import: &ImportArgs) -> String {
    match &import.reading.sheet {
        Some(sheet) => format!("{feed}#{sheet}"),
        None => feed,
    }
}

fn import_one(
    import: &ImportArgs,
    (common, many): (&Common, Many),
    feed: Option<String>,
) -> Result<ImportDone, Failure> {
    let targets = Targets::read(common.config.as_deref())?;
    let asked = Asked::of(import, &targets, many)?;
    let target = Target::of(&asked.spec.target, &targets)?;
    let request = ImportRequest {
        command: "import",
        asked: &asked,
        target: &target,
        sheet: &import.reading.sheet_file,
        sending: &import.sending,
        rows: RowChoice::All,
        source: import.reading.called().cloned(),
        then: Disposition::of(import.dry_run),
        feed,
    };
    run_import(common, request)
}
