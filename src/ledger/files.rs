//! Whether the files of a ledger are still those that it was opened with. A file that is deleted, renamed or replaced can
//! be written to all the same, and nobody would ever find what was written: each commit asks. It stands apart because the
//! database knows nothing of it.

use std::ffi::OsString;
use std::fs::{File, Metadata};
use std::path::{Path, PathBuf};

use super::LedgerError;

/// What tells a file from another one under the same path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    #[cfg(unix)]
    device: u64,
    #[cfg(unix)]
    inode: u64,
}

impl Identity {
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

/// What became of a file that is still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Displaced {
    /// Nothing is there any more.
    Deleted,
    /// Another file is there.
    Replaced,
}

impl std::fmt::Display for Displaced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Deleted => "deleted or moved away",
            Self::Replaced => "replaced by another file",
        })
    }
}

/// One file, as it was when it was opened.
#[derive(Clone, Debug)]
pub(super) struct Opened {
    what: &'static str,
    path: PathBuf,
    identity: Identity,
}

impl Opened {
    fn at(what: &'static str, path: PathBuf) -> std::io::Result<Self> {
        let identity = Identity::of(&std::fs::metadata(&path)?);
        Ok(Self {
            what,
            path,
            identity,
        })
    }

    /// A file that is open under this path.
    pub(super) fn of(what: &'static str, path: PathBuf, file: &File) -> std::io::Result<Self> {
        let identity = Identity::of(&file.metadata()?);
        Ok(Self {
            what,
            path,
            identity,
        })
    }

    /// Whether another process that opens the path gets this very file.
    pub(super) fn check(&self) -> Result<(), LedgerError> {
        let now = std::fs::metadata(&self.path);
        let why = match now.map(|file| Identity::of(&file)) {
            Ok(identity) if identity == self.identity => return Ok(()),
            Ok(_) => Displaced::Replaced,
            Err(_) => Displaced::Deleted,
        };
        Err(LedgerError::Displaced {
            what: self.what,
            path: self.path.clone(),
            why,
        })
    }
}

/// The files of an open ledger.
#[derive(Clone, Debug)]
pub(super) struct Files(Vec<Opened>);

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
        let mut files = vec![Opened::at("the ledger", path.to_owned())?];
        files.extend(Opened::at("the ledger's write-ahead log", beside("-wal")));
        files.extend(Opened::at("the ledger's shared memory", beside("-shm")));
        Ok(Self(files))
    }

    /// Whether all of them are still where they were.
    pub(super) fn check(&self) -> Result<(), LedgerError> {
        self.0.iter().try_for_each(Opened::check)
    }
}
