//! A contact as Orzame holds it: a person with a name, a position, one phone of no type, and one e-mail
//! address. Only what is there is sent; the vendor fills in the rest.

use serde_json::{Map, Value};

use crate::model::{Contact, EmailAddress, Kind, ParentId, Phone, Tagged};
use crate::vendor::{Encoded, Payload, Record, Remote, Settings, Taking, answer, dial, person};
use crate::wire::Refusal;

/// Which number is the one that is sent.
pub(super) const KINDS: [Kind; 5] = [
    Kind::Work,
    Kind::Main,
    Kind::Mobile,
    Kind::Home,
    Kind::Other,
];

/// The contact's payload.
pub(super) fn encode(contact: &Contact, settings: &Settings) -> Encoded {
    let mut taking = Taking::of(contact);
    taking.parent();
    let mut name = person::whole(&mut taking);
    if name.is_none() && settings.is("company_only", "name") {
        name = taking.company().map(str::to_owned);
    }
    let phone = taking
        .phone(&KINDS)
        .map(|phone| dial::with_extension(written(phone, settings), taking.extension(phone)));
    let email = taking.email().map(|email| email.value.to_string());
    let mut body = Map::new();
    for (name, value) in [
        ("name", name.map(Value::from)),
        ("position", taking.position().map(Value::from)),
        ("phone", phone.map(Value::from)),
        ("email", email.map(Value::from)),
        ("default", taking.primary().map(Value::from)),
    ] {
        if let Some(value) = value {
            body.insert(name.into(), value);
        }
    }
    let parent = contact.parent.clone().or_else(|| settings.parent.clone());
    Encoded {
        payload: Payload {
            parent,
            ..Payload::of(body.into())
        },
        losses: taking.losses(),
    }
}

fn written(phone: &Phone, settings: &Settings) -> String {
    match settings.get("phone_format") {
        "national" => dial::national(phone),
        "as_written" => dial::as_written(phone),
        _ => dial::e164(phone),
    }
}

/// The contact that a record is; an empty text is an absent value (S: the answers show them so).
pub(super) fn decode(record: &Record, settings: &Settings) -> Result<Remote, Refusal> {
    let value = &record.value;
    let id = value.get("id").and_then(answer::id);
    let id = id.ok_or_else(|| answer::unreadable(value, "id"))?;
    let text = |name: &str| answer::member(value, &[name]);
    let mut contact = Contact {
        name: person::from_full(text("name")),
        position: text("position"),
        parent: text("contact_id")
            .map(ParentId)
            .or_else(|| record.parent.clone()),
        primary: value.get("default").and_then(Value::as_bool),
        ..Contact::default()
    };
    if let Some(phone) = text("phone") {
        let region = dial::region(settings, None);
        dial::add(&mut contact, Kind::Work, &phone, region, "phone");
    }
    if let Some(email) = text("email") {
        contact.emails.push(Tagged {
            kind: Kind::Work,
            value: EmailAddress::checked(email),
        });
    }
    Ok(Remote { id, contact })
}
