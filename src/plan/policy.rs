//! What a run is to do with the records that it finds: what a person asks for, and what follows from it for one row.

use serde::{Deserialize, Serialize};

use super::{
    Action, Change, PERSON_DUPLICATE, PERSON_REPEATED, RECORD_EXISTS, RECORD_KEPT, RECORD_MISSING,
};
use crate::model::Code;

/// What a run does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnExisting {
    /// The record is changed.
    #[default]
    Update,
    /// The row is left out.
    Skip,
    /// The row is an error.
    Fail,
}

/// What becomes of a row that is the same person as an earlier one of its sheet, under another key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// It is sent, with a warning.
    #[default]
    Warn,
    /// It is an error.
    Reject,
}

impl Duplicates {
    /// The code of such a row.
    pub fn code(self) -> &'static Code {
        match self {
            Self::Warn => &PERSON_REPEATED,
            Self::Reject => &PERSON_DUPLICATE,
        }
    }
}

/// What rows are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// What was sent last; nothing is read.
    Ledger,
    /// What stands there now.
    Target,
}

/// How much of a target is read before a plan is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Nothing.
    Nothing,
    /// What may be the record of a row that has none yet.
    New,
    /// All that hangs under the parents of the sheet.
    All,
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
pub struct WritePolicy {
    /// What it does.
    pub mode: Mode,
    /// What becomes of a row whose record says something else.
    pub on_existing: OnExisting,
}

impl WritePolicy {
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
            let aim = WritePolicy { mode, on_existing };
            assert_eq!(aim.act(changes).0, action, "{aim:?} {changes:?}");
        }
    }
}
