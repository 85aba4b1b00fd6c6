//! `rolo import` as nobody watches it: every sheet of a folder or a glob, one after the other, each a run of its own;
//! what is done is put aside, and somebody is told how it ended. One sheet by its name goes the same way.

use std::collections::BTreeSet;

use super::discover::{Inbox, Sheet};
use super::notify::Hooks;
use super::policy::{Desk, Next, came, outcome, say, waiting};
use super::summary::{Night, weight};
use crate::cli::args::spec::Asked;
use crate::cli::args::{Common, Import, Many};
use crate::cli::exit::ExitKind;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupted;
use crate::cli::run_import::{Disposition, ImportDone, ImportRequest, run_import};
use crate::cli::text::plain;
use crate::cli::view::documents::Documents;
use crate::cli::view::screen::Screen;
use crate::cli::view::timing::Stopwatch;
use crate::config::{Target, Targets};
use crate::engine::RowChoice;

/// Runs the command, says what failed, and tells those who are to be told.
pub(crate) fn run(import: &Import, common: &Common) -> u8 {
    let stopwatch = Stopwatch::start();
    let source = &import.reading.sheet_file;
    let mut night = Night {
        target: import.target.clone(),
        source: source.display().to_string(),
        ..Night::default()
    };
    let mut hooks = Hooks::default();
    // A signal between two sheets is heard, ends the batch, and is told.
    let mut between = None;
    // Settings that cannot be read are told by the import itself; what the flags say holds for that too.
    let targets = Targets::read(common.config.as_deref()).unwrap_or_default();
    let ended = hooks
        .find(&import.telling, &import.target, &targets)
        .and_then(|()| Inbox::look(source, &import.moving))
        .and_then(|inbox| match inbox {
            Inbox::One => one(import, common, &mut night),
            Inbox::Many(sheets) => {
                between = Some(Interrupted::listening());
                many(import, common, &sheets, &mut night)
            }
        });
    let code = ended.unwrap_or_else(|failure| {
        say(&failure.render());
        failure.kind as u8
    });
    night.seconds = stopwatch.seconds();
    if !import.dry_run {
        hooks.tell(&night, code);
    }
    drop(between);
    code
}

/// Imports the sheet that was named; it is put aside only where a flag says so.
fn one(import: &Import, common: &Common, night: &mut Night) -> Result<u8, Failure> {
    let sheet = Sheet::of(import.reading.sheet_file.clone());
    let is_file = !import.reading.is_piped();
    let ended = import_one(import, (common, Many::No), feed_of(import, common)?);
    let desk = Desk {
        import,
        common,
        many: Many::No,
    };
    if is_file {
        night.sheets.push(desk.close(&sheet, &ended));
    } else {
        let fits = outcome(&ended).0;
        night.sheets.push(came(&sheet, &ended, fits));
    }
    ended?;
    Ok(night.code())
}

/// Imports every sheet that is there, until one shows that no other would fare better.
fn many(
    import: &Import,
    common: &Common,
    sheets: &[Sheet],
    night: &mut Night,
) -> Result<u8, Failure> {
    let targets = Targets::read(common.config.as_deref())?;
    Target::find(&import.target, &targets, &import.tuning.overrides())?.account()?;
    if let Some(name) = &import.reading.source_name {
        return Err(Failure::usage(
            format!(
                "`--source-name {name}` names one sheet, and `{}` holds any number",
                night.source
            ),
            "leave it out: each sheet of a folder or a glob is compared with the last one of its own name",
        ));
    }
    if sheets.is_empty() && import.moving.expect_files {
        return Err(Failure::new(
            ExitKind::Guard,
            format!("there is no sheet in `{}`", night.source),
            "check the program that delivers the files, or drop --expect-files to allow an empty folder",
        ));
    }
    let desk = Desk {
        import,
        common,
        many: Many::Yes,
    };
    let mut screen = Screen::of(common);
    if sheets.is_empty() {
        screen.line(&format!("no sheet in {}", plain(&night.source)))?;
    }
    let code = each(&desk, sheets, night)?;
    if night.sheets.len() > 1 {
        screen.line(&format!("\n{}", night.sheets_in_words()))?;
    }
    screen.flush()?;
    let waiting = night.sheets.iter().filter(|sheet| sheet.code.is_none());
    let waiting = waiting.count();
    if waiting > 0 {
        say(&format!(
            "stopped: {waiting} further sheets stay where they are for the next run\n"
        ));
    }
    Ok(code)
}

fn each(desk: &Desk<'_>, sheets: &[Sheet], night: &mut Night) -> Result<u8, Failure> {
    let mut documents = Documents::begin(desk.common)?;
    let (mut code, mut stopped) = (0, false);
    let mut names = BTreeSet::new();
    // Another rolo may have dealt with a sheet since.
    for sheet in sheets.iter().filter(|sheet| sheet.path.exists()) {
        stopped = stopped || desk.must_stop(night, &mut code);
        if stopped {
            night.sheets.push(waiting(sheet));
            continue;
        }
        documents.next()?;
        let one = desk.prepared(sheet, night, &mut names);
        let ended = import_one(
            &one,
            (desk.common, Many::Yes),
            Some(named(sheet.feed(), &one)),
        );
        if let Err(failure) = &ended {
            documents.failed(sheet, failure)?;
            say(&format!("{}:\n{}", plain(&sheet.name()), failure.render()));
        }
        stopped = outcome(&ended).1 == Next::Stop;
        night.sheets.push(desk.close(sheet, &ended));
    }
    let code = [code, night.code()]
        .into_iter()
        .max_by_key(|code| weight(*code));
    let code = code.unwrap_or(0);
    documents.end(code)?;
    Ok(code)
}

/// The feed that the sheet of an import is of: what it is called, else its own path. Standard input has none of its own,
/// which is said.
pub(crate) fn feed_of(import: &Import, common: &Common) -> Result<Option<String>, Failure> {
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
fn named(feed: String, import: &Import) -> String {
    match &import.reading.sheet {
        Some(sheet) => format!("{feed}#{sheet}"),
        None => feed,
    }
}

fn import_one(
    import: &Import,
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
