//! Erasing: a person who wants to be forgotten, and runs that are old. What is erased is overwritten, in the
//! write-ahead log too, so that it cannot be read from the file any more.

use rusqlite::{Connection, params};

use super::row::{self, RUN, STEP, WAITING};
use super::{LedgerError, Run};
use crate::plan::{Fate, Step};

/// A run with its number, and how many rows of it were erased.
type Erased = (Vec<(i64, Run)>, u64);

/// Erases whomever `is_meant` means from every run, and the links to them.
pub(super) fn forget(
    database: &mut Connection,
    is_meant: &dyn Fn(&Step) -> bool,
) -> Result<Erased, LedgerError> {
    database.pragma_update(None, "secure_delete", "ON")?;
    let change = database.transaction()?;
    let meant = meant(&change, is_meant)?;
    for (run, number) in &meant {
        change.execute(
            "DELETE FROM link WHERE (book, key) IN (SELECT run.book, step.key FROM step
             JOIN run ON run.n = step.run WHERE step.run = ?1 AND step.number = ?2)",
            params![run, number],
        )?;
        change.execute(
            "UPDATE content SET payload = NULL, print = NULL, held = NULL, cells = '[]', remarks = '[]', lost = '[]',
             changes = '[]'
             WHERE run = ?1 AND number = ?2",
            params![run, number],
        )?;
        change.execute(
            "DELETE FROM basis WHERE run = ?1 AND number = ?2",
            params![run, number],
        )?;
        // A step that waits cannot be sent any more: there is nothing left to send.
        change.execute(
            "UPDATE fate SET key = 'forgotten', remote = NULL, message = NULL,
             state = CASE (SELECT state FROM fated WHERE fated.run = ?1 AND fated.number = ?2)
                     WHEN ?3 THEN ?4 ELSE state END
             WHERE run = ?1 AND number = ?2",
            params![run, number, WAITING, Fate::Skipped.name()],
        )?;
    }
    let mut runs = Vec::new();
    let mut numbers: Vec<i64> = meant.iter().map(|(run, _)| *run).collect();
    numbers.dedup();
    for n in numbers {
        let mut find = change.prepare_cached(&format!("SELECT {RUN} FROM run WHERE n = ?1"))?;
        let mut rows = find.query([n])?;
        if let Some(row) = rows.next()? {
            runs.push(row::run(row)?);
        }
    }
    change.commit()?;
    shrink(database)?;
    Ok((runs, meant.len() as u64))
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
    let erase = |table| {
        change.execute(
            &format!("DELETE FROM {table} WHERE run IN ({old})"),
            [before],
        )
    };
    let rows = erase("content")?;
    change.execute(
        &format!("UPDATE run SET saved = 'dropped' WHERE saved = 'waiting' AND n IN ({old})"),
        [before],
    )?;
    for table in ["fate", "before", "surveyed", "basis"] {
        erase(table)?;
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
