//! What can be said of a row's step before anybody knows what its key is linked to. It is worked out row by row, where many
//! are worked out at once.

use super::remark::{Lost, Remark};
use crate::backend::{Encoded, Payload};
use crate::intake::{CheckedRow, VendorVerdict};
use crate::mapping::Original;
use crate::model::{Fingerprint, Identity, ScopedKey};
use crate::wire::JsonList;

/// A step in the making.
#[derive(Clone, Debug)]
pub struct StepDraft {
    /// The row's number in its sheet.
    pub row: u64,
    /// Which contact it is, and what it hangs under.
    pub scoped: ScopedKey,
    /// Whether it may be sent.
    pub worth: RowWorth,
    /// What would be sent.
    pub payload: Payload,
    /// Its digest; none of what may not be sent.
    pub print: Option<Fingerprint>,
    /// Whom it is about.
    pub identity: Identity,
    /// The cells of its rows.
    pub cells: JsonList<Vec<String>>,
    /// What is to be said about it.
    pub remarks: JsonList<Remark>,
    /// What the vendor cannot hold of it.
    pub lost: JsonList<Lost>,
}

/// Whether a row may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowWorth {
    /// It may.
    Good,
    /// A rule stops it.
    Rejected,
    /// It repeats an earlier row.
    Repeated,
}

impl StepDraft {
    /// The draft for a row that has passed through the line, of its contact as the first vendor takes it; `original` says
    /// which of its cells are kept.
    pub fn of(
        checked: &CheckedRow,
        verdict: &VendorVerdict,
        encoded: Encoded<'_>,
        original: &Original,
    ) -> Self {
        let Encoded {
            payload,
            losses,
            identity,
        } = encoded;
        let worth = RowWorth::of(verdict);
        Self {
            row: checked.row.number,
            scoped: checked.scoped(),
            worth,
            print: (worth == RowWorth::Good).then(|| payload.fingerprint()),
            payload,
            identity,
            cells: JsonList::written(&original.rows(&checked.row, &verdict.diagnostics)),
            remarks: Remark::kept(&verdict.diagnostics),
            lost: Lost::kept(&losses),
        }
    }
}

impl RowWorth {
    fn of(verdict: &VendorVerdict) -> Self {
        if verdict.is_rejected() {
            Self::Rejected
        } else if verdict.repeats {
            Self::Repeated
        } else {
            Self::Good
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::backend::{MustKeep, Settings, find};
    use crate::intake::{self, Pipeline};
    use crate::mapping::{self, Mapping};
    use crate::model::ParentId;
    use crate::sheet::Row;

    #[test]
    fn a_draft_hangs_under_what_its_row_names() {
        let header = Row::of(1, ["rolo_key", "Name", "parent"]);
        let mapping = Mapping::guess(&[header], &mapping::Options::default()).expect("a header");
        let original = mapping.original();
        let entry = find("sonar").expect("a vendor");
        let settings = Settings::resolve(entry.profile, &BTreeMap::new()).expect("the defaults");
        let line = Pipeline {
            mapping,
            normalize: crate::normalize::Options::default(),
            vendors: vec![Arc::from((entry.build)(settings))],
            must_keep: MustKeep::default(),
        };
        let checked = intake::check(&line, Row::of(2, ["", "Anne Durand", "42"]));
        let verdict = &checked.verdicts[0];
        let draft = StepDraft::of(
            &checked,
            verdict,
            verdict.encoded(&checked.contact),
            &original,
        );
        assert_eq!(
            draft.scoped.parent.as_ref().map(ParentId::as_str),
            Some("42")
        );
        assert_eq!(draft.payload.parent, draft.scoped.parent);
    }
}
