use serde_json::json;

use super::*;
use crate::model::{ContactKey, PersonName};
use crate::plan::Action;
use crate::wire::JsonList;

fn step(number: u64, name: &str) -> Step {
    Step {
        number,
        row: number + 2,
        key: ContactKey::new(format!("k{number}")),
        parent: None,
        action: Action::Create,
        remote: None,
        payload: Some(Payload::of(
            json!({"name": name, "mail": "a@example.fr", "tags": []}),
        )),
        identity: None,
        record: None,
        cells: JsonList::default(),
        remarks: JsonList::default(),
        lost: JsonList::default(),
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
        id: RemoteId::new(id),
        contact,
        held,
        identity: Identity::default(),
        taken: false,
        contested: false,
    }
}

/// A step that was sent this, and a record that holds it.
fn sent(number: u64, body: Value) -> Step {
    Step {
        payload: Some(Payload::of(body)),
        ..step(number, "")
    }
}

fn holding(id: &str, body: Value) -> Candidate {
    Candidate {
        held: Payload::of(body),
        ..record(id, "", "")
    }
}

#[test]
fn a_richer_record_is_no_answer_to_a_poorer_payload() {
    let (poor, rich) = (
        json!({"name": "Anne Durand", "phone": "+33199000001"}),
        json!({"name": "Anne Durand", "phone": "+33199000001", "position": "CEO"}),
    );
    let steps = [sent(0, poor.clone()), sent(1, rich.clone())];
    // The vendor may add what nobody sent.
    for more in ["", "x"] {
        let held = |sent: &Value| {
            let mut held = sent.clone();
            held["more"] = more.into();
            held
        };
        let (poor, rich) = (held(&poor), held(&rich));
        let only = vec![holding("7", rich.clone())];
        assert_eq!(short(&steps, only), ["0-", "1=7"]);
        let only = vec![holding("7", poor.clone())];
        assert_eq!(short(&steps, only), ["0=7", "1-"]);
        let both = vec![holding("7", rich), holding("8", poor)];
        assert_eq!(short(&steps, both), ["0=8", "1=7"]);
    }
}

#[test]
fn a_record_that_may_be_the_answer_to_either_is_nobodys() {
    let steps = [
        sent(0, json!({"name": "Anne Durand", "phone": "1"})),
        sent(1, json!({"name": "Anne Durand", "email": "2"})),
        sent(2, json!({"name": "Anne Durand"})),
    ];
    let both = json!({"name": "Anne Durand", "phone": "1", "email": "2"});
    let found = short(&steps, vec![holding("7", both)]);
    assert_eq!(found, ["0?", "1?", "2?"]);
}

/// Verdicts in short: `0=7` found, `0-` absent, `0?` open.
fn short(steps: &[Step], candidates: Vec<Candidate>) -> Vec<String> {
    let mut words: Vec<String> = judge(steps, candidates)
        .into_iter()
        .map(|verdict| match verdict {
            MatchVerdict::Found(number, id, _) => format!("{number}={id}"),
            MatchVerdict::Absent(number) => format!("{number}-"),
            MatchVerdict::Open(number, _) => format!("{number}?"),
        })
        .collect();
    words.sort();
    words
}

#[test]
fn a_record_that_says_what_was_sent_is_the_answer() {
    let found =
        |name: &str, mail: &str| short(&[step(0, "Anne Durand")], vec![record("7", name, mail)]);
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
    let holds = |candidate| match judge(std::slice::from_ref(&sent), vec![candidate]).remove(0) {
        MatchVerdict::Found(_, _, holds) => holds,
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
