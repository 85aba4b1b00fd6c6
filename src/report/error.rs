//! Why a report, or what was to be told of a sheet, could not be written.

use std::io;
use std::path::PathBuf;

use crate::ledger::LedgerError;
use crate::plan::BrokenTotals;
use crate::sheet::SheetError;

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The sheet cannot be read.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// A file cannot be written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The totals do not add up.
    #[error(transparent)]
    Totals(#[from] BrokenTotals),
    /// A file that was to go cannot be deleted.
    #[error("cannot delete `{}`: {error}", place.display())]
    Undeletable {
        /// The file or folder.
        place: PathBuf,
        /// What happened.
        error: io::Error,
    },
}
