//! A sheet, opened, as a person sees it: what was decided about it, and what to know before looking at its rows.

use super::screen::{Screen, Tone};
use crate::cli::args::{ReadingArgs, spec};
use crate::cli::failure::Failure;
use crate::cli::text::plain;
use crate::engine::OpenedSheet;

/// Opens the sheet that flags name, and maps its columns.
pub(crate) fn open(flags: &ReadingArgs) -> Result<OpenedSheet, Failure> {
    let (reading, mapping) = spec::reading(flags)?;
    let program = std::env::current_exe().ok();
    let mut sheet = OpenedSheet::open(&flags.sheet_file, &reading, mapping.as_ref(), program)?;
    if let Some(name) = flags.called() {
        sheet.source.about.file.clone_from(name);
    }
    Ok(sheet)
}

/// The warning of an encoding that is not sure.
pub(crate) fn unsure(sheet: &OpenedSheet) -> Option<String> {
    let why = sheet.source.about.unsure.as_ref()?;
    let words = format!("the encoding is not sure: {why}; --encoding says which it is");
    Some(plain(&words))
}

/// Says what a person should know before looking at the rows.
pub(crate) fn warn(sheet: &OpenedSheet, screen: &mut Screen) -> Result<(), Failure> {
    let warning = screen.tone(Tone::Warn, "warning:");
    for note in &sheet.source.about.notes {
        screen.line(&format!("note: {}", plain(note)))?;
    }
    if let Some(words) = unsure(sheet) {
        screen.line(&format!("{warning} {words}"))?;
    }
    if let Some(error) = &sheet.unrecognised {
        screen.line(&format!(
            "{warning} {error}; every column is kept as a free value"
        ))?;
    }
    Ok(())
}

/// What was decided about the sheet, in one line.
pub(crate) fn decided(sheet: &OpenedSheet) -> String {
    plain(&sheet.in_words())
}
