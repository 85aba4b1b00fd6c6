//! Contacts as a table: CSV or an Excel workbook, under the names of the fields, which rolo reads back exactly. The
//! columns are known only once every contact was seen: until then they wait on disk.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::super::record::{self, Layout};
use super::super::row::is_unseen;
use super::super::table::{CsvTable, literal};
use super::format::OutputFormat;
use super::packed::{MEMBERS, records};
use super::waiting::{WaitingRecord, WaitingRecords};

/// How many characters a cell of a workbook holds, in UTF-16 units (the spreadsheet's own limit).
const LONGEST: usize = 32_767;

/// A table in the making.
pub(super) struct Flat {
    format: OutputFormat,
    file: File,
    layout: Layout,
    waiting: WaitingRecords,
    /// How many contacts there are.
    count: u64,
    /// The contact with which there were too many columns.
    too_many: Option<u64>,
}

impl Flat {
    /// Begins one, which becomes CSV or a workbook.
    pub(super) fn new(format: OutputFormat, file: File) -> io::Result<Self> {
        Ok(Self {
            format,
            file,
            layout: Layout::default(),
            waiting: WaitingRecords::new()?,
            count: 0,
            too_many: None,
        })
    }

    /// Adds contacts as they were packed.
    pub(super) fn write(&mut self, packed: &[u8]) -> io::Result<()> {
        for values in records(packed) {
            self.count += 1;
            if self.too_many.is_some() {
                continue;
            }
            self.layout.begin();
            let mut slot = 0;
            for value in values {
                let member = usize::from(value.member);
                slot = value.base.map_or(slot, |base| self.layout.place(base));
                self.layout.member(slot, MEMBERS[member]);
                self.waiting.record().add(number(slot, member), value.text);
            }
            self.waiting.end()?;
            self.too_many = (self.layout.width() > record::MOST).then_some(self.count);
        }
        Ok(())
    }

    /// Writes the table.
    pub(super) fn finish(self) -> io::Result<()> {
        if let Some(row) = self.too_many {
            let error = record::too_many_columns("", row);
            return Err(io::Error::other(error.to_string()));
        }
        let cells = Cells::of(&self.layout);
        match self.format {
            OutputFormat::Xlsx => xlsx(self.waiting, &cells, self.file),
            _ => csv(self.waiting, &cells, self.file),
        }
    }
}

/// The number of a column while it is not known where it will stand.
fn number(slot: usize, member: usize) -> u32 {
    u32::try_from(slot * MEMBERS.len() + member).unwrap_or(u32::MAX)
}

/// A row of the table.
struct Cells {
    header: Vec<String>,
    /// Where each column stands, by its number.
    places: Vec<usize>,
}

impl Cells {
    fn of(layout: &Layout) -> Self {
        let columns = layout.columns();
        let mut places = Vec::new();
        for (place, (slot, member)) in columns.iter().enumerate() {
            let member = MEMBERS.iter().position(|name| name == member);
            let number = number(*slot, member.unwrap_or_default()) as usize;
            places.resize(places.len().max(number + 1), 0);
            places[number] = place;
        }
        Self {
            header: layout.header(&columns),
            places,
        }
    }

    fn header(&self) -> impl Iterator<Item = &str> {
        self.header.iter().map(String::as_str)
    }

    /// Hands out the rows of records in which anything can be seen.
    fn each(
        &self,
        waiting: WaitingRecords,
        mut write: impl FnMut(&[&str]) -> io::Result<()>,
    ) -> io::Result<()> {
        waiting.each(|record| {
            if is_unseen(record.text()) {
                return Ok(());
            }
            write(&self.row(record))
        })
    }

    fn row<'r>(&self, record: &'r WaitingRecord) -> Vec<&'r str> {
        let mut row = vec![""; self.header.len()];
        for (number, value) in record.values() {
            row[self.places[number as usize]] = value;
        }
        row
    }
}

fn csv(waiting: WaitingRecords, cells: &Cells, file: File) -> io::Result<()> {
    let mut csv = CsvTable::new(BufWriter::new(file), cells.header())?;
    cells.each(waiting, |row| csv.row(row.iter().copied()))?;
    csv.finish()?.flush()
}

fn xlsx(waiting: WaitingRecords, cells: &Cells, file: File) -> io::Result<()> {
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
    let header: Vec<&str> = cells.header().collect();
    write_row(sheet, 0, &header, &bold).map_err(io::Error::other)?;
    let mut line = 0;
    cells.each(waiting, |row| {
        line += 1;
        write_row(sheet, line, row, &text).map_err(io::Error::other)
    })?;
    book.save_to_writer(BufWriter::new(file))
        .map_err(io::Error::other)
}

fn write_row(
    sheet: &mut Worksheet,
    line: u32,
    row: &[&str],
    format: &Format,
) -> Result<(), XlsxError> {
    for (column, cell) in (0_u16..).zip(row) {
        if cell.is_empty() {
            continue;
        }
        sheet.write_string_with_format(line, column, cut(&literal(cell)), format)?;
    }
    Ok(())
}

/// Whether a cell of a workbook has no room for a text.
pub(super) fn too_long(text: &str) -> bool {
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
