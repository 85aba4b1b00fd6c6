//! What the rules of vendors say of a sheet, side by side: each has its totals, its problems and its report. Nothing is
//! planned, and nothing is sent.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::error::ReportError;
use super::folder::Report;
use super::head::{Closing, Head, Timings};
use super::json::JsonDocument;
use super::part::{PartLayout, ReportPart};
use super::row::{LostValue, ReportRow};
use super::stopwatch::Stopwatch;
use super::tally::{Tally, sheet_of};
use crate::engine::OpenedSheet;
use crate::intake::{self, CheckedRow, Pipeline, VendorVerdict};
use crate::mapping::Original;
use crate::plan::{Fate, Remark, Totals};
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

    /// What is wanted of its rows.
    fn layout(&self) -> PartLayout {
        let files = self.report.as_ref().map(|report| report.layout().clone());
        PartLayout {
            sheet: sheet_of(&self.head.source),
            problems: self.document.is_some(),
            ..files.unwrap_or_default()
        }
    }

    fn append(&mut self, part: CheckPart) -> io::Result<()> {
        self.totals.read += part.rows.rows as u64;
        for fate in Fate::ALL {
            self.totals.count(fate, part.totals.of(fate));
        }
        self.fixed += part.fixed;
        self.tally.merge(&part.rows.tally, &part.rows.lost);
        if let Some(document) = &mut self.document {
            document.append(&part.rows)?;
        }
        let report = self.report.as_mut();
        report.map_or(Ok(()), |report| report.append(part.rows))
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

/// What comes of some rows of a sheet for one vendor.
struct CheckPart {
    totals: Totals,
    fixed: u64,
    rows: ReportPart,
}

impl CheckPart {
    fn new(layout: &PartLayout) -> Self {
        Self {
            totals: Totals::default(),
            fixed: 0,
            rows: ReportPart::new(layout),
        }
    }

    fn add<'r>(
        &mut self,
        checked: &'r CheckedRow,
        verdict: &VendorVerdict,
        cells: Vec<Vec<Cow<'r, str>>>,
    ) {
        let fate = fate(verdict);
        self.totals.count(fate, 1);
        if fate == Fate::Valid && verdict.is_fixed() {
            self.fixed += 1;
        }
        let losses = verdict.accounted.losses(&checked.contact).into_iter();
        self.rows.add(&ReportRow {
            row: checked.row.number,
            fate,
            remote: None,
            remarks: verdict.diagnostics.iter().map(Remark::from).collect(),
            message: None,
            lost: losses.map(LostValue::from).collect(),
            cells,
        });
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
    let layouts: Vec<PartLayout> = checks.iter().map(VendorCheck::layout).collect();
    let make = |rows: Vec<CheckedRow>| parts(&rows, &layouts, &original);
    intake::run(&mut opened.source, line, make, |parts| {
        let mut checks = checks.iter_mut().zip(parts);
        Ok(checks.try_for_each(|(check, part)| check.append(part))?)
    })
}

/// What comes of some rows for each vendor.
fn parts(rows: &[CheckedRow], layouts: &[PartLayout], original: &Original) -> Vec<CheckPart> {
    let mut parts: Vec<CheckPart> = layouts.iter().map(CheckPart::new).collect();
    for checked in rows {
        for (part, verdict) in parts.iter_mut().zip(&checked.verdicts) {
            let is_shown = part.rows.files.is_some();
            let cells = || original.rows(&checked.row, &checked.remarks);
            let cells = if is_shown { cells() } else { Vec::new() };
            part.add(checked, verdict, cells);
        }
    }
    parts
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
