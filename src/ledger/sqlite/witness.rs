//! What decides whether an absence counts: the order of what was sent and given up on a book, which records of ours a
//! list must show before it is believed, and what each doubt has behind it.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::row::column;
use crate::ledger::{Doubt, LedgerError, Made};
use crate::model::{ParentId, RemoteId};
use crate::plan::Moment;

/// The last moment that was noted on the book of a run.
pub(super) fn latest(database: &Connection, run: i64) -> rusqlite::Result<Moment> {
    let mut find = database.prepare_cached(
        "SELECT max(run.moment) FROM run AS own JOIN run ON run.book = own.book WHERE own.n = ?1",
    )?;
    find.query_row([run], |row| row.get::<_, Option<i64>>(0))
        .map(|moment| Moment(moment.unwrap_or(0).cast_unsigned()))
}

/// The records that a run, and later ones on its book, have made under a parent. One that has no link any more was
/// removed by us, or forgotten.
pub(super) fn made(
    database: &Connection,
    run: i64,
    parent: Option<&ParentId>,
) -> Result<Vec<Made>, LedgerError> {
    let mut list = database.prepare_cached(
        "SELECT fate.remote, fate.moment FROM run AS own
         JOIN run ON run.book = own.book AND run.n >= own.n
         JOIN fate ON fate.run = run.n
         WHERE own.n = ?1 AND fate.state = 'created' AND fate.parent = ?2 AND EXISTS
         (SELECT 1 FROM link INDEXED BY link_remote WHERE link.book = own.book AND link.remote = fate.remote)",
    )?;
    let made = list.query_map(params![run, column(parent)], |row| {
        let moment: Option<i64> = row.get(1)?;
        Ok(Made {
            remote: RemoteId::new(row.get::<_, String>(0)?),
            moment: moment.map(|moment| Moment(moment.cast_unsigned())),
        })
    })?;
    Ok(made.collect::<Result<_, _>>()?)
}

/// What each step in doubt of a run has behind it. It was sent twice, too, if an earlier run's step of the same contact
/// was found not to be there, and this run sent it for that one.
pub(super) fn doubts(database: &Connection, run: i64) -> Result<HashMap<u64, Doubt>, LedgerError> {
    let mut list = database.prepare_cached(
        "SELECT fate.number, coalesce(fate.moment, 0), fate.accepted, fate.resent OR EXISTS
         (SELECT 1 FROM run AS own JOIN run ON run.book = own.book AND run.n < own.n
          JOIN fate AS earlier INDEXED BY fate_resent ON earlier.run = run.n AND earlier.key = fate.key
          WHERE own.n = fate.run AND earlier.resent = 1 AND earlier.parent = fate.parent)
         FROM fate WHERE fate.run = ?1 AND fate.state = 'in_doubt'",
    )?;
    let doubts = list.query_map([run], |row| {
        let doubt = Doubt {
            given_up: Moment(row.get::<_, i64>(1)?.cast_unsigned()),
            accepted: row.get(2)?,
            resent: row.get(3)?,
        };
        Ok((row.get::<_, i64>(0)?.cast_unsigned(), doubt))
    })?;
    Ok(doubts.collect::<Result<_, _>>()?)
}
