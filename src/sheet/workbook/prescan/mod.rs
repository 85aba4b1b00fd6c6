//! A look ahead at a sheet of an Excel workbook: what its rows do not say by themselves. The spreadsheet library
//! tells neither of hidden rows nor of formulas without a value, nor, of binary workbooks, of number formats; and
//! merged cells stand behind the rows that they cover.

mod positioned;
pub(super) mod xls;
pub(super) mod xlsb;
pub(super) mod xlsx;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::numbers::Pattern;
use crate::model::{Code, Severity};

/// A row is hidden.
pub(crate) static HIDDEN_ROW: Code = Code {
    id: "sheet.hidden-row",
    severity: Severity::Note,
    means: "The row is hidden in the spreadsheet, by hand or by a filter. It is read like the others.",
    help: "delete the row if it is not to be used",
};
/// A formula has no value.
pub(crate) static NO_VALUE: Code = Code {
    id: "sheet.no-value",
    severity: Severity::Warning,
    means: "The cell holds a formula whose value was not stored with it: the program that wrote the file did not \
            compute it. The cell is read as empty.",
    help: "open the workbook in a spreadsheet and save it, so that the values are computed",
};

/// How many merges, how many formulas and how many errors are remembered.
const MOST: usize = 10_000;

/// What a look ahead found.
#[derive(Default)]
pub(super) struct Prescan {
    hidden: BTreeSet<u64>,
    /// In the order of their first rows, once they are sorted.
    merges: Vec<Merge>,
    /// Row and column of formulas without a value.
    formulas: BTreeSet<(u64, u32)>,
    /// Cells that hold an error which the library passes over.
    errors: BTreeMap<(u64, u32), &'static str>,
    patterns: Vec<Pattern>,
    /// Which pattern the cells of a column have, from row to row, where any of them has one.
    columns: HashMap<u32, Vec<FormatRun>>,
}

/// A merged range: its first column, and the rows that it covers.
pub(super) struct Merge {
    pub(super) column: u32,
    pub(super) first: u64,
    pub(super) last: u64,
}

/// Cells below each other that are shown in one way.
struct FormatRun {
    first: u64,
    last: u64,
    pattern: Option<usize>,
}

impl Prescan {
    /// Whether rows stay as they are.
    pub(super) fn is_plain(&self) -> bool {
        self.hidden.is_empty()
            && self.merges.is_empty()
            && self.formulas.is_empty()
            && self.errors.is_empty()
    }

    pub(super) fn hides(&self, row: u64) -> bool {
        self.hidden.contains(&row)
    }

    pub(super) fn merges(&self) -> &[Merge] {
        &self.merges
    }

    pub(super) fn formulas_without_value(&self, row: u64) -> impl Iterator<Item = u32> {
        let range = self.formulas.range((row, 0)..=(row, u32::MAX));
        range.map(|(_, column)| *column)
    }

    /// The errors of a row that the library passes over, by their columns.
    pub(super) fn errors(&self, row: u64) -> impl Iterator<Item = (u32, &'static str)> {
        let range = self.errors.range((row, 0)..=(row, u32::MAX));
        range.map(|((_, column), error)| (*column, *error))
    }

    /// How a cell's number is shown.
    pub(super) fn pattern(&self, row: u64, column: u32) -> Option<&Pattern> {
        let runs = self.columns.get(&column)?;
        let run = runs.get(runs.partition_point(|run| run.last < row))?;
        (run.first <= row)
            .then(|| self.patterns.get(run.pattern?))
            .flatten()
    }

    fn merge(&mut self, merge: Option<Merge>) {
        let room = self.merges.len() < MOST;
        self.merges.extend(merge.filter(|_| room));
    }

    fn formula(&mut self, place: (u64, u32)) {
        if self.formulas.len() < MOST {
            self.formulas.insert(place);
        }
    }

    fn error(&mut self, place: (u64, u32), error: &'static str) {
        if self.errors.len() < MOST {
            self.errors.insert(place, error);
        }
    }

    /// Notes how a cell is shown; cells of a column come from its top down.
    fn shown(&mut self, (row, column): (u64, u32), pattern: Option<usize>) {
        if pattern.is_none() && !self.columns.contains_key(&column) {
            return;
        }
        let runs = self.columns.entry(column).or_default();
        match runs.last_mut() {
            Some(run) if row <= run.last => {}
            Some(run) if run.pattern == pattern => run.last = row,
            _ => runs.push(FormatRun {
                first: row,
                last: row,
                pattern,
            }),
        }
    }

    fn sorted(mut self) -> Self {
        self.merges.sort_by_key(|merge| (merge.first, merge.column));
        self
    }
}

/// The number formats of a binary workbook: which of its cell styles shows whole numbers in which pattern.
#[derive(Default)]
struct Styles {
    patterns: Vec<Pattern>,
    /// By the number of a format.
    formats: HashMap<u16, usize>,
    /// The format of each style.
    used: Vec<u16>,
}

impl Styles {
    fn format(&mut self, number: u16, code: &str) {
        if let Some(pattern) = Pattern::of(code) {
            self.formats.insert(number, self.patterns.len());
            self.patterns.push(pattern);
        }
    }

    fn pattern(&self, style: usize) -> Option<usize> {
        self.formats.get(self.used.get(style)?).copied()
    }
}

/// The number at a byte of a record; none beyond its end.
fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    let bytes = data.get(at..)?.first_chunk::<2>()?;
    Some(u16::from_le_bytes(*bytes))
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    let bytes = data.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*bytes))
}
