//! The change of version 2, that made a book an account. Before it, a target's parent was a part of the book's id, so that one
//! account was several books, and what one of them knew the others did not. It folds what is there, with functions for
//! the names that `SQLite` cannot compute.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::{Connection, Result};

use crate::backend::{self, Parent};
use crate::model::{BookId, ContactKey, ParentId, RemoteId};

/// The parts of each account become one book, and each link and each step says what its contact hangs under: the parent
/// that was sent, else the part's. Where two parts had linked one key under one parent to two records, the key keeps the
/// one that it names, else the one that was linked last; the other keeps a link of its own, under a key that no sheet
/// has. Such a record stays rolo's: it can be taken back, exported and mirrored.
pub(super) const CHANGE: &str = "
CREATE TEMP TABLE fold AS
    SELECT book, account_of(book, max(target)) AS account, parent_of(book, max(target)) AS parent
    FROM (SELECT book, json_extract(about, '$.target') AS target FROM run UNION ALL SELECT DISTINCT book, '' FROM link)
    GROUP BY book;

ALTER TABLE fate ADD COLUMN parent TEXT NOT NULL DEFAULT '';
UPDATE fate SET
    parent = coalesce(
        (SELECT json_extract(payload, '$.parent') FROM content
         WHERE content.run = fate.run AND content.number = fate.number),
        (SELECT fold.parent FROM run JOIN fold ON fold.book = run.book WHERE run.n = fate.run), ''),
    key = (SELECT key_in(fate.key, run.book, fold.account) FROM run JOIN fold ON fold.book = run.book
           WHERE run.n = fate.run)
    WHERE run IN (SELECT n FROM run WHERE has_parents(book));

DROP VIEW step;
DROP VIEW fated;
CREATE VIEW fated AS
    SELECT fate.run, fate.number, key, parent, action,
           CASE WHEN state = 'waiting' AND number <= run.claimed THEN 'sent'
                WHEN state = 'again' THEN 'waiting' ELSE state END AS state,
           remote, attempts, message
    FROM fate JOIN run ON run.n = fate.run;
CREATE VIEW step AS
    SELECT fated.run, fated.number, row, key, parent, action, state, remote, payload, attempts, message, cells,
           remarks, lost, changes
    FROM fated JOIN content ON content.run = fated.run AND content.number = fated.number;

-- Every link with its account, and its parent where something tells it: what was sent, the part, another link.
CREATE TEMP TABLE told AS
    SELECT fold.account, link.book AS part, key_in(link.key, link.book, fold.account) AS key, link.remote, link.print,
           link.run, link.number, link.made, link.at,
           coalesce((SELECT json_extract(payload, '$.parent') FROM content
                     WHERE content.run = link.run AND content.number = link.number), fold.parent) AS parent
    FROM link JOIN fold ON fold.book = link.book;
CREATE TEMP TABLE home AS
    SELECT account, remote, max(parent) AS parent FROM told WHERE parent IS NOT NULL GROUP BY 1, 2;
CREATE UNIQUE INDEX temp.home_of ON home (account, remote);

DROP TABLE link;
CREATE TABLE link (
    book   TEXT NOT NULL,
    key    TEXT NOT NULL,
    parent TEXT NOT NULL,              -- empty for none, or for one that is not known
    remote TEXT NOT NULL,
    print  TEXT NOT NULL,
    run    INTEGER REFERENCES run (n), -- none for what was read from the vendor
    number INTEGER,                    -- the step that wrote it last
    made   INTEGER NOT NULL,           -- 1: a run of ours made the record
    at     TEXT NOT NULL,
    PRIMARY KEY (book, key, parent)
) WITHOUT ROWID;
INSERT INTO link (book, key, parent, remote, print, run, number, made, at)
    SELECT account, CASE WHEN remote = winner THEN key ELSE other_key(part, key, remote) END, parent, remote, print,
           run, number, made, at
    FROM (SELECT *, first_value(remote) OVER (PARTITION BY account, key, parent
                 ORDER BY names(key, account, remote) DESC, at DESC, run DESC, remote) AS winner
          FROM (SELECT told.account, part, key, told.remote, print, run, number, made, at,
                       coalesce(told.parent, home.parent, '') AS parent
                FROM told LEFT JOIN temp.home ON home.account = told.account AND home.remote = told.remote))
    WHERE true ORDER BY 1, 2, 3
    ON CONFLICT (book, key, parent) DO UPDATE
    SET made = link.made | excluded.made,
        print = CASE WHEN link.at < excluded.at THEN excluded.print ELSE link.print END,
        run = CASE WHEN link.at < excluded.at THEN excluded.run ELSE link.run END,
        number = CASE WHEN link.at < excluded.at THEN excluded.number ELSE link.number END,
        at = max(link.at, excluded.at);
CREATE INDEX link_remote ON link (book, remote);

UPDATE run SET
    about = json_set(about, '$.given.feed.parent', (SELECT parent FROM fold WHERE fold.book = run.book))
    WHERE json_extract(about, '$.given.feed') IS NOT NULL
    AND (SELECT parent FROM fold WHERE fold.book = run.book) IS NOT NULL;
UPDATE run SET
    about = json_set(about, '$.book', (SELECT account FROM fold WHERE fold.book = run.book)),
    book = (SELECT account FROM fold WHERE fold.book = run.book)
    WHERE (SELECT parent FROM fold WHERE fold.book = run.book) IS NOT NULL;
DROP TABLE temp.home;
DROP TABLE temp.told;
DROP TABLE temp.fold;
";

/// Gives a connection the functions that the change is written with.
pub(super) fn register(database: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    database.create_scalar_function("has_parents", 1, flags, |call| {
        Ok(has_parents(&call.get::<String>(0)?))
    })?;
    database.create_scalar_function("account_of", 2, flags, |call| {
        let book = book(call, 0)?;
        let part = parted(&book, &call.get::<String>(1)?);
        Ok(part.map_or(book, |(account, _)| account).into_string())
    })?;
    database.create_scalar_function("parent_of", 2, flags, |call| {
        Ok(
            parted(&book(call, 0)?, &call.get::<String>(1)?)
                .map(|(_, parent)| parent.into_string()),
        )
    })?;
    database.create_scalar_function("key_in", 3, flags, |call| {
        let key = ContactKey::new(call.get::<String>(0)?);
        Ok(key.rebased(&book(call, 2)?, &book(call, 1)?).into_string())
    })?;
    database.create_scalar_function("names", 3, flags, |call| {
        let (key, remote) = (
            ContactKey::new(call.get::<String>(0)?),
            RemoteId::new(call.get::<String>(2)?),
        );
        Ok(key.record_in(&book(call, 1)?) == Some(remote))
    })?;
    database.create_scalar_function("other_key", 3, flags, |call| {
        let parts: [String; 3] = [call.get(0)?, call.get(1)?, call.get(2)?];
        Ok(ContactKey::derived(&parts.each_ref().map(String::as_str)).into_string())
    })
}

fn book(call: &Context<'_>, place: usize) -> Result<BookId> {
    call.get::<String>(place).map(BookId::new)
}

/// Whether the vendor of a book keeps its contacts under parents.
fn has_parents(book: &str) -> bool {
    let vendor = book.split(' ').next().unwrap_or_default();
    backend::find(vendor).is_some_and(|entry| entry.profile.parent != Parent::None)
}

/// The account and the parent of a book that is a part of one; an account may be called by its target's name, which may
/// look like a part.
fn parted(book: &BookId, target: &str) -> Option<(BookId, ParentId)> {
    let is_whole = BookId::new(target).parted().is_some() && book.as_str().ends_with(target);
    book.parted()
        .filter(|_| has_parents(book.as_str()) && !is_whole)
}

#[cfg(test)]
mod tests;
