//! Binary workbooks for tests, written byte by byte from their specifications (MS-CFB, MS-XLS, MS-XLSB). It stands
//! alone because no library writes them, and their readers must be judged by something that they did not write.

pub(super) mod xls;
pub(super) mod xlsb;

use std::ops::ControlFlow;

use super::super::{Row, SheetError};
use super::Opened;

/// Every row of what was opened.
pub(super) fn rows(opened: Result<Opened, SheetError>) -> Result<Vec<Row>, SheetError> {
    let mut rows = Vec::new();
    opened?.table.rows(&mut |row| {
        rows.push(row);
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}

/// The cells of a row.
pub(super) fn texts(row: &Row) -> Vec<&str> {
    row.cells().collect()
}

/// A record: kind and content.
pub(super) type Record = (u16, Vec<u8>);

/// Joins numbers, the lowest byte of each first.
fn joined(shorts: &[u16]) -> Vec<u8> {
    shorts
        .iter()
        .flat_map(|short| short.to_le_bytes())
        .collect()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}
