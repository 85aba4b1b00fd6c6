//! Records that the target holds: kept, and asked for.

use rusqlite::{OptionalExtension as _, params};

use super::{IndexError, MatchIndex, Standing, json};
use crate::backend::Snapshot;
use crate::model::RemoteId;
use crate::plan::{Change, MatchKey};
use crate::wire::Json;

impl MatchIndex {
    /// Adds records that the target holds.
    pub fn hold(&mut self, records: &[(RemoteId, Snapshot)]) -> Result<(), IndexError> {
        let mut hold = self.database.prepare_cached(
            "INSERT OR REPLACE INTO held (remote, payload, identity, record) VALUES (?1, ?2, ?3, ?4)",
        )?;
        let mut add = self.database.prepare_cached(
            "INSERT OR IGNORE INTO held_match (by, digest, remote) VALUES (?1, ?2, ?3)",
        )?;
        for (remote, held) in records {
            if self.is_same(remote, held)? {
                continue;
            }
            hold.execute(params![
                remote.as_str(),
                held.payload.text(),
                identity(held),
                held.record.as_ref().map(Json::text),
            ])?;
            // What is a row's already is found by nobody else.
            if self.is_wanted(remote)? {
                continue;
            }
            for key in MatchKey::of_record(held) {
                add.execute(params![key.by.number(), key.digest, remote.as_str()])?;
            }
        }
        Ok(())
    }

    /// Whether a record says just what the one row says that a link leads from to it. Nothing else is asked of such a record,
    /// unless it may be another row's that has moved.
    fn is_same(&self, remote: &RemoteId, held: &Snapshot) -> Result<bool, IndexError> {
        let mut find = self
            .database
            .prepare_cached("SELECT n, says, same FROM wanted WHERE remote = ?1 LIMIT 2")?;
        let rows = find.query_map([remote.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
        let rows: Vec<(i64, Option<i64>, bool)> = rows.collect::<Result<_, _>>()?;
        let [(n, Some(says), was_same)] = rows[..] else {
            return Ok(false);
        };
        let is_same = !self.has_moved && says.cast_unsigned() == Change::digest_of(&held.payload);
        // A list may show a record twice.
        if is_same != was_same {
            self.database
                .prepare_cached("UPDATE wanted SET same = ?2 WHERE n = ?1")?
                .execute(params![n, is_same])?;
        }
        Ok(is_same)
    }

    /// Whether a record is a row's.
    pub fn is_wanted(&self, remote: &RemoteId) -> Result<bool, IndexError> {
        let mut find = self
            .database
            .prepare_cached("SELECT 1 FROM wanted WHERE remote = ?1 LIMIT 1")?;
        Ok(find.exists([remote.as_str()])?)
    }

    /// Whether a record is that of a row which need not look at it.
    pub fn is_settled(&self, remote: &RemoteId) -> Result<bool, IndexError> {
        let mut find = self
            .database
            .prepare_cached("SELECT 1 FROM wanted WHERE remote = ?1 AND standing < ?2 LIMIT 1")?;
        Ok(find.exists(params![remote.as_str(), Standing::Named.number()])?)
    }

    /// Whether a row that could not be judged may be the contact of a record. Where nobody knows whom the record is
    /// about, any such row may.
    pub fn is_perhaps_wanted(&self, record: &Snapshot) -> Result<bool, IndexError> {
        let unjudged = "remote IS NULL AND (standing = ?1 OR problem IS NOT NULL) LIMIT 1";
        let apart = Standing::Apart.number();
        if record.identity.is_none() {
            let any = format!("SELECT 1 FROM wanted WHERE {unjudged}");
            return Ok(self.database.prepare_cached(&any)?.exists([apart])?);
        }
        let mut find = self.database.prepare_cached(&format!(
            "SELECT 1 FROM wanted_match AS own JOIN wanted ON wanted.n = own.n
             WHERE own.by = ?2 AND own.digest = ?3 AND {unjudged}"
        ))?;
        for key in MatchKey::of_record(record) {
            if find.exists(params![apart, key.by.number(), key.digest])? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What a record says, if the target was read there.
    pub fn held(&self, remote: &RemoteId) -> Result<Option<Snapshot>, IndexError> {
        let mut find = self
            .database
            .prepare_cached("SELECT payload, identity FROM held WHERE remote = ?1")?;
        let texts = find.query_row([remote.as_str()], |row| Ok((row.get(0)?, row.get(1)?)));
        snapshot(texts.optional()?)
    }

    /// A record itself, if the target was read there and it may be merged with.
    pub fn record(&self, remote: &RemoteId) -> Result<Option<Json>, IndexError> {
        let mut find = self
            .database
            .prepare_cached("SELECT record FROM held WHERE remote = ?1")?;
        let text = find
            .query_row([remote.as_str()], |row| row.get::<_, Option<String>>(0))
            .optional()?;
        text.flatten().map(|text| json("record", &text)).transpose()
    }
}

/// A payload and whom it is about, as they were kept.
fn snapshot(kept: Option<(String, Option<String>)>) -> Result<Option<Snapshot>, IndexError> {
    let Some((payload, identity)) = kept else {
        return Ok(None);
    };
    Ok(Some(Snapshot {
        payload: json("payload", &payload)?,
        identity: identity.map(|text| json("identity", &text)).transpose()?,
        record: None,
    }))
}

/// Whom a record is about, as it is kept.
fn identity(held: &Snapshot) -> Option<String> {
    let identity = held.identity.as_ref()?;
    serde_json::to_string(identity).ok()
}
