//! Which row is the header. It looks at whole rows, before any column is known: at how wide they are, at names that
//! are known, and at values that stand where a name should.

use super::super::header::may_be_header;
use super::super::vocabulary::Vocabulary;
use super::super::{MappingError, Options};
use super::recognise::{clean, recognised};
use crate::sheet::Row;

/// Among how many first rows the header is looked for.
pub(in super::super) const ABOVE: usize = 30;

/// How many columns make a table.
const TABLE: usize = 3;

/// How many cells of a row are not blank.
fn filled(row: &Row) -> usize {
    row.cells().filter(|cell| !clean(cell).is_empty()).count()
}

fn widest(preview: &[Row]) -> usize {
    preview.iter().take(ABOVE).map(filled).max().unwrap_or(0)
}

/// The row that is probably the header though none of its names is known: the first that is no preamble (it
/// fills more than half of the columns), if no value stands in it.
pub(super) fn likely_header(preview: &[Row]) -> Option<usize> {
    let widest = widest(preview);
    let first = preview
        .iter()
        .take(ABOVE)
        .position(|row| filled(row) * 2 > widest)?;
    let repeated = repeats_below(preview, first);
    (may_be_header(&preview[first]) && !repeated).then_some(first)
}

/// Whether a cell of a row stands again below it in its column: a name of a column hardly does.
fn repeats_below(preview: &[Row], place: usize) -> bool {
    let cells = (0_u32..).zip(preview[place].cells());
    let mut cells = cells.filter(|(_, cell)| !clean(cell).is_empty());
    cells.any(|(column, cell)| {
        let mut below = preview[place + 1..].iter();
        below.any(|row| row.cell(column) == cell)
    })
}

/// Whether any of a row's names is known.
pub(super) fn means_something(row: &Row, names: &Vocabulary) -> bool {
    row.cells()
        .any(|cell| recognised(cell, names).is_some() || names.own_slot(cell).is_some())
}

/// The row with the most known names; the first of equals.
pub(super) fn find_header(
    preview: &[Row],
    names: &Vocabulary,
    options: &Options,
) -> Result<Option<usize>, MappingError> {
    if let Some(row) = options.header_row {
        let found = preview.iter().position(|header| header.number == row);
        return found.map(Some).ok_or(MappingError::NoRow { row });
    }
    let widest = widest(preview);
    let mut best: Option<(usize, usize)> = None;
    for (place, row) in preview.iter().take(ABOVE).enumerate() {
        // A known word that stands alone above a table is a title.
        let title = filled(row) == 1 && widest >= TABLE;
        if title || !may_be_header(row) {
            continue;
        }
        let known = row
            .cells()
            .filter(|cell| recognised(cell, names).is_some())
            .count();
        // One known word below rows that are as full is a value that happens to be one.
        let among = preview[..place]
            .iter()
            .any(|above| filled(above) * 2 > widest);
        if known == 1 && among && widest > 1 {
            continue;
        }
        if known > best.map_or(0, |(_, most)| most) {
            best = Some((place, known));
        }
    }
    Ok(best.map(|(place, _)| place))
}
