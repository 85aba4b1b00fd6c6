//! The ledger in one `SQLite` file: write-ahead log, every commit synced, readable by its owner only.

mod accounts;
mod claim;
mod contested;
mod decide;
mod doubt;
mod ended;
mod erase;
mod feed;
mod files;
mod follow;
mod known;
mod link;
mod links;
mod lock;
mod reports;
mod row;
mod runs;
mod saved;
mod schema;
mod steps;
mod witness;
mod write;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior};

use self::files::Files;
use self::lock::Lock;
use crate::ledger::{Lease, LedgerError, NewRun, Run};
use crate::model::RunId;
use crate::private_file;

/// How long to wait while another process writes, on another book: it may plan a great sheet on a slow disk, or give
/// the space of what it erased back.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long to wait before trying again what `SQLite` does not wait for.
const AGAIN: Duration = Duration::from_millis(10);

/// The embedded ledger.
pub struct Sqlite {
    path: PathBuf,
    database: Connection,
    files: Files,
}

/// Turns the write-ahead log on. It stays on, so only the first to open a new file writes here; `SQLite` refuses the
/// others at once, whatever the timeout.
fn write_ahead(database: &Connection) -> rusqlite::Result<()> {
    let begun = Instant::now();
    loop {
        match database.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && begun.elapsed() < PATIENCE =>
            {
                std::thread::sleep(AGAIN);
            }
            other => return other,
        }
    }
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

/// Whether the file is no database, or one that is damaged.
fn is_no_database(error: &(dyn Error + 'static)) -> bool {
    let code = error
        .downcast_ref::<rusqlite::Error>()
        .and_then(rusqlite::Error::sqlite_error_code);
    matches!(
        code,
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
    )
}

impl Sqlite {
    /// Opens the ledger, or makes it.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        Self::opened(path).map_err(|error| match &error {
            LedgerError::Unavailable(source) if is_no_database(source.as_ref()) => {
                let place = path.display().to_string();
                LedgerError::NoLedger { place }
            }
            _ => error,
        })
    }

    fn opened(path: &Path) -> Result<Self, LedgerError> {
        let failed = |source| LedgerError::Open {
            place: path.display().to_string(),
            source,
        };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        // SQLite makes files with the umask's permissions, so the file is made before it gets there. One that is there
        // is not opened: to close it would free the locks that another ledger of this process has on it.
        match private_file::create_new(path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            made => drop(made.map_err(failed)?),
        }
        let mut database = Connection::open(path)?;
        database.busy_timeout(PATIENCE)?;
        // Each of our transactions writes. One that reads first and is to write then cannot wait for another
        // process: what it has read may be old by that time, so SQLite refuses at once.
        database.set_transaction_behavior(TransactionBehavior::Immediate);
        // Of a new file. A row that is longer than a quarter of a page takes pages of its own for the rest: with those of
        // 4 KiB, most steps would take two.
        database.pragma_update(None, "page_size", 16 << 10)?;
        write_ahead(&database)?;
        database.pragma_update(None, "synchronous", "FULL")?;
        database.pragma_update(None, "foreign_keys", "ON")?;
        // The pages of 16 MiB of log: the default copies the log into the file a hundred times an upload, and each time
        // everybody waits for the disk twice.
        let page: i64 = database.pragma_query_value(None, "page_size", |row| row.get(0))?;
        database.pragma_update(None, "wal_autocheckpoint", (16 << 20) / page)?;
        // Of what is looked up at random: the links of a sheet's keys.
        database.pragma_update(None, "cache_size", -(8 << 10))?;
        // Without it, SQLite compiles a statement anew for each value that it compares with a partial index.
        database.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        if let Err(found) = schema::migrate(&mut database)? {
            return Err(LedgerError::Newer {
                place: path.display().to_string(),
                found,
                known: schema::VERSION,
            });
        }
        Ok(Self {
            path: path.to_owned(),
            files: Files::of(path).map_err(failed)?,
            database,
        })
    }

    /// The hold of a run's book; an error where another run has it.
    fn lease(&self, run: &NewRun, id: &RunId) -> Result<Lease, LedgerError> {
        let lock = Lock::take(&self.path, &run.book)?;
        let lock = lock.ok_or_else(|| LedgerError::Held {
            target: run.target.clone(),
        })?;
        // The system frees the lock when the process ends: nobody comes back with an old one.
        Ok(Lease::new(id.clone(), run.book.clone(), 0, lock))
    }

    /// Writes what nothing is sent of before a later commit has waited for the disk, and this with it: it need not wait.
    fn unhurried(
        &mut self,
        write: impl FnOnce(&mut Connection) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        self.database.pragma_update(None, "synchronous", "NORMAL")?;
        let written = write(&mut self.database);
        self.database.pragma_update(None, "synchronous", "FULL")?;
        written
    }

    /// Whether what was just written is where the next run looks for it, and the book still the run's.
    fn committed(&self, lease: &Lease) -> Result<(), LedgerError> {
        self.files.check()?;
        lease.check()
    }

    fn number(&self, run: &RunId) -> Result<i64, LedgerError> {
        let mut find = self
            .database
            .prepare_cached("SELECT n FROM run WHERE id = ?1")?;
        let found = find
            .query_row([run.as_str()], |row| row.get(0))
            .optional()?;
        found.ok_or_else(|| LedgerError::NoRun(run.to_string()))
    }

    fn with_totals(&self, (n, mut run): (i64, Run)) -> Result<Run, LedgerError> {
        let totals = ended::totals(&self.database, n)?;
        // A run whose steps were pruned has its totals in its own row.
        if totals.all() > 0 || run.ended.is_none() {
            run.totals = totals;
        }
        Ok(run)
    }
}

#[cfg(test)]
mod tests;
