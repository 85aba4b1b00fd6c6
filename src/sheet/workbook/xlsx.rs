//! Excel workbooks of since 2007, cell by cell. It stands alone because it owns the streaming side of the
//! spreadsheet library, and guards against what crashes it: cells far out, broken parts. A sheet is never held whole.

use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::super::row::Remark;
use super::super::{Row, SheetError, Table};
use super::look::{self, HIDDEN_ROW, Look, NO_VALUE};
use super::numbers::{self, Pattern};
use super::{AGAIN, Opened, Sheet, WIDEST, choose, guarded, locked, weigh, wrong};

/// An opened workbook and its chosen sheet.
struct Book {
    name: String,
    workbook: Xlsx<BufReader<File>>,
    sheet: String,
    look: Look,
}

pub(super) fn open(name: &str, mut file: File, hint: Option<&str>) -> Result<Opened, SheetError> {
    weigh(name, &mut file)?;
    let again = file.try_clone().map_err(|source| SheetError::Open {
        file: name.to_owned(),
        source,
    })?;
    let opened = guarded(name, || Xlsx::new(BufReader::new(file)))?;
    let mut workbook = opened.map_err(|error| broken(name, &error))?;
    let sheets: Vec<Sheet> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| Sheet {
            name: sheet.name.clone(),
            visible: sheet.visible == SheetVisible::Visible,
        })
        .collect();
    let (place, notes) = choose(name, &sheets, hint)?;
    let sheet = sheets.into_iter().nth(place).map(|sheet| sheet.name);
    let sheet = sheet.ok_or_else(|| wrong(name, "it has no sheet with cells"))?;
    // What cannot be looked at ahead is read all the same: only remarks would be missing.
    let look = look::at(again, &sheet).unwrap_or_default();
    let reader = guarded(name, || workbook.worksheet_cells_reader(&sheet).map(drop))?;
    reader.map_err(|error| broken(name, &error))?;
    let book = Book {
        name: name.to_owned(),
        workbook,
        sheet: sheet.clone(),
        look,
    };
    Ok(Opened {
        table: Box::new(book),
        sheet,
        notes,
    })
}

impl Table for Book {
    fn rows(&mut self, each: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), SheetError> {
        let (name, sheet) = (self.name.as_str(), self.sheet.as_str());
        let workbook = &mut self.workbook;
        let mut finish = Finish::of(&self.look);
        let mut cells = guarded(name, || workbook.worksheet_cells_reader(sheet))?
            .map_err(|error| broken(name, &error))?;
        let patterns: Vec<Option<Pattern>> = cells
            .styles()
            .iter()
            .map(|style| Pattern::of(&style.number_format.as_ref()?.format_code))
            .collect();
        let mut row = Row::new(0);
        loop {
            let next = guarded(name, || cells.next_cell_with_style_id())?;
            let Some((cell, style)) = next.map_err(|error| broken(name, &error))? else {
                break;
            };
            let (line, column) = cell.get_position();
            let value = cell.get_value();
            if matches!(value, DataRef::Empty) {
                continue;
            }
            let number = u64::from(line) + 1;
            if number != row.number {
                let done = std::mem::replace(&mut row, Row::new(number));
                if !done.is_blank() && each(finish.row(done)).is_break() {
                    return Ok(());
                }
            }
            reach(name, &mut row, column)?;
            push(
                &mut row,
                value,
                patterns.get(style).and_then(Option::as_ref),
            );
        }
        if !row.is_blank() {
            let _ = each(finish.row(row));
        }
        Ok(())
    }
}

/// What a look ahead adds to the rows: values of merged cells, and remarks.
struct Finish<'l> {
    look: &'l Look,
    /// The value of each merge that has begun, by its place in the look.
    merged: Vec<Option<String>>,
}

impl<'l> Finish<'l> {
    fn of(look: &'l Look) -> Self {
        Self {
            look,
            merged: vec![None; look.merges.len()],
        }
    }

    fn row(&mut self, row: Row) -> Row {
        if self.look.is_plain() {
            return row;
        }
        let mut row = self.fill(row);
        let remark = |code, column, message: &'static str| Remark {
            code,
            column,
            found: String::new(),
            message: message.into(),
        };
        if self.look.hides(row.number) {
            row.remark(remark(&HIDDEN_ROW, None, "the row is hidden in the sheet"));
        }
        for column in self.look.formulas_without_value(row.number) {
            let message = "the formula has no stored value";
            row.remark(remark(&NO_VALUE, Some(column), message));
        }
        row
    }

    /// A merged cell holds its value for every row that it covers, in its first column.
    fn fill(&mut self, row: Row) -> Row {
        let mut filled: Vec<(u32, &str)> = Vec::new();
        for (merge, value) in self.look.merges.iter().zip(&mut self.merged) {
            if row.number == merge.first {
                *value = Some(row.cell(merge.column).to_owned());
            }
            let inside = row.number > merge.first && row.number <= merge.last;
            let empty = row.cell(merge.column).is_empty();
            if let (true, true, Some(value)) = (inside, empty, value.as_deref()) {
                filled.push((merge.column, value));
            }
        }
        filled.retain(|(_, value)| !value.is_empty());
        if filled.is_empty() {
            return row;
        }
        filled.sort_unstable();
        filled.dedup_by_key(|(column, _)| *column);
        row.with_cells(&filled)
    }
}

/// Fills the row with empty cells up to a column.
pub(super) fn reach(name: &str, row: &mut Row, column: u32) -> Result<(), SheetError> {
    let place = crate::model::Place {
        row: row.number,
        column: Some(column),
    };
    let wrong = |why: String, help: &str| {
        Err(SheetError::Workbook {
            file: name.to_owned(),
            why,
            help: help.to_owned(),
        })
    };
    if column >= WIDEST {
        let why = format!("a cell stands at {place}, beyond {WIDEST} columns");
        return wrong(why, "delete the columns to the right of the table");
    }
    if (column as usize) < row.len() {
        return wrong(format!("the cell {place} is not in its order"), AGAIN);
    }
    while row.len() < column as usize {
        row.push("");
    }
    Ok(())
}

fn push(row: &mut Row, value: &DataRef<'_>, pattern: Option<&Pattern>) {
    match value {
        DataRef::Empty => row.push(""),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            row.push(text);
        }
        DataRef::SharedString(text) => row.push(text),
        DataRef::Bool(true) => row.push("TRUE"),
        DataRef::Bool(false) => row.push("FALSE"),
        DataRef::Error(error) => row.push(&error.to_string()),
        DataRef::Float(value) => numbers::push(row, *value, pattern),
        #[allow(clippy::cast_precision_loss)] // a cell holds a double, whatever its type says
        DataRef::Int(value) => numbers::push(row, *value as f64, pattern),
        DataRef::DateTime(moment) if moment.is_duration() => {
            row.push(&numbers::duration(moment.as_f64()));
        }
        DataRef::DateTime(moment) => {
            row.push(&numbers::moment(moment.to_ymd_hms_milli(), moment.as_f64()));
        }
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
    use super::*;

    fn rows(bytes: &[u8], sheet: Option<&str>) -> Result<Vec<Row>, SheetError> {
        let mut book = open("book.xlsx", written(bytes), sheet)?;
        let mut rows = Vec::new();
        book.table.rows(&mut |row| {
            rows.push(row);
            ControlFlow::Continue(())
        })?;
        Ok(rows)
    }

    fn texts(row: &Row) -> Vec<&str> {
        row.cells().collect()
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
