//! Which character parts the cells of a delimited text. It stands alone because it is a guess, made once over
//! a bounded sample, and judged by examples.

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
        let score = Shape::of(sample, delimiter).score();
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

/// How a text falls into records and cells under one delimiter.
struct Shape {
    /// Cells of each record.
    widths: Vec<usize>,
    /// Quotes that stand where another delimiter would put them.
    odd_quotes: usize,
    quotes: usize,
}

impl Shape {
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
