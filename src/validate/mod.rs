//! Rules: what must hold of a contact before it is sent. A rule looks at one contact, or at the rows in their
//! order; it says what it finds and changes nothing. The rules that every vendor shares are here; a vendor's
//! own stand in its folder and are built with the same pieces.

mod limit;
mod name;
mod repeat;
mod together;

use crate::model::{Code, Contact, Diagnostic, Field, Place};

pub use limit::Longest;
pub use name::{NAME_MISSING, NameRequired};
pub use repeat::{AcrossRows, EarlierRows, Repeats};
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

/// One rule about one contact.
pub trait Rule: Send + Sync {
    /// The codes that it can raise.
    fn codes(&self) -> &'static [&'static Code];
    /// Adds to `found` whatever is wrong.
    fn check(&self, subject: &Subject<'_>, found: &mut Vec<Diagnostic>);
}

/// A contact with the place of its values.
pub struct Subject<'a> {
    /// The contact.
    pub contact: &'a Contact,
    /// The row that it was read from, as a spreadsheet or an editor numbers it.
    pub row: u64,
    /// The column (from 0) that a field is read from.
    pub column_of: &'a (dyn Fn(Field) -> Option<u32> + Sync),
}

impl Subject<'_> {
    /// A remark about one field of the contact.
    pub fn remark(
        &self,
        code: &'static Code,
        field: Field,
        found: &str,
        message: impl Into<String>,
    ) -> Diagnostic {
        let place = Place {
            row: self.row,
            column: (self.column_of)(field),
        };
        Diagnostic::new(code, place, Some(field), found, message)
    }
}
