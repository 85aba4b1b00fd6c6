//! A sheet that comes again and again from one place: what the last one was, so that tonight's can be compared with
//! it, and where a sheet was put when it was done. Apart from the steps, which know nothing of the runs before theirs.

use std::path::Path;

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::row::{self, RUN};
use super::{LedgerError, Run};
use crate::mapping::Taken;
use crate::model::{BookId, ParentId, RunId};

/// What tells tonight's sheet which was last night's, and what that one looked like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// The place that its sheets come from, the same for each of them.
    pub name: String,
    /// What its contacts hang under where a row does not say, if that was said of the target: sheets of one name for two
    /// parents are two feeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ParentId>,
    /// What the columns were taken for.
    pub columns: Vec<Taken>,
}

/// The latest planned run on a book for which `is_meant` holds, with the totals that it ended with.
pub(super) fn latest(
    database: &Connection,
    book: &BookId,
    is_meant: &dyn Fn(&Run) -> bool,
) -> Result<Option<(i64, Run)>, LedgerError> {
    let mut list = database.prepare(&format!(
        "SELECT {RUN} FROM run WHERE book = ?1 AND planned IS NOT NULL ORDER BY n DESC"
    ))?;
    let mut rows = list.query([&book.0])?;
    while let Some(row) = rows.next()? {
        let found = row::run(row)?;
        if is_meant(&found.1) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Keeps where the sheet of a run was put.
pub(super) fn moved(database: &Connection, run: &RunId, place: &Path) -> Result<(), LedgerError> {
    database.execute(
        "UPDATE run SET about = json_set(about, '$.source.moved_to', ?2) WHERE id = ?1",
        params![run.0, place.display().to_string()],
    )?;
    Ok(())
}
