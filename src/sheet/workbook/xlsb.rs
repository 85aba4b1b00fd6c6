//! Binary workbooks of since 2007, cell by cell. It owns the streaming of their library, which knows nothing of
//! number formats, hidden rows, merges, and errors that formulas give.

use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;

use calamine::{Reader, Xlsb, XlsbError};

use super::super::{Row, SheetError};
use super::gather::Gather;
use super::opened::{
    OpenedWorkbook, choose, guarded, locked, opened_again, sheets_of, weigh, wrong,
};
use super::prescan::{self, Prescan};
use crate::sheet::rows::Table;

/// An opened workbook and its chosen sheet.
struct XlsbTable {
    name: String,
    workbook: Xlsb<BufReader<File>>,
    sheet: String,
    look: Prescan,
}

pub(super) fn open(
    name: &str,
    mut file: File,
    hint: Option<&str>,
) -> Result<OpenedWorkbook, SheetError> {
    weigh(name, &mut file)?;
    let again = opened_again(name, &file)?;
    let opened = guarded(name, || Xlsb::new(BufReader::new(file)))?;
    let mut workbook = opened.map_err(|error| broken(name, &error))?;
    let (places, sheets) = sheets_of(workbook.sheets_metadata());
    let (chosen, notes) = choose(name, &sheets, hint)?;
    let sheet = sheets[chosen].name.clone();
    let look = prescan::xlsb::at(again, places[chosen]).unwrap_or_default();
    let reader = guarded(name, || workbook.worksheet_cells_reader(&sheet).map(drop))?;
    reader.map_err(|error| broken(name, &error))?;
    let book = XlsbTable {
        name: name.to_owned(),
        workbook,
        sheet: sheet.clone(),
        look,
    };
    Ok(OpenedWorkbook {
        table: Box::new(book),
        sheet,
        notes,
    })
}

impl Table for XlsbTable {
    fn rows(&mut self, each: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), SheetError> {
        let (name, sheet) = (self.name.as_str(), self.sheet.as_str());
        let workbook = &mut self.workbook;
        let gather = Gather::new(name, &self.look, each);
        let mut cells = guarded(name, || workbook.worksheet_cells_reader(sheet))?
            .map_err(|error| broken(name, &error))?;
        gather.all(|gather| match cells.next_cell() {
            Ok(Some(cell)) => {
                let added = gather.cell(cell.get_position(), cell.get_value(), None);
                added.map(|()| true)
            }
            Ok(None) => Ok(false),
            Err(error) => Err(broken(name, &error)),
        })
    }
}

fn broken(name: &str, error: &XlsbError) -> SheetError {
    match error {
        XlsbError::Password => locked(name),
        other => wrong(name, other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::csv::written;
    use super::super::fixtures::xlsb::{book, error, label, merge, number, row, whole};
    use super::super::fixtures::{self, texts};
    use super::*;

    const FORMATS: (&[(u16, &str)], &[u16]) = (
        &[
            (164, "0000000000"),
            (165, "00\\ 00\\ 00\\ 00\\ 00"),
            (166, "dd/mm/yyyy"),
        ],
        &[0, 164, 165, 166],
    );

    fn rows(bytes: &[u8]) -> Result<Vec<Row>, SheetError> {
        fixtures::rows(open("x.xlsb", written(bytes), None))
    }

    #[test]
    fn cells_are_read_as_the_spreadsheet_shows_them() {
        let cells = [
            row(0, 0),
            label(0, "Société"),
            label(1, "Mobile"),
            row(4, 0),
            label(0, "Exemple"),
            number(1, 1, 612_345_678.0),
            whole(2, 2, 399_800_012),
            number(3, 3, 44_198.0),
            error(3, 4, 0x07),
            error(11, 5, 0x2a),
            row(5, 1),
            number(1, 0, 612_345_678.0),
            row(6, 0),
            label(3, "far"),
            merge((4, 5), (0, 0)),
        ];
        let rows = rows(&book(0, FORMATS, &cells)).expect("readable");
        let expected = [
            vec!["Société", "Mobile"],
            vec![
                "Exemple",
                "0612345678",
                "03 99 80 00 12",
                "2021-01-02",
                "#DIV/0!",
                "#N/A",
            ],
            vec!["Exemple", "612345678"],
            vec!["", "", "", "far"],
        ];
        assert_eq!(rows.iter().map(texts).collect::<Vec<_>>(), expected);
        let numbers: Vec<u64> = rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [1, 5, 6, 7]);
        assert_eq!(rows[2].remarks()[0].code.id, "sheet.hidden-row");
        assert!(rows[1].is_number(1) && rows[1].remarks().is_empty());
    }

    #[test]
    fn days_are_counted_from_1904_where_the_book_says_so() {
        let cells = [row(0, 0), number(0, 3, 42_736.0)];
        let rows = rows(&book(1, FORMATS, &cells)).expect("readable");
        assert_eq!(texts(&rows[0]), ["2021-01-02"]);
    }

    #[test]
    fn a_broken_workbook_is_an_error_and_no_crash() {
        let lines = (0..200).flat_map(|line| [row(line, 1), number(0, 1, 6.0)]);
        let bytes = book(0, FORMATS, &lines.collect::<Vec<_>>());
        assert_eq!(rows(&bytes).expect("readable").len(), 200);
        for at in (0..bytes.len()).step_by(5) {
            let mut bent = bytes.clone();
            bent[at] ^= 0x55;
            let _ = rows(&bent);
            assert!(rows(&bytes[..at]).is_err(), "cut at {at}");
        }
    }
}
