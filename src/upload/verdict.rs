//! Which record is the lost answer: pure judgement over what was sent and what was found, so that every case can
//! be a line of a test. Equal payloads are settled together, by count; what is alike and not equal stays open, since
//! a vendor may have changed what it was sent.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use crate::model::{Contact, Fingerprint, RemoteId};
use crate::plan::Step;
use crate::vendor::Payload;

/// A record that may be the answer to a step.
pub(super) struct Candidate {
    pub(super) id: RemoteId,
    pub(super) contact: Contact,
    pub(super) held: Payload,
    /// Whose it is, once that is known.
    pub(super) taken: bool,
}

/// What is known of a doubtful step after the look-up.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is this record, which holds this, if that is less than what was sent.
    Found(u64, RemoteId, Option<Fingerprint>),
    /// It is not there.
    Absent(u64),
    /// It cannot be told.
    Open(u64, String),
}

/// Gives each step its verdict: equal payloads are settled together, by count.
pub(super) fn judge(steps: &[Step], mut candidates: Vec<Candidate>) -> Vec<Verdict> {
    let mut groups: BTreeMap<String, Vec<(&Step, &Payload)>> = BTreeMap::new();
    for step in steps {
        if let Some(payload) = &step.payload {
            groups
                .entry(payload.body.to_string())
                .or_default()
                .push((step, payload));
        }
    }
    let mut verdicts = Vec::new();
    let mut unmatched = Vec::new();
    for group in groups.into_values() {
        let payload = group[0].1;
        let equal: Vec<usize> = (0..candidates.len())
            .filter(|n| !candidates[*n].taken && says(&payload.body, &candidates[*n].held.body))
            .collect();
        if equal.len() > group.len() {
            let ids: Vec<&str> = equal.iter().map(|n| candidates[*n].id.0.as_str()).collect();
            let why = format!(
                "{} new records say what was sent: {}",
                equal.len(),
                ids.join(", ")
            );
            verdicts.extend(
                group
                    .iter()
                    .map(|(step, _)| Verdict::Open(step.number, why.clone())),
            );
            for n in equal {
                candidates[n].taken = true;
            }
            continue;
        }
        let mut equal = equal.into_iter();
        for (step, payload) in group {
            match equal.next() {
                Some(n) => {
                    candidates[n].taken = true;
                    let less = less_than_sent(payload, &candidates[n].held);
                    verdicts.push(Verdict::Found(step.number, candidates[n].id.clone(), less));
                }
                None => unmatched.push(step),
            }
        }
    }
    verdicts.extend(
        unmatched
            .into_iter()
            .map(|step| absent_or_open(step, &candidates)),
    );
    verdicts
}

/// A step whose payload no new record says: absent, unless a new record is the same contact in other words. The
/// vendor may have changed what it was sent, and sending it again would then make it twice.
fn absent_or_open(step: &Step, candidates: &[Candidate]) -> Verdict {
    let alike = candidates.iter().find(|candidate| {
        !candidate.taken && (step.key == candidate.contact.identity() || resembles(step, candidate))
    });
    match alike {
        Some(candidate) => {
            let why = format!(
                "a new record is like what was sent, and not equal: {}",
                candidate.id
            );
            Verdict::Open(step.number, why)
        }
        None => Verdict::Absent(step.number),
    }
}

/// Whether a record shares a text of some length with what was sent: a name, a number, an address.
fn resembles(step: &Step, candidate: &Candidate) -> bool {
    let Some(payload) = &step.payload else {
        return false;
    };
    let sent = telling(&payload.body);
    telling(&candidate.held.body).intersection(&sent).count() * 2 > sent.len()
}

/// The texts of a payload that tell contacts apart: those that are not short.
fn telling(value: &Value) -> HashSet<String> {
    match value {
        Value::String(text) if text.chars().count() >= 4 => HashSet::from([text.to_lowercase()]),
        Value::Array(items) => items.iter().flat_map(telling).collect(),
        Value::Object(members) => members.values().flat_map(telling).collect(),
        _ => HashSet::new(),
    }
}

/// What a record holds, if the second request that belongs to the contact was never sent: the next import then
/// sees a change.
fn less_than_sent(sent: &Payload, held: &Payload) -> Option<Fingerprint> {
    let after = held.after.as_ref().unwrap_or(&Value::Null);
    let whole = sent.after.as_ref().is_none_or(|sent| says(sent, after));
    (!whole).then(|| held.fingerprint())
}

/// Whether a record says all that was sent: each member that was sent stands in it with the same value. What is
/// empty says nothing, the order of a list says nothing, and a password is never shown.
pub fn says(sent: &Value, held: &Value) -> bool {
    match (sent, held) {
        (Value::Object(sent), held) => sent
            .iter()
            .filter(|(name, _)| name.as_str() != "password")
            .all(|(name, value)| says(value, held.get(name).unwrap_or(&Value::Null))),
        (Value::Array(sent), Value::Array(held)) => holds_all(sent, held),
        (sent, held) if is_nothing(sent) => is_nothing(held),
        (sent, held) => sent == held,
    }
}

fn holds_all(sent: &[Value], held: &[Value]) -> bool {
    let mut left: Vec<&Value> = held.iter().filter(|value| !is_nothing(value)).collect();
    let full = sent.iter().filter(|value| !is_nothing(value));
    full.into_iter().all(
        |value| match left.iter().position(|held| says(value, held)) {
            Some(n) => {
                left.swap_remove(n);
                true
            }
            None => false,
        },
    )
}

/// Whether a value says nothing.
pub(super) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) | Value::Number(_) => false,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().all(is_nothing),
        Value::Object(members) => members.values().all(is_nothing),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{ContactKey, PersonName};
    use crate::plan::Action;

    fn step(number: u64, name: &str) -> Step {
        Step {
            number,
            row: number + 2,
            key: ContactKey(format!("k{number}")),
            action: Action::Create,
            remote: None,
            payload: Some(Payload::of(
                json!({"name": name, "mail": "a@example.fr", "tags": []}),
            )),
            cells: vec![],
            remarks: vec![],
            lost: vec![],
            changes: vec![],
        }
    }

    fn record(id: &str, name: &str, mail: &str) -> Candidate {
        let full = PersonName {
            full: Some(name.into()),
            ..PersonName::default()
        };
        let contact = Contact {
            name: full,
            ..Contact::default()
        };
        let held = Payload::of(json!({"name": name, "mail": mail, "tags": [""], "more": "x"}));
        Candidate {
            id: RemoteId(id.into()),
            contact,
            held,
            taken: false,
        }
    }

    /// Verdicts in short: `0=7` found, `0-` absent, `0?` open.
    fn short(steps: &[Step], candidates: Vec<Candidate>) -> Vec<String> {
        let mut words: Vec<String> = judge(steps, candidates)
            .into_iter()
            .map(|verdict| match verdict {
                Verdict::Found(number, id, _) => format!("{number}={id}"),
                Verdict::Absent(number) => format!("{number}-"),
                Verdict::Open(number, _) => format!("{number}?"),
            })
            .collect();
        words.sort();
        words
    }

    #[test]
    fn a_record_that_says_what_was_sent_is_the_answer() {
        let found = |name: &str, mail: &str| {
            short(&[step(0, "Anne Durand")], vec![record("7", name, mail)])
        };
        assert_eq!(found("Anne Durand", "a@example.fr"), ["0=7"]);
        assert_eq!(found("Paul Martin", "p@example.fr"), ["0-"]);
        assert_eq!(short(&[step(0, "Anne Durand")], vec![]), ["0-"]);
    }

    #[test]
    fn what_is_alike_and_not_equal_stays_open() {
        // The vendor, or somebody, wrote the name otherwise: sending it again might make it twice.
        let found = short(
            &[step(0, "Anne Durand")],
            vec![record("7", "ANNE DURAND", "a@example.fr")],
        );
        assert_eq!(found, ["0?"]);
    }

    #[test]
    fn identical_contacts_are_settled_by_count() {
        let steps = [
            step(0, "Anne Durand"),
            step(1, "Anne Durand"),
            step(2, "Anne Durand"),
        ];
        let anne = |id: &str| record(id, "Anne Durand", "a@example.fr");
        assert_eq!(
            short(&steps, vec![anne("7"), anne("8"), anne("9")]),
            ["0=7", "1=8", "2=9"]
        );
        assert_eq!(short(&steps, vec![anne("7")]), ["0=7", "1-", "2-"]);
        assert_eq!(short(&steps[..1], vec![anne("7"), anne("8")]), ["0?"]);
    }

    #[test]
    fn a_record_answers_one_step_only() {
        let steps = [step(0, "Anne Durand"), step(1, "Paul Martin")];
        let records = vec![record("7", "Paul Martin", "a@example.fr")];
        assert_eq!(short(&steps, records), ["0-", "1=7"]);
    }

    #[test]
    fn a_second_request_that_was_not_sent_is_noticed() {
        let mut sent = step(0, "Anne Durand");
        let address = json!({"city": "Lille"});
        sent.payload.as_mut().expect("it has one").after = Some(address.clone());
        let (bare, mut whole) = (
            record("7", "Anne Durand", "a@example.fr"),
            record("8", "Anne Durand", "a@example.fr"),
        );
        whole.held.after = Some(address);
        let holds = |candidate| match judge(std::slice::from_ref(&sent), vec![candidate]).remove(0)
        {
            Verdict::Found(_, _, holds) => holds,
            other => panic!("{other:?}"),
        };
        assert!(holds(bare).is_some());
        assert_eq!(holds(whole), None);
    }

    #[test]
    fn empty_values_and_order_say_nothing() {
        for (sent, held, same) in [
            (json!({"a": "x", "b": ""}), json!({"a": "x"}), true),
            (json!({"a": null, "b": [""]}), json!({"b": []}), true),
            (json!({"a": ["x", "y"]}), json!({"a": ["y", "x"]}), true),
            (json!({"a": ["x", "x"]}), json!({"a": ["x"]}), false),
            (
                json!({"a": {"n": "1"}}),
                json!({"a": {"n": "1", "x": null}}),
                true,
            ),
            (json!({"a": "x"}), json!({"a": "X"}), false),
            (json!({"a": "x", "password": "p"}), json!({"a": "x"}), true),
            (json!({"a": false}), json!({}), true),
            (json!({"a": true}), json!({}), false),
            (json!({"a": ""}), json!({"a": "somebody wrote this"}), false),
        ] {
            assert_eq!(says(&sent, &held), same, "{sent} {held}");
        }
    }
}
