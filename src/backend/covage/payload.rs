//! A contact as Covage holds it: five texts. "The information in full has to be sent", so all five are, and an
//! absent one as the switch `empty` says.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::backend::kit::{Consumer, names, phone_format, reply, slots};
use crate::backend::{Accounted, Payload, Remote, Settings, Slot};
use crate::model::{Contact, EmailAddress, Kind, Number, Phone, Region, RemoteId, Tagged};
use crate::wire::{Json, Refusal};

/// The five members, in the document's order.
pub(super) const MEMBERS: [&str; 5] = [
    "first_name",
    "last_name",
    "phone_number",
    "cell_phone_number",
    "email",
];

/// Every kind that may be a fixed line.
const FIXED: &[Kind] = &[Kind::Work, Kind::Main, Kind::Home, Kind::Other];

/// The two numbers. What a French number is, its digits say, whatever it is called: 06 and 07 are mobiles.
pub(super) const SLOTS: &[Slot] = &[
    Slot::one("cell_phone_number", &[Kind::Mobile], Kind::Mobile)
        .or_spare(FIXED)
        .only("a French mobile", is_french_mobile),
    Slot::one("phone_number", FIXED, Kind::Work)
        .except("French mobiles", is_french_mobile)
        .or_spare(FIXED),
];

/// The numbers that are sent: fixed, and mobile.
pub(super) fn phones<'a>(consumer: &mut Consumer<'a>) -> [Option<&'a Phone>; 2] {
    let filled = slots::fill(consumer, SLOTS, |phone| phone.kind);
    let first = |n: usize| filled.get(n).and_then(|list| list.first().copied());
    [first(1), first(0)]
}

fn is_french_mobile(phone: &Phone) -> bool {
    let number = phone.number.as_str();
    number.starts_with("+336") || number.starts_with("+337")
}

/// The values of the five members.
pub(super) fn values<'a>(
    consumer: &mut Consumer<'a>,
    settings: &Settings,
) -> [Option<Cow<'a, str>>; 5] {
    let (first, mut last) = names::parts(consumer);
    if first.is_none() && last.is_none() && settings.is("company_only", "last_name") {
        last = consumer.company();
    }
    let [fixed, mobile] = phones(consumer);
    let email = consumer.email();
    [
        first.map(Cow::Borrowed),
        last.map(Cow::Borrowed),
        fixed.map(|phone| written(phone, settings).into()),
        mobile.map(|phone| written(phone, settings).into()),
        email.map(|email| email.value.as_str().into()),
    ]
}

/// The contact's payload.
pub(super) fn account(contact: &Contact, settings: &Settings) -> Accounted {
    let mut consumer = Consumer::of(contact);
    let values = values(&mut consumer, settings);
    let absent = match settings.get("empty") {
        "omit" => Absent::Left,
        "null" => Absent::Null,
        _ => Absent::Empty,
    };
    let members = MEMBERS.iter().zip(&values);
    let members = members.filter_map(|(name, value)| match (value.as_deref(), absent) {
        (Some(text), _) => Some((*name, Some(text))),
        (None, Absent::Left) => None,
        (None, Absent::Null) => Some((*name, None)),
        (None, Absent::Empty) => Some((*name, Some(""))),
    });
    let body = Json::of_texts(members);
    consumer.accounted(Payload::of(body))
}

/// What stands in the place of an absent text: nothing at all, a null, an empty text.
#[derive(Clone, Copy)]
enum Absent {
    Left,
    Null,
    Empty,
}

fn written(phone: &Phone, settings: &Settings) -> String {
    match settings.get("phone_format") {
        "as_written" => phone_format::as_written(phone),
        "e164" => phone_format::e164(phone),
        _ => phone_format::french(&phone.number).unwrap_or_else(|| phone_format::e164(phone)),
    }
}

/// The record with the payload's values in place of its own, and its id, as PUT wants it (S). What the
/// payload leaves empty stays as it is.
pub(super) fn merged(record: &Value, payload: &Payload, id: &RemoteId) -> Value {
    let body = &payload.body;
    let mut merged = Map::new();
    merged.insert("contact_uuid".into(), id.as_str().into());
    for name in MEMBERS {
        let given = reply::member(body, &[name]).map(Value::from);
        let clears = payload.clears.iter().any(|place| place == name);
        let held = || plain(record.get(name)).filter(|_| !clears).map(Value::from);
        let empty = || {
            body.get(name)
                .cloned()
                .or_else(|| clears.then(|| "".into()))
        };
        if let Some(value) = given.or_else(held).or_else(empty) {
            merged.insert(name.into(), value);
        }
    }
    merged.into()
}

/// The members that a payload leaves empty.
pub(super) fn empty(body: &Value) -> Vec<String> {
    let is_empty = |name: &&str| reply::member(body, &[name]).is_none();
    MEMBERS
        .into_iter()
        .filter(is_empty)
        .map(str::to_owned)
        .collect()
}

/// A record's value as text. The document calls two numbers a dictionary and shows them as texts: a number
/// and an object that holds one text are read too.
fn plain(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Object(members) => members.values().find_map(reply::text),
        value => reply::text(value),
    }
}

/// A record's id: an opaque text (S).
pub(super) fn id(record: &Value) -> Option<RemoteId> {
    reply::word_id(record.get("contact_uuid")?)
}

/// The contact that a record is.
pub(super) fn decode(record: &Value, settings: &Settings) -> Result<Remote, Refusal> {
    let id = id(record).ok_or_else(|| reply::unreadable(record, "contact_uuid"))?;
    let text = |name: &str| plain(record.get(name));
    let mut contact = Contact {
        name: names::from_parts(text("first_name"), text("last_name")),
        ..Contact::default()
    };
    let assumed = settings.is("phone_format", "fr_national").then_some("FR");
    let region = phone_format::region(settings, assumed);
    for Slot { at, reads_as, .. } in SLOTS.iter().rev() {
        if let Some(text) = text(at) {
            add_phone(&mut contact, *reads_as, &text, region, at);
        }
    }
    if let Some(email) = text("email") {
        contact.emails.push(Tagged {
            kind: Kind::Work,
            value: EmailAddress::checked(email),
        });
    }
    Ok(Remote { id, contact })
}

/// Adds a number; one that came as a JSON number has lost its leading zero.
fn add_phone(contact: &mut Contact, kind: Kind, text: &str, region: Option<Region>, at: &str) {
    let is_bare = text.len() == 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_french = region.is_some_and(|region| region.as_str() == "FR");
    if is_bare && is_french && !text.starts_with('0') {
        let number = Number::International(format!("+33{text}"));
        let written = text.to_owned();
        contact.phones.push(Phone {
            kind,
            number,
            extension: None,
            written,
        });
    } else {
        phone_format::add(contact, kind, text, region, at);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::backend::fixtures::{anne, contact, decoded, lost, vendor};

    #[test]
    fn a_contact_becomes_five_texts() {
        let vendor = vendor("covage", &[]);
        let body = json!({"first_name": "Anne", "last_name": "Durand", "phone_number": "0199001234",
            "cell_phone_number": "0639980012", "email": "anne@example.fr"});
        assert_eq!(vendor.encode(&anne()).payload, Payload::of(body));
        let lost = lost(vendor.as_ref(), &anne());
        for field in [
            "company",
            "phone.home",
            "phone.fax",
            "phone.work.extension",
            "email.home",
            "note",
        ] {
            assert!(lost.iter().any(|lost| lost == field), "{field}");
        }
    }

    #[test]
    fn numbers_find_their_member() {
        let phone = |kind: &str, number: &str| json!({"kind": kind, "number": number});
        for (phones, fixed, mobile) in [
            (
                json!([phone("home", "+33199001235"), phone("work", "+33199001234")]),
                "0199001234",
                "",
            ),
            (
                json!([phone("work", "+33199001234"), phone("work", "+33639980012")]),
                "0199001234",
                "0639980012",
            ),
            (json!([phone("mobile", "+12025550123")]), "", "+12025550123"),
            (json!([phone("fax", "+33639980012")]), "", ""),
            (json!([phone("work", "4021")]), "4021", ""),
        ] {
            let body = vendor("covage", &[])
                .encode(&contact(json!({"phones": phones})))
                .payload
                .body;
            assert_eq!(
                (&body["phone_number"], &body["cell_phone_number"]),
                (&json!(fixed), &json!(mobile))
            );
        }
    }

    #[test]
    fn absence_is_written_as_the_switch_says() {
        let row = contact(json!({"name": {"first": "Anne", "last": "Durand"}}));
        for (switch, email) in [
            ("text", Some(json!(""))),
            ("null", Some(Value::Null)),
            ("omit", None),
        ] {
            let body = vendor("covage", &[("empty", switch)])
                .encode(&row)
                .payload
                .body;
            assert_eq!(body.get("email").cloned(), email, "{switch}");
        }
    }

    #[test]
    fn a_value_is_read_in_every_reported_shape() {
        let vendor = vendor("covage", &[]);
        for value in [
            json!("0199001234"),
            json!(199_001_234),
            json!("+33 1 99 00 12 34"),
            json!({"number": "0199001234"}),
            json!("199001234"),
        ] {
            let record = json!({"contact_uuid": "i9usbs1j", "first_name": "", "last_name": null, "phone_number": value});
            let remote = decoded(vendor.as_ref(), record);
            assert_eq!(
                remote.contact.phones[0].number.as_str(),
                "+33199001234",
                "{value}"
            );
            assert!(remote.contact.name.is_empty());
        }
        let record = json!({"contact_uuid": "x", "phone_number": null, "cell_phone_number": "see Anne", "email": ""});
        let contact = decoded(vendor.as_ref(), record).contact;
        let kept = vec![("cell_phone_number".to_owned(), "see Anne".to_owned())];
        assert_eq!(
            (contact.phones, contact.emails, contact.custom),
            (vec![], vec![], kept)
        );
    }

    #[test]
    fn a_company_alone_goes_where_the_switch_says() {
        let row = contact(json!({"company": "Exemple"}));
        for (switch, last, losses, raised) in [
            ("last_name", "Exemple", vec![], vec![]),
            ("drop", "", vec!["company"], vec!["vendor.nothing-to-send"]),
            (
                "reject",
                "",
                vec!["company"],
                vec!["vendor.nothing-to-send", "name.missing"],
            ),
        ] {
            let vendor = vendor("covage", &[("company_only", switch)]);
            assert_eq!(vendor.encode(&row).payload.body["last_name"], json!(last));
            assert_eq!(lost(vendor.as_ref(), &row), losses, "{switch}");
            let codes = crate::backend::fixtures::codes(vendor.as_ref(), &row);
            assert_eq!(codes, raised, "{switch}");
        }
        let named = contact(json!({"name": {"last": "Dale"}, "company": "Exemple"}));
        assert_eq!(lost(vendor("covage", &[]).as_ref(), &named), ["company"]);
    }

    #[test]
    fn of_four_numbers_the_plan_chooses_two() {
        for (numbers, wanted) in [
            (
                [
                    ("home", "+33199001235"),
                    ("work", "+33199001234"),
                    ("mobile", "+33639980012"),
                    ("fax", "+33199001236"),
                ],
                ("0199001234", "0639980012"),
            ),
            (
                [
                    ("work", "+33199001234"),
                    ("work", "+33199001235"),
                    ("work", "+33639980012"),
                    ("other", "+33639980013"),
                ],
                ("0199001234", "0639980012"),
            ),
            (
                [
                    ("work", "+33639980014"),
                    ("fax", "+33199001236"),
                    ("mobile", "+33639980012"),
                    ("pager", "+33199001236"),
                ],
                ("0639980014", "0639980012"),
            ),
            (
                [
                    ("work", "+33639980014"),
                    ("home", "+33199001234"),
                    ("fax", "+33199001236"),
                    ("fax", "+33199001237"),
                ],
                ("0199001234", "0639980014"),
            ),
            (
                [
                    ("other", "+33199001239"),
                    ("main", "+33199001238"),
                    ("home", "+33199001237"),
                    ("work", "+12025550123"),
                ],
                ("+12025550123", ""),
            ),
        ] {
            let phones: Vec<Value> = numbers
                .iter()
                .map(|(kind, number)| json!({"kind": kind, "number": number}))
                .collect();
            let row = contact(json!({ "phones": phones }));
            let body = vendor("covage", &[]).encode(&row).payload.body;
            let found = (
                body["phone_number"].as_str(),
                body["cell_phone_number"].as_str(),
            );
            assert_eq!(found, (Some(wanted.0), Some(wanted.1)), "{numbers:?}");
            let lost = lost(vendor("covage", &[]).as_ref(), &row).len();
            let placed = [wanted.0, wanted.1]
                .iter()
                .filter(|text| !text.is_empty())
                .count();
            assert_eq!(lost, 4 - placed, "{numbers:?}");
        }
    }
}
