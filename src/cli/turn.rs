//! One at a time: a book that another run holds is waited for, if that is wanted. Each command that takes a book's lock
//! waits in the same way.

use std::io::Write as _;
use std::time::Duration;

use super::args::{Common, Sending};
use super::failure::Failure;
use super::interrupt::{self, Interrupted};
use super::screen::plain;
use crate::ledger::LedgerError;
use crate::transport::Halt;

/// How often it is tried again.
const AGAIN: Duration = Duration::from_millis(200);

/// What an attempt to take a book comes to; while another run holds it, the attempt is made again, with `--wait`, and
/// that is said once.
pub(super) fn in_turn<T>(
    sending: &Sending,
    common: &Common,
    mut attempt: impl FnMut() -> Result<Result<T, LedgerError>, Failure>,
) -> Result<T, Failure> {
    let mut waiting = None;
    loop {
        match attempt()? {
            Err(LedgerError::Held { target }) if sending.wait => {
                if waiting.is_none() {
                    waiting = Some(Interrupted::listening());
                    if !common.quiet {
                        let _ = writeln!(std::io::stderr(), "{}", note(&target));
                    }
                }
                std::thread::sleep(AGAIN);
            }
            other => return Ok(other?),
        }
        if interrupt::came().is_some() {
            return Err(Halt::Stopped.into());
        }
    }
}

/// What is said to whoever waits.
fn note(target: &str) -> String {
    format!(
        "note: waiting for another run, which is writing the book of target `{}`",
        plain(target)
    )
}
