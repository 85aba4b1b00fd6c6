//! Records that wait on disk until all columns are known: each value stands with the number of its column.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, Write as _};

/// Records in a private file.
pub(super) struct WaitingRecords {
    file: BufWriter<File>,
    record: WaitingRecord,
}

/// The values of one record: numbers of columns, where the values end, and their texts.
#[derive(Default)]
pub(super) struct WaitingRecord {
    places: Vec<(u32, u32)>,
    text: String,
}

impl WaitingRecord {
    /// Adds a value.
    pub(super) fn add(&mut self, column: u32, value: &str) {
        self.text.push_str(value);
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.places.push((column, end));
    }

    fn clear(&mut self) {
        self.places.clear();
        self.text.clear();
    }

    /// All values, one behind the other.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The values with their columns.
    pub(super) fn values(&self) -> impl Iterator<Item = (u32, &str)> {
        let mut start = 0;
        self.places.iter().map(move |(column, end)| {
            let value = start..*end as usize;
            start = value.end;
            (*column, self.text.get(value).unwrap_or_default())
        })
    }
}

impl WaitingRecords {
    /// None yet.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            file: BufWriter::with_capacity(1 << 16, tempfile::tempfile()?),
            record: WaitingRecord::default(),
        })
    }

    /// The record in the making.
    pub(super) fn record(&mut self) -> &mut WaitingRecord {
        &mut self.record
    }

    /// Ends the record: what is added next belongs to another one.
    pub(super) fn end(&mut self) -> io::Result<()> {
        let WaitingRecord { places, text } = &self.record;
        for count in [places.len(), text.len()] {
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            self.file.write_all(&count.to_le_bytes())?;
        }
        for (column, end) in places {
            self.file.write_all(&column.to_le_bytes())?;
            self.file.write_all(&end.to_le_bytes())?;
        }
        self.file.write_all(text.as_bytes())?;
        self.record.clear();
        Ok(())
    }

    /// Hands out all of them in their order, until one cannot be written.
    pub(super) fn each(
        self,
        mut write: impl FnMut(&WaitingRecord) -> io::Result<()>,
    ) -> io::Result<()> {
        let file = self.file.into_inner();
        let mut file = file.map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        let mut file = BufReader::with_capacity(1 << 16, file);
        let (mut record, mut bytes) = (WaitingRecord::default(), Vec::new());
        let mut head = [0; 8];
        while read_whole(&mut file, &mut head)? {
            let [values, text] = numbers(head);
            bytes.resize(values as usize * 8 + text as usize, 0);
            file.read_exact(&mut bytes)?;
            let (places, text) = bytes.split_at(values as usize * 8);
            record.clear();
            let (places, _) = places.as_chunks::<8>();
            record.places.extend(places.iter().map(|place| {
                let [column, end] = numbers(*place);
                (column, end)
            }));
            record
                .text
                .push_str(std::str::from_utf8(text).map_err(io::Error::other)?);
            write(&record)?;
        }
        Ok(())
    }
}

/// Fills the room, unless the file ends before it.
fn read_whole(file: &mut BufReader<File>, room: &mut [u8; 8]) -> io::Result<bool> {
    match file.read_exact(room) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn numbers(bytes: [u8; 8]) -> [u32; 2] {
    let (words, _) = bytes.as_chunks::<4>();
    [u32::from_le_bytes(words[0]), u32::from_le_bytes(words[1])]
}
