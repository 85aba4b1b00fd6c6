//! What every format does with a contact: it is rendered, on any thread, and what was rendered is written in the order
//! of the rows.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};

use super::flat::{Flat, too_long};
use super::format::OutputFormat;
use super::{ndjson, packed, vcard};
use crate::model::Contact;

impl OutputFormat {
    /// Adds to `out` what the format makes of a contact, read from a row of a sheet, for [`Writer::write`]; gives the names of
    /// the values that the format cannot hold.
    pub fn render(
        self,
        row: u64,
        sheet: Option<&str>,
        contact: &Contact,
        out: &mut Vec<u8>,
    ) -> io::Result<Vec<&'static str>> {
        match self {
            Self::Ndjson => ndjson::render(row, sheet, contact, out)?,
            Self::Csv | Self::Xlsx => packed::pack(contact, out),
            Self::Vcard3 => vcard::render(vcard::Version::Three, contact, out),
            Self::Vcard4 => vcard::render(vcard::Version::Four, contact, out),
        }
        let portal = contact.portal.as_ref();
        let secret = portal.and_then(|portal| portal.password.as_ref());
        let mut lost: Vec<_> = secret.map(|_| "portal.password").into_iter().collect();
        if self == Self::Xlsx && has_long_text(contact) {
            lost.push("the end of a text of more than 32767 characters");
        }
        Ok(lost)
    }
}

fn has_long_text(contact: &Contact) -> bool {
    let custom = contact.custom.iter().map(|(_, text)| text);
    let mut texts = contact.note.iter().chain(custom);
    texts.any(|text| too_long(text))
}

/// A file of contacts in the making.
pub struct Writer {
    format: OutputFormat,
    sink: Sink,
    /// A contact that is rendered.
    rendered: Vec<u8>,
}

/// Where what was rendered goes.
enum Sink {
    /// Into the file as it is.
    Plain(BufWriter<File>),
    /// Into a table.
    Flat(Box<Flat>),
}

impl Writer {
    /// Begins a file.
    pub fn begin(format: OutputFormat, file: File) -> io::Result<Self> {
        let sink = match format {
            OutputFormat::Csv | OutputFormat::Xlsx => {
                Sink::Flat(Box::new(Flat::new(format, file)?))
            }
            _ => Sink::Plain(BufWriter::with_capacity(1 << 16, file)),
        };
        Ok(Self {
            format,
            sink,
            rendered: Vec::new(),
        })
    }

    /// The format that contacts are rendered in.
    pub fn format(&self) -> OutputFormat {
        self.format
    }

    /// Writes contacts that were rendered, in their order.
    pub fn write(&mut self, rendered: &[u8]) -> io::Result<()> {
        match &mut self.sink {
            Sink::Plain(file) => file.write_all(rendered),
            Sink::Flat(table) => table.write(rendered),
        }
    }

    /// Renders a contact and writes it; gives the names of the values that the format cannot hold.
    pub fn add(
        &mut self,
        row: u64,
        sheet: Option<&str>,
        contact: &Contact,
    ) -> io::Result<Vec<&'static str>> {
        let mut rendered = std::mem::take(&mut self.rendered);
        rendered.clear();
        let lost = self.format.render(row, sheet, contact, &mut rendered)?;
        self.write(&rendered)?;
        self.rendered = rendered;
        Ok(lost)
    }

    /// Writes what is left.
    pub fn finish(self) -> io::Result<()> {
        match self.sink {
            Sink::Plain(mut file) => file.flush(),
            Sink::Flat(table) => table.finish(),
        }
    }
}
