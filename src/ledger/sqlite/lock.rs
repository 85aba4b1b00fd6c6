//! One run at a time for each book: a lock on a file beside the ledger. The system frees it when the process
//! ends, however it ends.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use super::files::WatchedFile;
use crate::ledger::{Hold, LedgerError};
use crate::model::{BookId, Fingerprint};
use crate::private_file;

/// A book's lock, held until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
    opened: WatchedFile,
}

impl Lock {
    /// Takes the lock; `None` where another process, or another ledger of this one, holds it.
    pub(super) fn take(ledger: &Path, book: &BookId) -> Result<Option<Self>, LedgerError> {
        let name = Fingerprint::of(book.as_str()).into_string();
        let mut path = ledger.as_os_str().to_owned();
        path.push(format!(".{}.lock", &name[..16]));
        let path = PathBuf::from(path);
        let failed = |source| LedgerError::Open {
            place: ledger.display().to_string(),
            source,
        };
        let file = private_file::open_or_create(&path).map_err(failed)?;
        let opened = WatchedFile::of("the lock of the book", path, &file).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self {
                _file: file,
                opened,
            })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

impl Hold for Lock {
    /// Others would take another file, if this one was deleted.
    fn check(&self) -> Result<(), LedgerError> {
        self.opened.check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_is_held_by_one_and_freed_by_dropping() {
        let folder = tempfile::tempdir().expect("a folder");
        let ledger = folder.path().join("ledger.sqlite3");
        let book = BookId::of("v", "https://a.example", "me");
        let other = BookId::of("v", "https://b.example", "me");
        let held = Lock::take(&ledger, &book).expect("writable");
        assert!(held.is_some());
        assert!(Lock::take(&ledger, &book).expect("writable").is_none());
        assert!(Lock::take(&ledger, &other).expect("writable").is_some());
        drop(held);
        assert!(Lock::take(&ledger, &book).expect("writable").is_some());
    }
}
