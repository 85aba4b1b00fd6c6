//! A long file on its way to the disk. What is written is synced while more is written: at the end, little is left to
//! wait for.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use super::format::close;

/// Bytes after which the file is synced: of a shorter one, the end is soon enough.
const EVERY: usize = 32 << 20;

/// A file that is synced while it is written.
pub(super) struct SyncedAhead {
    out: BufWriter<File>,
    every: usize,
    /// Bytes that nobody was asked to sync.
    since: usize,
    syncing: Option<Syncing>,
}

/// A thread that syncs the file whenever it is asked to.
struct Syncing {
    asked: SyncSender<()>,
    thread: JoinHandle<io::Result<()>>,
}

impl SyncedAhead {
    pub(super) fn new(out: BufWriter<File>) -> Self {
        Self {
            out,
            every: EVERY,
            since: 0,
            syncing: None,
        }
    }

    fn ask(&mut self) -> io::Result<()> {
        self.since = 0;
        let syncing = match &mut self.syncing {
            Some(syncing) => syncing,
            none => none.insert(Syncing::begin(self.out.get_ref().try_clone()?)?),
        };
        // One that is under way is followed by another; one that has failed tells why at the end.
        let _ = syncing.asked.try_send(());
        Ok(())
    }

    /// Writes what is left; all of it is on the disk then.
    pub(super) fn finish(self) -> io::Result<()> {
        self.syncing.map_or(Ok(()), Syncing::finish)?;
        close(self.out)
    }
}

impl Write for SyncedAhead {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.since += written;
        if self.since >= self.every {
            self.ask()?;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Syncing {
    fn begin(file: File) -> io::Result<Self> {
        let (asked, asking) = sync_channel(1);
        let thread = std::thread::Builder::new();
        let thread = thread.spawn(move || sync(&file, &asking))?;
        Ok(Self { asked, thread })
    }

    /// What became of all that was asked.
    fn finish(self) -> io::Result<()> {
        drop(self.asked);
        match self.thread.join() {
            Ok(synced) => synced,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

fn sync(file: &File, asking: &Receiver<()>) -> io::Result<()> {
    asking.iter().try_for_each(|()| file.sync_data())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_synced_while_it_is_written_is_whole() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let out = BufWriter::with_capacity(16, file.reopen().expect("a file"));
        let mut out = SyncedAhead {
            every: 100,
            ..SyncedAhead::new(out)
        };
        let mut wanted = Vec::new();
        for line in 0..200 {
            let text = format!("{line}\n");
            out.write_all(text.as_bytes()).expect("written");
            wanted.extend(text.into_bytes());
        }
        assert!(out.syncing.is_some());
        out.finish().expect("synced");
        assert_eq!(std::fs::read(file.path()).expect("read"), wanted);
    }

    #[cfg(unix)]
    #[test]
    fn a_sync_that_fails_is_an_error_at_the_end() {
        // What is no file cannot be synced.
        let nowhere = File::options()
            .write(true)
            .open("/dev/null")
            .expect("opened");
        let mut out = SyncedAhead {
            every: 1,
            ..SyncedAhead::new(BufWriter::new(nowhere))
        };
        out.write_all(b"line\n").expect("written");
        assert!(out.finish().is_err());
    }
}
