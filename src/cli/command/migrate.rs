//! `rolo migrate`: what one target holds, into another. It is an export and an import on one line: the contacts of
//! the first are the sheet of the second, keyed by the first's own ids, so that it can be done again.

use std::io::Write as _;
use std::path::Path;

use crate::cli::args::spec::Asked;
use crate::cli::args::{Common, Migrate};
use crate::cli::connect::{Connected, connect};
use crate::cli::exit::ExitKind;
use crate::cli::failure::Failure;
use crate::cli::ledger;
use crate::cli::run_import::{Disposition, ImportDone, ImportRequest, run_import};
use crate::cli::view::ending::LeftOut;
use crate::cli::view::terminal::Terminal;
use crate::config::{Overrides, Target, Targets};
use crate::engine::{
    Account, Delivery, Exported, Move, ParentMap, RowChoice, parents_of, read_parent_map, write_map,
};
use crate::private_file;
use crate::sheet::{OutputFormat, Writer};

/// Runs the command.
pub(crate) fn run(migrate: &Migrate, common: &Common) -> Result<u8, Failure> {
    let targets = Targets::read(common.config.as_deref())?;
    let from = Target::find(&migrate.from, &targets, &Overrides::default())?;
    let map = migrate
        .parent_map
        .as_deref()
        .map(read_parent_map)
        .transpose()?;
    let asked = Asked::of_migration(migrate, &targets, map.clone().unwrap_or_default())?;
    let to = Target::of(&asked.spec.target, &targets)?;
    let (source, account) = (from.account()?, to.account()?);
    if source.book == account.book {
        return Err(same_book(&from.name, &to.name));
    }
    let folder = tempfile::tempdir()?;
    let sheet = folder.path().join("contacts.ndjson");
    let exported = read(
        migrate,
        common,
        (&from, &source),
        &account,
        (map.as_ref(), &sheet),
    )?;
    let request = ImportRequest {
        command: "migrate",
        asked: &asked,
        target: &to,
        sheet: &sheet,
        sending: &migrate.sending,
        rows: RowChoice::All,
        source: Some(from.name.clone()),
        then: Disposition::of(migrate.dry_run),
        feed: None,
    };
    let ImportDone {
        code, run, report, ..
    } = run_import(common, request)?;
    if let Some(run) = run {
        // The map replaces that of an earlier run in the same folder.
        let map = private_file::replace(&report.join("map.csv"))?;
        write_map(&*ledger::open(common)?, &run, &source.book, map)?;
    }
    warn(&exported);
    Ok(if exported.is_whole() || code != 0 {
        code
    } else {
        ExitKind::Rows as u8
    })
}

/// Reads the first target into a sheet.
fn read(
    migrate: &Migrate,
    common: &Common,
    (from, source): (&Target, &Account),
    to: &Account,
    (map, sheet): (Option<&ParentMap>, &Path),
) -> Result<Exported, Failure> {
    let out = Writer::begin(OutputFormat::Ndjson, private_file::create_new(sheet)?)?;
    let parents = parents_of(&migrate.parent_of_from, migrate.parents.as_deref())?;
    let Connected { session, .. } = &connect(from, (source, &Delivery::default()), None)?;
    let moving = Move {
        from: source,
        session,
        to,
        parents: &parents,
        map,
        all_under: migrate.tuning.parent.as_deref(),
        host: &Terminal::of(common, LeftOut::Fine),
    };
    Ok(moving.read(&mut *ledger::open(common)?, out)?)
}

fn same_book(from: &str, to: &str) -> Failure {
    Failure::usage(
        format!("`{from}` and `{to}` are the same address book"),
        "name another target with --to",
    )
}

/// Says what of the source was not read.
fn warn(exported: &Exported) {
    for why in &exported.unread {
        let words = "a record was not understood";
        let _ = writeln!(std::io::stderr(), "warning: {words}: {why}");
    }
    for why in &exported.short {
        let words = "not all contacts may have been read";
        let _ = writeln!(std::io::stderr(), "warning: {words}: {why}");
    }
}
