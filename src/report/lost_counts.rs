//! How many values some rows lose, by field: what is counted of each row of a part.

use super::row::ReportRow;

/// How many values of each field rows lose. Most rows lose the same fields in the same order.
#[derive(Clone, Debug, Default)]
pub(super) struct LostCounts {
    counts: Vec<(String, u64)>,
    /// The place of the field that is likely to come next.
    next: usize,
}

impl LostCounts {
    /// The fields, each once, with how many of its values were lost.
    pub(super) fn by_field(&self) -> &[(String, u64)] {
        &self.counts
    }

    pub(super) fn see(&mut self, row: &ReportRow<'_>) {
        self.next = 0;
        for lost in &row.lost {
            self.count(&lost.field);
        }
    }

    fn count(&mut self, field: &str) {
        let is_it = |(name, _): &(String, u64)| name == field;
        let place = match self.counts.get(self.next) {
            Some(next) if is_it(next) => self.next,
            _ => self.counts.iter().position(is_it).unwrap_or_else(|| {
                self.counts.push((field.to_owned(), 0));
                self.counts.len() - 1
            }),
        };
        self.counts[place].1 += 1;
        self.next = place + 1;
    }
}
