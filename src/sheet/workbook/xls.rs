//! Workbooks of before 2007, whose sheets the library reads whole. Such a sheet cannot be read as a stream: its texts
//! stand before it, its formats and merges around it.

use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;

use calamine::{Data, DataRef, Range, Reader, Xls, XlsError};

use super::super::{Row, SheetError};
use super::gather::Gather;
use super::ole;
use super::opened::{OpenedWorkbook, choose, cut, guarded, locked, opened_again, sheets_of, wrong};
use super::prescan::{self, Prescan};
use crate::sheet::rows::Table;

/// A sheet, held whole.
struct Whole {
    name: String,
    cells: Range<Data>,
    look: Prescan,
}

pub(super) fn open(
    name: &str,
    file: File,
    hint: Option<&str>,
) -> Result<OpenedWorkbook, SheetError> {
    let again = opened_again(name, &file)?;
    let is_cut = ole::is_cut(opened_again(name, &file)?, &["Workbook", "Book"]);
    if is_cut.is_ok_and(|is_cut| is_cut) {
        return Err(cut(name));
    }
    let opened = guarded(name, || Xls::new(BufReader::new(file)))?;
    let mut book = opened.map_err(|error| match error {
        XlsError::Password => locked(name),
        other => wrong(name, other.to_string()),
    })?;
    let (places, sheets) = sheets_of(book.sheets_metadata());
    let (chosen, notes) = choose(name, &sheets, hint)?;
    let sheet = sheets[chosen].name.clone();
    let cells = guarded(name, || book.worksheet_range(&sheet))?;
    let cells = cells.map_err(|error| wrong(name, error.to_string()))?;
    // What cannot be looked at ahead is read all the same, as it is held.
    let look = prescan::xls::at(again, places[chosen]).unwrap_or_default();
    let table = Box::new(Whole {
        name: name.to_owned(),
        cells,
        look,
    });
    Ok(OpenedWorkbook {
        table,
        sheet,
        notes,
    })
}

impl Table for Whole {
    fn rows(&mut self, each: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), SheetError> {
        let Some((top, left)) = self.cells.start() else {
            return Ok(());
        };
        let lines = (top..).zip(self.cells.rows());
        let mut cells = lines.flat_map(|(line, cells)| {
            let places = (left..).map(move |column| (line, column));
            places.zip(cells)
        });
        Gather::new(&self.name, &self.look, each).all(|gather| {
            let next = cells.next();
            let added = next.map(|(place, value)| gather.cell(place, &borrowed(value), None));
            added.transpose().map(|added| added.is_some())
        })
    }
}

fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Empty => DataRef::Empty,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            DataRef::SharedString(text)
        }
        Data::Bool(value) => DataRef::Bool(*value),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Float(value) => DataRef::Float(*value),
        Data::Int(value) => DataRef::Int(*value),
        Data::DateTime(moment) => DataRef::DateTime(*moment),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::csv::written;
    use super::super::fixtures::xls::{
        book, error, format, formula, hidden, label, merge, number, side_by_side, style,
    };
    use super::super::fixtures::{self, texts};
    use super::*;

    fn rows(bytes: &[u8]) -> Result<Vec<Row>, SheetError> {
        fixtures::rows(open("x.xls", written(bytes), None))
    }

    fn remarks(row: &Row) -> Vec<(&str, Option<u32>)> {
        let remarks = row.remarks().iter();
        remarks
            .map(|remark| (remark.code.id, remark.column))
            .collect()
    }

    /// What stands before the sheets: ten digits, digits in pairs, a day.
    fn globals() -> Vec<super::super::fixtures::BiffRecord> {
        vec![
            format(164, "0000000000"),
            format(165, "0#\" \"##\" \"##\" \"##\" \"##"),
            format(166, "dd/mm/yyyy"),
            style(0),
            style(164),
            style(165),
            style(166),
        ]
    }

    #[test]
    fn numbers_are_read_as_their_formats_show_them() {
        let cells = vec![
            label(0, 0, "Mobile"),
            number((1, 0, 1), 612_345_678.0),
            number((1, 1, 2), 612_345_678.0),
            number((1, 2, 0), 612_345_678.0),
            side_by_side((2, 0, 1), &[39_980_001, 39_980_002]),
            number((3, 0, 3), 44_198.0),
            error(3, 1, 0x2a),
            formula((4, 0, 1), 612_345_678_f64.to_le_bytes(), 0),
        ];
        let rows = rows(&book(&globals(), &[("A", cells)])).expect("readable");
        let expected = [
            vec!["Mobile"],
            vec!["0612345678", "06 12 34 56 78", "612345678"],
            vec!["0039980001", "0039980002"],
            vec!["2021-01-02", "#N/A"],
            vec!["0612345678"],
        ];
        assert_eq!(rows.iter().map(texts).collect::<Vec<_>>(), expected);
        assert!(rows[1].is_number(0) && remarks(&rows[4]).is_empty());
    }

    #[test]
    fn what_rows_do_not_say_by_themselves_is_seen() {
        let empty = [3, 0, 0, 0, 0, 0, 0xff, 0xff];
        let cells = vec![
            hidden(2),
            label(0, 0, "Company"),
            label(0, 1, "Name"),
            label(1, 0, "Exemple"),
            label(1, 1, "a"),
            label(2, 1, "b"),
            label(3, 1, "c"),
            formula((3, 2, 0), empty, 0),
            formula((3, 3, 0), [0; 8], 3),
            formula((3, 4, 0), [0; 8], 0),
            merge((1, 2), (0, 0)),
        ];
        // The second sheet: its own merges and rows, not those of the first.
        let first = (
            "Old",
            vec![hidden(0), label(0, 0, "x"), merge((0, 9), (1, 1))],
        );
        let mut both = [first, ("New", cells)];
        both.reverse();
        let rows_of = |globals: &[_]| rows(&book(globals, &both)).expect("readable");
        let rows = rows_of(&globals());
        let companies: Vec<&str> = rows.iter().map(|row| row.cell(0)).collect();
        assert_eq!(companies, ["Company", "Exemple", "Exemple", ""]);
        assert_eq!(remarks(&rows[2]), [("sheet.hidden-row", None)]);
        let no_value = [("sheet.no-value", Some(2)), ("sheet.no-value", Some(3))];
        assert_eq!(remarks(&rows[3]), no_value);
        // A spreadsheet wrote it, which computes: then 0 and the empty text are values.
        let computed = [globals(), vec![(0x01c1, vec![0xc1, 1, 0, 0, 0, 0, 0, 0])]].concat();
        assert_eq!(remarks(&rows_of(&computed)[3]), []);
    }

    #[test]
    fn days_are_counted_from_1904_where_the_book_says_so() {
        let globals = [globals(), vec![(0x0022, vec![1, 0])]].concat();
        let cells = vec![label(0, 0, "Day"), number((1, 0, 3), 42_736.0)];
        let rows = rows(&book(&globals, &[("A", cells)])).expect("readable");
        assert_eq!(texts(&rows[1]), ["2021-01-02"]);
    }

    #[test]
    fn a_broken_workbook_is_an_error_and_no_crash() {
        // Above and below the size from which a stream stands in sectors of its own.
        for count in [20, 400] {
            let cells = (0..count).flat_map(|row| [number((row, 0, 1), 6.0), hidden(row)]);
            let bytes = book(&globals(), &[("A", cells.collect())]);
            let sound = rows(&bytes).expect("readable");
            assert_eq!(
                (sound.len(), sound[7].cell(0)),
                (count.into(), "0000000006")
            );
            for at in (0..bytes.len()).step_by(211) {
                let mut bent = bytes.clone();
                bent[at] ^= 0x55;
                let _ = rows(&bent);
                // Where the end of the file is missing, no row of it is.
                if let Ok(read) = rows(&bytes[..at]) {
                    assert_eq!(read.len(), sound.len(), "cut at {at}");
                }
            }
        }
    }
}
