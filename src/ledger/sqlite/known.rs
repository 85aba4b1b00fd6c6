//! What is known of keys: the record that each is linked to, or the run that has sent it without an answer.

use std::cmp::Reverse;
use std::collections::HashMap;

use rusqlite::{
    Connection, OptionalExtension as _, Row, Statement, Transaction, TransactionBehavior, params,
};

use super::row::{column, parent};
use crate::ledger::LedgerError;
use crate::model::{BookId, ContactKey, Fingerprint, RemoteId, RunId, ScopedKey};
use crate::plan::{Elsewhere, IdentityDigest, Known, Link};

/// What is known of some keys in a book.
pub(super) fn known(
    database: &Connection,
    book: &BookId,
    keys: &[ScopedKey],
) -> Result<Known, LedgerError> {
    let mut known = Known::default();
    // Alone, each look would lock the file and free it again.
    let _looks = Transaction::new_unchecked(database, TransactionBehavior::Deferred)?;
    let mut find = database.prepare_cached(
        "SELECT parent, remote, print, identity, at FROM link WHERE book = ?1 AND key = ?2",
    )?;
    let mut doubt = database.prepare_cached(
        "SELECT run.id FROM fate JOIN run ON run.n = fate.run
         WHERE fate.key = ?2 AND fate.parent = ?3 AND fate.state = 'in_doubt' AND run.book = ?1
         AND fate.action = 'create' LIMIT 1",
    )?;
    let sent = sent(database, book)?;
    for key in keys {
        match linked(&mut find, book, key)? {
            Linked::Here(link) => {
                known.links.insert(key.clone(), link);
                continue;
            }
            Linked::Elsewhere(other) => drop(known.elsewhere.insert(key.clone(), other)),
            Linked::Nowhere => {}
        }
        let run = doubt
            .query_row(
                params![book.as_str(), key.key.as_str(), column(key.parent.as_ref())],
                |row| row.get::<_, String>(0).map(RunId::new),
            )
            .optional()?;
        if let Some(run) = run.or_else(|| sent.get(key).cloned()) {
            known.doubts.insert(key.clone(), run);
        }
    }
    Ok(known)
}

/// Where the record of a key is.
enum Linked {
    /// Under the key's own parent, or under one that nobody has noted.
    Here(Link),
    /// Under another parent.
    Elsewhere(Elsewhere),
    /// It has none.
    Nowhere,
}

/// Where the record of a key is, by a query for its links.
fn linked(find: &mut Statement<'_>, book: &BookId, key: &ScopedKey) -> Result<Linked, LedgerError> {
    let own = column(key.parent.as_ref());
    let mut rows = find.query(params![book.as_str(), key.key.as_str()])?;
    let mut found: Option<(LinkRank, Linked)> = None;
    while let Some(row) = rows.next()? {
        let rank = LinkRank::of(row, own)?;
        if found.as_ref().is_none_or(|(best, _)| rank < *best) {
            found = Some((rank, place_of(row, own)?));
        }
    }
    Ok(found.map_or(Linked::Nowhere, |(_, linked)| linked))
}

/// Which of several links of a key is meant, the least first: the one under the key's own parent, then one whose parent is
/// not known, then the one that was written last.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct LinkRank {
    is_elsewhere: bool,
    has_parent: bool,
    at: Reverse<String>,
}

impl LinkRank {
    fn of(row: &Row<'_>, own: &str) -> rusqlite::Result<Self> {
        let under = row.get_ref(0)?.as_str()?;
        Ok(Self {
            is_elsewhere: under != own,
            has_parent: !under.is_empty(),
            at: Reverse(row.get(4)?),
        })
    }
}

fn place_of(row: &Row<'_>, own: &str) -> rusqlite::Result<Linked> {
    let (under, remote): (String, _) = (row.get(0)?, RemoteId::new(row.get::<_, String>(1)?));
    Ok(if under == own || under.is_empty() {
        let identity: Option<String> = row.get(3)?;
        Linked::Here(Link {
            remote,
            fingerprint: Fingerprint::new(row.get::<_, String>(2)?),
            identity: identity.as_deref().map(IdentityDigest::read),
        })
    } else {
        let parent = parent(under);
        Linked::Elsewhere(Elsewhere { remote, parent })
    })
}

/// The creates that a run which has not ended has sent: of a dead one, whose doubt nobody has written yet.
fn sent(database: &Connection, book: &BookId) -> Result<HashMap<ScopedKey, RunId>, LedgerError> {
    let mut list = database.prepare_cached(
        "SELECT fated.key, fated.parent, run.id FROM run JOIN fated ON fated.run = run.n
         WHERE run.book = ?1 AND run.ended IS NULL AND run.claimed >= 0
         AND fated.state = 'sent' AND fated.action = 'create'",
    )?;
    let rows = list.query_map([book.as_str()], |row| {
        let (key, parent) = (
            ContactKey::new(row.get::<_, String>(0)?),
            parent(row.get(1)?),
        );
        Ok((
            ScopedKey { key, parent },
            RunId::new(row.get::<_, String>(2)?),
        ))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
