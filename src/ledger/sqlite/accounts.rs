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
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;
    use rusqlite::params;

    use super::*;
    use crate::ledger::sqlite::{link, schema};
    use crate::model::ScopedKey;

    /// A vendor whose contacts hang under parents.
    fn nested() -> &'static str {
        let mut entries = backend::VENDORS.iter();
        let entry = entries.find(|entry| entry.profile.parent != Parent::None);
        entry.expect("there is one").profile.id
    }

    fn account() -> BookId {
        BookId::of(nested(), "https://host.example", "me")
    }

    /// A link as it stood before: its part's parent, key, record, what was sent under (if that is known), whether rolo
    /// made the record, when.
    type Old = (Option<u8>, String, u8, Option<u8>, bool, u8);

    fn part(parent: Option<u8>) -> BookId {
        let id = parent.map(|id| ParentId::new(id.to_string()));
        id.map_or_else(account, |id| account().part(&id))
    }

    /// A database of the first version.
    fn first() -> Connection {
        let database = Connection::open_in_memory().expect("memory");
        database.execute_batch(schema::CHANGES[0]).expect("a shape");
        database
            .pragma_update(None, "user_version", 1)
            .expect("writable");
        database
    }

    fn add_run(database: &Connection, n: i64, book: &BookId, target: &str) {
        let about =
            serde_json::json!({"book": book, "target": target, "given": {"feed": {"name": "f"}}});
        database
            .execute(
                "INSERT INTO run (n, id, book, about, began) VALUES (?1, ?2, ?3, ?4, '')",
                params![n, format!("R{n}"), book.as_str(), about.to_string()],
            )
            .expect("written");
    }

    fn migrated(old: &[Old]) -> Connection {
        let mut database = first();
        for (n, (parent, key, remote, sent, made, at)) in (1..).zip(old) {
            let book = part(*parent);
            add_run(&database, n, &book, "hq");
            if let Some(sent) = sent {
                let payload = format!("{{\"parent\":\"{sent}\",\"body\":{{}}}}");
                database
                    .execute(
                        "INSERT INTO content (run, number, row, payload, cells, remarks, lost)
                         VALUES (?1, 0, 2, ?2, '[]', '[]', '[]')",
                        params![n, payload],
                    )
                    .expect("written");
            }
            database
                .execute(
                    "INSERT INTO link (book, key, remote, print, run, number, made, at)
                     VALUES (?1, ?2, ?3, 'p', ?4, 0, ?5, ?6)",
                    params![
                        book.as_str(),
                        key,
                        remote.to_string(),
                        n,
                        made,
                        at.to_string()
                    ],
                )
                .expect("written");
        }
        assert_eq!(schema::migrate(&mut database), Ok(Ok(())));
        database
    }

    /// The records of the account, and whether rolo made them.
    fn records(old: &[Old]) -> BTreeMap<String, bool> {
        let mut records = BTreeMap::new();
        for (_, _, remote, _, made, _) in old {
            *records.entry(remote.to_string()).or_default() |= made;
        }
        records
    }

    fn old_link() -> impl Strategy<Value = Old> {
        let parent = || proptest::option::of(3_u8..5);
        let key = prop_oneof![
            "k[1-3]".prop_map(|key| (key, None)),
            (parent(), 1_u8..6).prop_map(|(part, id)| (id.to_string(), Some(part))),
        ];
        let key = key.prop_map(|(text, of)| match of {
            Some(parent) => {
                ContactKey::of_record(&part(parent), &RemoteId::new(text)).into_string()
            }
            None => text,
        });
        (parent(), key, 1_u8..6, parent(), any::<bool>(), 0_u8..9)
    }

    proptest! {
        #[test]
        fn no_record_is_lost_where_the_parts_of_an_account_are_folded(
            old in proptest::collection::vec(old_link(), 0..12),
        ) {
            // A part had one link for each key.
            let mut seen = BTreeSet::new();
            let mut old = old;
            old.retain(|(parent, key, ..)| seen.insert((*parent, key.clone())));
            let database = migrated(&old);
            let mut list = database
                .prepare("SELECT remote, max(made) FROM link WHERE book = ?1 GROUP BY 1")
                .expect("a question");
            let now = list.query_map([account().as_str()], |row| Ok((row.get(0)?, row.get(1)?)));
            let now: BTreeMap<String, bool> = now.expect("rows").map(|row| row.expect("a row")).collect();
            prop_assert_eq!(now, records(&old));
            // Every key that a sheet may have still leads to a record that it led to.
            for (parent, key, _, sent, ..) in &old {
                let under = sent.or(*parent).map(|id| ParentId::new(id.to_string()));
                let key = ContactKey::new(key.clone()).rebased(&account(), &part(*parent));
                let scoped = ScopedKey { key, parent: under };
                let known = link::known(&database, &account(), std::slice::from_ref(&scoped)).expect("readable");
                let led: Vec<String> = old.iter()
                    .filter(|(part_of, other, ..)| {
                        ContactKey::new(other.clone()).rebased(&account(), &part(*part_of)) == scoped.key
                    })
                    .map(|(_, _, remote, ..)| remote.to_string())
                    .collect();
                let found = known.links.get(&scoped).map(|link| link.remote.to_string());
                let found = found.or_else(|| known.elsewhere.get(&scoped).map(|other| other.remote.to_string()));
                prop_assert!(found.is_some_and(|found| led.contains(&found)), "{scoped:?} {old:?}");
            }
        }
    }

    #[test]
    fn one_key_under_two_parents_stays_two_contacts_and_the_later_of_two_records_is_linked() {
        let link =
            |parent, key: &str, remote, at| (parent, key.to_owned(), remote, parent, true, at);
        let named = ContactKey::of_record(&account(), &RemoteId::new("1")).into_string();
        let old = [
            link(Some(3), "k1", 1, 1),
            link(Some(4), "k1", 2, 1),
            link(None, "k2", 3, 1),
            (Some(3), "k2".to_owned(), 4, None, true, 2),
            // The fault that this ends: the key of record 1 was linked to a copy of it.
            (None, named.clone(), 1, None, false, 1),
            link(Some(3), &named, 5, 2),
        ];
        let database = migrated(&old);
        let linked = |key: &str, parent: &str| {
            let (key, parent) = (ContactKey::new(key), Some(ParentId::new(parent)));
            let scoped = ScopedKey { key, parent };
            let known = link::known(&database, &account(), std::slice::from_ref(&scoped));
            let link = known.expect("readable").links.remove(&scoped);
            link.map(|link| link.remote.into_string())
        };
        let found = [
            linked("k1", "3"),
            linked("k1", "4"),
            linked("k2", "3"),
            linked(&named, "3"),
        ];
        assert_eq!(found.map(Option::unwrap_or_default), ["1", "2", "4", "1"]);
    }

    #[test]
    fn runs_steps_and_feeds_of_a_part_say_their_account_and_their_parent() {
        let mut database = first();
        add_run(&database, 1, &part(Some(3)), "hq");
        // This account is called by its target, whose name looks like a part.
        let whole = BookId::of(nested(), "https://host.example", "HQ / Paris");
        add_run(&database, 2, &whole, "HQ / Paris");
        let old_key = ContactKey::of_record(&part(Some(3)), &RemoteId::new("46"));
        database
            .execute(
                "INSERT INTO fate (run, number, key, action, state) VALUES (1, 0, ?1, 'update', 'waiting')",
                [old_key.as_str()],
            )
            .expect("written");
        assert_eq!(schema::migrate(&mut database), Ok(Ok(())));
        let text = |query: &str| -> String {
            database
                .query_row(query, [], |row| row.get(0))
                .unwrap_or_else(|error| panic!("{query}: {error}"))
        };
        let about = "SELECT json_extract(about, '$.book') || ' ' || json_extract(about, '$.given.feed.parent') FROM run";
        assert_eq!(
            text(&format!("{about} WHERE n = 1")),
            format!("{} 3", account().as_str())
        );
        assert_eq!(text("SELECT book FROM run WHERE n = 1"), account().as_str());
        assert_eq!(text("SELECT book FROM run WHERE n = 2"), whole.as_str());
        let key = ContactKey::of_record(&account(), &RemoteId::new("46")).into_string();
        assert_eq!(
            text("SELECT key || ' ' || parent FROM fate"),
            format!("{key} 3")
        );
    }
}
