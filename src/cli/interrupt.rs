//! Ctrl-C and SIGTERM: the first lets what is in flight settle, the second ends the process at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use super::failure::Kind;
use crate::transport::{Stop, Word};

/// Which signal came, if one did: the exit code that it means.
#[derive(Clone, Debug, Default)]
pub(super) struct Interrupted(Arc<AtomicU8>);

impl Interrupted {
    /// The exit code, if a signal came.
    pub(super) fn code(&self) -> Option<u8> {
        Some(self.0.load(Ordering::Relaxed)).filter(|code| *code != 0)
    }
}

/// Waits for signals for ever; says the stop at the first, ends the process at the second.
pub(super) async fn listen(stop: Stop, interrupted: Interrupted) {
    loop {
        let kind = signal().await;
        if interrupted.code().is_some() {
            // What was claimed stays claimed: those rows are in doubt, and the ledger knows.
            std::process::exit(i32::from(kind as u8));
        }
        interrupted.0.store(kind as u8, Ordering::Relaxed);
        stop.say(Word::Person);
        let words =
            "stopping: what is in flight settles, nothing new is sent; again to stop at once";
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("\n{words}\n"));
    }
}

/// Notes a signal that comes between two sheets, where nothing would listen: no further one is begun. The second
/// ends the process at once.
pub(super) fn watch(between: Interrupted) {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        // Without it, a signal ends the process in the system's own way, which the ledger survives.
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            loop {
                let kind = signal().await;
                if between.code().is_some() {
                    std::process::exit(i32::from(kind as u8));
                }
                between.0.store(kind as u8, Ordering::Relaxed);
            }
        });
    });
}

#[cfg(unix)]
async fn signal() -> Kind {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        // Without handlers the system's own way stands: the process ends, and the ledger knows what it sent.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => Kind::Interrupted,
        _ = terminate.recv() => Kind::Terminated,
    }
}

#[cfg(not(unix))]
async fn signal() -> Kind {
    match tokio::signal::ctrl_c().await {
        Ok(()) => Kind::Interrupted,
        Err(_) => std::future::pending().await,
    }
}
