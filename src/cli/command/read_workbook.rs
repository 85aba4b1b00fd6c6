//! `rolo read-workbook`: a workbook read by a child of rolo, in bounded memory and time. No person calls it.

use std::io::BufWriter;

use crate::cli::args::ReadWorkbook;
use crate::cli::failure::Failure;
use crate::sheet::{Format, Hints, bounded_input, serve_workbook};

/// Runs the command.
pub(crate) fn run(workbook: &ReadWorkbook) -> Result<u8, Failure> {
    let mut formats = Format::ALL.into_iter();
    let format = formats.find(|(name, _)| *name == workbook.format);
    let Some((_, format)) = format else {
        return Err(Failure::usage("no such format", "rolo calls this itself"));
    };
    let file = bounded_input()?;
    let hints = Hints {
        sheet: workbook.sheet.clone(),
        ..Hints::default()
    };
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    serve_workbook(file, format, &hints, &mut out)?;
    Ok(0)
}
