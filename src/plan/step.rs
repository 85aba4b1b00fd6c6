//! A step: what is to be done for one row, with the exact payload that will be sent.

use std::borrow::Cow;

use super::action::Action;
use super::pairing::pair;
use super::remark::{Lost, Remark, doubt};
use super::{Change, Known, Trust};
use crate::backend::Payload;
use crate::intake::{CheckedRow, VendorVerdict};
use crate::mapping::Original;
use crate::model::{BookId, Code, Contact, ContactKey, Identity, ParentId, RemoteId, ScopedKey};
use crate::wire::Json;

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
        let key = checked.key().clone();
        let CheckedRow {
            row,
            contact,
            mut verdicts,
            ..
        } = checked;
        let verdict = verdicts.remove(0);
        let parent = verdict.accounted.payload.parent.clone();
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
            lost: losses(&verdict, &contact),
            identity: identity(&verdict, &contact, action),
            payload: action.is_sent().then_some(verdict.accounted.payload),
            record: None,
            cells: kept(&original.rows(&row, &verdict.diagnostics)),
            remarks,
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
            cells: Vec::new(),
            remarks: Vec::new(),
            lost: Vec::new(),
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

fn losses(verdict: &VendorVerdict, contact: &Contact) -> Vec<Lost> {
    let losses = verdict.accounted.losses(contact);
    losses.iter().map(Lost::from).collect()
}

fn identity(verdict: &VendorVerdict, contact: &Contact, action: Action) -> Option<Identity> {
    let identity = || verdict.accounted.identity(contact);
    action.is_sent().then(identity)
}

/// Cells, to outlive their row.
fn kept(rows: &[Vec<Cow<'_, str>>]) -> Vec<Vec<String>> {
    let texts = |cells: &Vec<Cow<'_, str>>| cells.iter().map(|cell| cell[..].to_owned()).collect();
    rows.iter().map(texts).collect()
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
        pair(known, book, key, &verdict.accounted.payload.fingerprint())
    }
}
