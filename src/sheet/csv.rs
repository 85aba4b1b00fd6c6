//! Delimited text, row by row. It owns the csv parser: what that leaves out (encodings, delimiters, line numbers,
//! unclosed quotes) is done by its neighbours, and put together here.

use std::fs::File;
use std::io::{self, BufReader, Seek};
use std::ops::ControlFlow;

use super::charset::Charset;
use super::encoding::{self, Decoded};
use super::lines::{CHUNK, TextFault, Watch};
use super::table::{may_be_guarded, unguarded};
use super::{Hints, Row, RowRemark, SheetError, dialect};
use crate::sheet::rows::Table;

/// An opened delimited text.
pub(super) struct Text {
    name: String,
    file: File,
    pub(super) encoding: Charset,
    /// Why the encoding is not sure.
    pub(super) unsure: Option<String>,
    pub(super) delimiter: u8,
    /// Whether the first record only names the delimiter.
    named: bool,
}

impl Text {
    /// Finds out the encoding and the delimiter.
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
        file.rewind().map_err(failed)?;
        let mut sample = vec![0; dialect::SAMPLE];
        let decoded = Decoded::new(&mut file, encoding);
        let mut decoded = BufReader::with_capacity(CHUNK, decoded);
        let filled = encoding::fill(&mut decoded, &mut sample).map_err(failed)?;
        let sample = String::from_utf8_lossy(&sample[..filled]);
        let named = dialect::named(&sample);
        let delimiter = match (hints.delimiter, named) {
            (Some(given), _) => delimiter_by(name, given)?,
            (None, Some(named)) => named,
            (None, None) => dialect::sniff(&sample),
        };
        Ok(Self {
            name: name.to_owned(),
            file,
            encoding,
            unsure,
            delimiter,
            named: named.is_some(),
        })
    }

    fn broken(&self, error: csv::Error, row: u64) -> SheetError {
        let file = self.name.clone();
        let csv::ErrorKind::Io(source) = error.into_kind() else {
            let source = io::Error::other("the text is not a table");
            return SheetError::Read { file, row, source };
        };
        match source
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<TextFault>())
        {
            Some(&TextFault::Quote(row)) => SheetError::Text {
                file,
                row,
                why: "a quote is opened here and never closed".to_owned(),
                help: "close the quote, or double it where it belongs to the text".to_owned(),
            },
            Some(&TextFault::Long(row)) => SheetError::Text {
                file,
                row,
                why: "the record that starts here is longer than 1 MiB".to_owned(),
                help: "check that the file is a table; export it again".to_owned(),
            },
            None => SheetError::Read { file, row, source },
        }
    }
}

impl Table for Text {
    fn rows(&mut self, each: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), SheetError> {
        self.file.rewind().map_err(|source| {
            let file = self.name.clone();
            SheetError::Read {
                file,
                row: 0,
                source,
            }
        })?;
        let decoded = Decoded::new(&self.file, self.encoding);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .buffer_capacity(CHUNK)
            .from_reader(Watch::new(decoded, self.delimiter));
        let mut record = csv::ByteRecord::new();
        let (mut named, mut width) = (self.named, 0);
        let mut number = 0;
        loop {
            match reader.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) => return Err(self.broken(error, number)),
            }
            let byte = record.position().map_or(0, csv::Position::byte);
            number = reader.get_mut().line_at(byte);
            let mut row = row(number, &record);
            if std::mem::take(&mut named) || row.is_blank() {
                continue;
            }
            if let Some(sign) = dialect::parted_otherwise(&row, self.delimiter, width) {
                remark(&mut row, sign);
            }
            width = width.max(row.len());
            if each(row).is_break() {
                return Ok(());
            }
        }
    }
}

fn remark(row: &mut Row, sign: char) {
    let sign = if sign == '\t' {
        "a tab".to_owned()
    } else {
        format!("`{sign}`")
    };
    let found = row.cells().find(|cell| !cell.trim().is_empty());
    row.remark(RowRemark {
        code: &dialect::OTHER_DELIMITER,
        column: None,
        found: found.unwrap_or_default().to_owned(),
        message: format!("the values of the row are parted by {sign}, unlike those of the others")
            .into(),
    });
}

/// The record's cells in two allocations, nearly always; the parser holds their text in one piece already.
fn row(number: u64, record: &csv::ByteRecord) -> Row {
    let is_plain = !record.iter().any(may_be_guarded);
    let text = std::str::from_utf8(record.as_slice());
    let Some(text) = text.ok().filter(|_| is_plain) else {
        let cells: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
        return Row::of(number, cells.iter().map(|cell| unguarded(cell)));
    };
    let mut ends = Vec::with_capacity(record.len());
    ends.extend((0..record.len()).filter_map(|cell| u32::try_from(record.range(cell)?.end).ok()));
    Row::joined(number, text.to_owned(), ends)
}

fn delimiter_by(name: &str, given: char) -> Result<u8, SheetError> {
    let plain = u8::try_from(given).ok().filter(|byte| {
        byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'"' | b'\n' | b'\r')
    });
    plain.ok_or_else(|| SheetError::Hint {
        file: name.to_owned(),
        why: format!("`{given}` cannot part cells"),
        help: "say one of , ; | or a tab".to_owned(),
    })
}

/// The whole text of a small reader, for the tests of the formats that are told from text by their start.
#[cfg(test)]
pub(super) fn written(bytes: &[u8]) -> File {
    use std::io::Write as _;
    let mut file = tempfile::tempfile().expect("a temporary file can be made");
    file.write_all(bytes).expect("it can be written");
    file.rewind().expect("it can be read again");
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    type Numbered = (u64, Vec<String>);

    fn rows(bytes: &[u8]) -> Result<Vec<Numbered>, SheetError> {
        let mut text = Text::open("t.csv", written(bytes), &Hints::default())?;
        let mut found = Vec::new();
        text.rows(&mut |row| {
            found.push((row.number, row.cells().map(str::to_owned).collect()));
            ControlFlow::Continue(())
        })?;
        Ok(found)
    }

    fn of(number: u64, cells: &[&str]) -> Numbered {
        (
            number,
            cells.iter().map(|cell| (*cell).to_owned()).collect(),
        )
    }

    #[test]
    fn a_text_is_read_as_an_editor_shows_it() {
        let cases: [(&[u8], Vec<Numbered>); 8] = [
            (
                b"a,b\r\n1,2\r\n",
                vec![of(1, &["a", "b"]), of(2, &["1", "2"])],
            ),
            (
                b"sep=;\nA;1\n2;3\n",
                vec![of(2, &["A", "1"]), of(3, &["2", "3"])],
            ),
            (
                b"a,b,c\n1\n1,2,3,4\n",
                vec![
                    of(1, &["a", "b", "c"]),
                    of(2, &["1"]),
                    of(3, &["1", "2", "3", "4"]),
                ],
            ),
            (
                b"a,b\n\n , \n1,2\n",
                vec![of(1, &["a", "b"]), of(4, &["1", "2"])],
            ),
            (
                b"Nom;Soci\xe9t\xe9\nRoy;5 \x80\n",
                vec![of(1, &["Nom", "Société"]), of(2, &["Roy", "5 €"])],
            ),
            (
                b"\xef\xbb\xbfa,b\n1,2",
                vec![of(1, &["a", "b"]), of(2, &["1", "2"])],
            ),
            (
                b"a,b\r1,\"x\ry\"\r3,4",
                vec![
                    of(1, &["a", "b"]),
                    of(2, &["1", "x\ry"]),
                    of(4, &["3", "4"]),
                ],
            ),
            (
                b"001,\"a\"\"b\", \"c, d\"\n",
                vec![of(1, &["001", "a\"b", "c, d"])],
            ),
        ];
        for (bytes, expected) in cases {
            assert_eq!(rows(bytes).expect("it can be read"), expected);
        }
    }

    #[test]
    fn an_unclosed_quote_is_an_error_with_its_row() {
        let error = rows(b"a,b\n1,2\n3,\"4\n5,6\n").expect_err("rows would be lost");
        assert!(matches!(&error, SheetError::Text { row: 3, .. }), "{error}");
    }

    #[test]
    fn a_hint_is_followed_or_refused() {
        let open = |hints| Text::open("t.csv", written(b"a;b,c\n"), &hints);
        let comma = Hints {
            delimiter: Some(';'),
            ..Hints::default()
        };
        assert_eq!(open(comma).expect("a delimiter").delimiter, b';');
        for hints in [
            Hints {
                delimiter: Some('é'),
                ..Hints::default()
            },
            Hints {
                encoding: Some("klingon".to_owned()),
                ..Hints::default()
            },
        ] {
            assert!(matches!(open(hints), Err(SheetError::Hint { .. })));
        }
    }
}
