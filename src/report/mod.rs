//! What came of it: every row, in the order of the source, with its fate and the reasons. A report appears
//! whole or not at all; the same run gives the same bytes, times aside, and those stand in one place of
//! `summary.json`. A further format is one file here and one line in `FORMATS` of `folder.rs`.
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
//!     remarks: vec![].into(),
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

mod check;
mod codes;
mod columns;
mod convert;
mod difference;
mod erase;
mod error;
mod folder;
mod format;
mod head;
mod html;
mod json;
pub mod kept;
mod lost_counts;
mod of_run;
mod page;
mod part;
mod past;
mod problems;
mod prune;
mod result_lines;
mod results_csv;
mod row;
mod stopwatch;
mod synced_ahead;
mod tally;
mod words;

pub use check::{CheckCounts, ChecksEnd, VendorCheck, check_sheet, finish_checks};
pub use codes::codes;
pub use convert::{Conversion, ConversionOut, convert_sheet};
pub use difference::Difference;
pub use erase::{Erasure, forget};
pub use error::ReportError;
pub use folder::Report;
pub use head::{Closing, Head, Timings};
pub use json::JsonDocument;
pub use of_run::ReportOfRun;
pub use past::{document_of_run, document_of_runs, end_of_run, story_of};
pub use prune::{PruneRequest, Pruned, prune};
pub use row::{LostValue, ReportRow};
pub use stopwatch::Stopwatch;
pub use tally::{ProblemGroup, Tally};
pub use words::{counts_in_words, fates, stopped, stopped_without_values};

#[cfg(test)]
mod tests;
