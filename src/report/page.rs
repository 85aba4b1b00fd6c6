//! Rows for the page, made on any thread, as far as it has place for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use super::row::{LostValue, ReportRow};
use crate::plan::Fate;

/// What a page still has place for, known to whoever makes rows for it: ever less, so that whoever hears of it late makes
/// too many rows, and never too few.
#[derive(Clone, Debug)]
pub(super) struct PageWish(Arc<AtomicU8>);

/// What [`PageWish`] holds: any row, rows that need somebody, no row.
pub(super) const ANY: u8 = 2;
pub(super) const NEEDY: u8 = 1;
pub(super) const NONE: u8 = 0;

impl PageWish {
    pub(super) fn new() -> Self {
        Self(Arc::new(AtomicU8::new(ANY)))
    }

    pub(super) fn set(&self, wish: u8) {
        self.0.store(wish, Ordering::Relaxed);
    }

    fn takes(&self, is_needy: bool) -> bool {
        let wish = self.0.load(Ordering::Relaxed);
        wish == ANY || wish == NEEDY && is_needy
    }
}

/// Rows for a page.
#[derive(Debug)]
pub(super) struct PageRows {
    wish: PageWish,
    pub(super) rows: Vec<HtmlRow>,
    /// Rows that the page has no place for.
    pub(super) left_out: u64,
}

impl PageRows {
    pub(super) fn new(wish: PageWish) -> Self {
        Self {
            wish,
            rows: Vec::new(),
            left_out: 0,
        }
    }

    pub(super) fn add(&mut self, row: &ReportRow<'_>) {
        if self.wish.takes(is_needy(row.fate)) {
            self.rows.push(HtmlRow::of(row));
        } else {
            self.left_out += 1;
        }
    }
}

/// Whether somebody must look at a row that met this fate.
fn is_needy(fate: Fate) -> bool {
    matches!(
        fate,
        Fate::Rejected | Fate::Refused | Fate::InDoubt | Fate::Unsent | Fate::Skipped
    )
}

/// One row of the page's table.
#[derive(Debug)]
pub(super) struct HtmlRow {
    pub(super) row: u64,
    pub(super) fate: Fate,
    pub(super) who: String,
    pub(super) id: String,
    pub(super) words: String,
    pub(super) lost: String,
    pub(super) needy: bool,
}

/// The first few values of a row: enough for a person to know whom it is about.
fn who(entry: &ReportRow<'_>) -> String {
    let values = entry
        .cells
        .iter()
        .flatten()
        .map(|cell| cell.trim())
        .filter(|cell| !cell.is_empty());
    values.take(4).collect::<Vec<_>>().join(" · ")
}

impl HtmlRow {
    fn of(entry: &ReportRow<'_>) -> Self {
        let lost: Vec<&str> = entry.lost.iter().map(LostValue::called).collect();
        Self {
            row: entry.row,
            fate: entry.fate,
            who: who(entry),
            id: entry.remote.as_deref().unwrap_or_default().to_owned(),
            words: entry.words(),
            lost: lost.join(", "),
            needy: is_needy(entry.fate),
        }
    }
}
