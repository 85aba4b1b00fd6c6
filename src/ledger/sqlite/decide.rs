//! A person's word on a row in doubt: it is that record, or it is not there. It holds whatever the vendor has answered and
//! shown.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::write::{Requeue, put_back};
use crate::ledger::{Decision, LedgerError, message};
use crate::plan::Fate;

/// Writes the decision.
pub(super) fn decide(
    database: &mut Connection,
    n: i64,
    number: u64,
    decision: &Decision,
) -> Result<(), LedgerError> {
    let change = database.transaction()?;
    match decision {
        Decision::Absent => put_back(&change, n, number, Requeue::Afresh)?,
        Decision::Is(remote) => {
            let other: Option<String> = change
                .prepare_cached(
                    "SELECT link.key FROM fate JOIN run ON run.n = fate.run
                     JOIN link INDEXED BY link_remote ON link.book = run.book AND link.remote = ?3
                     WHERE fate.run = ?1 AND fate.number = ?2 AND link.key <> fate.key",
                )?
                .query_row(params![n, number.cast_signed(), remote.as_str()], |row| {
                    row.get(0)
                })
                .optional()?;
            if let Some(key) = other {
                let remote = remote.to_string();
                return Err(LedgerError::Taken { remote, key });
            }
            // It was taken for a record that others had made before.
            change.execute(
                "DELETE FROM before WHERE run = ?1 AND remote = ?2",
                params![n, remote.as_str()],
            )?;
            change.execute(
                "UPDATE fate SET state = ?3, remote = ?4, accepted = 0, linked = 0,
                 message = ?5 WHERE run = ?1 AND number = ?2",
                params![
                    n,
                    number.cast_signed(),
                    Fate::Created.name(),
                    remote.as_str(),
                    message::NAMED
                ],
            )?;
        }
    }
    change.execute("UPDATE run SET unlinked = 1, over = 0 WHERE n = ?1", [n])?;
    Ok(change.commit()?)
}
