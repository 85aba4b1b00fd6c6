//! `rolo check`: the line up to the payloads, for one vendor or for all of them side by side. Nothing is sent.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::backend::VENDORS;
use crate::cli::args::{Check, Common, Output};
use crate::cli::exit::ExitKind;
use crate::cli::failure::Failure;
use crate::cli::view::matrix;
use crate::cli::view::screen::{self, Screen, Tone};
use crate::cli::view::sheet;
use crate::config::Target;
use crate::config::Targets;
use crate::engine::OpenedSheet;
use crate::intake::Pipeline;
use crate::plan::{Fate, Totals};
use crate::report::{Head, Stopwatch, VendorCheck, check_sheet};

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
    let mut checks = begin(&found, &opened, check, common)?;
    let stopwatch = Stopwatch::start();
    let line = line(&found, &opened, check);
    check_sheet(&mut opened, &line, &mut checks)?;
    for check in &checks {
        check.totals.reconcile_check()?;
    }
    let codes = checks.iter().map(|check| code_of(&check.totals));
    let code = codes.max().unwrap_or(0);
    if common.output == Output::Text {
        let mut screen = Screen::unless_quiet(common);
        show(&mut screen, &checks, &found, &opened)?;
        screen.flush()?;
    }
    finish(checks, &opened, common, code, &stopwatch)?;
    Ok(code)
}

fn begin(
    targets: &[Target],
    opened: &OpenedSheet,
    check: &Check,
    common: &Common,
) -> Result<Vec<VendorCheck>, Failure> {
    let place = |folder: &Path, target: &Target| match targets {
        [_] => folder.to_owned(),
        _ => folder.join(target.name.replace([':', '/', '\\'], "-")),
    };
    let mut checks = Vec::new();
    for target in targets {
        let whose = (target.name.as_str(), target.profile().id);
        let head = Head {
            headers: opened.mapping.original().headers().to_vec(),
            ..Head::of_sheet("check", &opened.source.about, whose)?
        };
        let folder = check.report.as_deref().map(|folder| place(folder, target));
        let has_document = common.output == Output::Json;
        checks.push(VendorCheck::begin(head, folder.as_deref(), has_document)?);
    }
    Ok(checks)
}

/// The line to the payloads of every target.
fn line(targets: &[Target], opened: &OpenedSheet, check: &Check) -> Pipeline {
    // Targets that state regions must agree for one to count: the sheet is read once for all of them.
    let mut stated: Vec<_> = targets.iter().filter_map(|target| target.region).collect();
    stated.dedup();
    let own = match stated[..] {
        [region] => Some(region),
        _ => None,
    };
    let vendors = targets.iter().map(|target| Arc::clone(&target.vendor));
    Pipeline {
        mapping: opened.mapping.clone(),
        normalize: check.reading.normalizing(own),
        vendors: vendors.collect(),
        must_keep: check.tuning.fail_on_loss.clone(),
    }
}

/// The exit code of a sheet of which so many rows were rejected.
fn code_of(totals: &Totals) -> u8 {
    if totals.rejected > 0 {
        ExitKind::Rows as u8
    } else {
        0
    }
}

/// Closes every check: its report, its document, or its place in the table.
fn finish(
    checks: Vec<VendorCheck>,
    opened: &OpenedSheet,
    common: &Common,
    code: u8,
    stopwatch: &Stopwatch,
) -> Result<(), Failure> {
    let table: Vec<Value> = checks
        .iter()
        .map(|check| check.counts().document())
        .collect();
    let (is_one, is_text) = (checks.len() == 1, common.output == Output::Text);
    let mut screen = Screen::unless_quiet(common);
    let mut documents: Vec<Value> = Vec::new();
    for check in checks {
        let end = (stopwatch.timings(0), code_of(&check.totals));
        let mut text = Vec::new();
        let place = if is_one {
            check.finish(end, &mut screen::out())?
        } else {
            check.finish(end, &mut text)?
        };
        if !text.is_empty() {
            documents.push(serde_json::from_slice(&text).map_err(std::io::Error::other)?);
        }
        if let Some(place) = place.filter(|_| is_text) {
            screen.line(&format!("Report: {}", place.display()))?;
        }
    }
    if !documents.is_empty() {
        let all = json!({"version": 1, "source": opened.source.about, "matrix": table, "targets": documents, "exit_code": code});
        writeln!(screen::out(), "{all}")?;
    }
    screen.flush()?;
    Ok(())
}

fn show(
    screen: &mut Screen,
    checks: &[VendorCheck],
    targets: &[Target],
    opened: &OpenedSheet,
) -> Result<(), Failure> {
    screen.line(&sheet::decided(opened))?;
    sheet::warn(opened, screen)?;
    screen.line("")?;
    if let ([check], [target]) = (checks, targets) {
        screen.problems(&check.tally, 30)?;
        screen.losses(&check.tally, target.profile().name)?;
        let fates = [Fate::Valid, Fate::Skipped, Fate::Rejected];
        screen.totals(&check.totals, &fates)?;
        return Ok(());
    }
    let counts: Vec<_> = checks.iter().map(VendorCheck::counts).collect();
    matrix::show(screen, &counts)?;
    for check in checks {
        if !check.tally.groups().is_empty() {
            let heading = screen.tone(Tone::Bold, check.target());
            screen.line(&heading)?;
        }
        screen.problems(&check.tally, 10)?;
    }
    Ok(())
}
