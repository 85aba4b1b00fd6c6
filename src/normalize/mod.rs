//! Text to typed values: a draft becomes a contact, and whatever could not become one is said and kept. It is pure:
//! the same row gives the same contact and the same remarks, on any thread.
//!
//! ```
//! use rolo::mapping::{self, Mapping};
//! use rolo::model::Number;
//! use rolo::normalize::{self, Options};
//! use rolo::sheet::{Hints, Source};
//!
//! let folder = tempfile::tempdir()?;
//! let file = folder.path().join("people.csv");
//! std::fs::write(&file, "Name,Phone\nAnne Example,01 99 00 12 34\n")?;
//! let source = Source::open(&file, &Hints::default())?;
//! let mapping = Mapping::guess(&source.preview, &mapping::Options::default())?;
//! let options = Options { region: Some("FR".parse()?), ..Options::default() };
//! let (contact, _) = normalize::contact(&mapping.draft(&source.preview[1]), &options);
//! assert_eq!(contact.phones[0].number, Number::International("+33199001234".into()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod address;
mod codes;
mod country;
mod date;
mod dialled;
mod email;
mod extension;
mod fields;
mod library;
mod mixture;
mod mojibake;
mod name;
mod numbering;
mod phone;
#[cfg(test)]
mod tests;
mod text;

use std::borrow::Cow;

use crate::mapping::{Draft, EXTRA_CELL, Value};
use crate::model::{Code, Contact, Diagnostic, Field, Kind, Place, Region};
use crate::sheet::Row;

pub use codes::CODES;
pub use library::national_digits;
pub use mixture::{Mixture, Script};
pub use name::{complete as complete_name, is_part_of_many as is_part_of_many_names};
pub use phone::recorded_phone;
use text::Texture;

/// What the person says of the values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The country in whose way numbers without a country code are written; it is never guessed.
    pub region: Option<Region>,
    /// Whether what a spreadsheet broke is left as it is, instead of being repaired where one reading is right.
    pub as_is: bool,
}

/// The contact of a row, and all that is to be said about it. Never fails: every value ends in the contact, at
/// the latest under its header among the free values, or in a remark.
pub fn contact(draft: &Draft<'_>, options: &Options) -> (Contact, Vec<Diagnostic>) {
    let stated = draft.country().and_then(country::region);
    let mut making = Making {
        contact: Contact::default(),
        remarks: Vec::new(),
        row: draft.row.number,
        texture: texture(draft.row),
        options: *options,
        stated,
        region: stated.or(options.region),
        extensions: Vec::new(),
        writings: Vec::new(),
        phone_slots: Vec::new(),
        address_slots: Vec::new(),
    };
    making.take_remarks(draft.row);
    for row in draft.row.attached() {
        making.take_remarks(row);
    }
    draft.values().for_each(|value| making.take(&value));
    making.finish();
    (making.contact, making.remarks)
}

/// What is known of every whole cell: of the row, and of none that is attached to it.
fn texture(row: &Row) -> Texture {
    if row.attached().is_empty() {
        Texture::of(row.raw().0)
    } else {
        Texture::Other
    }
}

/// A contact in the making.
struct Making {
    contact: Contact,
    remarks: Vec<Diagnostic>,
    row: u64,
    texture: Texture,
    options: Options,
    /// The row's own country.
    stated: Option<Region>,
    /// The same, else the one that the person says.
    region: Option<Region>,
    /// Extensions from columns of their own, until every phone is known.
    extensions: Vec<Pending>,
    /// What phones were once written as, until every phone is known.
    writings: Vec<Pending>,
    /// The slot of each phone and of each address.
    phone_slots: Vec<u32>,
    address_slots: Vec<u32>,
}

/// A value that waits for the others.
struct Pending {
    kind: Kind,
    slot: u32,
    column: u32,
    header: String,
    text: String,
}

impl Pending {
    fn of(value: &Value<'_>, kind: Kind, text: &str) -> Self {
        Self {
            kind,
            slot: value.slot,
            column: value.column,
            header: value.header.clone().into_owned(),
            text: text.to_owned(),
        }
    }
}

impl Making {
    /// Passes on what the reader of the file has to say.
    fn take_remarks(&mut self, row: &Row) {
        for remark in row.remarks() {
            let place = Place {
                row: row.number,
                column: remark.column,
            };
            let message = remark.message.clone();
            self.remarks.push(Diagnostic::new(
                remark.code,
                place,
                None,
                &remark.found,
                message,
            ));
        }
    }

    fn take(&mut self, value: &Value<'_>) {
        if value.extra {
            self.remark(
                &EXTRA_CELL,
                value,
                &value.text,
                "the row has more cells than the header",
            );
        }
        // A password is taken as it is: nothing in it is known to be a mistake.
        if value.field == Field::Password {
            let portal = self.contact.portal.get_or_insert_default();
            portal.password = Some(value.text.clone().into_owned());
            return;
        }
        let cleaned = self.cleaned(value);
        self.remark_repairs(value, &cleaned);
        let text = cleaned.text;
        if text.is_empty() {
            return;
        }
        if text::is_formula_error(&text) {
            let message = "the cell shows the error of a formula";
            self.remark(&codes::TEXT_FORMULA_ERROR, value, &text, message);
            return self.keep(value, &text);
        }
        let numbered = matches!(value.field, Field::Phone(_) | Field::Email(_));
        if numbered && text::is_placeholder(&text) {
            let message = "the cell says that there is no value";
            self.remark(&codes::TEXT_PLACEHOLDER, value, &text, message);
            return self.keep(value, &text);
        }
        match value.field {
            Field::Phone(kind) => self.take_phones(value, kind, &text),
            Field::Email(kind) => self.take_emails(value, kind, &text),
            Field::Address(kind, part) => self.take_address(value, kind, part, &text),
            Field::Extension(kind) => self.extensions.push(Pending::of(value, kind, &text)),
            Field::Written(kind) => self.writings.push(Pending::of(value, kind, &text)),
            Field::Custom => match value.dates {
                Some(order) => self.take_date(value, order, &text),
                None => self.keep(value, &text),
            },
            _ => self.take_plain(value, text),
        }
    }

    /// The value's text: of several lines where its field holds them, or where a line may part two values.
    fn cleaned<'v>(&self, value: &'v Value<'_>) -> text::Cleaned<'v> {
        let text = &*value.text;
        let is_known = |of_lines| value.whole && self.texture.is_plain(text, of_lines);
        match value.field {
            Field::Custom
            | Field::Note
            | Field::Phone(_)
            | Field::Email(_)
            | Field::Groups
            | Field::Address(..)
                if is_known(true) =>
            {
                text::plain(text)
            }
            Field::Custom => text::free(text),
            Field::Note
            | Field::Phone(_)
            | Field::Email(_)
            | Field::Groups
            | Field::Address(..) => text::lines(text),
            _ if is_known(false) => text::plain(text),
            _ => text::line(text),
        }
    }

    fn remark_repairs(&mut self, value: &Value<'_>, cleaned: &text::Cleaned<'_>) {
        if cleaned.invisible {
            let message = "invisible characters were removed";
            self.remark(&codes::TEXT_INVISIBLE, value, &value.text, message);
        }
        if cleaned.text.is_ascii() {
            return;
        }
        if let Some(meant) = mojibake::meant(&cleaned.text) {
            let message = "the text was decoded twice, in two encodings";
            self.remark_with(
                &codes::TEXT_MOJIBAKE,
                value,
                &value.text,
                message,
                Some(meant),
            );
        }
        if mojibake::is_undecoded(&cleaned.text) {
            let message = "a character could not be decoded";
            self.remark(&codes::TEXT_UNDECODABLE, value, &value.text, message);
        }
    }

    /// What needs every value of the row.
    fn finish(&mut self) {
        self.attach_extensions();
        self.attach_writings();
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
            column: (column != Value::NO_COLUMN).then_some(column),
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
        let place = Place {
            row: value.row,
            ..self.place(value.column)
        };
        let mut remark = Diagnostic::new(code, place, Some(value.field), found, message);
        remark.suggestion = suggestion;
        self.remarks.push(remark);
    }
}
