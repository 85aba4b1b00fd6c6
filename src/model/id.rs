//! What identifies things: a contact in a sheet, a record at a vendor, a book, a run.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The vendor's id of a record: a number or an opaque text, kept as text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RemoteId(pub String);

/// What a contact hangs under at the vendor: Sonar's account, Orzame's contact.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ParentId(pub String);

/// What identifies a contact in its source from one run to the next.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContactKey(pub String);

/// What identifies a target's address book for ever: vendor, base URL, account, parent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BookId(pub String);

/// A run's id: a ULID, so that ids sort by the time at which they were made.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub String);

/// A digest (SHA-256, hexadecimal) of a payload as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(pub String);

/// The first `bytes` of the SHA-256 of some parts, in hexadecimal; the parts cannot run together.
fn digest(parts: &[&str], bytes: usize) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize()
        .iter()
        .take(bytes)
        .fold(String::new(), |mut text, byte| {
            use std::fmt::Write as _;
            let _ = write!(text, "{byte:02x}");
            text
        })
}

impl ContactKey {
    /// The key of a contact whose sheet has no key column: `~` and 128 bits of a digest.
    pub fn derived(parts: &[&str]) -> Self {
        Self(format!("~{}", digest(parts, 16)))
    }

    /// The key of a contact that was read from a book: the vendor, 32 bits of the book's digest, and the record's
    /// id. It is never taken for a sheet's own, nor for a record of another book.
    pub fn of_record(book: &BookId, remote: &RemoteId) -> Self {
        Self(format!("{}{}", Self::beginning(book), remote.0))
    }

    /// The record that the key names, if it was read from this book.
    pub fn record_in(&self, book: &BookId) -> Option<RemoteId> {
        let id = self.0.strip_prefix(&Self::beginning(book))?;
        (!id.is_empty()).then(|| RemoteId(id.to_owned()))
    }

    fn beginning(book: &BookId) -> String {
        let vendor = book.0.split(' ').next().unwrap_or_default();
        format!("{vendor}#{}:", digest(&[&book.0], 4))
    }

    /// Whether the key was made from the contact's values, not read from a key column.
    pub fn is_derived(&self) -> bool {
        self.0.starts_with('~')
    }
}

impl Fingerprint {
    /// The digest of a payload's text.
    pub fn of(text: &str) -> Self {
        Self(digest(&[text], 32))
    }
}

impl BookId {
    /// The id of a target's book; the same parts give the same id for ever.
    pub fn of(vendor: &str, base_url: &str, account: &str, parent: Option<&ParentId>) -> Self {
        let base_url = base_url.trim_end_matches('/').to_ascii_lowercase();
        let mut id = format!("{vendor} {base_url} {account}");
        if let Some(parent) = parent {
            id.push_str(" / ");
            id.push_str(&parent.0);
        }
        Self(id)
    }
}

impl RunId {
    /// A new id, later than every id made before.
    pub fn new() -> Self {
        Self(ulid::Ulid::generate().to_string())
    }
}

impl Default for RunId {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Display for RunId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Display for RemoteId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
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
        let plain = BookId::of("covage", "https://Host.example", "me", None);
        assert_eq!(
            plain,
            BookId::of("covage", "https://host.example/", "me", None)
        );
        let nested = BookId::of(
            "covage",
            "https://host.example",
            "me",
            Some(&ParentId("7".into())),
        );
        assert_ne!(plain, nested);
    }
}
