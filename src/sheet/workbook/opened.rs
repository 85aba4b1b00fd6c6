//! What the readers of every kind of workbook share: the choice of a sheet, the guards before a file is opened, and what is
//! said of one that cannot be.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::sheet::error::SheetError;
use crate::sheet::rows::Table;

/// How many columns are read; a cell beyond is a stray one.
pub(super) const WIDEST: u32 = 2048;

pub(super) const AGAIN: &str =
    "open it in the spreadsheet and save it again, or save the sheet as CSV";

/// An opened workbook and its chosen sheet.
pub(in crate::sheet) struct OpenedWorkbook {
    pub(in crate::sheet) table: Box<dyn Table>,
    /// The sheet's name.
    pub(in crate::sheet) sheet: String,
    /// What a person should know: the other sheets.
    pub(in crate::sheet) notes: Vec<String>,
}

/// A sheet of a workbook, as it may be chosen.
pub(super) struct SheetChoice {
    pub(super) name: String,
    pub(super) visible: bool,
}

/// The sheet to read: by name, by number from 1, else the first that is visible; and what to say of the others.
pub(super) fn choose(
    file: &str,
    sheets: &[SheetChoice],
    hint: Option<&str>,
) -> Result<(usize, Vec<String>), SheetError> {
    let visible = || sheets.iter().position(|sheet| sheet.visible);
    let found = match hint {
        None => visible().or_else(|| (!sheets.is_empty()).then_some(0)),
        Some(hint) => by_hint(sheets, hint),
    };
    let Some(found) = found else {
        return Err(match hint {
            None => wrong(file, "it has no sheet with cells"),
            Some(hint) => SheetError::Hint {
                file: file.to_owned(),
                why: format!("there is no sheet `{hint}`"),
                help: format!("its sheets are {}", listed(sheets.iter())),
            },
        });
    };
    let others: Vec<&SheetChoice> = (0..)
        .zip(sheets)
        .filter(|(place, _)| *place != found)
        .map(|(_, sheet)| sheet)
        .collect();
    let mut notes = Vec::new();
    if !others.is_empty() {
        notes.push(format!(
            "sheet `{}` is read; not read: {}",
            sheets[found].name,
            listed(others.into_iter())
        ));
    }
    Ok((found, notes))
}

fn by_hint(sheets: &[SheetChoice], hint: &str) -> Option<usize> {
    let same = |sheet: &SheetChoice| sheet.name.trim().to_lowercase() == hint.trim().to_lowercase();
    let named = sheets.iter().position(|sheet| sheet.name == hint);
    named.or_else(|| sheets.iter().position(same)).or_else(|| {
        let number = hint.trim().parse::<usize>().ok()?.checked_sub(1)?;
        (number < sheets.len()).then_some(number)
    })
}

fn listed<'s>(sheets: impl Iterator<Item = &'s SheetChoice>) -> String {
    let shown = |sheet: &SheetChoice| {
        let hidden = if sheet.visible { "" } else { " (hidden)" };
        format!("`{}`{hidden}", sheet.name)
    };
    sheets.map(shown).collect::<Vec<_>>().join(", ")
}

/// The sheets with cells, and the place of each among all that the library knows.
pub(super) fn sheets_of(all: &[calamine::Sheet]) -> (Vec<usize>, Vec<SheetChoice>) {
    let tables = (0..).zip(all);
    let tables = tables.filter(|(_, sheet)| sheet.typ == calamine::SheetType::WorkSheet);
    let shown = |sheet: &calamine::Sheet| SheetChoice {
        name: sheet.name.clone(),
        visible: sheet.visible == calamine::SheetVisible::Visible,
    };
    tables.map(|(place, sheet)| (place, shown(sheet))).unzip()
}

/// A second handle of a file, for a look ahead.
pub(super) fn opened_again(name: &str, file: &File) -> Result<File, SheetError> {
    file.try_clone().map_err(|source| SheetError::Open {
        file: name.to_owned(),
        source,
    })
}

pub(super) fn wrong(file: &str, why: impl Into<String>) -> SheetError {
    SheetError::Workbook {
        file: file.to_owned(),
        why: why.into(),
        help: AGAIN.to_owned(),
    }
}

/// A file that ends before the workbook does.
pub(super) fn cut(file: &str) -> SheetError {
    SheetError::Workbook {
        file: file.to_owned(),
        why: "it was cut off: the end of it is missing".to_owned(),
        help: "copy or download the file again".to_owned(),
    }
}

pub(super) fn locked(file: &str) -> SheetError {
    SheetError::Unsupported {
        file: file.to_owned(),
        what: "a workbook with a password".to_owned(),
        help: "open it in the spreadsheet, remove the password, save it".to_owned(),
    }
}

/// Runs a library; a panic of its becomes an error about the file that caused it.
pub(super) fn guarded<T>(name: &str, run: impl FnOnce() -> T) -> Result<T, SheetError> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|_| wrong(name, "a part of it makes no sense"))
}

/// How large a workbook may be when it is unpacked, in bytes.
const LARGEST: u64 = 2 << 30;

/// How often a workbook above `SUSPECT` bytes may outgrow its archive.
const SWELLS: u64 = 100;
const SUSPECT: u64 = 32 << 20;

/// Refuses an archive that is made to exhaust memory: the libraries unpack a text in one piece.
pub(super) fn weigh(name: &str, file: &mut File) -> Result<(), SheetError> {
    use std::io::Seek as _;
    let damaged = |error| wrong(name, format!("it is a damaged archive ({error})"));
    let mut archive = zip::ZipArchive::new(&mut *file).map_err(damaged)?;
    let (mut packed, mut unpacked) = (0_u64, 0_u64);
    for part in 0..archive.len() {
        let part = archive.by_index_raw(part).map_err(damaged)?;
        packed = packed.saturating_add(part.compressed_size());
        unpacked = unpacked.saturating_add(part.size());
    }
    if unpacked > LARGEST {
        return Err(wrong(name, format!("it unpacks to {} MB", unpacked >> 20)));
    }
    let swells = unpacked / packed.max(1);
    if unpacked > SUSPECT && swells > SWELLS {
        return Err(wrong(
            name,
            format!("it unpacks to {swells} times its size"),
        ));
    }
    drop(archive);
    file.rewind().map_err(|source| SheetError::Open {
        file: name.to_owned(),
        source,
    })
}
