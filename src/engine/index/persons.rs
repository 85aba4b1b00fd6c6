//! The same person in two rows of one sheet, under two keys. Rows are seen in their order, and only digests are kept, in the
//! look-up's own file: memory does not grow with the sheet.

use rusqlite::{OptionalExtension as _, params};

use super::{IndexError, MatchIndex};
use crate::plan::{Duplicates, MatchBy, MatchKey};

impl MatchIndex {
    /// For each of some rows, the earlier row that is the same person: by what two rows share that would both be paired with
    /// one record. A row that is the same person as an earlier one and is not sent for that is nobody's earlier row.
    pub fn same_persons(
        &mut self,
        rows: &[(u64, impl AsRef<[MatchKey]>)],
        duplicates: Duplicates,
    ) -> Result<Vec<Option<u64>>, IndexError> {
        let change = self.database.transaction()?;
        let mut earlier = Vec::with_capacity(rows.len());
        {
            let mut find = change.prepare_cached("SELECT row FROM person WHERE digest = ?1")?;
            let mut note = change
                .prepare_cached("INSERT OR IGNORE INTO person (digest, row) VALUES (?1, ?2)")?;
            for (row, keys) in rows {
                // An e-mail address that several rows have tells nobody without the name.
                let telling = keys.as_ref().iter().filter(|key| key.by != MatchBy::Email);
                let mut first: Option<i64> = None;
                for key in telling.clone() {
                    let found: Option<i64> =
                        find.query_row([key.digest], |row| row.get(0)).optional()?;
                    first = first.into_iter().chain(found).min();
                }
                if first.is_none() || duplicates == Duplicates::Warn {
                    for key in telling {
                        note.execute(params![key.digest, row.cast_signed()])?;
                    }
                }
                earlier.push(first.map(i64::unsigned_abs));
            }
        }
        change.commit()?;
        Ok(earlier)
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
            (3, vec![email(1), name(12)]),
            (4, vec![email(4), name(14), number(21)]),
            (5, vec![name(14)]),
            (6, vec![]),
        ];
        for (duplicates, last) in [(Duplicates::Warn, Some(4)), (Duplicates::Reject, None)] {
            let mut lookup = MatchIndex::new().expect("a file");
            let told = lookup.same_persons(&rows, duplicates).expect("told");
            assert_eq!(told, [None, None, Some(2), last, None], "{duplicates:?}");
        }
    }
}
