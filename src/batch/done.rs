//! The sheets that were done with, once they are old.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::discover::is_sheet;
use super::error::BatchError;
use crate::report::kept::is_folder;

/// The sheets in `done/` of a folder that were written and put there before a time, by name.
pub fn old_sheets(folder: &Path, before: SystemTime) -> Result<Vec<PathBuf>, BatchError> {
    let done = folder.join("done");
    // Nothing has been done with yet.
    if folder.is_dir() && std::fs::symlink_metadata(&done).is_err() {
        return Ok(Vec::new());
    }
    if !is_folder(&done) {
        return Err(BatchError::NoFolder(done));
    }
    let unreadable = |error: std::io::Error| BatchError::DoneUnreadable {
        place: done.clone(),
        error,
    };
    let mut sheets = Vec::new();
    for entry in std::fs::read_dir(&done).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        // The entry's own: a link is not followed.
        let about = entry.metadata().map_err(unreadable)?;
        let path = entry.path();
        if about.is_file() && is_sheet(&path) && touched(&about).is_some_and(|at| at < before) {
            sheets.push(path);
        }
    }
    sheets.sort();
    Ok(sheets)
}

/// When a file was written or moved last. One that came with an old date was put there later.
fn touched(about: &std::fs::Metadata) -> Option<SystemTime> {
    let written = about.modified().ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let moved = u64::try_from(about.ctime()).ok()?;
        let moved = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(moved);
        Some(written.max(moved))
    }
    #[cfg(not(unix))]
    Some(written)
}
