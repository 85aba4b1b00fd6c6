//! What each header means by itself: by the names that are known, by likeness, or not at all. It looks at one column
//! at a time.

use super::super::report::is_own;
use super::super::vocabulary::{Meaning, Vocabulary};
use super::super::{Certainty, Column, MappingTarget};
use crate::model::column_letters;
use crate::sheet::Row;

/// From which likeness on a header is taken for the known name, and from which on it is only suggested.
const LIKE: f64 = 0.85;
const RATHER_LIKE: f64 = 0.7;

const SAMPLES: usize = 3;

/// The columns of a header row, all of them free but those of a report, with samples from the rows below.
pub(in super::super) fn columns(header: &Row, below: &[Row]) -> Vec<Column> {
    let mut texts: Vec<&str> = header.cells().map(clean).collect();
    // Cells without a name at the end of the header are the delimiters of an exporter, unless values follow.
    while texts.last().is_some_and(|text| text.is_empty()) {
        let column = u32::try_from(texts.len() - 1).unwrap_or(u32::MAX);
        if below.iter().any(|row| !row.cell(column).trim().is_empty()) {
            break;
        }
        texts.pop();
    }
    let mut own = 0;
    let column = |(index, text): (u32, &str)| {
        let nameless = text.is_empty();
        let header = if nameless {
            column_letters(index - own)
        } else {
            text.to_owned()
        };
        let (target, certainty) = if is_own(&header) {
            own += 1;
            (MappingTarget::Ignored, Certainty::Exact)
        } else {
            (MappingTarget::Custom(header.clone()), Certainty::None)
        };
        Column {
            nameless,
            certainty,
            samples: samples(below, index),
            ..Column::given(index, &header, target)
        }
    };
    (0..).zip(texts).map(column).collect()
}

pub(super) fn clean(header: &str) -> &str {
    header.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}

fn samples(below: &[Row], column: u32) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in below
        .iter()
        .map(|row| row.cell(column).trim())
        .filter(|text| !text.is_empty())
    {
        if !found.iter().any(|before| before == text) {
            found.push(text.to_owned());
        }
        if found.len() == SAMPLES {
            break;
        }
    }
    found
}

pub(super) fn recognised(header: &str, names: &Vocabulary) -> Option<(Meaning, Certainty)> {
    let own = names
        .own(header)
        .map(|field| (Meaning::Is(field), Certainty::Exact));
    own.or_else(|| {
        names
            .known(header)
            .map(|meaning| (meaning, Certainty::Alias))
    })
}

/// What each header means by itself; the columns that rolo itself added to a report mean nothing.
pub(super) fn recognise(columns: &mut [Column], names: &Vocabulary) -> Vec<Option<Meaning>> {
    let mut meanings = Vec::new();
    for column in columns {
        if column.is_own() {
            meanings.push(None);
            continue;
        }
        if let Some(name) = column.header.strip_prefix("custom:") {
            column.target = MappingTarget::Custom(name.to_owned());
            column.certainty = Certainty::Exact;
            meanings.push(None);
            continue;
        }
        if let Some((field, slot)) = names.own_slot(&column.header) {
            column.slot = slot;
            column.certainty = Certainty::Exact;
            meanings.push(Some(Meaning::Is(field)));
            continue;
        }
        let found = recognised(&column.header, names).or_else(|| {
            let (meaning, likeness) = names.nearest(&column.header)?;
            if likeness >= LIKE {
                column.remark = Some("spelt nearly like a known name".to_owned());
                return Some((meaning, Certainty::Similar));
            }
            let Meaning::Is(field) = meaning else {
                return None;
            };
            column.suggestion = (likeness >= RATHER_LIKE).then_some(field);
            None
        });
        column.certainty = found.map_or(Certainty::None, |(_, certainty)| certainty);
        meanings.push(found.map(|(meaning, _)| meaning));
    }
    meanings
}
