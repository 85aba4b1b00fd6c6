//! The ledger that a command uses: where it is, and what is said where there is none.

use std::path::{Path, PathBuf};

use super::args::Common;
use super::failure::Failure;
use crate::config::state_folder;
use crate::engine::StateError;
use crate::ledger::{LedgerError, Sqlite, Store};

/// Where the ledger is.
pub(crate) fn path(common: &Common) -> Result<PathBuf, Failure> {
    match &common.ledger {
        Some(path) => Ok(path.clone()),
        None => Ok(state_folder()?.join("ledger.sqlite3")),
    }
}

/// Opens the ledger, which is made if there is none.
pub(crate) fn open(common: &Common) -> Result<Box<dyn Store>, Failure> {
    open_at(&path(common)?)
}

/// Opens the ledger, if there is one.
pub(crate) fn find(common: &Common) -> Result<Option<Box<dyn Store>>, Failure> {
    let path = path(common)?;
    path.exists().then(|| open_at(&path)).transpose()
}

/// Opens the ledger of this file, which is made if there is none.
pub(crate) fn open_at(path: &Path) -> Result<Box<dyn Store>, Failure> {
    Ok(Box::new(Sqlite::open(path)?))
}

/// Opens the ledger that holds a run, or any.
pub(crate) fn holding(run: Option<&str>, common: &Common) -> Result<Box<dyn Store>, Failure> {
    find(common)?.ok_or_else(|| match run {
        Some(id) => LedgerError::NoRun(id.to_owned()).into(),
        None => StateError::Nothing.into(),
    })
}

/// A ledger for what is shown and forgotten, gone with the folder.
pub(crate) fn scratch() -> Result<(Box<dyn Store>, tempfile::TempDir), Failure> {
    let folder = tempfile::tempdir()?;
    let ledger = open_at(&folder.path().join("plan.sqlite3"))?;
    Ok((ledger, folder))
}
