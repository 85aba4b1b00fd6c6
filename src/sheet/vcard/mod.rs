//! vCards in, of versions 2.1, 3.0 and 4.0, as telephones and mail programs write them, faults included. It stands
//! alone because the format is three formats: lines are unfolded as bytes, before anything is decoded, and every
//! property may be in an encoding of its own.

mod card;
mod lines;
mod property;

use std::fs::File;
use std::io::{BufReader, Read, Seek as _};
use std::ops::ControlFlow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

pub(super) use self::card::{BINARY, CUT, STRANGE};
use self::lines::{Line, Lines};
use self::property::Property;
use super::charset::Charset;
use super::encoding::{self, Decoded};
use super::record::{Reader, Record};
use super::{Hints, SheetError};

/// A file of cards.
pub(super) struct Cards {
    name: String,
    file: File,
    encoding: Charset,
}

impl Cards {
    pub(super) fn open(name: &str, mut file: File, hints: &Hints) -> Result<Self, SheetError> {
        let failed = |source| SheetError::Read {
            file: name.to_owned(),
            row: 0,
            source,
        };
        let encoding = match &hints.encoding {
            Some(label) => Charset::by_label(name, label)?,
            None => Charset::Known(encoding::detect(&mut file).map_err(failed)?),
        };
        Ok(Self {
            name: name.to_owned(),
            file,
            encoding,
        })
    }

    /// The encoding of what does not say its own.
    pub(super) fn encoding(&self) -> Charset {
        self.encoding
    }

    /// The file's bytes, in UTF-8 if they were in an encoding that does not mix with it, and how those that are
    /// not UTF-8 are read.
    fn bytes(&self) -> (Box<dyn Read + '_>, &'static Encoding) {
        match self.encoding {
            Charset::Known(wide) if [UTF_16LE, UTF_16BE].contains(&wide) => {}
            Charset::Known(sound) if sound == UTF_8 => return (Box::new(&self.file), WINDOWS_1252),
            Charset::Known(fallback) => return (Box::new(&self.file), fallback),
            Charset::Dos(_) => {}
        }
        (Box::new(Decoded::new(&self.file, self.encoding)), UTF_8)
    }
}

impl Reader for Cards {
    fn records(
        &mut self,
        each: &mut dyn FnMut(Record) -> ControlFlow<()>,
    ) -> Result<(), SheetError> {
        let failed = |row, source| SheetError::Read {
            file: self.name.clone(),
            row,
            source,
        };
        (&self.file).rewind().map_err(|source| failed(0, source))?;
        let (bytes, fallback) = self.bytes();
        let mut lines = Lines::new(BufReader::with_capacity(1 << 16, bytes));
        let mut open: Vec<Open> = Vec::new();
        loop {
            let row = lines.row();
            let Some(line) = lines.next_line().map_err(|source| failed(row, source))? else {
                break;
            };
            let Some(done) = step(&line, fallback, &mut open) else {
                continue;
            };
            if each(card::record(done)).is_break() {
                return Ok(());
            }
        }
        // A file that was cut off still holds what stands before the cut.
        match open.into_iter().next() {
            Some(cut) => {
                let _ = each(card::record(Open { cut: true, ..cut }));
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// A card that is being read.
#[derive(Default)]
struct Open {
    row: u64,
    /// The properties, in their order.
    properties: Vec<Property>,
    /// Whether the file ended before the card did.
    cut: bool,
    /// Lines that are no properties.
    strange: Vec<String>,
}

/// One line further; gives the card that it closes. A card inside a card is an agent: its name is kept.
fn step(line: &Line, fallback: &'static Encoding, open: &mut Vec<Open>) -> Option<Open> {
    let Some(mut property) = Property::of(&line.bytes, fallback) else {
        if let Some(card) = open.last_mut() {
            card.strange
                .push(property::decoded(&line.bytes, fallback).into_owned());
        }
        return None;
    };
    let is_card = property.value.trim().eq_ignore_ascii_case("vcard");
    let nested = property
        .value
        .trim()
        .get(..11)
        .is_some_and(|start| start.eq_ignore_ascii_case("begin:vcard"));
    match property.name.as_str() {
        "BEGIN" if is_card => open.push(Open {
            row: line.row,
            ..Open::default()
        }),
        "AGENT" if nested && !open.is_empty() => open.push(Open {
            row: line.row,
            ..Open::default()
        }),
        // A card that was not closed ends where the next one begins, unless it is an agent's.
        "AGENT" if property.value.trim().is_empty() => {}
        "END" if is_card => {
            let done = open.pop()?;
            let Some(outer) = open.last_mut() else {
                return Some(done);
            };
            let name = done.properties.into_iter().find(|found| found.name == "FN");
            outer.properties.extend(name.map(|name| Property {
                name: "AGENT".to_owned(),
                ..name
            }));
        }
        _ => {
            let card = open.last_mut()?;
            property.version_of(&card.properties);
            card.properties.push(property);
        }
    }
    None
}

#[cfg(test)]
mod tests;
