//! The ledger in one `SQLite` file: write-ahead log, every commit synced, readable by its owner only.

mod accounts;
mod contested;
mod decide;
mod doubt;
mod ended;
mod erase;
mod feed;
mod files;
mod links;
mod lock;
mod planning;
mod reports;
mod row;
mod saved;
mod schema;
mod witness;
mod write;

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior, params};

use self::files::Files;
use self::lock::Lock;
use self::row::{RUN, STEP};
use self::write::Requeue;
use crate::backend::Snapshot;
use crate::ledger::{
    Decision, Doubt, Ledger, LedgerError, Made, NewRun, Run, ScopedLink, Settled, Sought, Stale,
    Touched, When,
};
use crate::model::{BookId, ContactKey, Fingerprint, ParentId, RemoteId, RunId, ScopedKey};
use crate::plan::{Known, Moment, Outcome, Step, Totals};
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
    locks: Vec<(RunId, Lock)>,
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
        write_ahead(&database)?;
        database.pragma_update(None, "synchronous", "FULL")?;
        database.pragma_update(None, "foreign_keys", "ON")?;
        // Pages, 16 MiB of log: the default copies the log into the file a hundred times an upload, and each time
        // everybody waits for the disk twice.
        database.pragma_update(None, "wal_autocheckpoint", 4000)?;
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
            locks: Vec::new(),
        })
    }

    fn lock(&mut self, run: &NewRun, id: &RunId) -> Result<(), LedgerError> {
        let lock = Lock::take(&self.path, &run.book)?;
        let lock = lock.ok_or_else(|| LedgerError::Held {
            target: run.target.clone(),
        })?;
        self.locks.push((id.clone(), lock));
        Ok(())
    }

    /// The lock of a run's book, ours or taken anew; `None` where another run holds it.
    fn unlock(&mut self, run: &RunId) -> Result<Option<Lock>, LedgerError> {
        if let Some(place) = self.locks.iter().position(|(held, _)| held == run) {
            return Ok(Some(self.locks.swap_remove(place).1));
        }
        let about = self.run(run.as_str())?.about;
        Lock::take(&self.path, &about.book)
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

impl Ledger for Sqlite {
    fn begin(&mut self, run: &NewRun) -> Result<RunId, LedgerError> {
        let id = RunId::generate();
        self.lock(run, &id)?;
        links::follow_all(&self.database, &run.book)?;
        let about = serde_json::to_string(run).unwrap_or_default();
        let change = self.database.transaction()?;
        ended::doubt_what_was_left(&change, &run.book)?;
        change.execute(
            "INSERT INTO run (id, book, about, began) VALUES (?1, ?2, ?3, ?4)",
            params![id.as_str(), run.book.as_str(), about, write::now()],
        )?;
        change.commit()?;
        self.in_place()?;
        Ok(id)
    }

    fn resume(&mut self, run: &Run) -> Result<(), LedgerError> {
        self.lock(&run.about, &run.id)?;
        links::follow_all(&self.database, &run.about.book)?;
        let change = self.database.transaction()?;
        ended::doubt_what_was_left(&change, &run.about.book)?;
        change.execute(
            "UPDATE run SET ended = NULL, exit_code = NULL, over = 0 WHERE id = ?1",
            [run.id.as_str()],
        )?;
        change.commit()?;
        self.in_place()
    }

    fn planned(&mut self, run: &RunId) -> Result<(), LedgerError> {
        self.database.execute(
            "UPDATE run SET planned = ?2 WHERE id = ?1",
            params![run.as_str(), write::now()],
        )?;
        // What the plan left in the log is copied now, not while the vendor waits; a reader may put it off.
        self.database
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        self.in_place()
    }

    fn reopen(&mut self, run: &RunId, numbers: &[u64]) -> Result<(), LedgerError> {
        let n = self.number(run)?;
        write::reopen(&mut self.database, n, numbers, Requeue::Afresh)
    }

    fn send_again(&mut self, run: &RunId, numbers: &[u64]) -> Result<(), LedgerError> {
        let n = self.number(run)?;
        write::reopen(&mut self.database, n, numbers, Requeue::Absent)
    }

    fn contest(&mut self, book: &BookId, remote: &RemoteId) -> Result<(), LedgerError> {
        links::follow_all(&self.database, book)?;
        contested::contest_one(&mut self.database, book, remote)
    }

    fn decide(&mut self, run: &RunId, number: u64, decision: &Decision) -> Result<(), LedgerError> {
        let n = self.number(run)?;
        decide::decide(&mut self.database, n, number, decision)?;
        self.in_place()
    }

    fn parents(&self, run: &RunId) -> Result<Vec<Option<ParentId>>, LedgerError> {
        doubt::parents(&self.database, self.number(run)?)
    }

    fn survey(
        &mut self,
        run: &RunId,
        parent: Option<&ParentId>,
        held: &[RemoteId],
    ) -> Result<(), LedgerError> {
        let n = self.number(run)?;
        doubt::survey(&mut self.database, n, parent, held)
    }

    fn surveyed(
        &self,
        run: &RunId,
        parent: Option<&ParentId>,
    ) -> Result<Option<HashSet<RemoteId>>, LedgerError> {
        doubt::surveyed(&self.database, self.number(run)?, parent)
    }

    fn learn(&mut self, book: &BookId, links: &[ScopedLink]) -> Result<(), LedgerError> {
        links::follow_all(&self.database, book)?;
        links::learn(&mut self.database, book, links)?;
        self.in_place()
    }

    fn key_of(&self, book: &BookId, remote: &RemoteId) -> Result<Option<ContactKey>, LedgerError> {
        links::follow_all(&self.database, book)?;
        links::key_of(&self.database, book, remote)
    }

    fn doubtful(&self, run: &RunId) -> Result<Vec<Step>, LedgerError> {
        // An id that cannot be true is found where the links would follow.
        links::follow_run(&self.database, run)?;
        doubt::steps(&self.database, self.number(run)?)
    }

    fn doubts(&self, run: &RunId) -> Result<HashMap<u64, Doubt>, LedgerError> {
        witness::doubts(&self.database, self.number(run)?)
    }

    fn made(&self, run: &RunId, parent: Option<&ParentId>) -> Result<Vec<Made>, LedgerError> {
        links::follow_all(&self.database, &self.run(run.as_str())?.about.book)?;
        witness::made(&self.database, self.number(run)?, parent)
    }

    fn moment(&self, run: &RunId) -> Result<Moment, LedgerError> {
        Ok(witness::latest(&self.database, self.number(run)?)?)
    }

    fn doubtful_runs(&self, book: &BookId) -> Result<Vec<Run>, LedgerError> {
        doubt::runs(&self.database, book)?
            .into_iter()
            .map(|run| self.with_totals(run))
            .collect()
    }

    fn owns(&self, book: &BookId, remote: &RemoteId) -> Result<bool, LedgerError> {
        links::follow_all(&self.database, book)?;
        links::owns(&self.database, book, remote)
    }

    fn unfinished(&self) -> Result<Vec<Run>, LedgerError> {
        doubt::unfinished(&self.database)?
            .into_iter()
            .map(|run| self.with_totals(run))
            .collect()
    }

    fn save(&mut self, run: &RunId, requests: &Fingerprint) -> Result<(), LedgerError> {
        let n = self.number(run)?;
        saved::save(&mut self.database, n, requests)?;
        self.in_place()
    }

    fn apply(&mut self, run: &RunId) -> Result<(), LedgerError> {
        saved::apply(&self.database, self.number(run)?)?;
        self.in_place()
    }

    fn touched(&self, run: &RunId) -> Result<Vec<Touched>, LedgerError> {
        saved::touched(&self.database, self.number(run)?)
    }

    fn sighted(
        &mut self,
        run: &RunId,
        when: When,
        records: &[(u64, Option<Fingerprint>)],
    ) -> Result<(), LedgerError> {
        let n = self.number(run)?;
        saved::sighted(&mut self.database, n, when, records)
    }

    fn stale(&self, run: &RunId) -> Result<Vec<Stale>, LedgerError> {
        saved::stale(&self.database, self.number(run)?)
    }

    fn steps(&self, run: &RunId, numbers: &[u64]) -> Result<Vec<Settled>, LedgerError> {
        saved::steps(&self.database, self.number(run)?, numbers)
    }

    fn supersede(&mut self, run: &RunId) -> Result<(), LedgerError> {
        // What a look has just found for another run is as good as sent.
        links::follow_all(&self.database, &self.run(run.as_str())?.about.book)?;
        let n = self.number(run)?;
        doubt::supersede(&mut self.database, n)
    }

    fn prior(&self, run: &Run, number: u64) -> Result<Option<Snapshot>, LedgerError> {
        links::prior(&self.database, self.number(&run.id)?, number)
    }

    fn last_sent(&self, book: &BookId, remote: &RemoteId) -> Result<Option<Snapshot>, LedgerError> {
        links::follow_all(&self.database, book)?;
        links::last_sent(&self.database, book, remote)
    }

    fn reported(&mut self, run: &RunId, folder: &Path) -> Result<(), LedgerError> {
        let n = self.number(run)?;
        let folder = folder.display().to_string();
        let change = self.database.transaction()?;
        change.execute(
            "UPDATE run SET report = ?2 WHERE n = ?1",
            params![n, folder],
        )?;
        change.execute(
            "INSERT OR IGNORE INTO report (run, folder) VALUES (?1, ?2)",
            params![n, folder],
        )?;
        Ok(change.commit()?)
    }

    fn latest(
        &self,
        book: &BookId,
        is_meant: &dyn Fn(&Run) -> bool,
    ) -> Result<Option<Run>, LedgerError> {
        feed::latest(&self.database, book, is_meant)?
            .map(|found| self.with_totals(found))
            .transpose()
    }

    fn moved(&mut self, run: &RunId, place: &Path) -> Result<(), LedgerError> {
        feed::moved(&self.database, run, place)
    }

    fn forget(&mut self, is_meant: &dyn Fn(&Step) -> bool) -> Result<(Vec<Run>, u64), LedgerError> {
        let gone = self.forget_person(is_meant, &Sought::default())?;
        Ok((gone.runs, gone.rows))
    }

    fn prune(&mut self, before: &str) -> Result<u64, LedgerError> {
        erase::prune(&mut self.database, before)
    }

    fn in_place(&self) -> Result<(), LedgerError> {
        self.files.check()?;
        self.locks.iter().try_for_each(|(_, lock)| lock.check())
    }

    fn check(&self) -> Result<Vec<String>, LedgerError> {
        let mut check = self.database.prepare("PRAGMA integrity_check")?;
        let said: Vec<String> = check
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(said.into_iter().filter(|line| line != "ok").collect())
    }

    fn add(&mut self, run: &RunId, steps: &[Step]) -> Result<(), LedgerError> {
        let n = self.number(run)?;
        let change = self.database.transaction()?;
        for step in steps {
            write::insert(&change, n, step)?;
        }
        change.commit()?;
        self.in_place()
    }

    fn claim(&mut self, run: &RunId, most: usize) -> Result<Vec<Step>, LedgerError> {
        let n = self.number(run)?;
        let claimed = write::claim(&mut self.database, n, most)?;
        if let Err(error) = self.in_place() {
            // Nothing is sent of what the next run would not find claimed.
            let numbers: Vec<u64> = claimed.iter().map(|step| step.number).collect();
            write::reopen(&mut self.database, n, &numbers, Requeue::Unsent)?;
            return Err(error);
        }
        Ok(claimed)
    }

    fn settle(&mut self, run: &RunId, outcomes: &[Outcome]) -> Result<(), LedgerError> {
        let n = self.number(run)?;
        write::settle(&mut self.database, n, outcomes)?;
        self.in_place()
    }

    fn end(&mut self, run: &RunId, exit_code: u8) -> Result<Totals, LedgerError> {
        let n = self.number(run)?;
        let Some(_until_it_ended) = self.unlock(run)? else {
            // Whoever holds the book has marked what was left of the run, and may have taken it up.
            return ended::totals(&self.database, n);
        };
        let change = self.database.transaction()?;
        links::follow(&change, n)?;
        ended::doubt_what_was_sent(&change, n)?;
        let totals = ended::totals(&change, n)?;
        ended::end(&change, n, exit_code, &totals)?;
        change.commit()?;
        Ok(totals)
    }

    fn known(&self, book: &BookId, keys: &[ScopedKey]) -> Result<Known, LedgerError> {
        links::follow_all(&self.database, book)?;
        links::known(&self.database, book, keys)
    }

    fn runs(&self, most: usize) -> Result<Vec<Run>, LedgerError> {
        let mut list = self
            .database
            .prepare(&format!("SELECT {RUN} FROM run ORDER BY n DESC LIMIT ?1"))?;
        let mut rows = list.query([i64::try_from(most).unwrap_or(i64::MAX)])?;
        let mut runs = Vec::new();
        while let Some(row) = rows.next()? {
            runs.push(self.with_totals(row::run(row)?)?);
        }
        Ok(runs)
    }

    fn run(&self, id: &str) -> Result<Run, LedgerError> {
        let wanted = id.to_ascii_uppercase();
        let mut find = self.database.prepare(&format!(
            "SELECT {RUN} FROM run WHERE substr(id, 1, length(?1)) = ?1 LIMIT 2"
        ))?;
        let mut rows = find.query([&wanted])?;
        let found = match rows.next()? {
            Some(row) if !wanted.is_empty() => row::run(row)?,
            _ => return Err(LedgerError::NoRun(id.to_owned())),
        };
        if rows.next()?.is_some() {
            return Err(LedgerError::AmbiguousRun(id.to_owned()));
        }
        self.with_totals(found)
    }

    fn each_step(
        &self,
        run: &RunId,
        each: &mut dyn FnMut(Settled) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let n = self.number(run)?;
        let mut list = self.database.prepare(&format!(
            "SELECT {STEP} FROM step WHERE run = ?1 ORDER BY number"
        ))?;
        let mut rows = list.query([n])?;
        while let Some(row) = rows.next()? {
            each(row::settled(row)?)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
