//! A row that has passed through the line, with what takes long to work out: that is done in the line's workers.

use crate::intake::CheckedRow;
use crate::plan::MatchKey;

/// A row, and what it is found by.
pub(super) struct ReadRow {
    pub(super) checked: CheckedRow,
    pub(super) matches: Vec<MatchKey>,
}

impl ReadRow {
    pub(super) fn of(checked: CheckedRow) -> Self {
        let verdict = checked.verdicts.first();
        let matches = verdict.map(|verdict| MatchKey::of_row(&verdict.encoded(&checked.contact)));
        let matches = matches.unwrap_or_default();
        // The key is worked out here, too, where many do.
        checked.key();
        Self { checked, matches }
    }
}
