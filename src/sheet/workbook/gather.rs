//! Cells in their order, gathered into rows. Every binary reader of a workbook hands out single cells, and what a
//! look ahead found is added to their rows in one way.

use std::ops::ControlFlow;

use calamine::DataRef;

use super::super::row::RowRemark;
use super::super::table::unguarded;
use super::super::{Row, SheetError};
use super::numbers::{self, Pattern};
use super::opened::{WIDEST, guarded, wrong};
use super::prescan::{HIDDEN_ROW, Merge, NO_VALUE, Prescan};

/// The row in the making, and where finished rows go.
pub(super) struct Gather<'l, 'e> {
    name: &'l str,
    row: Row,
    /// The row before it, which is to be handed out.
    done: Option<Row>,
    finish: Finish<'l>,
    each: &'e mut dyn FnMut(Row) -> ControlFlow<()>,
}

impl<'l, 'e> Gather<'l, 'e> {
    pub(super) fn new(
        name: &'l str,
        look: &'l Prescan,
        each: &'e mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Self {
        Self {
            name,
            row: Row::new(0),
            done: None,
            finish: Finish::of(look),
            each,
        }
    }

    /// Hands out the rows of all cells that `next` adds, until there is none, or the reader of the rows has enough. It
    /// calls a library that may panic, and is guarded for the cells of a row at once.
    pub(super) fn all(
        mut self,
        mut next: impl FnMut(&mut Self) -> Result<bool, SheetError>,
    ) -> Result<(), SheetError> {
        loop {
            let more = guarded(self.name, || {
                while self.done.is_none() {
                    if !next(&mut self)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            });
            if self.hand_out().is_break() {
                return Ok(());
            }
            if !more?? {
                self.close(0);
                let _ = self.hand_out();
                return Ok(());
            }
        }
    }

    /// Adds a cell at a place counted from 0.
    #[inline]
    pub(super) fn cell(
        &mut self,
        (line, column): (u32, u32),
        value: &DataRef<'_>,
        pattern: Option<&Pattern>,
    ) -> Result<(), SheetError> {
        if matches!(value, DataRef::Empty) {
            return Ok(());
        }
        let number = u64::from(line) + 1;
        if number < self.row.number {
            // Above rows that were handed out already: it would be taken for what stands above the header.
            return Err(disordered(self.name, &format!("row {number}")));
        }
        if number != self.row.number {
            self.close(number);
        }
        reach(self.name, &mut self.row, column)?;
        let seen = self.finish.look.pattern(number, column);
        push(&mut self.row, value, pattern.or(seen));
        Ok(())
    }

    /// The row has no more cells: what follows stands in the row of this number.
    fn close(&mut self, next: u64) {
        let done = std::mem::replace(&mut self.row, Row::new(next));
        if !done.is_blank() {
            self.row.expect_like(&done);
            self.done = Some(done);
        }
    }

    fn hand_out(&mut self) -> ControlFlow<()> {
        match self.done.take() {
            Some(done) => (self.each)(self.finish.row(done)),
            None => ControlFlow::Continue(()),
        }
    }
}

/// What a look ahead adds to the rows: values of merged cells, errors that the library passes over, and remarks.
struct Finish<'l> {
    look: &'l Prescan,
    /// The merges that begin further down, in their order.
    coming: &'l [Merge],
    /// The merges that the row is inside of, with their values.
    begun: Vec<(&'l Merge, String)>,
}

impl<'l> Finish<'l> {
    fn of(look: &'l Prescan) -> Self {
        Self {
            look,
            coming: look.merges(),
            begun: Vec::new(),
        }
    }

    fn row(&mut self, row: Row) -> Row {
        if self.look.is_plain() {
            return row;
        }
        let mut row = self.fill(row);
        let remark = |code, column, message: &'static str| RowRemark {
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
        self.begun.retain(|(merge, _)| merge.last >= row.number);
        let mut filled: Vec<(u32, &str)> = self.look.errors(row.number).collect();
        for (merge, value) in &self.begun {
            if row.cell(merge.column).is_empty() && merge.column < WIDEST {
                filled.push((merge.column, value));
            }
        }
        filled.sort_unstable();
        filled.dedup_by_key(|(column, _)| *column);
        let done = (!filled.is_empty()).then(|| row.with_cells(&filled));
        self.begin(&row);
        done.unwrap_or(row)
    }

    /// The merges that begin in this row; one whose first cell is empty has nothing to fill in.
    fn begin(&mut self, row: &Row) {
        let passed = self
            .coming
            .partition_point(|merge| merge.first <= row.number);
        let (passed, coming) = self.coming.split_at(passed);
        self.coming = coming;
        for merge in passed.iter().filter(|merge| merge.first == row.number) {
            let value = row.cell(merge.column);
            if !value.is_empty() {
                self.begun.push((merge, value.to_owned()));
            }
        }
    }
}
/// Fills the row with empty cells up to a column.
pub(super) fn reach(name: &str, row: &mut Row, column: u32) -> Result<(), SheetError> {
    let place = crate::model::Place {
        row: row.number,
        column: Some(column),
    };
    if column >= WIDEST {
        return Err(SheetError::Workbook {
            file: name.to_owned(),
            why: format!("a cell stands at {place}, beyond {WIDEST} columns"),
            help: "delete the columns to the right of the table".to_owned(),
        });
    }
    if (column as usize) < row.len() {
        return Err(disordered(name, &format!("the cell {place}")));
    }
    while row.len() < column as usize {
        row.push("");
    }
    Ok(())
}

fn disordered(name: &str, what: &str) -> SheetError {
    wrong(name, format!("{what} is not in its order"))
}

fn push(row: &mut Row, value: &DataRef<'_>, pattern: Option<&Pattern>) {
    match value {
        DataRef::Empty => row.push(""),
        DataRef::String(text) | DataRef::DurationIso(text) => row.push(unguarded(text)),
        DataRef::DateTimeIso(text) => row.push(text.strip_suffix("T00:00:00").unwrap_or(text)),
        DataRef::SharedString(text) => row.push(unguarded(text)),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(cells: &[((u32, u32), DataRef<'_>)]) -> Result<Vec<Vec<String>>, SheetError> {
        let (look, mut rows) = (Prescan::default(), Vec::new());
        let mut each = |row: Row| {
            rows.push(row.cells().map(str::to_owned).collect());
            ControlFlow::Continue(())
        };
        let mut cells = cells.iter();
        Gather::new("x", &look, &mut each).all(|gather| {
            let next = cells.next();
            let added = next.map(|(place, value)| gather.cell(*place, value, None));
            added.transpose().map(|added| added.is_some())
        })?;
        Ok(rows)
    }

    #[test]
    fn cells_become_rows_in_their_order() {
        let iso = |text: &str| DataRef::DateTimeIso(text.to_owned());
        let cells = [
            ((0, 1), DataRef::SharedString("a")),
            ((4, 0), iso("1980-05-01T00:00:00")),
            ((4, 1), iso("1980-05-01T09:30:00")),
            ((5, 0), DataRef::Empty),
        ];
        let rows = gathered(&cells).expect("they are in order");
        assert_eq!(
            rows,
            [vec!["", "a"], vec!["1980-05-01", "1980-05-01T09:30:00"]]
        );
    }

    #[test]
    fn a_row_or_a_cell_above_those_before_is_an_error() {
        let text = DataRef::SharedString("a");
        for places in [[(2, 0), (1, 0)], [(1, 3), (1, 2)]] {
            let error =
                gathered(&places.map(|place| (place, text.clone()))).expect_err("it is lost");
            assert!(error.to_string().contains("not in its order"), "{error}");
        }
    }
}
