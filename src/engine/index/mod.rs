//! What one plan looks up while rows are paired with records: the rows of the sheet, what the target holds, and the
//! keys by which the one is matched with the other. They are in a private `SQLite` file that nobody else can open and that
//! is gone with the plan, whatever the ledger is kept in: the target holds people who are in no sheet of ours.

mod error;
mod find;
mod held;
mod wanted;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, params};
use serde::de::DeserializeOwned;

use crate::model::{ContactKey, ParentId, RemoteId, ScopedKey};
use crate::plan::{MatchBy, MatchKey};

pub use error::IndexError;
pub use wanted::{MatchProblem, MissingRecord, NewRows, Standing, UndecidedRow, WantedRow, Whose};

/// The database's shape; it lives as long as one plan, in one transaction that never ends. A plan that fails has no use for it
/// any more, so that nothing needs to be taken back; of what is looked up at random, 8 MiB are kept in memory, and only
/// what finds no place there is written.
const SHAPE: &str = "
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -8192;
CREATE TABLE wanted (
    n        INTEGER PRIMARY KEY,
    number   INTEGER,                 -- the step's; none for a row that is not meant
    row      INTEGER NOT NULL,
    key      TEXT NOT NULL,
    parent   TEXT,
    remote   TEXT,                    -- the record that is the row's
    elsewhere TEXT,                   -- the record that its key has under another parent
    standing INTEGER NOT NULL,
    says     INTEGER,                 -- the digest of what it says
    same     INTEGER NOT NULL DEFAULT 0, -- 1: its record says the same, and is not kept
    by       INTEGER,                 -- what led to the record
    problem  TEXT,                    -- why it has none: JSON
    gone     TEXT                     -- the record that it had
);
CREATE TABLE wanted_match (n INTEGER NOT NULL, by INTEGER NOT NULL, digest INTEGER NOT NULL,
    PRIMARY KEY (n, by, digest)) WITHOUT ROWID;
CREATE TABLE held (remote TEXT PRIMARY KEY, payload TEXT NOT NULL, identity TEXT, record TEXT) WITHOUT ROWID;
CREATE TABLE held_match (by INTEGER NOT NULL, digest INTEGER NOT NULL, remote TEXT NOT NULL,
    PRIMARY KEY (by, digest, remote)) WITHOUT ROWID;
";

/// What makes the rows quick to find, once they are all there: to sort them then costs less than to keep them sorted.
const ROWS_BY: &str = "
CREATE INDEX IF NOT EXISTS wanted_key ON wanted (key);
CREATE INDEX IF NOT EXISTS wanted_remote ON wanted (remote) WHERE remote IS NOT NULL;
CREATE INDEX IF NOT EXISTS wanted_match_digest ON wanted_match (by, digest);
";

/// What one plan looks up.
pub struct MatchIndex {
    database: Connection,
    /// Whether the record of some row may hang elsewhere.
    has_moved: bool,
}

impl MatchIndex {
    /// Nothing yet.
    pub fn new() -> Result<Self, IndexError> {
        // Without a name, the file is a private one, and is removed when it is closed.
        let database = Connection::open("")?;
        // Without it, SQLite compiles a statement anew for each value that it compares with a partial index.
        database.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        database.execute_batch(SHAPE)?;
        database.execute_batch("BEGIN")?;
        Ok(Self {
            database,
            has_moved: false,
        })
    }

    /// Adds rows of the sheet.
    pub fn want(&mut self, rows: &[WantedRow]) -> Result<(), IndexError> {
        let mut want = self.database.prepare_cached(
            "INSERT INTO wanted (number, row, key, parent, remote, standing, elsewhere, says)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        let mut add = self.database.prepare_cached(
            "INSERT OR IGNORE INTO wanted_match (n, by, digest) VALUES (?1, ?2, ?3)",
        )?;
        for wanted in rows {
            let n = want.insert(params![
                wanted.number.map(u64::cast_signed),
                wanted.row.cast_signed(),
                wanted.scoped.key.as_str(),
                wanted.scoped.parent.as_ref().map(ParentId::as_str),
                wanted.remote.as_ref().map(RemoteId::as_str),
                wanted.standing.number(),
                wanted.elsewhere.as_ref().map(RemoteId::as_str),
                wanted.says.map(u64::cast_signed),
            ])?;
            self.has_moved |= wanted.elsewhere.is_some();
            // A row whose record need not be found shares its addresses with others, and is asked for nothing else.
            let is_found = matches!(wanted.standing, Standing::Apart | Standing::Done);
            let asked = |key: &&MatchKey| !is_found || key.by == MatchBy::Email;
            for key in wanted.matches.iter().filter(asked) {
                add.execute(params![n, key.by.number(), key.digest])?;
            }
        }
        Ok(())
    }

    /// Makes the rows quick to find; they are all there.
    pub fn sort(&mut self) -> Result<(), IndexError> {
        Ok(self.database.execute_batch(ROWS_BY)?)
    }

    /// What rows hang under, each once.
    pub fn parents(&self, whose: Whose) -> Result<Vec<Option<ParentId>>, IndexError> {
        let mut list = self
            .database
            .prepare_cached("SELECT DISTINCT parent FROM wanted WHERE standing >= ?1 ORDER BY 1")?;
        let parents = list.query_map([whose.least()], |row| row.get::<_, Option<String>>(0))?;
        parents
            .map(|parent| Ok(parent?.map(ParentId::new)))
            .collect()
    }

    /// Whether the sheet has nothing that may be sent, or has been.
    pub fn is_empty(&self) -> Result<bool, IndexError> {
        let mut find = self
            .database
            .prepare_cached("SELECT 1 FROM wanted WHERE standing > ?1 LIMIT 1")?;
        Ok(!find.exists([Standing::Apart.number()])?)
    }

    /// Whether a step is still to be decided.
    pub fn is_pending(&self) -> Result<bool, IndexError> {
        let mut find = self
            .database
            .prepare_cached("SELECT 1 FROM wanted WHERE standing > ?1 LIMIT 1")?;
        Ok(find.exists([Standing::Done.number()])?)
    }

    /// Whether the sheet has a row of this key under this parent; a row that names no parent may be under any.
    pub fn has_key(&self, scoped: &ScopedKey) -> Result<bool, IndexError> {
        let mut find = self.database.prepare_cached(
            "SELECT 1 FROM wanted WHERE key = ?1 AND (parent IS NULL OR ?2 IS NULL OR parent = ?2) LIMIT 1",
        )?;
        let parent = scoped.parent.as_ref().map(ParentId::as_str);
        Ok(find.exists(params![scoped.key.as_str(), parent])?)
    }

    /// Whether the sheet has a row of this key that has no record yet, under whatever parent: what it had elsewhere must
    /// not go before it has one.
    pub fn is_moving(&self, key: &ContactKey) -> Result<bool, IndexError> {
        let mut find = self
            .database
            .prepare_cached("SELECT 1 FROM wanted WHERE key = ?1 AND remote IS NULL LIMIT 1")?;
        Ok(find.exists([key.as_str()])?)
    }

    /// Gives rows the record that their key has elsewhere, where it was read under the row's own parent: somebody has
    /// moved it there, or where it hung was never noted.
    fn claim(&self) -> Result<(), IndexError> {
        self.database.execute(
            "UPDATE wanted SET remote = elsewhere WHERE standing = ?1 AND remote IS NULL AND EXISTS
             (SELECT 1 FROM held WHERE held.remote = wanted.elsewhere
              AND json_extract(held.payload, '$.parent') = wanted.parent)",
            [Standing::Open.number()],
        )?;
        Ok(())
    }

    /// How many records were read.
    pub fn count_held(&self) -> Result<u64, IndexError> {
        let count: i64 = self
            .database
            .query_row("SELECT count(*) FROM held", [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// How many of the rows that are meant have a record, and may change it.
    pub fn count_matched(&self) -> Result<u64, IndexError> {
        let count: i64 = self.database.query_row(
            "SELECT count(*) FROM wanted
             WHERE standing > ?1 AND number IS NOT NULL AND remote IS NOT NULL AND problem IS NULL",
            [Standing::Apart.number()],
            |row| row.get(0),
        )?;
        Ok(count.unsigned_abs())
    }

    /// The ids of the records that were read, in their order.
    pub fn all_held(&self) -> Result<Vec<RemoteId>, IndexError> {
        let mut list = self
            .database
            .prepare("SELECT remote FROM held ORDER BY remote")?;
        let held = list.query_map([], |row| row.get::<_, String>(0).map(RemoteId::new))?;
        Ok(held.collect::<Result<_, _>>()?)
    }

    /// The rows whose record was not among those that were read.
    pub fn missing(&self, whose: Whose) -> Result<Vec<MissingRecord>, IndexError> {
        let mut list = self.database.prepare(
            "SELECT n, key, parent, remote FROM wanted WHERE standing >= ?1 AND remote IS NOT NULL
             AND same = 0 AND NOT EXISTS (SELECT 1 FROM held WHERE held.remote = wanted.remote) ORDER BY n",
        )?;
        let missing = list.query_map([whose.least()], |row| {
            Ok(MissingRecord {
                n: row.get(0)?,
                key: ContactKey::new(row.get::<_, String>(1)?),
                parent: row.get::<_, Option<String>>(2)?.map(ParentId::new),
                remote: RemoteId::new(row.get::<_, String>(3)?),
            })
        })?;
        Ok(missing.collect::<Result<_, _>>()?)
    }

    /// Says that a row's record is gone: another may be found.
    pub fn lose(&mut self, n: i64) -> Result<(), IndexError> {
        self.database.execute(
            "UPDATE wanted SET gone = remote, remote = NULL, standing = ?2 WHERE n = ?1",
            [n, Standing::Open.number()],
        )?;
        Ok(())
    }

    /// The next rows after a place whose step is to be decided, in their order; `new` says which rows are left out about
    /// which nothing was found.
    pub fn pending(
        &self,
        after: i64,
        most: usize,
        new: NewRows,
    ) -> Result<Vec<UndecidedRow>, IndexError> {
        let mut list = self.database.prepare_cached(
            "SELECT n, number, remote, by, problem, gone, same FROM wanted
             WHERE n > ?1 AND standing > ?3 AND number IS NOT NULL
               AND NOT (?4 AND standing = ?5 AND remote IS NULL AND problem IS NULL AND gone IS NULL
                        AND elsewhere IS NULL)
             ORDER BY n LIMIT ?2",
        )?;
        let mut rows = list.query(params![
            after,
            i64::try_from(most).unwrap_or(i64::MAX),
            Standing::Done.number(),
            new == NewRows::Decided,
            Standing::Open.number(),
        ])?;
        let mut pending = Vec::new();
        while let Some(row) = rows.next()? {
            let problem: Option<String> = row.get(4)?;
            let by: Option<i64> = row.get(3)?;
            let named = |number| MatchBy::ALL.into_iter().find(|by| by.number() == number);
            pending.push(UndecidedRow {
                n: row.get(0)?,
                number: row.get::<_, i64>(1)?.unsigned_abs(),
                remote: row.get::<_, Option<String>>(2)?.map(RemoteId::new),
                by: by.and_then(named),
                problem: problem.map(|text| json("problem", &text)).transpose()?,
                gone: row.get::<_, Option<String>>(5)?.map(RemoteId::new),
                is_same: row.get(6)?,
            });
        }
        Ok(pending)
    }
}

/// A text that holds JSON.
fn json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, IndexError> {
    serde_json::from_str(text).map_err(|_| IndexError::Damaged { what })
}

#[cfg(test)]
mod tests;
