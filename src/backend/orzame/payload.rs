//! A contact as Orzame holds it: a person with a name, a position, one phone of no type, and one e-mail
//! address. Only what is there is sent; the vendor fills in the rest.

use serde_json::{Map, Value};

use crate::backend::kit::{Consumer, names, phone_format, reply, slots};
use crate::backend::{Accounted, Payload, Record, Remote, Settings, Slot};
use crate::model::{Contact, EmailAddress, Kind, ParentId, Phone, Tagged};
use crate::wire::Refusal;

/// The one number.
pub(super) const SLOTS: &[Slot] = &[Slot::one("phone", KINDS, Kind::Work)];

/// Which number is the one that is sent.
pub(super) const KINDS: &[Kind] = &[
    Kind::Work,
    Kind::Main,
    Kind::Mobile,
    Kind::Home,
    Kind::Other,
];

/// The contact's payload.
pub(super) fn account(contact: &Contact, settings: &Settings) -> Accounted {
    let mut consumer = Consumer::of(contact);
    consumer.parent();
    let mut name = names::whole(&mut consumer);
    if name.is_none() && settings.is("company_only", "name") {
        name = consumer.company().map(str::to_owned);
    }
    let filled = slots::fill(&mut consumer, SLOTS, |phone| phone.kind);
    let phone = filled.first().and_then(|list| list.first()).map(|phone| {
        phone_format::with_extension(written(phone, settings), consumer.extension(phone))
    });
    let email = consumer.email().map(|email| email.value.to_string());
    let default = match settings.get("default") {
        "never" => None,
        _ => consumer.primary(),
    };
    let mut body = Map::new();
    for (name, value) in [
        ("name", name.map(Value::from)),
        ("position", consumer.position().map(Value::from)),
        ("phone", phone.map(Value::from)),
        ("email", email.map(Value::from)),
        ("default", default.map(Value::from)),
    ] {
        if let Some(value) = value {
            body.insert(name.into(), value);
        }
    }
    let parent = contact.parent.clone().or_else(|| settings.parent.clone());
    consumer.accounted(Payload {
        parent,
        ..Payload::of(body)
    })
}

/// Where a field's value stands that an update can take away; a person has a name.
pub(super) fn place(at: &str) -> Option<String> {
    matches!(at, "position" | "phone" | "email" | "default").then(|| at.to_owned())
}

/// The body with nothing in the places that are to be cleared: an empty text (S: the answers show them so).
pub(super) fn with_clears(payload: &Payload) -> Value {
    let mut body = payload.body.to_value();
    for place in &payload.clears {
        if body.get(place).is_none() {
            body[place] = match place.as_str() {
                "default" => false.into(),
                _ => "".into(),
            };
        }
    }
    body
}

fn written(phone: &Phone, settings: &Settings) -> String {
    match settings.get("phone_format") {
        "national" => phone_format::national(phone),
        "as_written" => phone_format::as_written(phone),
        _ => phone_format::e164(phone),
    }
}

/// The contact that a record is; an empty text is an absent value (S: the answers show them so).
pub(super) fn decode(record: &Record, settings: &Settings) -> Result<Remote, Refusal> {
    let value = &record.value;
    let id = value.get("id").and_then(reply::number_id);
    let id = id.ok_or_else(|| reply::unreadable(value, "id"))?;
    let text = |name: &str| reply::member(value, &[name]);
    let mut contact = Contact {
        name: names::from_full(text("name").as_deref(), settings),
        position: text("position"),
        parent: text("contact_id")
            .map(ParentId::new)
            .or_else(|| record.parent.clone()),
        primary: value.get("default").and_then(Value::as_bool),
        ..Contact::default()
    };
    if let Some(phone) = text("phone") {
        let region = phone_format::region(settings, None);
        phone_format::add(&mut contact, Kind::Work, &phone, region, "phone");
    }
    if let Some(email) = text("email") {
        contact.emails.push(Tagged {
            kind: Kind::Work,
            value: EmailAddress::checked(email),
        });
    }
    Ok(Remote { id, contact })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::backend::fixtures::{anne, contact, decoded, lost, vendor};

    #[test]
    fn a_contact_becomes_a_person() {
        let vendor = vendor("orzame", &[("parent", "120")]);
        let payload = vendor.encode(&anne()).payload;
        let body = json!({"name": "Anne Durand", "position": "Directrice", "phone": "+33199001234 x12",
            "email": "anne@example.fr", "default": true});
        assert_eq!(
            (payload.body, payload.parent),
            (body.into(), Some(ParentId::new("120")))
        );
        let lost = lost(vendor.as_ref(), &anne());
        assert_eq!(&lost[..3], ["company", "department", "note"]);
        for field in [
            "phone.home",
            "phone.mobile",
            "phone.fax",
            "email.home",
            "mail_categories",
        ] {
            assert!(lost.iter().any(|lost| lost == field), "{field}");
        }
    }

    #[test]
    fn only_what_is_there_is_sent() {
        for (row, body) in [
            (json!({"name": {"full": "Anne"}}), json!({"name": "Anne"})),
            (
                json!({"company": "Exemple", "primary": false}),
                json!({"name": "Exemple", "default": false}),
            ),
            (
                json!({"name": {"first": "Anne", "last": "Durand"}}),
                json!({"name": "Anne Durand"}),
            ),
        ] {
            let payload = vendor("orzame", &[]).encode(&contact(row)).payload;
            assert_eq!((payload.body, payload.parent), (body.into(), None));
        }
    }

    #[test]
    fn an_empty_text_is_an_absent_value() {
        let vendor = vendor("orzame", &[]);
        let record = json!({"id": 65, "name": "John Doe", "position": "", "phone": "999-999-999", "email": "",
            "default": false, "contact_id": 120, "created_at": "2022-09-30T15:30:15+00:00"});
        let contact = decoded(vendor.as_ref(), record).contact;
        assert_eq!((contact.position, contact.emails), (None, vec![]));
        assert_eq!(
            (contact.parent, contact.primary),
            (Some(ParentId::new("120")), Some(false))
        );
        let kept = vec![("phone".to_owned(), "999-999-999".to_owned())];
        assert_eq!(
            (contact.phones, contact.custom),
            (vec![], kept),
            "no region, no number"
        );
    }

    #[test]
    fn no_row_takes_the_mark_where_the_switch_says_so() {
        let row = contact(json!({"name": {"full": "Anne"}, "primary": true}));
        for (switch, default, losses) in [
            ("row", json!(true), vec![]),
            ("never", Value::Null, vec!["primary"]),
        ] {
            let vendor = vendor("orzame", &[("default", switch)]);
            let body = vendor.encode(&row).payload.body;
            assert_eq!(body.get("default").cloned().unwrap_or_default(), default);
            assert_eq!(lost(vendor.as_ref(), &row), losses);
        }
    }
}
