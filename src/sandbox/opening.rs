//! What stands behind the socket: the five rooms with their books, opened together and held by one process. Apart
//! from the server, so that files and locks are in one place.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::book::Book;
use super::desk::{Desk, Tokens};
use super::room::Room;
use super::{Options, TABLE, VENDORS, private};

/// Why the sandbox cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The port is taken or not allowed.
    #[error("cannot listen on port \"{port}\" of the loopback address")]
    Bind {
        /// The port asked for.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// The state folder or a book in it cannot be read or written.
    #[error("cannot use the sandbox book \"{}\"", path.display())]
    State {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another sandbox works in the same state folder.
    #[error("another sandbox uses \"{}\"", path.display())]
    Busy {
        /// The state folder.
        path: PathBuf,
    },
    /// The thread or its runtime cannot be made.
    #[error("cannot start the sandbox thread")]
    Thread(#[source] io::Error),
}

/// The rooms, shared by every connection.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) rooms: Vec<Mutex<Room>>,
    pub(super) started: Instant,
    pub(super) delay: Duration,
    /// Held for as long as the books are open.
    _lock: Option<File>,
}

/// Opens every book.
pub(super) fn open(options: Options) -> Result<Shared, SandboxError> {
    let lock = options.state.as_deref().map(lock).transpose()?;
    let Options {
        state,
        faults,
        settings,
        ..
    } = options;
    let born = format!("{:x}", since_1970().as_nanos());
    let room = |vendor: &super::Vendor| {
        let book = match &state {
            None => Book::in_memory(vendor.id_key),
            Some(folder) => {
                let path = folder.join(format!("{}.ndjson", vendor.name));
                Book::open(vendor.id_key, &path)
                    .map_err(|source| SandboxError::State { path, source })?
            }
        };
        let book = book.storing(faults.names);
        let tokens = Tokens::new(&born, faults.expire);
        let desk = Desk {
            book,
            tokens,
            settings: settings.clone(),
        };
        Ok(Mutex::new(Room::new(*vendor, desk, &faults)))
    };
    let rooms = TABLE
        .iter()
        .map(room)
        .collect::<Result<_, SandboxError>>()?;
    Ok(Shared {
        rooms,
        started: Instant::now(),
        delay: faults.delay,
        _lock: lock,
    })
}

/// Takes the state folder for this process; a killed one lets go of it by itself.
fn lock(folder: &Path) -> Result<File, SandboxError> {
    let state = |source| SandboxError::State {
        path: folder.to_owned(),
        source,
    };
    private::folder(folder).map_err(state)?;
    let file = private::file(&folder.join("lock")).map_err(state)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(SandboxError::Busy {
            path: folder.to_owned(),
        }),
        Err(fs::TryLockError::Error(source)) => Err(state(source)),
    }
}

impl Shared {
    pub(super) fn room(&self, vendor: &str) -> Option<MutexGuard<'_, Room>> {
        let place = VENDORS.iter().position(|name| *name == vendor)?;
        let room = self
            .rooms
            .get(place)?
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        debug_assert_eq!(room.name(), vendor);
        Some(room)
    }
}

/// The time since 1970.
pub(super) fn since_1970() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}
