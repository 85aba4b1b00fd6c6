//! Contacts out: the neutral model written to a file of any of the formats that are read back. A writer knows nothing
//! of where a contact came from, and says what its format cannot hold.

mod file;
mod flat;
mod ndjson;
mod vcard;

use std::fs::File;
use std::io::{self, BufWriter};

use crate::model::Contact;

pub use file::{OutputFile, UnwritableFile};

/// A format that contacts are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputFormat {
    /// One neutral contact a line.
    Ndjson,
    /// A table under the names of the fields.
    Csv,
    /// The same as a workbook.
    Xlsx,
    /// vCards of version 3.0, which most programs read.
    Vcard3,
    /// vCards of version 4.0.
    Vcard4,
}

impl OutputFormat {
    /// Every format, with the ending of its files.
    pub const ALL: [(&'static str, Self); 4] = [
        ("ndjson", Self::Ndjson),
        ("csv", Self::Csv),
        ("xlsx", Self::Xlsx),
        ("vcf", Self::Vcard3),
    ];

    /// The format of a file's ending (`.ndjson`), in any case.
    pub fn of_ending(ending: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|(known, _)| known.eq_ignore_ascii_case(ending))
            .map(|(_, format)| format)
    }

    /// The format's name in reports and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Vcard3 | Self::Vcard4 => "vcard",
        }
    }
}

/// A file of contacts in the making.
pub trait Writer {
    /// Adds a contact, read from a row of a sheet; gives the names of the values that the format cannot hold.
    fn add(
        &mut self,
        row: u64,
        sheet: Option<&str>,
        contact: &Contact,
    ) -> io::Result<Vec<&'static str>>;

    /// Writes what is left.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// Begins a file.
pub fn writer(format: OutputFormat, file: File) -> io::Result<Box<dyn Writer>> {
    let buffered = |file| BufWriter::with_capacity(1 << 16, file);
    Ok(match format {
        OutputFormat::Ndjson => Box::new(ndjson::NdjsonWriter::new(buffered(file))),
        OutputFormat::Csv => Box::new(flat::Flat::new(flat::FlatFormat::Csv, file)?),
        OutputFormat::Xlsx => Box::new(flat::Flat::new(flat::FlatFormat::Xlsx, file)?),
        OutputFormat::Vcard3 => Box::new(vcard::VcardWriter::new(
            buffered(file),
            vcard::Version::Three,
        )),
        OutputFormat::Vcard4 => Box::new(vcard::VcardWriter::new(
            buffered(file),
            vcard::Version::Four,
        )),
    })
}
