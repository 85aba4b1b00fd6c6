//! What a run is to do with the records that it finds, and how many it may delete: what a person says on the command
//! line, and what follows from it for one row.

use super::{Action, Change, RECORD_EXISTS, RECORD_KEPT, RECORD_MISSING};
use crate::model::Code;

/// What a run does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Makes what is missing, changes what says something else.
    #[default]
    Upsert,
    /// Makes what is missing; rows that have a record are left out.
    Create,
    /// Changes what says something else; rows that have no record are left out.
    Update,
    /// Like upsert, and deletes what the sheet does not have.
    Mirror,
}

/// What becomes of a row whose record says something else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnExisting {
    /// The record is changed.
    #[default]
    Update,
    /// The row is left out.
    Skip,
    /// The row is an error.
    Fail,
}

/// Whether what was sent last is taken for what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// A link and an equal fingerprint are enough.
    Links,
    /// What stands there is looked at.
    Nothing,
}

/// What a run is to do with the records that it finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Aim {
    /// What it does.
    pub mode: Mode,
    /// What becomes of a row whose record says something else.
    pub on_existing: OnExisting,
}

impl Aim {
    /// What is done for a row, and what is to be said about it: `changes` are those of its record; `None` where it has
    /// none.
    pub fn act(self, changes: Option<&[Change]>) -> (Action, Option<&'static Code>) {
        match (self.mode, changes, self.on_existing) {
            (Mode::Update, None, _) => (Action::Skip, Some(&RECORD_MISSING)),
            (_, None, _) => (Action::Create, None),
            (Mode::Create, Some(_), _) => (Action::Skip, Some(&RECORD_KEPT)),
            (_, Some([]), _) => (Action::Unchanged, None),
            (_, Some(_), OnExisting::Update) => (Action::Update, None),
            (_, Some(_), OnExisting::Skip) => (Action::Skip, Some(&RECORD_KEPT)),
            (_, Some(_), OnExisting::Fail) => (Action::Reject, Some(&RECORD_EXISTS)),
        }
    }
}

/// How many records a mirror may delete: so many, and so many of a hundred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Most {
    /// So many; `None` for any number.
    pub count: Option<u64>,
    /// So many of a hundred, rounded up; `None` for any share.
    pub percent: Option<u64>,
}

impl Default for Most {
    fn default() -> Self {
        Self {
            count: Some(10),
            percent: Some(10),
        }
    }
}

impl Most {
    /// How many of so many records may be deleted.
    pub fn of(self, records: u64) -> u64 {
        let share = |percent: u64| records.saturating_mul(percent).div_ceil(100);
        let share = self.percent.map_or(u64::MAX, share);
        share.min(self.count.unwrap_or(u64::MAX))
    }
}

/// A text that is no such limit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no limit: a count such as 50, a share such as 20%, or both as 50,20% is wanted")]
pub struct BadMost(pub String);

impl std::str::FromStr for Most {
    type Err = BadMost;

    fn from_str(text: &str) -> Result<Self, BadMost> {
        let bad = || BadMost(text.to_owned());
        let mut most = Self {
            count: None,
            percent: None,
        };
        for part in text.split(',').map(str::trim) {
            let (slot, number) = match part.strip_suffix('%') {
                Some(number) => (&mut most.percent, number.trim_end()),
                None => (&mut most.count, part),
            };
            if slot.is_some() {
                return Err(bad());
            }
            *slot = Some(number.parse().map_err(|_| bad())?);
        }
        Ok(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_says_what_becomes_of_a_row() {
        let change = [Change {
            field: "name".into(),
            before: None,
            after: None,
        }];
        let (missing, same, other) = (None, Some(&[][..]), Some(&change[..]));
        let (upsert, skip) = (OnExisting::Update, OnExisting::Skip);
        for (mode, on_existing, changes, action) in [
            (Mode::Upsert, upsert, missing, Action::Create),
            (Mode::Upsert, upsert, same, Action::Unchanged),
            (Mode::Upsert, upsert, other, Action::Update),
            (Mode::Upsert, skip, same, Action::Unchanged),
            (Mode::Upsert, skip, other, Action::Skip),
            (Mode::Upsert, OnExisting::Fail, same, Action::Unchanged),
            (Mode::Upsert, OnExisting::Fail, other, Action::Reject),
            (Mode::Upsert, OnExisting::Fail, missing, Action::Create),
            (Mode::Create, upsert, missing, Action::Create),
            (Mode::Create, upsert, same, Action::Skip),
            (Mode::Create, upsert, other, Action::Skip),
            (Mode::Update, upsert, missing, Action::Skip),
            (Mode::Update, upsert, other, Action::Update),
            (Mode::Mirror, upsert, missing, Action::Create),
            (Mode::Mirror, upsert, other, Action::Update),
        ] {
            let aim = Aim { mode, on_existing };
            assert_eq!(aim.act(changes).0, action, "{aim:?} {changes:?}");
        }
    }

    #[test]
    fn a_limit_is_a_count_and_a_share_and_the_smaller_holds() {
        for (text, records, most) in [
            ("50", 1000, 50),
            ("20%", 1000, 200),
            ("50,20%", 1000, 50),
            ("20%, 50", 100, 20),
            ("0", 1000, 0),
            ("10%", 3, 1),
            ("0%", 3, 0),
        ] {
            assert_eq!(
                text.parse::<Most>().map(|limit| limit.of(records)),
                Ok(most),
                "{text}"
            );
        }
        assert_eq!(
            (
                Most::default().of(1000),
                Most::default().of(50),
                Most::default().of(5)
            ),
            (10, 5, 1)
        );
        for wrong in ["", "x", "5,6", "1%,2%", "-1"] {
            assert!(wrong.parse::<Most>().is_err(), "{wrong}");
        }
    }
}
