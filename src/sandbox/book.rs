//! A vendor's address book: its records in order of creation, and the log that makes them last.
//! A change is one line of the log and is in the file before the vendor answers, so that a process
//! killed at any moment has lost nothing that it said it did.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::fault::NameStorage;
use super::private;

/// What a vendor's records are made of, as far as a book must know.
#[derive(Debug, Clone, Copy)]
pub(super) struct RecordKeys {
    /// The member that holds a record's identifier.
    pub(super) id: &'static str,
    /// The member that names what a record hangs under, at a vendor that has such a thing; then identifiers are numbers.
    pub(super) parent: Option<&'static str>,
    /// The members, at any depth, that hold the name or the last part of it.
    pub(super) names: &'static [&'static str],
}

/// The records of one vendor.
#[derive(Debug)]
pub(super) struct MockBook {
    keys: RecordKeys,
    /// The next number to give out; numbers are never given twice, not even after a restart.
    next: u64,
    records: BTreeMap<u64, Value>,
    places: HashMap<String, u64>,
    /// What hangs under each parent: places by the number of the record, so that a page costs what it holds.
    families: HashMap<u64, BTreeMap<u64, u64>>,
    /// What hangs under all other parents.
    nobody: BTreeMap<u64, u64>,
    created: u64,
    put: Vec<Value>,
    dropped: Vec<String>,
    log: Option<File>,
    names: NameStorage,
}

impl MockBook {
    /// A book that is gone with the process.
    pub(super) fn in_memory(keys: RecordKeys) -> Self {
        Self {
            keys,
            next: 1,
            records: BTreeMap::new(),
            places: HashMap::new(),
            families: HashMap::new(),
            nobody: BTreeMap::new(),
            created: 0,
            put: Vec::new(),
            dropped: Vec::new(),
            log: None,
            names: NameStorage::Kept,
        }
    }

    /// The same book, which stores names in this way from now on.
    pub(super) fn storing(self, names: NameStorage) -> Self {
        Self { names, ..self }
    }

    /// A book that lasts: replays its log and writes it anew without what was replaced since.
    pub(super) fn open(keys: RecordKeys, path: &Path) -> io::Result<Self> {
        let mut book = Self::in_memory(keys);
        match fs::read(path) {
            Ok(bytes) => book.replay(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let fresh = path.with_extension("ndjson.new");
        private::file(&fresh)?.write_all(book.compacted().as_bytes())?;
        fs::rename(&fresh, path)?;
        book.log = Some(OpenOptions::new().append(true).open(path)?);
        Ok(book)
    }

    fn replay(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut lines = bytes.split(|byte| *byte == b'\n').peekable();
        while let Some(line) = lines.next() {
            let last = lines.peek().is_none();
            match serde_json::from_slice::<Value>(line) {
                // A line without its end was being written when the process died: it was never answered.
                _ if last => {}
                Ok(change) => self.redo(&change),
                Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
            }
        }
        self.put.clear();
        self.dropped.clear();
        Ok(())
    }

    fn redo(&mut self, change: &Value) {
        for record in change["put"].as_array().into_iter().flatten() {
            self.put(record.clone());
        }
        for id in change["drop"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            self.remove(id);
        }
        self.next = self.next.max(change["next"].as_u64().unwrap_or(1));
    }

    fn compacted(&self) -> String {
        let first = json!({ "next": self.next });
        let rest = self
            .records
            .values()
            .map(|record| json!({ "put": [record] }));
        std::iter::once(first)
            .chain(rest)
            .map(|line| line.to_string() + "\n")
            .collect()
    }

    /// A number that no record, detail or address of this book ever had.
    pub(super) fn fresh_id(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }

    pub(super) fn get(&self, id: &str) -> Option<&Value> {
        self.places
            .get(id)
            .and_then(|place| self.records.get(place))
    }

    /// All records in order of creation.
    pub(super) fn all(&self) -> impl DoubleEndedIterator<Item = &Value> {
        self.records.values()
    }

    /// The places of the records under a parent, in the order of their numbers.
    pub(super) fn places_under(
        &self,
        parent: u64,
    ) -> impl DoubleEndedIterator<Item = u64> + ExactSizeIterator {
        let family = self.families.get(&parent);
        family.unwrap_or(&self.nobody).values().copied()
    }

    /// The record at a place.
    pub(super) fn at(&self, place: u64) -> &Value {
        self.records.get(&place).unwrap_or(&Value::Null)
    }

    /// The records under a parent, in the order of their numbers.
    pub(super) fn under(&self, parent: u64) -> impl Iterator<Item = &Value> {
        self.places_under(parent).map(|place| self.at(place))
    }

    /// Creates a record, or replaces the one with its identifier, which keeps its place.
    pub(super) fn put(&mut self, mut record: Value) {
        if self.names == NameStorage::Capitals {
            capitals(&mut record, self.keys.names);
        }
        let id = id_text(&record[self.keys.id]);
        let place = *self.places.entry(id).or_insert_with(|| {
            self.created += 1;
            self.created
        });
        self.put.push(record.clone());
        let kin = self.kin_of(&record);
        let before = self.records.insert(place, record);
        self.leave(before.as_ref());
        if let Some((parent, number)) = kin {
            self.families
                .entry(parent)
                .or_default()
                .insert(number, place);
        }
    }

    fn leave(&mut self, record: Option<&Value>) {
        if let Some((parent, number)) = record.and_then(|record| self.kin_of(record))
            && let Some(family) = self.families.get_mut(&parent)
        {
            family.remove(&number);
        }
    }

    /// What a record hangs under, and its own number.
    fn kin_of(&self, record: &Value) -> Option<(u64, u64)> {
        let parent = record[self.keys.parent?].as_u64()?;
        Some((parent, record[self.keys.id].as_u64()?))
    }

    /// Deletes a record; false where there was none.
    pub(super) fn remove(&mut self, id: &str) -> bool {
        let Some(place) = self.places.remove(id) else {
            return false;
        };
        let gone = self.records.remove(&place);
        self.leave(gone.as_ref());
        self.put
            .retain(|record| id_text(&record[self.keys.id]) != id);
        self.dropped.push(id.to_owned());
        true
    }

    /// Takes records as they are, with their identifiers.
    pub(super) fn seed(&mut self, records: &[Value]) {
        for record in records {
            self.next = self.next.max(highest_id(record) + 1);
            self.put(record.clone());
        }
    }

    /// Makes what changed since the last call durable and says whether anything did.
    pub(super) fn commit(&mut self) -> io::Result<bool> {
        let put = std::mem::take(&mut self.put);
        let dropped = std::mem::take(&mut self.dropped);
        if put.is_empty() && dropped.is_empty() {
            return Ok(false);
        }
        if let Some(log) = &mut self.log {
            let line = json!({ "next": self.next, "put": put, "drop": dropped });
            log.write_all(format!("{line}\n").as_bytes())?;
            log.flush()?;
        }
        Ok(true)
    }
}

/// An identifier as a text, however the vendor writes it.
pub(super) fn id_text(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

/// Writes the names in a record in capitals.
fn capitals(value: &mut Value, names: &[&str]) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if names.contains(&name.as_str()) => {
                        *text = text.to_uppercase();
                    }
                    value => capitals(value, names),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| capitals(item, names)),
        _ => {}
    }
}

fn highest_id(value: &Value) -> u64 {
    match value {
        Value::Object(map) => {
            let own = map.get("id").and_then(Value::as_u64).unwrap_or(0);
            map.values().map(highest_id).fold(own, u64::max)
        }
        Value::Array(items) => items.iter().map(highest_id).max().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: RecordKeys = RecordKeys {
        id: "id",
        parent: Some("account_id"),
        names: &["last"],
    };

    fn records(book: &MockBook) -> Vec<Value> {
        book.all().cloned().collect()
    }

    fn write(path: &Path) {
        let mut book = MockBook::open(KEYS, path).expect("a new book");
        for name in ["one", "two", "three"] {
            let id = book.fresh_id();
            book.put(json!({ "id": id, "name": name }));
            book.commit().expect("a line in the log");
        }
        book.put(json!({ "id": 1, "name": "uno" }));
        assert!(book.remove("3"));
        assert!(!book.remove("9"));
        assert!(book.commit().expect("a line in the log"));
        assert!(!book.commit().expect("nothing to write"));
    }

    #[test]
    fn a_book_outlives_its_process_and_never_reuses_a_number() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("v.ndjson");
        write(&path);
        let wanted = [
            json!({"id": 1, "name": "uno"}),
            json!({"id": 2, "name": "two"}),
        ];
        for _ in 0..3 {
            let mut book = MockBook::open(KEYS, &path).expect("the same book");
            assert_eq!(records(&book), wanted);
            assert_eq!(book.fresh_id(), 4);
        }
    }

    #[test]
    fn any_torn_end_loses_only_the_line_that_was_torn() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("v.ndjson");
        write(&path);
        let whole = fs::read(&path).expect("the log");
        for length in 0..=whole.len() {
            fs::write(&path, &whole[..length]).expect("a torn log");
            let lines = whole[..length].split(|byte| *byte == b'\n').count() - 1;
            // The first line holds no record; the last one drops the third.
            let wanted = [0, 0, 1, 2, 3, 2][lines];
            let book = MockBook::open(KEYS, &path).expect("a book that was torn");
            assert_eq!(records(&book).len(), wanted, "cut at {length}");
        }
    }

    #[test]
    fn a_broken_line_in_the_middle_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("v.ndjson");
        fs::write(&path, "{\"next\":1}\n{oops\n{\"next\":2}\n").expect("a broken log");
        assert!(MockBook::open(KEYS, &path).is_err());
    }

    #[test]
    fn names_can_be_stored_in_capitals() {
        let mut book = MockBook::in_memory(KEYS).storing(NameStorage::Capitals);
        book.put(json!({"id": "ab", "details": {"names": {"last": "Durand"}}, "note": "a"}));
        let wanted = json!({"id": "ab", "details": {"names": {"last": "DURAND"}}, "note": "a"});
        assert_eq!(records(&book), [wanted]);
    }

    #[test]
    fn what_hangs_under_a_parent_is_found_there_and_nowhere_else() {
        let mut book = MockBook::in_memory(KEYS);
        for (id, parent) in [(3, 7), (1, 7), (2, 9), (4, 7)] {
            book.put(json!({"id": id, "account_id": parent}));
        }
        let under = |book: &MockBook, parent| -> Vec<u64> {
            let found = book.under(parent);
            found.filter_map(|record| record["id"].as_u64()).collect()
        };
        assert_eq!((under(&book, 7), under(&book, 9)), (vec![1, 3, 4], vec![2]));
        book.put(json!({"id": 3, "account_id": 9}));
        book.remove("1");
        assert_eq!((under(&book, 7), under(&book, 9)), (vec![4], vec![2, 3]));
        assert_eq!((under(&book, 8), book.places_under(9).len()), (vec![], 2));
    }

    #[test]
    fn seeded_numbers_are_not_given_out_again() {
        let mut book = MockBook::in_memory(KEYS);
        book.seed(&[json!({"id": 7, "details": [{"id": 30}]})]);
        assert_eq!(book.fresh_id(), 31);
    }
}
