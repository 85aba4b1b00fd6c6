//! Excel workbooks of since 2007, cell by cell. It owns the streaming side of the spreadsheet library, and guards
//! against what crashes it: cells far out, broken parts. A sheet is never held whole.

use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;

use calamine::{Reader, Xlsx, XlsxError};

use super::super::{Row, SheetError};
use super::gather::Gather;
use super::numbers::Pattern;
use super::opened::{
    OpenedWorkbook, choose, guarded, locked, opened_again, sheets_of, weigh, wrong,
};
use super::prescan::{self, Prescan};
use crate::sheet::rows::Table;

/// An opened workbook and its chosen sheet.
struct XlsxTable {
    name: String,
    workbook: Xlsx<BufReader<File>>,
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
    let (opened, ahead) = opened(name, file, &again)?;
    let mut workbook = opened.map_err(|error| broken(name, &error))?;
    let (_, sheets) = sheets_of(workbook.sheets_metadata());
    let (chosen, notes) = choose(name, &sheets, hint)?;
    let sheet = sheets[chosen].name.clone();
    // What cannot be looked at ahead is read all the same: only remarks would be missing.
    let look = match ahead {
        Some((seen, look)) if seen == sheet => look,
        _ => prescan::xlsx::at(again, &sheet).unwrap_or_default(),
    };
    let reader = guarded(name, || workbook.worksheet_cells_reader(&sheet).map(drop))?;
    reader.map_err(|error| broken(name, &error))?;
    let book = XlsxTable {
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

/// Opens the workbook, whose shared texts take time, and looks ahead meanwhile, at a sheet that stands alone.
#[expect(clippy::type_complexity, reason = "what the library gives, and a name")]
fn opened(
    name: &str,
    file: File,
    again: &File,
) -> Result<
    (
        Result<Xlsx<BufReader<File>>, XlsxError>,
        Option<(String, Prescan)>,
    ),
    SheetError,
> {
    let beside = again.try_clone().ok().filter(|_| cfg!(unix));
    std::thread::scope(|scope| {
        let look = || prescan::xlsx::at_the_only(beside?).ok()?;
        let ahead = std::thread::Builder::new().spawn_scoped(scope, look);
        let opened = guarded(name, || Xlsx::new(BufReader::new(file)));
        let ahead = ahead.ok().and_then(|ahead| ahead.join().ok().flatten());
        Ok((opened?, ahead))
    })
}

impl Table for XlsxTable {
    fn rows(&mut self, each: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), SheetError> {
        let (name, sheet) = (self.name.as_str(), self.sheet.as_str());
        let workbook = &mut self.workbook;
        let gather = Gather::new(name, &self.look, each);
        let mut cells = guarded(name, || workbook.worksheet_cells_reader(sheet))?
            .map_err(|error| broken(name, &error))?;
        let patterns: Vec<Option<Pattern>> = cells
            .styles()
            .iter()
            .map(|style| Pattern::of(&style.number_format.as_ref()?.format_code))
            .collect();
        gather.all(|gather| match cells.next_cell_with_style_id() {
            Ok(Some((cell, style))) => {
                let pattern = patterns.get(style).and_then(Option::as_ref);
                let added = gather.cell(cell.get_position(), cell.get_value(), pattern);
                added.map(|()| true)
            }
            Ok(None) => Ok(false),
            Err(error) => Err(broken(name, &error)),
        })
    }
}

fn broken(name: &str, error: &XlsxError) -> SheetError {
    match error {
        XlsxError::Password => locked(name),
        other => wrong(name, other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

    use super::super::super::csv::written;
    use super::super::fixtures::{self, texts};
    use super::*;

    fn rows(bytes: &[u8], sheet: Option<&str>) -> Result<Vec<Row>, SheetError> {
        fixtures::rows(open("book.xlsx", written(bytes), sheet))
    }

    #[test]
    fn cells_are_read_as_the_spreadsheet_shows_them() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let ten = Format::new().set_num_format("0000000000");
        let day = Format::new().set_num_format("dd/mm/yyyy");
        sheet.write(1, 1, "Nom").expect("a text");
        sheet.write(1, 3, 33_000).expect("a number");
        sheet
            .write_with_format(4, 0, 612_345_678, &ten)
            .expect("a number");
        sheet.write(4, 1, "0612345678").expect("a text");
        sheet.write(4, 2, true).expect("a boolean");
        let date = ExcelDateTime::from_ymd(2021, 1, 2).expect("a date");
        sheet.write_with_format(4, 3, &date, &day).expect("a date");
        sheet.write(4, 4, 1.5).expect("a number");
        sheet
            .write(4, 5, Formula::new("=NA()").set_result("#N/A"))
            .expect("a formula");
        sheet.write(5, 0, "  ").expect("blanks");
        sheet.write(7, 0, "two\nlines").expect("a text");
        let rows = rows(&book.save_to_buffer().expect("a workbook"), None).expect("readable");
        let numbers: Vec<u64> = rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [2, 5, 8]);
        assert_eq!(texts(&rows[0]), ["", "Nom", "", "33000"]);
        assert_eq!(
            texts(&rows[1])[..5],
            ["0612345678", "0612345678", "TRUE", "2021-01-02", "1.5"]
        );
        assert_eq!(rows[1].cell(5), "#N/A");
        assert!(rows[1].is_number(0) && !rows[1].is_number(1));
        assert_eq!(texts(&rows[2]), ["two\nlines"]);
    }

    #[test]
    fn a_sheet_is_chosen_by_name_or_number() {
        let mut book = Workbook::new();
        book.add_worksheet()
            .set_name("Notes")
            .expect("a name")
            .set_hidden(true);
        let second = book
            .add_worksheet()
            .set_name("Clients")
            .expect("a name")
            .set_active(true);
        second.write(0, 0, "c").expect("a text");
        book.add_worksheet().write(0, 0, "three").expect("a text");
        let bytes = book.save_to_buffer().expect("a workbook");
        for (hint, cell) in [
            (None, "c"),
            (Some("clients"), "c"),
            (Some("3"), "three"),
            (Some("Sheet3"), "three"),
        ] {
            assert_eq!(
                rows(&bytes, hint).expect("readable")[0].cell(0),
                cell,
                "{hint:?}"
            );
        }
        let error = rows(&bytes, Some("Kunden")).expect_err("there is none");
        assert!(
            error
                .help()
                .contains("`Notes` (hidden), `Clients`, `Sheet3`"),
            "{}",
            error.help()
        );
    }

    #[test]
    fn what_rows_do_not_say_by_themselves_is_seen() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let plain = Format::new();
        for (row, text) in (0..).zip(["Nom", "a", "b", "c", "d"]) {
            sheet.write(row, 1, text).expect("a text");
        }
        sheet
            .merge_range(1, 0, 2, 0, "Exemple", &plain)
            .expect("a merge");
        sheet.set_row_hidden(3).expect("a row");
        sheet
            .write(4, 3, 1_234_567_890_123_456_f64)
            .expect("a number");
        let rows = rows(&book.save_to_buffer().expect("a workbook"), None).expect("readable");
        let companies: Vec<&str> = rows.iter().map(|row| row.cell(0)).collect();
        assert_eq!(companies, ["", "Exemple", "Exemple", "", ""]);
        let remarks = |row: usize| -> Vec<(&str, Option<u32>)> {
            let remarks = rows[row].remarks().iter();
            remarks
                .map(|remark| (remark.code.id, remark.column))
                .collect()
        };
        assert_eq!(remarks(3), [("sheet.hidden-row", None)]);
        assert_eq!(remarks(4), [("sheet.rounded", Some(3))]);
    }

    #[test]
    fn a_broken_workbook_is_an_error_and_no_crash() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for row in 0..200 {
            sheet.write(row, 0, format!("name {row}")).expect("a text");
        }
        let bytes = book.save_to_buffer().expect("a workbook");
        for cut in (0..bytes.len()).step_by(bytes.len() / 40) {
            assert!(rows(&bytes[..cut], None).is_err(), "cut at {cut}");
            let mut bent = bytes.clone();
            bent[cut] ^= 0x55;
            let _ = rows(&bent, None);
        }
        let mut wide = Workbook::new();
        wide.add_worksheet()
            .write(0, 16_383, "far out")
            .expect("a text");
        let error = rows(&wide.save_to_buffer().expect("a workbook"), None);
        assert!(error.expect_err("too wide").to_string().contains("XFD1"));
    }

    #[test]
    fn an_archive_that_swells_is_refused() {
        use std::io::Write as _;
        let mut bytes = std::io::Cursor::new(Vec::new());
        let mut bomb = zip::ZipWriter::new(&mut bytes);
        let options = zip::write::SimpleFileOptions::default();
        bomb.start_file("xl/workbook.xml", options)
            .expect("memory can be written");
        bomb.write_all(&vec![b' '; 40 << 20])
            .expect("memory can be written");
        bomb.finish().expect("memory can be written");
        let error = rows(bytes.get_ref(), None).expect_err("it swells");
        assert!(error.to_string().contains("times its size"), "{error}");
    }
}
