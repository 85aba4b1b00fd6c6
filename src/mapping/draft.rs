//! A row seen through a mapping: still text, each value with its field and its place. It is what the next stage
//! reads, and it borrows: a million rows must not cost a million copies.

use std::borrow::Cow;

use super::layouts::kind_named;
use super::rules;
use super::value::Value;
use super::{Column, Mapping, MappingTarget};
use crate::model::{Field, Kind, Place, column_letters};
use crate::sheet::Row;

/// A row and the mapping that it is seen through.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    mapping: &'a Mapping,
    /// The row.
    pub row: &'a Row,
}

impl Mapping {
    /// A row seen through the mapping.
    pub fn draft<'r>(&'r self, row: &'r Row) -> Draft<'r> {
        Draft { mapping: self, row }
    }
}

impl<'a> Draft<'a> {
    /// The place of a column in this row.
    pub fn place(&self, column: u32) -> Place {
        Place {
            row: self.row.number,
            column: Some(column),
        }
    }

    /// The row's own country: the first that stands in a column of countries.
    pub fn country(&self) -> Option<&'a str> {
        let countries = self.mapping.traits.countries.iter();
        countries
            .map(|column| self.row.cell(*column).trim())
            .find(|cell| !cell.is_empty())
    }

    /// Every cell that is neither blank nor ignored, in the order of the columns.
    pub fn values(&self) -> impl Iterator<Item = Value<'a>> + use<'a> {
        let (row, mapping) = (self.row, self.mapping);
        let beyond = self
            .mapping
            .columns
            .last()
            .map_or(0, |column| column.index + 1);
        let known = self.mapping.columns.iter().filter_map(move |column| {
            if column.rule.is_some() {
                return None;
            }
            let field = match column.target {
                MappingTarget::Field(field) => match column.kind_from {
                    Some(kind) => of_kind(field, row.cell(kind)),
                    None => field,
                },
                MappingTarget::Custom(_) => Field::Custom,
                MappingTarget::Ignored => return None,
            };
            let header = match &column.target {
                MappingTarget::Custom(name) if !name.is_empty() => name,
                _ => &column.header,
            };
            let mut found = value(row, column.index, field, Cow::Borrowed(header))?;
            (found.slot, found.dates) = (column.slot, column.dates);
            Some(found)
        });
        let width = u32::try_from(row.len()).unwrap_or(u32::MAX);
        let own = u32::try_from(mapping.traits.own.len()).unwrap_or(u32::MAX);
        let extra = (beyond..width).filter_map(move |column| {
            let found = value(row, column, Field::Custom, Cow::Borrowed(""))?;
            Some(Value {
                header: Cow::Owned(column_letters(column.saturating_sub(own))),
                extra: true,
                ..found
            })
        });
        let labelled: &[Column] = if mapping.traits.labelled {
            &mapping.columns
        } else {
            &[]
        };
        let labels = labelled.iter().filter_map(move |column| {
            let kind = column.kind_from.filter(|_| column.labels)?;
            let label = value(row, kind, Field::Custom, Cow::Borrowed(""))?;
            let unknown = kind_named(&label.text).is_none();
            unknown.then(|| Value {
                header: Cow::Borrowed(mapping.header_of(kind)),
                ..label
            })
        });
        let more = if mapping.traits.ruled || !row.attached().is_empty() {
            rules::values(mapping, row)
        } else {
            Vec::new()
        };
        known.chain(labels).chain(extra).chain(more)
    }
}

/// The field with the kind that a word names; another word stands for another kind.
fn of_kind(field: Field, word: &str) -> Field {
    let word = word.trim();
    let kind = match kind_named(word) {
        Some(kind) => kind,
        None if word.is_empty() => return field,
        None => Kind::Other,
    };
    let plain = match kind {
        Kind::Work | Kind::Home => kind,
        _ => Kind::Other,
    };
    match field {
        Field::Phone(_) => Field::Phone(kind),
        Field::Email(_) => Field::Email(plain),
        Field::Address(_, part) => Field::Address(plain, part),
        other => other,
    }
}

#[inline]
fn value<'a>(row: &'a Row, column: u32, field: Field, header: Cow<'a, str>) -> Option<Value<'a>> {
    let text = row.cell(column);
    let blank = is_blank(text);
    let number = !blank && row.is_number(column);
    (!blank).then_some(Value {
        field,
        slot: 1,
        row: row.number,
        column,
        header,
        text: Cow::Borrowed(text),
        dates: None,
        number,
        whole: true,
        extra: false,
    })
}

/// Whether a cell holds white space only; of most cells the first byte says that it does not.
fn is_blank(text: &str) -> bool {
    let begins = text
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_graphic());
    !begins && text.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::super::Options;
    use super::*;

    #[test]
    fn a_row_is_seen_through_the_mapping() {
        let header = Row::of(1, ["Nom", "Badge", "rolo_outcome", "Mobile"]);
        let mapping = Mapping::guess(&[header], &Options::default()).expect("a header");
        let row = Row::of(2, ["Durand", "-7", "rejected", " ", "", "more"]);
        let found: Vec<(Field, String, String, bool)> = mapping
            .draft(&row)
            .values()
            .map(|value| {
                (
                    value.field,
                    value.header.into_owned(),
                    value.text.into_owned(),
                    value.extra,
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                (
                    Field::FullName,
                    "Nom".to_owned(),
                    "Durand".to_owned(),
                    false
                ),
                (Field::Custom, "Badge".to_owned(), "-7".to_owned(), false),
                // The letter of its column, the one of rolo's own not counted.
                (Field::Custom, "E".to_owned(), "more".to_owned(), true),
            ]
        );
    }
}
