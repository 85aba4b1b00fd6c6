//! The guess: which row is the header, and what each of its columns holds. It is a chain of small decisions, each of
//! which must be told to the person who asks why.

mod dates;
mod decide;
mod header_row;
mod recognise;
mod settle;
#[cfg(test)]
mod tests;
mod weigh;

use super::layouts;
use super::report;
use super::shape::ValueShape;
use super::vocabulary::vocabulary;
use super::{Certainty, Column, Mapping, MappingError, MappingTarget, Options};
pub(super) use header_row::ABOVE;
pub(super) use recognise::columns;

use decide::decide;
use header_row::{find_header, likely_header, means_something};
use recognise::{clean, recognise};
use settle::{assign, settle, unmapped};
use weigh::{number, weigh};

use crate::model::{Field, Kind};
use crate::sheet::Row;

pub(super) fn guess(preview: &[Row], options: &Options) -> Result<Mapping, MappingError> {
    let first = preview.first().ok_or(MappingError::Empty)?;
    let names = vocabulary();
    let report = report::header(preview);
    let none = options.header_row == Some(0) && first.number > 0 && report.is_none();
    let known = match report {
        _ if none => None,
        // Its header is where rolo has put it, wherever that of the sheet was.
        Some(place) => Some(place).filter(|place| means_something(&preview[*place], names)),
        None => find_header(preview, names, options)?,
    };
    let likely = || likely_header(preview).filter(|_| !options.given.is_empty() && !none);
    let Some(header) = known.or_else(likely) else {
        if let Some(mapping) = layouts::is_twelve(preview).then(|| twelve(preview)) {
            return Ok(mapping);
        }
        if none && !options.given.is_empty() {
            let mut mapping = headerless(preview);
            assign(&mut mapping.columns, options)?;
            mapping.look();
            return Ok(mapping);
        }
        return Err(match likely_header(preview) {
            None => MappingError::NoHeader { row: first.number },
            Some(place) => MappingError::NothingRecognised {
                row: preview[place].number,
                headers: preview[place]
                    .cells()
                    .map(|cell| clean(cell).to_owned())
                    .collect(),
            },
        });
    };
    let mut columns = columns(&preview[header], &preview[header + 1..]);
    let meanings = recognise(&mut columns, names);
    decide(&mut columns, &meanings);
    number(&mut columns);
    weigh(&mut columns, &preview[header + 1..]);
    assign(&mut columns, options)?;
    settle(&mut columns);
    unmapped(&mut columns, options.unmapped)?;
    dates::date(&mut columns, &preview[header + 1..]);
    for column in &mut columns {
        if matches!(column.target, MappingTarget::Field(field) if field.is_secret()) {
            column.samples.clear();
        }
    }
    Ok(Mapping::plain(Some(preview[header].number), columns))
}

/// The mapping of a sheet whose header, if there is one, says nothing; `bare` says that there is none.
pub(super) fn custom(preview: &[Row], bare: bool) -> Mapping {
    let header = likely_header(preview).filter(|place| place + 1 < preview.len() && !bare);
    if let Some(place) = header {
        let mut columns = columns(&preview[place], &preview[place + 1..]);
        dates::date(&mut columns, &preview[place + 1..]);
        return Mapping::plain(Some(preview[place].number), columns);
    }
    headerless(preview)
}

/// Columns without names; those whose values speak for themselves are taken for what they are.
pub(super) fn headerless(preview: &[Row]) -> Mapping {
    let width = preview.iter().map(Row::len).max().unwrap_or(0);
    let empty = Row::of(0, std::iter::repeat_n("", width));
    let mut columns = columns(&empty, preview);
    for column in &mut columns {
        let (field, words) = match ValueShape::of(preview, column.index) {
            ValueShape::Emails => (Field::Email(Kind::Work), "its values are e-mail addresses"),
            ValueShape::Phones => (Field::Phone(Kind::Work), "its values are phone numbers"),
            _ => {
                column.remark = untold(column);
                continue;
            }
        };
        column.target = MappingTarget::Field(field);
        column.certainty = Certainty::Similar;
        column.remark = Some(words.to_owned());
    }
    dates::date(&mut columns, preview);
    Mapping::plain(None, columns)
}

/// What is asked about a column of texts without a header: a name, a company and a town look alike.
fn untold(column: &Column) -> Option<String> {
    let is_text = |sample: &String| sample.chars().any(char::is_alphabetic);
    let header = &column.header;
    column.samples.iter().any(is_text).then(|| {
        format!("its texts may be names or anything else: --column {header}=FIELD says what, such as {header}=name.last")
    })
}

/// The mapping of the sheet of twelve columns that has no header.
fn twelve(preview: &[Row]) -> Mapping {
    let mut mapping = headerless(preview);
    for (column, field) in mapping.columns.iter_mut().zip(layouts::TWELVE) {
        column.target = MappingTarget::Field(field);
        column.certainty = Certainty::Similar;
        column.remark = Some("by its place in an import sheet of twelve columns".to_owned());
        if field.is_secret() {
            column.samples.clear();
        }
    }
    mapping.look();
    mapping
}
