//! `rolo migrate`: what one target holds, into another. It is an export and an import on one line: the contacts of
//! the first are the sheet of the second, keyed by the first's own ids, so that it can be done again.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;

use crate::cli::args::spec::Asked;
use crate::cli::args::{Common, Migrate};
use crate::cli::connect::{Connected, connect};
use crate::cli::exit::ExitKind;
use crate::cli::failure::Failure;
use crate::cli::ledger;
use crate::cli::run_import::{Disposition, ImportDone, ImportRequest, run_import};
use crate::cli::text::plain;
use crate::cli::view::ending::LeftOut;
use crate::cli::view::terminal::Terminal;
use crate::config::{Overrides, Target, Targets};
use crate::engine::{
    Account, Exported, Move, Moved, ParentMap, RowChoice, parents_of, read_parent_map, write_map,
};
use crate::model::ParentId;
use crate::private_file;
use crate::sheet::{OutputFormat, writer};

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
        let map = private_or_new(&report.join("map.csv"))?;
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
    let out = writer(OutputFormat::Ndjson, private_file::create_new(sheet)?)?;
    let parents = parents_of(&migrate.parent_of_from, migrate.parents.as_deref())?;
    let Connected { session, .. } = &connect(from, source.pace(None), source.lanes(None), None)?;
    let moving = Move {
        from: source,
        session,
        to,
        parents: &parents,
        map,
        all_under: migrate.tuning.parent.as_deref(),
        host: &Terminal::of(common, LeftOut::Fine),
    };
    let Moved { exported, unmapped } = moving.read(&mut *ledger::open(common)?, out)?;
    if !unmapped.is_empty() {
        return Err(unmapped_parents(migrate, &unmapped));
    }
    if exported.written == 0 {
        return Err(nothing(source, &parents, &exported.unread));
    }
    Ok(exported)
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

/// There is nothing to move, or nothing of it is understood.
fn nothing(from: &Account, parents: &[Option<ParentId>], unread: &[String]) -> Failure {
    let ids: Vec<&str> = parents.iter().flatten().map(ParentId::as_str).collect();
    let under = if ids.is_empty() {
        String::new()
    } else {
        format!(" under {}", ids.join(", "))
    };
    let name = plain(&from.name);
    match unread {
        [] => Failure::new(
            ExitKind::Input,
            format!("`{name}` holds no contacts{under}"),
            "look whether it is the account, and the parent, that was meant; nothing was sent",
        ),
        [first, ..] => Failure::new(
            ExitKind::Input,
            format!(
                "`{name}` holds {} records{under}, and none was understood: {first}",
                unread.len()
            ),
            "look whether its vendor and its switches are right; nothing was sent",
        ),
    }
}

fn unmapped_parents(migrate: &Migrate, missing: &BTreeSet<String>) -> Failure {
    let ids: Vec<&str> = missing.iter().take(10).map(String::as_str).collect();
    Failure::new(
        ExitKind::Input,
        format!(
            "{} parents of `{}` have no counterpart: {}",
            missing.len(),
            migrate.from,
            ids.join(", ")
        ),
        "name them in --parent-map FILE, a line `old,new` each, or put all under one with --parent ID; \
         nothing was sent",
    )
}

/// The map replaces that of an earlier run in the same folder.
fn private_or_new(path: &Path) -> std::io::Result<std::fs::File> {
    if path.exists() {
        std::fs::remove_file(path)?;
    }
    private_file::create_new(path)
}
