//! Whether the files of a ledger are still those that it was opened with. A file that is deleted, renamed or replaced can
//! be written to all the same, and nobody would ever find what was written: each commit asks, since the database does not.

use std::ffi::OsString;
use std::fs::{File, Metadata};
use std::path::{Path, PathBuf};

use crate::ledger::{Displaced, LedgerError};

/// What tells a file from another one under the same path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FileId {
    #[cfg(unix)]
    device: u64,
    #[cfg(unix)]
    inode: u64,
}

impl FileId {
    #[cfg(unix)]
    fn of(file: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self {
            device: file.dev(),
            inode: file.ino(),
        }
    }

    /// Elsewhere, a file that is open is neither deleted nor replaced.
    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Self {
        Self {}
    }
}

/// One file, as it was when it was opened.
#[derive(Clone, Debug)]
pub(super) struct WatchedFile {
    what: &'static str,
    path: PathBuf,
    identity: FileId,
}

impl WatchedFile {
    fn at(what: &'static str, path: PathBuf) -> std::io::Result<Self> {
        let identity = FileId::of(&std::fs::metadata(&path)?);
        Ok(Self {
            what,
            path,
            identity,
        })
    }

    /// A file that is open under this path.
    pub(super) fn of(what: &'static str, path: PathBuf, file: &File) -> std::io::Result<Self> {
        let identity = FileId::of(&file.metadata()?);
        Ok(Self {
            what,
            path,
            identity,
        })
    }

    /// Whether another process that opens the path gets this very file.
    pub(super) fn check(&self) -> Result<(), LedgerError> {
        let now = std::fs::metadata(&self.path);
        let why = match now.map(|file| FileId::of(&file)) {
            Ok(identity) if identity == self.identity => return Ok(()),
            Ok(_) => Displaced::Replaced,
            Err(_) => Displaced::Deleted,
        };
        Err(LedgerError::Displaced {
            what: self.what,
            place: self.path.display().to_string(),
            why,
        })
    }
}

/// The files of an open ledger.
#[derive(Clone, Debug)]
pub(super) struct Files(Vec<WatchedFile>);

impl Files {
    /// Those of a ledger that was opened just now: the database, its write-ahead log and the memory that those share
    /// who have it open. They live as long as somebody has it open.
    pub(super) fn of(path: &Path) -> std::io::Result<Self> {
        // The database follows a symbolic link, and puts the other two beside the file itself.
        let place = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let beside = |ending: &str| {
            let mut name: OsString = place.clone().into_os_string();
            name.push(ending);
            PathBuf::from(name)
        };
        let mut files = vec![WatchedFile::at("the ledger", path.to_owned())?];
        files.extend(WatchedFile::at(
            "the ledger's write-ahead log",
            beside("-wal"),
        ));
        files.extend(WatchedFile::at(
            "the ledger's shared memory",
            beside("-shm"),
        ));
        Ok(Self(files))
    }

    /// Whether all of them are still where they were.
    pub(super) fn check(&self) -> Result<(), LedgerError> {
        self.0.iter().try_for_each(WatchedFile::check)
    }
}
