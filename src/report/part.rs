//! What some rows are in every file of a report. Parts are made on any thread, and added in the order of the rows.

use std::sync::{Arc, Mutex};

use super::lost_counts::LostCounts;
use super::page::{PageRows, PageWish};
use super::problems::Problems;
use super::result_lines::ResultLines;
use super::row::ReportRow;
use super::tally::Tally;
use crate::sheet::CsvLines;

/// What is wanted of rows.
#[derive(Clone, Debug, Default)]
pub(super) struct PartLayout {
    /// The sheet of a workbook that they stand in.
    pub(super) sheet: Option<String>,
    /// What the files want of them; `None` where none are written.
    pub(super) files: Option<FilesLayout>,
    /// Whether each problem is wanted as JSON.
    pub(super) problems: bool,
}

/// What the files of a report want of rows.
#[derive(Clone, Debug)]
pub(super) struct FilesLayout {
    /// How many columns the source has.
    pub(super) width: usize,
    /// What the page still has place for.
    pub(super) wish: PageWish,
    /// Lines that were written: their memory is used again.
    pub(super) spare: Spare,
}

/// Lines whose memory is used again, by whoever makes parts.
#[derive(Clone, Debug, Default)]
pub(super) struct Spare(Arc<Mutex<Vec<CsvLines>>>);

impl Spare {
    fn take(&self) -> CsvLines {
        let spare = self.0.lock().ok().and_then(|mut spare| spare.pop());
        spare.unwrap_or_default()
    }

    /// Puts lines aside that were written.
    pub(super) fn put(&self, mut lines: CsvLines) {
        lines.clear();
        if let Ok(mut spare) = self.0.lock() {
            spare.push(lines);
        }
    }
}

/// Some rows, as they stand in every file of a report.
#[derive(Debug)]
pub(super) struct ReportPart {
    /// What they have in common.
    pub(super) tally: Tally,
    /// What they lose.
    pub(super) lost: LostCounts,
    /// Their lines of `results.csv`, and theirs of the page.
    pub(super) files: Option<(ResultLines, PageRows)>,
    /// Their problems.
    pub(super) problems: Option<Problems>,
    /// How many they are.
    pub(super) rows: usize,
}

impl ReportPart {
    /// No rows yet.
    pub(super) fn new(layout: &PartLayout) -> Self {
        let files = |files: &FilesLayout| {
            let lines = ResultLines::new(files.spare.take(), files.width);
            (lines, PageRows::new(files.wish.clone()))
        };
        Self {
            tally: Tally::part(layout.sheet.clone()),
            lost: LostCounts::default(),
            files: layout.files.as_ref().map(files),
            problems: layout.problems.then(Problems::default),
            rows: 0,
        }
    }

    /// Adds the next row.
    pub(super) fn add(&mut self, row: &ReportRow<'_>) {
        self.rows += 1;
        self.tally.see_said(row);
        self.lost.see(row);
        if let Some((lines, page)) = &mut self.files {
            lines.add(row);
            page.add(row);
        }
        if let Some(problems) = &mut self.problems {
            problems.add(row);
        }
    }
}
