//! What the ledger keeps so that doubt can be settled: what a book held before a run, and which steps of which
//! runs have no answer. It stands apart from the rest of the database's words since it is asked at other times.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::row::{self, RUN, SENT, STEP, WAITING};
use super::{LedgerError, Run};
use crate::model::{BookId, ContactKey, Fingerprint, ParentId, RemoteId, RunId};
use crate::plan::{Fate, Known, Link, Step};
use crate::vendor::Payload;

/// A parent as a column: empty for none, since a key's column holds no null.
fn column(parent: Option<&ParentId>) -> &str {
    parent.map_or("", |parent| &parent.0)
}

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
    parents.map(|parent| Ok(parent?.map(ParentId))).collect()
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
            .execute(params![run, column(parent), remote.0])?;
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
    let held = list.query_map(params![run, parent], |row| row.get(0).map(RemoteId))?;
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
        "SELECT {RUN} FROM run WHERE book = ?1 AND EXISTS
         (SELECT 1 FROM fate WHERE fate.run = run.n AND state = '{}' AND action <> 'doubt')
         ORDER BY n",
        Fate::InDoubt.name()
    ))?;
    let mut rows = list.query([&book.0])?;
    let mut runs = Vec::new();
    while let Some(row) = rows.next()? {
        runs.push(row::run(row)?);
    }
    Ok(runs)
}

/// Whether a record belongs to one of our contacts.
pub(super) fn owns(
    database: &Connection,
    book: &BookId,
    remote: &RemoteId,
) -> Result<bool, LedgerError> {
    let mut find = database.prepare_cached("SELECT 1 FROM link WHERE book = ?1 AND remote = ?2")?;
    Ok(find.exists(params![book.0, remote.0])?)
}

/// The planned runs that have something left to do.
pub(super) fn unfinished(database: &Connection) -> Result<Vec<(i64, Run)>, LedgerError> {
    let mut list = database.prepare(&format!(
        "SELECT {RUN} FROM run WHERE planned IS NOT NULL AND coalesce(saved, 'applied') = 'applied' AND EXISTS
         (SELECT 1 FROM fate WHERE fate.run = run.n AND fate.action <> 'doubt'
          AND state IN ('{WAITING}', '{SENT}', '{}')) ORDER BY n DESC",
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
/// would make a record twice, or put it back.
pub(super) fn supersede(database: &mut Connection, run: i64) -> Result<(), LedgerError> {
    let change = database.transaction()?;
    change.execute(
        "UPDATE fate SET state = ?2, message = 'a later run has sent it'
         WHERE run = ?1 AND state = ?3 AND EXISTS
         (SELECT 1 FROM link JOIN run AS own ON own.n = fate.run
          WHERE link.book = own.book AND link.key = fate.key
          AND (fate.action = 'create' OR link.run > fate.run))",
        params![run, Fate::Skipped.name(), WAITING],
    )?;
    change.execute(
        "UPDATE fate SET state = ?2, message = 'another run has sent it, and no answer came'
         WHERE run = ?1 AND state = ?3 AND action = 'create' AND EXISTS
         (SELECT 1 FROM fate AS other JOIN run AS theirs ON theirs.n = other.run
          JOIN run AS own ON own.n = fate.run
          WHERE other.key = fate.key AND other.run <> fate.run AND theirs.book = own.book
          AND other.action = 'create' AND other.state IN (?4, ?5))",
        params![
            run,
            Fate::Skipped.name(),
            WAITING,
            SENT,
            Fate::InDoubt.name()
        ],
    )?;
    Ok(change.commit()?)
}

/// What was sent last for a record before a run.
pub(super) fn prior(
    database: &Connection,
    run: i64,
    remote: &RemoteId,
) -> Result<Option<Payload>, LedgerError> {
    let mut find = database.prepare_cached(
        "SELECT step.payload FROM step JOIN run ON run.n = step.run
         WHERE step.remote = ?2 AND step.run < ?1 AND step.payload IS NOT NULL
         AND step.state IN ('created', 'updated')
         AND run.book = (SELECT book FROM run WHERE n = ?1)
         ORDER BY step.run DESC, step.number DESC LIMIT 1",
    )?;
    let text: Option<String> = find
        .query_row(params![run, remote.0], |row| row.get(0))
        .optional()?;
    text.map(|text| row::json("payload", &text)).transpose()
}

/// What is known of some keys in a book.
pub(super) fn known(
    database: &Connection,
    book: &BookId,
    keys: &[ContactKey],
) -> Result<Known, LedgerError> {
    let mut known = Known::default();
    let mut link =
        database.prepare_cached("SELECT remote, print FROM link WHERE book = ?1 AND key = ?2")?;
    let mut doubt = database.prepare_cached(
        "SELECT run.id FROM fate JOIN run ON run.n = fate.run
         WHERE fate.key = ?2 AND fate.state IN ('sent', 'in_doubt') AND run.book = ?1
         AND fate.action = 'create' LIMIT 1",
    )?;
    for key in keys {
        let found = link
            .query_row([&book.0, &key.0], |row| {
                let (remote, print) = (RemoteId(row.get(0)?), Fingerprint(row.get(1)?));
                Ok(Link {
                    remote,
                    fingerprint: print,
                })
            })
            .optional()?;
        if let Some(found) = found {
            known.links.insert(key.clone(), found);
            continue;
        }
        let run = doubt
            .query_row([&book.0, &key.0], |row| row.get(0).map(RunId))
            .optional()?;
        if let Some(run) = run {
            known.doubts.insert(key.clone(), run);
        }
    }
    Ok(known)
}

/// The key of the contact that a record belongs to.
pub(super) fn key_of(
    database: &Connection,
    book: &BookId,
    remote: &RemoteId,
) -> Result<Option<ContactKey>, LedgerError> {
    let mut find = database.prepare_cached(
        "SELECT key FROM link WHERE book = ?1 AND remote = ?2 ORDER BY at DESC LIMIT 1",
    )?;
    Ok(find
        .query_row(params![book.0, remote.0], |row| row.get(0).map(ContactKey))
        .optional()?)
}

/// What was sent last for a record of a book.
pub(super) fn last_sent(
    database: &Connection,
    book: &BookId,
    remote: &RemoteId,
) -> Result<Option<Payload>, LedgerError> {
    let mut find = database.prepare_cached(
        "SELECT step.payload FROM link JOIN step ON step.run = link.run AND step.key = link.key
         WHERE link.book = ?1 AND link.remote = ?2 AND step.remote = ?2 AND step.payload IS NOT NULL
         ORDER BY link.at DESC LIMIT 1",
    )?;
    let text: Option<String> = find
        .query_row(params![book.0, remote.0], |row| row.get(0))
        .optional()?;
    text.map(|text| row::json("payload", &text)).transpose()
}
