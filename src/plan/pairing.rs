//! Which row is which record, in one stated order: the link that the ledger keeps by the row's key; the record that
//! the key itself names; an e-mail address; a number with the name; and last, for contacts that have neither, a
//! record that says just what the row says. The first two are known row by row; the others need all rows, and what
//! the target holds.
//!
//! An e-mail address alone tells who it is where one row and one record have it. Where several rows or records share
//! it (a switchboard's `info@`), the name must be the same as well; a number never tells without the name. Records
//! that are some other row's, by link or by key, are no candidates. More than one candidate, or one candidate for two
//! rows, is an error of the row: it is never guessed.

use std::collections::HashMap;

use super::{Action, Trust};
use crate::model::{BookId, Fingerprint, ParentId, RemoteId, RunId, ScopedKey};

/// Our key, under its parent ↔ the vendor's id in one book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The vendor's id.
    pub remote: RemoteId,
    /// The digest of what was sent last.
    pub fingerprint: Fingerprint,
}

/// What the ledger knows of some keys in one book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The records that the keys are linked to.
    pub links: HashMap<ScopedKey, Link>,
    /// The keys that an earlier run sent without getting an answer, and that run.
    pub doubts: HashMap<ScopedKey, RunId>,
    /// The records that keys without a link are linked to under another parent.
    pub elsewhere: HashMap<ScopedKey, Elsewhere>,
}

/// A record that a key is linked to under another parent than that of its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The vendor's id.
    pub remote: RemoteId,
    /// What the record hangs under, as far as is known.
    pub parent: Option<ParentId>,
}

/// What is to be done for a contact that no rule stops, and to which record.
pub fn pair(
    (known, trust): (&Known, Trust),
    book: &BookId,
    key: &ScopedKey,
    fingerprint: &Fingerprint,
) -> (Action, Option<RemoteId>) {
    if known.doubts.contains_key(key) {
        return (Action::Doubt, None);
    }
    match known.links.get(key) {
        // A key that names one of this vendor's records comes from an export: it is that record, unless that one is
        // known to hang under another parent.
        None if !known.elsewhere.contains_key(key) => match key.key.record_in(book) {
            Some(named) => (Action::Update, Some(named)),
            None => (Action::Create, None),
        },
        None => (Action::Create, None),
        Some(link) if trust == Trust::Links && link.fingerprint == *fingerprint => {
            (Action::Unchanged, Some(link.remote.clone()))
        }
        Some(link) => (Action::Update, Some(link.remote.clone())),
    }
}

/// What a row leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// One record.
    One(RemoteId),
    /// More than one, of which none can be told from the others.
    Several(Vec<RemoteId>),
    /// None.
    Nobody,
}

/// Which of the records that have the row's e-mail address it is; `named` are those of them that have its name, and
/// `rows` is how many rows have such an address.
pub fn choose(candidates: Vec<RemoteId>, named: Vec<RemoteId>, rows: usize) -> Found {
    let mut fitting = if candidates.len() > 1 || rows > 1 {
        named
    } else {
        candidates
    };
    match fitting.len() {
        0 => Found::Nobody,
        1 => fitting.pop().map_or(Found::Nobody, Found::One),
        _ => Found::Several(fitting),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ContactKey;

    #[test]
    fn a_contact_is_made_once_and_never_while_in_doubt() {
        let scoped = |key: ContactKey, parent: Option<&str>| ScopedKey {
            key,
            parent: parent.map(|id| ParentId(id.into())),
        };
        let key = scoped(ContactKey("1".into()), None);
        let other = scoped(ContactKey("2".into()), None);
        let (before, after) = (Fingerprint::of("before"), Fingerprint::of("after"));
        let link = Link {
            remote: RemoteId("77".into()),
            fingerprint: before.clone(),
        };
        let (book, elsewhere) = (BookId("v a".into()), BookId("v b".into()));
        let mut known = Known::default();
        known.links.insert(key.clone(), link);
        let remote = Some(RemoteId("77".into()));
        assert_eq!(
            pair((&known, Trust::Links), &book, &key, &before),
            (Action::Unchanged, remote.clone())
        );
        assert_eq!(
            pair((&known, Trust::Links), &book, &key, &after),
            (Action::Update, remote)
        );
        assert_eq!(
            pair((&known, Trust::Links), &book, &other, &before),
            (Action::Create, None)
        );
        assert_eq!(
            pair((&known, Trust::Nothing), &book, &key, &before).0,
            Action::Update,
            "what stands there is still to be compared"
        );
        let exported = ContactKey::of_record(&book, &RemoteId("5".into()));
        let exported = scoped(exported, Some("3"));
        let fifth = Some(RemoteId("5".into()));
        assert_eq!(
            pair((&known, Trust::Links), &book, &exported, &before),
            (Action::Update, fifth)
        );
        assert_eq!(
            pair((&known, Trust::Links), &elsewhere, &exported, &before),
            (Action::Create, None)
        );
        let moved = scoped(exported.key.clone(), Some("4"));
        let home = Elsewhere {
            remote: RemoteId("5".into()),
            parent: exported.parent.clone(),
        };
        known.elsewhere.insert(moved.clone(), home);
        assert_eq!(
            pair((&known, Trust::Links), &book, &moved, &before),
            (Action::Create, None),
            "the record that it names hangs under another parent"
        );
        known.doubts.insert(other.clone(), RunId("01J".into()));
        assert_eq!(
            pair((&known, Trust::Links), &book, &other, &before),
            (Action::Doubt, None)
        );
    }
    #[test]
    fn an_address_tells_alone_only_where_nobody_shares_it() {
        let ids = |list: &[&str]| -> Vec<RemoteId> {
            list.iter().map(|id| RemoteId((*id).into())).collect()
        };
        for (candidates, named, rows, found) in [
            (&[][..], &[][..], 1, Found::Nobody),
            (&["1"], &[], 1, Found::One(ids(&["1"]).remove(0))),
            (&["1"], &[], 2, Found::Nobody),
            (&["1"], &["1"], 2, Found::One(ids(&["1"]).remove(0))),
            (&["1", "2"], &[], 1, Found::Nobody),
            (&["1", "2"], &["2"], 1, Found::One(ids(&["2"]).remove(0))),
            (
                &["1", "2"],
                &["1", "2"],
                1,
                Found::Several(ids(&["1", "2"])),
            ),
        ] {
            assert_eq!(choose(ids(candidates), ids(named), rows), found);
        }
    }
}
