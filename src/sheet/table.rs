//! Tables out: delimited text, with what a spreadsheet would run made harmless in a way that can be undone; and how it
//! is undone. Every reader of cells that another program may have written undoes it once, so that past the reader a
//! cell is the text that was meant: whoever writes it again guards it again, and it never grows.

use std::borrow::Cow;
use std::io::{self, Write};

/// Writes delimited text: commas, CRLF, quotes where needed, UTF-8 with a byte-order mark (without it,
/// spreadsheets take UTF-8 for the machine's old encoding).
pub struct CsvTable<W: Write> {
    writer: ::csv::Writer<W>,
}

impl<W: Write> CsvTable<W> {
    /// A table with its header.
    pub fn new<'a>(mut out: W, header: impl IntoIterator<Item = &'a str>) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let writer = ::csv::WriterBuilder::new()
            .terminator(::csv::Terminator::CRLF)
            .flexible(true)
            .from_writer(out);
        let mut table = Self { writer };
        table.row(header)?;
        Ok(table)
    }

    /// Writes a row.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        for cell in cells {
            self.writer
                .write_field(guarded(cell).as_ref())
                .map_err(io::Error::other)?;
        }
        self.writer
            .write_record(None::<&[u8]>)
            .map_err(io::Error::other)
    }

    /// Writes what is left and gives the file back.
    pub fn finish(self) -> io::Result<W> {
        self.writer
            .into_inner()
            .map_err(|error| io::Error::other(error.to_string()))
    }
}

/// Hands on the rows of delimited text that a [`CsvTable`] wrote, its header first, as the texts that were meant.
pub fn read_table(
    input: impl io::Read,
    each: &mut dyn FnMut(Vec<String>) -> io::Result<()>,
) -> io::Result<()> {
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(input);
    for record in reader.records() {
        let record = record.map_err(io::Error::other)?;
        each(
            record
                .iter()
                .map(|cell| unguarded(cell).to_owned())
                .collect(),
        )?;
    }
    Ok(())
}

/// The characters with which a cell begins that a spreadsheet would run.
const RUN: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The cell with an apostrophe before it if a spreadsheet would run it, or if taking one off would be wrong.
fn guarded(cell: &str) -> Cow<'_, str> {
    let begins = cell.trim_start_matches('\'');
    if begins.starts_with(RUN) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

/// The cell of a workbook that is read as this text: a workbook marks a text as one, so that a spreadsheet runs
/// none, and an apostrophe is needed only where reading would take something off.
pub(super) fn literal(text: &str) -> Cow<'_, str> {
    if unguarded(text) == text {
        text.into()
    } else {
        format!("'{text}").into()
    }
}

/// Whether a cell begins as one does that `unguarded` changes; asked of every cell of every row.
pub(super) fn may_be_guarded(cell: &[u8]) -> bool {
    matches!(cell.first(), Some(b'\'' | b'='))
}

/// The text that a cell means: without the apostrophe that guards it, whoever has put it there; a formula that is
/// nothing but a text (`="0612"`) is that text.
pub(super) fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(RUN) => rest,
        _ => constant(cell).unwrap_or(cell),
    }
}

fn constant(cell: &str) -> Option<&str> {
    let text = cell.strip_prefix("=\"")?.strip_suffix('"')?;
    (!text.contains('"')).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_that_is_nothing_but_a_text_is_that_text() {
        for (cell, text) in [
            ("=\"0199001234\"", "0199001234"),
            ("=\"\"", ""),
            ("=\"a\"&\"b\"", "=\"a\"&\"b\""),
            ("=\"", "=\""),
            ("=A1", "=A1"),
        ] {
            assert_eq!(unguarded(cell), text);
        }
    }

    #[test]
    fn what_a_spreadsheet_would_run_is_text_and_comes_back() {
        for cell in [
            "=SUM(A1)",
            "=\"0612\"",
            "+33199001234",
            "-5",
            "@handle",
            "\tx",
            "'=1",
            "''+1",
            "O'Neil",
            "'tis",
            "",
        ] {
            let kept = guarded(cell);
            assert!(!kept.starts_with(RUN), "{kept}");
            assert_eq!(unguarded(&kept), cell);
        }
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let mut table = CsvTable::new(Vec::new(), ["a", "b"]).expect("memory");
        table.row(["x \"y\", z", "line\nline"]).expect("memory");
        let text = String::from_utf8(table.finish().expect("memory")).expect("UTF-8");
        assert_eq!(text, "\u{feff}a,b\r\n\"x \"\"y\"\", z\",\"line\nline\"\r\n");
        let mut rows = Vec::new();
        let read = read_table(text.as_bytes(), &mut |row| {
            rows.push(row);
            Ok(())
        });
        read.expect("memory");
        assert_eq!(rows, [["a", "b"], ["x \"y\", z", "line\nline"]]);
    }
}
