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
mod html;
mod json;
pub mod kept;
mod tally;

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ledger::Settled;
use crate::model::RemoteId;
use crate::plan::{Fate, Lost, Remark, Totals};

pub use json::JsonDocument;
pub use tally::{ProblemGroup, Tally};

/// One row and what became of it.
#[derive(Clone, Debug)]
pub struct ReportRow {
    /// The row's number in its sheet.
    pub row: u64,
    /// What became of it.
    pub fate: Fate,
    /// The vendor's id of the record.
    pub remote: Option<String>,
    /// What is to be said about it.
    pub remarks: Vec<Remark>,
    /// The vendor's words, or ours.
    pub message: Option<String>,
    /// What the vendor cannot hold of it.
    pub lost: Vec<Lost>,
    /// The cells of its rows as they were read, in the original columns, secrets left out: one row, or several that are
    /// one contact.
    pub cells: Vec<Vec<String>>,
}

impl From<Settled> for ReportRow {
    fn from(settled: Settled) -> Self {
        let Settled {
            step,
            fate,
            message,
            ..
        } = settled;
        Self {
            row: step.row,
            fate,
            remote: step.remote.map(RemoteId::into_string),
            remarks: step.remarks,
            message,
            lost: step.lost,
            cells: step.cells,
        }
    }
}

impl ReportRow {
    /// Everything said about the row, on one line.
    pub fn words(&self) -> String {
        let mut words: Vec<String> = self.remarks.iter().map(said).collect();
        words.extend(self.message.clone());
        words.retain(|words| !words.is_empty());
        words.join("; ")
    }

    /// The codes of the remarks, each once.
    pub fn codes(&self) -> Vec<&str> {
        let mut codes: Vec<&str> = Vec::new();
        for remark in &self.remarks {
            if !codes.contains(&remark.code.as_str()) {
                codes.push(&remark.code);
            }
        }
        codes
    }
}

fn said(remark: &Remark) -> String {
    let place = remark
        .column
        .as_ref()
        .map(|column| format!("{column}{}: ", remark.row));
    let found = if remark.found.is_empty() {
        String::new()
    } else {
        format!(" `{}`", remark.found)
    };
    let right = remark
        .suggestion
        .as_ref()
        .map(|right| format!(" (perhaps `{right}`)"));
    let (place, right) = (place.unwrap_or_default(), right.unwrap_or_default());
    format!("{place}{}{found}{right}", remark.message)
}

/// What a report is of.
#[derive(Clone, Debug, Serialize)]
pub struct Head {
    /// The run's id; `None` for a check.
    pub run: Option<String>,
    /// What was done: `import`.
    pub command: String,
    /// The target's name, or the vendor's id for a check.
    pub target: String,
    /// The vendor's id.
    pub vendor: String,
    /// What was decided about the source: the JSON of `sheet::About`.
    pub source: Value,
    /// The headers of the source's columns.
    #[serde(skip)]
    pub headers: Vec<String>,
}

/// When a run was, and how fast. The only part of a report that two equal runs do not share.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Timings {
    /// When it began (RFC 3339, UTC).
    pub began: String,
    /// When it ended.
    pub ended: String,
    /// How long it took.
    pub seconds: f64,
    /// Requests sent, sign-in and repeats included.
    pub requests: u64,
    /// Requests a second while uploading; `None` where nothing was sent.
    pub effective_rate: Option<f64>,
}

/// How it ended.
#[derive(Clone, Debug)]
pub struct Closing {
    /// How many rows met which fate.
    pub totals: Totals,
    /// When and how fast.
    pub timings: Timings,
    /// The exit code.
    pub exit_code: u8,
    /// Why the run stopped before its end, if it did.
    pub stopped: Option<String>,
}

/// One file of a report.
trait ReportFormat {
    /// Adds a row.
    fn entry(&mut self, entry: &ReportRow) -> io::Result<()>;
    /// Writes what stands after the rows.
    fn finish(self: Box<Self>, tally: &Tally, closing: &Closing) -> io::Result<()>;
}

/// Opens one file of a report.
type OpenFormat = fn(BufWriter<File>, &Head) -> io::Result<Box<dyn ReportFormat>>;

/// Every file of a report.
const FORMATS: [(&str, OpenFormat); 3] = [
    ("results.csv", csv::open),
    ("summary.json", json::open),
    ("report.html", html::open),
];

/// Our columns of `results.csv`, before those of the source.
const COLUMNS: [&str; 6] = [
    "rolo_row",
    "rolo_outcome",
    "rolo_id",
    "rolo_codes",
    "rolo_message",
    "rolo_lost",
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

/// Closes a file of a report: what is written is on the disk.
fn close(mut out: BufWriter<File>) -> io::Result<()> {
    out.flush()?;
    out.get_ref().sync_all()
}

#[cfg(test)]
mod tests;
