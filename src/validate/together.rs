//! What rows say together, whoever the vendor is: that the file is of several encodings, which rows were read as one
//! contact, and which belong to one and stand apart. It holds before any vendor's rules. It keeps hashes only,
//! one for each key of rows that are merged, and most of them on disk.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;

use super::FirstSeen;
use crate::model::{Code, Diagnostic, Place, Severity};
use crate::normalize::{Mixture, Script};
use crate::sheet::Row;

/// A file of several encodings.
pub(super) static MIXED: Code = Code {
    id: "text.mixed",
    severity: Severity::Warning,
    means: "Accents are sound in some rows of the file and broken in others: it was put together from texts of \
            different encodings. No one encoding reads all of it. It is said once; the broken values are listed.",
    help: "export each part of the file again from its source, as UTF-8",
};

/// Rows that were read as one contact.
pub(super) static MERGED: Code = Code {
    id: "row.merged",
    severity: Severity::Note,
    means: "The mapping says by `merge_by` that rows which follow each other with the same value in a column are \
            one contact; these were read as one.",
    help: "nothing; leave `merge_by` out of the mapping where each row is a contact",
};

/// A row that belongs to a contact further up.
pub(super) static APART: Code = Code {
    id: "row.apart",
    severity: Severity::Error,
    means: "The mapping says by `merge_by` that rows with the same value in a column are one contact, and this one \
            does not follow the others. Only rows that follow each other are merged; as a contact of its own it \
            would stand there twice, so it is rejected.",
    help: "sort the sheet by that column",
};

/// How many rows of a contact are named.
const NAMED: usize = 20;

/// The rows so far.
#[derive(Default)]
pub struct Together {
    mixture: Mixture,
    /// The digest of each key by which rows are merged, and its first row.
    keys: FirstSeen,
}

impl Together {
    /// Sees the next row; `key` is the column by which rows are merged. It fails where the keys cannot be kept.
    pub fn see(
        &mut self,
        row: &Row,
        script: Script,
        key: Option<u32>,
    ) -> io::Result<Vec<Diagnostic>> {
        let mut found = Vec::new();
        if let Some(broken) = self.mixture.see(row.number, script) {
            let place = Place {
                row: broken,
                column: None,
            };
            let message = "the file holds text in more than one encoding";
            found.push(Diagnostic::new(&MIXED, place, None, "", message));
        }
        if let Some(column) = key {
            found.extend(merged(row, column));
            found.extend(self.apart(row, column)?);
        }
        Ok(found)
    }

    fn apart(&mut self, row: &Row, column: u32) -> io::Result<Option<Diagnostic>> {
        let key = row.cell(column).trim();
        if key.is_empty() {
            return Ok(None);
        }
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let first = self.keys.see(hasher.finish(), row.number)?;
        Ok(first.map(|first| {
            let place = Place {
                row: row.number,
                column: Some(column),
            };
            let message = format!("the row belongs to row {first}, and does not follow it");
            Diagnostic::new(&APART, place, None, key, message)
        }))
    }
}

fn merged(row: &Row, column: u32) -> Option<Diagnostic> {
    let others = row.attached();
    if others.is_empty() {
        return None;
    }
    let numbers = std::iter::once(row.number).chain(others.iter().map(|row| row.number));
    let numbers: Vec<String> = numbers
        .take(NAMED)
        .map(|number| number.to_string())
        .collect();
    let more = if others.len() >= NAMED { "…" } else { "" };
    let place = Place {
        row: row.number,
        column: Some(column),
    };
    let found = format!("rows {}{more}", numbers.join(", "));
    Some(Diagnostic::new(
        &MERGED,
        place,
        None,
        &found,
        "rows were read as one contact",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_contact_are_named_and_stray_ones_found() {
        let mut together = Together::default();
        let mut see = |number: u64, key: &str, others: &[u64]| -> Vec<(&str, String, String)> {
            let mut row = Row::of(number, ["x", key]);
            for other in others {
                row.attach(Row::of(*other, ["y", key]));
            }
            let found = together.see(&row, Script::default(), Some(1));
            let found = found.expect("in memory");
            let told = |remark: Diagnostic| {
                (
                    remark.code.id,
                    remark.found.clone(),
                    remark.message.into_owned(),
                )
            };
            found.into_iter().map(told).collect()
        };
        let merged = |rows: &str| {
            (
                "row.merged",
                rows.to_owned(),
                "rows were read as one contact".to_owned(),
            )
        };
        assert_eq!(see(2, "A", &[3, 4]), [merged("rows 2, 3, 4")]);
        assert_eq!(see(5, "B", &[]), []);
        assert_eq!(see(6, "", &[]), []);
        assert_eq!(see(7, "", &[]), []);
        let apart = "the row belongs to row 2, and does not follow it".to_owned();
        assert_eq!(see(9, " A", &[]), [("row.apart", "A".to_owned(), apart)]);
        let many: Vec<u64> = (11..60).collect();
        assert!(see(10, "C", &many)[0].1.ends_with("29…"));
    }
}
