//! Excel workbooks, cell by cell. It stands alone because it owns the spreadsheet library, and guards against
//! what crashes it: archives that swell, cells far out, broken parts. A sheet is never held whole.

use std::fs::File;
use std::io::{BufReader, Seek};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::numbers::{self, Pattern};
use super::{Hints, Row, SheetError, Table};

/// How large a workbook may be when it is unpacked, in bytes.
const LARGEST: u64 = 2 << 30;

/// How often a workbook above `SUSPECT` bytes may outgrow its archive.
const SWELLS: u64 = 100;
const SUSPECT: u64 = 32 << 20;

/// How many columns are read; a cell beyond is a stray one.
const WIDEST: u32 = 2048;

const AGAIN: &str = "open it in the spreadsheet and save it again, or save the sheet as CSV";

/// An opened workbook and its chosen sheet.
pub(super) struct Book {
    name: String,
    workbook: Xlsx<BufReader<File>>,
    pub(super) sheet: String,
}

impl Book {
    pub(super) fn open(name: &str, mut file: File, hints: &Hints) -> Result<Self, SheetError> {
        weigh(name, &mut file)?;
        let opened = guarded(name, || Xlsx::new(BufReader::new(file)))?;
        let workbook = opened.map_err(|error| broken(name, &error))?;
        let sheet = choose(name, &workbook, hints.sheet.as_deref())?;
        Ok(Self {
            name: name.to_owned(),
            workbook,
            sheet,
        })
    }
}

impl Table for Book {
    fn rows(&mut self, each: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), SheetError> {
        let (name, sheet) = (self.name.as_str(), self.sheet.as_str());
        let workbook = &mut self.workbook;
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
                if !done.is_blank() && each(done).is_break() {
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
            let _ = each(row);
        }
        Ok(())
    }
}

/// Fills the row with empty cells up to a column.
fn reach(name: &str, row: &mut Row, column: u32) -> Result<(), SheetError> {
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
        DataRef::Float(value) => row.push_number(&numbers::shown(*value, pattern)),
        #[allow(clippy::cast_precision_loss)] // a cell holds a double, whatever its type says
        DataRef::Int(value) => row.push_number(&numbers::shown(*value as f64, pattern)),
        DataRef::DateTime(moment) if moment.is_duration() => {
            row.push(&numbers::duration(moment.as_f64()));
        }
        DataRef::DateTime(moment) => {
            row.push(&numbers::moment(moment.to_ymd_hms_milli(), moment.as_f64()));
        }
    }
}

/// Refuses an archive that is made to exhaust memory: the library unpacks a text in one piece.
fn weigh(name: &str, file: &mut File) -> Result<(), SheetError> {
    let wrong = |why: String| SheetError::Workbook {
        file: name.to_owned(),
        why,
        help: AGAIN.to_owned(),
    };
    let mut archive = zip::ZipArchive::new(&mut *file)
        .map_err(|error| wrong(format!("it is a damaged archive ({error})")))?;
    let (mut packed, mut unpacked) = (0_u64, 0_u64);
    for part in 0..archive.len() {
        let part = archive.by_index_raw(part);
        let part = part.map_err(|error| wrong(format!("it is a damaged archive ({error})")))?;
        packed = packed.saturating_add(part.compressed_size());
        unpacked = unpacked.saturating_add(part.size());
    }
    if unpacked > LARGEST {
        return Err(wrong(format!("it unpacks to {} MB", unpacked >> 20)));
    }
    if unpacked > SUSPECT && unpacked / packed.max(1) > SWELLS {
        return Err(wrong(format!(
            "it unpacks to {} times its size",
            unpacked / packed.max(1)
        )));
    }
    drop(archive);
    file.rewind().map_err(|source| SheetError::Open {
        file: name.to_owned(),
        source,
    })
}

/// The sheet to read: by name, by number from 1, else the first that is visible.
fn choose(
    name: &str,
    book: &Xlsx<BufReader<File>>,
    hint: Option<&str>,
) -> Result<String, SheetError> {
    let all = book.sheets_metadata();
    let mut tables = all.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let Some(hint) = hint else {
        let visible = tables
            .clone()
            .find(|sheet| sheet.visible == SheetVisible::Visible);
        let first = visible.or_else(|| tables.next());
        return first
            .map(|sheet| sheet.name.clone())
            .ok_or_else(|| SheetError::Workbook {
                file: name.to_owned(),
                why: "it has no sheet with cells".to_owned(),
                help: AGAIN.to_owned(),
            });
    };
    let numbered = hint
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1));
    let named = tables.clone().find(|sheet| sheet.name == hint);
    let named = named.or_else(|| tables.clone().find(|sheet| same_name(&sheet.name, hint)));
    let found = named.or_else(|| tables.clone().nth(numbered?));
    found
        .map(|sheet| sheet.name.clone())
        .ok_or_else(|| SheetError::Hint {
            file: name.to_owned(),
            why: format!("there is no sheet `{hint}`"),
            help: format!(
                "its sheets are {}",
                listed(tables.map(|sheet| sheet.name.as_str()))
            ),
        })
}

fn same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Runs the library; a panic of its becomes an error about the file that caused it.
fn guarded<T>(name: &str, run: impl FnOnce() -> T) -> Result<T, SheetError> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|_| SheetError::Workbook {
        file: name.to_owned(),
        why: "a part of it makes no sense".to_owned(),
        help: AGAIN.to_owned(),
    })
}

fn broken(name: &str, error: &XlsxError) -> SheetError {
    let file = name.to_owned();
    match error {
        XlsxError::Password => SheetError::Unsupported {
            file,
            what: "a workbook with a password".to_owned(),
            help: "open it in the spreadsheet, remove the password, save it".to_owned(),
        },
        other => SheetError::Workbook {
            file,
            why: other.to_string(),
            help: AGAIN.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

    use super::super::csv::written;
    use super::*;

    fn rows(bytes: &[u8], sheet: Option<&str>) -> Result<Vec<Row>, SheetError> {
        let hints = Hints {
            sheet: sheet.map(str::to_owned),
            ..Hints::default()
        };
        let mut book = Book::open("book.xlsx", written(bytes), &hints)?;
        let mut rows = Vec::new();
        book.rows(&mut |row| {
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
            error.help().contains("`Notes`, `Clients`, `Sheet3`"),
            "{}",
            error.help()
        );
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
