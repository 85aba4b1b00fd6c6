//! The report of a run, read from the ledger: every step of it, whoever wants it written.

use std::path::Path;

use super::difference::Difference;
use super::error::ReportError;
use super::folder::Report;
use super::head::Head;
use super::json::JsonDocument;
use super::row::ReportRow;
use super::tally::Tally;
use crate::ledger::{NewRun, Store};
use crate::model::RunId;

/// A report of a run whose rows are written, and whose end is not.
pub struct ReportOfRun {
    /// What it is of.
    pub head: Head,
    /// Its files.
    pub report: Report,
    /// The document that a program reads, if one is wanted.
    pub document: Option<JsonDocument>,
    /// Its problems and losses.
    pub tally: Tally,
}

impl ReportOfRun {
    /// Reads every step of a run; the files will stand in `place`. A document of a plan is told what would change, too.
    pub fn read(
        ledger: &dyn Store,
        run: &RunId,
        about: &NewRun,
        place: &Path,
        document: Option<JsonDocument>,
    ) -> Result<Self, ReportError> {
        let head = Head::of_run(run, about);
        let mut new = Self {
            report: Report::begin(place, &head)?,
            tally: Tally::of(&head.source),
            head,
            document,
        };
        let mut broken = None;
        ledger.each_step(run, &mut |settled| {
            let change = if new.document.as_ref().is_some_and(JsonDocument::is_of_plan) {
                Difference::of(&settled, ledger, &about.book)?
            } else {
                None
            };
            if let Err(error) = new.add(&ReportRow::from(&settled), change.as_ref()) {
                broken.get_or_insert(error);
            }
            Ok(())
        })?;
        match broken {
            Some(error) => Err(error.into()),
            None => Ok(new),
        }
    }

    fn add(&mut self, row: &ReportRow<'_>, change: Option<&Difference>) -> std::io::Result<()> {
        self.tally.see(row);
        if let Some(document) = &mut self.document {
            if let Some(change) = change {
                document.change(&change.json())?;
            }
            document.add(row)?;
        }
        self.report.add(row)
    }
}
