//! Erasing: a person who wants to be forgotten, and runs that are old. What is erased is overwritten, in the
//! write-ahead log too, so that it cannot be read from the file any more.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, Transaction, params};

use super::lock::Lock;
use super::row::{self, RUN, STEP};
use super::{LedgerError, Run, links};
use crate::plan::{Fate, Step};

/// A run with its number, and how many rows of it were erased.
type Erased = (Vec<(i64, Run)>, u64);

/// What is said of a row that was to be sent.
const UNSENT: &str = "forgotten before it was sent";
/// What is said of a row that was sent, and of which no answer came.
const UNKNOWN: &str =
    "forgotten before an answer came; whether the vendor has the record is not known";

/// Erases whomever `is_meant` means from every run, and the links to them; the ledger's path is where its books' locks
/// are.
pub(super) fn forget(
    database: &mut Connection,
    path: &Path,
    is_meant: &dyn Fn(&Step) -> bool,
) -> Result<Erased, LedgerError> {
    database.pragma_update(None, "secure_delete", "ON")?;
    let change = database.transaction()?;
    let meant = meant(&change, is_meant)?;
    let runs = runs(&change, &meant)?;
    // What a run has in its hands cannot be erased there: it would send the rest of a batch under wrong names.
    let _held = hold(path, &runs)?;
    for &place in &meant {
        erase(&change, place)?;
    }
    change.commit()?;
    shrink(database)?;
    Ok((runs, meant.len() as u64))
}

/// The runs of some steps, in order.
fn runs(database: &Connection, meant: &[(i64, i64)]) -> Result<Vec<(i64, Run)>, LedgerError> {
    let mut numbers: Vec<i64> = meant.iter().map(|(run, _)| *run).collect();
    numbers.dedup();
    let mut find = database.prepare_cached(&format!("SELECT {RUN} FROM run WHERE n = ?1"))?;
    let mut runs = Vec::new();
    for n in numbers {
        let mut rows = find.query([n])?;
        if let Some(row) = rows.next()? {
            runs.push(row::run(row)?);
        }
    }
    Ok(runs)
}

/// Takes the locks of the books of some runs.
fn hold(path: &Path, runs: &[(i64, Run)]) -> Result<Vec<Lock>, LedgerError> {
    let books: BTreeMap<&str, &Run> = runs
        .iter()
        .map(|(_, run)| (run.about.book.0.as_str(), run))
        .collect();
    let mut locks = Vec::new();
    for run in books.into_values() {
        let lock = Lock::take(path, &run.about.book)?;
        locks.push(lock.ok_or_else(|| LedgerError::Busy {
            target: run.about.target.clone(),
        })?);
    }
    Ok(locks)
}

/// Erases one step, by run and number.
fn erase(change: &Transaction<'_>, (run, number): (i64, i64)) -> Result<(), LedgerError> {
    change.execute(
        "DELETE FROM link WHERE (book, key, parent) IN (SELECT link.book, link.key, link.parent FROM fate
         JOIN run ON run.n = fate.run JOIN link ON link.book = run.book AND link.key = fate.key
         AND (link.parent IN (fate.parent, '') OR fate.parent = '')
         WHERE fate.run = ?1 AND fate.number = ?2)",
        params![run, number],
    )?;
    change.execute(
        "UPDATE content SET payload = NULL, print = NULL, identity = NULL, held = NULL, held_identity = NULL,
         record = NULL, cells = '[]', remarks = '[]', lost = '[]', changes = '[]'
         WHERE run = ?1 AND number = ?2",
        params![run, number],
    )?;
    change.execute(
        "DELETE FROM basis WHERE run = ?1 AND number = ?2",
        params![run, number],
    )?;
    let mut find =
        change.prepare_cached("SELECT state FROM fated WHERE run = ?1 AND number = ?2")?;
    let state: String = find.query_row(params![run, number], |row| row.get(0))?;
    // There is nothing left to send, or to look for at the vendor: both come to their end here.
    let (state, message) = match row::fate(&state)? {
        Fate::Unsent => (Fate::Skipped, Some(UNSENT)),
        Fate::InDoubt => (Fate::Skipped, Some(UNKNOWN)),
        fate => (fate, None),
    };
    change.execute(
        "UPDATE fate SET key = 'forgotten', remote = NULL, linked = 1, state = ?3, message = ?4
         WHERE run = ?1 AND number = ?2",
        params![run, number, state.name(), message],
    )?;
    Ok(())
}

/// The steps that are meant: run and number, in order.
fn meant(
    database: &Connection,
    is_meant: &dyn Fn(&Step) -> bool,
) -> Result<Vec<(i64, i64)>, LedgerError> {
    let mut list = database.prepare(&format!(
        "SELECT {STEP}, run FROM step ORDER BY run, number"
    ))?;
    let mut rows = list.query([])?;
    let mut meant = Vec::new();
    while let Some(row) = rows.next()? {
        let step = row::settled(row)?.step;
        if is_meant(&step) {
            meant.push((row.get("run")?, step.number.cast_signed()));
        }
    }
    Ok(meant)
}

/// Erases the rows of runs that ended before a time and have nothing in doubt.
pub(super) fn prune(database: &mut Connection, before: &str) -> Result<u64, LedgerError> {
    database.pragma_update(None, "secure_delete", "ON")?;
    let change = database.transaction()?;
    let old = "SELECT n FROM run WHERE ended < ?1 AND NOT EXISTS
               (SELECT 1 FROM fated WHERE fated.run = run.n AND fated.state IN ('sent', 'in_doubt'))";
    let empty = |table| {
        change.execute(
            &format!("DELETE FROM {table} WHERE run IN ({old})"),
            [before],
        )
    };
    links::keep_identities(&change, old, before)?;
    let rows = empty("content")?;
    change.execute(
        &format!("UPDATE run SET saved = 'dropped' WHERE saved = 'waiting' AND n IN ({old})"),
        [before],
    )?;
    for table in ["fate", "before", "surveyed", "basis"] {
        empty(table)?;
    }
    change.commit()?;
    shrink(database)?;
    Ok(rows as u64)
}

/// Gives the space back, and empties the write-ahead log.
fn shrink(database: &Connection) -> Result<(), LedgerError> {
    database.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")?;
    Ok(())
}
