//! Which rows of a sheet are meant: all of it, or what a run could not do, found again after a person corrected it.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::intake::CheckedRow;
use crate::mapping::Original;
use crate::model::ContactKey;

/// Which rows of the sheet are meant.
pub enum RowChoice {
    /// All.
    All,
    /// Those with these keys, and those that still stand in these rows, corrected.
    Some {
        /// Keys of contacts.
        keys: HashSet<ContactKey>,
        /// Rows of a sheet without a key column, with what stood there.
        cells: HashMap<u64, Vec<String>>,
    },
}

impl RowChoice {
    pub(super) fn holds(&self, checked: &CheckedRow, original: &Original) -> bool {
        match self {
            Self::All => true,
            Self::Some { keys, cells } => {
                let before = cells.get(&checked.row.number);
                let now = || original.rows(&checked.row, &checked.remarks).concat();
                keys.contains(checked.key()) || before.is_some_and(|before| is_same(before, &now()))
            }
        }
    }
}

/// Whether a row is the one that stood there, with something corrected: half of its values are the same.
fn is_same(before: &[String], now: &[Cow<'_, str>]) -> bool {
    let filled = before.iter().filter(|cell| !cell.trim().is_empty()).count();
    let kept = before.iter().zip(now).filter(|(old, new)| {
        let (old, new) = (old.trim(), new.trim());
        !old.is_empty() && old == new
    });
    filled > 0 && kept.count() * 2 >= filled
}
