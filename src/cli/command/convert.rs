//! `rolo convert`: a sheet of one format into a sheet of another, through the neutral contact; or into the payloads
//! that an import would send.

use std::io::BufWriter;
use std::sync::Arc;

use crate::backend::MustKeep;
use crate::cli::args::{Common, Convert};
use crate::cli::failure::Failure;
use crate::cli::view::conversion::show;
use crate::cli::view::ending::code_of_rows;
use crate::cli::view::screen::out;
use crate::cli::view::sheet;
use crate::config::{Target, Targets};
use crate::engine::OpenedSheet;
use crate::intake::Pipeline;
use crate::report::{Closing, Conversion, ConversionOut, Head, Stopwatch, convert_sheet};
use crate::sheet::{OutputFile, OutputFormat, Writer};

/// Runs the command.
pub(crate) fn run(convert: &Convert, common: &Common) -> Result<u8, Failure> {
    let format = OutputFormat::of_file(&convert.out, &convert.vcard)?;
    let target = match &convert.target {
        Some(name) => Some(target(name, format, convert, common)?),
        None => None,
    };
    let stopwatch = Stopwatch::start();
    let mut opened = sheet::open(&convert.reading)?;
    let file = OutputFile::begin(&convert.out)?;
    let writer = match &target {
        Some(_) => ConversionOut::Payloads(BufWriter::new(file.open()?)),
        None => ConversionOut::Neutral(Writer::begin(format, file.open()?)?),
    };
    let mut done = Conversion::begin(writer, common.document()?);
    let line = line(&opened, convert, target.as_ref());
    convert_sheet(&mut opened, &line, &mut done)?;
    done.totals.reconcile_check()?;
    let done = done.finished()?;
    file.keep()?;
    let code = code_of_rows(&done.totals);
    let named = target.as_ref().map_or(format.name(), |target| &target.name);
    opened.source.about.notes.extend(done.note(named));
    let vendor = target.as_ref().map_or("", |target| target.profile().id);
    let head = Head::of_sheet("convert", &opened.source.about, (named, vendor))?;
    let closing = Closing {
        totals: done.totals,
        timings: stopwatch.timings(0),
        exit_code: code,
        stopped: None,
    };
    match done.document {
        Some(document) => document.print(&mut out(), &head, &closing)?,
        None => show(&done, &opened, convert, common, &head)?,
    }
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
