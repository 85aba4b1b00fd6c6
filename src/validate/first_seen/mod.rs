//! What was seen first with each key, in memory that hardly grows. The newest keys are in a table. When that is full, they
//! go to a sorted run in a temporary file that nobody else can open, and a filter of a byte or two a key remembers that they
//! are there. A key that the filter does not know is new, and costs no look at the disk. Runs of one size are merged, so
//! that a key that it does know is looked for in few of them. A sheet of fewer rows than the table holds needs no disk.

mod filter;
mod run;

use std::collections::HashMap;
use std::collections::hash_map::Entry as Place;
use std::io;
use std::path::{Path, PathBuf};

use foldhash::fast::FixedState;

use filter::Filter;
use run::{Entry, SortedRun};

/// The first value of each key. Keys are digests: each bit of one tells keys apart as well as any other.
pub struct FirstSeen {
    shape: Shape,
    /// Where the runs are kept.
    folder: PathBuf,
    recent: HashMap<u64, u64, FixedState>,
    /// Knows every key of the runs.
    filter: Filter,
    /// The largest stand first: it is they that most likely hold a key.
    runs: Vec<SortedRun>,
}

/// How large the parts are; small where a test wants to see all of them at work.
#[derive(Clone, Copy, Debug)]
struct Shape {
    /// How many keys the table holds.
    recent: usize,
    /// How many runs of one size become one of the next.
    alike: usize,
    /// How many entries of a run are read at once.
    page: usize,
    /// How many keys the first filter has room for.
    room: usize,
}

/// The table is full where it would grow beyond 2.2 MB.
const SHAPE: Shape = Shape {
    recent: (1 << 17) / 8 * 7,
    alike: 4,
    page: 128,
    room: 1 << 19,
};

/// What does not fit into memory could not be kept elsewhere.
#[derive(Debug, thiserror::Error)]
#[error("cannot write or read the temporary file in `{}` that tells new rows from repeated ones", folder.display())]
struct NotKept {
    folder: PathBuf,
    source: io::Error,
}

impl Default for FirstSeen {
    fn default() -> Self {
        Self::new(SHAPE, std::env::temp_dir())
    }
}

impl FirstSeen {
    fn new(shape: Shape, folder: PathBuf) -> Self {
        Self {
            shape,
            folder,
            recent: HashMap::default(),
            filter: Filter::with_room(0),
            runs: Vec::new(),
        }
    }

    /// Sees a key, and tells the value that it was first seen with. A key that was never seen has none, and keeps this one.
    /// It fails where the temporary file can be neither written nor read.
    pub fn see(&mut self, key: u64, value: u64) -> io::Result<Option<u64>> {
        match self.recent.entry(key) {
            Place::Occupied(first) => return Ok(Some(*first.get())),
            Place::Vacant(place) => {
                if self.filter.may_hold(key) {
                    let first = stored(&mut self.runs, key, self.shape.page);
                    if let Some(first) = first.map_err(not_kept(&self.folder))? {
                        return Ok(Some(first));
                    }
                }
                place.insert(value);
            }
        }
        if self.recent.len() == self.shape.recent {
            self.spill().map_err(not_kept(&self.folder))?;
        }
        Ok(None)
    }

    /// The value that a key was first seen with; it is not seen by that.
    pub fn first(&mut self, key: u64) -> io::Result<Option<u64>> {
        if let Some(first) = self.recent.get(&key) {
            return Ok(Some(*first));
        }
        if !self.filter.may_hold(key) {
            return Ok(None);
        }
        stored(&mut self.runs, key, self.shape.page).map_err(not_kept(&self.folder))
    }

    /// Makes the table a run.
    fn spill(&mut self) -> io::Result<()> {
        let mut entries: Vec<Entry> = self.recent.drain().collect();
        entries.sort_unstable();
        self.make_room(entries.len())?;
        for (key, _) in &entries {
            self.filter.add(*key);
        }
        let Shape { alike, page, .. } = self.shape;
        self.runs.push(SortedRun::of(&entries, &self.folder, page)?);
        while let Some(first) = self.runs.len().checked_sub(alike)
            && self.runs[first].is_like(self.runs.last())
        {
            let alike = self.runs.split_off(first);
            self.runs
                .push(SortedRun::merged(alike, &self.folder, page)?);
        }
        Ok(())
    }

    /// Sees to it that the filter has room for some keys more. A larger one is filled from the runs.
    fn make_room(&mut self, more: usize) -> io::Result<()> {
        if self.filter.has_room(more) {
            return Ok(());
        }
        let room = self.shape.room.max(self.filter.room() / 2 * 3);
        // The old one goes before the new one comes, which takes its memory.
        self.filter = Filter::with_room(0);
        self.filter = Filter::with_room(room);
        for run in &mut self.runs {
            run.each(|(key, _)| self.filter.add(key))?;
        }
        Ok(())
    }
}

/// The value of a key that may be in a run.
fn stored(runs: &mut [SortedRun], key: u64, page: usize) -> io::Result<Option<u64>> {
    for run in runs {
        let value = run.find(key, page)?;
        if value.is_some() {
            return Ok(value);
        }
    }
    Ok(None)
}

fn not_kept(folder: &Path) -> impl Fn(io::Error) -> io::Error {
    move |source| {
        let folder = folder.to_owned();
        io::Error::new(source.kind(), NotKept { folder, source })
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::hash::BuildHasher as _;

    use proptest::prelude::*;

    use super::*;

    fn small() -> impl Strategy<Value = Shape> {
        (1..9_usize, 2..5_usize, 1..5_usize, 1..20_usize).prop_map(|(recent, alike, page, room)| {
            Shape {
                recent,
                alike,
                page,
                room,
            }
        })
    }

    /// Digests of few things, so that many come again; the ends of their range are among them.
    fn keys() -> impl Strategy<Value = Vec<u64>> {
        let digest = |n: u64| match n {
            0 => 0,
            1 => u64::MAX,
            n => FixedState::default().hash_one(n),
        };
        proptest::collection::vec((0..200_u64).prop_map(digest), 0..300)
    }

    proptest! {
        #[test]
        fn it_tells_what_a_plain_map_tells(shape in small(), keys in keys()) {
            let mut seen = FirstSeen::new(shape, std::env::temp_dir());
            let mut plain = HashMap::new();
            for (value, key) in (0..).zip(keys) {
                let first = plain.get(&key).copied();
                plain.entry(key).or_insert(value);
                prop_assert_eq!(seen.first(key).expect("a disk"), first);
                prop_assert_eq!(seen.see(key, value).expect("a disk"), first);
            }
            prop_assert!(seen.recent.len() < shape.recent);
            let most = shape.alike * (1 + plain.len().max(1).ilog(shape.alike) as usize);
            prop_assert!(seen.runs.len() <= most, "{} runs", seen.runs.len());
        }
    }

    #[test]
    fn a_table_that_is_not_full_needs_no_disk() {
        let mut seen = FirstSeen::new(SHAPE, PathBuf::from("/nowhere/at/all"));
        for key in 0..100_000 {
            assert_eq!(seen.see(key, key).expect("no disk"), None);
        }
        assert_eq!(seen.see(7, 8).expect("no disk"), Some(7));
    }

    #[test]
    fn where_it_cannot_be_kept_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let shape = Shape { recent: 2, ..SHAPE };
        let mut seen = FirstSeen::new(shape, folder.path().join("none"));
        assert_eq!(seen.see(1, 1).expect("no disk"), None);
        let error = seen.see(2, 2).expect_err("no folder");
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        let told = error.to_string();
        assert!(told.contains("/none` that tells new rows"), "{told}");
        assert!(error.source().is_some(), "and why");
    }

    #[test]
    fn a_file_that_has_lost_something_is_no_answer() {
        let shape = Shape { recent: 4, ..SHAPE };
        let mut seen = FirstSeen::new(shape, std::env::temp_dir());
        for key in 0..4 {
            assert_eq!(seen.see(key, key).expect("a disk"), None);
        }
        seen.runs[0].shorten();
        let error = seen.see(1, 9).expect_err("it is not there");
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
