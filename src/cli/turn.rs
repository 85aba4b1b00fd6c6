//! One at a time: a book that another run holds is waited for, if that is wanted. Each command that takes a book's lock
//! waits in the same way.

use std::time::Duration;

use super::args::Sending;
use super::failure::Failure;
use super::interrupt::{self, Interrupted};
use crate::ledger::LedgerError;
use crate::transport::Halt;

/// How often it is tried again.
const AGAIN: Duration = Duration::from_millis(200);

/// What an attempt to take a book comes to; while another run holds it, the attempt is made again, with `--wait`.
pub(super) fn in_turn<T>(
    sending: &Sending,
    mut attempt: impl FnMut() -> Result<Result<T, LedgerError>, Failure>,
) -> Result<T, Failure> {
    let mut listening = None;
    loop {
        match attempt()? {
            Err(LedgerError::Held { .. }) if sending.wait => {
                listening.get_or_insert_with(Interrupted::listening);
                std::thread::sleep(AGAIN);
            }
            other => return Ok(other?),
        }
        if interrupt::came().is_some() {
            return Err(Halt::Stopped.into());
        }
    }
}
