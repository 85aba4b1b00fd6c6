//! `rolo check`: the line up to the payloads, for one vendor or for all of them side by side. Nothing is sent.

use std::path::Path;
use std::sync::Arc;

use crate::backend::VENDORS;
use crate::cli::args::{Check, Common, Output};
use crate::cli::failure::Failure;
use crate::cli::view::check::show;
use crate::cli::view::ending::code_of_rows;
use crate::cli::view::screen::{Screen, out};
use crate::cli::view::sheet;
use crate::config::{Target, Targets};
use crate::engine::OpenedSheet;
use crate::intake::Pipeline;
use crate::report::{Head, Stopwatch, VendorCheck, check_sheet, finish_checks};

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
    let is_text = common.output == Output::Text;
    let mut screen = Screen::unless_quiet(common);
    if is_text {
        show(&mut screen, &checks, &found, &opened)?;
    }
    let about = &opened.source.about;
    let end = finish_checks(checks, about, (&stopwatch, code_of_rows), &mut out())?;
    for place in end.reports.iter().filter(|_| is_text) {
        screen.line(&format!("Report: {}", place.display()))?;
    }
    screen.flush()?;
    Ok(end.exit_code)
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
        let document = common.document()?;
        checks.push(VendorCheck::begin(head, folder.as_deref(), document)?);
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
