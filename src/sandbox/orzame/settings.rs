//! What the document of `orzame` leaves open; the first choice is what is assumed.

use crate::sandbox::setting::{Setting, Takes};

pub(super) const SETTINGS: &[Setting] = &[ORDER, CONTACTS];

/// In which order persons are listed: newest first, as the introduction has it (P23), or oldest first, as the document's
/// example happens to be.
pub(super) const ORDER: Setting = Setting {
    name: "orzame_order",
    takes: Takes::OneOf(&["descending", "ascending"]),
};
/// Contacts 1 to this one exist and can have persons.
pub(super) const CONTACTS: Setting = Setting {
    name: "orzame_contacts",
    takes: Takes::Count(200),
};
