//! What is kept so that doubt can be settled: what a book held before a run, and which steps of which runs have no
//! answer.

use std::collections::HashSet;

use rusqlite::{Connection, params};

use super::row::{self, AGAIN, RUN, SENT, STEP, WAITING, column};
use crate::ledger::{LedgerError, Run, message};
use crate::model::{BookId, ParentId, RemoteId};
use crate::plan::{Fate, Step};

/// What a run's waiting creates hang under.
pub(super) fn parents(
    database: &Connection,
    run: i64,
) -> Result<Vec<Option<ParentId>>, LedgerError> {
    let mut list = database.prepare(&format!(
        "SELECT DISTINCT json_extract(payload, '$.parent') FROM step
         WHERE run = ?1 AND action = 'create' AND state = '{WAITING}' ORDER BY 1"
    ))?;
    let parents = list.query_map([run], |row| row.get::<_, Option<String>>(0))?;
    parents
        .map(|parent| Ok(parent?.map(ParentId::new)))
        .collect()
}

/// Keeps what a parent held before the run.
pub(super) fn survey(
    database: &mut Connection,
    run: i64,
    parent: Option<&ParentId>,
    held: &[RemoteId],
) -> Result<(), LedgerError> {
    let change = database.transaction()?;
    for remote in held {
        change
            .prepare_cached(
                "INSERT OR IGNORE INTO before (run, parent, remote) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![run, column(parent), remote.as_str()])?;
    }
    change.execute(
        "INSERT OR IGNORE INTO surveyed (run, parent) VALUES (?1, ?2)",
        params![run, column(parent)],
    )?;
    Ok(change.commit()?)
}

/// What a parent held before the run; `None` where nobody looked.
pub(super) fn surveyed(
    database: &Connection,
    run: i64,
    parent: Option<&ParentId>,
) -> Result<Option<HashSet<RemoteId>>, LedgerError> {
    let parent = column(parent);
    let looked = database
        .prepare_cached("SELECT 1 FROM surveyed WHERE run = ?1 AND parent = ?2")?
        .exists(params![run, parent])?;
    if !looked {
        return Ok(None);
    }
    let mut list =
        database.prepare_cached("SELECT remote FROM before WHERE run = ?1 AND parent = ?2")?;
    let held = list.query_map(params![run, parent], |row| {
        row.get::<_, String>(0).map(RemoteId::new)
    })?;
    Ok(Some(held.collect::<Result<_, _>>()?))
}

/// The steps of a run that are in doubt.
pub(super) fn steps(database: &Connection, run: i64) -> Result<Vec<Step>, LedgerError> {
    let mut list = database.prepare(&format!(
        "SELECT {STEP} FROM step WHERE run = ?1 AND state IN ('{SENT}', '{}')
         AND action <> 'doubt' ORDER BY number",
        Fate::InDoubt.name()
    ))?;
    let mut rows = list.query([run])?;
    let mut steps = Vec::new();
    while let Some(row) = rows.next()? {
        steps.push(row::settled(row)?.step);
    }
    Ok(steps)
}

/// The runs on a book that have steps in doubt.
pub(super) fn runs(database: &Connection, book: &BookId) -> Result<Vec<(i64, Run)>, LedgerError> {
    let mut list = database.prepare(&format!(
        "SELECT {RUN} FROM run WHERE book = ?1 AND over = 0 AND EXISTS
         (SELECT 1 FROM fate WHERE fate.run = run.n AND state = '{}' AND action <> 'doubt')
         ORDER BY n",
        Fate::InDoubt.name()
    ))?;
    let mut rows = list.query([book.as_str()])?;
    let mut runs = Vec::new();
    while let Some(row) = rows.next()? {
        runs.push(row::run(row)?);
    }
    Ok(runs)
}

/// The planned runs that have something left to do.
pub(super) fn unfinished(database: &Connection) -> Result<Vec<(i64, Run)>, LedgerError> {
    let mut list = database.prepare(&format!(
        "SELECT {RUN} FROM run WHERE planned IS NOT NULL AND over = 0 AND coalesce(saved, 'applied') = 'applied'
         AND EXISTS (SELECT 1 FROM fated WHERE fated.run = run.n AND fated.action <> 'doubt'
          AND fated.state IN ('{WAITING}', '{SENT}', '{}')) ORDER BY n DESC",
        Fate::InDoubt.name()
    ))?;
    let mut rows = list.query([])?;
    let mut runs = Vec::new();
    while let Some(row) = rows.next()? {
        runs.push(row::run(row)?);
    }
    Ok(runs)
}

/// Marks the waiting steps of a run whose contact a later run has sent since: sending the older words again
/// would make a record twice, or put it back. What dead runs had sent is in doubt by now: the book's lock is held.
pub(super) fn supersede(database: &mut Connection, run: i64) -> Result<(), LedgerError> {
    let skipped = Fate::Skipped.name();
    let change = database.transaction()?;
    change.execute(
        "UPDATE fate SET state = ?2, message = ?5
         WHERE run = ?1 AND state IN (?3, ?4) AND EXISTS
         (SELECT 1 FROM link JOIN run AS own ON own.n = fate.run
          WHERE link.book = own.book AND link.key = fate.key AND link.parent IN (fate.parent, '')
          AND (fate.action = 'create' OR link.run > fate.run))",
        params![run, skipped, WAITING, AGAIN, message::SUPERSEDED],
    )?;
    change.execute(
        "UPDATE fate SET state = ?2, message = ?5
         WHERE run = ?1 AND state IN (?3, ?4) AND action = 'create' AND EXISTS
         (SELECT 1 FROM fate AS other JOIN run AS theirs ON theirs.n = other.run
          JOIN run AS own ON own.n = fate.run
          WHERE other.key = fate.key AND other.parent = fate.parent
          AND other.run <> fate.run AND theirs.book = own.book
          AND other.action = 'create' AND other.state = 'in_doubt')",
        params![run, skipped, WAITING, AGAIN, message::SENT_ELSEWHERE],
    )?;
    Ok(change.commit()?)
}
