//! `rolo read-workbook`: a workbook read by a child of rolo, in bounded memory and time. No person calls it.

use std::fs::File;
use std::io::BufWriter;

use crate::cli::args::ReadWorkbook;
use crate::cli::failure::Failure;
use crate::sheet::{Format, Hints, serve_workbook};

/// How much memory a workbook may take, in bytes.
#[cfg(unix)]
const MEMORY: u64 = 1 << 30;

/// How much computing, in seconds: for any workbook, and for each MiB of it.
#[cfg(unix)]
const SECONDS: (u64, u64) = (10, 3);

/// Runs the command.
pub(crate) fn run(workbook: &ReadWorkbook) -> Result<u8, Failure> {
    let mut formats = Format::ALL.into_iter();
    let format = formats.find(|(name, _)| *name == workbook.format);
    let Some((_, format)) = format else {
        return Err(Failure::usage("no such format", "rolo calls this itself"));
    };
    let file = bounded()?;
    let hints = Hints {
        sheet: workbook.sheet.clone(),
        ..Hints::default()
    };
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    serve_workbook(file, format, &hints, &mut out)?;
    Ok(0)
}

/// Standard input as a file, once the bounds are set.
#[cfg(unix)]
fn bounded() -> Result<File, Failure> {
    use std::os::fd::AsFd as _;

    use rustix::process::{Resource, Rlimit, setrlimit};
    let file = File::from(std::io::stdin().as_fd().try_clone_to_owned()?);
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
        setrlimit(resource, bound).map_err(std::io::Error::from)?;
    }
    Ok(file)
}

#[cfg(not(unix))]
fn bounded() -> Result<File, Failure> {
    Err(Failure::usage("there are no bounds on this system", ""))
}
