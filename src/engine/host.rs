//! The program around the engine: it hears what happens, says whether it is to end, and grades how a run ended.

use std::collections::BTreeMap;

use super::error::Error;
use super::estimate::Estimate;
use super::summary::RunSummary;
use crate::model::RemoteId;
use crate::plan::Totals;

/// What happens while a run is planned and delivered. A phase begins, rows pass, and it ends; in between, what a person
/// should know at once.
#[derive(Debug)]
pub enum Event<'a> {
    /// A phase begins, over so many rows where that is known.
    Began(Phase, Option<u64>),
    /// So many rows, or records, more were dealt with.
    Rows(u64),
    /// The phase ended.
    Ended,
    /// Another run holds the book of this target, and is waited for.
    Waiting(&'a str),
    /// What the target holds may not be known in full.
    Incomplete(&'a str),
    /// What the target holds cannot be listed, and what others made there is not found.
    NotListed(&'a str),
    /// A record is not deleted, since nobody knows what it hangs under.
    Homeless(&'a RemoteId),
    /// Values that the vendor cannot hold, by family of fields.
    Losses {
        /// The vendor's name.
        vendor: &'static str,
        /// How many values of which family.
        lost: &'a BTreeMap<String, u64>,
    },
    /// What sending the plan takes.
    Planned(Estimate),
    /// So many records that a saved plan stands on are not shown by the vendor.
    Unseen {
        /// The vendor's name.
        vendor: &'static str,
        /// How many.
        records: u64,
    },
    /// So many rows were sent first and read back, and are held as they were sent.
    Proven(u64),
}

/// What is done over many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Rows are read, paired and decided.
    Planning,
    /// Steps are sent.
    Sending,
    /// Records are read out of a target.
    Reading,
}

/// How a run ended.
#[derive(Debug)]
pub enum End<'a> {
    /// It came to an end.
    Finished(&'a RunSummary, &'a Totals),
    /// Something stopped it before it was planned, or broke it off.
    Failed(&'a Error),
}

/// The program around the engine.
pub trait Host {
    /// Hears what happens.
    fn hear(&self, event: Event<'_>);

    /// Whether a person wants it to end; asked while a book is waited for.
    fn is_interrupted(&self) -> bool {
        false
    }

    /// The number that the ledger keeps of how a run ended, 0 for one with nothing left to do; the command line keeps
    /// what it exits with.
    fn grade(&self, end: End<'_>) -> u8;
}

/// A host that hears nothing, and grades a run whose rows all met a good end with 0, and any other with 1.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Host for Silent {
    fn hear(&self, _: Event<'_>) {}

    fn grade(&self, end: End<'_>) -> u8 {
        match end {
            End::Finished(summary, totals) => {
                let wrong = totals.rejected + totals.refused + totals.in_doubt + totals.unsent;
                u8::from(!summary.is_finished() || wrong > 0)
            }
            End::Failed(_) => 1,
        }
    }
}
