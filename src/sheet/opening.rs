//! Opening what is read. A device has no end, and a pipe may have no writer: neither may hold a run up for ever or
//! fill a disk. Settings are opened with the same care as sheets.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek as _};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

/// How much may come out of a pipe or standard input, in bytes.
const MOST_PIPED: u64 = 512 << 20;
/// How large a file of settings, a mapping, a secret or a list of ids may be, in bytes.
const MOST_SETTINGS: u64 = 4 << 20;
/// How long a pipe may have no writer.
const NO_WRITER: Duration = Duration::from_secs(5);

/// Standard input, copied, so that it can be read twice.
pub(super) fn standard_input() -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd as _;
        let input = io::stdin().as_fd().try_clone_to_owned()?;
        if kind(&input.try_clone()?.into())? == InputKind::Device {
            return no_device(input.into());
        }
    }
    spooled(io::stdin().lock(), MOST_PIPED)
}

/// A file that can be read twice: itself, or a copy of what comes out of a pipe.
pub(super) fn seekable(path: &Path) -> io::Result<File> {
    let file = opened(path)?;
    match kind(&file)? {
        InputKind::File => Ok(file),
        InputKind::Device | InputKind::Pipe => spooled(file, MOST_PIPED),
    }
}

/// The text of a small file: settings, a mapping, a secret, a list of ids. It may come out of a pipe.
pub fn small_text(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    let file = opened(path)?;
    file.take(MOST_SETTINGS + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_SETTINGS {
        let why = format!("it is larger than {} MiB", MOST_SETTINGS >> 20);
        return Err(io::Error::new(ErrorKind::FileTooLarge, why));
    }
    String::from_utf8(bytes).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}

/// What can be done about an error of this place; none where it is one of the system's own.
pub(super) fn help(error: &io::Error) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::InvalidInput => Some("write what is to be read into a file, and name that"),
        ErrorKind::TimedOut => {
            Some("start what writes into the pipe first, or write a file and name that")
        }
        ErrorKind::FileTooLarge => {
            Some("write it into a file, and name that: the size of a file has no such bound")
        }
        _ => None,
    }
}

/// What can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InputKind {
    /// A file, or a folder, which is refused when it is read.
    File,
    /// A device: a terminal, or one that gives nothing, or for ever.
    Device,
    /// A pipe or a socket.
    Pipe,
}

fn kind(file: &File) -> io::Result<InputKind> {
    Ok(kind_of(file.metadata()?.file_type()))
}

fn kind_of(kind: std::fs::FileType) -> InputKind {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_char_device() || kind.is_block_device() {
            return InputKind::Device;
        }
    }
    if kind.is_file() || kind.is_dir() {
        InputKind::File
    } else {
        InputKind::Pipe
    }
}

/// Opens what a path leads to, if it has an end.
fn opened(path: &Path) -> io::Result<File> {
    // Asked before it is opened: opening a pipe waits for its writer.
    match kind_of(std::fs::metadata(path)?.file_type()) {
        InputKind::File => File::open(path),
        InputKind::Device => no_device(File::open(path)?),
        InputKind::Pipe => with_writer(path),
    }
}

/// A device that has an end: a person at a terminal, or nothing at all.
fn no_device(mut file: File) -> io::Result<File> {
    if io::IsTerminal::is_terminal(&file) {
        return spooled(file, MOST_PIPED);
    }
    if file.read(&mut [0])? == 0 {
        return tempfile::tempfile();
    }
    let why = "it is a device, which has no end";
    Err(io::Error::new(ErrorKind::InvalidInput, why))
}

/// A pipe, once somebody writes into it.
fn with_writer(path: &Path) -> io::Result<File> {
    let (say, opened) = mpsc::channel();
    let path = path.to_owned();
    std::thread::spawn(move || {
        // An error: nobody waits any more.
        let _ = say.send(File::open(path));
    });
    opened.recv_timeout(NO_WRITER).unwrap_or_else(|_| {
        let why = "it is a pipe without a writer";
        Err(io::Error::new(ErrorKind::TimedOut, why))
    })
}

/// A copy of a stream on disk, so that memory stays flat.
fn spooled(stream: impl Read, most: u64) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    let copied = io::copy(&mut stream.take(most + 1), &mut file)?;
    if copied > most {
        let why = format!(
            "more than {} MiB came out of it, and more follows",
            most >> 20
        );
        return Err(io::Error::new(ErrorKind::FileTooLarge, why));
    }
    file.rewind()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_copied_up_to_a_bound() {
        for (length, most, is_fine) in [(0, 0, true), (5, 5, true), (6, 5, false)] {
            let copy = spooled(io::repeat(b'x').take(length), most);
            assert_eq!(copy.is_ok(), is_fine, "{length} of {most}");
        }
        let error = spooled(io::repeat(0), 1 << 20).expect_err("it never ends");
        assert_eq!(
            error.to_string(),
            "more than 1 MiB came out of it, and more follows"
        );
        assert!(help(&error).is_some());
    }

    #[test]
    fn a_small_file_is_read_up_to_a_bound() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.toml");
        let most = usize::try_from(MOST_SETTINGS).expect("few");
        for (length, is_fine) in [(0, true), (most, true), (most + 1, false)] {
            std::fs::write(&path, "x".repeat(length)).expect("writable");
            assert_eq!(small_text(&path).is_ok(), is_fine, "{length}");
        }
        assert!(small_text(&folder.path().join("none")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_read_if_it_has_an_end() {
        assert!(seekable(Path::new("/dev/null")).is_ok());
        for endless in ["/dev/zero", "/dev/urandom"] {
            let error = seekable(Path::new(endless)).expect_err(endless);
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{endless}");
            assert!(small_text(Path::new(endless)).is_err(), "{endless}");
        }
    }
}
