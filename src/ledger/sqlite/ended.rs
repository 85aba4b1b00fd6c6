//! How a run comes to its end, by itself or, when it is dead, by the next one: what it leaves between claim and settle is
//! in doubt, and its rows are counted.

use rusqlite::{Connection, Transaction, params};

use super::row::{self, SENT};
use super::witness;
use crate::ledger::run::now;
use crate::ledger::{LedgerError, message};
use crate::model::BookId;
use crate::plan::{Action, Fate, Moment, Totals};

/// Marks what dead runs of a book left between claim and settle: their lock is free, so they are dead.
pub(super) fn doubt_what_was_left(change: &Transaction<'_>, book: &BookId) -> rusqlite::Result<()> {
    let mut list =
        change.prepare_cached("SELECT n FROM run WHERE book = ?1 AND ended IS NULL ORDER BY n")?;
    let dead: Vec<i64> = list
        .query_map([book.as_str()], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for n in dead {
        doubt_what_was_sent(change, n)?;
    }
    change.execute(
        "UPDATE run SET ended = ?1 WHERE book = ?2 AND ended IS NULL",
        params![now(), book.as_str()],
    )?;
    Ok(())
}

/// Marks what a run leaves between claim and settle. A run that has ended has no such steps: whoever looks for doubt
/// would not find them there.
pub(super) fn doubt_what_was_sent(change: &Transaction<'_>, n: i64) -> rusqlite::Result<()> {
    // Whatever is sent from now on is sent after these were given up.
    let Moment(now) = witness::latest(change, n)?.advance();
    let given_up = change
        .prepare_cached(
            "UPDATE fate SET state = ?3, message = ?5, moment = ?4
             WHERE run = ?1 AND (state = ?2 OR state = 'waiting'
                                 AND number <= (SELECT claimed FROM run WHERE n = ?1))",
        )?
        .execute(params![
            n,
            SENT,
            Fate::InDoubt.name(),
            now.cast_signed(),
            message::NO_ANSWER
        ])?;
    if given_up > 0 {
        change
            .prepare_cached("UPDATE run SET moment = ?2 WHERE n = ?1")?
            .execute(params![n, now.cast_signed()])?;
    }
    Ok(())
}

/// How many rows of a run met which fate.
pub(super) fn totals(database: &Connection, n: i64) -> Result<Totals, LedgerError> {
    let mut totals = Totals::default();
    let mut deletes = false;
    for ((state, action), rows) in kinds(database, n)? {
        totals.read += rows;
        totals.count(row::fate(&state)?, rows);
        if action != Action::Reject.name() {
            totals.valid += rows;
        }
        deletes |= action == Action::Delete.name();
    }
    // What is skipped is neither sent nor wrong.
    totals.valid -= totals.skipped.min(totals.valid);
    if deletes {
        let (all, left) = removals(database, n)?;
        totals.removals = all;
        totals.read -= all;
        totals.valid -= left.min(totals.valid);
    }
    Ok(totals)
}

/// The states and actions of a run's steps, with how many steps have them. They are few, and counted here: to group them,
/// `SQLite` would sort all steps.
fn kinds(database: &Connection, n: i64) -> rusqlite::Result<Vec<((String, String), u64)>> {
    let mut list = database
        .prepare_cached("SELECT state, action FROM fated WHERE run = ?1 ORDER BY number")?;
    let mut rows = list.query([n])?;
    let mut kinds: Vec<((String, String), u64)> = Vec::new();
    while let Some(row) = rows.next()? {
        let (state, action) = (row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?);
        let mut known = kinds.iter_mut();
        match known.find(|((of, by), _)| of == state && by == action) {
            Some((_, steps)) => *steps += 1,
            None => kinds.push(((state.to_owned(), action.to_owned()), 1)),
        }
    }
    Ok(kinds)
}

/// How many records a run is to delete that no row of its sheet stands for, and how many of them are not skipped.
fn removals(database: &Connection, n: i64) -> Result<(u64, u64), LedgerError> {
    let mut count = database.prepare_cached(
        "SELECT count(*), count(*) FILTER (WHERE fate.state <> ?3) FROM fate JOIN content ON content.run = fate.run AND content.number = fate.number
         WHERE fate.run = ?1 AND fate.action = ?2 AND content.row = 0",
    )?;
    let names = params![n, Action::Delete.name(), Fate::Skipped.name()];
    let (all, left): (i64, i64) = count.query_row(names, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((all.unsigned_abs(), left.unsigned_abs()))
}

/// Writes that a run has ended, and with what.
pub(super) fn end(
    change: &Transaction<'_>,
    n: i64,
    exit_code: u8,
    totals: &Totals,
) -> rusqlite::Result<()> {
    let text = serde_json::to_string(totals).unwrap_or_default();
    let is_over = totals.unsent + totals.in_doubt == 0;
    change.execute(
        "UPDATE run SET ended = ?2, exit_code = ?3, totals = ?4, over = ?5 WHERE n = ?1",
        params![n, now(), exit_code, text, is_over],
    )?;
    Ok(())
}
