//! The runs before tonight's: the latest on a book, and where the sheet of a run was put when it was done.

use std::path::Path;

use rusqlite::{Connection, params};

use super::row::{self, RUN};
use crate::ledger::{Feed, LedgerError, Run};
use crate::model::{BookId, RunId};

/// The latest planned run on a book that imported a sheet of a feed, with the totals that it ended with.
pub(super) fn latest(
    database: &Connection,
    book: &BookId,
    feed: &Feed,
) -> Result<Option<(i64, Run)>, LedgerError> {
    let mut list = database.prepare(&format!(
        "SELECT {RUN} FROM run WHERE book = ?1 AND planned IS NOT NULL ORDER BY n DESC"
    ))?;
    let mut rows = list.query([book.as_str()])?;
    while let Some(row) = rows.next()? {
        let found = row::run(row)?;
        if found.1.is_import_of(feed) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Keeps where the sheet of a run was put.
pub(super) fn moved(database: &Connection, run: &RunId, place: &Path) -> Result<(), LedgerError> {
    database.execute(
        "UPDATE run SET about = json_set(about, '$.source.moved_to', ?2) WHERE id = ?1",
        params![run.as_str(), place.display().to_string()],
    )?;
    Ok(())
}
