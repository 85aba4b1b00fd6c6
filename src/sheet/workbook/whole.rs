//! Workbooks of before 2007 and binary ones, whose sheets the library reads whole. It stands alone because their
//! cells come without number formats: a leading zero that only the format shows is not seen here.

use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;

use calamine::{Data, Range, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsb, XlsbError};

use super::super::{Format, Row, SheetError, Table};
use super::xlsx::reach;
use super::{Opened, Sheet, choose, guarded, locked, numbers, weigh, wrong};

/// A sheet, held whole.
struct Whole {
    name: String,
    cells: Range<Data>,
}

pub(super) fn open(
    name: &str,
    mut file: File,
    format: Format,
    hint: Option<&str>,
) -> Result<Opened, SheetError> {
    if format == Format::Xls {
        let opened = guarded(name, || Xls::new(BufReader::new(file)))?;
        let book = opened.map_err(|error| match error {
            XlsError::Password => locked(name),
            other => wrong(name, other.to_string()),
        })?;
        return read(name, book, hint);
    }
    weigh(name, &mut file)?;
    let opened = guarded(name, || Xlsb::new(BufReader::new(file)))?;
    let book = opened.map_err(|error| match error {
        XlsbError::Password => locked(name),
        other => wrong(name, other.to_string()),
    })?;
    read(name, book, hint)
}

fn read<B>(name: &str, mut book: B, hint: Option<&str>) -> Result<Opened, SheetError>
where
    B: Reader<BufReader<File>>,
    B::Error: std::fmt::Display,
{
    let sheets: Vec<Sheet> = book
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
    let cells = guarded(name, || book.worksheet_range(&sheet))?;
    let cells = cells.map_err(|error| wrong(name, error.to_string()))?;
    let table = Box::new(Whole {
        name: name.to_owned(),
        cells,
    });
    Ok(Opened {
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
        for (number, cells) in (u64::from(top) + 1..).zip(self.cells.rows()) {
            let mut row = Row::new(number);
            for (column, value) in (left..).zip(cells) {
                if !matches!(value, Data::Empty) {
                    reach(&self.name, &mut row, column)?;
                    push(&mut row, value);
                }
            }
            if !row.is_blank() && each(row).is_break() {
                return Ok(());
            }
        }
        Ok(())
    }
}

fn push(row: &mut Row, value: &Data) {
    match value {
        Data::Empty => row.push(""),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => row.push(text),
        Data::Bool(true) => row.push("TRUE"),
        Data::Bool(false) => row.push("FALSE"),
        Data::Error(error) => row.push(&error.to_string()),
        Data::Float(value) => numbers::push(row, *value, None),
        #[allow(clippy::cast_precision_loss)] // a cell holds a double, whatever its type says
        Data::Int(value) => numbers::push(row, *value as f64, None),
        Data::DateTime(moment) if moment.is_duration() => {
            row.push(&numbers::duration(moment.as_f64()));
        }
        Data::DateTime(moment) => {
            row.push(&numbers::moment(moment.to_ymd_hms_milli(), moment.as_f64()));
        }
    }
}
