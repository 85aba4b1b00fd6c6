//! A stream of a compound file (MS-CFB), the container of workbooks of before 2007, as far as the file goes. Every chain
//! of sectors is bounded by the file's size.
//!
//! The `cfb` crate is no help here: it refuses a file that ends before its last sector, and so cannot tell a workbook
//! that was cut off, which a person can fetch again, from one that is broken; in a file with a damaged header it gives
//! nothing where a stream can still be read. It writes the files of the tests, and judges what is read of them.

use std::fs::File;
use std::io::{self, Read, Seek as _};

/// How large a file may be, in bytes: a workbook of before 2007 has 65,536 rows at most.
const LARGEST: u64 = 512 << 20;

/// From here on a sector's number is a sign.
const SIGNS: u32 = 0xffff_fffa;

const DIRECTORY_ENTRY: usize = 128;
const MINI_SECTOR: usize = 64;

/// Streams below this size stand in the mini stream.
const MINI: usize = 4096;

/// The first of these streams that the file has.
pub(super) fn stream(file: File, names: &[&str]) -> io::Result<Vec<u8>> {
    let found = find(&whole(file)?, names).ok_or(io::ErrorKind::InvalidData)?;
    Ok(found.bytes)
}

/// Whether the file ends before the first of these streams does.
pub(super) fn is_cut(file: File, names: &[&str]) -> io::Result<bool> {
    let found = find(&whole(file)?, names);
    Ok(found.is_some_and(|found| found.bytes.len() < found.stated))
}

/// What the file holds. Whoever shares it finds it at its beginning.
fn whole(mut file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    (&file).take(LARGEST).read_to_end(&mut bytes)?;
    file.rewind()?;
    Ok(bytes)
}

/// A stream as far as the file goes.
struct StreamExtent {
    bytes: Vec<u8>,
    /// How long it is by the directory.
    stated: usize,
}

fn find(bytes: &[u8], names: &[&str]) -> Option<StreamExtent> {
    let container = Container::of(bytes)?;
    let directory = container.chain(u32_at(bytes, 48)?, usize::MAX);
    let entries = || directory.chunks_exact(DIRECTORY_ENTRY);
    let root = entries().next()?;
    let entry = names
        .iter()
        .find_map(|name| entries().find(|entry| is_named(entry, name)))?;
    let (start, length) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
    let found = if length >= MINI {
        container.chain(start, length)
    } else {
        let minis = container.chain(u32_at(root, 116)?, u32_at(root, 120)? as usize);
        let table = words(&container.chain(u32_at(bytes, 60)?, usize::MAX));
        follow(&minis, MINI_SECTOR, &table, start, length)
    };
    Some(StreamExtent {
        bytes: found,
        stated: length,
    })
}

/// Whether a directory entry has this name, in any case; 0 ends it.
fn is_named(entry: &[u8], name: &str) -> bool {
    let (units, _) = entry[..64].as_chunks::<2>();
    let units = units.iter().map(|unit| u16::from_le_bytes(*unit));
    let mut units = units.take_while(|unit| *unit != 0);
    let lower = |unit: u16| u8::try_from(unit).map_or(unit, |c| c.to_ascii_lowercase().into());
    name.encode_utf16()
        .all(|unit| units.next().map(lower) == Some(lower(unit)))
        && units.next().is_none()
}

struct Container<'b> {
    /// The sectors, from the first behind the header.
    sectors: &'b [u8],
    size: usize,
    /// Which sector follows which.
    table: Vec<u32>,
}

impl<'b> Container<'b> {
    fn of(bytes: &'b [u8]) -> Option<Self> {
        let shift = u32::from(*bytes.get(30)?);
        let size = 1_usize
            .checked_shl(shift)
            .filter(|size| matches!(size, 512 | 4096))?;
        let mut container = Self {
            sectors: bytes.get(size..)?,
            size,
            table: Vec::new(),
        };
        // Which sectors hold the table: 109 in the header, the others in a chain whose last word points onward.
        let mut parts = words(bytes.get(76..512)?);
        let mut next = u32_at(bytes, 68)?;
        for _ in 0..bytes.len() / size {
            let Some(sector) = container.sector(next) else {
                break;
            };
            let mut more = words(sector);
            next = more.pop()?;
            parts.extend(more);
        }
        for part in parts.into_iter().filter(|part| *part < SIGNS) {
            container.table.extend(words(container.sector(part)?));
            if container.table.len() > bytes.len() {
                return None;
            }
        }
        Some(container)
    }

    /// A sector; the last one of a file may be cut.
    fn sector(&self, number: u32) -> Option<&'b [u8]> {
        sector(self.sectors, self.size, number)
    }

    fn chain(&self, start: u32, length: usize) -> Vec<u8> {
        follow(self.sectors, self.size, &self.table, start, length)
    }
}

fn sector(sectors: &[u8], size: usize, number: u32) -> Option<&[u8]> {
    if number >= SIGNS {
        return None;
    }
    let rest = sectors.get((number as usize).checked_mul(size)?..)?;
    Some(&rest[..size.min(rest.len())])
}

/// The sectors from one on, up to a length; no more of them than there are.
fn follow(sectors: &[u8], size: usize, table: &[u32], start: u32, length: usize) -> Vec<u8> {
    let (mut bytes, mut next) = (Vec::new(), start);
    for _ in 0..=sectors.len() / size {
        let Some(found) = sector(sectors, size, next) else {
            break;
        };
        bytes.extend(found);
        if bytes.len() >= length {
            break;
        }
        let Some(&following) = table.get(next as usize) else {
            break;
        };
        next = following;
    }
    bytes.truncate(length);
    bytes
}

fn words(bytes: &[u8]) -> Vec<u32> {
    let (words, _) = bytes.as_chunks::<4>();
    words.iter().map(|word| u32::from_le_bytes(*word)).collect()
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use proptest::prelude::*;

    use super::super::fixtures::xls::container;
    use super::*;

    const NAMES: &[&str] = &["Workbook", "Book"];

    fn stream_of(length: usize) -> Vec<u8> {
        (0..=250).cycle().take(length).collect()
    }

    #[test]
    fn a_stream_is_read_as_the_cfb_crate_reads_it() {
        for length in [0, 1, 64, 4095, 4096, 4097, 70_000, 9_000_000] {
            let bytes = container(&stream_of(length));
            let mut judge = cfb::CompoundFile::open(Cursor::new(&bytes)).expect("a sound file");
            let mut wanted = Vec::new();
            let mut stream = judge.open_stream("/Workbook").expect("the stream");
            stream.read_to_end(&mut wanted).expect("readable");
            let found = find(&bytes, NAMES).expect("the stream");
            assert!(found.bytes == wanted, "{length}");
            assert_eq!(found.stated, length);
        }
    }

    #[test]
    fn a_file_that_is_cut_off_tells_how_much_is_missing() {
        let bytes = container(&stream_of(30_000));
        let cut = find(&bytes[..bytes.len() / 2], NAMES).expect("the beginning of the stream");
        assert!((1..30_000).contains(&cut.bytes.len()));
        assert_eq!(cut.stated, 30_000);
        assert!(find(&bytes[..900], NAMES).is_none());
    }

    proptest! {
        #[test]
        fn no_bytes_bring_more_than_the_file_holds(bytes in prop::collection::vec(any::<u8>(), 0..4096)) {
            let mut file = container(&[]);
            let end = file.len().min(512);
            // Random bytes alone, and behind a sound header.
            prop_assert!(find(&bytes, NAMES).is_none_or(|found| found.bytes.len() <= bytes.len()));
            file.truncate(end);
            file.extend(&bytes);
            prop_assert!(find(&file, NAMES).is_none_or(|found| found.bytes.len() <= file.len()));
        }

        #[test]
        fn no_damage_brings_more_than_the_file_holds(
            length in 0..20_000_usize,
            words in prop::collection::vec(
                (0..600_usize, prop_oneof![any::<u32>(), 0..40_u32, SIGNS - 1..=u32::MAX]),
                1..8,
            ),
            cut in 0..40_000_usize,
        ) {
            let mut file = container(&stream_of(length));
            for (at, word) in words {
                if let Some(place) = file.get_mut(at * 4..at * 4 + 4) {
                    place.copy_from_slice(&word.to_le_bytes());
                }
            }
            file.truncate(cut);
            prop_assert!(find(&file, NAMES).is_none_or(|found| found.bytes.len() <= file.len()));
        }
    }
}
