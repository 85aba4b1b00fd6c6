//! Links as they are written. A fate is written while the vendor waits, and its link follows from it: many at a time, in
//! the order of their keys, before anybody asks. Writing each link with its fate would touch a page of the index for each,
//! since keys come in no order.

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::contested;
use super::row::{self, column};
use crate::ledger::run::now;
use crate::ledger::{LedgerError, ScopedLink};
use crate::model::{BookId, RunId, ScopedKey};
use crate::plan::IdentityDigest;

/// Writes the links that follow from a run's fates. A link that a later run wrote stays; what says nothing any more
/// has none.
pub(super) fn follow(change: &Transaction<'_>, run: i64) -> rusqlite::Result<()> {
    contested::contest(change, run)?;
    rehome(change, run)?;
    change
        .prepare_cached(
            "INSERT INTO link (book, key, parent, remote, print, run, number, made, at)
             SELECT run.book, fate.key, fate.parent, fate.remote, coalesce(fate.holds, content.print), run.n,
                    fate.number, fate.state = 'created', ?2
             FROM fate JOIN content ON content.run = fate.run AND content.number = fate.number
             JOIN run ON run.n = fate.run
             WHERE fate.run = ?1 AND fate.linked = 0 AND fate.state IN ('created', 'updated')
             AND fate.remote IS NOT NULL AND coalesce(fate.holds, content.print) IS NOT NULL
             ORDER BY fate.key
             ON CONFLICT (book, key, parent) DO UPDATE
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

/// Puts links under the parent that a run's fates say of their records; what was taken for it before is gone.
fn rehome(change: &Transaction<'_>, run: i64) -> rusqlite::Result<()> {
    let moved = "link.book = run.book AND link.key = fate.key AND link.remote = fate.remote
                 AND link.parent <> fate.parent AND fate.run = ?1 AND fate.parent <> '' AND fate.linked = 0
                 AND fate.state IN ('created', 'updated')";
    change
        .prepare_cached(&format!(
            "UPDATE OR IGNORE link SET parent = fate.parent
             FROM fate JOIN run ON run.n = fate.run WHERE {moved}"
        ))?
        .execute([run])?;
    // Where both parents had the link, one is left.
    change
        .prepare_cached(&format!(
            "DELETE FROM link WHERE (book, key, parent) IN (SELECT link.book, link.key, link.parent
             FROM fate JOIN run ON run.n = fate.run JOIN link ON {moved})"
        ))?
        .execute([run])?;
    Ok(())
}

/// Writes the links that follow from the fates of all runs on a book.
pub(super) fn follow_all(database: &Connection, book: &BookId) -> rusqlite::Result<()> {
    let pending = |database: &Connection| -> rusqlite::Result<Vec<i64>> {
        let mut list = database
            .prepare_cached("SELECT n FROM run WHERE book = ?1 AND unlinked = 1 ORDER BY n")?;
        list.query_map([book.as_str()], |row| row.get(0))?.collect()
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

/// Writes the links that follow from the fates of one run, if any are due.
pub(super) fn follow_run(database: &Connection, run: &RunId) -> rusqlite::Result<()> {
    let due = |database: &Connection| {
        let mut find =
            database.prepare_cached("SELECT n FROM run WHERE id = ?1 AND unlinked = 1")?;
        find.query_row([run.as_str()], |row| row.get(0)).optional()
    };
    if due(database)?.is_none() {
        return Ok(());
    }
    let change = Transaction::new_unchecked(database, rusqlite::TransactionBehavior::Immediate)?;
    if let Some(n) = due(&change)? {
        follow(&change, n)?;
    }
    change.commit()
}

/// Keeps with the links whom the steps of some runs are about, in digests: the steps are to be erased.
pub(super) fn keep_identities(
    change: &Transaction<'_>,
    runs: &str,
    before: &str,
) -> Result<(), LedgerError> {
    let mut list = change.prepare(&format!(
        "SELECT link.book, link.key, link.parent, content.identity FROM link
         JOIN content ON content.run = link.run AND content.number = link.number
         WHERE content.identity IS NOT NULL AND link.run IN ({runs})"
    ))?;
    let mut keep = change
        .prepare("UPDATE link SET identity = ?4 WHERE book = ?1 AND key = ?2 AND parent = ?3")?;
    let mut rows = list.query([before])?;
    while let Some(row) = rows.next()? {
        let (book, key): (String, String) = (row.get(0)?, row.get(1)?);
        let parent: String = row.get(2)?;
        if let Some(identity) = row::identity(row.get(3)?)? {
            keep.execute(params![
                book,
                key,
                parent,
                IdentityDigest::of(&identity).text()
            ])?;
        }
    }
    Ok(())
}

/// Learns which records some contacts are. What is linked already stays as it is: its link tells what was sent,
/// and the same sheet must find that again. What such a link hangs under is learnt where that was not known.
pub(super) fn learn(
    database: &mut Connection,
    book: &BookId,
    links: &[ScopedLink],
) -> Result<(), LedgerError> {
    let change = database.transaction()?;
    for (ScopedKey { key, parent }, link) in links {
        let (parent, remote) = (column(parent.as_ref()), link.remote.as_str());
        if !parent.is_empty() {
            change
                .prepare_cached(
                    "UPDATE OR IGNORE link SET parent = ?3
                     WHERE book = ?1 AND key = ?2 AND parent <> ?3 AND remote = ?4",
                )?
                .execute(params![book.as_str(), key.as_str(), parent, remote])?;
            change
                .prepare_cached(
                    "DELETE FROM link WHERE book = ?1 AND key = ?2 AND parent <> ?3 AND remote = ?4",
                )?
                .execute(params![book.as_str(), key.as_str(), parent, remote])?;
        }
        change
            .prepare_cached(
                "INSERT INTO link (book, key, parent, remote, print, made, at, identity)
                 VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7)
                 ON CONFLICT (book, key, parent) DO NOTHING",
            )?
            .execute(params![
                book.as_str(),
                key.as_str(),
                parent,
                remote,
                link.fingerprint.as_str(),
                now(),
                link.identity.as_ref().map(IdentityDigest::text),
            ])?;
    }
    Ok(change.commit()?)
}
