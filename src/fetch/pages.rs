//! When a list ends. What a vendor says of its own list may be wrong: it may not heed the page that it is asked for, count
//! wrongly, or change while it is read. So a list ends by what its pages bring: one that brings nothing that was not seen
//! ends it, whatever the vendor counts; while pages are full and bring something new it goes on, whatever the vendor counts.
//! Where the count and what was seen differ, or records moved between the pages, the list is read once more, and is called
//! short where they still differ: then what it does not show may be there all the same.
//!
//! Of a list of so many pages, no more than twice as many and two are read.

use std::collections::HashSet;

use crate::backend::{Cursor, Paging};

/// How much of what is there a list has shown.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All, as far as the vendor tells.
    Whole,
    /// All that its pages hold, and by the vendor's own account there may be more; why.
    Short(String),
}

impl Extent {
    /// Of two lists together: one that is short makes both short.
    pub(super) fn and(self, other: Self) -> Self {
        match self {
            Self::Whole => other,
            short @ Self::Short(_) => short,
        }
    }
}

/// What follows a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NextPage {
    /// The next page.
    Next(Cursor),
    /// The first page again.
    Again,
    /// Nothing.
    End(Extent),
}

/// How many pages without a record are passed over in a row, while the vendor says that more follow.
const EMPTY: u32 = 1;

/// The pages of one list, as they come.
#[derive(Debug, Default)]
pub(super) struct Pages {
    /// What the first reading has shown.
    before: HashSet<String>,
    /// Up to which page the second reading goes.
    most: Option<u32>,
    reading: ReadThrough,
}

/// One reading of the pages.
#[derive(Debug, Default)]
struct ReadThrough {
    seen: HashSet<String>,
    /// Rows of the page that is coming, and those among them that were not seen.
    rows: usize,
    fresh: usize,
    /// How many pages were read.
    pages: u32,
    /// The last page that brought something.
    fruitful: u32,
    /// The most rows that a page had.
    longest: usize,
    /// How many pages in a row were empty.
    empty: u32,
    /// Whether the vendor says that more follows.
    has_more: bool,
    /// How many pages the vendor has spoken of.
    spoken_of: u32,
    /// What the vendor counts.
    total: Option<u64>,
    /// Whether rows moved, or were counted otherwise, while it was read.
    has_changed: bool,
}

impl Pages {
    /// A row of the page that is coming; whether nobody has seen it yet.
    pub(super) fn see(&mut self, row: String) -> bool {
        let is_known = self.before.contains(&row);
        self.reading.rows += 1;
        let is_fresh = self.reading.seen.insert(row);
        self.reading.fresh += usize::from(is_fresh);
        is_fresh && !is_known
    }

    /// The page has come to its end.
    pub(super) fn turn(&mut self, paging: Option<Paging>) -> NextPage {
        let reading = &mut self.reading;
        reading.pages += 1;
        let (rows, fresh) = (
            std::mem::take(&mut reading.rows),
            std::mem::take(&mut reading.fresh),
        );
        if fresh > 0 {
            reading.fruitful = reading.pages;
        }
        let Some(paging) = paging else {
            return self.end(false);
        };
        let is_spoken_of = reading.pages <= reading.spoken_of;
        let has_more = reading.heed(&paging);
        reading.has_more = has_more;
        reading.has_changed |= reading.pages > 1 && 0 < fresh && fresh < rows;
        // What such a page should have shown has moved to one that was read before.
        reading.has_changed |= is_spoken_of && 0 < rows && fresh == 0 && !reading.is_all();
        reading.empty = if rows == 0 { reading.empty + 1 } else { 0 };
        let is_full = paging.size.is_some_and(|size| rows >= size)
            || reading.pages > 1 && rows >= reading.longest;
        reading.longest = reading.longest.max(rows);
        let goes_on = match (rows, fresh) {
            (0, _) => has_more && reading.empty <= EMPTY,
            // The page is not heeded, or the last one comes for ever.
            (_, 0) => false,
            _ => has_more || is_full,
        };
        let is_last = self.most.is_some_and(|most| reading.pages >= most);
        if goes_on && !is_last {
            NextPage::Next(paging.next)
        } else {
            self.end(has_more && !is_last)
        }
    }

    /// A page was refused with this status. One that was only tried for, since the last one was full, is none; one that
    /// the vendor has spoken of must be read, unless there is none in spite of that. `None`: the list cannot be read.
    pub(super) fn refused(&mut self, status: u16) -> Option<NextPage> {
        let is_behind = self.reading.pages > 0;
        let is_none = !self.reading.has_more || status == 404;
        let has_more = self.reading.has_more;
        (is_behind && is_none).then(|| self.end(has_more))
    }

    fn end(&mut self, has_more: bool) -> NextPage {
        let why = self.reading.doubt(has_more);
        match why {
            None => NextPage::End(Extent::Whole),
            // Of one page nothing can have moved to another.
            Some(_) if self.most.is_none() && self.reading.fruitful > 1 => {
                self.most = Some(self.reading.fruitful);
                self.before = std::mem::take(&mut self.reading).seen;
                NextPage::Again
            }
            Some(why) => NextPage::End(Extent::Short(why)),
        }
    }
}

impl ReadThrough {
    /// Notes what a page says of the whole list; whether it says that more follows.
    fn heed(&mut self, paging: &Paging) -> bool {
        if let Some(total) = paging.total {
            self.has_changed |= self.total.is_some_and(|before| before != total);
            self.total = Some(total);
        }
        self.spoken_of = self.spoken_of.max(paging.pages.unwrap_or(0));
        paging.is_linked || paging.pages.is_some_and(|pages| self.pages < pages) || self.is_short()
    }

    /// Whether as many were seen as the vendor counts.
    fn is_all(&self) -> bool {
        self.total == Some(self.seen.len() as u64)
    }

    fn is_short(&self) -> bool {
        let seen = self.seen.len() as u64;
        self.total.is_some_and(|total| total > seen)
    }

    /// Why there may be more than was seen. Where the vendor counts as many, it does not matter what else it says.
    fn doubt(&self, has_more: bool) -> Option<String> {
        let seen = self.seen.len();
        if let Some(total) = self.total.filter(|_| self.is_short()) {
            return Some(format!(
                "its list shows {seen}, and by the vendor's count there are {total}"
            ));
        }
        if has_more && !self.is_all() {
            return Some(format!(
                "its list shows {seen}, and says that more follow, which do not come"
            ));
        }
        self.has_changed
            .then(|| "its list changed while it was read".to_owned())
    }
}

#[cfg(test)]
mod tests;
