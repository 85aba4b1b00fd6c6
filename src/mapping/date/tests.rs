//! Dates, judged by examples.

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
