//! The last word on each column: what the person says, then one column for each single field, then what no field
//! claims. Nothing is guessed here any more.

use super::super::header::fold;
use super::super::report::by_letters;
use super::super::{Certainty, Column, MappingError, MappingTarget, Options, Unmapped};
use crate::model::Field;

/// What the person said stands above every guess.
pub(super) fn assign(columns: &mut [Column], options: &Options) -> Result<(), MappingError> {
    for (name, target) in &options.given {
        let folded = fold(name);
        let by_text = columns
            .iter()
            .position(|column| column.header == name.trim());
        let by_name = || {
            columns
                .iter()
                .position(|column| fold(&column.header) == folded)
        };
        let by_letters = || by_letters(columns, name.trim());
        let Some(place) = by_text.or_else(by_name).or_else(by_letters) else {
            let headers = columns.iter().map(|column| column.header.clone()).collect();
            return Err(MappingError::NoColumn {
                name: name.clone(),
                headers,
            });
        };
        let column = &mut columns[place];
        column.target = target.clone().named(&column.header);
        column.certainty = Certainty::Given;
        column.remark = None;
        column.suggestion = None;
    }
    Ok(())
}

/// Fields of which a contact can hold several.
fn repeats(field: Field) -> bool {
    matches!(
        field,
        Field::Phone(_) | Field::Extension(_) | Field::Email(_) | Field::Groups
    )
}

/// Of two columns for one single field the surer has it, the first of equals; the other is kept as a free value.
pub(super) fn settle(columns: &mut [Column]) {
    for place in 0..columns.len() {
        let MappingTarget::Field(field) = columns[place].target else {
            continue;
        };
        let slot = columns[place].slot;
        let rival = columns.iter().enumerate().find(|(other, column)| {
            let surer = (column.certainty, place) > (columns[place].certainty, *other);
            let same = column.target == MappingTarget::Field(field) && column.slot == slot;
            *other != place && same && surer
        });
        let Some((_, rival)) = rival.filter(|_| !repeats(field)) else {
            continue;
        };
        let remark = format!("`{}` is taken for {field} already", rival.header);
        let column = &mut columns[place];
        column.remark = Some(remark);
        column.certainty = Certainty::None;
        // A second secret is kept nowhere: as a free value it would be shown.
        column.target = if field.is_secret() {
            column.samples.clear();
            MappingTarget::Ignored
        } else {
            MappingTarget::Custom(column.header.clone())
        };
    }
}

pub(super) fn unmapped(columns: &mut [Column], option: Unmapped) -> Result<(), MappingError> {
    let free = |column: &&mut Column| {
        matches!(column.target, MappingTarget::Custom(_)) && column.certainty == Certainty::None
    };
    match option {
        Unmapped::Custom => {}
        Unmapped::Drop => {
            for column in columns.iter_mut().filter(free) {
                column.target = MappingTarget::Ignored;
            }
        }
        Unmapped::Error => {
            let free: Vec<String> = columns
                .iter_mut()
                .filter(free)
                .map(|column| column.header.clone())
                .collect();
            if !free.is_empty() {
                return Err(MappingError::Unmapped { headers: free });
            }
        }
    }
    Ok(())
}
