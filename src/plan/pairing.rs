//! Which row is which record: by the link that the ledger keeps from the run that made the record.

use std::collections::HashMap;

use super::Action;
use crate::model::{BookId, ContactKey, Fingerprint, RemoteId, RunId};

/// Our key ↔ the vendor's id in one book.
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
    pub links: HashMap<ContactKey, Link>,
    /// The keys that an earlier run sent without getting an answer, and that run.
    pub doubts: HashMap<ContactKey, RunId>,
}

/// What is to be done for a contact that no rule stops, and to which record.
pub fn pair(
    known: &Known,
    book: &BookId,
    key: &ContactKey,
    fingerprint: &Fingerprint,
) -> (Action, Option<RemoteId>) {
    if known.doubts.contains_key(key) {
        return (Action::Doubt, None);
    }
    match known.links.get(key) {
        // A key that names one of this vendor's records comes from an export: it is that record.
        None if key.record_in(book).is_some() => (Action::Update, key.record_in(book)),
        None => (Action::Create, None),
        Some(link) if link.fingerprint == *fingerprint => {
            (Action::Unchanged, Some(link.remote.clone()))
        }
        Some(link) => (Action::Update, Some(link.remote.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_made_once_and_never_while_in_doubt() {
        let (key, other) = (ContactKey("1".into()), ContactKey("2".into()));
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
            pair(&known, &book, &key, &before),
            (Action::Unchanged, remote.clone())
        );
        assert_eq!(pair(&known, &book, &key, &after), (Action::Update, remote));
        assert_eq!(pair(&known, &book, &other, &before), (Action::Create, None));
        let exported = ContactKey::of_record(&book, &RemoteId("5".into()));
        let fifth = Some(RemoteId("5".into()));
        assert_eq!(
            pair(&known, &book, &exported, &before),
            (Action::Update, fifth)
        );
        assert_eq!(
            pair(&known, &elsewhere, &exported, &before),
            (Action::Create, None)
        );
        known.doubts.insert(other.clone(), RunId("01J".into()));
        assert_eq!(pair(&known, &book, &other, &before), (Action::Doubt, None));
    }
}
