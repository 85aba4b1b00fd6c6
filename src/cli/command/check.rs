//! `rolo check`: the line up to the payloads, for one vendor or for all of them side by side. Nothing is sent.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::backend::VENDORS;
use crate::cli::args::{Check, Common, Output};
use crate::cli::exit::ExitKind;
use crate::cli::failure::Failure;
use crate::cli::view::matrix::{self, Verdicts};
use crate::cli::view::screen::{Screen, Tone};
use crate::cli::view::sheet;
use crate::config::Target;
use crate::config::Targets;
use crate::engine::OpenedSheet;
use crate::intake::{self, CheckedRow, Pipeline, VendorVerdict};
use crate::mapping::Original;
use crate::plan::{Fate, Lost, Remark, Totals};
use crate::report::Stopwatch;
use crate::report::{Closing, Head, JsonDocument, Report, ReportRow, Tally};

/// What came of the sheet for one vendor.
struct Column {
    target: Target,
    totals: Totals,
    /// Rows that are good because something in them was repaired.
    fixed: u64,
    tally: Tally,
    report: Option<Report>,
    document: Option<JsonDocument>,
}

impl Column {
    fn verdicts(&self) -> Verdicts<'_> {
        Verdicts {
            name: &self.target.name,
            totals: &self.totals,
            fixed: self.fixed,
            losses: self.tally.losses(),
        }
    }
}

/// Runs the command.
pub(crate) fn run(check: &Check, common: &Common) -> Result<u8, Failure> {
    let targets = Targets::read(common.config.as_deref())?;
    let names: Vec<String> = if check.targets.iter().any(|name| name == "all") {
        VENDORS
            .iter()
            .map(|entry| entry.profile.id.to_owned())
            .collect()
    } else {
        check.targets.clone()
    };
    let mut found = Vec::new();
    for name in &names {
        found.push(Target::find(name, &targets, &check.tuning.overrides())?);
    }
    let mut opened = sheet::open(&check.reading)?;
    let mut columns = begin(found, &opened, check, common)?;
    let stopwatch = Stopwatch::start();
    pass(&mut opened, &mut columns, check)?;
    let mut code = 0;
    for column in &columns {
        column.totals.reconcile_check()?;
        if column.totals.rejected > 0 {
            code = ExitKind::Rows as u8;
        }
    }
    finish(columns, &opened, common, code, &stopwatch)?;
    Ok(code)
}

fn head(target: &Target, opened: &OpenedSheet) -> Result<Head, Failure> {
    Ok(Head {
        run: None,
        command: "check".to_owned(),
        target: target.name.clone(),
        vendor: target.profile().id.to_owned(),
        source: serde_json::to_value(&opened.source.about).map_err(std::io::Error::other)?,
        headers: opened.mapping.original().headers().to_vec(),
    })
}

fn begin(
    targets: Vec<Target>,
    opened: &OpenedSheet,
    check: &Check,
    common: &Common,
) -> Result<Vec<Column>, Failure> {
    let several = targets.len() > 1;
    let place = |folder: &Path, target: &Target| {
        if several {
            folder.join(target.name.replace([':', '/', '\\'], "-"))
        } else {
            folder.to_owned()
        }
    };
    let mut columns = Vec::new();
    for target in targets {
        let report = match &check.report {
            Some(folder) => Some(Report::begin(
                &place(folder, &target),
                &head(&target, opened)?,
            )?),
            None => None,
        };
        let document = (common.output == Output::Json)
            .then(JsonDocument::new)
            .transpose()?;
        let tally = Tally::of(&head(&target, opened)?.source);
        let totals = Totals::default();
        columns.push(Column {
            target,
            totals,
            fixed: 0,
            tally,
            report,
            document,
        });
    }
    Ok(columns)
}

/// Sends every row through the line and counts what each vendor's rules say of it.
fn pass(opened: &mut OpenedSheet, columns: &mut [Column], check: &Check) -> Result<(), Failure> {
    let original = opened.mapping.original();
    // Targets that state regions must agree for one to count: the sheet is read once for all of them.
    let mut stated: Vec<_> = columns
        .iter()
        .filter_map(|column| column.target.region)
        .collect();
    stated.dedup();
    let own = if let [region] = stated[..] {
        Some(region)
    } else {
        None
    };
    let line = Pipeline {
        mapping: opened.mapping.clone(),
        normalize: check.reading.normalizing(own),
        vendors: columns
            .iter()
            .map(|column| Arc::clone(&column.target.vendor))
            .collect(),
        must_keep: check.tuning.fail_on_loss.clone(),
    };
    intake::run(&mut opened.source, &line, |chunk| {
        for checked in chunk {
            see(checked, columns, &original)?;
        }
        Ok::<(), Failure>(())
    })
}

fn see(checked: CheckedRow, columns: &mut [Column], original: &Original) -> Result<(), Failure> {
    let CheckedRow {
        row,
        remarks,
        verdicts,
        ..
    } = checked;
    let wanted = columns.iter().any(|column| column.report.is_some());
    let cells = if wanted {
        original.rows(&row, &remarks)
    } else {
        Vec::new()
    };
    for (column, verdict) in columns.iter_mut().zip(verdicts) {
        let fate = fate(&verdict);
        column.totals.read += 1;
        column.totals.count(fate, 1);
        if fate == Fate::Valid && verdict.is_fixed() {
            column.fixed += 1;
        }
        let entry = ReportRow {
            row: row.number,
            fate,
            remote: None,
            remarks: verdict.diagnostics.iter().map(Remark::from).collect(),
            message: None,
            lost: verdict.encoded.losses.iter().map(Lost::from).collect(),
            cells: cells.clone(),
        };
        column.tally.see(&entry);
        if let Some(document) = &mut column.document {
            document.add(&entry)?;
        }
        if let Some(report) = &mut column.report {
            report.add(&entry)?;
        }
    }
    Ok(())
}

fn fate(verdict: &VendorVerdict) -> Fate {
    if verdict.is_rejected() {
        Fate::Rejected
    } else if verdict.repeats {
        Fate::Skipped
    } else {
        Fate::Valid
    }
}

/// Closes every column: its report, its document, or its place in the table.
fn finish(
    columns: Vec<Column>,
    opened: &OpenedSheet,
    common: &Common,
    code: u8,
    stopwatch: &Stopwatch,
) -> Result<(), Failure> {
    let mut screen = Screen::unless_quiet(common);
    if common.output == Output::Text {
        show(&mut screen, &columns, opened)?;
    }
    let table: Vec<Value> = columns
        .iter()
        .map(|column| column.verdicts().document())
        .collect();
    let mut documents: Vec<Value> = Vec::new();
    let several = columns.len() > 1;
    for column in columns {
        let head = head(&column.target, opened)?;
        let exit_code = if column.totals.rejected > 0 {
            ExitKind::Rows as u8
        } else {
            0
        };
        let timings = stopwatch.timings(0);
        let closing = Closing {
            totals: column.totals,
            timings,
            exit_code,
            stopped: None,
        };
        if let Some(document) = column.document {
            let mut text = Vec::new();
            let out: &mut dyn std::io::Write = if several {
                &mut text
            } else {
                &mut crate::cli::view::screen::out()
            };
            document.print(out, &head, &closing)?;
            if several {
                documents.push(serde_json::from_slice(&text).map_err(std::io::Error::other)?);
            }
        }
        if let Some(report) = column.report {
            let place = report.finish(&closing)?;
            if common.output == Output::Text {
                screen.line(&format!("Report: {}", place.display()))?;
            }
        }
    }
    if !documents.is_empty() {
        let all = json!({"version": 1, "source": opened.source.about, "matrix": table, "targets": documents, "exit_code": code});
        writeln!(crate::cli::view::screen::out(), "{all}")?;
    }
    screen.flush()?;
    Ok(())
}

fn show(screen: &mut Screen, columns: &[Column], opened: &OpenedSheet) -> Result<(), Failure> {
    screen.line(&sheet::decided(opened))?;
    sheet::warn(opened, screen)?;
    screen.line("")?;
    if let [column] = columns {
        screen.problems(&column.tally, 30)?;
        screen.losses(&column.tally, column.target.profile().name)?;
        let fates = [Fate::Valid, Fate::Skipped, Fate::Rejected];
        screen.totals(&column.totals, &fates)?;
        return Ok(());
    }
    let rows: Vec<Verdicts<'_>> = columns.iter().map(Column::verdicts).collect();
    matrix::show(screen, &rows)?;
    for column in columns {
        if !column.tally.groups().is_empty() {
            let heading = screen.tone(Tone::Bold, &column.target.name);
            screen.line(&heading)?;
        }
        screen.problems(&column.tally, 10)?;
    }
    Ok(())
}
