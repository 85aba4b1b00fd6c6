//! What the links of a book tell: which record each of our contacts is, and who is behind a record.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::row::{self, column, parent};
use crate::backend::Snapshot;
use crate::ledger::{LedgerError, LinkSet};
use crate::model::{BookId, ContactKey, ParentId, RemoteId, ScopedKey};
use crate::plan::{Change, IdentityDigest};

// Links are looked up by their record once for each row of a sheet. SQLite knows nothing of how many links a book has, and
// would take the primary key for as good an index where more than its columns is asked for: it read every link of the
// book for each row, and a sheet took as long as the square of its rows. So each statement names the index.

/// The key of the contact that a record belongs to.
const KEY_OF: &str = "SELECT key FROM link INDEXED BY link_remote
    WHERE book = ?1 AND remote = ?2 ORDER BY at DESC LIMIT 1";

/// What was sent last for a record.
const LAST_SENT: &str = "SELECT content.payload, content.identity FROM link INDEXED BY link_remote
    JOIN content ON content.run = link.run AND content.number = link.number
    WHERE link.book = ?1 AND link.remote = ?2 AND content.payload IS NOT NULL
    ORDER BY link.run DESC LIMIT 1";

/// Whom a record of a book is about: by the step that wrote it last, and by what its links keep.
const WHOSE: &str = "SELECT content.identity, link.identity FROM link INDEXED BY link_remote
    LEFT JOIN content ON content.run = link.run AND content.number = link.number
    WHERE link.book = ?1 AND link.remote = ?2 AND coalesce(content.identity, link.identity) IS NOT NULL
    ORDER BY link.run DESC LIMIT 1";

/// The step that wrote a record of a run's book last.
const WRITTEN_BY: &str = "SELECT link.run, link.number FROM run
    JOIN link INDEXED BY link_remote ON link.book = run.book AND link.remote = ?2
    WHERE run.n = ?1 AND link.number IS NOT NULL ORDER BY link.run DESC LIMIT 1";

/// Whether a record belongs to one of our contacts.
pub(super) fn owns(
    database: &Connection,
    book: &BookId,
    remote: &RemoteId,
) -> Result<bool, LedgerError> {
    let mut find = database.prepare_cached("SELECT 1 FROM link WHERE book = ?1 AND remote = ?2")?;
    Ok(find.exists(params![book.as_str(), remote.as_str()])?)
}

/// What a record held before this step of a run changed it, if the plan looked at it; else what was sent for it last.
pub(super) fn prior(
    database: &Connection,
    run: i64,
    number: u64,
) -> Result<Option<Snapshot>, LedgerError> {
    let mut find = database.prepare_cached(
        "SELECT coalesce(own.held, earlier.payload),
                CASE WHEN own.held IS NULL THEN earlier.identity ELSE own.held_identity END FROM fate
         JOIN content AS own ON own.run = fate.run AND own.number = fate.number
         LEFT JOIN content AS earlier
         ON earlier.run = fate.prior_run AND earlier.number = fate.prior_number
         WHERE fate.run = ?1 AND fate.number = ?2",
    )?;
    let found = find.query_row(params![run, number.cast_signed()], |row| {
        Ok((row.get(0)?, row.get(1)?))
    });
    row::snapshot(found)
}

/// The step (of which run, and its number) that wrote last what a record of a run's book holds.
pub(super) fn written_by(
    database: &Connection,
    run: i64,
    remote: &RemoteId,
) -> rusqlite::Result<Option<(i64, i64)>> {
    let mut find = database.prepare_cached(WRITTEN_BY)?;
    find.query_row(params![run, remote.as_str()], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
    .optional()
}

/// The key of the contact that a record belongs to.
pub(super) fn key_of(
    database: &Connection,
    book: &BookId,
    remote: &RemoteId,
) -> Result<Option<ContactKey>, LedgerError> {
    let mut find = database.prepare_cached(KEY_OF)?;
    Ok(find
        .query_row(params![book.as_str(), remote.as_str()], |row| {
            row.get::<_, String>(0).map(ContactKey::new)
        })
        .optional()?)
}

/// What a record of a book hangs under, as far as the ledger knows: by a link, else by what was sent for it last.
pub(super) fn home_of(
    database: &Connection,
    book: &BookId,
    remote: &RemoteId,
) -> Result<Option<ParentId>, LedgerError> {
    let mut find = database.prepare_cached(
        "SELECT parent FROM link INDEXED BY link_remote
         WHERE book = ?1 AND remote = ?2 AND parent <> ''
         ORDER BY at DESC LIMIT 1",
    )?;
    let home = find
        .query_row(params![book.as_str(), remote.as_str()], |row| {
            row.get::<_, String>(0).map(ParentId::new)
        })
        .optional()?;
    Ok(match home {
        Some(home) => Some(home),
        None => last_sent(database, book, remote)?.and_then(|sent| sent.payload.parent),
    })
}

/// What was sent last for a record of a book.
pub(super) fn last_sent(
    database: &Connection,
    book: &BookId,
    remote: &RemoteId,
) -> Result<Option<Snapshot>, LedgerError> {
    let mut find = database.prepare_cached(LAST_SENT)?;
    let found = find.query_row(params![book.as_str(), remote.as_str()], |row| {
        Ok((row.get(0)?, row.get(1)?))
    });
    row::snapshot(found)
}

/// Whom a record of a book is about: by the step that wrote it last, else by what its links keep.
pub(super) fn whose(
    database: &Connection,
    book: &BookId,
    remote: &RemoteId,
) -> Result<Option<IdentityDigest>, LedgerError> {
    let mut find = database.prepare_cached(WHOSE)?;
    let found: Option<(Option<String>, Option<String>)> = find
        .query_row(params![book.as_str(), remote.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((sent, kept)) = found else {
        return Ok(None);
    };
    let sent = row::identity(sent)?;
    let sent = sent.as_ref().map(IdentityDigest::of);
    Ok(sent.or_else(|| kept.as_deref().map(IdentityDigest::read)))
}

/// The keys of every contact that is linked to a record.
pub(super) fn keys_of(
    database: &Connection,
    book: &BookId,
    remote: &RemoteId,
) -> Result<Vec<ScopedKey>, LedgerError> {
    let mut list = database.prepare_cached(
        "SELECT key, parent FROM link WHERE book = ?1 AND remote = ?2 ORDER BY 1, 2",
    )?;
    let keys = list.query_map(params![book.as_str(), remote.as_str()], |row| {
        let (key, parent) = (
            ContactKey::new(row.get::<_, String>(0)?),
            parent(row.get(1)?),
        );
        Ok(ScopedKey { key, parent })
    })?;
    Ok(keys.collect::<Result<_, _>>()?)
}

/// What the last step that wrote a record changed of it.
pub(super) fn last_changes(
    database: &Connection,
    book: &BookId,
    remote: &RemoteId,
) -> Result<Vec<Change>, LedgerError> {
    let mut find = database.prepare_cached(
        "SELECT content.changes FROM link INDEXED BY link_remote
         JOIN content ON content.run = link.run AND content.number = link.number
         WHERE link.book = ?1 AND link.remote = ?2 ORDER BY link.run DESC LIMIT 1",
    )?;
    let text: Option<String> = find
        .query_row(params![book.as_str(), remote.as_str()], |row| row.get(0))
        .optional()?;
    text.map_or_else(|| Ok(Vec::new()), |text| row::json("changes", &text))
}

/// The next links of a book that are meant, after a key and its parent.
pub(super) fn page(
    database: &Connection,
    book: &BookId,
    which: LinkSet,
    (after, most): (Option<&ScopedKey>, usize),
) -> Result<Vec<(ScopedKey, RemoteId)>, LedgerError> {
    // Derived keys begin with a tilde. An index for made records, which a mirror alone wants, would cost every import.
    let meant = match which {
        LinkSet::Derived => "key >= '~' AND key < '~~'",
        LinkSet::Made => "made = 1",
    };
    let mut list = database.prepare_cached(&format!(
        "SELECT key, parent, remote FROM link WHERE book = ?1 AND {meant} AND (key, parent) > (?2, ?3)
         ORDER BY key, parent LIMIT ?4"
    ))?;
    // No key is empty.
    let (key, under) = after.map_or(("", ""), |after| {
        (after.key.as_str(), column(after.parent.as_ref()))
    });
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let links = list.query_map(params![book.as_str(), key, under, most], |row| {
        let (key, parent) = (
            ContactKey::new(row.get::<_, String>(0)?),
            parent(row.get(1)?),
        );
        Ok((
            ScopedKey { key, parent },
            RemoteId::new(row.get::<_, String>(2)?),
        ))
    })?;
    Ok(links.collect::<Result<_, _>>()?)
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
        for statement in [KEY_OF, LAST_SENT, WHOSE, WRITTEN_BY] {
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
