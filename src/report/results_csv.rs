//! `results.csv`: every row with its original columns behind six of ours. It can be corrected and fed back as
//! it is: columns whose names begin with `rolo_` are ignored on reading.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};

use super::format::{COLUMNS, ReportFormat, close};
use super::head::{Closing, Head};
use super::part::ReportPart;
use super::row::ReportRow;
use super::tally::Tally;
use crate::sheet::{CsvLines, CsvTable};

struct Results {
    out: BufWriter<File>,
}

pub(super) fn open(out: BufWriter<File>, head: &Head) -> io::Result<Box<dyn ReportFormat>> {
    let names = COLUMNS
        .into_iter()
        .chain(head.headers.iter().map(String::as_str));
    Ok(Box::new(Results {
        out: CsvTable::new(out, names)?.finish()?,
    }))
}

impl ReportFormat for Results {
    fn add(&mut self, part: &mut ReportPart) -> io::Result<()> {
        match &part.files {
            Some((lines, _)) => self.out.write_all(lines.lines.text()),
            None => Ok(()),
        }
    }

    fn finish(self: Box<Self>, _: &Tally, _: &Closing) -> io::Result<()> {
        close(self.out)
    }
}

/// Some rows as lines.
#[derive(Debug)]
pub(super) struct ResultLines {
    pub(super) lines: CsvLines,
    /// How many columns the source has.
    width: usize,
    /// Where a cell of ours is put together.
    scratch: String,
}

impl ResultLines {
    pub(super) fn new(lines: CsvLines, width: usize) -> Self {
        Self {
            lines,
            width,
            scratch: String::new(),
        }
    }

    pub(super) fn add(&mut self, row: &ReportRow<'_>) {
        let mut cells = row.cells.iter();
        self.own(row);
        self.source(cells.next());
        // Of the other rows of the same contact there is nothing more to say.
        for attached in cells {
            self.number(row.row);
            self.blank(COLUMNS.len() - 1);
            self.source(Some(attached));
        }
    }

    /// Our cells of a row.
    fn own(&mut self, row: &ReportRow<'_>) {
        self.number(row.row);
        self.lines.cell(row.fate.name());
        self.lines.cell(row.remote.as_deref().unwrap_or_default());
        if row.remarks.is_empty() && row.message.is_none() {
            self.blank(2);
        } else {
            self.lines.cell(&row.codes().join(" "));
            self.lines.cell(&row.words());
        }
        self.scratch.clear();
        for lost in &row.lost {
            let between = if self.scratch.is_empty() { "" } else { "; " };
            let parts = [between, lost.called(), "=", &lost.value];
            self.scratch.extend(parts);
        }
        self.lines.cell(&self.scratch);
    }

    /// The cells of the source.
    fn source<T: AsRef<str>>(&mut self, cells: Option<&Vec<T>>) {
        let cells = cells.map_or(&[][..], Vec::as_slice);
        for cell in cells {
            self.lines.cell(cell.as_ref());
        }
        self.blank(self.width.saturating_sub(cells.len()));
        self.lines.end();
    }

    fn number(&mut self, number: u64) {
        self.scratch.clear();
        // A text takes whatever is written to it.
        let _ = write!(self.scratch, "{number}");
        self.lines.cell(&self.scratch);
    }

    fn blank(&mut self, cells: usize) {
        (0..cells).for_each(|_| self.lines.cell(""));
    }
}
