//! Erasing: a person who wants to be forgotten, and runs that are old. What is erased is overwritten, in the
//! write-ahead log too, so that it cannot be read from the file any more.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::follow;
use super::lock::Lock;
use super::row::{self, RUN, STEP};
use crate::ledger::{Forgotten, LedgerError, Run, Sought, message};
use crate::model::{BookId, ContactKey, RemoteId};
use crate::plan::{Fate, IdentityDigest};

/// Erases whoever is sought from every run, and the links to them; the ledger's path is where its books' locks are. The
/// runs come with their numbers.
pub(super) fn forget(
    database: &mut Connection,
    path: &Path,
    sought: &Sought,
) -> Result<(Vec<(i64, Run)>, Forgotten), LedgerError> {
    database.pragma_update(None, "secure_delete", "ON")?;
    let change = database.transaction()?;
    let meant = meant(&change, sought)?;
    let runs = runs(&change, &meant)?;
    let links = sought_links(&change, sought)?;
    let books = runs.iter().map(|(_, run)| run.about.book.clone());
    let books = books.chain(links.iter().map(|link| link.book.clone()));
    // What a run has in its hands cannot be erased there: it would send the rest of a batch under wrong names.
    let _held = hold(&change, path, books.collect())?;
    let mut records = records(&change, &meant)?;
    for &place in &meant {
        erase(&change, place)?;
    }
    let mut erased = 0;
    for link in links {
        erased += change.execute(
            "DELETE FROM link WHERE book = ?1 AND key = ?2 AND parent = ?3",
            params![link.book.as_str(), link.key.as_str(), link.parent],
        )? as u64;
        records.insert((link.book, link.remote));
    }
    change.commit()?;
    shrink(database)?;
    let forgotten = Forgotten {
        runs: Vec::new(),
        rows: meant.len() as u64,
        links: erased,
        records,
    };
    Ok((runs, forgotten))
}

/// A link to whoever is sought.
struct SoughtLink {
    book: BookId,
    key: ContactKey,
    parent: String,
    remote: RemoteId,
}

fn sought_links(database: &Connection, sought: &Sought) -> Result<Vec<SoughtLink>, LedgerError> {
    let mut list = database
        .prepare("SELECT book, key, parent, remote, identity FROM link ORDER BY 1, 2, 3")?;
    let mut rows = list.query([])?;
    let mut links = Vec::new();
    while let Some(row) = rows.next()? {
        let key = ContactKey::new(row.get::<_, String>(1)?);
        let identity: Option<String> = row.get(4)?;
        let identity = identity.as_deref().map(IdentityDigest::read);
        let record = (
            BookId::new(row.get::<_, String>(0)?),
            RemoteId::new(row.get::<_, String>(3)?),
        );
        if sought.is_linked(&key, &record, identity.as_ref()) {
            let (book, remote) = record;
            links.push(SoughtLink {
                book,
                key,
                parent: row.get(2)?,
                remote,
            });
        }
    }
    Ok(links)
}

/// The records of some steps.
fn records(
    database: &Connection,
    meant: &[(i64, i64)],
) -> Result<HashSet<(BookId, RemoteId)>, LedgerError> {
    let mut find = database.prepare(
        "SELECT run.book, fate.remote FROM fate JOIN run ON run.n = fate.run
         WHERE fate.run = ?1 AND fate.number = ?2 AND fate.remote IS NOT NULL",
    )?;
    let mut records = HashSet::new();
    for place in meant {
        let found = find.query_map(params![place.0, place.1], |row| {
            Ok((
                BookId::new(row.get::<_, String>(0)?),
                RemoteId::new(row.get::<_, String>(1)?),
            ))
        })?;
        for record in found {
            records.insert(record?);
        }
    }
    Ok(records)
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

/// Takes the locks of some books.
fn hold(
    database: &Connection,
    path: &Path,
    books: BTreeSet<BookId>,
) -> Result<Vec<Lock>, LedgerError> {
    let mut locks = Vec::new();
    for book in books {
        let Some(lock) = Lock::take(path, &book)? else {
            let name = "SELECT json_extract(about, '$.target') FROM run WHERE book = ?1 ORDER BY n DESC LIMIT 1";
            let target: Option<Option<String>> = database
                .query_row(name, [book.as_str()], |row| row.get(0))
                .optional()?;
            return Err(LedgerError::Busy {
                target: target.flatten().unwrap_or(book.into_string()),
            });
        };
        locks.push(lock);
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
        Fate::Unsent => (Fate::Skipped, Some(message::FORGOTTEN_UNSENT)),
        Fate::InDoubt => (Fate::Skipped, Some(message::FORGOTTEN_UNKNOWN)),
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
fn meant(database: &Connection, sought: &Sought) -> Result<Vec<(i64, i64)>, LedgerError> {
    if sought.person.is_none() {
        return Ok(Vec::new());
    }
    let mut list = database.prepare(&format!(
        "SELECT {STEP}, run FROM step ORDER BY run, number"
    ))?;
    let mut rows = list.query([])?;
    let mut meant = Vec::new();
    while let Some(row) = rows.next()? {
        let step = row::settled(row)?.step;
        if sought.is_in(&step)? {
            meant.push((row.get("run")?, step.number.cast_signed()));
        }
    }
    Ok(meant)
}

/// The runs that ended before a time and have nothing in doubt.
pub(super) const OLD: &str = "SELECT n FROM run WHERE ended < ?1 AND NOT EXISTS
    (SELECT 1 FROM fated WHERE fated.run = run.n AND fated.state IN ('sent', 'in_doubt'))";

/// How many rows of such runs there are.
pub(super) fn count_old(database: &Connection, before: &str) -> Result<u64, LedgerError> {
    let count = format!("SELECT count(*) FROM content WHERE run IN ({OLD})");
    let rows: i64 = database.query_row(&count, [before], |row| row.get(0))?;
    Ok(rows.unsigned_abs())
}

/// Erases the rows of runs that ended before a time and have nothing in doubt.
pub(super) fn prune(database: &mut Connection, before: &str) -> Result<u64, LedgerError> {
    database.pragma_update(None, "secure_delete", "ON")?;
    let change = database.transaction()?;
    let old = OLD;
    let empty = |table| {
        change.execute(
            &format!("DELETE FROM {table} WHERE run IN ({old})"),
            [before],
        )
    };
    follow::keep_identities(&change, old, before)?;
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
