//! `rolo convert`: a sheet of one format into a sheet of another, through the neutral contact; or into the payloads
//! that an import would send.

use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;

use crate::backend::MustKeep;
use crate::cli::args::{Common, Convert, Output};
use crate::cli::exit::ExitKind;
use crate::cli::failure::Failure;
use crate::cli::view::screen::Screen;
use crate::cli::view::sheet;
use crate::config::Target;
use crate::config::Targets;
use crate::engine::OpenedSheet;
use crate::intake::Pipeline;
use crate::plan::Fate;
use crate::report::{Closing, Conversion, ConversionOut, Head, Stopwatch, convert_sheet};
use crate::sheet::{OutputFile, OutputFormat, writer};

/// Runs the command.
pub(crate) fn run(convert: &Convert, common: &Common) -> Result<u8, Failure> {
    let format = format_of(&convert.out, &convert.vcard)?;
    let target = match &convert.target {
        Some(name) => Some(target(name, format, convert, common)?),
        None => None,
    };
    let stopwatch = Stopwatch::start();
    let mut opened = sheet::open(&convert.reading)?;
    let file = OutputFile::begin(&convert.out)?;
    let out = match &target {
        Some(_) => ConversionOut::Payloads(BufWriter::new(file.open()?)),
        None => ConversionOut::Neutral(writer(format, file.open()?)?),
    };
    let mut done = Conversion::begin(out, common.output == Output::Json)?;
    let line = line(&opened, convert, target.as_ref());
    convert_sheet(&mut opened, &line, &mut done)?;
    done.totals.reconcile_check()?;
    let done = done.finished()?;
    file.keep()?;
    let code = if done.totals.rejected > 0 {
        ExitKind::Rows as u8
    } else {
        0
    };
    let named = target.as_ref().map_or(format.name(), |target| &target.name);
    opened.source.about.notes.extend(done.note(named));
    let vendor = target.as_ref().map_or("", |target| target.profile().id);
    let head = Head::of_sheet("convert", &opened.source.about, (named, vendor))?;
    tell(done, &opened, convert, common, &head, (code, &stopwatch))?;
    Ok(code)
}

/// Whom the payloads are for; they are written as NDJSON only.
fn target(
    name: &str,
    format: OutputFormat,
    convert: &Convert,
    common: &Common,
) -> Result<Target, Failure> {
    if format != OutputFormat::Ndjson {
        return Err(Failure::usage(
            format!("`{}` cannot hold payloads", convert.out.display()),
            "with --for, let its name end in .ndjson: payloads are JSON, one a line",
        ));
    }
    let targets = Targets::read(common.config.as_deref())?;
    Ok(Target::find(name, &targets, &convert.tuning.overrides())?)
}

/// The format that a file's name says; `vcard` says which version a vCard has.
pub(crate) fn format_of(out: &Path, vcard: &str) -> Result<OutputFormat, Failure> {
    let ending = out.extension().unwrap_or_default().to_string_lossy();
    let found = OutputFormat::of_ending(&ending).map(|format| match format {
        OutputFormat::Vcard3 if vcard == "4.0" => OutputFormat::Vcard4,
        format => format,
    });
    found.ok_or_else(|| {
        let known: Vec<String> = OutputFormat::ALL
            .iter()
            .map(|(ending, _)| format!(".{ending}"))
            .collect();
        Failure::usage(
            format!("`{}` does not say the format to write", out.display()),
            format!("let its name end in {}", known.join(", ")),
        )
    })
}

fn line(opened: &OpenedSheet, convert: &Convert, target: Option<&Target>) -> Pipeline {
    let own = target.and_then(|target| target.region);
    let vendors = target.iter().map(|target| Arc::clone(&target.vendor));
    Pipeline {
        mapping: opened.mapping.clone(),
        normalize: convert.reading.normalizing(own),
        vendors: vendors.collect(),
        must_keep: target.map_or_else(MustKeep::default, |target| target.must_keep.clone()),
    }
}

fn tell(
    done: Conversion,
    opened: &OpenedSheet,
    convert: &Convert,
    common: &Common,
    head: &Head,
    (exit_code, stopwatch): (u8, &Stopwatch),
) -> Result<(), Failure> {
    let closing = Closing {
        totals: done.totals,
        timings: stopwatch.timings(0),
        exit_code,
        stopped: None,
    };
    if let Some(document) = done.document {
        document.print(&mut crate::cli::view::screen::out(), head, &closing)?;
        return Ok(());
    }
    let mut screen = Screen::unless_quiet(common);
    screen.line(&sheet::decided(opened))?;
    sheet::warn(opened, &mut screen)?;
    screen.line("")?;
    screen.problems(&done.tally, 30)?;
    for (name, count) in &done.lost {
        screen.line(&format!(
            "{count} × {name} finds no place in {}",
            head.target
        ))?;
    }
    if !head.vendor.is_empty() {
        screen.losses(&done.tally, &head.target)?;
    }
    let fates = [Fate::Valid, Fate::Skipped, Fate::Rejected];
    screen.totals(&done.totals, &fates)?;
    let words = match (head.vendor.as_str(), done.totals.read - done.totals.valid) {
        ("", _) | (_, 0) => "",
        _ => ", without the rows that an import would not send",
    };
    screen.line(&format!("Written: {}{words}", convert.out.display()))?;
    screen.flush()?;
    Ok(())
}
