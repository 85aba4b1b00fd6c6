//! Plans that were put aside: what each stood on when it was made, and whether that still holds.

use rusqlite::{Connection, params};

use super::follow;
use super::row::{self, STEP, WAITING};
use crate::ledger::{LedgerError, Saved, Settled, Stale, StaleReason, Touched, When};
use crate::model::{BookId, Fingerprint, ParentId, RemoteId};

/// Puts a run aside, with what its contacts are linked to.
pub(super) fn save(
    database: &mut Connection,
    run: i64,
    requests: &Fingerprint,
) -> Result<(), LedgerError> {
    follow(database, run)?;
    let change = database.transaction()?;
    change.execute(
        "UPDATE run SET saved = ?2, requests = ?3 WHERE n = ?1",
        params![run, Saved::Waiting.name(), requests.as_str()],
    )?;
    change.execute(
        &format!(
            "INSERT INTO basis (run, number, linked)
             SELECT fated.run, fated.number, {LINKED}
             FROM fated JOIN run ON run.n = fated.run
             LEFT JOIN link ON link.book = run.book AND link.key = fated.key AND link.parent = fated.parent
             WHERE fated.run = ?1 AND fated.state = '{WAITING}'"
        ),
        [run],
    )?;
    Ok(change.commit()?)
}

/// What a contact is linked to, as one text; empty for nothing.
const LINKED: &str = "coalesce(link.remote || ' ' || link.print, '')";

/// Says that a saved plan is applied.
pub(super) fn apply(database: &Connection, run: i64) -> Result<(), LedgerError> {
    database.execute(
        "UPDATE run SET saved = ?2 WHERE n = ?1",
        params![run, Saved::Applied.name()],
    )?;
    Ok(())
}

/// The records that a run's waiting steps are about.
pub(super) fn touched(database: &Connection, run: i64) -> Result<Vec<Touched>, LedgerError> {
    let mut list = database.prepare(&format!(
        "SELECT number, remote, json_extract(payload, '$.parent') FROM step
         WHERE run = ?1 AND state = '{WAITING}' AND remote IS NOT NULL ORDER BY number"
    ))?;
    let touched = list.query_map([run], |row| {
        Ok(Touched {
            number: row.get::<_, i64>(0)?.unsigned_abs(),
            remote: RemoteId::new(row.get::<_, String>(1)?),
            parent: row.get::<_, Option<String>>(2)?.map(ParentId::new),
        })
    })?;
    Ok(touched.collect::<Result<_, _>>()?)
}

/// Keeps what the target holds of the records of a plan's steps.
pub(super) fn sighted(
    database: &mut Connection,
    run: i64,
    when: When,
    records: &[(u64, Option<Fingerprint>)],
) -> Result<(), LedgerError> {
    let column = match when {
        When::Planned => "held",
        When::Applied => "found",
    };
    let change = database.transaction()?;
    if when == When::Applied {
        // An earlier try to apply it may have looked too.
        change.execute("UPDATE basis SET found = NULL WHERE run = ?1", [run])?;
    }
    for (number, print) in records {
        let print = print.as_ref().map_or("", |print| print.as_str());
        change
            .prepare_cached(&format!(
                "UPDATE basis SET {column} = ?3 WHERE run = ?1 AND number = ?2"
            ))?
            .execute(params![run, number.cast_signed(), print])?;
    }
    Ok(change.commit()?)
}

/// The waiting steps that no longer stand on what they stood on. What dead runs had sent is in doubt by now: the book's
/// lock is held.
pub(super) fn stale(database: &Connection, run: i64) -> Result<Vec<Stale>, LedgerError> {
    follow(database, run)?;
    let mut list = database.prepare(&format!(
        "SELECT * FROM (SELECT fated.number, content.row, fated.remote,
         CASE WHEN fated.action = 'create' AND EXISTS
                   (SELECT 1 FROM fate AS other JOIN run AS theirs ON theirs.n = other.run
                    WHERE other.key = fated.key AND other.parent = fated.parent
                    AND other.run <> fated.run AND theirs.book = run.book
                    AND other.action = 'create' AND other.state = 'in_doubt') THEN 'doubt'
              WHEN basis.linked <> {LINKED} THEN 'written'
              WHEN basis.held IS NULL OR basis.held IS found THEN NULL
              WHEN basis.held = '' THEN 'came' WHEN found = '' THEN 'gone' ELSE 'changed' END AS why
         FROM basis JOIN fated ON fated.run = basis.run AND fated.number = basis.number
         JOIN content ON content.run = basis.run AND content.number = basis.number
         JOIN run ON run.n = basis.run
         LEFT JOIN link ON link.book = run.book AND link.key = fated.key AND link.parent = fated.parent
         WHERE basis.run = ?1 AND fated.state = '{WAITING}') WHERE why IS NOT NULL ORDER BY 1"
    ))?;
    let stale = list.query_map([run], |row| {
        Ok(Stale {
            number: row.get::<_, i64>(0)?.unsigned_abs(),
            row: row.get::<_, i64>(1)?.unsigned_abs(),
            remote: row.get::<_, Option<String>>(2)?.map(RemoteId::new),
            why: reason(&row.get::<_, String>(3)?),
        })
    })?;
    Ok(stale.collect::<Result<_, _>>()?)
}

/// Writes the links that are due in a run's book.
fn follow(database: &Connection, run: i64) -> Result<(), LedgerError> {
    let mut book = database.prepare_cached("SELECT book FROM run WHERE n = ?1")?;
    let book = book.query_row([run], |row| row.get::<_, String>(0).map(BookId::new))?;
    Ok(follow::follow_all(database, &book)?)
}

/// The next steps of a run, after a number or from the first.
pub(super) fn page(
    database: &Connection,
    run: i64,
    after: Option<u64>,
    most: usize,
) -> Result<Vec<Settled>, LedgerError> {
    let mut list = database.prepare_cached(&format!(
        "SELECT {STEP} FROM step WHERE run = ?1 AND number > ?2 ORDER BY number LIMIT ?3"
    ))?;
    let after = after.map_or(-1, u64::cast_signed);
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut rows = list.query(params![run, after, most])?;
    let mut steps = Vec::new();
    while let Some(row) = rows.next()? {
        steps.push(row::settled(row)?);
    }
    Ok(steps)
}

/// Some steps of a run, by number.
pub(super) fn steps(
    database: &Connection,
    run: i64,
    numbers: &[u64],
) -> Result<Vec<Settled>, LedgerError> {
    let mut find = database.prepare_cached(&format!(
        "SELECT {STEP} FROM step WHERE run = ?1 AND number = ?2"
    ))?;
    let mut steps = Vec::with_capacity(numbers.len());
    for number in numbers {
        let mut rows = find.query(params![run, number.cast_signed()])?;
        if let Some(row) = rows.next()? {
            steps.push(row::settled(row)?);
        }
    }
    Ok(steps)
}

/// The reason that a name in a statement above means.
fn reason(name: &str) -> StaleReason {
    match name {
        "doubt" => StaleReason::InDoubt,
        "written" => StaleReason::Written,
        "gone" => StaleReason::Gone,
        "came" => StaleReason::Came,
        _ => StaleReason::Changed,
    }
}
