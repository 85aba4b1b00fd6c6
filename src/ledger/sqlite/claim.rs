//! What is taken to be sent. It is marked so before its first byte leaves, since what a crash leaves between the two must
//! be known to be in doubt.

use rusqlite::{Connection, Transaction, params};

use super::row::{self, CLAIMED, SENT};
use super::write::give_way;
use crate::ledger::{LedgerError, message};
use crate::plan::{Action, Fate, Step};

/// Takes the next steps that wait, and marks them as sent. What is only of use to a report is left out of them.
pub(super) fn claim(
    database: &mut Connection,
    n: i64,
    most: usize,
) -> Result<Vec<Step>, LedgerError> {
    let change = database.transaction()?;
    let claimed = loop {
        let next = next(&change, n, most)?;
        let is_end = next.is_empty();
        let (claimed, empty): (Vec<Step>, Vec<Step>) = next.into_iter().partition(says_something);
        leave_out(&change, n, &empty)?;
        // No steps at all means that none waits.
        if is_end || !claimed.is_empty() {
            break claimed;
        }
    };
    change.commit()?;
    Ok(claimed)
}

/// Whether there is something to send: a record that nothing is said of must not be made, nor emptied.
fn says_something(step: &Step) -> bool {
    step.payload.is_some() || !matches!(step.action, Action::Create | Action::Update)
}

/// Skips steps that have nothing to send.
fn leave_out(change: &Transaction<'_>, n: i64, empty: &[Step]) -> rusqlite::Result<()> {
    for step in empty {
        change
            .prepare_cached(
                "UPDATE fate SET state = ?3, message = ?4
                 WHERE run = ?1 AND number = ?2",
            )?
            .execute(params![
                n,
                step.number.cast_signed(),
                Fate::Skipped.name(),
                message::NOTHING_LEFT
            ])?;
    }
    Ok(())
}

/// Marks the next steps that wait as sent: those that wait once more one by one, and of the others all up to the last
/// one by moving the run's mark.
fn next(change: &Transaction<'_>, n: i64, most: usize) -> Result<Vec<Step>, LedgerError> {
    // The planner would rather look through all steps of the run.
    let again = taken(
        change,
        "fate INDEXED BY fate_again",
        "fate.state = 'again'",
        (n, most),
    )?;
    for step in &again {
        change
            .prepare_cached("UPDATE fate SET state = ?3 WHERE run = ?1 AND number = ?2")?
            .execute(params![n, step.number.cast_signed(), SENT])?;
    }
    let left = most.saturating_sub(again.len());
    let beyond = "fate.number > (SELECT claimed FROM run WHERE n = ?1) AND fate.state = 'waiting'";
    let fresh = taken(change, "fate", beyond, (n, left))?;
    // One mark for all of them: to write a state into each step would cost a page of the table for each, while the vendor
    // waits. Whatever waits at or below the mark counts as sent; `again` is a state of its own, since it may be below.
    if let Some(last) = fresh.last() {
        change
            .prepare_cached("UPDATE run SET claimed = ?2 WHERE n = ?1")?
            .execute(params![n, last.number.cast_signed()])?;
    }
    Ok(again.into_iter().chain(fresh).collect())
}

fn taken(
    change: &Transaction<'_>,
    fate: &str,
    which: &str,
    (n, most): (i64, usize),
) -> Result<Vec<Step>, LedgerError> {
    let mut next = change.prepare_cached(&format!(
        "SELECT {CLAIMED} FROM {fate} JOIN content ON content.run = fate.run AND content.number = fate.number
         WHERE fate.run = ?1 AND {which} ORDER BY fate.number LIMIT ?2"
    ))?;
    let mut rows = next.query(params![n, i64::try_from(most).unwrap_or(i64::MAX)])?;
    let mut steps = Vec::new();
    while let Some(row) = rows.next()? {
        steps.push(row::claimed(row)?);
        give_way(steps.len());
    }
    Ok(steps)
}
