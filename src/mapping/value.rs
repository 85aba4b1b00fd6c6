//! One value of a row, with what it is and where it stands.

use std::borrow::Cow;

use super::date::DateOrder;
use crate::model::Field;

/// One cell that is not blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value<'a> {
    /// What it is; `Field::Custom` for a free value.
    pub field: Field,
    /// Which of several values of that field it belongs to, from 1.
    pub slot: u32,
    /// The row, as a spreadsheet or an editor numbers it.
    pub row: u64,
    /// The column, from 0; `NO_COLUMN` for a value that stands in none.
    pub column: u32,
    /// The name of a free value, or the column's header.
    pub header: Cow<'a, str>,
    /// The text as it stands in the cell.
    pub text: Cow<'a, str>,
    /// Where it stands in a column of dates, their order of day and month.
    pub dates: Option<DateOrder>,
    /// Whether the spreadsheet holds it as a number.
    pub number: bool,
    /// Whether the text is that of a whole cell, as it stands in the row.
    pub whole: bool,
    /// Whether it stands beyond the header's last column.
    pub extra: bool,
}

impl Value<'_> {
    /// The column of a value that the mapping gives to every row.
    pub const NO_COLUMN: u32 = u32::MAX;
}
