//! The plans against the library: whatever they answer, it answers the same. `ROLO_PHONES=4000` makes some twenty million
//! numbers up.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};

use super::super::library::{Verdict, ask};
use super::plans::PLANS;
use super::*;

/// Every calling code.
fn codes() -> Vec<i32> {
    let mut codes: Vec<i32> = PHONE_NUMBER_UTIL.get_supported_calling_codes().collect();
    codes.sort_unstable();
    codes
}

/// How many numbers were asked for, and how many of them the plans answered.
#[derive(Debug, Default)]
struct Compared {
    asked: u64,
    answered: u64,
}

impl Compared {
    fn agree(&mut self, plus: bool, digits: &str, region: Option<Region>) {
        let digits = digits.to_owned();
        let dialled = Dialled { plus, digits };
        self.asked += 1;
        let Some(e164) = surely(&dialled, region) else {
            return;
        };
        self.answered += 1;
        let number = Verdict::Number {
            e164,
            valid: true,
            restored: false,
        };
        assert_eq!(ask(&dialled, region), number, "{dialled:?} in {region:?}");
    }

    /// A national number, in every way in which it may be written.
    fn all_ways(&mut self, code: &str, national: &str, region: Option<Region>) {
        let france = "FR".parse().ok();
        for way in [None, region, france] {
            self.agree(true, &format!("{code}{national}"), way);
            self.agree(true, &format!("{code}0{national}"), way);
            self.agree(false, &format!("00{code}{national}"), way);
            self.agree(false, national, way);
        }
        for prefix in ["0", "1", "8", "00", "011", "06", code] {
            self.agree(false, &format!("{prefix}{national}"), region);
        }
    }
}

fn region_of(code: i32) -> Option<Region> {
    let region = PHONE_NUMBER_UTIL.get_region_for_country_code(code)?;
    format!("{region:?}").parse().ok()
}

/// How many numbers of each code are made up.
fn how_many() -> u32 {
    let said = std::env::var("ROLO_PHONES").ok();
    said.and_then(|said| said.parse().ok()).unwrap_or(40)
}

#[test]
fn plans_answer_as_the_library_does_for_numbers_of_every_code() {
    let mut random = fastrand::Rng::with_seed(5);
    let mut compared = Compared::default();
    for code in codes() {
        let (text, region) = (code.to_string(), region_of(code));
        for _ in 0..how_many() {
            let length = random.usize(4..=12);
            let digit = |_| char::from(b'0' + random.u8(0..10));
            let national: String = (0..length).map(digit).collect();
            compared.all_ways(&text, &national, region);
        }
    }
    assert!(compared.answered > 0, "{compared:?}");
}

#[test]
fn plans_answer_as_the_library_does_near_the_examples_of_every_code() {
    let mut random = fastrand::Rng::with_seed(6);
    let mut compared = Compared::default();
    for code in codes() {
        let (text, region) = (code.to_string(), region_of(code));
        let of_region = PHONE_NUMBER_UTIL.get_regions_for_country_calling_code(code);
        let examples = of_region.into_iter().flatten().filter_map(|region| {
            let example = PHONE_NUMBER_UTIL.get_example_number(region).ok()?;
            let text = PHONE_NUMBER_UTIL.format(&example, PhoneNumberFormat::E164);
            Some(text[1 + code.to_string().len()..].to_owned())
        });
        for example in examples {
            for _ in 0..how_many().div_ceil(8) {
                let mut national = example.clone().into_bytes();
                for _ in 0..random.usize(0..3) {
                    let place = random.usize(0..national.len());
                    national[place] = b'0' + random.u8(0..10);
                }
                match random.u8(0..10) {
                    0 => drop(national.pop()),
                    1 => national.push(b'0' + random.u8(0..10)),
                    _ => {}
                }
                let national = String::from_utf8(national).expect("digits");
                compared.all_ways(&text, &national, region);
            }
        }
    }
    assert!(compared.answered * 5 > compared.asked, "{compared:?}");
}

#[test]
fn plans_answer_as_the_library_does_over_all_ranges_of_some_countries() {
    let mut compared = Compared::default();
    for code in [
        "33", "49", "34", "39", "32", "44", "1", "41", "7", "352", "31", "225",
    ] {
        let region = region_of(code.parse().expect("a number"));
        for start in (0..100_000).step_by(7) {
            for length in [8, 9, 10, 11] {
                let national = format!("{start:05}{:0width$}", start % 997, width = length - 5);
                compared.agree(true, &format!("{code}{national}"), None);
                compared.agree(false, &format!("0{national}"), region);
                compared.agree(false, &national, region);
            }
        }
    }
    assert!(compared.answered * 20 > compared.asked, "{compared:?}");
}

#[test]
fn most_countries_have_a_plan() {
    let (have, all) = (PLANS.codes().count(), codes().len());
    assert!(have * 10 > all * 9, "{have} of {all}");
}

#[test]
fn plain_numbers_are_answered_for() {
    let of = |plus, digits: &str, region: &str| {
        let digits = digits.to_owned();
        surely(&Dialled { plus, digits }, region.parse().ok())
    };
    for (plus, digits, region, found) in [
        (false, "0199001234", "FR", Some("+33199001234")),
        (true, "33199001234", "", Some("+33199001234")),
        (true, "330199001234", "FR", Some("+33199001234")),
        (false, "0033199001234", "FR", Some("+33199001234")),
        (false, "0199001234", "", None),
        (false, "019900123", "FR", None),
        (false, "199001234", "FR", None),
        (true, "4930123456", "FR", Some("+4930123456")),
        (true, "390236618300", "FR", Some("+390236618300")),
        (false, "0236618300", "IT", Some("+390236618300")),
        (false, "2025550123", "US", Some("+12025550123")),
        (true, "12025550123", "", Some("+12025550123")),
        (true, "999123456789", "FR", None),
        (true, "0033199001234", "FR", None),
        (false, "00033199001234", "FR", None),
    ] {
        assert_eq!(
            of(plus, digits, region).as_deref(),
            found,
            "{digits} in {region}"
        );
    }
}
