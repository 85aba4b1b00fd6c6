//! How a sandbox is started.

use std::path::PathBuf;

use super::fault::Faults;
use super::settings::SandboxSettings;

/// How a sandbox is started. The default is any free port, a book in memory, no faults.
#[derive(Debug, Clone, Default)]
pub struct SandboxOptions {
    /// The port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// The folder where books last; without one they are gone with the process.
    pub state: Option<PathBuf>,
    /// What goes wrong.
    pub faults: Faults,
    /// What is assumed of the vendors.
    pub settings: SandboxSettings,
}
