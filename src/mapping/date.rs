//! Dates as people write them, in the languages of the vocabulary, and what each can mean; a column's order of
//! day and month is learnt from the same texts that are read by it later.

mod clock;

use jiff::civil;
use serde::{Deserialize, Serialize};

use super::header::fold;
use super::vocabulary::vocabulary;
use clock::parted;

/// In which order a column's dates name day and month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// 15/03/1968.
    DayFirst,
    /// 03/15/1968.
    MonthFirst,
    /// As is usual in the sheet's region; not to be told without one.
    ByRegion,
}

/// What a text can mean as a date: ISO 8601, `1968-03-15` or `1968-03-15T14:30`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Date {
    /// One date, whatever the order.
    One(String),
    /// One of two.
    Either {
        /// With the day first.
        day_first: String,
        /// With the month first.
        month_first: String,
    },
    /// A date whose year has two digits: which century is not said.
    ShortYear,
    /// A part of a date in ISO 8601: `1968-03`, `--03-15`.
    Part,
}

/// A text that is a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// What it means.
    pub date: Date,
    /// The order that it proves: a number above 12 is no month.
    pub proves: Option<DateOrder>,
}

/// A part of a date, and what stands before it.
struct Part<'a> {
    before: &'a str,
    what: What,
}

enum What {
    Number { value: u16, digits: usize },
    Month(u16),
}

/// Reads a text as a date; `None` where it is none.
pub fn read(text: &str) -> Option<Dated> {
    let text = text.trim();
    if is_part(text) {
        return Some(Dated {
            date: Date::Part,
            proves: None,
        });
    }
    let (day, time) = parted(text)?;
    let parts = parts(day)?;
    let numbers: Vec<(u16, usize)> = parts
        .iter()
        .filter_map(|part| match part.what {
            What::Number { value, digits } => Some((value, digits)),
            What::Month(_) => None,
        })
        .collect();
    let month = parts.iter().find_map(|part| match part.what {
        What::Month(month) => Some(month),
        What::Number { .. } => None,
    });
    match (month, numbers.as_slice(), parts.len()) {
        (Some(month), [one, two], 3) => spelt(month, *one, *two, &time),
        (None, [(_, 8)], 1) => in_one(day.trim(), &time),
        (None, [one, two, three], 3) => numeric([*one, *two, *three], sign(&parts)?, &time),
        _ => None,
    }
}

/// ISO's own incomplete dates, as vCards hold them.
fn is_part(text: &str) -> bool {
    let digits =
        |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    match text.strip_prefix("--") {
        Some(rest) => {
            digits(rest, 4)
                || rest
                    .split_once('-')
                    .is_some_and(|(month, day)| digits(month, 2) && digits(day, 2))
        }
        None => text
            .split_once('-')
            .is_some_and(|(year, month)| digits(year, 4) && digits(month, 2)),
    }
}

/// The numbers and months of a text; `None` where it has other words.
fn parts(text: &str) -> Option<Vec<Part<'_>>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut rest = text;
    let mut before = "";
    while let Some(start) = rest.find(char::is_alphanumeric) {
        let gap = &rest[..start];
        let first = rest[start..].chars().next()?;
        let alike = |c: char| c.is_alphanumeric() && c.is_ascii_digit() == first.is_ascii_digit();
        let end = rest[start..]
            .find(|c: char| !alike(c))
            .map_or(rest.len(), |length| start + length);
        let word = &rest[start..end];
        rest = &rest[end..];
        before = if before.is_empty() { gap } else { before };
        if first.is_ascii_digit() {
            let value = if word.len() > 4 {
                0
            } else {
                word.parse().ok()?
            };
            let digits = word.len();
            parts.push(Part {
                before,
                what: What::Number { value, digits },
            });
            before = "";
            continue;
        }
        let word = fold(word);
        match vocabulary().month(&word) {
            Some(month) => parts.push(Part {
                before,
                what: What::Month(month),
            }),
            None if word.is_empty() || vocabulary().adds_nothing(&word) => {
                continue;
            }
            None => return None,
        }
        before = "";
    }
    let plain = |text: &str| {
        text.chars()
            .all(|c| c.is_whitespace() || "/-.,'’".contains(c))
    };
    (plain(rest) && parts.iter().all(|part| plain(part.before))).then_some(parts)
}

/// What parts three numbers.
fn sign(parts: &[Part<'_>]) -> Option<char> {
    let signs: Vec<&str> = parts[1..].iter().map(|part| part.before.trim()).collect();
    let alike = signs.iter().all(|sign| *sign == signs[0]);
    let sign = signs[0]
        .chars()
        .next()
        .filter(|_| signs[0].len() == 1 && alike)?;
    "/-.".contains(sign).then_some(sign)
}

/// A date with its month in letters.
fn spelt(month: u16, one: (u16, usize), two: (u16, usize), time: &str) -> Option<Dated> {
    let (year, day) = match (one.1, two.1) {
        (4, 1..=2) => (one.0, two.0),
        (1..=2, 4) => (two.0, one.0),
        (1..=2, 2) => return Some(short_year(None)),
        _ => return None,
    };
    iso(year, month, day, time).map(certain)
}

/// `19680315`.
fn in_one(text: &str, time: &str) -> Option<Dated> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u16>().ok();
    let year = number(0..4).filter(|year| (1800..2200).contains(year))?;
    iso(year, number(4..6)?, number(6..8)?, time).map(certain)
}

/// A date in three numbers.
fn numeric(numbers: [(u16, usize); 3], sign: char, time: &str) -> Option<Dated> {
    let [(one, long), (two, middle), (three, last)] = numbers;
    if middle > 2 {
        return None;
    }
    match (long, last) {
        (4, 1..=2) => return iso(one, two, three, time).map(certain),
        (1..=2, 2 | 4) => {}
        _ => return None,
    }
    let proves = match (one > 12, two > 12) {
        (true, false) => Some(DateOrder::DayFirst),
        (false, true) => Some(DateOrder::MonthFirst),
        _ => None,
    };
    if last == 2 {
        return ((1..=31).contains(&one) && (1..=31).contains(&two)).then(|| short_year(proves));
    }
    let day_first = iso(three, two, one, time);
    // Nobody writes the month first and points between.
    let month_first = iso(three, one, two, time).filter(|_| sign != '.');
    let date = match (day_first, month_first) {
        (Some(day_first), Some(month_first)) if day_first != month_first => Date::Either {
            day_first,
            month_first,
        },
        (Some(date), _) | (None, Some(date)) => Date::One(date),
        (None, None) => return None,
    };
    Some(Dated { date, proves })
}

fn certain(date: String) -> Dated {
    Dated {
        date: Date::One(date),
        proves: None,
    }
}

fn short_year(proves: Option<DateOrder>) -> Dated {
    Dated {
        date: Date::ShortYear,
        proves,
    }
}

fn iso(year: u16, month: u16, day: u16, time: &str) -> Option<String> {
    let (month_i, day_i) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    civil::Date::new(i16::try_from(year).ok()?, month_i, day_i).ok()?;
    Some(format!("{year:04}-{month:02}-{day:02}{time}"))
}

#[cfg(test)]
mod tests;
