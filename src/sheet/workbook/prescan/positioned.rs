//! A file that is read from a place of its own. Handles of one file share their place, and two readers that read at the
//! same time would move each other's.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// A file, and where it is read.
pub(super) struct Positioned {
    file: File,
    at: u64,
}

impl Positioned {
    pub(super) fn of(file: File) -> Self {
        Self { file, at: 0 }
    }
}

impl Read for Positioned {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        #[cfg(unix)]
        let read = std::os::unix::fs::FileExt::read_at(&self.file, room, self.at)?;
        #[cfg(not(unix))]
        let read = {
            self.file.seek(SeekFrom::Start(self.at))?;
            self.file.read(room)?
        };
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Positioned {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let moved = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.file.metadata()?.len().checked_add_signed(by),
        };
        self.at = moved.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
