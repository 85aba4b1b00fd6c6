//! Ledgers of before a book was an account, folded.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rusqlite::params;

use super::*;
use crate::ledger::sqlite::{known, schema};
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
        Some(parent) => ContactKey::of_record(&part(parent), &RemoteId::new(text)).into_string(),
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
            let known = known::known(&database, &account(), std::slice::from_ref(&scoped)).expect("readable");
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
    let link = |parent, key: &str, remote, at| (parent, key.to_owned(), remote, parent, true, at);
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
        let known = known::known(&database, &account(), std::slice::from_ref(&scoped));
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
