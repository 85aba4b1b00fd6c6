//! Tables in: a file of any format is opened by its content and read row by row, every cell as text and
//! every row with its place. What the cells mean is not known here. Only this module names csv and calamine.

mod csv;
mod dialect;
mod encoding;
mod excel;
mod kind;
mod lines;
mod numbers;
mod out;
mod row;
mod table;

use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use serde::Serialize;

pub use out::{Writer, Written, writer};
pub use row::Row;
pub use table::{CsvTable, unguarded};

/// Which kind of file a table was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Delimited text.
    Csv,
    /// Office Open XML workbook (also with macros).
    Xlsx,
}

/// What was decided about a file, shown to the person and in every JSON document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct About {
    /// The file's path as it was given; `-` is standard input.
    pub file: String,
    /// Its format, by content.
    pub format: Format,
    /// The encoding of a text file, in the WHATWG name (`utf-8`, `windows-1252`).
    pub encoding: Option<String>,
    /// The delimiter of a delimited text: one character.
    pub delimiter: Option<String>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The row that holds the header, as a spreadsheet or an editor numbers it; set once the header is found.
    pub header_row: Option<u64>,
}

/// What the person says of the file instead of leaving it to be found out.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// The sheet of a workbook, by name or by number from 1; without it, the first visible one.
    pub sheet: Option<String>,
    /// The encoding, by a WHATWG label.
    pub encoding: Option<String>,
    /// The delimiter.
    pub delimiter: Option<char>,
}

/// Why a file could not be read; each says which file, and `help` says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// There is no such file, or it may not be read.
    #[error("cannot open `{file}`")]
    Open {
        /// The path as given.
        file: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Reading broke off.
    #[error("cannot read `{file}` beyond row {row}")]
    Read {
        /// The path as given.
        file: String,
        /// The last row that was read.
        row: u64,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file holds nothing.
    #[error("`{file}` is empty")]
    Empty {
        /// The path as given.
        file: String,
    },
    /// The content is of a kind that is not read.
    #[error("`{file}` is {what}, which is not read")]
    Unsupported {
        /// The path as given.
        file: String,
        /// What it is: `a PDF document`.
        what: String,
        /// What to do.
        help: String,
    },
    /// The workbook is broken, locked, or not what it seems.
    #[error("`{file}` is no readable workbook: {why}")]
    Workbook {
        /// The path as given.
        file: String,
        /// What is wrong.
        why: String,
        /// What to do.
        help: String,
    },
    /// The text is broken in a way that would lose rows.
    #[error("`{file}`, row {row}: {why}")]
    Text {
        /// The path as given.
        file: String,
        /// Where it starts.
        row: u64,
        /// What is wrong.
        why: String,
        /// What to do.
        help: String,
    },
    /// A hint cannot be followed: no such sheet, no such encoding.
    #[error("`{file}`: {why}")]
    Hint {
        /// The path as given.
        file: String,
        /// What is wrong.
        why: String,
        /// What to do.
        help: String,
    },
}

impl SheetError {
    /// What a person does about it.
    pub fn help(&self) -> String {
        match self {
            Self::Open { .. } => "check the path and the permissions".to_owned(),
            Self::Read { .. } => "copy the file to a local disk and try again".to_owned(),
            Self::Empty { .. } => "export the sheet again; nothing was read from it".to_owned(),
            Self::Unsupported { help, .. }
            | Self::Workbook { help, .. }
            | Self::Text { help, .. }
            | Self::Hint { help, .. } => help.clone(),
        }
    }
}

/// A table that hands out its rows in order, each once; blank rows are left out.
trait Table: Send {
    /// Calls `each` for every row until it breaks or the table ends.
    fn rows(&mut self, each: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), SheetError>;
}

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
            spooled(io::stdin().lock())
        } else {
            File::open(path)
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
        };
        let mut table: Box<dyn Table> = match format {
            Format::Csv => {
                let text = csv::Text::open(&name, file, hints)?;
                about.encoding = Some(text.encoding.name().to_ascii_lowercase());
                about.delimiter = Some(char::from(text.delimiter).to_string());
                Box::new(text)
            }
            Format::Xlsx => {
                let book = excel::Book::open(&name, file, hints)?;
                about.sheet = Some(book.sheet.clone());
                Box::new(book)
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
        if preview.is_empty() {
            return Err(SheetError::Empty { file: name });
        }
        Ok(Self {
            about,
            preview,
            table,
        })
    }

    /// Calls `each` for every row from the first on, those of the preview included, until it breaks. It can be
    /// asked again. Blank rows are left out; the others keep their numbers.
    pub fn rows(&mut self, each: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), SheetError> {
        self.table.rows(each)
    }
}

/// A copy of a stream that can be read twice, on disk, so that memory stays flat.
fn spooled(mut stream: impl io::Read) -> io::Result<File> {
    use io::Seek as _;
    let mut file = tempfile::tempfile()?;
    io::copy(&mut stream, &mut file)?;
    file.rewind()?;
    Ok(file)
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
    fn nothing_is_an_error() {
        for nothing in ["", "\u{feff}", "\n\n , \r\n"] {
            assert!(
                matches!(open(nothing.as_bytes()), Err(SheetError::Empty { .. })),
                "{nothing:?}"
            );
        }
    }
}
