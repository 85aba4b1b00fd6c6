//! A row that has passed through the line, with all of its step that does not depend on the ledger: that is worked out in
//! the line's workers.

use super::rows::RowChoice;
use crate::backend::{Loss, Payload};
use crate::engine::account::Account;
use crate::intake::CheckedRow;
use crate::mapping::Original;
use crate::plan::{Change, MatchKey, StepDraft};

/// What makes drafts of rows.
pub(super) struct DraftMaker<'a> {
    pub(super) account: &'a Account,
    pub(super) rows: &'a RowChoice,
    pub(super) original: Original,
    /// Whether what the target holds is compared with what rows say.
    pub(super) compares: bool,
}

/// A row, and what it is found by.
pub(super) struct ReadRow {
    pub(super) draft: StepDraft,
    pub(super) matches: Vec<MatchKey>,
    /// The digest of what it says, if that is compared.
    pub(super) says: Option<u64>,
    /// What its losses are summed by.
    pub(super) families: Vec<&'static str>,
    /// Whether the row is one of those that are meant.
    pub(super) is_meant: bool,
}

impl DraftMaker<'_> {
    /// A row for its first vendor; the line has one.
    pub(super) fn read(&self, mut checked: CheckedRow) -> Option<ReadRow> {
        self.rebase(&mut checked);
        let verdict = checked.verdicts.first()?;
        let encoded = verdict.encoded(&checked.contact);
        Some(ReadRow {
            families: encoded.losses.iter().map(Loss::family).collect(),
            matches: MatchKey::of_row(&encoded),
            says: self.compares.then(|| self.says(&encoded.payload)),
            is_meant: self.rows.holds(&checked, &self.original),
            draft: StepDraft::of(&checked, verdict, encoded, &self.original),
        })
    }

    fn says(&self, payload: &Payload) -> u64 {
        Change::digest_of(&self.account.vendor.said(payload))
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
