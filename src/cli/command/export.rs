//! `rolo export`: what a target holds, as a file of contacts.

use std::io::Write as _;

use serde_json::json;

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
use crate::engine::{Delivery, ExportKeys, ExportRequest, Exported, export, parents_of};
use crate::model::ParentId;
use crate::sheet::{OutputFile, OutputFormat, Writer};

/// Runs the command.
pub(crate) fn run(arguments: &Export, common: &Common) -> Result<u8, Failure> {
    let format = OutputFormat::of_file(&arguments.out, &arguments.vcard)?;
    let targets = Targets::read(common.config.as_deref())?;
    let overrides = arguments.tuning().overrides();
    let target = Target::find(&arguments.target, &targets, &overrides)?;
    let parents = parents_of(&arguments.parent, arguments.parents.as_deref())?;
    let file = OutputFile::begin(&arguments.out)?;
    let out = Writer::begin(format, file.open()?)?;
    let account = target.account()?;
    let delivery = Delivery {
        rate: arguments.rate,
        ..Delivery::default()
    };
    let Connected { session, .. } = &connect(&target, (&account, &delivery), None)?;
    let request = ExportRequest {
        account: &account,
        session,
        parents: &parents,
        keys: ExportKeys::Known,
        parent: &ParentId::clone,
        host: &Terminal::of(common, LeftOut::Fine),
    };
    let exported = export(&request, &mut *ledger::open(common)?, out)?;
    file.keep()?;
    let code = if exported.is_whole() {
        0
    } else {
        ExitKind::Rows as u8
    };
    tell(arguments, common, &exported, code)?;
    Ok(code)
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
