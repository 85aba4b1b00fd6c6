//! One at a time: a book that another run holds is waited for, if that is wanted. Whatever takes a book's lock waits in the
//! same way.

use std::time::Duration;

use super::error::Error;
use super::host::{Event, Host};
use crate::ledger::LedgerError;
use crate::transport::Halt;

/// How often it is tried again.
const AGAIN: Duration = Duration::from_millis(200);

/// Whether a book that another run holds is waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LockWait {
    /// It is an error.
    #[default]
    No,
    /// Until it is free, or the host is interrupted.
    Yes,
}

/// What an attempt to take a book comes to; while another run holds it, the attempt is made again if that is wanted, and
/// the host hears so once.
pub fn in_turn<T>(
    wait: LockWait,
    host: &dyn Host,
    mut attempt: impl FnMut() -> Result<Result<T, LedgerError>, Error>,
) -> Result<T, Error> {
    let mut is_told = false;
    loop {
        match attempt()? {
            Err(LedgerError::Held { target }) if wait == LockWait::Yes => {
                if !is_told {
                    host.hear(Event::Waiting(&target));
                    is_told = true;
                }
                std::thread::sleep(AGAIN);
            }
            other => return Ok(other?),
        }
        if host.is_interrupted() {
            return Err(Error::Halted(Halt::Stopped));
        }
    }
}
