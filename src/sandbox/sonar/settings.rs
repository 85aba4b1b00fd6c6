//! What the document of `sonar` leaves open; the first choice is what is assumed.

use crate::sandbox::setting::{Setting, Takes};

pub(super) const SETTINGS: &[Setting] = &[MESSAGES, ACCOUNTS];

/// How the message of a 422 is written: an object of texts, as the document has it, an object of lists of texts (P17), or
/// one text.
pub(super) const MESSAGES: Setting = Setting {
    name: "sonar_messages",
    takes: Takes::OneOf(&["texts", "lists", "plain"]),
};
/// Accounts 1 to this one exist.
pub(super) const ACCOUNTS: Setting = Setting {
    name: "sonar_accounts",
    takes: Takes::Count(50),
};
