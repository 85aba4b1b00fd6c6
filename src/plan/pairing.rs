//! Which row is which record, in one stated order: the link that the ledger keeps by the row's key; the record that
//! the key itself names; an e-mail address; a number with the name; and last, for contacts that have neither, a
//! record that says just what the row says. The first two are known row by row; the others need all rows, and what
//! the target holds.
//!
//! An e-mail address alone tells who it is where one row and one record have it. Where several rows or records share
//! it (a switchboard's `info@`), the name must be the same as well; a number never tells without the name. Records
//! that are some other row's, by link or by key, are no candidates. More than one candidate, whatever they share with
//! the row, or one candidate for two rows, is an error of the row: it is never guessed.

use std::collections::HashMap;

use super::{Action, IdentityDigest, MatchBy, Trust};
use crate::model::{BookId, Fingerprint, ParentId, RemoteId, RunId, ScopedKey};

/// Our key, under its parent ↔ the vendor's id in one book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The vendor's id.
    pub remote: RemoteId,
    /// The digest of what was sent last.
    pub fingerprint: Fingerprint,
    /// Whom it is about; `None` where nobody kept that.
    pub identity: Option<IdentityDigest>,
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

/// The records that share something with a row, and with how many other rows it shares it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sharing {
    /// The records that share it and are nobody else's, each once.
    pub candidates: Vec<RemoteId>,
    /// Those of them that have the row's name.
    pub namesakes: Vec<RemoteId>,
    /// How many rows share it with any of them, the row among them.
    pub rows: usize,
    /// Whether the row has a name.
    pub is_named: bool,
}

/// Which of the records that share something with a row it is. One is it, but for an address that other rows have as
/// well; of several that have its address it is the one with its name, and none of them where all have other names.
/// Whatever else it shares with several leaves it open which of them it is.
pub fn choose(by: MatchBy, sharing: &Sharing) -> Found {
    let Sharing {
        candidates,
        namesakes,
        rows,
        is_named,
    } = sharing;
    let is_alone = candidates.len() == 1 && *rows <= 1;
    // An address is often a family's or an office's: it tells a person where one row and one record have it, and else only
    // together with the name. Any other key has the name in it already, so several that fit are several that may be it.
    let fitting = match by {
        MatchBy::Email if is_alone => candidates,
        MatchBy::Email if *is_named || candidates.len() <= 1 => namesakes,
        _ => candidates,
    };
    let mut fitting = fitting.clone();
    fitting.sort_unstable();
    fitting.dedup();
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
            parent: parent.map(ParentId::new),
        };
        let key = scoped(ContactKey::new("1"), None);
        let other = scoped(ContactKey::new("2"), None);
        let (before, after) = (Fingerprint::of("before"), Fingerprint::of("after"));
        let link = Link {
            remote: RemoteId::new("77"),
            fingerprint: before.clone(),
            identity: None,
        };
        let (book, elsewhere) = (BookId::new("v a"), BookId::new("v b"));
        let mut known = Known::default();
        known.links.insert(key.clone(), link);
        let remote = Some(RemoteId::new("77"));
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
        let exported = ContactKey::of_record(&book, &RemoteId::new("5"));
        let exported = scoped(exported, Some("3"));
        let fifth = Some(RemoteId::new("5"));
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
            remote: RemoteId::new("5"),
            parent: exported.parent.clone(),
        };
        known.elsewhere.insert(moved.clone(), home);
        assert_eq!(
            pair((&known, Trust::Links), &book, &moved, &before),
            (Action::Create, None),
            "the record that it names hangs under another parent"
        );
        known.doubts.insert(other.clone(), RunId::new("01J"));
        assert_eq!(
            pair((&known, Trust::Links), &book, &other, &before),
            (Action::Doubt, None)
        );
    }

    fn ids(list: &[&str]) -> Vec<RemoteId> {
        list.iter().map(|id| RemoteId::new(*id)).collect()
    }

    fn one(id: &str) -> Found {
        Found::One(RemoteId::new(id))
    }

    #[test]
    fn which_record_a_row_is_is_told_by_what_it_shares_with_how_many() {
        use MatchBy::{Email, EmailAndName, NumberAndName, Whole};
        let several = |list: &[&str]| Found::Several(ids(list));
        // By what, the records that share it, those of them with its name, the rows that share it, whether it has one.
        for (by, candidates, namesakes, rows, is_named, found) in [
            (Email, &[][..], &[][..], 1, true, Found::Nobody),
            (Email, &["1"], &[], 1, true, one("1")),
            (Email, &["1"], &["1"], 1, true, one("1")),
            (Email, &["1"], &[], 1, false, one("1")),
            (Email, &["1"], &[], 2, true, Found::Nobody),
            (Email, &["1"], &[], 2, false, Found::Nobody),
            (Email, &["1"], &["1"], 2, true, one("1")),
            (Email, &["1", "2"], &[], 1, true, Found::Nobody),
            (Email, &["1", "2"], &[], 1, false, several(&["1", "2"])),
            (Email, &["1", "2"], &[], 2, false, several(&["1", "2"])),
            (Email, &["1", "2"], &["2"], 1, true, one("2")),
            (Email, &["1", "2"], &["2"], 2, true, one("2")),
            (
                Email,
                &["2", "1"],
                &["2", "1"],
                1,
                true,
                several(&["1", "2"]),
            ),
            (
                Email,
                &["3", "2", "1"],
                &["3", "1"],
                9,
                true,
                several(&["1", "3"]),
            ),
            (NumberAndName, &[], &[], 1, true, Found::Nobody),
            (NumberAndName, &["1"], &["1"], 1, true, one("1")),
            (NumberAndName, &["1"], &["1"], 2, true, one("1")),
            (
                NumberAndName,
                &["2", "1"],
                &["2", "1"],
                1,
                true,
                several(&["1", "2"]),
            ),
            (
                EmailAndName,
                &["2", "1"],
                &["2", "1"],
                1,
                true,
                several(&["1", "2"]),
            ),
            (Whole, &[], &[], 1, false, Found::Nobody),
            (Whole, &["1"], &[], 1, false, one("1")),
            (Whole, &["1", "1"], &[], 1, false, one("1")),
            (Whole, &["2", "1"], &[], 1, true, several(&["1", "2"])),
        ] {
            let sharing = Sharing {
                candidates: ids(candidates),
                namesakes: ids(namesakes),
                rows,
                is_named,
            };
            assert_eq!(choose(by, &sharing), found, "{by:?} {sharing:?}");
        }
    }

    #[test]
    fn the_order_of_the_candidates_tells_nothing() {
        for by in MatchBy::ALL {
            for candidates in [["1", "2", "3"], ["3", "1", "2"], ["2", "3", "1"]] {
                for namesakes in [["1", "2"], ["2", "1"]] {
                    let sharing = |candidates: &[&str], namesakes: &[&str]| Sharing {
                        candidates: ids(candidates),
                        namesakes: ids(namesakes),
                        rows: 2,
                        is_named: true,
                    };
                    let sorted = sharing(&["1", "2", "3"], &["1", "2"]);
                    let other = sharing(&candidates, &namesakes);
                    assert_eq!(choose(by, &sorted), choose(by, &other), "{by:?} {other:?}");
                }
            }
        }
    }
}
