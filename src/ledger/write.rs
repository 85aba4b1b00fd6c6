//! What is written while a run is under way: its steps, what is claimed, what became of it, and the links that
//! follow. It stands apart because here each word decides what a crash leaves behind.

use rusqlite::{Connection, Transaction, params};

use super::LedgerError;
use super::row::{self, CLAIMED, SENT, WAITING};
use crate::model::{BookId, ContactKey, Fingerprint};
use crate::plan::{Fate, Link, Outcome, Step};

pub(super) fn now() -> String {
    jiff::Timestamp::now()
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

/// Marks what dead runs of a book left between claim and settle: their lock is free, so they are dead.
pub(super) fn doubt_what_was_left(change: &Transaction<'_>, book: &BookId) -> rusqlite::Result<()> {
    change.execute(
        "UPDATE fate SET state = ?1, message = 'the run ended before an answer came'
         WHERE state = ?2 AND run IN (SELECT n FROM run WHERE book = ?3 AND ended IS NULL)",
        params![Fate::InDoubt.name(), SENT, book.0],
    )?;
    change.execute(
        "UPDATE run SET ended = ?1 WHERE book = ?2 AND ended IS NULL",
        params![now(), book.0],
    )?;
    Ok(())
}

pub(super) fn insert(change: &Transaction<'_>, n: i64, step: &Step) -> rusqlite::Result<()> {
    let payload = step.payload.as_ref().map(crate::vendor::Payload::text);
    let print = payload.as_deref().map(|text| Fingerprint::of(text).0);
    let state = if step.action.is_sent() {
        WAITING
    } else {
        step.action.fate().name()
    };
    let text = |value: serde_json::Result<String>| value.unwrap_or_else(|_| "[]".to_owned());
    change
        .prepare_cached(
            "INSERT INTO content (run, number, row, payload, print, cells, remarks, lost,
             changes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            n,
            step.number.cast_signed(),
            step.row.cast_signed(),
            payload,
            print,
            text(serde_json::to_string(&step.cells)),
            text(serde_json::to_string(&step.remarks)),
            text(serde_json::to_string(&step.lost)),
            text(serde_json::to_string(&step.changes)),
        ])?;
    change
        .prepare_cached(
            "INSERT INTO fate (run, number, key, action, state, remote)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            n,
            step.number.cast_signed(),
            step.key.0,
            step.action.name(),
            state,
            step.remote.as_ref().map(|remote| &remote.0),
        ])?;
    Ok(())
}

pub(super) fn write_outcome(
    change: &Transaction<'_>,
    n: i64,
    outcome: &Outcome,
) -> rusqlite::Result<()> {
    let state = if outcome.fate == Fate::Unsent {
        WAITING
    } else {
        outcome.fate.name()
    };
    change
        .prepare_cached(
            "UPDATE fate SET state = ?3, remote = coalesce(?4, remote), message = ?5,
             attempts = attempts + ?6 WHERE run = ?1 AND number = ?2",
        )?
        .execute(params![
            n,
            outcome.number.cast_signed(),
            state,
            outcome.remote.as_ref().map(|remote| &remote.0),
            outcome.message,
            outcome.attempts,
        ])?;
    if outcome.fate == Fate::Deleted {
        change
            .prepare_cached(
                "DELETE FROM link WHERE (book, remote) IN (SELECT run.book, step.remote FROM step
                 JOIN run ON run.n = step.run WHERE step.run = ?1 AND step.number = ?2)",
            )?
            .execute(params![n, outcome.number.cast_signed()])?;
    }
    if matches!(outcome.fate, Fate::Created | Fate::Updated) {
        change
            .prepare_cached(
                "INSERT INTO link (book, key, remote, print, run, at)
                 SELECT run.book, step.key, step.remote, coalesce(?4, step.print), run.n, ?3
                 FROM step JOIN run ON run.n = step.run
                 WHERE step.run = ?1 AND step.number = ?2 AND step.remote IS NOT NULL
                 ON CONFLICT (book, key) DO UPDATE
                 SET remote = excluded.remote, print = excluded.print, run = excluded.run, at = excluded.at",
            )?
            .execute(params![
                n,
                outcome.number.cast_signed(),
                now(),
                outcome.holds.as_ref().map(|print| &print.0)
            ])?;
    }
    Ok(())
}

/// Takes the next steps that wait, and marks them as sent. What is only of use to a report is left out of them.
pub(super) fn claim(
    database: &mut Connection,
    n: i64,
    most: usize,
) -> Result<Vec<Step>, LedgerError> {
    let change = database.transaction()?;
    let mut steps = Vec::new();
    {
        let mut next = change.prepare_cached(&format!(
            "SELECT {CLAIMED} FROM step WHERE run = ?1 AND state = '{WAITING}'
             ORDER BY number LIMIT ?2"
        ))?;
        let mut rows = next.query(params![n, i64::try_from(most).unwrap_or(i64::MAX)])?;
        while let Some(row) = rows.next()? {
            steps.push(row::claimed(row)?);
        }
    }
    if let Some(last) = steps.last() {
        // They were taken in order, so that all which wait up to the last one are those.
        change
            .prepare_cached(&format!(
                "UPDATE fate SET state = '{SENT}' WHERE run = ?1 AND state = '{WAITING}' AND number <= ?2"
            ))?
            .execute(params![n, last.number.cast_signed()])?;
    }
    change.commit()?;
    Ok(steps)
}

/// Learns which records some contacts are. What is linked already stays as it is: its link tells what was sent,
/// and the same sheet must find that again.
pub(super) fn learn(
    database: &mut Connection,
    book: &BookId,
    links: &[(ContactKey, Link)],
) -> Result<(), LedgerError> {
    let change = database.transaction()?;
    for (
        key,
        Link {
            remote,
            fingerprint,
        },
    ) in links
    {
        change
            .prepare_cached(
                "INSERT INTO link (book, key, remote, print, run, at) VALUES (?1, ?2, ?3, ?4, NULL, ?5)
                 ON CONFLICT (book, key) DO NOTHING",
            )?
            .execute(params![book.0, key.0, remote.0, fingerprint.0, now()])?;
    }
    Ok(change.commit()?)
}
