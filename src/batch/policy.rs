//! What is done around each sheet: whether it is tried, how far it may go, and where its file is put then. This decides what
//! the next night finds.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::archive;
use super::codes::{self, weight};
use super::discover::ArchiveFolders;
use super::end::ImportEnd;
use super::file_state::FoundSheet;
use super::host::{BatchHost, FileEvent, SheetTurn};
use super::outcome::FileOutcome;
use super::summary::{BatchSummary, FileResult};

/// What is done around each sheet.
#[derive(Clone, Debug)]
pub struct FilePolicy {
    /// Where sheets are put.
    pub folders: ArchiveFolders,
    /// Whether the sheet is one of a folder or a glob, rather than named by itself.
    pub is_one_of_many: bool,
    /// Whether nothing is sent, so that every file stays.
    pub is_dry_run: bool,
    /// How many rows may be sent in all.
    pub limit: Option<u64>,
    /// The folder of reports; each of several sheets has its own in it.
    pub report: Option<PathBuf>,
}

impl FilePolicy {
    /// The exit code with which no further sheet is tried: a signal came, or the rows that may be sent were sent.
    pub(super) fn stop<H: BatchHost>(&self, summary: &BatchSummary, host: &H) -> Option<u8> {
        let is_used_up = self.limit.is_some_and(|limit| summary.sent() >= limit);
        let limit = is_used_up.then_some(codes::LIMIT);
        host.interrupted().or(limit)
    }

    /// The turn of one of several sheets: a folder of its own for its report, and what is left of the limit.
    pub(super) fn turn<'a>(
        &self,
        sheet: &'a FoundSheet,
        summary: &BatchSummary,
        names: &mut BTreeSet<String>,
    ) -> SheetTurn<'a> {
        let left = |limit: u64| limit - summary.sent().min(limit);
        let report = self.report.as_ref().map(|folder| {
            let mut name = sheet.name();
            while !names.insert(name.clone()) {
                name.push('+');
            }
            folder.join(name)
        });
        SheetTurn {
            sheet,
            limit: self.limit.map(left),
            report,
        }
    }

    /// Puts the sheet where it belongs now. One that cannot be put aside, or that somebody wrote to while it was read,
    /// stays, and that is no success.
    pub fn close<H: BatchHost>(
        &self,
        sheet: &FoundSheet,
        end: &ImportEnd,
        host: &mut H,
    ) -> FileResult {
        let mut result = FileResult::of(sheet, end);
        let outcome = result.outcome;
        let folder = self.folders.folder(sheet, outcome, self.is_one_of_many);
        let Some(folder) = folder.filter(|_| !self.is_dry_run) else {
            return result;
        };
        let file = sheet.path.as_path();
        let put = if sheet.has_changed() {
            let why = "it was written to while it was read".to_owned();
            Err((codes::INPUT, why))
        } else {
            put(file, &folder, end, host).map_err(|why| (codes::INTERNAL, why))
        };
        match put {
            Ok(place) => host.hear(FileEvent::Moved {
                outcome,
                from: file,
                to: &place,
            }),
            Err((code, why)) => {
                host.hear(FileEvent::Stays { file, why: &why });
                result.outcome = FileOutcome::Left;
                if weight(code) > result.code.map_or(0, weight) {
                    result.code = Some(code);
                }
            }
        }
        result
    }
}

fn put<H: BatchHost>(
    file: &Path,
    folder: &Path,
    end: &ImportEnd,
    host: &mut H,
) -> Result<PathBuf, String> {
    let run = end.run.as_ref();
    let place = archive::put(file, folder, run).map_err(|error| error.to_string())?;
    if let Some(run) = run {
        host.moved(run, &place)?;
    }
    Ok(place)
}
