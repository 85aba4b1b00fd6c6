//! The program around a batch: it imports one sheet, says what happens, and knows whether a person wants an end.

use std::path::{Path, PathBuf};

use super::end::ImportEnd;
use super::file_state::FoundSheet;
use super::outcome::FileOutcome;
use crate::model::RunId;

/// One sheet whose turn has come, and what holds for its import alone.
#[derive(Debug)]
pub struct SheetTurn<'a> {
    /// The sheet.
    pub sheet: &'a FoundSheet,
    /// How many rows may still be sent, if that was limited.
    pub limit: Option<u64>,
    /// Where its report goes, if a folder was named.
    pub report: Option<PathBuf>,
}

/// What happens to a file.
#[derive(Debug)]
pub enum FileEvent<'a> {
    /// It was put aside.
    Moved {
        /// What became of it.
        outcome: FileOutcome,
        /// Where it was.
        from: &'a Path,
        /// Where it is now.
        to: &'a Path,
    },
    /// It was to be put aside, and stays.
    Stays {
        /// Where it is.
        file: &'a Path,
        /// Why.
        why: &'a str,
    },
}

/// The program around a batch.
pub trait BatchHost {
    /// What ends a batch at once: it cannot say what happens any more.
    type Error;

    /// Imports one sheet.
    fn import(&mut self, turn: &SheetTurn<'_>) -> Result<ImportEnd, Self::Error>;

    /// Hears what happens to a file.
    fn hear(&mut self, event: FileEvent<'_>);

    /// Keeps with its run where a sheet was put; says why it cannot be kept.
    fn moved(&mut self, run: &RunId, place: &Path) -> Result<(), String>;

    /// The exit code of the signal by which a person wants an end, if one came.
    fn interrupted(&self) -> Option<u8>;
}
