//! A contact as `AlloCloud` holds it: two names, a company, and three lists of numbers. There is no place for
//! an e-mail address, a postal address, a note or an extension.

use serde_json::{Map, Value, json};

use super::company;
use crate::model::{Contact, Kind, Phone, Region, RemoteId};
use crate::vendor::{Encoded, Payload, Remote, Settings, Taking, answer, dial, person};
use crate::wire::Refusal;

/// Each list of numbers: its name, the kinds that go there, and the kind that comes from there.
const LISTS: [(&str, &[Kind], Kind); 3] = [
    (
        "land_lines",
        &[Kind::Work, Kind::Home, Kind::Main, Kind::Other],
        Kind::Work,
    ),
    ("mobiles", &[Kind::Mobile], Kind::Mobile),
    ("faxes", &[Kind::Fax], Kind::Fax),
];

/// The contact's payload: one item of `contacts`.
pub(super) fn encode(contact: &Contact, settings: &Settings) -> Encoded {
    let mut taking = Taking::of(contact);
    let (first, last) = person::parts(&mut taking);
    let company = contact
        .company
        .as_deref()
        .map(|company| company::sent(company, settings))
        .filter(|company| !company.is_empty());
    if company.is_some() {
        taking.company();
    }
    let mut names = Map::new();
    put(&mut names, "first", first, settings);
    put(&mut names, "last", last, settings);
    let mut business = Map::new();
    put(&mut business, "name", company.as_deref(), settings);

    let mut details = Map::new();
    for (name, object) in [("names", names), ("company", business)] {
        if !object.is_empty() {
            details.insert(name.into(), object.into());
        }
    }
    let numbers = numbers(&mut taking, settings);
    if !numbers.is_empty() {
        details.insert("phone_numbers".into(), numbers.into());
    }
    let body = json!({"details": details, "phonebook": settings.get("phonebook")});
    Encoded {
        payload: Payload::of(body),
        losses: taking.losses(),
    }
}

fn put(object: &mut Map<String, Value>, name: &str, text: Option<&str>, settings: &Settings) {
    if text.is_some() || !settings.is("empty_list", "omit") {
        object.insert(name.into(), text.unwrap_or_default().into());
    }
}

fn numbers(taking: &mut Taking<'_>, settings: &Settings) -> Map<String, Value> {
    let mut lists = Map::new();
    for (name, kinds, _) in LISTS {
        let next = || taking.phone_where(|phone| kinds.contains(&phone.kind));
        let list: Vec<Value> = std::iter::from_fn(next)
            .map(|phone| written(phone, settings).into())
            .collect();
        let list = match (list.is_empty(), settings.get("empty_list")) {
            (true, "omit") => continue,
            (true, "empty_text") => vec![Value::from("")],
            _ => list,
        };
        lists.insert(name.into(), list.into());
    }
    lists
}

fn written(phone: &Phone, settings: &Settings) -> String {
    match settings.get("phone_format") {
        "national" => dial::national(phone),
        "as_written" => dial::as_written(phone),
        _ => dial::e164(phone),
    }
}

/// The contact that a record is. A record with a `user_id` is one of the telephone system's own users (P):
/// it keeps that number among its free values, and so does one of another phonebook its name.
pub(super) fn decode(record: &Value, settings: &Settings) -> Result<Remote, Refusal> {
    let id = id(record).ok_or_else(|| answer::unreadable(record, "id"))?;
    let details = record.get("details").unwrap_or(record);
    let text = |path: &[&str]| answer::member(details, path);
    let mut contact = Contact {
        name: person::from_parts(text(&["names", "first"]), text(&["names", "last"])),
        company: text(&["company", "name"]),
        ..Contact::default()
    };
    let region: Option<Region> = dial::region(settings, None);
    for (name, _, kind) in LISTS {
        let list = details
            .get("phone_numbers")
            .and_then(|lists| lists.get(name))
            .unwrap_or(&Value::Null);
        let texts = match list {
            Value::Array(list) => list.iter().filter_map(answer::text).collect(),
            one => Vec::from_iter(answer::text(one)),
        };
        for text in texts {
            dial::add(&mut contact, kind, &text, region, name);
        }
    }
    if let Some(user) = answer::member(record, &["user_id"]) {
        contact.custom.push(("user_id".into(), user));
    }
    if let Some(book) = answer::member(record, &["phonebook"])
        && book != settings.get("phonebook")
    {
        contact.custom.push(("phonebook".into(), book));
    }
    Ok(Remote { id, contact })
}

/// The names under which an id is reported: the vendor's client says `id` (P), the document all the others.
const IDS: [&str; 4] = ["id", "computer_id", "computer-id", "contact_id"];

fn id(record: &Value) -> Option<RemoteId> {
    IDS.iter().find_map(|name| answer::id(record.get(*name)?))
}

/// The ids in an answer: bare, in a record, in `data`, in `contacts`, or in a list of any of these.
pub(super) fn ids(value: &Value) -> Vec<RemoteId> {
    match value {
        Value::Array(items) => items.iter().flat_map(ids).collect(),
        Value::Object(_) => id(value).map_or_else(
            || {
                ["data", "contacts", "ids"]
                    .iter()
                    .find_map(|name| value.get(*name))
                    .map(ids)
                    .unwrap_or_default()
            },
            |id| vec![id],
        ),
        scalar => answer::id(scalar).into_iter().collect(),
    }
}
