use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::sheet::ndjson::groups;
use crate::sheet::out::OutputFormat;

/// The groups of a contact as they are packed.
fn packed(contact: &Contact) -> Vec<(String, Vec<(&'static str, String)>)> {
    let mut bytes = Vec::new();
    pack(contact, &mut bytes);
    pack(&Contact::default(), &mut bytes);
    let mut all = records(&bytes);
    let mut found: Vec<(String, Vec<_>)> = Vec::new();
    for value in all.next().expect("a contact") {
        if let Some(base) = value.base {
            found.push((base.to_owned(), Vec::new()));
        }
        let member = MEMBERS[usize::from(value.member)];
        let (_, members) = found.last_mut().expect("a group has begun");
        members.push((member, value.text.to_owned()));
    }
    assert_eq!(all.map(Iterator::count).collect::<Vec<_>>(), [0]);
    found
}

/// The groups of a contact as its line in NDJSON is read.
fn read(contact: &Contact) -> Vec<(String, Vec<(&'static str, String)>)> {
    let mut line = Vec::new();
    let lost = OutputFormat::Ndjson.render(7, Some("x"), contact, &mut line);
    lost.expect("memory");
    let line: Map<String, Value> = serde_json::from_slice(&line).expect("JSON");
    let groups = groups(line).into_iter();
    groups
        .map(|group| (group.base.into_owned(), group.members))
        .collect()
}

/// A contact in which these texts stand everywhere.
fn contact(texts: &[String], kinds: &[usize]) -> Contact {
    let text = |place: usize| texts[place % texts.len()].as_str();
    let kind = |place: usize| crate::model::Kind::ALL[kinds[place % kinds.len()] % 7].name();
    let mut value = json!({
        "key": text(0), "company": text(1), "department": text(2), "position": text(3), "note": text(4),
        "name": {
            "full": text(5), "prefix": text(6), "first": text(7), "middle": text(8), "last": text(9), "suffix": text(10)
        },
        "groups": [text(11), text(12), text(13)], "parent": text(14), "mail_categories": [3, 2],
        "portal": {"username": text(15), "password": text(16)},
        "emails": [{"kind": kind(0), "address": "a@example.com"}, {"kind": kind(1), "address": "b@example.com"}],
        "addresses": [
            {"kind": kind(2), "line1": text(17), "line2": text(18), "line3": text(19), "line4": text(20)},
            {"kind": kind(3), "city": text(21), "state": text(22), "postal_code": text(23), "country": text(24)},
        ],
        "phones": [
            {"kind": kind(4), "number": text(25), "extension": text(26), "written": text(27)},
            {"kind": kind(5), "number": text(28), "written": text(29)},
            {"kind": kind(6), "number": text(30)},
        ],
        "custom": {},
    });
    if kinds[0] < 7 {
        value["primary"] = (kinds[1] < 7).into();
    }
    let mut contact: Contact = serde_json::from_value(value).expect("a contact");
    let custom = (31..40).map(|place| (text(place).to_owned(), text(place + 9).to_owned()));
    contact.custom = custom.collect();
    contact
}

proptest! {
    #[test]
    fn a_contact_is_packed_as_its_line_is_read(
        texts in proptest::collection::vec("[ a'=;\"é\n\u{a0}]{0,3}", 49),
        kinds in proptest::collection::vec(0_usize..14, 7),
    ) {
        let contact = contact(&texts, &kinds);
        prop_assert_eq!(packed(&contact), read(&contact));
    }
}

#[test]
fn what_is_cut_off_ends() {
    let mut bytes = Vec::new();
    pack(&contact(&["a".to_owned()], &[1, 1]), &mut bytes);
    for cut in 0..bytes.len() {
        assert_eq!(records(&bytes[..cut]).count(), 0);
        let mut values = 0;
        values += PackedValues(&bytes[4..cut.max(4)]).count();
        assert!(values < 60, "{cut}");
    }
}
