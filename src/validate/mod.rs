//! Rules: what must hold of a contact before it is sent. A rule looks at one contact, or at the rows in their
//! order; it says what it finds and changes nothing. The rules that every vendor shares are here; a vendor's
//! own stand in its folder and are built with the same pieces.
//!
//! ```
//! use rolo::model::Contact;
//! use rolo::validate::{NAME_MISSING, NameRequired, Rule, Subject};
//!
//! let subject = Subject {
//!     contact: &Contact::default(),
//!     row: 2,
//!     column_of: &|_| None,
//! };
//! let mut found = Vec::new();
//! NameRequired.check(&subject, &mut found);
//! assert_eq!(found[0].code.id, NAME_MISSING.id);
//! ```

mod first_seen;
mod limit;
mod name;
mod repeat;
mod rule;
mod together;

use crate::model::Code;

pub use first_seen::FirstSeen;
pub use limit::Longest;
pub use name::{NAME_MISSING, NameRequired};
pub use repeat::{AcrossRows, EarlierRows, Repeats};
pub use rule::{Rule, Subject};
pub use together::Together;

/// Every code that the rules of this module raise.
pub const CODES: &[&Code] = &[
    &NAME_MISSING,
    &limit::TOO_LONG,
    &repeat::ROW_REPEATED,
    &repeat::KEY_REPEATED,
    &together::MIXED,
    &together::MERGED,
    &together::APART,
];
