//! `rolo export`: what a target holds, as a file of contacts.

use std::io::Write as _;
use std::path::Path;

use serde_json::json;

use super::convert::{folder_of, format_of, keep};
use crate::cli::args::{Common, Export, Output};
use crate::cli::connect::{Connected, connect};
use crate::cli::exit::ExitKind;
use crate::cli::failure::Failure;
use crate::cli::ledger;
use crate::cli::text::plain;
use crate::cli::view::ending::LeftOut;
use crate::cli::view::screen::{self, Screen};
use crate::cli::view::terminal::Terminal;
use crate::config::{Target, Targets};
use crate::engine::{ExportKeys, ExportRequest, Exported, export};
use crate::model::ParentId;
use crate::sheet::writer;

/// Runs the command.
pub(crate) fn run(arguments: &Export, common: &Common) -> Result<u8, Failure> {
    let format = format_of(&arguments.out, &arguments.vcard)?;
    let targets = Targets::read(common.config.as_deref())?;
    let overrides = arguments.tuning().overrides();
    let target = Target::find(&arguments.target, &targets, &overrides)?;
    let parents = parents(&arguments.parent, arguments.parents.as_deref())?;
    let unwritable = |error: std::io::Error| {
        let hint = "check that the folder is there and may be written to";
        let what = format!("cannot write `{}`: {error}", arguments.out.display());
        Failure::new(ExitKind::Usage, what, hint)
    };
    let draft = tempfile::NamedTempFile::new_in(folder_of(&arguments.out)).map_err(unwritable)?;
    let out = writer(format, draft.reopen()?)?;
    let account = target.account()?;
    let (pace, lanes) = (account.pace(arguments.rate), account.lanes(None));
    let Connected { session, .. } = &connect(&target, pace, lanes, None)?;
    let request = ExportRequest {
        account: &account,
        session,
        parents: &parents,
        keys: ExportKeys::Known,
        parent: &ParentId::clone,
        host: &Terminal::of(common, LeftOut::Fine),
    };
    let exported = export(&request, &mut *ledger::open(common)?, out)?;
    keep(draft, &arguments.out).map_err(unwritable)?;
    let code = if exported.is_whole() {
        0
    } else {
        ExitKind::Rows as u8
    };
    tell(arguments, common, &exported, code)?;
    Ok(code)
}

/// The parents that are asked for: those of the flag and of the file, or all.
pub(crate) fn parents(
    named: &[String],
    file: Option<&Path>,
) -> Result<Vec<Option<ParentId>>, Failure> {
    let mut ids = named.to_vec();
    if let Some(file) = file {
        let text = crate::sheet::small_text(file).map_err(|error| {
            let what = format!("cannot read `{}`: {error}", file.display());
            Failure::new(ExitKind::Usage, what, "the file holds one id a line")
        })?;
        ids.extend(
            text.lines()
                .map(|line| line.trim().to_owned())
                .filter(|id| !id.is_empty()),
        );
    }
    if ids.is_empty() {
        return Ok(vec![None]);
    }
    Ok(ids.into_iter().map(|id| Some(ParentId::new(id))).collect())
}

fn tell(
    export: &Export,
    common: &Common,
    Exported {
        written,
        unread,
        short,
        lost,
    }: &Exported,
    code: u8,
) -> Result<(), Failure> {
    if common.output == Output::Json {
        let document = json!({
            "version": 1, "run": null, "target": export.target,
            "totals": {"read": *written + unread.len() as u64, "written": written, "unread": unread.len()},
            "problems": short.iter().chain(unread).collect::<Vec<_>>(), "losses": lost, "exit_code": code,
        });
        writeln!(screen::out(), "{document}")?;
        return Ok(());
    }
    let mut screen = Screen::unless_quiet(common);
    screen.line(&format!("{written} contacts of {}", plain(&export.target)))?;
    for why in short {
        screen.line(&format!("there may be more: {}", plain(why)))?;
    }
    for why in unread.iter().take(20) {
        screen.line(&format!("not understood: {}", plain(why)))?;
    }
    for (name, count) in lost {
        screen.line(&format!("{count} × {name} finds no place in this format"))?;
    }
    screen.line(&format!("Written: {}", export.out.display()))?;
    screen.flush()?;
    Ok(())
}
