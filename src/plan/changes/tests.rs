//! What two payloads differ in.

use serde_json::json;

use super::*;

#[test]
fn a_change_that_the_last_update_made_as_well_did_not_last() {
    let change = |before: &str, after: &str| Change {
        field: "name".into(),
        before: Some(before.into()),
        after: Some(after.into()),
    };
    let now = change("DURAND", "Durand");
    let secret = Change::of_secret(&Payload::of(json!({"password": "new"}))).expect("one");
    for (now, last, is_altered) in [
        (&now, vec![], false),
        (&now, vec![change("DURAND", "Durand")], true),
        (&now, vec![change("Durant", "Durand")], false),
        (&now, vec![change("DURAND", "Durant")], false),
        (&secret, vec![secret.clone()], false),
    ] {
        assert_eq!(now.did_not_last(&last), is_altered, "{now:?} {last:?}");
    }
}

fn told(changes: &[Change]) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let told = |change: &Change| {
        format!(
            "{}: {}>{}",
            change.field,
            text(&change.before),
            text(&change.after)
        )
    };
    changes.iter().map(told).collect()
}

#[test]
fn what_differs_is_a_change_and_silence_is_none() {
    for (held, said, wanted) in [
        (json!({"name": "Anne"}), json!({"name": "Anne"}), vec![]),
        (
            json!({"name": "Anne"}),
            json!({"name": "Zoé"}),
            vec!["name: Anne>Zoé"],
        ),
        (json!({"mail": "a@example.fr"}), json!({"mail": ""}), vec![]),
        (
            json!({"mail": "a@example.fr"}),
            json!({"mail": null, "x": [], "y": [""]}),
            vec![],
        ),
        (
            json!({}),
            json!({"mail": "a@example.fr"}),
            vec!["mail: >a@example.fr"],
        ),
        (json!({"l": ["1", "2"]}), json!({"l": ["2", "1"]}), vec![]),
        (
            json!({"l": ["1", "2"]}),
            json!({"l": ["1"]}),
            vec!["l: 1, 2>1"],
        ),
        (json!({"n": {"x": 12}}), json!({"n": {"x": "12"}}), vec![]),
        (
            json!({"first": true}),
            json!({"first": false}),
            vec!["first: true>false"],
        ),
        (json!({}), json!({"first": false}), vec![]),
        (
            json!({"details": [{"key": "phone", "value": "1"}, {"key": "Badge", "value": "A"}]}),
            json!({"details": [{"key": "Phone", "value": "2"}]}),
            vec!["details.Phone: 1>2"],
        ),
        (
            json!({"password": "one"}),
            json!({"password": "two"}),
            vec![],
        ),
    ] {
        let changes = Change::between(Some(&Payload::of(held.clone())), &Payload::of(said.clone()));
        assert_eq!(told(&changes), wanted, "{held} {said}");
    }
}

#[test]
fn what_is_not_known_is_all_that_is_said_but_for_secrets() {
    let said = Payload::of(json!({"name": "Anne", "mail": "", "password": "hunter22"}));
    assert_eq!(told(&Change::between(None, &said)), ["name: >Anne"]);
    let secret = Change::of_secret(&said).expect("one");
    assert_eq!(told(&[secret]), ["password: >(secret)"]);
    assert_eq!(Change::of_secret(&Payload::of(json!({}))), None);
}

#[test]
fn a_clearing_takes_away_what_stands_there_or_below() {
    let held = Payload::of(
        json!({"mail": "a@example.fr", "phones": {"work": {"number": "1"}, "worker": "2"}}),
    );
    let mut said = Payload::of(json!({"mail": ""}));
    said.clears = vec!["mail".into(), "phones.work".into(), "note".into()];
    let changes = Change::between(Some(&held), &said);
    assert_eq!(
        told(&changes),
        ["mail: a@example.fr>", "phones.work.number: 1>"]
    );
}
