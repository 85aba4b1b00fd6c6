//! Rows as lines of `results.csv`, made on any thread.

use std::fmt::Write as _;

use super::columns::COLUMNS;
use super::row::ReportRow;
use crate::sheet::CsvLines;

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
            match &row.codes()[..] {
                [code] => self.lines.cell(code),
                codes => self.lines.cell(&codes.join(" ")),
            }
            self.lines.cell(&row.words());
        }
        self.scratch.clear();
        for lost in &row.lost {
            let between = if self.scratch.is_empty() { "" } else { "; " };
            for part in [between, lost.called(), "=", &lost.value] {
                self.scratch.push_str(part);
            }
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
