//! What identifies things: a contact in a sheet, a record at a vendor, a book, a run.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The vendor's id of a record: a number or an opaque text, kept as text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RemoteId(String);

/// What a contact hangs under at the vendor: Sonar's account, Orzame's contact.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ParentId(String);

/// What identifies a contact in its source from one run to the next.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContactKey(String);

/// What a link is kept under in a book: a contact's key, and what the contact hangs under. One key under two parents is
/// two contacts: two sheets that both count from 1, or one person in two accounts of a billing system.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ScopedKey {
    /// What identifies the contact in its source.
    pub key: ContactKey,
    /// What it hangs under; `None` where the vendor has no parents, or the row names none.
    pub parent: Option<ParentId>,
}

/// What identifies a target's address book for ever: vendor, base URL, account. A parent is a property of a contact, not
/// of the book.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BookId(String);

/// A run's id: a ULID, so that ids sort by the time at which they were made.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(String);

/// A digest (SHA-256, hexadecimal) of a payload as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

/// What every id that is kept as a text can do.
macro_rules! text_id {
    ($($id:ident),+) => {$(
        impl $id {
            /// Takes an id as a vendor, a sheet or the ledger wrote it.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text alone.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl std::fmt::Display for $id {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

text_id!(RemoteId, ParentId, ContactKey, BookId, RunId, Fingerprint);

/// The first `bytes` of the SHA-256 of some parts, in hexadecimal, behind `start`; the parts cannot run together.
fn digest(start: &str, parts: &[&str], bytes: usize) -> String {
    let digest = hash(parts.iter().copied()).finalize();
    let mut text = String::with_capacity(start.len() + 2 * bytes);
    text.push_str(start);
    for byte in digest.iter().take(bytes) {
        let halves = [byte >> 4, byte & 15];
        text.extend(halves.map(|half| char::from(b"0123456789abcdef"[usize::from(half)])));
    }
    text
}

fn hash<'p>(parts: impl IntoIterator<Item = &'p str>) -> Sha256 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash
}

impl From<ContactKey> for ScopedKey {
    /// A key under no parent.
    fn from(key: ContactKey) -> Self {
        Self { key, parent: None }
    }
}

impl ContactKey {
    /// The key of a contact whose sheet has no key column: `~` and 128 bits of a digest.
    pub fn derived(parts: &[&str]) -> Self {
        Self(digest("~", parts, 16))
    }

    /// The key of a contact that was read from a book: the vendor, 32 bits of the book's digest, and the record's
    /// id. It is never taken for a sheet's own, nor for a record of another book.
    pub fn of_record(book: &BookId, remote: &RemoteId) -> Self {
        Self(format!("{}{}", Self::beginning(book), remote.0))
    }

    /// The record that the key names, if it was read from this book.
    pub fn record_in(&self, book: &BookId) -> Option<RemoteId> {
        let id = self.0.strip_prefix(&Self::beginning(book))?;
        (!id.is_empty()).then(|| RemoteId::new(id))
    }

    /// The same key in this book, if it is that of a record of a part of it: keys were made of book and parent once, and
    /// sheets that were exported then are still imported.
    #[must_use]
    pub fn rebased(&self, book: &BookId, part: &BookId) -> Self {
        self.record_in(part)
            .map_or_else(|| self.clone(), |remote| Self::of_record(book, &remote))
    }

    fn beginning(book: &BookId) -> String {
        let vendor = book.0.split(' ').next().unwrap_or_default();
        format!("{vendor}#{}:", digest("", &[&book.0], 4))
    }

    /// Whether the key was made from the contact's values, not read from a key column.
    pub fn is_derived(&self) -> bool {
        self.0.starts_with('~')
    }
}

impl Fingerprint {
    /// The digest of a payload's text.
    pub fn of(text: &str) -> Self {
        Self(digest("", &[text], 32))
    }

    /// 64 bits of the digest of some parts, which cannot run together.
    pub fn short<'p>(parts: impl IntoIterator<Item = &'p str>) -> u64 {
        let digest = hash(parts).finalize();
        let first = digest.first_chunk();
        first.copied().map_or(0, u64::from_le_bytes)
    }
}

/// What stood between a book and a parent.
const PART: &str = " / ";

impl BookId {
    /// The id of a target's book; the same parts give the same id for ever.
    pub fn of(vendor: &str, base_url: &str, account: &str) -> Self {
        let base_url = base_url.trim_end_matches('/').to_ascii_lowercase();
        Self(format!("{vendor} {base_url} {account}"))
    }

    /// What a part of it was called while a target's parent was a part of the book's id.
    #[must_use]
    pub fn part(&self, parent: &ParentId) -> Self {
        Self(format!("{}{PART}{}", self.0, parent.0))
    }

    /// The book and the parent that such an id names; `None` for an id without a parent.
    pub fn parted(&self) -> Option<(Self, ParentId)> {
        let (book, parent) = self.0.rsplit_once(PART)?;
        Some((Self(book.to_owned()), ParentId::new(parent)))
    }
}

impl RunId {
    /// A new id, later than every id made before.
    pub fn generate() -> Self {
        Self(ulid::Ulid::generate().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_key_keeps_its_parts_apart() {
        assert_ne!(
            ContactKey::derived(&["ab", "c"]),
            ContactKey::derived(&["a", "bc"])
        );
        assert_eq!(
            ContactKey::derived(&["ab", "c"]),
            ContactKey::derived(&["ab", "c"])
        );
    }

    #[test]
    fn a_book_is_the_same_with_and_without_a_closing_slash() {
        let plain = BookId::of("covage", "https://Host.example", "me");
        assert_eq!(plain, BookId::of("covage", "https://host.example/", "me"));
        assert_ne!(plain, BookId::of("covage", "https://host.example", "you"));
    }

    #[test]
    fn a_key_of_a_part_of_a_book_names_the_record_in_the_book() {
        let book = BookId::of("v", "https://host.example", "me");
        let (seven, remote) = (ParentId::new("7"), RemoteId::new("46"));
        let part = book.part(&seven);
        assert_eq!(part.parted(), Some((book.clone(), seven)));
        assert_eq!(book.parted(), None);
        let old = ContactKey::of_record(&part, &remote);
        assert_eq!(old.record_in(&book), None);
        assert_eq!(old.rebased(&book, &part).record_in(&book), Some(remote));
        let own = ContactKey::new("K1");
        assert_eq!(own.rebased(&book, &part), own);
    }
}
