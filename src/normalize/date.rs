//! Free values that are dates: written as ISO 8601 where they have one reading. A date is not a field of a contact,
//! and is yet no text like any other: 03/04 is two days.

use super::{Making, codes};
use crate::mapping::{Date, DateOrder, Value, read_date};
use crate::model::Region;

/// The regions that write the month before the day (CLDR's short dates).
const MONTH_FIRST: [&str; 12] = [
    "US", "AS", "FM", "GU", "MH", "MP", "PA", "PH", "PR", "PW", "UM", "VI",
];
/// The region that writes either: French and English differ, and ISO 8601 is usual beside them.
const EITHER: &str = "CA";

impl Making {
    /// Keeps a value of a column of dates.
    pub(super) fn take_date(&mut self, value: &Value<'_>, order: DateOrder, text: &str) {
        let Some(dated) = read_date(text).filter(|_| !self.options.as_is) else {
            return self.keep(value, text);
        };
        // What the region's custom is, the sheet's region says: a row's own country does not change the program.
        let order = usual(order, self.options.region);
        match dated.date {
            Date::One(date) => self.keep(value, &date),
            Date::Part => self.keep(value, text),
            Date::Either {
                day_first,
                month_first,
            } => match order {
                DateOrder::DayFirst => self.keep(value, &day_first),
                DateOrder::MonthFirst => self.keep(value, &month_first),
                DateOrder::ByRegion => {
                    // The same words for each row: problems are counted by them.
                    let message =
                        "which is the day and which the month is not said; the date stays as it is";
                    self.remark(&codes::DATE_AMBIGUOUS, value, text, message);
                    self.keep(value, text);
                }
            },
            Date::ShortYear => {
                let message = "the year has two digits; the date stays as it is";
                self.remark(&codes::DATE_SHORT_YEAR, value, text, message);
                self.keep(value, text);
            }
        }
    }
}

/// The order, decided by the region where it is to decide and can.
fn usual(order: DateOrder, region: Option<Region>) -> DateOrder {
    match (order, region) {
        (DateOrder::ByRegion, Some(region)) if region.as_str() != EITHER => {
            if MONTH_FIRST.contains(&region.as_str()) {
                DateOrder::MonthFirst
            } else {
                DateOrder::DayFirst
            }
        }
        (order, _) => order,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Options, contact};
    use crate::mapping::{Mapping, Options as Guessing};
    use crate::sheet::Row;

    fn kept(options: Options, values: &[&str]) -> Vec<(String, Vec<&'static str>)> {
        let mut rows = vec![Row::of(1, ["Name", "Birthday"])];
        rows.extend(
            (2..)
                .zip(values)
                .map(|(number, value)| Row::of(number, ["Anne", *value])),
        );
        let mapping = Mapping::guess(&rows, &Guessing::default()).expect("a header");
        let of = |row: &Row| {
            let (contact, remarks) = contact(&mapping.draft(row), &options);
            let codes = remarks.iter().map(|remark| remark.code.id).collect();
            (contact.custom[0].1.clone(), codes)
        };
        rows[1..].iter().map(of).collect()
    }

    fn in_region(region: &str) -> Options {
        Options {
            region: Some(region.parse().expect("a region")),
            as_is: false,
        }
    }

    #[test]
    fn the_order_of_the_column_or_of_the_region_decides() {
        let clear = |date: &str| (date.to_owned(), vec![]);
        let none = Options::default();
        let taught = kept(none, &["03/04/1968", "25/12/1970", "never"]);
        assert_eq!(
            taught,
            [clear("1968-04-03"), clear("1970-12-25"), clear("never")]
        );
        assert_eq!(
            kept(in_region("FR"), &["03/04/1968"]),
            [clear("1968-04-03")]
        );
        assert_eq!(
            kept(in_region("US"), &["03/04/1968"]),
            [clear("1968-03-04")]
        );
        let values = ["03/04/1968", "3 April 1968", "1/2/03", "--03-04"];
        for options in [none, in_region("CA")] {
            assert_eq!(
                kept(options, &values),
                [
                    ("03/04/1968".to_owned(), vec!["date.ambiguous"]),
                    clear("1968-04-03"),
                    ("1/2/03".to_owned(), vec!["date.short-year"]),
                    clear("--03-04"),
                ]
            );
        }
    }

    #[test]
    fn what_is_said_of_many_dates_is_one_problem() {
        let message = |value: &str| {
            let rows = [
                Row::of(1, ["Name", "Birthday"]),
                Row::of(2, ["Anne", value]),
            ];
            let mapping = Mapping::guess(&rows, &Guessing::default()).expect("a header");
            let (_, remarks) = contact(&mapping.draft(&rows[1]), &Options::default());
            remarks[0].message.clone()
        };
        assert_eq!(message("03/04/1968"), message("1/2/1970"));
        assert_eq!(message("03/04/68"), message("1/2/70"));
    }

    #[test]
    fn nothing_is_rewritten_where_the_person_says_so() {
        let options = Options {
            as_is: true,
            ..in_region("FR")
        };
        let found = kept(options, &["03/04/1968", "3 April 1968"]);
        assert_eq!(found[0], ("03/04/1968".to_owned(), vec![]));
        assert_eq!(found[1], ("3 April 1968".to_owned(), vec![]));
    }
}
