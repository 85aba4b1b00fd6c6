//! One record of a table: its cells as text, in one allocation, and where it stands.

use std::borrow::Cow;

use crate::model::Code;

/// Something that reading the file has to say of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowRemark {
    /// What it is.
    pub code: &'static Code,
    /// The column, from 0, where it is about one cell.
    pub column: Option<u32>,
    /// The value, as found.
    pub found: String,
    /// What is wrong, without the value.
    pub message: Cow<'static, str>,
}

/// One record of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The row's number as a spreadsheet or an editor shows it, from 1.
    pub number: u64,
    text: String,
    ends: Vec<u32>,
    /// Cells that a spreadsheet held as numbers, not as text (columns from 0); their text was made here.
    numbers: Vec<u32>,
    /// What the reader of the file has to say; nothing, nearly always.
    remarks: Vec<RowRemark>,
    /// Rows that follow this one and belong to the same contact.
    attached: Vec<Row>,
}

impl Row {
    /// A row without cells.
    pub fn new(number: u64) -> Self {
        Self {
            number,
            text: String::new(),
            ends: Vec::new(),
            numbers: Vec::new(),
            remarks: Vec::new(),
            attached: Vec::new(),
        }
    }

    /// A row of some texts.
    pub fn of<'a>(number: u64, cells: impl IntoIterator<Item = &'a str>) -> Self {
        let mut row = Self::new(number);
        for cell in cells {
            row.push(cell);
        }
        row
    }

    /// A row whose cells stand in one text, by the byte at which each of them ends.
    pub(super) fn joined(number: u64, text: String, ends: Vec<u32>) -> Self {
        Self {
            number,
            text,
            ends,
            numbers: Vec::new(),
            remarks: Vec::new(),
            attached: Vec::new(),
        }
    }

    /// The row's text, where its cells end, and which of them are numbers.
    pub(crate) fn raw(&self) -> (&str, &[u32], &[u32]) {
        (&self.text, &self.ends, &self.numbers)
    }

    /// The same with these cells held as numbers.
    pub(super) fn with_numbers(mut self, numbers: Vec<u32>) -> Self {
        self.numbers = numbers;
        self
    }

    /// The same with another text in some of its cells, by their columns in order.
    pub(super) fn with_cells(&self, filled: &[(u32, &str)]) -> Self {
        let mut row = Self::new(self.number);
        let last = filled.last().map_or(0, |(column, _)| *column as usize + 1);
        let mut filled = filled.iter().peekable();
        for column in 0..u32::try_from(self.len().max(last)).unwrap_or(u32::MAX) {
            match filled.next_if(|(place, _)| *place == column) {
                Some((_, text)) => row.push(text),
                None => row.push(self.cell(column)),
            }
        }
        row.numbers.clone_from(&self.numbers);
        row.remarks.clone_from(&self.remarks);
        row
    }

    /// Makes room for as much as another row holds: the rows of a sheet are much alike.
    pub(super) fn expect_like(&mut self, other: &Self) {
        self.text.reserve(other.text.len());
        self.ends.reserve(other.ends.len());
    }

    /// Adds a cell at the end.
    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends
            .push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// Adds a cell at the end that the spreadsheet holds as a number.
    pub fn push_number(&mut self, cell: &str) {
        self.numbers
            .push(u32::try_from(self.ends.len()).unwrap_or(u32::MAX));
        self.push(cell);
    }

    /// Adds a row that belongs to the same contact.
    pub fn attach(&mut self, row: Self) {
        self.attached.push(row);
    }

    /// The rows that belong to the same contact.
    pub fn attached(&self) -> &[Self] {
        &self.attached
    }

    /// Adds a remark of the reader.
    pub(crate) fn remark(&mut self, remark: RowRemark) {
        self.remarks.push(remark);
    }

    /// What the reader of the file has to say.
    pub fn remarks(&self) -> &[RowRemark] {
        &self.remarks
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of a column (from 0); empty where the row is too short.
    pub fn cell(&self, column: u32) -> &str {
        let column = column as usize;
        let Some(&end) = self.ends.get(column) else {
            return "";
        };
        let start = if column == 0 {
            0
        } else {
            self.ends[column - 1]
        };
        self.text
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    /// Every cell, in order.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let cell = start..*end as usize;
            start = cell.end;
            self.text.get(cell).unwrap_or_default()
        })
    }

    /// Whether the spreadsheet holds the cell as a number.
    #[inline]
    pub fn is_number(&self, column: u32) -> bool {
        self.numbers.contains(&column)
    }

    /// Whether nothing can be seen in any cell: blanks, the end-of-file sign of DOS, zero-width characters.
    pub fn is_blank(&self) -> bool {
        is_unseen(&self.text)
    }

    /// The same of all cells but those of some columns (from 0).
    pub fn is_blank_but(&self, columns: &[u32]) -> bool {
        let mut cells = (0..).zip(self.cells());
        cells.all(|(column, cell)| columns.contains(&column) || is_unseen(cell))
    }
}

/// Whether nothing of a text can be seen.
pub(super) fn is_unseen(text: &str) -> bool {
    let unseen = |c: char| {
        let is_empty = matches!(
            c,
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'
        );
        c.is_whitespace() || c.is_control() || is_empty
    };
    text.chars().all(unseen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_by_their_column() {
        let mut row = Row::of(7, ["a", "", "çé"]);
        row.push_number("33");
        assert_eq!(row.cells().collect::<Vec<_>>(), ["a", "", "çé", "33"]);
        assert_eq!((row.cell(2), row.cell(9), row.len()), ("çé", "", 4));
        assert!(row.is_number(3) && !row.is_number(2));
        assert!(Row::of(1, ["", " \u{a0}"]).is_blank());
        assert!(Row::of(1, ["\u{1a}", "\u{200b}"]).is_blank());
    }
}
