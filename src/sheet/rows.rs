//! What every table does: it hands out its rows.

use std::ops::ControlFlow;

use super::error::SheetError;
use super::row::Row;

/// A table that hands out its rows in order, each once; blank rows are left out.
pub(super) trait Table: Send {
    /// Calls `each` for every row until it breaks or the table ends.
    fn rows(&mut self, each: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), SheetError>;
}
