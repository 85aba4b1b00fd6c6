//! Contacts as a table: CSV or an Excel workbook, under the names of the fields, which rolo reads back exactly. The
//! columns are known only once every contact was seen: until then they wait on disk.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::ops::ControlFlow;

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::super::ndjson;
use super::super::record::RecordTable;
use super::super::table::{CsvTable, literal};
use super::ndjson::NdjsonWriter;
use super::writer::Writer;
use crate::model::Contact;
use crate::sheet::row::Row;
use crate::sheet::rows::Table as _;

/// How many characters a cell of a workbook holds, in UTF-16 units (the spreadsheet's own limit).
const LONGEST: usize = 32_767;

/// Which table it becomes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FlatFormat {
    Csv,
    Xlsx,
}

/// A table in the making.
pub(super) struct Flat {
    kind: FlatFormat,
    file: File,
    waiting: File,
    lines: NdjsonWriter<BufWriter<File>>,
}

impl Flat {
    pub(super) fn new(kind: FlatFormat, file: File) -> io::Result<Self> {
        let waiting = tempfile::tempfile()?;
        let lines = NdjsonWriter::new(BufWriter::new(waiting.try_clone()?));
        Ok(Self {
            kind,
            file,
            waiting,
            lines,
        })
    }
}

impl Writer for Flat {
    fn add(
        &mut self,
        row: u64,
        sheet: Option<&str>,
        contact: &Contact,
    ) -> io::Result<Vec<&'static str>> {
        let mut lost = self.lines.add(row, sheet, contact)?;
        let texts = || {
            let custom = contact.custom.iter().map(|(_, text)| text);
            contact.note.iter().chain(custom)
        };
        if self.kind == FlatFormat::Xlsx && texts().any(|text| too_long(text)) {
            lost.push("the end of a text of more than 32767 characters");
        }
        Ok(lost)
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        let Self {
            kind,
            file,
            waiting,
            lines,
        } = *self;
        Box::new(lines).finish()?;
        let reader = ndjson::NdjsonFile::open("", waiting);
        let table =
            RecordTable::open(reader).map_err(|error| io::Error::other(error.to_string()))?;
        match kind {
            FlatFormat::Csv => csv(table, file),
            FlatFormat::Xlsx => xlsx(table, file),
        }
    }
}

/// Hands out the rows, the header first, until one of them cannot be written.
fn each(
    mut table: RecordTable<ndjson::NdjsonFile>,
    mut write: impl FnMut(&Row) -> io::Result<()>,
) -> io::Result<()> {
    let mut failed = None;
    let read = table.rows(&mut |row| match write(&row) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    });
    read.map_err(|error| io::Error::other(error.to_string()))?;
    failed.map_or(Ok(()), Err)
}

fn csv(table: RecordTable<ndjson::NdjsonFile>, file: File) -> io::Result<()> {
    let mut out = Some(BufWriter::new(file));
    let mut csv = None;
    each(table, |row| match (&mut csv, out.take()) {
        (None, Some(out)) => {
            csv = Some(CsvTable::new(out, row.cells())?);
            Ok(())
        }
        (Some(csv), _) => csv.row(row.cells()),
        (None, None) => Ok(()),
    })?;
    match csv {
        Some(csv) => csv.finish()?.flush(),
        None => Ok(()),
    }
}

fn xlsx(table: RecordTable<ndjson::NdjsonFile>, file: File) -> io::Result<()> {
    let mut book = Workbook::new();
    let sheet = book
        .add_worksheet_with_constant_memory()
        .map_err(io::Error::other)?;
    let (text, bold) = (
        Format::new().set_num_format("@"),
        Format::new().set_bold().set_num_format("@"),
    );
    sheet.set_name("Contacts").map_err(io::Error::other)?;
    sheet.set_freeze_panes(1, 0).map_err(io::Error::other)?;
    let mut line = 0;
    each(table, |row| {
        let format = if line == 0 { &bold } else { &text };
        write_row(sheet, line, row, format).map_err(io::Error::other)?;
        line += 1;
        Ok(())
    })?;
    book.save_to_writer(BufWriter::new(file))
        .map_err(io::Error::other)
}

fn write_row(
    sheet: &mut Worksheet,
    line: u32,
    row: &Row,
    format: &Format,
) -> Result<(), XlsxError> {
    for (column, cell) in (0_u16..).zip(row.cells()) {
        if cell.is_empty() {
            continue;
        }
        sheet.write_string_with_format(line, column, cut(&literal(cell)), format)?;
    }
    Ok(())
}

fn too_long(text: &str) -> bool {
    text.len() > LONGEST && text.encode_utf16().count() > LONGEST
}

fn cut(text: &str) -> &str {
    if !too_long(text) {
        return text;
    }
    let mut units = 0;
    let fits = |c: &(usize, char)| {
        units += c.1.len_utf16();
        units <= LONGEST
    };
    let last = text.char_indices().take_while(fits).last();
    &text[..last.map_or(0, |(place, c)| place + c.len_utf8())]
}
