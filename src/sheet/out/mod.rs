//! Contacts out: the neutral model written to a file of any of the formats that are read back. A writer knows nothing
//! of where a contact came from, and says what its format cannot hold.

mod file;
mod flat;
mod format;
mod ndjson;
mod vcard;

use std::fs::File;
use std::io::{self, BufWriter};

use crate::model::Contact;

pub use file::{OutputFile, UnwritableFile};
pub use format::{OutputFormat, UnknownFormat};

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
