//! A contact as Sonar holds it: a whole name, a role, one e-mail address, and at most one number of each of
//! four types, each with its extension. What it hangs under stands in the path.

use serde_json::{Map, Value, json};

use crate::backend::kit::{Consumer, names, phone_format, reply, slots};
use crate::backend::{Accounted, Payload, Record, Remote, Settings, Slot};
use crate::model::{Contact, EmailAddress, Kind, ParentId, Phone, PortalLogin, Region, Tagged};
use crate::wire::Refusal;

/// The types of number. A second fixed line takes the place of the home number where that is free.
pub(super) const SLOTS: &[Slot] = &[
    Slot::one("work", &[Kind::Work, Kind::Main, Kind::Other], Kind::Work),
    Slot::one("home", &[Kind::Home], Kind::Home).or_spare(&[Kind::Work, Kind::Main, Kind::Other]),
    Slot::one("mobile", &[Kind::Mobile], Kind::Mobile),
    Slot::one("fax", &[Kind::Fax], Kind::Fax),
];

/// The contact's payload.
pub(super) fn account(contact: &Contact, settings: &Settings) -> Accounted {
    let mut consumer = Consumer::of(contact);
    consumer.parent();
    let mut body = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(name.to_owned(), value);
        }
    };
    let mut name = names::whole(&mut consumer);
    if name.is_none() && settings.is("company_only", "name") {
        name = consumer.company().map(str::to_owned);
    }
    put("name", name.map(Value::from));
    put("role", consumer.position().map(Value::from));
    let email = consumer.email();
    put(
        "email_address",
        email.map(|email| email.value.as_str().into()),
    );
    let numbers = numbers(&mut consumer, settings);
    put(
        "phone_numbers",
        (!numbers.is_empty()).then_some(numbers.into()),
    );
    let categories = consumer
        .mail_categories()
        .map(<[u32]>::to_vec)
        .or_else(|| settings.numbers("email_message_categories"));
    put(
        "email_message_categories",
        Some(json!(categories.unwrap_or_default())),
    );
    let primary = match settings.get("primary") {
        "never" => None,
        _ => consumer.primary(),
    };
    put("primary", Some(primary.unwrap_or(false).into()));
    if settings.is("portal", "send") {
        let (username, password) = consumer.portal();
        put("username", username.map(Value::from));
        put("password", password.map(Value::from));
    }
    let parent = contact.parent.clone().or_else(|| settings.parent.clone());
    consumer.accounted(Payload {
        parent,
        ..Payload::of(body)
    })
}

fn numbers(consumer: &mut Consumer<'_>, settings: &Settings) -> Map<String, Value> {
    let mut numbers = Map::new();
    let untyped = match settings.get("untyped") {
        "home" => Kind::Home,
        "mobile" => Kind::Mobile,
        _ => Kind::Other,
    };
    let kind = |phone: &Phone| match phone.kind {
        Kind::Other => untyped,
        kind => kind,
    };
    for (slot, phones) in SLOTS.iter().zip(slots::fill(consumer, SLOTS, kind)) {
        // A type without a number is left out: the vendor's own library found that null is not taken (P).
        let Some(phone) = phones.first() else {
            continue;
        };
        let number = match settings.get("phone_format") {
            "digits" => phone_format::digits(&phone.number),
            "e164" => phone_format::e164(phone),
            _ => phone_format::north_american(&phone.number),
        };
        let extension = extension(consumer.extension(phone), settings);
        let entry = json!({"number": number, "extension": extension});
        numbers.insert(slot.at.into(), entry);
    }
    numbers
}

/// An extension as the switch says; as a number it would lose a leading zero, so then it is a text.
fn extension(extension: Option<&str>, settings: &Settings) -> Value {
    let Some(text) = extension else {
        return Value::Null;
    };
    match text.parse::<u64>() {
        Ok(number) if settings.is("extension", "number") && number.to_string() == text => {
            number.into()
        }
        _ => text.into(),
    }
}

/// What an update sends of a payload. A create must say whether the contact is primary and which mailings it
/// gets (S), and says no and none where the row is silent; an update must not take either away for that.
pub(super) fn changed(body: &Value) -> Value {
    let mut body = body.clone();
    if let Some(members) = body.as_object_mut() {
        let is_default = |name: &str, value: &Value| match name {
            "primary" => *value == Value::Bool(false),
            "email_message_categories" => value.as_array().is_some_and(Vec::is_empty),
            _ => false,
        };
        members.retain(|name, value| !is_default(name, value));
    }
    body
}

/// Where a field's value stands that an update can take away.
pub(super) fn place(at: &str) -> Option<String> {
    match at {
        "role" | "email_address" | "email_message_categories" | "primary" => Some(at.to_owned()),
        at => Some(at.strip_suffix(".number")?.to_owned()),
    }
}

/// The body with nothing in the places that are to be cleared; a number of some type is left out of the numbers.
pub(super) fn with_clears(mut body: Value, clears: &[String]) -> Value {
    for place in clears {
        let nothing = match place.as_str() {
            "email_message_categories" => json!([]),
            "primary" => json!(false),
            "role" | "email_address" => Value::Null,
            _ => {
                if body.get("phone_numbers").is_none() {
                    body["phone_numbers"] = json!({});
                }
                continue;
            }
        };
        if body.get(place).is_none() {
            body[place] = nothing;
        }
    }
    body
}

/// The payload with the numbers that the record has of other types: the object is replaced as a whole
/// (assumed; the vendor's own portal always sends all of it).
pub(super) fn with_other_numbers(body: &Value, record: &Value, clears: &[String]) -> Value {
    let mut body = body.clone();
    for Slot { at: name, .. } in SLOTS {
        let held = record.get("phone_numbers").and_then(|all| all.get(*name));
        if let Some(entry) = held
            && reply::member(entry, &["number"]).is_some()
            && body["phone_numbers"].get(*name).is_none()
            && !clears.contains(&format!("phone_numbers.{name}"))
        {
            body["phone_numbers"][*name] = entry.clone();
        }
    }
    body
}

/// The contact that a record is.
pub(super) fn decode(record: &Record, settings: &Settings) -> Result<Remote, Refusal> {
    let value = &record.value;
    let id = value.get("id").and_then(reply::number_id);
    let id = id.ok_or_else(|| reply::unreadable(value, "id"))?;
    let text = |name: &str| reply::member(value, &[name]);
    let account = || text("account_id").map(ParentId::new);
    let mut contact = Contact {
        name: names::from_full(text("name").as_deref(), settings),
        position: text("role"),
        parent: record.parent.clone().or_else(account),
        primary: value.get("primary").and_then(reply::truth),
        mail_categories: value
            .get("email_message_categories")
            .and_then(Value::as_array)
            .map(|list| list.iter().filter_map(category).collect()),
        portal: text("username").map(|username| PortalLogin {
            username: Some(username),
            password: None,
        }),
        ..Contact::default()
    };
    if let Some(email) = text("email_address") {
        contact.emails.push(Tagged {
            kind: Kind::Work,
            value: EmailAddress::checked(email),
        });
    }
    let assumed = settings.is("phone_format", "nanp").then_some("US");
    let region = phone_format::region(settings, assumed);
    for Slot { at, reads_as, .. } in SLOTS {
        if let Some(entry) = value.get("phone_numbers").and_then(|all| all.get(*at)) {
            add_phone(&mut contact, *reads_as, entry, region);
        }
    }
    Ok(Remote { id, contact })
}

fn category(value: &Value) -> Option<u32> {
    reply::text(value)?.parse().ok()
}

fn add_phone(contact: &mut Contact, kind: Kind, entry: &Value, region: Option<Region>) {
    let Some(number) = reply::member(entry, &["number"]).or_else(|| reply::text(entry)) else {
        return;
    };
    let extension = reply::member(entry, &["extension"]);
    let Some(phone) = phone_format::read(kind, &number, region) else {
        let at = format!("phone_numbers.{}", kind.name());
        let text = phone_format::with_extension(number, extension.as_deref());
        contact.custom.push((at, text));
        return;
    };
    contact.phones.push(Phone {
        extension: extension.or(phone.extension),
        ..phone
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::fixtures::{anne, contact, decoded, lost, vendor};

    #[test]
    fn a_contact_becomes_the_documented_object() {
        let sonar = vendor("sonar", &[("parent", "5"), ("phone_format", "digits")]);
        let payload = sonar.encode(&anne()).payload;
        let body = json!({"name": "Anne Durand", "role": "Directrice", "email_address": "anne@example.fr",
            "phone_numbers": {"work": {"number": "33199001234", "extension": 12},
                "home": {"number": "33199001235", "extension": null},
                "mobile": {"number": "33639980012", "extension": null},
                "fax": {"number": "33199001236", "extension": null}},
            "email_message_categories": [2, 5], "primary": true});
        assert_eq!(
            (payload.body, payload.parent),
            (body.into(), Some(ParentId::new("5")))
        );
        let wanted = [
            "company",
            "department",
            "note",
            "portal.username",
            "portal.password",
            "email.home",
            "address.work.line1",
            "address.work.city",
            "address.work.postal_code",
            "address.home.line1",
            "address.home.city",
            "groups",
            "custom",
        ];
        assert_eq!(lost(sonar.as_ref(), &anne()), wanted);
        let sends = vendor("sonar", &[("portal", "send")]);
        let body = sends.encode(&anne()).payload.body;
        assert_eq!(
            (&body["username"], &body["password"]),
            (&json!("anned"), &json!("long enough"))
        );
    }

    #[test]
    fn what_a_row_is_silent_about_has_a_default() {
        let row = contact(json!({"company": "Exemple", "parent": "6"}));
        for (switches, name, categories) in [
            (vec![("parent", "5")], json!("Exemple"), json!([])),
            (
                vec![("email_message_categories", "2,3")],
                json!("Exemple"),
                json!([2, 3]),
            ),
            (vec![("company_only", "reject")], Value::Null, json!([])),
        ] {
            let payload = vendor("sonar", &switches).encode(&row).payload;
            assert_eq!(payload.body["name"], name);
            assert_eq!(payload.body["email_message_categories"], categories);
            assert_eq!(payload.body["primary"], json!(false));
            assert_eq!(
                payload.parent,
                Some(ParentId::new("6")),
                "the contact's own wins"
            );
        }
    }

    #[test]
    fn an_extension_keeps_its_zero() {
        let row = |extension: &str| {
            contact(json!({"phones": [
            {"kind": "work", "number": "+12025550123", "extension": extension}]}))
        };
        for (switch, extension, wanted) in [
            ("number", "123", json!(123)),
            ("number", "0123", json!("0123")),
            ("text", "123", json!("123")),
        ] {
            let body = vendor("sonar", &[("extension", switch)])
                .encode(&row(extension))
                .payload
                .body;
            let entry = json!({"number": "2025550123", "extension": wanted});
            assert_eq!(body["phone_numbers"]["work"], entry);
        }
    }

    #[test]
    fn a_record_is_read_in_every_reported_shape() {
        let vendor = vendor("sonar", &[]);
        for (numbers, wanted) in [
            (json!([]), vec![]),
            (Value::Null, vec![]),
            (json!({"work": {"number": null, "extension": null}}), vec![]),
            (
                json!({"work": {"number": "2025550123", "extension": 12}}),
                vec![("+12025550123", Some("12"))],
            ),
            (
                json!({"work": {"number": "2025550123", "extension": "012"}}),
                vec![("+12025550123", Some("012"))],
            ),
            (
                json!({"work": {"number": "(202) 555-0123", "extension": ""}}),
                vec![("+12025550123", None)],
            ),
            (
                json!({"fax": {"number": "33199001234"}}),
                vec![("+33199001234", None)],
            ),
        ] {
            let remote = decoded(
                vendor.as_ref(),
                json!({"id": "46", "name": "Jacob Kailing", "account_id": 5,
                "phone_numbers": numbers, "primary": 1, "email_message_categories": ["2", 3], "username": null}),
            );
            let contact = remote.contact;
            let phones: Vec<_> = contact
                .phones
                .iter()
                .map(|p| (p.number.as_str(), p.extension.as_deref()))
                .collect();
            assert_eq!(phones, wanted, "{numbers}");
            assert_eq!(
                (contact.primary, contact.mail_categories),
                (Some(true), Some(vec![2, 3]))
            );
            assert_eq!(
                (contact.parent, contact.name.last.as_deref()),
                (Some(ParentId::new("5")), Some("Kailing"))
            );
        }
        let odd = json!({"id": 1, "phone_numbers": {"home": {"number": "ask", "extension": 3}}});
        let kept = vec![("phone_numbers.home".to_owned(), "ask x3".to_owned())];
        assert_eq!(decoded(vendor.as_ref(), odd).contact.custom, kept);
    }

    #[test]
    fn of_many_numbers_the_plan_chooses_one_of_each_type() {
        let row = contact(json!({"phones": [
            {"kind": "main", "number": "+12025550100"}, {"kind": "work", "number": "+12025550101"},
            {"kind": "other", "number": "+12025550102"}, {"kind": "mobile", "number": "+12025550103"},
            {"kind": "mobile", "number": "+12025550104"}]}));
        for (untyped, wanted, losses) in [
            (
                "work",
                json!({"work": "2025550101", "home": "2025550100", "mobile": "2025550103"}),
                vec!["phone.other", "phone.mobile"],
            ),
            (
                "home",
                json!({"work": "2025550101", "home": "2025550102", "mobile": "2025550103"}),
                vec!["phone.main", "phone.mobile"],
            ),
            (
                "mobile",
                json!({"work": "2025550101", "home": "2025550100", "mobile": "2025550102"}),
                vec!["phone.mobile", "phone.mobile"],
            ),
        ] {
            let vendor = vendor("sonar", &[("untyped", untyped)]);
            let numbers = vendor.encode(&row).payload.body["phone_numbers"].clone();
            let numbers: Map<String, Value> = numbers
                .as_object()
                .expect("an object")
                .iter()
                .map(|(name, entry)| (name.clone(), entry["number"].clone()))
                .collect();
            assert_eq!(Value::from(numbers), wanted, "{untyped}");
            assert_eq!(lost(vendor.as_ref(), &row), losses, "{untyped}");
        }
    }

    #[test]
    fn no_row_takes_the_mark_where_the_switch_says_so() {
        let row = contact(json!({"name": {"full": "Anne"}, "primary": true}));
        for (switch, primary, losses) in [("row", true, vec![]), ("never", false, vec!["primary"])]
        {
            let vendor = vendor("sonar", &[("primary", switch)]);
            assert_eq!(vendor.encode(&row).payload.body["primary"], json!(primary));
            assert_eq!(lost(vendor.as_ref(), &row), losses);
        }
    }
}
