//! Text to typed values: a draft becomes a contact, and whatever could not become one is said and kept. It
//! stands alone because it is pure: the same row gives the same contact and the same remarks, on any thread.

mod address;
mod codes;
mod email;
mod extension;
mod fields;
mod library;
mod name;
mod phone;
mod text;

use std::borrow::Cow;

use crate::mapping::{Draft, EXTRA_CELL, Value};
use crate::model::{Code, Contact, Diagnostic, Field, Kind, Place, Region};

pub use codes::CODES;
pub use library::national_digits;
pub use name::complete as complete_name;
pub use phone::recorded_phone;

/// What the person says of the values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The country in whose way numbers without a country code are written; it is never guessed.
    pub region: Option<Region>,
}

/// The contact of a row, and all that is to be said about it. Never fails: every value ends in the contact, at
/// the latest under its header among the free values, or in a remark.
pub fn contact(draft: &Draft<'_>, options: &Options) -> (Contact, Vec<Diagnostic>) {
    let mut making = Making {
        contact: Contact::default(),
        remarks: Vec::new(),
        row: draft.row.number,
        options: *options,
        extensions: Vec::new(),
    };
    for value in draft.values() {
        making.take(&value);
    }
    making.finish();
    (making.contact, making.remarks)
}

/// A contact in the making.
struct Making {
    contact: Contact,
    remarks: Vec<Diagnostic>,
    row: u64,
    options: Options,
    /// Extensions from columns of their own, until every phone is known.
    extensions: Vec<Pending>,
}

/// A value that waits for the others.
struct Pending {
    kind: Kind,
    column: u32,
    header: String,
    text: String,
}

impl Making {
    fn take(&mut self, value: &Value<'_>) {
        if value.extra {
            self.remark(
                &EXTRA_CELL,
                value,
                value.text,
                "the row has more cells than the header",
            );
        }
        // A password is taken as it is: nothing in it is known to be a mistake.
        if value.field == Field::Password {
            let portal = self.contact.portal.get_or_insert_default();
            portal.password = Some(value.text.to_owned());
            return;
        }
        let cleaned = match value.field {
            Field::Note | Field::Custom | Field::Phone(_) | Field::Email(_) | Field::Groups => {
                text::lines(value.text)
            }
            Field::Address(..) => text::lines(value.text),
            _ => text::line(value.text),
        };
        self.remark_repairs(value, &cleaned);
        let text = cleaned.text;
        if text.is_empty() {
            return;
        }
        match value.field {
            Field::Phone(kind) => self.take_phones(value, kind, &text),
            Field::Email(kind) => self.take_emails(value, kind, &text),
            Field::Address(kind, part) => self.take_address(value, kind, part, &text),
            Field::Extension(kind) => self.extensions.push(Pending {
                kind,
                column: value.column,
                header: value.header.clone().into_owned(),
                text: text.into_owned(),
            }),
            Field::Custom => self.keep(value, &text),
            _ => self.take_plain(value, text),
        }
    }

    fn remark_repairs(&mut self, value: &Value<'_>, cleaned: &text::Cleaned<'_>) {
        if cleaned.invisible {
            let message = "invisible characters were removed";
            self.remark(&codes::TEXT_INVISIBLE, value, value.text, message);
        }
        if cleaned.text.contains('\u{fffd}') {
            let message = "a character could not be decoded";
            self.remark(&codes::TEXT_UNDECODABLE, value, value.text, message);
        }
    }

    /// What needs every value of the row.
    fn finish(&mut self) {
        self.attach_extensions();
        name::complete(&mut self.contact);
    }

    /// Keeps a value that its field cannot hold, under its header.
    fn keep(&mut self, value: &Value<'_>, text: &str) {
        self.contact
            .custom
            .push((value.header.clone().into_owned(), text.to_owned()));
    }

    fn place(&self, column: u32) -> Place {
        Place {
            row: self.row,
            column: Some(column),
        }
    }

    fn remark(
        &mut self,
        code: &'static Code,
        value: &Value<'_>,
        found: &str,
        message: impl Into<Cow<'static, str>>,
    ) {
        self.remark_with(code, value, found, message, None);
    }

    fn remark_with(
        &mut self,
        code: &'static Code,
        value: &Value<'_>,
        found: &str,
        message: impl Into<Cow<'static, str>>,
        suggestion: Option<String>,
    ) {
        let place = self.place(value.column);
        let message = message.into().into_owned();
        let mut remark = Diagnostic::new(code, place, Some(value.field), found, message);
        remark.suggestion = suggestion;
        self.remarks.push(remark);
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
