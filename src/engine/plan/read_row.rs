//! A row that has passed through the line, with all of its step that does not depend on the ledger: that is worked out in
//! the line's workers.

use super::rows::RowChoice;
use crate::backend::Loss;
use crate::engine::account::Account;
use crate::intake::CheckedRow;
use crate::mapping::Original;
use crate::plan::{MatchKey, StepDraft};

/// What rows are read by.
pub(super) struct RowReader<'a> {
    pub(super) account: &'a Account,
    pub(super) rows: &'a RowChoice,
    pub(super) original: Original,
}

/// A row, and what it is found by.
pub(super) struct ReadRow {
    pub(super) draft: StepDraft,
    pub(super) matches: Vec<MatchKey>,
    /// What its losses are summed by.
    pub(super) families: Vec<&'static str>,
    /// Whether the row is one of those that are meant.
    pub(super) is_meant: bool,
}

impl RowReader<'_> {
    /// A row for its first vendor; the line has one.
    pub(super) fn read(&self, mut checked: CheckedRow) -> Option<ReadRow> {
        self.rebase(&mut checked);
        let verdict = checked.verdicts.pop()?;
        let encoded = verdict.encoded(&checked.contact);
        Some(ReadRow {
            families: encoded.losses.iter().map(Loss::family).collect(),
            matches: MatchKey::of_row(&encoded),
            is_meant: self.rows.holds(&checked, &self.original),
            draft: StepDraft::of(&checked, &verdict, encoded, &self.original),
        })
    }

    /// Takes the key of an export that was made when a parent was a part of the book for what it is now.
    fn rebase(&self, checked: &mut CheckedRow) {
        let own = checked.scoped().parent;
        for parent in own.iter().chain(self.account.default_parent()) {
            let book = &self.account.book;
            checked.rekey(checked.key().rebased(book, &book.part(parent)));
        }
    }
}
