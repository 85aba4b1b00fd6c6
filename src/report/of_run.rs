//! The report of a run, read from the ledger: every step of it, whoever wants it written. While steps are read, those
//! before them become lines on other threads.

use std::io;
use std::path::Path;

use super::difference::Difference;
use super::error::ReportError;
use super::folder::Report;
use super::head::Head;
use super::json::JsonDocument;
use super::part::{PartLayout, ReportPart};
use super::row::ReportRow;
use super::tally::Tally;
use crate::ledger::{LedgerError, NewRun, Settled, Store};
use crate::model::RunId;
use crate::wire::DamagedList;

/// Steps that are read at once, and those of them that one thread makes a part of.
const PAGE: usize = 1024;
const PIECE: usize = 256;

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
        let layout = PartLayout {
            problems: new.document.is_some(),
            ..new.report.layout().clone()
        };
        let mut page = ledger.page(run, None, PAGE)?;
        while let Some(last) = page.last() {
            new.changes(&page, ledger, about)?;
            let read = || ledger.page(run, Some(last.step.number), PAGE);
            let (parts, next) = parts(&page, &layout, read);
            for part in parts {
                new.append(part.map_err(LedgerError::from)?)?;
            }
            page = next?;
        }
        Ok(new)
    }

    /// Tells the document of a plan what some steps would change.
    fn changes(
        &mut self,
        page: &[Settled],
        ledger: &dyn Store,
        about: &NewRun,
    ) -> Result<(), ReportError> {
        let document = self.document.as_mut();
        let Some(document) = document.filter(|document| document.is_of_plan()) else {
            return Ok(());
        };
        for settled in page {
            if let Some(change) = Difference::of(settled, ledger, &about.book)? {
                document.change(&change.json())?;
            }
        }
        Ok(())
    }

    fn append(&mut self, part: ReportPart) -> io::Result<()> {
        self.tally.merge(&part.tally, &part.lost);
        if let Some(document) = &mut self.document {
            document.append(&part)?;
        }
        self.report.append(part)
    }
}

/// Makes parts of some steps on other threads, while this one reads the next.
fn parts<N>(
    page: &[Settled],
    layout: &PartLayout,
    read: impl FnOnce() -> N,
) -> (Vec<Result<ReportPart, DamagedList>>, N) {
    let pieces = page.chunks(PIECE);
    let mut parts: Vec<_> = pieces.clone().map(|_| None).collect();
    let next = rayon::in_place_scope(|pool| {
        for (place, piece) in parts.iter_mut().zip(pieces) {
            pool.spawn(move |_| *place = Some(part(piece, layout)));
        }
        read()
    });
    (parts.into_iter().flatten().collect(), next)
}

fn part(steps: &[Settled], layout: &PartLayout) -> Result<ReportPart, DamagedList> {
    let mut part = ReportPart::new(layout);
    for settled in steps {
        part.add(&ReportRow::of(settled)?);
    }
    Ok(part)
}
