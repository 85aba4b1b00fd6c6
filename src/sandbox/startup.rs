//! What stands behind the socket: the services with their books, opened together, and the lock by which one
//! process holds them.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::book::MockBook;
use super::service::MockService;
use super::state::{ServerState, Tokens};
use super::vendor::MockVendor;
use super::{MOCKS, SandboxOptions, private};

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

/// The services, shared by every connection.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) services: Vec<Mutex<MockService>>,
    pub(super) started: Instant,
    pub(super) delay: Duration,
    /// Held for as long as the books are open.
    _lock: Option<File>,
}

/// Opens every book.
pub(super) fn open(options: SandboxOptions) -> Result<Shared, SandboxError> {
    let lock = options.state.as_deref().map(lock).transpose()?;
    let SandboxOptions {
        state,
        faults,
        settings,
        ..
    } = options;
    let born = format!("{:x}", since_1970().as_nanos());
    let service = |vendor: &MockVendor| {
        let book = match &state {
            None => MockBook::in_memory(vendor.keys),
            Some(folder) => {
                let path = folder.join(format!("{}.ndjson", vendor.name));
                MockBook::open(vendor.keys, &path)
                    .map_err(|source| SandboxError::State { path, source })?
            }
        };
        let book = book.storing(faults.names);
        let tokens = Tokens::new(&born, faults.expire);
        let state = ServerState {
            book,
            tokens,
            settings: settings.clone(),
        };
        Ok(Mutex::new(MockService::new(*vendor, state, &faults)))
    };
    let services = MOCKS
        .iter()
        .map(service)
        .collect::<Result<_, SandboxError>>()?;
    Ok(Shared {
        services,
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
    pub(super) fn service(&self, vendor: &str) -> Option<MutexGuard<'_, MockService>> {
        let place = MOCKS.iter().position(|mock| mock.name == vendor)?;
        let service = self
            .services
            .get(place)?
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Some(service)
    }
}

/// The time since 1970.
pub(super) fn since_1970() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}
