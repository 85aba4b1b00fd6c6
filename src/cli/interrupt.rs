//! Ctrl-C and SIGTERM: the first lets what is in flight settle, the second ends the process at once.
//!
//! Signals come to the process, so one thread hears them for all who listen, from the first of them on: between
//! two phases of a run too, where no loop runs that could.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError, Weak, mpsc};
use std::time::Duration;

use crate::transport::{Signal, Signals, Stop, StopReason};

/// Whoever is told which signal came, if one did.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupted(Arc<Heard>);

#[derive(Debug, Default)]
struct Heard {
    /// The exit code that the signal means.
    code: AtomicU8,
    stop: Stop,
}

impl Interrupted {
    /// Nobody tells it yet; a signal will say this stop.
    pub(crate) fn of(stop: Stop) -> Self {
        Self(Arc::new(Heard {
            code: AtomicU8::default(),
            stop,
        }))
    }

    /// One that is told from now on, and stops nothing by itself.
    pub(crate) fn listening() -> Self {
        let new = Self::default();
        new.listen();
        new
    }

    /// Is told of signals from now on, as long as anybody asks for its code. While nobody listens, a signal ends the
    /// process.
    pub(crate) fn listen(&self) {
        static THREAD: Once = Once::new();
        let mut listening = LISTENING.lock().unwrap_or_else(PoisonError::into_inner);
        listening.push(Arc::downgrade(&self.0));
        THREAD.call_once(|| {
            let (ready, heard) = mpsc::channel();
            std::thread::spawn(move || hear_all(&ready));
            // An error: it cannot listen, and there is nothing to wait for.
            let _ = heard.recv();
        });
    }
}

/// The signal that came last, if one did: what stopped whatever says no more than that it was stopped.
pub(crate) fn came() -> Option<Signal> {
    match CAME.load(Ordering::Relaxed) {
        0 => None,
        code if code == Signal::Terminate as u8 => Some(Signal::Terminate),
        _ => Some(Signal::Interrupt),
    }
}

static CAME: AtomicU8 = AtomicU8::new(0);

/// How long a run may take to end once a signal came: service managers give a program ten seconds.
const LONGEST: Duration = Duration::from_millis(9_500);

/// Who listens.
static LISTENING: Mutex<Vec<Weak<Heard>>> = Mutex::new(Vec::new());

fn hear_all(ready: &mpsc::Sender<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    // Without it, a signal ends the process in the system's own way, which the ledger survives.
    let Ok(runtime) = runtime else { return };
    runtime.block_on(async {
        let Ok(mut signals) = Signals::new() else {
            return;
        };
        let _ = ready.send(());
        while let Some(signal) = signals.next().await {
            hear(signal);
        }
    });
}

fn hear(signal: Signal) {
    CAME.store(signal as u8, Ordering::Relaxed);
    let mut listening = LISTENING.lock().unwrap_or_else(PoisonError::into_inner);
    listening.retain(|heard| heard.strong_count() > 0);
    let all: Vec<_> = listening.iter().filter_map(Weak::upgrade).collect();
    let again = |heard: &Arc<Heard>| heard.code.load(Ordering::Relaxed) != 0;
    if all.is_empty() || all.iter().any(again) {
        // What was claimed stays claimed: those rows are in doubt, and the ledger knows.
        std::process::exit(i32::from(signal as u8));
    }
    // What hangs somewhere else does not hold the end up: the ledger survives it.
    std::thread::spawn(move || {
        std::thread::sleep(LONGEST);
        std::process::exit(i32::from(signal as u8));
    });
    for heard in all {
        heard.code.store(signal as u8, Ordering::Relaxed);
        heard.stop.request(StopReason::Person);
    }
    let words = "stopping: what is in flight settles, nothing new is sent; again to stop at once";
    let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("\n{words}\n"));
}
