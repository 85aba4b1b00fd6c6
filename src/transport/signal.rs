//! The signals by which a person or the system ends a program.

/// A signal that ends a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Signal {
    /// Ctrl-C: what a shell says of a program that it ended, 128 + 2.
    Interrupt = 130,
    /// SIGTERM: 128 + 15.
    Terminate = 143,
}

/// The signals that end a program, as they come.
#[cfg(unix)]
#[derive(Debug)]
pub struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Hears them from now on, within a runtime; they end the process no more by themselves.
    pub fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// The next one.
    pub async fn next(&mut self) -> Option<Signal> {
        tokio::select! {
            came = self.interrupt.recv() => came.map(|()| Signal::Interrupt),
            came = self.terminate.recv() => came.map(|()| Signal::Terminate),
        }
    }
}

/// The signals that end a program, as they come.
#[cfg(windows)]
#[derive(Debug)]
pub struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    /// Hears them from now on, within a runtime; they end the process no more by themselves.
    pub fn new() -> std::io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    /// The next one.
    pub async fn next(&mut self) -> Option<Signal> {
        self.0.recv().await.map(|()| Signal::Interrupt)
    }
}
