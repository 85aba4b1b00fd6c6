//! Keys in their order in a temporary file, each once and with its value. The first key of each page is kept in memory, so
//! that a key is found by reading one page.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::Path;

/// A key, and what was seen first with it.
pub(super) type Entry = (u64, u64);

/// An entry as it is stored.
type Stored = [[u8; 8]; 2];

/// Bytes of an entry.
const BYTES: usize = size_of::<Stored>();
/// Entries that are read or written at once where a run is gone through: 64 KB.
const AT_ONCE: usize = 1 << 12;

/// A run of keys.
pub(super) struct SortedRun {
    /// It has no name, and is gone when it is closed.
    file: File,
    /// How often what is in it was merged: runs of one level are about as large.
    level: u32,
    /// How many keys it has.
    keys: usize,
    /// The first key of each page.
    firsts: Vec<u64>,
}

impl SortedRun {
    /// A run of entries that stand in the order of their keys.
    pub(super) fn of(entries: &[Entry], folder: &Path, page: usize) -> io::Result<Self> {
        let mut run = RunWriter::new(folder, page)?;
        for entry in entries {
            run.add(*entry)?;
        }
        run.finish(0)
    }

    /// One run of several, none of which has a key of another.
    pub(super) fn merged(runs: Vec<Self>, folder: &Path, page: usize) -> io::Result<Self> {
        let level = runs.iter().map(|run| run.level).max();
        let mut merged = RunWriter::new(folder, page)?;
        let (mut heads, mut rest) = (Vec::new(), Vec::new());
        for run in runs {
            let mut entries = Entries::of(run.file, run.keys)?;
            if let Some(head) = entries.next()? {
                heads.push(head);
                rest.push(entries);
            }
        }
        while let Some(least) = (0..heads.len()).min_by_key(|nth| heads[*nth].0) {
            merged.add(heads[least])?;
            if let Some(next) = rest[least].next()? {
                heads[least] = next;
            } else {
                heads.swap_remove(least);
                rest.swap_remove(least);
            }
        }
        merged.finish(level.unwrap_or(0) + 1)
    }

    /// Whether another run is about as large.
    pub(super) fn is_like(&self, other: Option<&Self>) -> bool {
        other.is_some_and(|other| other.level == self.level)
    }

    /// The value of a key.
    pub(super) fn find(&mut self, key: u64, page: usize) -> io::Result<Option<u64>> {
        let after = self.firsts.partition_point(|first| *first <= key);
        let Some(number) = after.checked_sub(1) else {
            return Ok(None);
        };
        let start = number * page;
        let offset = start as u64 * BYTES as u64;
        self.file.seek(SeekFrom::Start(offset))?;
        let stored = read(&mut self.file, page.min(self.keys - start))?;
        let found = stored.binary_search_by_key(&key, |stored| entry(*stored).0);
        Ok(found.ok().map(|nth| entry(stored[nth]).1))
    }

    /// Loses its last byte, as on a disk that fails.
    #[cfg(test)]
    pub(super) fn shorten(&self) {
        let length = (self.keys * BYTES - 1) as u64;
        self.file.set_len(length).expect("a file");
    }

    /// Goes through every entry.
    pub(super) fn each(&mut self, mut see: impl FnMut(Entry)) -> io::Result<()> {
        let mut entries = Entries::of(&self.file, self.keys)?;
        while let Some(entry) = entries.next()? {
            see(entry);
        }
        Ok(())
    }
}

/// A run that is being written.
struct RunWriter {
    file: File,
    page: usize,
    keys: usize,
    firsts: Vec<u64>,
    /// What is not yet in the file.
    waiting: Vec<Stored>,
}

impl RunWriter {
    fn new(folder: &Path, page: usize) -> io::Result<Self> {
        Ok(Self {
            file: tempfile::tempfile_in(folder)?,
            page,
            keys: 0,
            firsts: Vec::new(),
            waiting: Vec::with_capacity(AT_ONCE),
        })
    }

    fn add(&mut self, (key, value): Entry) -> io::Result<()> {
        if self.keys.is_multiple_of(self.page) {
            self.firsts.push(key);
        }
        self.keys += 1;
        self.waiting.push([key.to_le_bytes(), value.to_le_bytes()]);
        if self.waiting.len() == AT_ONCE {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        let bytes = self.waiting.as_flattened().as_flattened();
        self.file.write_all(bytes)?;
        self.waiting.clear();
        Ok(())
    }

    fn finish(mut self, level: u32) -> io::Result<SortedRun> {
        self.flush()?;
        Ok(SortedRun {
            file: self.file,
            level,
            keys: self.keys,
            firsts: self.firsts,
        })
    }
}

/// The entries of a run, one after the other.
struct Entries<F> {
    file: F,
    /// How many are still in the file.
    left: usize,
    read: std::vec::IntoIter<Stored>,
}

impl<F: io::Read + io::Seek> Entries<F> {
    fn of(mut file: F, keys: usize) -> io::Result<Self> {
        file.rewind()?;
        Ok(Self {
            file,
            left: keys,
            read: Vec::new().into_iter(),
        })
    }

    fn next(&mut self) -> io::Result<Option<Entry>> {
        if self.read.as_slice().is_empty() {
            let some = read(&mut self.file, self.left.min(AT_ONCE))?;
            self.left -= some.len();
            self.read = some.into_iter();
        }
        Ok(self.read.next().map(entry))
    }
}

/// The next entries of a file; fewer than are asked for are an error.
fn read(file: &mut impl io::Read, entries: usize) -> io::Result<Vec<Stored>> {
    let mut stored = vec![Stored::default(); entries];
    file.read_exact(stored.as_flattened_mut().as_flattened_mut())?;
    Ok(stored)
}

fn entry([key, value]: Stored) -> Entry {
    (u64::from_le_bytes(key), u64::from_le_bytes(value))
}
