//! What is asked of the index about a record that the target holds.

use rusqlite::{OptionalExtension as _, params};

use super::{IndexError, MatchIndex, Standing, json};
use crate::backend::Snapshot;
use crate::model::RemoteId;
use crate::plan::MatchKey;
use crate::wire::Json;

impl MatchIndex {
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
