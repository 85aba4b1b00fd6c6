//! Limits that a person states as a count, a percentage, or both: how many records a run may delete or change. They stand
//! apart from what is counted, since flags, settings and the ledger speak of them in the same way.

use serde::{Deserialize, Serialize};

/// A percentage: a whole number from 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Percent(u64);

/// A text that is no percentage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid percentage `{0}`: expected 0% to 100%, for example 30%")]
pub struct BadPercent(pub String);

impl Percent {
    /// Half.
    pub const HALF: Self = Self(50);
    /// A fifth.
    pub const FIFTH: Self = Self(20);

    /// This part of a number, rounded up.
    pub fn of(self, whole: u64) -> u64 {
        let part = (u128::from(whole) * u128::from(self.0)).div_ceil(100);
        u64::try_from(part).unwrap_or(u64::MAX)
    }

    /// Whether a part is a greater percentage of the whole than this.
    pub fn is_exceeded_by(self, part: u64, whole: u64) -> bool {
        u128::from(part) * 100 > u128::from(self.0) * u128::from(whole)
    }
}

impl std::fmt::Display for Percent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}%", self.0)
    }
}

impl std::str::FromStr for Percent {
    type Err = BadPercent;

    /// Reads `30%` or `30`.
    fn from_str(text: &str) -> Result<Self, BadPercent> {
        let number = text.trim();
        let number = number.strip_suffix('%').unwrap_or(number).trim_end();
        let number = number.parse().ok().filter(|number| *number <= 100);
        number.map(Self).ok_or_else(|| BadPercent(text.to_owned()))
    }
}

/// A limit on records: an absolute count, a percentage of those there are, or both; the smaller applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteLimit {
    /// The count; `None` for any number.
    pub count: Option<u64>,
    /// The percentage; `None` for any.
    pub percent: Option<Percent>,
}

impl Default for DeleteLimit {
    /// What a mirror may delete where nobody says: 10, and 10 %.
    fn default() -> Self {
        Self {
            count: Some(10),
            percent: Some(Percent(10)),
        }
    }
}

impl DeleteLimit {
    /// How many of so many records are within it; a percentage is rounded up.
    pub fn of(self, records: u64) -> u64 {
        let share = self.percent.map_or(u64::MAX, |part| part.of(records));
        share.min(self.count.unwrap_or(u64::MAX))
    }
}

/// A text that is no such limit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDeleteLimit {
    /// It has neither of the shapes.
    #[error(
        "invalid limit `{0}`: expected a count, a percentage or both, for example 50, 20% or 50,20%"
    )]
    Shape(String),
    /// Its percentage is none.
    #[error(transparent)]
    Percent(#[from] BadPercent),
}

impl std::str::FromStr for DeleteLimit {
    type Err = BadDeleteLimit;

    fn from_str(text: &str) -> Result<Self, BadDeleteLimit> {
        let bad = || BadDeleteLimit::Shape(text.to_owned());
        let mut most = Self {
            count: None,
            percent: None,
        };
        for part in text.split(',').map(str::trim) {
            let is_repeated = if part.ends_with('%') {
                most.percent.replace(part.parse()?).is_some()
            } else {
                let count = part.parse().map_err(|_| bad())?;
                most.count.replace(count).is_some()
            };
            if is_repeated {
                return Err(bad());
            }
        }
        Ok(most)
    }
}

/// How many of the records that rows were matched with may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateLimit {
    /// The limit.
    pub most: DeleteLimit,
    /// How many may be changed in any case.
    pub at_least: u64,
}

impl UpdateLimit {
    /// What holds where nobody watches and nobody said anything: 20 %, and 10 in any case, since a few corrections are
    /// much of a small sheet.
    pub const UNWATCHED: Self = Self {
        most: DeleteLimit {
            count: None,
            percent: Some(Percent::FIFTH),
        },
        at_least: 10,
    };

    /// How many of so many matched records may be changed.
    pub fn of(self, matched: u64) -> u64 {
        self.most.of(matched).max(self.at_least)
    }
}

impl From<DeleteLimit> for UpdateLimit {
    /// A limit as it was stated.
    fn from(most: DeleteLimit) -> Self {
        Self { most, at_least: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_count_and_a_percentage_and_the_smaller_holds() {
        for (text, records, most) in [
            ("50", 1000, 50),
            ("20%", 1000, 200),
            ("50,20%", 1000, 50),
            ("20%, 50", 100, 20),
            ("0", 1000, 0),
            ("10%", 3, 1),
            ("0%", 3, 0),
            ("100%", u64::MAX, u64::MAX),
        ] {
            let limit = text.parse::<DeleteLimit>().map(|limit| limit.of(records));
            assert_eq!(limit, Ok(most), "{text}");
        }
        let default = DeleteLimit::default();
        let allowed = [1000, 50, 5].map(|records| default.of(records));
        assert_eq!(allowed, [10, 5, 1]);
    }

    #[test]
    fn a_text_that_is_no_limit_says_what_one_is() {
        for (text, says) in [
            ("", "invalid limit ``"),
            ("x", "invalid limit `x`"),
            ("5,6", "invalid limit `5,6`"),
            ("1%,2%", "invalid limit `1%,2%`"),
            ("-1", "invalid limit `-1`"),
            (
                "101%",
                "invalid percentage `101%`: expected 0% to 100%, for example 30%",
            ),
            ("5,x%", "invalid percentage `x%`"),
        ] {
            let error = text.parse::<DeleteLimit>().expect_err(text).to_string();
            assert!(error.starts_with(says), "{error}");
        }
        for wrong in ["", "half", "101%", "-1%", "5%%"] {
            assert!(wrong.parse::<Percent>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_few_changes_are_fine_where_nobody_watches() {
        let allowed = [0, 5, 50, 51, 1000].map(|matched| UpdateLimit::UNWATCHED.of(matched));
        assert_eq!(allowed, [10, 10, 10, 11, 200]);
        let stated = UpdateLimit::from("20%".parse::<DeleteLimit>().expect("a limit"));
        assert_eq!([5, 1000].map(|matched| stated.of(matched)), [1, 200]);
    }
}
