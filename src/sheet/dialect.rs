//! Which character parts the cells of a delimited text. It is a guess, made once over a bounded sample, and judged by
//! examples.

use super::Row;
use crate::model::{Code, Severity};

/// What may part cells, the likeliest first.
pub(super) const DELIMITERS: [u8; 4] = *b",;\t|";

/// Up to how many bytes of the text are looked at.
pub(super) const SAMPLE: usize = 64 << 10;

/// The delimiter that a `sep=;` line names: what spreadsheets write before the header.
pub(super) fn named(sample: &str) -> Option<u8> {
    let line = sample.split(['\r', '\n']).next()?.trim_matches('"');
    let rest = line
        .get(..4)
        .filter(|word| word.eq_ignore_ascii_case("sep="))
        .map(|_| &line[4..])?;
    match rest.as_bytes() {
        [delimiter] if delimiter.is_ascii() => Some(*delimiter),
        _ => None,
    }
}

/// The delimiter of a text: the one that parts its records most evenly.
pub(super) fn sniff(sample: &str) -> u8 {
    let mut best = (0.0, b',');
    for delimiter in DELIMITERS {
        let score = CellGrid::of(sample, delimiter).score();
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

/// A row is parted by another sign than its file.
pub(super) static OTHER_DELIMITER: Code = Code {
    id: "row.other-delimiter",
    severity: Severity::Warning,
    means: "The row has one value only, and that one holds several: they are parted by another sign than the values \
            of the other rows. Such rows come from another file. The row is read as it stands.",
    help: "write the row with the delimiter of the other rows",
};

/// The sign that parts a row which its file's delimiter leaves in one piece. `width` is how many cells others have.
/// A list or a sentence has such signs too: the pieces must be as many as those cells, or look like contacts.
pub(super) fn parted_otherwise(row: &Row, delimiter: u8, width: usize) -> Option<char> {
    let cell = only_cell(row).filter(|_| width > 1)?;
    let parts = |sign: char| {
        let pieces: Vec<&str> = cell.split(sign).map(str::trim).collect();
        let telling = pieces.iter().any(|piece| is_telling(piece));
        pieces.len() > 1 && (telling || (width > 2 && pieces.len() == width))
    };
    let others = DELIMITERS.into_iter().filter(|other| *other != delimiter);
    others.map(char::from).find(|sign| parts(*sign))
}

/// What to say of a file whose every row is one value that holds others, parted evenly by some sign.
pub(super) fn in_one_piece(rows: &[Row], delimiter: u8) -> Option<String> {
    let lines: Vec<&str> = rows.iter().filter_map(only_cell).collect();
    let first = lines
        .first()
        .filter(|_| lines.len() == rows.len() && rows.len() > 1)?;
    let signs = DELIMITERS.into_iter().map(char::from).chain(['^', '~']);
    let evenly = |sign: &char| {
        let wanted = first.matches(*sign).count();
        wanted > 0
            && lines
                .iter()
                .all(|line| line.matches(*sign).count() == wanted)
    };
    let sign = signs.into_iter().find(evenly)?;
    Some(if sign == char::from(delimiter) {
        format!(
            "every line stands in quotes as a whole, so that `{sign}` parts nothing in it; remove the outer quotes"
        )
    } else {
        format!(
            "every row is one value, and looks as if `{sign}` parted it; --delimiter '{sign}' says so"
        )
    })
}

/// The cell of a row that has no other.
fn only_cell(row: &Row) -> Option<&str> {
    let mut cells = row.cells().filter(|cell| !cell.trim().is_empty());
    let cell = cells.next()?;
    cells.next().is_none().then_some(cell)
}

/// Whether a piece is an e-mail address or a phone number, as it looks.
fn is_telling(piece: &str) -> bool {
    let digits = piece.chars().filter(char::is_ascii_digit).count();
    let is_number = digits > 6 && !piece.chars().any(char::is_alphabetic);
    is_number
        || piece
            .split_once('@')
            .is_some_and(|(name, host)| !name.contains(' ') && host.contains('.'))
}

/// How a text falls into records and cells under one delimiter.
struct CellGrid {
    /// Cells of each record.
    widths: Vec<usize>,
    /// Quotes that stand where another delimiter would put them.
    odd_quotes: usize,
    quotes: usize,
}

impl CellGrid {
    fn of(sample: &str, delimiter: u8) -> Self {
        let mut shape = Self {
            widths: Vec::new(),
            odd_quotes: 0,
            quotes: 0,
        };
        let (mut quoted, mut cells, mut before, mut blank) = (false, 1, b'\n', true);
        for (place, &byte) in sample.as_bytes().iter().enumerate() {
            let next = sample.as_bytes().get(place + 1).copied().unwrap_or(b'\n');
            match byte {
                b'"' => {
                    let starts = before == delimiter || before == b'\n' || before == b'\r';
                    shape.quote(delimiter, before, next, quoted || starts);
                    quoted = if quoted {
                        false
                    } else {
                        starts || before == b'"'
                    };
                    blank = false;
                }
                _ if quoted => {}
                b'\n' | b'\r' => {
                    shape.widths.extend((!blank).then_some(cells));
                    (cells, blank) = (1, true);
                }
                byte if byte == delimiter => cells += 1,
                byte => blank &= byte.is_ascii_whitespace(),
            }
            // Blanks between a delimiter and a quote belong to neither.
            if byte != b' ' {
                before = byte;
            }
        }
        shape.widths.extend((!blank && !quoted).then_some(cells));
        shape
    }

    fn quote(&mut self, delimiter: u8, before: u8, next: u8, in_place: bool) {
        let other = |byte: u8| byte != delimiter && DELIMITERS.contains(&byte);
        self.quotes += 1;
        self.odd_quotes += usize::from(!in_place && other(before) || in_place && other(next));
    }

    /// From 0 (it parts nothing) to 1: how many records have the commonest width, wider being surer.
    fn score(&self) -> f64 {
        let mut counts = std::collections::BTreeMap::new();
        for width in &self.widths {
            *counts.entry(*width).or_insert(0_u32) += 1;
        }
        let wide = counts.into_iter().filter(|(width, _)| *width > 1);
        let Some((width, count)) = wide.max_by_key(|(width, count)| (*count, *width)) else {
            return 0.0;
        };
        let share = f64::from(count) / as_float(self.widths.len());
        let sound = 1.0 - as_float(self.odd_quotes) / as_float(self.quotes.max(1));
        let start = f64::from(u8::from(self.widths.first() == Some(&width))) * 0.1;
        share * share * sound * (1.0 - 0.5 / as_float(width)) + start * share * sound
    }
}

fn as_float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_what_parts_the_records_evenly() {
        let cases = [
            ("a,b,c\n1,2,3\n", b','),
            ("a;b;c\n1;2;3\n", b';'),
            ("a\tb\n1\t2\n", b'\t'),
            ("a|b\n1|2\n", b'|'),
            ("Nom;Note\nDurand;a, b, c\nPetit;d, e\nRoy;f\n", b';'),
            (
                "P1;P2;P3\n1,5;33,33;15,55\n2,5;1,0;1,55\n3,5;2,2;15,0\n",
                b';',
            ),
            ("id,text\n1,\"x|y|z\nx|y|z\nx|y|z\"\n2,b\n", b','),
            ("\"a\";\"b, c\"\n\"d\";\"e, f\"\n", b';'),
            (
                "Notes:\nan export, as it was\n\na,b,c\n1,2,3\n4,5,6\n",
                b',',
            ),
            ("a;b,c\n", b','),
            ("one column\nof text\n", b','),
            ("Nom;Tel;Mail\nDurand;01;a\nPetit;02\nRoy;03\n", b';'),
        ];
        for (text, delimiter) in cases {
            assert_eq!(char::from(sniff(text)), char::from(delimiter), "{text:?}");
        }
    }

    #[test]
    fn a_row_of_another_file_is_known() {
        let cases = [
            ("Durand;d@x.example;+33199001235", 3, Some(';')),
            ("Durand|d@x.example", 9, Some('|')),
            ("Durand\t01 99 00 12 35", 9, Some('\t')),
            ("Anne;Durand;Lille", 3, Some(';')),
            ("Clients; VIP", 3, None),
            ("Durand; Anne", 2, None),
            ("a@x.example", 3, None),
            ("d@x.example;e@x.example", 1, None),
        ];
        for (text, width, expected) in cases {
            let row = Row::of(1, ["", text, " "]);
            assert_eq!(parted_otherwise(&row, b',', width), expected, "{text}");
        }
        assert_eq!(
            parted_otherwise(&Row::of(1, ["a;b@x.example", "c"]), b',', 2),
            None
        );
    }

    #[test]
    fn a_file_in_one_piece_is_told() {
        let told = |lines: &[&str]| {
            let rows: Vec<Row> = lines.iter().map(|line| Row::of(1, [*line])).collect();
            in_one_piece(&rows, b',').unwrap_or_default()
        };
        assert!(told(&["Nom,Email", "A,a@x.example"]).contains("outer quotes"));
        assert!(told(&["Nom^Email", "A^a@x.example"]).contains("--delimiter '^'"));
        for lines in [
            &["Nom", "A"][..],
            &["Nom,Email", "A, B, C"],
            &["Nom,Email"],
            &["x", "a^b"],
        ] {
            assert_eq!(told(lines), "", "{lines:?}");
        }
    }

    #[test]
    fn a_separator_line_names_the_delimiter() {
        for (text, delimiter) in [
            ("sep=;\nA;1\n", Some(b';')),
            ("SEP=\t\r\nA\t1", Some(b'\t')),
            ("\"sep=|\"\nA|1", Some(b'|')),
            ("separate,b\n", None),
            ("sep=\n", None),
        ] {
            assert_eq!(named(text), delimiter, "{text:?}");
        }
    }
}
