//! ODF sheets (`.ods`), row by row. The file says what every cell shows: a phone number kept as a quantity stands
//! there with its leading zero, which a reader of values would lose.

mod rows;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, BufReader, Seek as _};
use std::ops::ControlFlow;

use super::super::xml::{Document, Node, attribute};
use super::super::{Row, SheetError};
use crate::sheet::rows::Table;
use rows::RowReader;

use super::opened::{OpenedWorkbook, SheetChoice, choose, locked, weigh, wrong};

const CONTENT: &str = "content.xml";

struct OdsTable {
    name: String,
    file: File,
    /// Which of the file's tables is read.
    place: usize,
}

pub(super) fn open(
    name: &str,
    mut file: File,
    hint: Option<&str>,
) -> Result<OpenedWorkbook, SheetError> {
    weigh(name, &mut file)?;
    let failed = |error: io::Error| wrong(name, error.to_string());
    if is_locked(&file).map_err(failed)? {
        return Err(locked(name));
    }
    let sheets = sheets(&file).map_err(failed)?;
    let (place, notes) = choose(name, &sheets, hint)?;
    let sheet = sheets.into_iter().nth(place).map(|sheet| sheet.name);
    let sheet = sheet.ok_or_else(|| wrong(name, "it has no sheet with cells"))?;
    let table = Box::new(OdsTable {
        name: name.to_owned(),
        file,
        place,
    });
    Ok(OpenedWorkbook {
        table,
        sheet,
        notes,
    })
}

type Part<'f> = BufReader<zip::read::ZipFile<'f, BufReader<&'f File>>>;

/// Runs over a part of the archive.
fn with_part<T>(
    mut file: &File,
    part: &str,
    run: impl FnOnce(Document<Part<'_>>) -> io::Result<T>,
) -> io::Result<T> {
    file.rewind()?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file))?;
    let part = archive.by_name(part)?;
    run(Document::new(BufReader::with_capacity(1 << 16, part)))
}

fn is_locked(file: &File) -> io::Result<bool> {
    let found = with_part(file, "META-INF/manifest.xml", |mut document| {
        loop {
            match document.next()? {
                Node::Open(name, _) if name == "encryption-data" => return Ok(true),
                Node::End => return Ok(false),
                _ => {}
            }
        }
    });
    // A file without a manifest is odd, and readable.
    match found {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        other => other,
    }
}

/// The tables of the file. A table is hidden by its style, which stands before it.
fn sheets(file: &File) -> io::Result<Vec<SheetChoice>> {
    with_part(file, CONTENT, |mut document| {
        let (mut sheets, mut hidden, mut style) = (Vec::new(), Vec::new(), String::new());
        let mut depth = 0;
        loop {
            match document.next()? {
                Node::Open(name, attributes) => match name.as_str() {
                    "style" => {
                        attribute(&attributes, "name")
                            .unwrap_or_default()
                            .clone_into(&mut style);
                    }
                    "table-properties" if attribute(&attributes, "display") == Some("false") => {
                        hidden.push(style.clone());
                    }
                    "table" => {
                        depth += 1;
                        let name = attribute(&attributes, "name").unwrap_or_default();
                        let styled = attribute(&attributes, "style-name").unwrap_or_default();
                        sheets.extend((depth == 1).then(|| SheetChoice {
                            name: name.to_owned(),
                            visible: !hidden.iter().any(|style| style == styled),
                        }));
                    }
                    _ => {}
                },
                Node::Close(name) if name == "table" => depth -= 1,
                Node::End => return Ok(sheets),
                _ => {}
            }
        }
    })
}

impl Table for OdsTable {
    fn rows(&mut self, each: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), SheetError> {
        let (name, place) = (self.name.as_str(), self.place);
        let mut stopped = None;
        let read = with_part(&self.file, CONTENT, |document| {
            let mut reading = RowReader::new(name, document);
            reading.find(place)?;
            stopped = reading.rows(each).err();
            reading.failed.map_or(Ok(()), Err)
        });
        match (stopped, read) {
            (Some(error), _) => Err(error),
            (None, Err(error)) => Err(wrong(name, error.to_string())),
            (None, Ok(())) => Ok(()),
        }
    }
}
