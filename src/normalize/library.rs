//! What the numbering plans say of a number. It is the one door to libphonenumber: what is slow about it can be made
//! fast here, and what is known to be wrong with it is kept out.

use std::cell::RefCell;
use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;
use rlibphonenumber::{
    PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat, ValidationError,
};

use super::dialled::Dialled;
use super::{codes, numbering};
use crate::model::{Code, Number, Region};

/// What a number is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A number in E.164.
    Number {
        e164: String,
        /// Whether its range is in use.
        valid: bool,
        /// Whether a leading zero or a + had to be added.
        restored: bool,
    },
    /// None, and why.
    Wrong(&'static Code),
}

/// How many digits a number has at most (ITU E.164).
const LONGEST: usize = 15;

/// Countries whose numbers begin with a zero that is dialled from abroad too (libphonenumber's metadata).
const ZERO_STAYS: [i32; 6] = [39, 225, 229, 241, 242, 378];

/// What a number is, written in the way of a region.
pub(super) fn read(dialled: &Dialled, region: Option<Region>) -> Verdict {
    match numbering::surely(dialled, region) {
        Some(e164) => Verdict::Number {
            e164,
            valid: true,
            restored: false,
        },
        None => ANSWERS.with_borrow_mut(|answers| answers.of(dialled, region)),
    }
}

thread_local! {
    static ANSWERS: RefCell<Answers> = RefCell::default();
}

/// How many answers are kept.
const KEPT: usize = 1024;

/// A number as it was dialled, and in the way of which region.
type Asked = (Dialled, Option<Region>);

/// The last answers of the library: what is odd about a sheet's numbers is so in many of them, and switchboards repeat.
#[derive(Default)]
struct Answers(Vec<Option<(Asked, Verdict)>>);

impl Answers {
    fn of(&mut self, dialled: &Dialled, region: Option<Region>) -> Verdict {
        if self.0.is_empty() {
            self.0.resize(KEPT, None);
        }
        let place = FixedState::with_seed(0).hash_one((dialled, region)) % KEPT as u64;
        let Some(kept) = self.0.get_mut(usize::try_from(place).unwrap_or_default()) else {
            return ask(dialled, region);
        };
        if let Some(((known, way), answer)) = kept
            && known == dialled
            && *way == region
        {
            return answer.clone();
        }
        let answer = ask(dialled, region);
        *kept = Some(((dialled.clone(), region), answer.clone()));
        answer
    }
}

/// What the library makes of a number.
pub(super) fn ask(dialled: &Dialled, region: Option<Region>) -> Verdict {
    let region = region.and_then(|region| region.as_str().parse::<rlibphonenumber::Region>().ok());
    if region.is_none() && !dialled.plus {
        return Verdict::Wrong(&codes::PHONE_NO_REGION);
    }
    let mut text = String::with_capacity(dialled.digits.len() + 1);
    if dialled.plus {
        text.push('+');
    }
    text.push_str(&dialled.digits);
    match PHONE_NUMBER_UTIL.parse(&text, region) {
        Ok(number) => judge(&number, dialled, region),
        Err(ParseError::InvalidCountryCode) => Verdict::Wrong(&codes::PHONE_COUNTRY_CODE),
        Err(ParseError::NotANumber(_)) if dialled.digits.len() > LONGEST => {
            Verdict::Wrong(&codes::PHONE_TOO_LONG)
        }
        Err(ParseError::NotANumber(_) | ParseError::TooShortAfterIdd | ParseError::TooShortNsn) => {
            Verdict::Wrong(&codes::PHONE_TOO_SHORT)
        }
        Err(ParseError::TooLongNsn) => Verdict::Wrong(&codes::PHONE_TOO_LONG),
    }
}

fn judge(
    number: &PhoneNumber,
    dialled: &Dialled,
    region: Option<rlibphonenumber::Region>,
) -> Verdict {
    // The validity for a region is not asked: the library answers it without the country code.
    let valid = PHONE_NUMBER_UTIL.is_valid_number(number);
    if !valid && let Some(code) = impossible(number) {
        return Verdict::Wrong(code);
    }
    let e164 = PHONE_NUMBER_UTIL
        .format(number, PhoneNumberFormat::E164)
        .into_owned();
    // A zero behind the country code is taken off anew each time that such a number is read; it is none.
    if !valid && !reads_as_itself(&e164) {
        return Verdict::Wrong(&codes::PHONE_LENGTH);
    }
    let restored = !dialled.plus
        && !dialled.digits.starts_with('0')
        && (e164[1..] == dialled.digits || lacks_zero(number, &dialled.digits, region));
    Verdict::Number {
        e164,
        valid,
        restored,
    }
}

fn reads_as_itself(e164: &str) -> bool {
    PHONE_NUMBER_UTIL
        .parse(e164, None)
        .is_ok_and(|number| PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164) == e164)
}

/// Whether the region writes the number with a zero before these digits: then it is the same number with it.
fn lacks_zero(number: &PhoneNumber, digits: &str, region: Option<rlibphonenumber::Region>) -> bool {
    PHONE_NUMBER_UTIL
        .parse(format!("0{digits}"), region)
        .is_ok_and(|with| with == *number)
}

/// Why no number of the country can have this many digits.
fn impossible(number: &PhoneNumber) -> Option<&'static Code> {
    let mut number = number.clone();
    // A trunk zero that the library could not place counts for it as a digit of the number.
    if !ZERO_STAYS.contains(&number.country_code) {
        number.italian_leading_zero = None;
        number.number_of_leading_zeros = None;
    }
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(&number) {
        Ok(rlibphonenumber::NumberLengthType::IsPossible) => None,
        Ok(rlibphonenumber::NumberLengthType::IsPossibleLocalOnly)
        | Err(ValidationError::TooShort) => Some(&codes::PHONE_TOO_SHORT),
        Err(ValidationError::TooLong) => Some(&codes::PHONE_TOO_LONG),
        Err(ValidationError::InvalidCountryCode) => Some(&codes::PHONE_COUNTRY_CODE),
        Err(_) => Some(&codes::PHONE_LENGTH),
    }
}

/// The digits that are dialled within the number's own country; `None` for a number that has no country.
pub fn national_digits(number: &Number) -> Option<String> {
    let Number::International(number) = number else {
        return None;
    };
    let parsed = PHONE_NUMBER_UTIL.parse(number, None).ok()?;
    let national = PHONE_NUMBER_UTIL.format(&parsed, PhoneNumberFormat::National);
    Some(national.chars().filter(char::is_ascii_digit).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(text: &str, region: &str) -> String {
        let digits = text.trim_start_matches('+').to_owned();
        let dialled = Dialled {
            plus: text.starts_with('+'),
            digits,
        };
        match read(&dialled, region.parse().ok()) {
            Verdict::Number {
                e164,
                valid,
                restored,
            } => {
                let valid = if valid { "" } else { " not valid" };
                format!("{e164}{valid}{}", if restored { " restored" } else { "" })
            }
            Verdict::Wrong(code) => code.id.to_owned(),
        }
    }

    #[test]
    fn every_region_is_one_that_the_library_knows() {
        let mut ours: Vec<String> = Region::all().map(|region| region.to_string()).collect();
        let known = PHONE_NUMBER_UTIL.get_supported_regions();
        let mut theirs: Vec<String> = known.map(|region| format!("{region:?}")).collect();
        ours.sort_unstable();
        theirs.sort_unstable();
        assert_eq!(ours, theirs);
    }

    #[test]
    fn a_number_reads_as_itself_or_is_none() {
        for digits in [
            "270010000",
            "27010000",
            "2710000",
            "330199001234",
            "4900301234567",
        ] {
            let dialled = Dialled {
                plus: true,
                digits: digits.to_owned(),
            };
            if let Verdict::Number { e164, .. } = read(&dialled, None) {
                let again = Dialled {
                    plus: true,
                    digits: e164[1..].to_owned(),
                };
                let same = matches!(read(&again, None), Verdict::Number { e164: second, .. } if second == e164);
                assert!(
                    same,
                    "{digits} reads as {e164}, which does not read as itself"
                );
            }
        }
    }

    #[test]
    fn numbers_are_judged_by_the_numbering_plans() {
        for (text, region, found) in [
            ("0199001234", "FR", "+33199001234"),
            ("0199001234", "", "phone.no-region"),
            ("+33199001234", "", "+33199001234"),
            ("+330199001234", "", "+33199001234"),
            ("0033199001234", "FR", "+33199001234"),
            ("199001234", "FR", "+33199001234 restored"),
            ("33199001234", "FR", "+33199001234 restored"),
            ("019900123", "FR", "phone.too-short"),
            ("01990012345", "FR", "phone.too-long"),
            ("+999123456789", "FR", "phone.country-code"),
            ("+32470123456", "FR", "+32470123456"),
            ("+1112223333", "FR", "phone.too-short"),
            ("+11122233334", "FR", "+11122233334 not valid"),
            ("+33", "FR", "phone.too-short"),
            ("00", "FR", "phone.too-short"),
            ("01990012340199001234", "FR", "phone.too-long"),
        ] {
            assert_eq!(verdict(text, region), found, "{text} in {region}");
        }
    }

    /// The numbers that ARCEP keeps for fiction, which samples and tests use. The mobile ones are in no plan.
    #[test]
    fn the_numbers_of_fiction_are_valid_but_for_the_mobile_ones() {
        for start in ["19900", "26191", "35301", "46571", "53649"] {
            assert_eq!(
                verdict(&format!("0{start}0042"), "FR"),
                format!("+33{start}0042")
            );
        }
        assert_eq!(verdict("0639980042", "FR"), "+33639980042 not valid");
    }
}
