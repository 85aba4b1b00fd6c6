//! Contacts out: the neutral model written to a file of any of the formats that are read back. A writer knows nothing
//! of where a contact came from, and says what its format cannot hold.

mod file;
mod flat;
mod format;
mod ndjson;
mod vcard;
mod writer;

use std::fs::File;
use std::io::{self, BufWriter};

pub use file::{OutputFile, UnwritableFile};
pub use format::{OutputFormat, UnknownFormat};
pub use writer::Writer;

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
