//! An opened file, whatever its format: what was decided about it, and its rows.

use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use super::about::{About, Format, Hints};
use super::error::SheetError;
use super::record::RecordTable;
use super::row::Row;
use super::rows::Table;
use super::{csv, dialect, kind, ndjson, opening, phonebook, vcard, workbook};

/// An opened file: what was decided about it, its first rows, and all of its rows.
pub struct Source {
    /// What was decided.
    pub about: About,
    /// The first rows, headers and preamble included: what the mapping is decided by.
    pub preview: Vec<Row>,
    table: Box<dyn Table>,
}

/// How many rows the preview holds.
pub const PREVIEW: usize = 200;

impl Source {
    /// Opens a file, or standard input for `-`, by its content; its name decides nothing.
    pub fn open(path: &Path, hints: &Hints) -> Result<Self, SheetError> {
        let name = path.display().to_string();
        let opened = if name == "-" {
            opening::standard_input()
        } else {
            opening::seekable(path)
        };
        let file = opened.map_err(|source| SheetError::Open {
            file: name.clone(),
            source,
        })?;
        Self::of(name, file, hints)
    }

    fn of(name: String, mut file: File, hints: &Hints) -> Result<Self, SheetError> {
        let format = kind::recognise(&name, &mut file)?;
        let mut about = About {
            file: name.clone(),
            format,
            encoding: None,
            delimiter: None,
            sheet: None,
            header_row: None,
            unsure: None,
            notes: Vec::new(),
        };
        let idle = hints.idle(&name, format)?;
        let mut table: Box<dyn Table> = match format {
            Format::Ndjson => Box::new(RecordTable::open(ndjson::NdjsonFile::open(&name, file))?),
            Format::Xml => Box::new(RecordTable::open(phonebook::Phonebook::open(&name, file))?),
            Format::Vcard => {
                let cards = vcard::VcardFile::open(&name, file, hints)?;
                about.encoding = Some(cards.encoding().name().into_owned());
                about.unsure.clone_from(&cards.unsure);
                Box::new(RecordTable::open(cards)?)
            }
            Format::Csv => {
                let text = csv::Text::open(&name, file, hints)?;
                about.encoding = Some(text.encoding.name().into_owned());
                about.unsure.clone_from(&text.unsure);
                about.delimiter = Some(char::from(text.delimiter).to_string());
                Box::new(text)
            }
            Format::Xlsx | Format::Xlsb | Format::Xls | Format::Ods => {
                let opened = Self::workbook(&name, file, format, hints)?;
                about.sheet = Some(opened.sheet);
                about.notes = opened.notes;
                opened.table
            }
        };
        let mut preview = Vec::new();
        table.rows(&mut |row| {
            preview.push(row);
            if preview.len() < PREVIEW {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
        if preview.iter().all(|row| row.number == 0) {
            return Err(SheetError::Empty { file: name });
        }
        about.notes.extend(idle);
        let delimiter = about
            .delimiter
            .as_ref()
            .and_then(|sign| sign.bytes().next());
        let whole = delimiter.and_then(|sign| dialect::in_one_piece(&preview, sign));
        about.notes.extend(whole);
        Ok(Self {
            about,
            preview,
            table,
        })
    }

    fn workbook(
        name: &str,
        file: File,
        format: Format,
        hints: &Hints,
    ) -> Result<workbook::OpenedWorkbook, SheetError> {
        let Some(program) = hints.program.clone().filter(|_| cfg!(unix)) else {
            return workbook::open(name, file, format, hints);
        };
        let (child, sheet, notes) = workbook::Child::open(name, file, (format, hints, program))?;
        Ok(workbook::OpenedWorkbook {
            table: Box::new(child),
            sheet,
            notes,
        })
    }

    /// Calls `each` for every row from the first on, those of the preview included, until it breaks. It can be
    /// asked again. Blank rows are left out; the others keep their numbers.
    pub fn rows(&mut self, each: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), SheetError> {
        self.table.rows(each)
    }
}

/// Reads a workbook for a parent that waits at the other end of `out`: the child's side of `Hints::program`.
/// [`bounded_input`] bounds it in memory and time.
pub fn serve_workbook(
    file: File,
    format: Format,
    hints: &Hints,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    workbook::serve(file, format, hints, out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(bytes: &[u8]) -> Result<Source, SheetError> {
        Source::of("sheet".to_owned(), csv::written(bytes), &Hints::default())
    }

    #[test]
    fn a_source_can_be_read_again_and_sent_to_a_thread() {
        let text = "Durand;x\n".repeat(450);
        let mut source = open(text.as_bytes()).expect("it is a table");
        assert_eq!(
            (source.preview.len(), source.preview[3].number),
            (PREVIEW, 4)
        );
        let counts = std::thread::spawn(move || {
            [0, 1].map(|_| {
                let mut count = 0;
                let mut each = |_| {
                    count += 1;
                    ControlFlow::Continue(())
                };
                source.rows(&mut each).map(|()| count).ok()
            })
        });
        assert_eq!(counts.join().expect("no panic"), [Some(450), Some(450)]);
    }

    #[test]
    fn what_was_decided_is_told() {
        let about = open(b"Nom;Soci\xe9t\xe9\nRoy;x\n")
            .expect("it is a table")
            .about;
        assert_eq!(about.encoding.as_deref(), Some("windows-1252"));
        assert_eq!(
            (about.format, about.delimiter.as_deref()),
            (Format::Csv, Some(";"))
        );
    }

    #[test]
    fn a_hint_that_says_nothing_of_the_file_is_refused_or_told() {
        let open =
            |bytes: &[u8], hints: &Hints| Source::of("x".to_owned(), csv::written(bytes), hints);
        let sheet = Hints {
            sheet: Some("Clients".to_owned()),
            ..Hints::default()
        };
        let error = open(b"a,b\n1,2\n", &sheet).err().expect("it has no sheets");
        assert!(error.to_string().contains("no sheet `Clients`"), "{error}");
        let text = Hints {
            encoding: Some("cp850".to_owned()),
            delimiter: Some(';'),
            ..Hints::default()
        };
        let ndjson = open(b"{\"name\": {\"full\": \"A\"}}\n", &text).expect("readable");
        assert_eq!(ndjson.about.notes.len(), 2, "{:?}", ndjson.about.notes);
        assert_eq!(
            open(b"a;b\n", &text).expect("readable").about.notes,
            [""; 0]
        );
    }

    #[test]
    fn nothing_is_an_error() {
        for nothing in ["", "\u{feff}", "\n\n , \r\n"] {
            assert!(
                matches!(open(nothing.as_bytes()), Err(SheetError::Empty { .. })),
                "{nothing:?}"
            );
        }
    }
}
