//! Records that are contacts already, as rows under the names of their fields. A vCard or a line of JSON goes through
//! the same line as a row of a spreadsheet: the file is read twice, once to learn which columns it needs, once for
//! its rows; nothing holds it whole.
//!
//! A record is a list of groups, each of which takes columns of its own: `phone.work`, `phone.work.extension`;
//! the second number at work stands under `phone.work.2`. Phones, e-mails and addresses keep their order, because
//! columns are made in such an order that every record finds its own from left to right.

mod layout;

use std::ops::ControlFlow;

use super::row::RowRemark;
use super::{Row, SheetError};
use crate::model::Severity;
use crate::sheet::rows::Table;
pub(super) use layout::{ColumnGroup, Layout};

/// How many columns a file may need.
pub(super) const MOST: usize = 4000;

/// One record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ContactRecord {
    /// Its row, as an editor numbers it.
    pub(super) row: u64,
    pub(super) groups: Vec<ColumnGroup>,
    pub(super) remarks: Vec<RowRemark>,
}

/// A file of records.
pub(super) trait Reader: Send {
    /// Calls `each` for every record until it breaks or the file ends; it can be asked again.
    fn records(
        &mut self,
        each: &mut dyn FnMut(ContactRecord) -> ControlFlow<()>,
    ) -> Result<(), SheetError>;
    /// The path as given.
    fn name(&self) -> &str;
}

/// A file of records that needs more columns than there may be.
pub(super) fn too_many_columns(file: &str, row: u64) -> SheetError {
    SheetError::Text {
        file: file.to_owned(),
        row,
        why: format!("the contacts have more than {MOST} different properties"),
        help: "part the file into several".to_owned(),
    }
}

/// Whether a remark is more than a note.
fn is_told(remark: &RowRemark) -> bool {
    remark.code.severity <= Severity::Warning
}

/// A file of records as a table; its header is row 0, for no editor shows it.
pub(super) struct RecordTable<R> {
    reader: R,
    layout: Layout,
    columns: Vec<(usize, &'static str)>,
}

impl<R: Reader> RecordTable<R> {
    /// Reads the file once for its columns.
    pub(super) fn open(mut reader: R) -> Result<Self, SheetError> {
        let mut layout = Layout::default();
        let (mut too_many, mut hollow) = (None, None);
        reader.records(&mut |record| {
            layout.fit(&record.groups);
            if hollow.is_none() {
                hollow = record
                    .remarks
                    .iter()
                    .find(|remark| is_told(remark))
                    .map(|remark| (record.row, remark.clone()));
            }
            if layout.width() > MOST {
                too_many = Some(record.row);
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })?;
        if let Some(row) = too_many {
            return Err(too_many_columns(reader.name(), row));
        }
        if let (0, Some((row, remark))) = (layout.width(), hollow) {
            // Nothing is in it, and it is not just empty.
            return Err(SheetError::Text {
                file: reader.name().to_owned(),
                row,
                why: remark.message.into_owned(),
                help: remark.code.help.to_owned(),
            });
        }
        let columns = layout.columns();
        Ok(Self {
            reader,
            layout,
            columns,
        })
    }
}

impl<R: Reader> Table for RecordTable<R> {
    fn rows(&mut self, each: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), SheetError> {
        let Self {
            reader,
            layout,
            columns,
        } = self;
        let header = layout.header(columns);
        if each(Row::of(0, header.iter().map(String::as_str))).is_break() {
            return Ok(());
        }
        reader.records(&mut |record| {
            let mut row = Row::new(record.row);
            for cell in layout.cells(&record.groups, columns) {
                row.push(cell);
            }
            for remark in record.remarks {
                row.remark(remark);
            }
            // A record of which nothing is left but a warning is said, and is no contact.
            if row.is_blank() && !row.remarks().iter().any(is_told) {
                return ControlFlow::Continue(());
            }
            each(row)
        })
    }
}

#[cfg(test)]
mod tests;
