//! Dates as people write them, in seven languages, and what each can mean. It stands alone because a column's order of
//! day and month is learnt from the same texts that are read by it later.

use jiff::civil;
use serde::{Deserialize, Serialize};

use super::header::fold;

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

/// The months, folded, in English, French, Spanish, German, Dutch, Italian and Portuguese; no word means two.
const MONTHS: [&str; 12] = [
    "january jan janvier janv enero ene januar janner januari gennaio gen janeiro",
    "february feb fevrier fevr fev febrero februar februari febbraio fevereiro",
    "march mar mars marzo marz mrz maart mrt marco",
    "april apr avril avr abril abr aprile",
    "may mai mayo mei maggio mag maio",
    "june jun juin junio juni giugno giu junho",
    "july jul juillet juil julio juli luglio lug julho",
    "august aug aout agosto ago augustus",
    "september sep sept septembre septiembre setiembre settembre set sett setembro",
    "october oct octobre octubre oktober okt ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec decembre diciembre dic dezember dez dicembre dezembro",
];

/// The days of the week, folded, in the same languages; they add nothing.
const WEEKDAYS: &str = "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun \
    lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves viernes sabado domingo \
    montag dienstag mittwoch donnerstag freitag samstag sonntag maandag dinsdag woensdag donderdag vrijdag zaterdag \
    zondag lunedi martedi mercoledi giovedi venerdi domenica segunda terca quarta quinta sexta feira";

/// Words that stand between the parts of a date or behind its day.
const FILLERS: &str =
    "de del d of the le den der di do el al am at a um om alle las as on st nd rd th er o";

fn is_among(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
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
        (None, [(value, 8)], 1) => in_one(day.trim(), *value, &time),
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

/// The date, and the time behind it as ISO 8601 writes it, empty where there is none.
fn parted(text: &str) -> Option<(&str, String)> {
    let Some(colon) = text.find(':') else {
        return Some((text, String::new()));
    };
    let hour = text[..colon].trim_end_matches(|c: char| c.is_ascii_digit());
    let day = match hour.strip_suffix(['T', 't']) {
        Some(day) if day.ends_with(|c: char| c.is_ascii_digit()) => day,
        _ if hour.ends_with(|c: char| c.is_whitespace() || c == ',') => hour,
        _ => return None,
    };
    Some((day, time(&text[hour.len()..])?))
}

/// `2:30 pm` as `T14:30`.
fn time(text: &str) -> Option<String> {
    let lower = text.trim().to_ascii_lowercase();
    let half = ["am", "pm"].into_iter().find(|half| lower.ends_with(half));
    let clock = half.map_or(lower.as_str(), |half| &lower[..lower.len() - half.len()]);
    let clock = clock.trim_end();
    let end = clock.find(['z', '+', '-']).unwrap_or(clock.len());
    let (clock, zone) = clock.split_at(end);
    let parts: Vec<&str> = clock.trim().split(':').collect();
    let (hour, rest) = parts.split_first()?;
    let seconds_whole = |part: &str| {
        part.split_once('.')
            .map_or(part.len(), |(whole, _)| whole.len())
    };
    let number = |part: &str| part.chars().all(|c| c.is_ascii_digit() || c == '.');
    if !(1..=2).contains(&rest.len())
        || !rest
            .iter()
            .all(|part| seconds_whole(part) == 2 && number(part))
    {
        return None;
    }
    let hour: u8 = hour.parse().ok()?;
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some("am") => hour % 12,
        Some(_) => hour % 12 + 12,
    };
    let zone = zone.to_ascii_uppercase();
    let iso = format!("{hour:02}:{}", rest.join(":"));
    let is_time = iso.parse::<civil::Time>().is_ok();
    let is_zone = zone.is_empty() || zone == "Z" || (zone.len() == 6 && zone.as_bytes()[3] == b':');
    (is_time && is_zone).then(|| format!("T{iso}{zone}"))
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
        let month = (1..).zip(MONTHS).find(|(_, names)| is_among(names, &word));
        match month {
            Some((month, _)) => parts.push(Part {
                before,
                what: What::Month(month),
            }),
            None if is_among(WEEKDAYS, &word) || is_among(FILLERS, &word) || word.is_empty() => {
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
fn in_one(text: &str, _: u16, time: &str) -> Option<Dated> {
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
mod tests {
    use super::*;

    fn one(text: &str) -> Option<String> {
        match read(text)?.date {
            Date::One(date) => Some(date),
            _ => None,
        }
    }

    #[test]
    fn one_date_is_read_however_it_is_written() {
        for (text, date) in [
            ("1968-03-15", "1968-03-15"),
            ("1968/3/15", "1968-03-15"),
            ("19680315", "1968-03-15"),
            ("15/03/1968", "1968-03-15"),
            ("03/15/1968", "1968-03-15"),
            ("15.3.1968", "1968-03-15"),
            ("05. 03. 1968", "1968-03-05"),
            ("05/05/1968", "1968-05-05"),
            ("15 mars 1968", "1968-03-15"),
            ("vendredi 15 mars 1968", "1968-03-15"),
            ("1er août 1968", "1968-08-01"),
            ("15 févr. 1968", "1968-02-15"),
            ("March 15, 1968", "1968-03-15"),
            ("the 1st of May 1968", "1968-05-01"),
            ("15-Mar-1968", "1968-03-15"),
            ("15. März 1968", "1968-03-15"),
            ("15 de septiembre de 1968", "1968-09-15"),
            ("15 mei 1968", "1968-05-15"),
            ("15 luglio 1968", "1968-07-15"),
            ("15 de março de 1968", "1968-03-15"),
            ("1968 Mar 15", "1968-03-15"),
            ("15/03/1968 14:30", "1968-03-15T14:30"),
            ("1968-03-15T14:30:05Z", "1968-03-15T14:30:05Z"),
            (
                "1968-03-15 14:30:05.25+02:00",
                "1968-03-15T14:30:05.25+02:00",
            ),
            ("03/15/1968, 2:30 PM", "1968-03-15T14:30"),
            ("03/15/1968 12:05 am", "1968-03-15T00:05"),
            ("29/02/2024", "2024-02-29"),
        ] {
            assert_eq!(one(text).as_deref(), Some(date), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "n/a",
            "1968",
            "15/03",
            "30/02/1968",
            "29/02/2023",
            "32/01/1968",
            "13/13/1968",
            "0000-00-00",
            "15031968",
            "0199001234",
            "+33 1 99 00 12 34",
            "10.0.0.1",
            "v1.2.2020",
            "15 mars 1968 ou 1969",
            "15 Brumaire 1968",
            "15/03-1968",
            "1 2 1968",
            "14:30",
            "15/03/1968 25:00",
            "15/03/1968 2:5",
            "(15/03/1968)",
            "15:03:1968",
            "15/3/19680",
            "1968-3-15-2",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_a_date_of_more_than_one_reading_is_said_to_be_one() {
        let either = read("03/04/1968").expect("a date");
        let (day_first, month_first) = ("1968-04-03".to_owned(), "1968-03-04".to_owned());
        assert_eq!(
            either,
            Dated {
                date: Date::Either {
                    day_first,
                    month_first
                },
                proves: None
            }
        );
        for (text, proves) in [
            ("15/03/1968", Some(DateOrder::DayFirst)),
            ("3-15-1968", Some(DateOrder::MonthFirst)),
            ("15/03/68", Some(DateOrder::DayFirst)),
            ("1968-03-15", None),
            ("05/05/1968", None),
            ("15 mars 1968", None),
        ] {
            assert_eq!(read(text).expect("a date").proves, proves, "{text}");
        }
        for text in ["15/03/68", "15-Mar-68", "1/2/03"] {
            assert_eq!(read(text).expect("a date").date, Date::ShortYear, "{text}");
        }
        for text in ["1968-03", "--03-15", "--0315"] {
            assert_eq!(read(text).expect("a part").date, Date::Part, "{text}");
        }
    }

    #[test]
    fn no_month_has_the_name_of_another() {
        let all: Vec<&str> = MONTHS.iter().flat_map(|names| names.split(' ')).collect();
        for (place, name) in all.iter().enumerate() {
            assert_eq!(
                all.iter().position(|other| other == name),
                Some(place),
                "{name}"
            );
            assert!(!is_among(FILLERS, name), "{name}");
            assert_eq!(fold(name), *name);
        }
    }
}
