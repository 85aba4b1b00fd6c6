//! The bounds within which a child reads a workbook: it may be made to take any memory and any time.

use std::fs::File;
use std::io;

/// How much memory a workbook may take, in bytes.
#[cfg(unix)]
const MEMORY: u64 = 1 << 30;

/// How much computing, in seconds: for any workbook, and for each MiB of it.
#[cfg(unix)]
const SECONDS: (u64, u64) = (10, 3);

/// Standard input as a file, once this process is bound in memory and time by how large it is.
#[cfg(unix)]
pub fn bounded_input() -> io::Result<File> {
    use std::os::fd::AsFd as _;

    use rustix::process::{Resource, Rlimit, setrlimit};
    let file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let seconds = SECONDS.0 + SECONDS.1 * (file.metadata()?.len() >> 20);
    let bounds = [
        (Resource::As, MEMORY),
        (Resource::Cpu, seconds),
        (Resource::Core, 0),
    ];
    for (resource, most) in bounds {
        let bound = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, bound)?;
    }
    Ok(file)
}

/// Standard input as a file: there are no bounds on this system.
#[cfg(not(unix))]
pub fn bounded_input() -> io::Result<File> {
    let why = "there are no bounds on this system";
    Err(io::Error::new(io::ErrorKind::Unsupported, why))
}
