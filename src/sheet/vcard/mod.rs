//! vCards in, of versions 2.1, 3.0 and 4.0, as telephones and mail programs write them, faults included. The format
//! is three formats: lines are unfolded as bytes, before anything is decoded, and every property may be in an
//! encoding of its own.

mod card;
mod lines;
mod open_card;
mod property;

use open_card::{OpenCard, Role};
use std::fs::File;
use std::io::{BufReader, Read, Seek as _};
use std::ops::ControlFlow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

pub(super) use self::card::{BINARY, CUT, NESTED, STRANGE};
use self::lines::{VcardLine, VcardLines};
use self::property::Property;
use super::charset::Charset;
use super::encoding::{self, Decoded};
use super::record::{ContactRecord, Reader};
use super::{Hints, SheetError};

/// A file of cards.
pub(super) struct VcardFile {
    name: String,
    file: File,
    encoding: Charset,
    /// Why the encoding is not sure.
    pub(super) unsure: Option<String>,
}

impl VcardFile {
    pub(super) fn open(name: &str, mut file: File, hints: &Hints) -> Result<Self, SheetError> {
        let failed = |source| SheetError::Read {
            file: name.to_owned(),
            row: 0,
            source,
        };
        let (encoding, unsure) = match &hints.encoding {
            Some(label) => (Charset::by_label(name, label)?, None),
            None => encoding::judge(&mut file).map_err(failed)?,
        };
        Ok(Self {
            name: name.to_owned(),
            file,
            encoding,
            unsure,
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

impl Reader for VcardFile {
    fn records(
        &mut self,
        each: &mut dyn FnMut(ContactRecord) -> ControlFlow<()>,
    ) -> Result<(), SheetError> {
        let failed = |row, source| SheetError::Read {
            file: self.name.clone(),
            row,
            source,
        };
        (&self.file).rewind().map_err(|source| failed(0, source))?;
        let (bytes, fallback) = self.bytes();
        let mut lines = VcardLines::new(BufReader::with_capacity(1 << 16, bytes));
        let mut open: Vec<OpenCard> = Vec::new();
        loop {
            let row = lines.row();
            let Some(line) = lines.next_line().map_err(|source| failed(row, source))? else {
                break;
            };
            for done in step(&line, fallback, &mut open) {
                if each(card::record(done)).is_break() {
                    return Ok(());
                }
            }
        }
        // A file that was cut off still holds what stands before the cut.
        for card in &mut open {
            card.cut = true;
        }
        for done in flush(&mut open) {
            if each(card::record(done)).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// One line further; gives the cards that it ends. A card inside a card is an agent, whose name is kept, where an AGENT
/// announces it. Any other one is a contact of its own: the outer card was not closed, or wraps it.
fn step(line: &VcardLine, fallback: &'static Encoding, open: &mut Vec<OpenCard>) -> Vec<OpenCard> {
    let Some(mut property) = Property::of(&line.bytes, fallback) else {
        if let Some(card) = open.last_mut() {
            card.strange
                .push(property::decoded(&line.bytes, fallback).into_owned());
        }
        return Vec::new();
    };
    let value = property.value.trim();
    let is_card = value.eq_ignore_ascii_case("vcard");
    let nested = value
        .get(..11)
        .is_some_and(|start| start.eq_ignore_ascii_case("begin:vcard"));
    match (property.name.as_str(), open.last_mut()) {
        ("BEGIN", _) if is_card => return begin(line.row, open),
        ("AGENT", Some(_)) if nested => open.push(OpenCard::agent(line.row)),
        ("AGENT", Some(card)) if value.is_empty() => card.awaits = true,
        ("END", _) if is_card => return end(open),
        (_, Some(card)) => {
            property.version_of(&card.properties);
            card.properties.push(property);
        }
        (_, None) => {}
    }
    Vec::new()
}

/// A card begins. One that is open stays so, for it may go on behind the new one; but if it already holds one, or is
/// inside another itself, its end is missing: then it ended here.
fn begin(row: u64, open: &mut Vec<OpenCard>) -> Vec<OpenCard> {
    let depth = open.len();
    let Some(card) = open.last_mut() else {
        open.push(OpenCard::at(row));
        return Vec::new();
    };
    if std::mem::take(&mut card.awaits) {
        open.push(OpenCard::agent(row));
        return Vec::new();
    }
    card.broken = true;
    let done = if depth > 1 || !card.inside.is_empty() {
        flush(open)
    } else {
        Vec::new()
    };
    open.push(OpenCard::at(row));
    done
}

/// A card ends.
fn end(open: &mut Vec<OpenCard>) -> Vec<OpenCard> {
    let Some(done) = open.pop() else {
        return Vec::new();
    };
    let Some(outer) = open.last_mut() else {
        return done.unpacked();
    };
    if done.role == Role::Agent {
        outer.take_agent(done);
    } else {
        outer.inside.push(done);
    }
    Vec::new()
}

/// The cards that are open, the outermost first, as they are.
fn flush(open: &mut Vec<OpenCard>) -> Vec<OpenCard> {
    let mut done: Vec<OpenCard> = Vec::new();
    for card in open.drain(..) {
        match done.last_mut() {
            Some(outer) if card.role == Role::Agent => outer.take_agent(card),
            _ => done.extend(card.unpacked()),
        }
    }
    done
}

#[cfg(test)]
mod tests;
