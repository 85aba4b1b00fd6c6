//! Workbooks of every kind. Their libraries cannot be trusted with hostile files: where the program can be started
//! again, a workbook is read in a child with a bound on memory and time, and a child that dies is an error about the
//! file. Without a child the same readers run here, behind their own guards.

#[cfg(test)]
mod fixtures;
mod gather;
mod numbers;
mod ods;
mod ole;
mod opened;
mod prescan;
mod subprocess;
mod xls;
mod xlsb;
mod xlsx;

use std::fs::File;

pub(super) use numbers::ROUNDED;
pub(super) use opened::OpenedWorkbook;
pub(super) use prescan::{HIDDEN_ROW, NO_VALUE};
pub(super) use subprocess::{Child, serve};

use super::{Format, Hints, SheetError};

/// Opens a workbook in this process.
pub(super) fn open(
    name: &str,
    file: File,
    format: Format,
    hints: &Hints,
) -> Result<OpenedWorkbook, SheetError> {
    let hint = hints.sheet.as_deref();
    match format {
        Format::Xlsx => xlsx::open(name, file, hint),
        Format::Ods => ods::open(name, file, hint),
        Format::Xlsb => xlsb::open(name, file, hint),
        _ => xls::open(name, file, hint),
    }
}
