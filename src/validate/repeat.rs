//! Rules across rows: the same row twice, and two rows that claim to be the same contact. They see the rows
//! in order and keep only hashes, most of them on disk, so that memory stays flat and holds nothing of their content.

use std::io;

use super::{FirstSeen, Subject};
use crate::model::{Code, ContactKey, Diagnostic, Field, Place, Severity};

/// A row whose every cell stands in an earlier row.
pub(super) static ROW_REPEATED: Code = Code {
    id: "row.repeated",
    severity: Severity::Warning,
    means: "The row says the same as an earlier one, cell by cell; it is skipped, so that the contact is not made twice.",
    help: "nothing, or remove the row",
};

/// A row that says it is an earlier row's contact, and says something else of it.
pub(super) static KEY_REPEATED: Code = Code {
    id: "key.repeated",
    severity: Severity::Error,
    means: "Two rows are the same contact by their key (the key column, or name with first e-mail or phone) and differ in what they say of it; which is right cannot be known.",
    help: "merge the two rows, or give each a key of its own in a key column",
};

/// A rule that needs the rows in their order.
pub trait AcrossRows: Send {
    /// The codes that it can raise.
    fn codes(&self) -> &'static [&'static Code];
    /// Sees one row, which no other rule has rejected, and adds to `found` whatever is wrong. It fails where what it keeps
    /// of the rows before cannot be kept any more.
    fn see(&mut self, subject: &Subject<'_>, found: &mut Vec<Diagnostic>) -> io::Result<()>;
}

/// What the rows before say of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarlierRows {
    /// Nothing: its key is new.
    New,
    /// It is the same as an earlier row, cell by cell.
    Same {
        /// The earlier row's number.
        row: u64,
    },
    /// Its key is an earlier row's, and its cells are not.
    Differs {
        /// The earlier row's number.
        row: u64,
    },
}

impl EarlierRows {
    /// The remark about the row, if there is one to make; `key` is the sheet's own.
    pub fn remark(
        self,
        row: u64,
        column: Option<u32>,
        key: Option<&ContactKey>,
    ) -> Option<Diagnostic> {
        let place = Place { row, column };
        let field = Some(Field::Key);
        let shown = key.map_or("", ContactKey::as_str);
        match self {
            Self::New => None,
            Self::Same { row } => {
                let message = format!("the row is the same as row {row}");
                Some(Diagnostic::new(&ROW_REPEATED, place, field, shown, message))
            }
            Self::Differs { row } => {
                let message =
                    format!("the row is the same contact as row {row}, and differs from it");
                Some(Diagnostic::new(&KEY_REPEATED, place, field, shown, message))
            }
        }
    }
}

/// The keys seen so far: 64 bits of each, its row, and 32 bits of the row's cells.
#[derive(Default)]
pub struct Repeats {
    keys: FirstSeen,
}

impl Repeats {
    /// Sees a row: the hash of its key, its number, and the hash of its cells. It fails where the keys cannot be kept.
    pub fn see(&mut self, key: u64, row: u64, cells: u64) -> io::Result<EarlierRows> {
        let cells = cells >> 32;
        let this = row.min(u64::from(u32::MAX)) << 32 | cells;
        let Some(first) = self.keys.see(key, this)? else {
            return Ok(EarlierRows::New);
        };
        let (row, before) = (first >> 32, first & u64::from(u32::MAX));
        Ok(if before == cells {
            EarlierRows::Same { row }
        } else {
            EarlierRows::Differs { row }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_of_a_key_is_the_one_that_later_rows_are_told_of() {
        let mut repeats = Repeats::default();
        let mut see = |key, row, cells| repeats.see(key, row, cells).expect("in memory");
        let (this, other) = (7 << 32, 8 << 32);
        assert_eq!(see(1, 2, this), EarlierRows::New);
        assert_eq!(see(1, 3, this), EarlierRows::Same { row: 2 });
        assert_eq!(see(1, 4, other), EarlierRows::Differs { row: 2 });
        assert_eq!(see(2, 5, this), EarlierRows::New);
        // The 32 bits that are kept of the cells, and as many of the row, leave each other alone.
        let most = u64::from(u32::MAX);
        assert_eq!(see(3, most + 9, u64::MAX), EarlierRows::New);
        assert_eq!(see(3, 7, u64::MAX), EarlierRows::Same { row: most });
        assert_eq!(see(3, 7, this), EarlierRows::Differs { row: most });
    }

    #[test]
    fn a_row_without_a_key_of_its_own_shows_none() {
        let own = ContactKey::new("K1");
        for (key, shown) in [(None, ""), (Some(&own), "K1")] {
            let remark = EarlierRows::Same { row: 2 }.remark(3, None, key);
            let remark = remark.expect("a remark");
            assert_eq!(
                (remark.found.as_str(), &*remark.message),
                (shown, "the row is the same as row 2")
            );
        }
    }
}
