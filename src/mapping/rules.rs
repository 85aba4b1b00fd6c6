//! What a kept mapping does beyond naming columns: constants, defaults, values for other values, parting, joining,
//! several rows as one contact. A plain sheet needs none of it, and must not pay for it.

use std::borrow::Cow;

use super::rule::ColumnRule;
use super::value::Value;
use super::{Column, Mapping, MappingTarget};
use crate::model::Field;
use crate::sheet::Row;

/// How far apart the slots of rows are that belong to one contact.
const APART: u32 = 1000;

/// The values of a row that only rules give; those of a rule's columns are among them.
pub(super) fn values<'a>(mapping: &'a Mapping, row: &'a Row) -> Vec<Value<'a>> {
    let mut found = Vec::new();
    for column in &mapping.columns {
        if let Some(rule) = &column.rule {
            ruled(column, rule, row, &mut found);
        }
    }
    for join in &mapping.joins {
        let cells = join.columns.iter().map(|column| row.cell(*column).trim());
        let cells: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
        let column = join.columns.first().copied().unwrap_or(Value::NO_COLUMN);
        let text = Cow::Owned(cells.join(&join.with));
        found.extend(made(&join.target, text, column, row.number));
    }
    for constant in &mapping.constants {
        let text = Cow::Borrowed(constant.text.as_str());
        found.extend(made(&constant.target, text, Value::NO_COLUMN, row.number));
    }
    attached(mapping, row, &mut found);
    found
}

fn ruled<'a>(column: &'a Column, rule: &'a ColumnRule, row: &'a Row, found: &mut Vec<Value<'a>>) {
    let cell = row.cell(column.index).trim();
    let mapped = rule
        .values
        .iter()
        .find(|(from, _)| *from == cell.to_lowercase());
    let text = mapped.map_or(cell, |(_, to)| to.as_str());
    let text = if text.is_empty() {
        rule.default.as_deref().unwrap_or_default()
    } else {
        text
    };
    let slot = |value: Value<'a>| Value {
        slot: column.slot,
        dates: column.dates,
        number: row.is_number(column.index),
        ..value
    };
    let Some(at) = rule.split.as_deref().filter(|at| !at.is_empty()) else {
        let value = made(
            &column.target,
            Cow::Borrowed(text),
            column.index,
            row.number,
        );
        return found.extend(value.map(slot));
    };
    let mut targets = rule.into.iter();
    let most = if rule.into.is_empty() {
        usize::MAX
    } else {
        rule.into.len()
    };
    for part in text.splitn(most, at) {
        let target = targets.next().unwrap_or(&column.target);
        let value = made(target, Cow::Borrowed(part.trim()), column.index, row.number);
        found.extend(value.map(slot));
    }
}

fn made<'a>(
    target: &'a MappingTarget,
    text: Cow<'a, str>,
    column: u32,
    row: u64,
) -> Option<Value<'a>> {
    let (field, header) = match target {
        MappingTarget::Field(field) => (*field, Cow::Owned(field.to_string())),
        MappingTarget::Custom(name) => (Field::Custom, Cow::Borrowed(name.as_str())),
        MappingTarget::Ignored => return None,
    };
    (!text.trim().is_empty()).then_some(Value {
        field,
        slot: 1,
        row,
        column,
        header,
        text,
        dates: None,
        number: false,
        whole: false,
        extra: false,
    })
}

/// What the rows that belong to this one say beyond it.
fn attached<'a>(mapping: &'a Mapping, row: &'a Row, found: &mut Vec<Value<'a>>) {
    for (place, other) in (1..).zip(row.attached()) {
        for value in mapping.draft(other).values() {
            let before = row.attached().iter().take(place as usize - 1);
            let same = |before: &Row| before.cell(value.column) == other.cell(value.column);
            let known =
                value.column == Value::NO_COLUMN || same(row) || before.into_iter().any(same);
            if !known {
                let slot = value.slot + APART * place;
                found.push(Value { slot, ..value });
            }
        }
    }
}
