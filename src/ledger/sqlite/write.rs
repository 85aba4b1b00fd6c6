//! What is written while a run is under way: its steps, what is claimed, what became of it, and the links that follow.
//! Each statement here decides what a crash leaves behind.

use rusqlite::{Connection, Transaction, params};

use super::link;
use super::row::{self, AGAIN, WAITING};
use crate::backend::Snapshot;
use crate::ledger::LedgerError;
use crate::model::{Fingerprint, RemoteId};
use crate::plan::{Action, Fate, Moment, Outcome, Step};

/// Adds steps.
pub(super) fn add(database: &mut Connection, n: i64, steps: &[Step]) -> Result<(), LedgerError> {
    let change = database.transaction()?;
    for step in steps {
        insert(&change, "INSERT", n, step)?;
    }
    Ok(change.commit()?)
}

/// Writes a step: `INSERT`, or `REPLACE` where one has its number.
fn insert(change: &Transaction<'_>, verb: &str, n: i64, step: &Step) -> rusqlite::Result<()> {
    let payload = step.payload.as_ref().map(crate::backend::Payload::text);
    let print = payload
        .as_deref()
        .map(|text| Fingerprint::of(text).into_string());
    let state = if step.action.is_sent() {
        WAITING
    } else {
        step.action.fate().name()
    };
    let text = |value: serde_json::Result<String>| value.unwrap_or_else(|_| "[]".to_owned());
    change
        .prepare_cached(&format!(
            "{verb} INTO content (run, number, row, payload, print, cells, remarks, lost,
             changes, identity, record) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
        ))?
        .execute(params![
            n,
            step.number.cast_signed(),
            step.row.cast_signed(),
            payload,
            print,
            step.cells.text(),
            step.remarks.text(),
            step.lost.text(),
            text(serde_json::to_string(&step.changes)),
            row::identity_text(step.identity.as_ref()),
            step.record.as_ref().map(crate::wire::Json::text),
        ])?;
    let prior = prior(change, n, step)?;
    change
        .prepare_cached(
            &format!("{verb} INTO fate (run, number, key, action, state, remote, prior_run, prior_number, parent)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"),
        )?
        .execute(params![
            n,
            step.number.cast_signed(),
            step.key.as_str(),
            step.action.name(),
            state,
            step.remote.as_ref().map(RemoteId::as_str),
            prior.map(|(run, _)| run),
            prior.map(|(_, number)| number),
            row::column(step.parent.as_ref()),
        ])?;
    Ok(())
}

/// Puts steps in the place of those with their numbers.
pub(super) fn amend(database: &mut Connection, n: i64, steps: &[Step]) -> Result<(), LedgerError> {
    let change = database.transaction()?;
    for step in steps {
        insert(&change, "REPLACE", n, step)?;
    }
    Ok(change.commit()?)
}

/// Keeps what the records of some steps held.
pub(super) fn hold(
    database: &mut Connection,
    n: i64,
    held: &[(u64, Snapshot)],
) -> Result<(), LedgerError> {
    let change = database.transaction()?;
    for (number, held) in held {
        change
            .prepare_cached(
                "UPDATE content SET held = ?3, held_identity = ?4 WHERE run = ?1 AND number = ?2",
            )?
            .execute(params![
                n,
                number.cast_signed(),
                held.payload.text(),
                row::identity_text(held.identity.as_ref())
            ])?;
    }
    Ok(change.commit()?)
}

/// The step that wrote last what an update is to replace.
fn prior(change: &Transaction<'_>, n: i64, step: &Step) -> rusqlite::Result<Option<(i64, i64)>> {
    let (Action::Update, Some(remote)) = (step.action, &step.remote) else {
        return Ok(None);
    };
    link::written_by(change, n, remote)
}

/// How many rows are read or written in one go.
const BURST: usize = 32;

/// Lets another thread have the processor now and then. Where there are no more processors than threads, that is the
/// network's: a thousand rows without a pause are milliseconds in which no lane moves (measured on two processors: 79 %
/// of what a loop without a ledger sends, and 92 % with the pauses).
pub(super) fn give_way(row: usize) {
    if row % BURST == BURST - 1 {
        std::thread::yield_now();
    }
}

fn write_outcome(change: &Transaction<'_>, n: i64, outcome: &Outcome) -> rusqlite::Result<()> {
    let state = if outcome.fate == Fate::Unsent {
        AGAIN
    } else {
        outcome.fate.name()
    };
    change
        .prepare_cached(
            "UPDATE fate SET state = ?3, remote = coalesce(?4, remote), message = ?5,
             attempts = attempts + ?6, holds = ?7, accepted = max(accepted, ?8), moment = coalesce(?9, moment)
             WHERE run = ?1 AND number = ?2",
        )?
        .execute(params![
            n,
            outcome.number.cast_signed(),
            state,
            outcome.remote.as_ref().map(RemoteId::as_str),
            outcome.message,
            outcome.attempts,
            outcome.holds.as_ref().map(Fingerprint::as_str),
            outcome.accepted,
            outcome.moment.map(|Moment(moment)| moment.cast_signed()),
        ])?;
    if outcome.fate == Fate::Deleted {
        change
            .prepare_cached(
                "DELETE FROM link WHERE (book, remote) IN (SELECT run.book, fate.remote FROM fate
                 JOIN run ON run.n = fate.run WHERE fate.run = ?1 AND fate.number = ?2)",
            )?
            .execute(params![n, outcome.number.cast_signed()])?;
    }
    Ok(())
}

/// Writes what became of some steps. The links that follow are only noted as due.
pub(super) fn settle(
    database: &mut Connection,
    n: i64,
    outcomes: &[Outcome],
) -> Result<(), LedgerError> {
    let change = database.transaction()?;
    for (place, outcome) in outcomes.iter().enumerate() {
        write_outcome(&change, n, outcome)?;
        give_way(place);
    }
    if outcomes
        .iter()
        .any(|outcome| matches!(outcome.fate, Fate::Created | Fate::Updated))
    {
        change
            .prepare_cached("UPDATE run SET unlinked = 1 WHERE n = ?1 AND unlinked = 0")?
            .execute([n])?;
    }
    if let Some(Moment(last)) = outcomes.iter().filter_map(|outcome| outcome.moment).max() {
        change
            .prepare_cached("UPDATE run SET moment = max(moment, ?2) WHERE n = ?1")?
            .execute(params![n, last.cast_signed()])?;
    }
    Ok(change.commit()?)
}

/// Why claimed steps wait once more.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Requeue {
    /// A person says so, or it does no harm: what was before does not count.
    Afresh,
    /// They did not arrive.
    Absent,
    /// They were not sent after all.
    Unsent,
}

/// Puts steps back among those that wait.
pub(super) fn reopen(
    database: &mut Connection,
    n: i64,
    numbers: &[u64],
    why: Requeue,
) -> Result<(), LedgerError> {
    let change = database.transaction()?;
    for number in numbers {
        put_back(&change, n, *number, why)?;
        // What the record holds may be the half of what was sent: it is no longer what the plan read.
        change
            .prepare_cached(
                "UPDATE content SET record = NULL WHERE run = ?1 AND number = ?2 AND record IS NOT NULL",
            )?
            .execute(params![n, number.cast_signed()])?;
    }
    change.execute("UPDATE run SET over = 0 WHERE n = ?1", [n])?;
    Ok(change.commit()?)
}

/// Puts one step back among those that wait.
pub(super) fn put_back(
    change: &Transaction<'_>,
    n: i64,
    number: u64,
    why: Requeue,
) -> rusqlite::Result<()> {
    let resent = match why {
        Requeue::Afresh => Some(false),
        Requeue::Absent => Some(true),
        Requeue::Unsent => None,
    };
    change
        .prepare_cached(
            "UPDATE fate SET state = ?3, message = NULL, accepted = 0, resent = coalesce(?4, resent)
             WHERE run = ?1 AND number = ?2",
        )?
        .execute(params![n, number.cast_signed(), AGAIN, resent])?;
    if why == Requeue::Afresh {
        // Earlier runs' steps of the same contact have been sent for the last time, too.
        change
            .prepare_cached(
                "UPDATE fate SET resent = 0 FROM fate AS own JOIN run ON run.n = own.run
                 WHERE own.run = ?1 AND own.number = ?2 AND fate.resent = 1 AND fate.key = own.key
                 AND fate.parent = own.parent AND fate.run IN (SELECT n FROM run AS theirs WHERE theirs.book = run.book)",
            )?
            .execute(params![n, number.cast_signed()])?;
    }
    Ok(())
}
