//! Headers that mean one thing or another, by what stands beside them: `Nom`, `Titre`, `Poste`. Each of them is a
//! decision that must be told.

use super::super::vocabulary::{Meaning, extension_of};
use super::super::{Column, MappingTarget};
use crate::model::{Field, Kind};

/// Settles the meanings that depend on the other columns.
pub(super) fn decide(columns: &mut [Column], meanings: &[Option<Meaning>]) {
    let has = |field: Field| meanings.contains(&Some(Meaning::Is(field)));
    let (first, last) = (has(Field::FirstName), has(Field::LastName));
    let (position, prefix) = (has(Field::Position), has(Field::Prefix));
    for (place, meaning) in meanings.iter().enumerate() {
        let before = meanings[..place]
            .iter()
            .rev()
            .find_map(|meaning| match meaning {
                Some(Meaning::Is(Field::Phone(kind))) => Some(*kind),
                _ => None,
            });
        let column = &mut columns[place];
        let field = match meaning {
            None => continue,
            Some(Meaning::Is(field)) => *field,
            Some(Meaning::Name) => {
                let (field, why) = name(first, last);
                column.remark = Some(why.to_owned());
                field
            }
            Some(Meaning::Given) => {
                let (field, why) = given(last);
                column.remark = Some(why.to_owned());
                field
            }
            Some(Meaning::Title) => {
                let (field, why) = title(position, prefix);
                column.remark = Some(why.to_owned());
                field
            }
            Some(Meaning::Poste) => {
                let after_phone =
                    place > 0 && matches!(meanings[place - 1], Some(Meaning::Is(Field::Phone(_))));
                let (extension, why) = poste(&column.samples, position, after_phone);
                column.remark = Some(why.to_owned());
                let kind = before.unwrap_or(Kind::Work);
                if extension {
                    extension_of(kind)
                } else {
                    Field::Position
                }
            }
            Some(Meaning::Extension) => extension_of(before.unwrap_or(Kind::Work)),
        };
        column.target = MappingTarget::Field(field);
    }
}

fn name(first: bool, last: bool) -> (Field, &'static str) {
    if first && !last {
        (
            Field::LastName,
            "the last name, because a column holds the first name",
        )
    } else {
        (
            Field::FullName,
            "the whole name, because no column completes it",
        )
    }
}

fn given(last: bool) -> (Field, &'static str) {
    if last {
        let why = "the first name, because a column holds the last name";
        (Field::FirstName, why)
    } else {
        let why = "the whole name, because no column completes it";
        (Field::FullName, why)
    }
}

fn title(position: bool, prefix: bool) -> (Field, &'static str) {
    if position && !prefix {
        (
            Field::Prefix,
            "a title before the name, because another column holds the position",
        )
    } else {
        (
            Field::Position,
            "a position, because no other column holds it",
        )
    }
}

pub(super) fn poste(samples: &[String], position: bool, after_phone: bool) -> (bool, &'static str) {
    let short = |text: &String| text.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    if samples.iter().any(|text| !short(text)) {
        (false, "a position, because its values are no short numbers")
    } else if !samples.is_empty() {
        (true, "an extension, because its values are short numbers")
    } else if position {
        (
            true,
            "an extension, because another column holds the position",
        )
    } else if after_phone {
        (true, "an extension, because it follows a phone number")
    } else {
        (
            false,
            "a position, because no phone number stands before it",
        )
    }
}
