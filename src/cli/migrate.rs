//! `rolo migrate`: what one target holds, into another. It is an export and an import on one line: the contacts of
//! the first are the sheet of the second, keyed by the first's own ids, so that it can be done again.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;

use super::args::{Common, Migrate, Tuning};
use super::config::Targets;
use super::export::{Keys, fetch_all, parents};
use super::failure::{Failure, Kind};
use super::import::{self, Done, Meant, Then, given};
use super::planning::Rows;
use super::screen::plain;
use super::spec::Asked;
use super::target::Target;
use crate::backend::Parent;
use crate::ledger::{Ledger as _, LedgerError, Sqlite};
use crate::model::{BookId, ParentId, RunId};
use crate::sheet::{CsvTable, Written, writer};

/// Parents' ids in the first target, and what they are in the second.
type ParentMap = BTreeMap<String, String>;

/// Runs the command.
pub(super) fn run(migrate: &Migrate, common: &Common) -> Result<u8, Failure> {
    let targets = Targets::read(common.config.as_deref())?;
    let from = Target::find(&migrate.from, &targets, &Tuning::default())?;
    let map = migrate.parent_map.as_deref().map(parent_map).transpose()?;
    let asked = Asked::of_migration(migrate, &targets, map.clone().unwrap_or_default())?;
    let to = Target::of(&asked.spec.target, &targets)?;
    if from.book()? == to.book()? {
        return Err(same_book(&from.name, &to.name));
    }
    // What hangs under nothing at the second target is lost there, and counted; no map is needed for it.
    let all_under = migrate.tuning.parent.clone();
    let needs_map = to.profile().parent != Parent::None && all_under.is_none();
    let missing = Mutex::new(BTreeSet::new());
    let counterpart = |old: &str| all_under.as_ref().or_else(|| map.as_ref()?.get(old));
    let mapped = |parent: &ParentId| {
        if let Some(new) = counterpart(&parent.0) {
            ParentId(new.clone())
        } else {
            missing
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .insert(parent.0.clone());
            parent.clone()
        }
    };
    let folder = tempfile::tempdir()?;
    let sheet = folder.path().join("contacts.ndjson");
    let out = writer(Written::Ndjson, private(&sheet)?)?;
    let parents = parents(&migrate.parent_of_from, migrate.parents.as_deref())?;
    let fetched = fetch_all(
        &from,
        from.pace(None),
        &parents,
        common,
        out,
        (Keys::Records, &mapped),
    )?;
    let missing = missing
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if needs_map && !missing.is_empty() {
        return Err(unmapped(migrate, &missing));
    }
    if fetched.written == 0 {
        return Err(nothing(&from, &parents, &fetched.unread));
    }
    let meant = Meant {
        command: "migrate",
        asked: &asked,
        target: &to,
        sheet: &sheet,
        sending: &migrate.sending,
        rows: Rows::All,
        given: given()?,
        source: Some(from.name.clone()),
        then: Then::of(migrate.dry_run),
        feed: None,
    };
    let Done {
        code, run, report, ..
    } = import::again(common, meant)?;
    if let Some(run) = run {
        let map = report.join("map.csv");
        write_map(
            &Sqlite::open(&common.ledger_path()?)?,
            &run,
            &from.book()?,
            &map,
        )?;
    }
    let is_whole = fetched.unread.is_empty() && fetched.short.is_empty();
    warn(&fetched.unread, &fetched.short);
    Ok(if is_whole || code != 0 {
        code
    } else {
        Kind::Rows as u8
    })
}

fn same_book(from: &str, to: &str) -> Failure {
    Failure::usage(
        format!("`{from}` and `{to}` are the same address book"),
        "name another target with --to",
    )
}

/// Says what of the source was not read.
fn warn(unread: &[String], short: &[String]) {
    for why in unread {
        let words = "a record was not understood";
        let _ = writeln!(std::io::stderr(), "warning: {words}: {why}");
    }
    for why in short {
        let words = "not all contacts may have been read";
        let _ = writeln!(std::io::stderr(), "warning: {words}: {why}");
    }
}

/// A file that only its owner can read: it holds people.
fn private(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true).create_new(true).open(path)
}

/// There is nothing to move, or nothing of it is understood.
fn nothing(from: &Target, parents: &[Option<ParentId>], unread: &[String]) -> Failure {
    let ids: Vec<&str> = parents.iter().flatten().map(|id| id.0.as_str()).collect();
    let under = if ids.is_empty() {
        String::new()
    } else {
        format!(" under {}", ids.join(", "))
    };
    let name = plain(&from.name);
    match unread {
        [] => Failure::new(
            Kind::Input,
            format!("`{name}` holds no contacts{under}"),
            "look whether it is the account, and the parent, that was meant; nothing was sent",
        ),
        [first, ..] => Failure::new(
            Kind::Input,
            format!(
                "`{name}` holds {} records{under}, and none was understood: {first}",
                unread.len()
            ),
            "look whether its vendor and its switches are right; nothing was sent",
        ),
    }
}

fn unmapped(migrate: &Migrate, missing: &BTreeSet<String>) -> Failure {
    let ids: Vec<&str> = missing.iter().take(10).map(String::as_str).collect();
    Failure::new(
        Kind::Input,
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

/// A file of `old,new` lines; a comma, a semicolon or a tab stands between.
fn parent_map(file: &Path) -> Result<ParentMap, Failure> {
    let hint = "the file holds a line `old,new` for each parent";
    let text = crate::sheet::small_text(file).map_err(|error| {
        Failure::new(
            Kind::Usage,
            format!("cannot read `{}`: {error}", file.display()),
            hint,
        )
    })?;
    let mut map = ParentMap::new();
    for (n, line) in (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let pair = line
            .split_once([',', ';', '\t'])
            .map(|(old, new)| (old.trim(), new.trim()));
        match pair {
            Some((old, new)) if !old.is_empty() && !new.is_empty() => {
                map.insert(old.to_owned(), new.to_owned());
            }
            _ => {
                let what = format!(
                    "`{}`, line {n}: `{line}` is not a pair of ids",
                    file.display()
                );
                return Err(Failure::usage(what, hint));
            }
        }
    }
    Ok(map)
}

/// Writes which record of the first target became which of the second.
fn write_map(ledger: &Sqlite, run: &RunId, from: &BookId, path: &Path) -> Result<(), Failure> {
    let mut table = CsvTable::new(private_or_new(path)?, ["old_id", "new_id"])?;
    let mut broken = None;
    ledger.each_step(run, &mut |settled| {
        let step = settled.step;
        if let (Some(old), Some(new)) = (step.key.record_in(from), &step.remote)
            && let Err(error) = table.row([old.0.as_str(), new.0.as_str()])
        {
            broken.get_or_insert(error);
        }
        Ok::<(), LedgerError>(())
    })?;
    if let Some(error) = broken {
        return Err(error.into());
    }
    table.finish()?;
    Ok(())
}

/// The map replaces that of an earlier run in the same folder.
fn private_or_new(path: &Path) -> std::io::Result<std::fs::File> {
    if path.exists() {
        std::fs::remove_file(path)?;
    }
    private(path)
}
