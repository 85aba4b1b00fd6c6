//! A step as a row of the database, and back.

use rusqlite::{OptionalExtension as _, Row};
use serde::de::DeserializeOwned;

use crate::backend::Snapshot;
use crate::ledger::{LedgerError, NewRun, Run, Saved, Settled};
use crate::model::{ContactKey, Fingerprint, Identity, ParentId, RemoteId, RunId};
use crate::plan::{Action, Fate, Step, Totals};
use crate::wire::{Json, JsonList};

/// The columns of a step, in the order in which `settled` reads them.
pub(super) const STEP: &str = "number, row, key, action, state, remote, payload, attempts, message, cells, remarks, lost, changes, identity, parent, record";

/// The columns of a step that is to be sent, in the order in which `claimed` reads them.
pub(super) const CLAIMED: &str = "fate.number, row, key, action, remote, payload, parent, record";

/// The columns of a run, in the order in which `run` reads them.
pub(super) const RUN: &str =
    "n, id, about, began, ended, exit_code, planned IS NOT NULL, totals, report, saved, requests";

/// A step between claim and settle.
pub(super) const SENT: &str = "sent";
/// A step that waits to be sent; in the table, for the first time.
pub(super) const WAITING: &str = "waiting";
/// A step that waits to be sent once more, in the table.
pub(super) const AGAIN: &str = "again";

/// A parent as a column: empty for none, since a key's column holds no null.
pub(super) fn column(parent: Option<&ParentId>) -> &str {
    parent.map_or("", |parent| parent.as_str())
}

/// The parent that a column holds.
pub(super) fn parent(column: String) -> Option<ParentId> {
    (!column.is_empty()).then_some(ParentId::new(column))
}

/// A column that holds JSON.
pub(super) fn json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, LedgerError> {
    serde_json::from_str(text).map_err(|_| LedgerError::Damaged {
        what,
        found: text.to_owned(),
    })
}

/// Reads a step that is to be sent.
pub(super) fn claimed(row: &Row<'_>) -> Result<Step, LedgerError> {
    let payload = row.get_ref(5)?.as_str_or_null();
    let payload = payload.map_err(rusqlite::Error::from)?;
    Ok(Step {
        number: row.get::<_, i64>(0)?.unsigned_abs(),
        row: row.get::<_, i64>(1)?.unsigned_abs(),
        key: ContactKey::new(row.get::<_, String>(2)?),
        parent: parent(row.get(6)?),
        action: action(row.get(3)?)?,
        remote: row.get::<_, Option<String>>(4)?.map(RemoteId::new),
        payload: payload.map(|text| json("payload", text)).transpose()?,
        record: record(row.get(7)?)?,
        identity: None,
        cells: JsonList::default(),
        remarks: JsonList::default(),
        lost: JsonList::default(),
        changes: Vec::new(),
    })
}

/// An identity as it is kept.
pub(super) fn identity_text(identity: Option<&Identity>) -> Option<String> {
    identity.and_then(|identity| serde_json::to_string(identity).ok())
}

/// An identity that was kept.
pub(super) fn identity(text: Option<String>) -> Result<Option<Identity>, LedgerError> {
    text.map(|text| json("identity", &text)).transpose()
}

/// A record that was kept.
pub(super) fn record(text: Option<String>) -> Result<Option<Json>, LedgerError> {
    text.map(|text| json("record", &text)).transpose()
}

/// Two columns that hold a payload and whom it is about; `None` where there is no row, or no payload.
pub(super) fn snapshot(
    texts: rusqlite::Result<(Option<String>, Option<String>)>,
) -> Result<Option<Snapshot>, LedgerError> {
    let Some((Some(payload), about)) = texts.optional()? else {
        return Ok(None);
    };
    Ok(Some(Snapshot {
        payload: json("payload", &payload)?,
        identity: identity(about)?,
        record: None,
    }))
}

fn action(name: String) -> Result<Action, LedgerError> {
    Action::ALL
        .into_iter()
        .find(|known| known.name() == name)
        .ok_or(LedgerError::Damaged {
            what: "action",
            found: name,
        })
}

/// The cells of a step's rows. Ledgers of before several rows could be one contact hold those of one row.
fn cells(text: String) -> JsonList<Vec<String>> {
    JsonList::kept(if text.starts_with("[\"") {
        format!("[{text}]")
    } else {
        text
    })
}

/// Reads a step. One that is marked as sent has no answer: it is in doubt until it is settled.
pub(super) fn settled(row: &Row<'_>) -> Result<Settled, LedgerError> {
    let state: String = row.get(4)?;
    let payload: Option<String> = row.get(6)?;
    let step = Step {
        number: row.get::<_, i64>(0)?.unsigned_abs(),
        row: row.get::<_, i64>(1)?.unsigned_abs(),
        key: ContactKey::new(row.get::<_, String>(2)?),
        parent: parent(row.get(14)?),
        action: action(row.get(3)?)?,
        remote: row.get::<_, Option<String>>(5)?.map(RemoteId::new),
        payload: payload.map(|text| json("payload", &text)).transpose()?,
        record: record(row.get(15)?)?,
        identity: identity(row.get(13)?)?,
        cells: cells(row.get(9)?),
        remarks: JsonList::kept(row.get(10)?),
        lost: JsonList::kept(row.get(11)?),
        changes: json("change", &row.get::<_, String>(12)?)?,
    };
    Ok(Settled {
        step,
        fate: fate(&state)?,
        attempts: row.get(7)?,
        message: row.get(8)?,
    })
}

/// The fate that a state means.
pub(super) fn fate(state: &str) -> Result<Fate, LedgerError> {
    match state {
        WAITING => Ok(Fate::Unsent),
        SENT => Ok(Fate::InDoubt),
        state => Fate::named(state).ok_or_else(|| LedgerError::Damaged {
            what: "state",
            found: state.to_owned(),
        }),
    }
}

/// The state of a saved plan that a name means.
fn saved(name: String) -> Result<Saved, LedgerError> {
    Saved::ALL
        .into_iter()
        .find(|saved| saved.name() == name)
        .ok_or(LedgerError::Damaged {
            what: "saved plan",
            found: name,
        })
}

/// Reads a run, without its totals; the number is its key in the database.
pub(super) fn run(row: &Row<'_>) -> Result<(i64, Run), LedgerError> {
    let about: NewRun = json("run", &row.get::<_, String>(2)?)?;
    let run = Run {
        id: RunId::new(row.get::<_, String>(1)?),
        about,
        began: row.get(3)?,
        ended: row.get(4)?,
        totals: match row.get::<_, Option<String>>(7)? {
            Some(text) => json("total", &text)?,
            None => Totals::default(),
        },
        report: row.get::<_, Option<String>>(8)?.map(Into::into),
        exit_code: row.get(5)?,
        planned: row.get(6)?,
        saved: row.get::<_, Option<String>>(9)?.map(saved).transpose()?,
        requests: row.get::<_, Option<String>>(10)?.map(Fingerprint::new),
    };
    Ok((row.get(0)?, run))
}

#[cfg(test)]
mod tests {
    use super::cells;

    #[test]
    fn cells_of_one_row_and_of_several_are_read() {
        for (text, rows) in [
            ("[]", &[][..]),
            (r#"["a", ""]"#, &[&["a", ""][..]]),
            (r#"[["a", ""]]"#, &[&["a", ""]]),
            (r#"[["a", ""], ["b"]]"#, &[&["a", ""], &["b"]]),
        ] {
            let read = cells(text.to_owned()).read();
            assert_eq!(read.expect("cells"), rows, "{text}");
        }
        assert!(cells("7".to_owned()).read().is_err());
    }
}
