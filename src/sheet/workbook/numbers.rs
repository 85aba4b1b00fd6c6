//! A spreadsheet's numbers as the text that it shows. Phone numbers and postal codes are often kept as numbers whose
//! leading zeros exist in the number format only.

use super::super::Row;
use super::super::row::RowRemark;
use crate::model::{Code, Severity};

/// A number has more digits than a spreadsheet keeps.
pub(crate) static ROUNDED: Code = Code {
    id: "sheet.rounded",
    severity: Severity::Warning,
    means: "The cell holds a number of more than 15 digits. A spreadsheet keeps 15 of them and makes the others \
            zeros, so the number is no longer what was typed.",
    help: "format the column as text and enter the value again",
};

/// From here on a spreadsheet keeps not every digit of a whole number.
const EXACT: f64 = 1e15;

/// Adds a cell that the spreadsheet holds as a number.
pub(super) fn push(row: &mut Row, value: f64, pattern: Option<&Pattern>) {
    let text = shown(value, pattern);
    if value.abs() >= EXACT {
        row.remark(RowRemark {
            code: &ROUNDED,
            column: u32::try_from(row.len()).ok(),
            found: text.clone(),
            message: "the number has more digits than a spreadsheet keeps".into(),
        });
    }
    row.push_number(&text);
}

/// What a number format does to whole numbers: digits to be filled in, and the characters between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Token>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// A digit, and whether a zero is shown where the number has none.
    Digit {
        zero: bool,
    },
    Literal(char),
}

impl Pattern {
    /// The pattern of a number format code (ECMA-376, 18.8.31), if whole numbers can be shown with it as they
    /// are: without decimals, exponents, per cent, fractions, thousands or conditions.
    pub(super) fn of(code: &str) -> Option<Self> {
        let mut tokens = Vec::new();
        let mut chars = code.chars();
        while let Some(c) = chars.next() {
            match c {
                '0' => tokens.push(Token::Digit { zero: true }),
                '#' | '?' => tokens.push(Token::Digit { zero: false }),
                '"' => tokens.extend(chars.by_ref().take_while(|c| *c != '"').map(Token::Literal)),
                '\\' => tokens.extend(chars.next().map(Token::Literal)),
                // The width of a character, and a filling: neither is text.
                '_' | '*' => drop(chars.next()),
                '[' => {
                    let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    if inside.starts_with(['<', '>', '=']) {
                        return None;
                    }
                }
                ';' => break,
                ' ' | '-' | '+' | '(' | ')' | ':' => tokens.push(Token::Literal(c)),
                _ => return None,
            }
        }
        let digits = tokens
            .iter()
            .filter(|token| matches!(token, Token::Digit { .. }))
            .count();
        (digits > 0 && tokens.len() > 1).then_some(Self(tokens))
    }

    /// A whole number's digits in the pattern; digits beyond it stand before its first.
    fn fill(&self, digits: &str) -> String {
        let places = self
            .0
            .iter()
            .filter(|token| matches!(token, Token::Digit { .. }))
            .count();
        let missing = places.saturating_sub(digits.len());
        let (before, mut rest) = digits.split_at(digits.len().saturating_sub(places));
        let (mut text, mut place) = (String::new(), 0);
        for token in &self.0 {
            match token {
                Token::Literal(c) => text.push(*c),
                Token::Digit { zero } => {
                    if place == 0 {
                        text.push_str(before);
                    }
                    if place >= missing {
                        let (digit, later) = rest.split_at(1.min(rest.len()));
                        text.push_str(digit);
                        rest = later;
                    } else if *zero {
                        text.push('0');
                    }
                    place += 1;
                }
            }
        }
        text.trim().to_owned()
    }
}

/// A number's text: as the pattern shows it, else plain, without `.0`. Beyond 16 digits a spreadsheet has
/// rounded it, and it stays in scientific notation so that nobody takes it for the number that was typed.
pub(super) fn shown(value: f64, pattern: Option<&Pattern>) -> String {
    if value.abs() >= 1e16 {
        return format!("{value:E}").replace('E', "E+");
    }
    if value.fract() != 0.0 {
        return format!("{value}");
    }
    let plain = format!("{value:.0}");
    match pattern {
        Some(pattern) if value >= 0.0 => pattern.fill(&plain),
        _ => plain,
    }
}

/// A date and time in ISO 8601, from year to millisecond; the time alone on the day that counts as none.
pub(super) fn moment(parts: (u16, u8, u8, u8, u8, u8, u16), days: f64) -> String {
    let (year, month, day, hour, minute, second, _) = parts;
    let date = format!("{year:04}-{month:02}-{day:02}");
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if days < 1.0 {
        time
    } else if time == "00:00:00" {
        date
    } else {
        format!("{date}T{time}")
    }
}

/// A duration in hours, minutes and seconds.
pub(super) fn duration(days: f64) -> String {
    let text = format!("{:.0}", (days.abs() * 86_400.0).round());
    let seconds: u64 = text.parse().unwrap_or(0);
    let sign = if days < 0.0 { "-" } else { "" };
    format!(
        "{sign}{}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_is_shown() {
        let cases = [
            (612_345_678.0, "0000000000", "0612345678"),
            (
                612_345_678.0,
                "00\" \"00\" \"00\" \"00\" \"00",
                "06 12 34 56 78",
            ),
            (612_345_678.0, "0#\\ ##\\ ##\\ ##\\ ##", "06 12 34 56 78"),
            (33_612_345_678.0, "\"+\"0", "+33612345678"),
            (1000.0, "00000", "01000"),
            (75001.0, "00000", "75001"),
            (123_456.0, "000", "123456"),
            (33_612_345_678.0, "General", "33612345678"),
            (8_595_602_512_225.0, "0.00E+00", "8595602512225"),
            (12.5, "0000", "12.5"),
            (1932.0, "0", "1932"),
            (1234.0, "#,##0", "1234"),
            (5_551_234.0, "[<=9999999]###-####;(###) ###-####", "5551234"),
            (612_345_678.0, "[$-40C]0000000000;@", "0612345678"),
            (-5.0, "000", "-5"),
            (0.0, "##", "0"),
            (92_233_720_368_547_800_000.0, "0", "9.22337203685478E+19"),
        ];
        for (value, code, text) in cases {
            assert_eq!(
                shown(value, Pattern::of(code).as_ref()),
                text,
                "{value} in {code}"
            );
        }
    }

    #[test]
    fn dates_and_durations_are_text() {
        assert_eq!(moment((2021, 1, 2, 0, 0, 0, 0), 44198.0), "2021-01-02");
        assert_eq!(
            moment((2021, 1, 2, 9, 5, 0, 0), 44198.4),
            "2021-01-02T09:05:00"
        );
        assert_eq!(moment((1899, 12, 31, 9, 5, 0, 0), 0.4), "09:05:00");
        assert_eq!(duration(1.5), "36:00:00");
    }
}
