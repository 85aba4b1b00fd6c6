//! What became of a step, and the sums over a run: every row read is in one of them, or the run is an error.

use serde::{Deserialize, Serialize};

use crate::model::{Fingerprint, RemoteId};

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It passed every rule; nothing was to be sent (`check`).
    Valid,
    /// A record was made.
    Created,
    /// A record was changed.
    Updated,
    /// The record said it already.
    Unchanged,
    /// A record was removed.
    Deleted,
    /// The row was left out.
    Skipped,
    /// A rule of ours stopped it.
    Rejected,
    /// The vendor said no.
    Refused,
    /// It left, and no answer came.
    InDoubt,
    /// It was not sent.
    Unsent,
}

impl Fate {
    /// Every fate.
    pub const ALL: [Self; 10] = [
        Self::Valid,
        Self::Created,
        Self::Updated,
        Self::Unchanged,
        Self::Deleted,
        Self::Skipped,
        Self::Rejected,
        Self::Refused,
        Self::InDoubt,
        Self::Unsent,
    ];

    /// The fate's name in reports, JSON and the ledger.
    pub fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Deleted => "deleted",
            Self::Skipped => "skipped",
            Self::Rejected => "rejected",
            Self::Refused => "refused",
            Self::InDoubt => "in_doubt",
            Self::Unsent => "unsent",
        }
    }

    /// The fate as a person reads it.
    pub fn words(self) -> &'static str {
        match self {
            Self::InDoubt => "in doubt",
            other => other.name(),
        }
    }

    /// The fate of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fate| fate.name() == name)
    }
}

/// What became of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The step's number.
    pub number: u64,
    /// What became of it.
    pub fate: Fate,
    /// The vendor's id of the record.
    pub remote: Option<RemoteId>,
    /// The vendor's words, or ours where the vendor said nothing.
    pub message: Option<String>,
    /// How many requests were sent for it.
    pub attempts: u32,
    /// Whether the vendor said yes, though not to what: such a create is never sent again unasked.
    pub accepted: bool,
    /// What the record holds, where that is known not to be what was sent.
    pub holds: Option<Fingerprint>,
    /// When the request of a record that was made left, or when a lost answer was given up; `None` where nobody noted it.
    pub moment: Option<Moment>,
}

/// A place in the order of what happens on a book, over all its runs: it tells whether a request left after another one
/// had been given up, which no clock that is set back could.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub u64);

impl Moment {
    /// Goes on to the next one, and returns it.
    #[must_use]
    pub fn advance(&mut self) -> Self {
        self.0 += 1;
        *self
    }
}

impl Outcome {
    /// An outcome of which nothing more is known.
    pub fn new(number: u64, fate: Fate) -> Self {
        Self {
            number,
            fate,
            remote: None,
            message: None,
            attempts: 0,
            accepted: false,
            holds: None,
            moment: None,
        }
    }
}

/// How many rows met which fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Rows read.
    pub read: u64,
    /// Records made.
    pub created: u64,
    /// Records changed.
    pub updated: u64,
    /// Records that said it already.
    pub unchanged: u64,
    /// Records removed.
    pub deleted: u64,
    /// Rows left out.
    pub skipped: u64,
    /// Rows that a rule of ours stopped.
    pub rejected: u64,
    /// Rows that the vendor refused.
    pub refused: u64,
    /// Rows whose answer was lost.
    pub in_doubt: u64,
    /// Rows that were not sent.
    pub unsent: u64,
    /// Records that no row of the sheet stands for, and that a mirror is to delete: each has a fate, and none was read.
    #[serde(default)]
    pub removals: u64,
    /// Rows that passed every rule, where nothing was to be sent; in an import, rows that were not rejected.
    pub valid: u64,
}

/// Totals that do not reconcile: rows were lost from sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{read} rows were read, {removals} records were to be deleted, and {accounted} are accounted for"
)]
pub struct BrokenTotals {
    /// Rows read.
    pub read: u64,
    /// Records that no row stands for.
    pub removals: u64,
    /// Rows and records with a fate.
    pub accounted: u64,
}

impl Totals {
    /// Counts rows of one fate.
    pub fn count(&mut self, fate: Fate, rows: u64) {
        let slot = match fate {
            Fate::Valid => &mut self.valid,
            Fate::Created => &mut self.created,
            Fate::Updated => &mut self.updated,
            Fate::Unchanged => &mut self.unchanged,
            Fate::Deleted => &mut self.deleted,
            Fate::Skipped => &mut self.skipped,
            Fate::Rejected => &mut self.rejected,
            Fate::Refused => &mut self.refused,
            Fate::InDoubt => &mut self.in_doubt,
            Fate::Unsent => &mut self.unsent,
        };
        *slot += rows;
    }

    /// How many rows met a fate.
    pub fn of(&self, fate: Fate) -> u64 {
        match fate {
            Fate::Valid => self.valid,
            Fate::Created => self.created,
            Fate::Updated => self.updated,
            Fate::Unchanged => self.unchanged,
            Fate::Deleted => self.deleted,
            Fate::Skipped => self.skipped,
            Fate::Rejected => self.rejected,
            Fate::Refused => self.refused,
            Fate::InDoubt => self.in_doubt,
            Fate::Unsent => self.unsent,
        }
    }

    /// Rows read, and records that no row stands for.
    pub fn all(&self) -> u64 {
        self.read + self.removals
    }

    /// Rows with a fate at the vendor or before it.
    fn accounted(&self) -> u64 {
        Fate::ALL
            .into_iter()
            .filter(|fate| *fate != Fate::Valid)
            .map(|fate| self.of(fate))
            .sum()
    }

    /// Checks that every row read is accounted for by a run.
    pub fn reconcile(&self) -> Result<(), BrokenTotals> {
        let accounted = self.accounted();
        (self.all() == accounted).then_some(()).ok_or(BrokenTotals {
            read: self.read,
            removals: self.removals,
            accounted,
        })
    }

    /// Checks that every row read is accounted for where nothing was to be sent.
    pub fn reconcile_check(&self) -> Result<(), BrokenTotals> {
        let accounted = self.accounted() + self.valid;
        (self.all() == accounted).then_some(()).ok_or(BrokenTotals {
            read: self.read,
            removals: self.removals,
            accounted,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_without_a_fate_is_noticed() {
        let mut totals = Totals {
            read: 3,
            ..Totals::default()
        };
        totals.count(Fate::Created, 2);
        assert_eq!(
            totals.reconcile(),
            Err(BrokenTotals {
                read: 3,
                removals: 0,
                accounted: 2
            })
        );
        totals.count(Fate::InDoubt, 1);
        assert_eq!(totals.reconcile(), Ok(()));
        totals.removals = 2;
        assert!(totals.reconcile().is_err());
        totals.count(Fate::Deleted, 2);
        assert_eq!(totals.reconcile(), Ok(()));
    }

    #[test]
    fn every_fate_is_counted_by_itself() {
        let mut totals = Totals::default();
        for (n, fate) in (1..).zip(Fate::ALL) {
            totals.count(fate, n);
            assert_eq!((totals.of(fate), Fate::named(fate.name())), (n, Some(fate)));
        }
    }
}
