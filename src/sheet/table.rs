//! Tables out: delimited text, with what a spreadsheet would run made harmless in a way that can be undone; and how it
//! is undone. Every reader of cells that another program may have written undoes it once, so that past the reader a
//! cell is the text that was meant: whoever writes it again guards it again, and it never grows.

use std::borrow::Cow;
use std::io::{self, Write};

/// Writes delimited text: commas, CRLF, quotes where needed, UTF-8 with a byte-order mark (without it,
/// spreadsheets take UTF-8 for the machine's old encoding).
pub struct CsvTable<W: Write> {
    out: W,
    lines: CsvLines,
}

impl<W: Write> CsvTable<W> {
    /// A table with its header.
    pub fn new<'a>(mut out: W, header: impl IntoIterator<Item = &'a str>) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let lines = CsvLines::default();
        let mut table = Self { out, lines };
        table.row(header)?;
        Ok(table)
    }

    /// Writes a row.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        self.lines.clear();
        for cell in cells {
            self.lines.cell(cell);
        }
        self.lines.end();
        self.out.write_all(self.lines.text())
    }

    /// Writes what is left and gives the file back.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Lines of delimited text, as [`CsvTable`] writes them, in memory.
#[derive(Debug, Default)]
pub struct CsvLines {
    text: Vec<u8>,
    /// How many cells the line has so far.
    cells: usize,
}

impl CsvLines {
    /// Adds a cell to the line.
    pub fn cell(&mut self, cell: &str) {
        if self.cells > 0 {
            self.text.push(b',');
        }
        self.cells += 1;
        if cell.is_empty() {
            return;
        }
        let guard = needs_guard(cell);
        if !needs_quotes(cell.as_bytes()) {
            self.text.extend_from_slice(guard);
            self.text.extend_from_slice(cell.as_bytes());
            return;
        }
        self.text.push(b'"');
        self.text.extend_from_slice(guard);
        let mut rest = cell.as_bytes();
        while let Some(quote) = memchr::memchr(b'"', rest) {
            self.text.extend_from_slice(&rest[..=quote]);
            self.text.push(b'"');
            rest = &rest[quote + 1..];
        }
        self.text.extend_from_slice(rest);
        self.text.push(b'"');
    }

    /// Ends the line. One that is a single empty cell is quoted: a line of nothing would be no row.
    pub fn end(&mut self) {
        let is_nothing = self.cells == 1 && (self.text.is_empty() || self.text.ends_with(b"\n"));
        if is_nothing {
            self.text.extend_from_slice(b"\"\"");
        }
        self.text.extend_from_slice(b"\r\n");
        self.cells = 0;
    }

    /// The lines so far.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Lets the lines so far go.
    pub fn clear(&mut self) {
        self.text.clear();
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

fn needs_quotes(cell: &[u8]) -> bool {
    // Most cells are so short that a search costs more to begin than to do.
    if cell.len() < 24 {
        return cell.iter().any(|byte| QUOTED[usize::from(*byte)]);
    }
    memchr::memchr3(b'"', b',', b'\n', cell).is_some() || memchr::memchr(b'\r', cell).is_some()
}

/// Of each byte, whether a cell with it is quoted.
const QUOTED: [bool; 256] = {
    let mut quoted = [false; 256];
    quoted[b'"' as usize] = true;
    quoted[b',' as usize] = true;
    quoted[b'\n' as usize] = true;
    quoted[b'\r' as usize] = true;
    quoted
};

/// What a cell gets before it: an apostrophe if a spreadsheet would run it, or if taking one off would be wrong.
fn needs_guard(cell: &str) -> &'static [u8] {
    let runs = match cell.as_bytes().first() {
        Some(b'\'') => cell.trim_start_matches('\'').starts_with(RUN),
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r') => true,
        _ => false,
    };
    if runs { b"'" } else { b"" }
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
#[inline]
pub(super) fn may_be_guarded(cell: &[u8]) -> bool {
    matches!(cell.first(), Some(b'\'' | b'='))
}

/// The text that a cell means: without the apostrophe that guards it, whoever has put it there; a formula that is
/// nothing but a text (`="0612"`) is that text.
#[inline]
pub(super) fn unguarded(cell: &str) -> &str {
    if !may_be_guarded(cell.as_bytes()) {
        return cell;
    }
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
        let guarded = |cell: &str| {
            let guard = std::str::from_utf8(needs_guard(cell)).expect("ASCII");
            [guard, cell].concat()
        };
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

    proptest::proptest! {
        /// The lines are those that the csv crate writes of the same cells.
        #[test]
        fn lines_are_written_as_the_csv_crate_writes_them(
            rows in proptest::collection::vec(proptest::collection::vec("[a\"\n\r,' é]{0,6}", 1..5), 0..5)
        ) {
            let mut lines = CsvLines::default();
            let mut wanted = ::csv::WriterBuilder::new()
                .terminator(::csv::Terminator::CRLF)
                .flexible(true)
                .from_writer(Vec::new());
            for row in &rows {
                for cell in row {
                    lines.cell(cell);
                    let cell = [needs_guard(cell), cell.as_bytes()].concat();
                    wanted.write_field(cell).expect("memory");
                }
                lines.end();
                wanted.write_record(None::<&[u8]>).expect("memory");
            }
            let wanted = wanted.into_inner().expect("memory");
            proptest::prop_assert_eq!(lines.text(), &wanted[..]);
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
