//! A person who stands in a sheet twice, under two keys: told, or left out. By the rule by which rows are paired with
//! records, so that two rows are one person where one record would be both.

use std::io;

use super::read_row::ReadRow;
use crate::plan::{Duplicates, MatchBy, MatchKey, Remark, RowWorth, Step};
use crate::validate::FirstSeen;

/// The persons of the rows before. Only digests are kept, most of them on disk.
#[derive(Default)]
pub(super) struct SamePersons {
    rows: FirstSeen,
}

impl SamePersons {
    /// The earlier row that is the same person as a row under another key. A row that is rejected, or that repeats another,
    /// is nobody's.
    pub(super) fn see(
        &mut self,
        read: &ReadRow,
        duplicates: Duplicates,
    ) -> io::Result<Option<u64>> {
        let is_somebody = read.draft.worth == RowWorth::Good;
        let keys = if is_somebody { &read.matches[..] } else { &[] };
        self.earlier(read.draft.row, keys, duplicates)
    }

    /// The earliest row with which one shares what both would be paired with one record by. A row that is the same person as
    /// an earlier one and is not sent for that is nobody's earlier row.
    fn earlier(
        &mut self,
        row: u64,
        keys: &[MatchKey],
        duplicates: Duplicates,
    ) -> io::Result<Option<u64>> {
        // An e-mail address that several rows have tells nobody without the name.
        let telling = keys.iter().filter(|key| key.by != MatchBy::Email);
        let telling = telling.map(|key| key.digest.cast_unsigned());
        let mut first: Option<u64> = None;
        for key in telling.clone() {
            let before = match duplicates {
                Duplicates::Warn => self.rows.see(key, row)?,
                Duplicates::Reject => self.rows.first(key)?,
            };
            // A row may say the same twice.
            let before = before.filter(|before| *before != row);
            first = first.into_iter().chain(before).min();
        }
        if first.is_none() && duplicates == Duplicates::Reject {
            for key in telling {
                self.rows.see(key, row)?;
            }
        }
        Ok(first)
    }
}

/// The step of a row that is the same person as an earlier one, with what that means.
pub(super) fn duplicate(mut step: Step, same_as: Option<u64>, duplicates: Duplicates) -> Step {
    let Some(row) = same_as else { return step };
    let message = format!("the row is the same person as row {row}, under another key");
    match duplicates {
        Duplicates::Reject => step.rejected(duplicates.code(), message),
        Duplicates::Warn => {
            let remark = Remark::of_row(duplicates.code(), step.row, message);
            step.remarks.push(&remark);
            step
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(by: MatchBy, digest: i64) -> MatchKey {
        MatchKey { by, digest }
    }

    #[test]
    fn the_earliest_row_that_shares_more_than_an_address_is_told() {
        let (email, name, number) = (
            |n| key(MatchBy::Email, n),
            |n| key(MatchBy::EmailAndName, n),
            |n| key(MatchBy::NumberAndName, n),
        );
        let rows = [
            (2, vec![email(1), name(11), number(21)]),
            (3, vec![email(1), name(12), name(12)]),
            (4, vec![email(4), name(14), number(21)]),
            (5, vec![name(14)]),
            (6, vec![]),
        ];
        for (duplicates, last) in [(Duplicates::Warn, Some(4)), (Duplicates::Reject, None)] {
            let mut seen = SamePersons::default();
            let told = rows
                .iter()
                .map(|(row, keys)| seen.earlier(*row, keys, duplicates).expect("no disk"));
            let told: Vec<_> = told.collect();
            assert_eq!(told, [None, None, Some(2), last, None], "{duplicates:?}");
        }
    }
}
