//! What takes one step of a run back, by how its record stands now: the compensating step.

use crate::backend::{Payload, Snapshot, Vendor};
use crate::model::{Field, RunId};
use crate::plan::{
    Action, Change, Fate, Remark, Step, UNDO_CHANGED, UNDO_DELETED, UNDO_GONE, UNDO_UNKNOWN,
    UNDO_UNSEEN, doubt,
};
use crate::upload::{RecordState, says};
use crate::wire::JsonList;

/// The step that takes a step back; it deletes and restores only what says what the step sent.
pub(super) fn compensate(
    step: Step,
    number: u64,
    fate: Fate,
    prior: Option<Snapshot>,
    stands: &RecordState,
) -> Step {
    let sent = step.payload.as_ref();
    let parent = sent.and_then(|sent| sent.parent.clone());
    let nothing = Snapshot {
        payload: Payload {
            parent,
            ..Payload::of(serde_json::Value::Null)
        },
        identity: None,
        record: None,
    };
    let (action, restored, remark) = match (stands, fate, prior) {
        // The ledger lets go of a record where its deletion is answered; that nothing is there is answer enough.
        (RecordState::Gone, Fate::Created, _) => (
            Action::Delete,
            Some(nothing),
            Some((&UNDO_GONE, "the record was gone already")),
        ),
        (RecordState::Gone, ..) => (
            Action::Skip,
            None,
            Some((&UNDO_GONE, "the record is gone, and cannot be restored")),
        ),
        (RecordState::Unknown, ..) => (
            Action::Skip,
            None,
            Some((&UNDO_UNSEEN, "the vendor does not show the record")),
        ),
        (RecordState::Present(now), ..) if !is_as_sent(sent, &now.payload, fate) => (
            Action::Skip,
            None,
            Some((&UNDO_CHANGED, "the record has changed since")),
        ),
        (RecordState::Present(_), Fate::Created, _) => (Action::Delete, Some(nothing), None),
        (RecordState::Present(_), _, Some(prior)) => (Action::Update, Some(prior), None),
        (RecordState::Present(_), _, None) => (
            Action::Skip,
            None,
            Some((&UNDO_UNKNOWN, "what it said before is not known")),
        ),
    };
    let remarks = remark.map(|(code, words)| Remark::of_row(code, step.row, words));
    let (remarks, lost) = (remarks.into_iter().collect(), JsonList::default());
    let (payload, identity) = match restored {
        Some(Snapshot {
            payload, identity, ..
        }) => (Some(payload), identity),
        None => (None, None),
    };
    Step {
        number,
        action,
        payload,
        record: None,
        identity,
        remarks,
        lost,
        changes: Vec::new(),
        ..step
    }
}

/// What restores a record: what it held before, and nothing where the step put something and nothing stood.
pub(super) fn restoring(vendor: &dyn Vendor, mut prior: Payload, sent: &Payload) -> Payload {
    let fields: Vec<Field> = vendor
        .profile()
        .holds
        .iter()
        .map(|held| held.field)
        .collect();
    let mut places = prior.clone();
    vendor.clear(&mut places, &fields);
    for place in places.clears {
        let without = Payload {
            clears: vec![place.clone()],
            ..prior.clone()
        };
        let changes = Change::between(Some(sent), &without);
        if changes.iter().any(|change| change.after.is_none()) && !prior.clears.contains(&place) {
            prior.clears.push(place);
        }
    }
    prior
}

/// The step for a row of which it is not known whether it arrived: nothing is sent for it.
pub(super) fn doubted(step: Step, number: u64, run: &RunId) -> Step {
    Step {
        number,
        action: Action::Doubt,
        remote: None,
        payload: None,
        identity: None,
        record: None,
        remarks: JsonList::written(&[doubt(step.row, run.as_str())]),
        lost: JsonList::default(),
        changes: Vec::new(),
        ..step
    }
}

/// The step for a record that the run deleted: it is not made again.
pub(super) fn deleted(step: Step, number: u64) -> Step {
    let words = "the run deleted the record, which is not made again";
    Step {
        number,
        action: Action::Skip,
        payload: None,
        record: None,
        remarks: JsonList::written(&[Remark::of_row(&UNDO_DELETED, step.row, words)]),
        lost: JsonList::default(),
        changes: Vec::new(),
        ..step
    }
}

/// Whether a record says what was sent; one that was created says nothing else.
fn is_as_sent(sent: Option<&Payload>, now: &Payload, fate: Fate) -> bool {
    sent.is_some_and(|sent| {
        let says_more = fate == Fate::Created && !says(&now.body, &sent.body);
        says(&sent.body, &now.body) && !says_more
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{ContactKey, RemoteId};

    fn named(name: &str) -> Payload {
        Payload::of(json!({"name": name}))
    }

    fn held(name: &str) -> Snapshot {
        Snapshot {
            payload: named(name),
            identity: None,
            record: None,
        }
    }

    fn taken_back(
        fate: Fate,
        prior: Option<&str>,
        stands: &RecordState,
    ) -> (Action, Option<String>) {
        let step = Step {
            number: 4,
            row: 6,
            key: ContactKey::new("k"),
            parent: None,
            action: Action::Create,
            remote: Some(RemoteId::new("1")),
            payload: Some(named("Anne")),
            identity: None,
            record: None,
            cells: JsonList::default(),
            remarks: JsonList::default(),
            lost: JsonList::default(),
            changes: vec![],
        };
        let back = compensate(step, 0, fate, prior.map(held), stands);
        assert_eq!(back.payload.is_some(), back.action.is_sent());
        let remarks = back.remarks.read().expect("remarks");
        (
            back.action,
            remarks
                .last()
                .map(|remark| remark.code.clone().into_owned()),
        )
    }

    #[test]
    fn only_what_says_what_was_sent_is_deleted_or_restored() {
        let (as_sent, changed) = (
            RecordState::Present(held("Anne").into()),
            RecordState::Present(held("Zoé").into()),
        );
        let table = [
            (Fate::Created, None, &as_sent, Action::Delete, None),
            (
                Fate::Created,
                None,
                &changed,
                Action::Skip,
                Some("undo.changed"),
            ),
            (
                Fate::Created,
                None,
                &RecordState::Gone,
                Action::Delete,
                Some("undo.gone"),
            ),
            (
                Fate::Created,
                None,
                &RecordState::Unknown,
                Action::Skip,
                Some("undo.unseen"),
            ),
            (Fate::Updated, Some("Bob"), &as_sent, Action::Update, None),
            (
                Fate::Updated,
                None,
                &as_sent,
                Action::Skip,
                Some("undo.unknown"),
            ),
            (
                Fate::Updated,
                Some("Bob"),
                &changed,
                Action::Skip,
                Some("undo.changed"),
            ),
            (
                Fate::Updated,
                Some("Bob"),
                &RecordState::Gone,
                Action::Skip,
                Some("undo.gone"),
            ),
            (
                Fate::Updated,
                Some("Bob"),
                &RecordState::Unknown,
                Action::Skip,
                Some("undo.unseen"),
            ),
        ];
        for (fate, prior, stands, action, code) in table {
            let wanted = (action, code.map(str::to_owned));
            assert_eq!(
                taken_back(fate, prior, stands),
                wanted,
                "{fate:?} {stands:?}"
            );
        }
    }
}
