//! Who is to be forgotten, how a row or a link tells of somebody, and what was erased.

use std::collections::HashSet;

use super::Run;
use crate::backend::Payload;
use crate::model::{BookId, ContactKey, Identity, RemoteId};
use crate::plan::{IdentityDigest, Step};
use crate::wire::DamagedList;

/// Somebody, by the one thing that a person says of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Person {
    /// Whoever has this key.
    Key(ContactKey),
    /// Whoever has this e-mail address, however it is written.
    Email(String),
    /// Whoever has this number, however it is written.
    Phone(String),
}

impl Person {
    /// Whether what is said tells one person from others: a whole address, six digits or more, a key.
    pub fn is_telling(&self) -> bool {
        match self {
            Self::Key(key) => !key.as_str().trim().is_empty(),
            Self::Email(email) => email.trim().contains('@'),
            Self::Phone(phone) => !telling_digits(phone).is_empty(),
        }
    }

    /// Whether a step is about the person.
    pub fn is_in(&self, step: &Step) -> Result<bool, DamagedList> {
        Ok(match self {
            Self::Key(key) => step.key == *key,
            Self::Email(_) | Self::Phone(_) => {
                let payload = step.payload.as_ref().map(Payload::text);
                self.is_told(&step.cells.read()?, &payload.unwrap_or_default())
            }
        })
    }

    /// Whether cells, or a payload, tell of the person's address or number; they say nothing of a key.
    pub fn is_told(&self, cells: &[Vec<impl AsRef<str>>], payload: &str) -> bool {
        let mut cells = cells.iter().flatten().map(AsRef::as_ref);
        match self {
            Self::Key(_) => false,
            Self::Email(email) => {
                let email = email.trim().to_lowercase();
                cells.any(|cell: &str| holds_word(&cell.to_lowercase(), &email))
                    || holds_word(&payload.to_lowercase(), &email)
            }
            Self::Phone(phone) => {
                let phone = telling_digits(phone);
                let ends = |text: &str| telling_digits(text).ends_with(&phone);
                !phone.is_empty() && (cells.any(ends) || payload.split('"').any(ends))
            }
        }
    }

    /// What links keep of the person.
    pub fn digest(&self) -> IdentityDigest {
        let mut identity = Identity::default();
        match self {
            Self::Key(_) => {}
            Self::Email(email) => identity.emails = vec![email.trim().to_lowercase()],
            Self::Phone(phone) => {
                let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
                let abroad = digits.strip_prefix("00").map(|number| format!("+{number}"));
                let international = abroad.unwrap_or_else(|| format!("+{digits}"));
                identity.phones = vec![international, digits];
            }
        }
        IdentityDigest::of(&identity)
    }
}

/// Who is to be forgotten.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// The person whose rows and links are to be erased.
    pub person: Option<Person>,
    /// Records that are known to be the person's: links to them are erased, too.
    pub records: HashSet<(BookId, RemoteId)>,
}

impl Sought {
    /// Whether a step is about whoever is sought.
    pub fn is_in(&self, step: &Step) -> Result<bool, DamagedList> {
        let person = self.person.as_ref();
        person.map_or(Ok(false), |person| person.is_in(step))
    }

    /// Whether a link leads to whoever is sought: by its key, its record, or what it keeps of whom it is about.
    pub fn is_linked(
        &self,
        key: &ContactKey,
        record: &(BookId, RemoteId),
        identity: Option<&IdentityDigest>,
    ) -> bool {
        let is_named = |person: &Person| match person {
            Person::Key(own) => own == key,
            other => identity.is_some_and(|identity| other.digest().shares(identity)),
        };
        self.person.as_ref().is_some_and(is_named) || self.records.contains(record)
    }
}

/// What was erased.
#[derive(Debug, Default)]
pub struct Forgotten {
    /// The runs that held such rows.
    pub runs: Vec<Run>,
    /// How many rows there were.
    pub rows: u64,
    /// How many links led to the person, and were not those of such rows.
    pub links: u64,
    /// The person's records.
    pub records: HashSet<(BookId, RemoteId)>,
}

/// Whether a text holds an address that is not a part of a longer one.
fn holds_word(text: &str, word: &str) -> bool {
    let inner = |c: char| c.is_alphanumeric() || "._%+-@".contains(c);
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(inner) && !after.is_some_and(inner)
    })
}

/// The digits of a number that do not depend on how it is written: the last nine; none for a short one.
fn telling_digits(text: &str) -> String {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 6 {
        String::new()
    } else {
        digits[digits.len().saturating_sub(9)..].iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        let wanted = telling_digits("+33 1 99 00 12 34");
        for written in ["01 99 00 12 34", "0033199001234", "+33(0)1.99.00.12.34"] {
            assert_eq!(telling_digits(written), wanted, "{written}");
        }
        assert_ne!(telling_digits("01 99 00 12 35"), wanted);
        assert_eq!(telling_digits("12 34"), "");
    }

    #[test]
    fn an_address_is_not_a_part_of_a_longer_one() {
        assert!(holds_word("anne <a@example.fr>", "a@example.fr"));
        for other in ["aa@example.fr", "a@example.fr.example", "x.a@example.fr"] {
            assert!(!holds_word(other, "a@example.fr"), "{other}");
        }
    }
}
