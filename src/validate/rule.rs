//! What a rule is, and what it looks at.

use std::borrow::Cow;

use crate::model::{Code, Contact, Diagnostic, Field, Place};

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
        message: impl Into<Cow<'static, str>>,
    ) -> Diagnostic {
        let place = Place {
            row: self.row,
            column: (self.column_of)(field),
        };
        Diagnostic::new(code, place, Some(field), found, message)
    }
}
