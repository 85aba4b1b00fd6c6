//! Links: which record each of our contacts is, in one book. A fate is written while the vendor waits, and its link
//! follows from it: many at a time, in the order of their keys, before anybody asks. Writing each link with its
//! fate would touch a page of the index for each, since keys come in no order.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::write::now;
use super::{LedgerError, row};
use crate::model::{BookId, ContactKey, Fingerprint, RemoteId, RunId};
use crate::plan::{Known, Link};
use crate::vendor::Payload;

// Links are looked up by their record once for each row of a sheet. SQLite knows nothing of how many links a book has, and
// would take the primary key for as good an index where more than its columns is asked for: it read every link of the
// book for each row, and a sheet took as long as the square of its rows. So each statement names the index.

/// The key of the contact that a record belongs to.
const KEY_OF: &str = "SELECT key FROM link INDEXED BY link_remote
    WHERE book = ?1 AND remote = ?2 ORDER BY at DESC LIMIT 1";

/// What was sent last for a record.
const LAST_SENT: &str = "SELECT content.payload FROM link INDEXED BY link_remote
    JOIN content ON content.run = link.run AND content.number = link.number
    WHERE link.book = ?1 AND link.remote = ?2 AND content.payload IS NOT NULL
    ORDER BY link.run DESC LIMIT 1";

/// The step that wrote a record of a run's book last.
const WRITTEN_BY: &str = "SELECT link.run, link.number FROM run
    JOIN link INDEXED BY link_remote ON link.book = run.book AND link.remote = ?2
    WHERE run.n = ?1 AND link.number IS NOT NULL ORDER BY link.run DESC LIMIT 1";

/// Writes the links that follow from a run's fates. A link that a later run wrote stays; what says nothing any more
/// has none.
pub(super) fn follow(change: &Transaction<'_>, run: i64) -> rusqlite::Result<()> {
    change
        .prepare_cached(
            "INSERT INTO link (book, key, remote, print, run, number, made, at)
             SELECT run.book, fate.key, fate.remote, coalesce(fate.holds, content.print), run.n, fate.number,
                    fate.state = 'created', ?2
             FROM fate JOIN content ON content.run = fate.run AND content.number = fate.number
             JOIN run ON run.n = fate.run
             WHERE fate.run = ?1 AND fate.linked = 0 AND fate.state IN ('created', 'updated')
             AND fate.remote IS NOT NULL AND coalesce(fate.holds, content.print) IS NOT NULL
             ORDER BY fate.key
             ON CONFLICT (book, key) DO UPDATE
             SET remote = excluded.remote, print = excluded.print, run = excluded.run, number = excluded.number,
                 made = CASE WHEN link.remote = excluded.remote THEN link.made | excluded.made
                        ELSE excluded.made END,
                 at = excluded.at
             WHERE link.run IS NULL OR link.run <= excluded.run",
        )?
        .execute(params![run, now()])?;
    change
        .prepare_cached(
            "UPDATE fate SET linked = 1
             WHERE run = ?1 AND linked = 0 AND state IN ('created', 'updated')",
        )?
        .execute([run])?;
    change
        .prepare_cached("UPDATE run SET unlinked = 0 WHERE n = ?1")?
        .execute([run])?;
    Ok(())
}

/// Writes the links that follow from the fates of all runs on a book.
pub(super) fn follow_all(database: &Connection, book: &BookId) -> rusqlite::Result<()> {
    let pending = |database: &Connection| -> rusqlite::Result<Vec<i64>> {
        let mut list = database
            .prepare_cached("SELECT n FROM run WHERE book = ?1 AND unlinked = 1 ORDER BY n")?;
        list.query_map([&book.0], |row| row.get(0))?.collect()
    };
    if pending(database)?.is_empty() {
        return Ok(());
    }
    let change = Transaction::new_unchecked(database, rusqlite::TransactionBehavior::Immediate)?;
    for run in pending(&change)? {
        follow(&change, run)?;
    }
    change.commit()
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

/// What a record held before this step of a run changed it, if the plan looked at it; else what was sent for it last.
pub(super) fn prior(
    database: &Connection,
    run: i64,
    number: u64,
) -> Result<Option<Payload>, LedgerError> {
    let mut find = database.prepare_cached(
        "SELECT coalesce(own.held, earlier.payload) FROM fate
         JOIN content AS own ON own.run = fate.run AND own.number = fate.number
         LEFT JOIN content AS earlier
         ON earlier.run = fate.prior_run AND earlier.number = fate.prior_number
         WHERE fate.run = ?1 AND fate.number = ?2",
    )?;
    payload(find.query_row(params![run, number.cast_signed()], |row| row.get(0)))
}

/// The step (of which run, and its number) that wrote last what a record of a run's book holds.
pub(super) fn written_by(
    database: &Connection,
    run: i64,
    remote: &RemoteId,
) -> rusqlite::Result<Option<(i64, i64)>> {
    let mut find = database.prepare_cached(WRITTEN_BY)?;
    find.query_row(params![run, remote.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

/// A payload's text, read.
fn payload(text: rusqlite::Result<Option<String>>) -> Result<Option<Payload>, LedgerError> {
    let text = text.optional()?.flatten();
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
         WHERE fate.key = ?2 AND fate.state = 'in_doubt' AND run.book = ?1
         AND fate.action = 'create' LIMIT 1",
    )?;
    let sent = sent(database, book)?;
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
        if let Some(run) = run.or_else(|| sent.get(key).cloned()) {
            known.doubts.insert(key.clone(), run);
        }
    }
    Ok(known)
}

/// The creates that a run which has not ended has sent: of a dead one, whose doubt nobody has written yet.
fn sent(database: &Connection, book: &BookId) -> Result<HashMap<ContactKey, RunId>, LedgerError> {
    let mut list = database.prepare_cached(
        "SELECT fated.key, run.id FROM run JOIN fated ON fated.run = run.n
         WHERE run.book = ?1 AND run.ended IS NULL AND run.claimed >= 0
         AND fated.state = 'sent' AND fated.action = 'create'",
    )?;
    let rows = list.query_map([&book.0], |row| {
        Ok((ContactKey(row.get(0)?), RunId(row.get(1)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The key of the contact that a record belongs to.
pub(super) fn key_of(
    database: &Connection,
    book: &BookId,
    remote: &RemoteId,
) -> Result<Option<ContactKey>, LedgerError> {
    let mut find = database.prepare_cached(KEY_OF)?;
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
    let mut find = database.prepare_cached(LAST_SENT)?;
    payload(find.query_row(params![book.0, remote.0], |row| row.get(0)))
}

/// Learns which records some contacts are. What is linked already stays as it is: its link tells what was sent,
/// and the same sheet must find that again.
pub(super) fn learn(
    database: &mut Connection,
    book: &BookId,
    links: &[(ContactKey, Link)],
) -> Result<(), LedgerError> {
    let change = database.transaction()?;
    for (
        key,
        Link {
            remote,
            fingerprint,
        },
    ) in links
    {
        change
            .prepare_cached(
                "INSERT INTO link (book, key, remote, print, made, at) VALUES (?1, ?2, ?3, ?4, 0, ?5)
                 ON CONFLICT (book, key) DO NOTHING",
            )?
            .execute(params![book.0, key.0, remote.0, fingerprint.0, now()])?;
    }
    Ok(change.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The time that a plan takes must not grow with the square of its rows.
    #[test]
    fn a_record_is_looked_up_by_its_index_however_many_links_there_are() {
        let mut database = Connection::open_in_memory().expect("memory");
        let made = super::super::schema::migrate(&mut database).expect("a ledger");
        assert_eq!(made, Ok(()));
        for statement in [KEY_OF, LAST_SENT, WRITTEN_BY] {
            let explain = format!("EXPLAIN QUERY PLAN {statement}");
            let mut plan = database.prepare(&explain).expect("a statement");
            let steps = plan.query_map(["1", "2"], |row| row.get::<_, String>(3));
            let steps: Vec<String> = steps.expect("a plan").flatten().collect();
            let by_record = "SEARCH link USING INDEX link_remote (book=? AND remote=?)";
            assert!(
                steps.iter().any(|step| step == by_record),
                "{statement}: {steps:?}"
            );
            assert!(!steps.iter().any(|step| step.contains("SCAN")), "{steps:?}");
        }
    }
}
