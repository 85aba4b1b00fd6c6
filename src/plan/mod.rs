//! What to do: one step for each row, with the exact payload that will be sent. A plan looks at what the
//! ledger remembers and at what the target holds, and sends nothing; an upload sends what the plan says and
//! decides nothing.

mod aim;
mod changes;
mod codes;
mod limit;
mod matching;
mod outcome;
mod pairing;
mod stranger;

use crate::backend::{Loss, Payload};
use crate::intake::{CheckedRow, VendorVerdict};
use crate::mapping::Original;
use crate::model::{BookId, Code, ContactKey, Identity, ParentId, RemoteId, ScopedKey, Severity};
use crate::wire::Json;

pub use aim::{Aim, Compare, Duplicates, Mode, OnExisting, Scope, Trust};
pub use changes::Change;
pub use codes::{
    CLEAR_IMPOSSIBLE, MATCH_AMBIGUOUS, MATCH_FOUND, MATCH_GONE, MATCH_MOVED, MATCH_TAKEN,
    MIRROR_GONE, PARENT_UNKNOWN, PERSON_DUPLICATE, PERSON_REPEATED, RECORD_EXISTS, RECORD_KEPT,
    RECORD_MISSING, UNDO_CHANGED, UNDO_DELETED, UNDO_GONE, UNDO_UNKNOWN, UNDO_UNSEEN,
    VALUE_ALTERED,
};
pub use limit::{BadMost, BadPercent, Most, Percent, UpdateLimit};
pub use matching::{MatchBy, MatchKey};
pub use outcome::{BrokenTotals, Fate, Moment, Outcome, Totals};
pub use pairing::{Elsewhere, Found, Known, Link, Sharing, choose, pair};
pub use stranger::IdentityDigest;

/// A row that an earlier run sent without getting an answer.
pub static IN_DOUBT: Code = Code {
    id: "row.in-doubt",
    severity: Severity::Error,
    means: "The contact was sent, and no answer came: whether the vendor has it is not known. It is not sent \
            again, since that could make it twice.",
    help: "`rolo resume` looks it up and settles it; where it cannot, look at the vendor and say what is there: \
           `rolo runs RUN --row N --is ID`, or --absent",
};

/// A row that the vendor said no to.
pub static REFUSED: Code = Code {
    id: "row.refused",
    severity: Severity::Error,
    means: "The row passed every rule that is known here, and the vendor said no; the words are the vendor's.",
    help: "correct the row as the vendor asks, and import again",
};

/// A key that meant somebody else.
pub static KEY_REUSED: Code = Code {
    id: "key.reused",
    severity: Severity::Error,
    means: "An earlier import made a record under this key, and nothing that tells a person is the same: not the \
            name, not an e-mail address, not a number. Two sheets that both number their rows from 1 look like \
            this, and the one would overwrite the other's people. Where a ledger of an earlier version does not say whom \
            the record is about and the target is not read, a changed row is rejected as well.",
    help: "give the rows of this sheet keys of their own; if the key's person has really changed, say --reuse-keys",
};

/// Every code that a plan or an upload adds to a row.
pub const CODES: &[&Code] = &[
    &CLEAR_IMPOSSIBLE,
    &IN_DOUBT,
    &KEY_REUSED,
    &MATCH_AMBIGUOUS,
    &MATCH_FOUND,
    &MATCH_GONE,
    &MATCH_MOVED,
    &MATCH_TAKEN,
    &MIRROR_GONE,
    &PARENT_UNKNOWN,
    &PERSON_DUPLICATE,
    &PERSON_REPEATED,
    &RECORD_EXISTS,
    &RECORD_KEPT,
    &RECORD_MISSING,
    &REFUSED,
    &UNDO_CHANGED,
    &UNDO_DELETED,
    &UNDO_GONE,
    &UNDO_UNKNOWN,
    &UNDO_UNSEEN,
    &VALUE_ALTERED,
];

/// What is to become of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A new record is made.
    Create,
    /// The record that the row is linked to is changed.
    Update,
    /// The record is removed.
    Delete,
    /// The record says what the row says.
    Unchanged,
    /// The row is left out: it repeats another.
    Skip,
    /// The row is not sent: a rule is broken.
    Reject,
    /// The row was sent by an earlier run, and its answer was lost: it must not be sent again.
    Doubt,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 7] = [
        Self::Create,
        Self::Update,
        Self::Delete,
        Self::Unchanged,
        Self::Skip,
        Self::Reject,
        Self::Doubt,
    ];

    /// The action's name in the ledger.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Unchanged => "unchanged",
            Self::Skip => "skip",
            Self::Reject => "reject",
            Self::Doubt => "doubt",
        }
    }

    /// Whether something is sent for it.
    pub fn is_sent(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::Delete)
    }

    /// The fate of a step that nothing is sent for; `Unsent` for one that waits.
    pub fn fate(self) -> Fate {
        match self {
            Self::Create | Self::Update | Self::Delete => Fate::Unsent,
            Self::Unchanged => Fate::Unchanged,
            Self::Skip => Fate::Skipped,
            Self::Reject => Fate::Rejected,
            Self::Doubt => Fate::InDoubt,
        }
    }
}

/// One remark as it is kept and shown: the JSON shape of a problem.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Remark {
    /// Its code.
    pub code: String,
    /// What it weighs.
    pub severity: crate::model::Severity,
    /// The row's number.
    pub row: u64,
    /// The column's letters.
    pub column: Option<String>,
    /// The field's name.
    pub field: Option<String>,
    /// The value as found.
    pub found: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The one value that would be right.
    pub suggestion: Option<String>,
}

impl From<&crate::model::Diagnostic> for Remark {
    fn from(diagnostic: &crate::model::Diagnostic) -> Self {
        Self {
            code: diagnostic.code.id.to_owned(),
            severity: diagnostic.severity(),
            row: diagnostic.place.row,
            column: diagnostic.place.column.map(crate::model::column_letters),
            field: diagnostic.field.map(|field| field.to_string()),
            found: diagnostic.found.clone(),
            message: diagnostic.message.clone(),
            help: diagnostic.code.help.to_owned(),
            suggestion: diagnostic.suggestion.clone(),
        }
    }
}

/// One value that is lost, as it is kept and shown.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Lost {
    /// The field's name.
    pub field: String,
    /// The column's name, for a value that no field claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The value.
    pub value: String,
}

impl From<&Loss> for Lost {
    fn from(loss: &Loss) -> Self {
        let Loss { field, name, value } = loss;
        Self {
            field: field.to_string(),
            name: name.clone(),
            value: value.clone(),
        }
    }
}

impl Lost {
    /// What losses are summed by: the first word of the field's name.
    pub fn family(&self) -> &str {
        self.field.split('.').next().unwrap_or(&self.field)
    }
}

/// One row of the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its number in the run, from 0, in the order of the source.
    pub number: u64,
    /// The row's number in its sheet.
    pub row: u64,
    /// Which contact it is.
    pub key: ContactKey,
    /// What the contact hangs under, whether anything is sent for it or not.
    pub parent: Option<ParentId>,
    /// What is to be done.
    pub action: Action,
    /// The record that it is about.
    pub remote: Option<RemoteId>,
    /// What is sent.
    pub payload: Option<Payload>,
    /// The record that an update is merged with, as the plan read it; `None` where it did not, or nothing is merged.
    pub record: Option<Json>,
    /// Whom that is about; `None` where nothing is sent, or nobody kept it.
    pub identity: Option<Identity>,
    /// The cells of its rows as they were read, in the original columns, secrets left out: one row, or several that are
    /// one contact.
    pub cells: Vec<Vec<String>>,
    /// What is to be said about it.
    pub remarks: Vec<Remark>,
    /// What the vendor cannot hold of it.
    pub lost: Vec<Lost>,
    /// What an update changes, or a delete takes away.
    pub changes: Vec<Change>,
}

impl Step {
    /// The step for a row that has passed through the line; `number` is its number in the run, `original` says which
    /// of its cells are kept.
    pub fn of(
        checked: CheckedRow,
        number: u64,
        (known, trust): (&Known, Trust),
        book: &BookId,
        original: &Original,
    ) -> Self {
        let CheckedRow {
            row,
            key,
            mut verdicts,
            ..
        } = checked;
        let verdict = verdicts.remove(0);
        let parent = verdict.encoded.payload.parent.clone();
        let scoped = ScopedKey { key, parent };
        let (action, remote) = decide(&verdict, book, &scoped, (known, trust));
        let mut remarks: Vec<Remark> = verdict.diagnostics.iter().map(Remark::from).collect();
        if let (Action::Doubt, Some(run)) = (action, known.doubts.get(&scoped)) {
            remarks.push(doubt(row.number, run.as_str()));
        }
        Self {
            number,
            row: row.number,
            key: scoped.key,
            parent: scoped.parent,
            action,
            remote,
            payload: action.is_sent().then_some(verdict.encoded.payload),
            record: None,
            identity: action.is_sent().then_some(verdict.encoded.identity),
            cells: original.rows(&row, &verdict.diagnostics),
            remarks,
            lost: verdict.encoded.losses.iter().map(Lost::from).collect(),
            changes: Vec::new(),
        }
    }
}

impl Step {
    /// What its link is kept under.
    pub fn scoped(&self) -> ScopedKey {
        ScopedKey {
            key: self.key.clone(),
            parent: self.parent.clone(),
        }
    }

    /// The same row, not sent for this reason.
    #[must_use]
    pub fn rejected(mut self, code: &Code, message: impl Into<String>) -> Self {
        self.remarks.push(Remark::of_row(code, self.row, message));
        Self {
            action: Action::Reject,
            remote: None,
            payload: None,
            record: None,
            identity: None,
            changes: Vec::new(),
            ..self
        }
    }
}

fn decide(
    verdict: &VendorVerdict,
    book: &BookId,
    key: &ScopedKey,
    known: (&Known, Trust),
) -> (Action, Option<RemoteId>) {
    if verdict.is_rejected() {
        (Action::Reject, None)
    } else if verdict.repeats {
        (Action::Skip, None)
    } else {
        pair(known, book, key, &verdict.encoded.payload.fingerprint())
    }
}

/// The remark on a row that a run sent without getting an answer.
pub fn doubt(row: u64, run: &str) -> Remark {
    Remark::of_row(
        &IN_DOUBT,
        row,
        format!("run {run} sent it, and no answer came"),
    )
}

impl Remark {
    /// A remark about a row as a whole.
    pub fn of_row(code: &Code, row: u64, message: impl Into<String>) -> Self {
        Self {
            code: code.id.to_owned(),
            severity: code.severity,
            row,
            column: None,
            field: None,
            found: String::new(),
            message: message.into(),
            help: code.help.to_owned(),
            suggestion: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_belongs_to_the_family_of_its_field() {
        let lost = Lost {
            field: "phone.mobile.extension".into(),
            name: None,
            value: "12".into(),
        };
        assert_eq!(lost.family(), "phone");
    }
}
