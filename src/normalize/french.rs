//! French numbers without the library. It is a shortcut, worth its lines only where it is right: judging numbers
//! takes most of the time of the whole line, and nearly all of them are plain French ones. It answers for ranges that
//! are in use as a whole; every other number goes to libphonenumber, and a test holds the two against each other over
//! all ranges.

use super::dialled::Dialled;
use crate::model::Region;

/// The first three digits after +33 of ranges that are in use as a whole, from and to.
const RANGES: [(u16, u16); 8] = [
    (100, 261),
    (270, 399),
    (410, 589),
    (600, 638),
    (640, 689),
    (695, 695),
    (698, 699),
    (730, 799),
];

/// How many digits follow the country code or the trunk zero.
const LENGTH: usize = 9;

/// The number in E.164, if it is a French one that is surely valid, written with its + or its leading zero.
pub(super) fn surely(dialled: &Dialled, region: Option<Region>) -> Option<String> {
    let digits = dialled.digits.as_str();
    let national = if dialled.plus {
        digits.strip_prefix("33")?
    } else if region?.as_str() == "FR" {
        digits
            .strip_prefix("0033")
            .or_else(|| digits.strip_prefix('0'))?
    } else {
        return None;
    };
    if national.len() != LENGTH {
        return None;
    }
    let start: u16 = national[..3].parse().ok()?;
    let used = RANGES
        .iter()
        .any(|(from, to)| (*from..=*to).contains(&start));
    used.then(|| ["+33", national].concat())
}

#[cfg(test)]
mod tests {
    use super::super::library::{Verdict, ask};
    use super::*;

    #[test]
    fn the_shortcut_agrees_with_the_library_over_all_ranges() {
        let region = "FR".parse().ok();
        let agrees = |text: &str| {
            let digits = text.trim_start_matches('+').to_owned();
            let dialled = Dialled {
                plus: text.starts_with('+'),
                digits,
            };
            let Some(e164) = surely(&dialled, region) else {
                return;
            };
            let number = Verdict::Number {
                e164,
                valid: true,
                restored: false,
            };
            assert_eq!(ask(&dialled, region), number, "{text}");
        };
        for start in 0..10_000_u32 {
            for rest in [0, 99_999, start * 7919 % 100_000] {
                agrees(&format!("0{start:04}{rest:05}"));
            }
        }
        for start in 0..1000 {
            agrees(&format!("+33{start:03}424242"));
            agrees(&format!("0033{start:03}424242"));
        }
    }

    #[test]
    fn the_shortcut_answers_for_common_numbers_only() {
        let of = |plus, digits: &str, region: &str| {
            surely(
                &Dialled {
                    plus,
                    digits: digits.to_owned(),
                },
                region.parse().ok(),
            )
        };
        assert_eq!(
            of(false, "0199001234", "FR").as_deref(),
            Some("+33199001234")
        );
        assert_eq!(of(true, "33199001234", "").as_deref(), Some("+33199001234"));
        assert_eq!(of(false, "0199001234", "DE"), None);
        assert_eq!(of(false, "0199001234", ""), None);
        assert_eq!(of(false, "019900123", "FR"), None);
        assert_eq!(of(true, "330199001234", "FR"), None);
        assert_eq!(of(false, "0800123456", "FR"), None);
    }
}
