//! A step: what is to be done for one row, with the exact payload that will be sent.

use std::borrow::Cow;

use super::action::Action;
use super::draft::{RowWorth, StepDraft};
use super::pairing::pair;
use super::remark::{Lost, Remark, doubt};
use super::{Change, Known, Trust};
use crate::backend::Payload;
use crate::model::{BookId, Code, ContactKey, Identity, ParentId, RemoteId, ScopedKey};
use crate::wire::{Json, JsonList};

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
    pub cells: JsonList<Vec<String>>,
    /// What is to be said about it.
    pub remarks: JsonList<Remark>,
    /// What the vendor cannot hold of it.
    pub lost: JsonList<Lost>,
    /// What an update changes, or a delete takes away.
    pub changes: Vec<Change>,
}

impl Step {
    /// The step for a row, by what is known of its key; `number` is its number in the run.
    pub fn of(draft: StepDraft, number: u64, known: (&Known, Trust), book: &BookId) -> Self {
        let (action, remote) = decide(&draft, book, known);
        let mut remarks = draft.remarks;
        let run = known.0.doubts.get(&draft.scoped);
        if let (Action::Doubt, Some(run)) = (action, run) {
            remarks.push(&doubt(draft.row, run.as_str()));
        }
        let is_sent = action.is_sent();
        Self {
            number,
            row: draft.row,
            key: draft.scoped.key,
            parent: draft.scoped.parent,
            action,
            remote,
            payload: is_sent.then_some(draft.payload),
            record: None,
            identity: is_sent.then_some(draft.identity),
            cells: draft.cells,
            remarks,
            lost: draft.lost,
            changes: Vec::new(),
        }
    }
}

impl Step {
    /// A step of which nothing more is known, for a row of a sheet.
    pub fn new(number: u64, row: u64, key: ContactKey, action: Action) -> Self {
        Self {
            number,
            row,
            key,
            parent: None,
            action,
            remote: None,
            payload: None,
            record: None,
            identity: None,
            cells: JsonList::default(),
            remarks: JsonList::default(),
            lost: JsonList::default(),
            changes: Vec::new(),
        }
    }

    /// The step with what is sent for it.
    #[must_use]
    pub fn with(mut self, payload: Payload) -> Self {
        self.payload = Some(payload);
        self
    }

    /// What its link is kept under.
    pub fn scoped(&self) -> ScopedKey {
        ScopedKey {
            key: self.key.clone(),
            parent: self.parent.clone(),
        }
    }

    /// The same row, not sent for this reason.
    #[must_use]
    pub fn rejected(mut self, code: &Code, message: impl Into<Cow<'static, str>>) -> Self {
        self.remarks.push(&Remark::of_row(code, self.row, message));
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

fn decide(draft: &StepDraft, book: &BookId, known: (&Known, Trust)) -> (Action, Option<RemoteId>) {
    match (draft.worth, &draft.print) {
        (RowWorth::Good, Some(print)) => pair(known, book, &draft.scoped, print),
        (RowWorth::Repeated, _) => (Action::Skip, None),
        (RowWorth::Rejected | RowWorth::Good, _) => (Action::Reject, None),
    }
}
