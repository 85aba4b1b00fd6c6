//! What came of it: every row, in the order of the source, with its fate and the reasons. A report appears
//! whole or not at all; the same run gives the same bytes, times aside, and those stand in one place of
//! `summary.json`. A further format is one file here and one line in `FORMATS`.
//!
//! ```
//! use rolo::plan::{Fate, Totals};
//! use rolo::report::{Closing, Head, Report, ReportRow, Timings};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let head = Head {
//!     run: None,
//!     command: "check".into(),
//!     target: "hq".into(),
//!     vendor: "covage".into(),
//!     source: serde_json::json!({"file": "people.csv"}),
//!     headers: vec!["Name".into()],
//! };
//! let row = ReportRow {
//!     row: 2,
//!     fate: Fate::Created,
//!     remote: Some("7".into()),
//!     remarks: vec![],
//!     message: None,
//!     lost: vec![],
//!     cells: vec![vec!["Anne Example".into()]],
//! };
//! let folder = tempfile::tempdir()?;
//! let mut report = Report::begin(&folder.path().join("report"), &head)?;
//! report.add(&row)?;
//! let (totals, timings) = (Totals::default(), Timings::default());
//! let place = report.finish(&Closing { totals, timings, exit_code: 0, stopped: None })?;
//! let results = std::fs::read_to_string(place.join("results.csv"))?;
//! assert!(results.contains("2,created,7,,,,Anne Example"), "{results}");
//! # Ok(())
//! # }
//! ```

mod csv;
mod format;
mod head;
mod html;
mod json;
pub mod kept;
mod row;
mod stopwatch;
mod tally;
mod words;

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use format::{OpenFormat, ReportFormat};

pub use head::{Closing, Head, Timings};
pub use json::JsonDocument;
pub use row::ReportRow;
pub use stopwatch::Stopwatch;
pub use tally::{ProblemGroup, Tally};
pub use words::{fates, stopped, stopped_without_values};

/// Every file of a report.
const FORMATS: [(&str, OpenFormat); 3] = [
    ("results.csv", csv::open),
    ("summary.json", json::open),
    ("report.html", html::open),
];

/// A report that is being written beside its place.
pub struct Report {
    place: PathBuf,
    draft: tempfile::TempDir,
    formats: Vec<Box<dyn ReportFormat>>,
    tally: Tally,
    /// Whether the rows are seen for the tally, or it is one that was kept.
    gathers: bool,
}

impl Report {
    /// Begins a report that will stand in `place`, a folder; its files replace those of an earlier report there.
    pub fn begin(place: &Path, head: &Head) -> io::Result<Self> {
        let place = std::path::absolute(place)?;
        let parent = place.parent().unwrap_or(&place);
        std::fs::create_dir_all(parent)?;
        let draft = tempfile::Builder::new()
            .prefix(".rolo-report-")
            .tempdir_in(parent)?;
        let formats = FORMATS
            .iter()
            .map(|(name, open)| {
                open(
                    BufWriter::new(File::create_new(draft.path().join(name))?),
                    head,
                )
            })
            .collect::<io::Result<_>>()?;
        Ok(Self {
            place,
            draft,
            formats,
            tally: Tally::of(&head.source),
            gathers: true,
        })
    }

    /// Begins a report in the place of one of the same run, with the tally that was kept of it.
    fn again(place: &Path, head: &Head, tally: Tally) -> io::Result<Self> {
        Ok(Self {
            tally,
            gathers: false,
            ..Self::begin(place, head)?
        })
    }

    /// Tries whether a report could be written to `place`, before there is one to write.
    pub fn probe(place: &Path) -> io::Result<()> {
        let place = std::path::absolute(place)?;
        let parent = place.parent().unwrap_or(&place);
        std::fs::create_dir_all(parent)?;
        if place.exists() && !place.is_dir() {
            return Err(io::Error::new(io::ErrorKind::NotADirectory, "it is a file"));
        }
        let folder = if place.is_dir() { &place } else { parent };
        tempfile::Builder::new()
            .prefix(".rolo-report-")
            .tempdir_in(folder)
            .map(drop)
    }

    /// Adds the next row.
    pub fn add(&mut self, entry: &ReportRow) -> io::Result<()> {
        if self.gathers {
            self.tally.see(entry);
        }
        self.formats
            .iter_mut()
            .try_for_each(|format| format.entry(entry))
    }

    /// Writes the end and puts the report in its place; returns the folder.
    pub fn finish(self, closing: &Closing) -> io::Result<PathBuf> {
        for format in self.formats {
            format.finish(&self.tally, closing)?;
        }
        if !self.place.exists() {
            let draft = self.draft.keep();
            std::fs::rename(&draft, &self.place)?;
            return Ok(self.place);
        }
        for (name, _) in &FORMATS {
            std::fs::rename(self.draft.path().join(name), self.place.join(name))?;
        }
        Ok(self.place)
    }
}

#[cfg(test)]
mod tests;
