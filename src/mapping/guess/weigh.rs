//! Columns weighed against what stands beside and below them: numbered siblings, and values that contradict their
//! header. The shape of the data counts, not only its name.

use super::super::layouts::{Member, Numbered};
use super::super::shape::ValueShape;
use super::super::{Certainty, Column, MappingTarget};
use crate::model::{Field, Kind};
use crate::sheet::Row;

/// Numbered columns: a sibling says the kind, an address's parts belong together.
pub(super) fn number(columns: &mut [Column]) {
    let numbered: Vec<Option<Numbered>> = columns
        .iter()
        .map(|column| Numbered::of(&column.header))
        .collect();
    for place in 0..columns.len() {
        let Some(own) = numbered[place] else { continue };
        let mut beside = (0_u32..).zip(&numbered).filter_map(|(index, other)| {
            let other = other.filter(|other| other.is_beside(own))?;
            Some((index, other.member))
        });
        let kind = beside.clone().find(|(_, member)| *member == Member::Kind);
        let in_parts = beside.any(|(_, member)| matches!(member, Member::Part(_)));
        let column = &mut columns[place];
        column.slot = own.number;
        column.certainty = Certainty::Alias;
        match own.field() {
            Some(_) if own.member == Member::Whole && in_parts => {
                column.target = MappingTarget::Custom(column.header.clone());
                column.certainty = Certainty::None;
                column.remark = Some("its parts have columns of their own".to_owned());
            }
            Some(field) => {
                column.target = MappingTarget::Field(field);
                column.kind_from = kind.map(|(index, _)| index);
            }
            None => {
                column.target = MappingTarget::Ignored;
                column.remark = Some("says what the value beside it is for".to_owned());
            }
        }
    }
    let mut seen = Vec::new();
    for column in columns.iter_mut() {
        if let Some(kind) = column.kind_from {
            column.labels = !seen.contains(&kind);
            seen.push(kind);
        }
    }
}

/// Weighs the values against the header: e-mail addresses are some whatever the header says, and a phone number
/// is no name. A column of which header and values say two things is taken by its values, and it is told.
pub(super) fn weigh(columns: &mut [Column], below: &[Row]) {
    for column in columns {
        let MappingTarget::Field(field) = column.target else {
            continue;
        };
        if column.certainty == Certainty::Exact {
            continue;
        }
        let kind = match field {
            Field::Phone(kind @ (Kind::Work | Kind::Home | Kind::Other)) => kind,
            _ => Kind::Work,
        };
        let named = matches!(
            field,
            Field::FullName | Field::LastName | Field::FirstName | Field::Primary | Field::Company
        );
        let found = match (ValueShape::of(below, column.index), field) {
            (ValueShape::Emails, Field::Phone(_)) => Field::Email(kind),
            (ValueShape::Emails, _) if named => Field::Email(Kind::Work),
            (ValueShape::Phones, Field::Email(_)) => Field::Phone(Kind::Work),
            (ValueShape::Phones, _) if named => Field::Phone(Kind::Work),
            (ValueShape::Words, Field::Phone(_)) => {
                let words = "a phone by its header, and its values are words";
                column.remark = Some(words.to_owned());
                continue;
            }
            _ => continue,
        };
        column.remark = Some(format!("{field} by its header, {found} by its values"));
        column.certainty = Certainty::Similar;
        column.target = MappingTarget::Field(found);
    }
}
