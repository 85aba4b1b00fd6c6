//! What the rules of vendors say of a sheet, side by side: each has its totals, its problems and its report. Nothing is
//! planned, and nothing is sent.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::error::ReportError;
use super::folder::Report;
use super::head::{Closing, Head, Timings};
use super::json::JsonDocument;
use super::row::ReportRow;
use super::stopwatch::Stopwatch;
use super::tally::Tally;
use crate::engine::OpenedSheet;
use crate::intake::{self, CheckedRow, Pipeline, VendorVerdict};
use crate::mapping::Original;
use crate::plan::{Fate, Lost, Remark, Totals};
use crate::sheet::About;

/// What came of a sheet for one vendor, in numbers.
#[derive(Clone, Copy, Debug)]
pub struct CheckCounts<'a> {
    /// The target's name.
    pub name: &'a str,
    /// Its rows by fate.
    pub totals: &'a Totals,
    /// The good rows in which something was repaired.
    pub fixed: u64,
    /// Values that find no place, by family of fields.
    pub losses: &'a BTreeMap<String, u64>,
}

impl CheckCounts<'_> {
    /// The rows that are good as they are.
    fn good(&self) -> u64 {
        self.totals.of(Fate::Valid).saturating_sub(self.fixed)
    }

    /// The rows, by what is said of them, and how many there are.
    pub fn counts(&self) -> [(&'static str, u64); 5] {
        [
            ("ok", self.good()),
            ("fixed", self.fixed),
            ("rejected", self.totals.of(Fate::Rejected)),
            ("skipped", self.totals.of(Fate::Skipped)),
            ("read", self.totals.read),
        ]
    }

    /// The same as JSON.
    pub fn document(&self) -> Value {
        let mut document = json!({"target": self.name, "loses": self.losses});
        for (name, rows) in self.counts() {
            document[name] = rows.into();
        }
        document
    }
}

/// What comes of a sheet for one vendor.
pub struct VendorCheck {
    head: Head,
    /// Its rows by fate.
    pub totals: Totals,
    /// Rows that are good because something in them was repaired.
    fixed: u64,
    /// Its problems and losses.
    pub tally: Tally,
    report: Option<Report>,
    document: Option<JsonDocument>,
}

impl VendorCheck {
    /// Begins one; its report will stand in `place`.
    pub fn begin(
        head: Head,
        place: Option<&Path>,
        document: Option<JsonDocument>,
    ) -> io::Result<Self> {
        let begin = |place: &Path| Report::begin(place, &head);
        Ok(Self {
            report: place.map(begin).transpose()?,
            document,
            tally: Tally::of(&head.source),
            totals: Totals::default(),
            fixed: 0,
            head,
        })
    }

    /// The target's name.
    pub fn target(&self) -> &str {
        &self.head.target
    }

    /// What came of it, in numbers.
    pub fn counts(&self) -> CheckCounts<'_> {
        CheckCounts {
            name: &self.head.target,
            totals: &self.totals,
            fixed: self.fixed,
            losses: self.tally.losses(),
        }
    }

    fn see(&mut self, row: u64, verdict: &VendorVerdict, cells: &[Vec<String>]) -> io::Result<()> {
        let fate = fate(verdict);
        self.totals.read += 1;
        self.totals.count(fate, 1);
        if fate == Fate::Valid && verdict.is_fixed() {
            self.fixed += 1;
        }
        let entry = ReportRow {
            row,
            fate,
            remote: None,
            remarks: verdict.diagnostics.iter().map(Remark::from).collect(),
            message: None,
            lost: verdict.encoded.losses.iter().map(Lost::from).collect(),
            cells: cells.to_vec(),
        };
        self.tally.see(&entry);
        if let Some(document) = &mut self.document {
            document.add(&entry)?;
        }
        self.report
            .as_mut()
            .map_or(Ok(()), |report| report.add(&entry))
    }

    /// Prints its document, if it has one, and writes its report; where that is.
    fn finish(
        self,
        (timings, exit_code): (Timings, u8),
        out: &mut dyn Write,
    ) -> io::Result<Option<PathBuf>> {
        let closing = Closing {
            totals: self.totals,
            timings,
            exit_code,
            stopped: None,
        };
        if let Some(document) = self.document {
            document.print(out, &self.head, &closing)?;
        }
        let report = self.report.map(|report| report.finish(&closing));
        report.transpose()
    }
}

/// What becomes of a row by what a vendor's rules say.
fn fate(verdict: &VendorVerdict) -> Fate {
    if verdict.is_rejected() {
        Fate::Rejected
    } else if verdict.repeats {
        Fate::Skipped
    } else {
        Fate::Valid
    }
}

/// Sends every row through the line, whose vendors are those of the checks in their order, and counts what the rules of each
/// say of it.
pub fn check_sheet(
    opened: &mut OpenedSheet,
    line: &Pipeline,
    checks: &mut [VendorCheck],
) -> Result<(), ReportError> {
    let original = opened.mapping.original();
    intake::run(&mut opened.source, line, |chunk| {
        for checked in chunk {
            see(checked, checks, &original)?;
        }
        Ok(())
    })
}

fn see(checked: CheckedRow, checks: &mut [VendorCheck], original: &Original) -> io::Result<()> {
    let CheckedRow {
        row,
        remarks,
        verdicts,
        ..
    } = checked;
    let wanted = checks.iter().any(|check| check.report.is_some());
    let cells = if wanted {
        original.rows(&row, &remarks)
    } else {
        Vec::new()
    };
    for (check, verdict) in checks.iter_mut().zip(verdicts) {
        check.see(row.number, &verdict, &cells)?;
    }
    Ok(())
}

/// How checks ended.
#[derive(Clone, Debug)]
pub struct ChecksEnd {
    /// Where their reports are.
    pub reports: Vec<PathBuf>,
    /// The highest of their exit codes.
    pub exit_code: u8,
}

/// Writes the reports of checks, and prints their document: one's own, or one in which those of several stand side by side.
/// The exit code of each is graded from its totals.
pub fn finish_checks(
    checks: Vec<VendorCheck>,
    about: &About,
    (stopwatch, grade): (&Stopwatch, impl Fn(&Totals) -> u8),
    out: &mut dyn Write,
) -> io::Result<ChecksEnd> {
    let counts = checks.iter().map(|check| check.counts().document());
    let (table, is_one) = (counts.collect::<Vec<Value>>(), checks.len() == 1);
    let (mut documents, mut reports, mut exit_code) = (Vec::<Value>::new(), Vec::new(), 0);
    for check in checks {
        let end = (stopwatch.timings(0), grade(&check.totals));
        exit_code = end.1.max(exit_code);
        let mut text = Vec::new();
        reports.extend(if is_one {
            check.finish(end, out)?
        } else {
            check.finish(end, &mut text)?
        });
        if !text.is_empty() {
            documents.push(serde_json::from_slice(&text)?);
        }
    }
    if !documents.is_empty() {
        let all = json!({"version": 1, "source": about, "matrix": table, "targets": documents, "exit_code": exit_code});
        writeln!(out, "{all}")?;
    }
    Ok(ChecksEnd { reports, exit_code })
}
