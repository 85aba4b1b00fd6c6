//! A contact as `AlloCloud` holds it: two names, a company, and three lists of numbers. There is no place for
//! an e-mail address, a postal address, a note or an extension.

use serde_json::{Map, Value, json};

use super::company;
use crate::backend::kit::{Consumer, names, phone_format, reply, slots};
use crate::backend::{Accounted, Payload, Remote, Settings, Slot};
use crate::model::{Contact, Kind, Phone, Region, RemoteId};
use crate::wire::Refusal;

/// The three lists of numbers. A pager has none.
pub(super) const SLOTS: &[Slot] = &[
    Slot::many(
        "land_lines",
        &[Kind::Work, Kind::Home, Kind::Main, Kind::Other],
        Kind::Work,
    ),
    Slot::many("mobiles", &[Kind::Mobile], Kind::Mobile),
    Slot::many("faxes", &[Kind::Fax], Kind::Fax),
];

/// The contact's payload: one item of `contacts`.
pub(super) fn account(contact: &Contact, settings: &Settings) -> Accounted {
    let mut consumer = Consumer::of(contact);
    let (first, last) = names::parts(&mut consumer);
    let last = last.or_else(|| {
        let stands_in = first.is_none() && settings.is("company_only", "last_name");
        stands_in.then(|| consumer.company()).flatten()
    });
    let company = contact
        .company
        .as_deref()
        .map(|company| company::sent(company, settings))
        .filter(|company| !company.is_empty());
    if let Some(company) = &company {
        consumer.company_as(company);
    } else if contact.company.as_deref() == last {
        consumer.company();
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
    let numbers = numbers(&mut consumer, settings);
    if !numbers.is_empty() {
        details.insert("phone_numbers".into(), numbers.into());
    }
    let body = json!({"details": details, "phonebook": settings.get("phonebook")});
    consumer.accounted(Payload::of(body))
}

fn put(object: &mut Map<String, Value>, name: &str, text: Option<&str>, settings: &Settings) {
    if text.is_some() || !settings.is("empty_list", "omit") {
        object.insert(name.into(), text.unwrap_or_default().into());
    }
}

fn numbers(consumer: &mut Consumer<'_>, settings: &Settings) -> Map<String, Value> {
    let mut lists = Map::new();
    for (slot, phones) in SLOTS
        .iter()
        .zip(slots::fill(consumer, SLOTS, |phone| phone.kind))
    {
        let list: Vec<Value> = phones
            .into_iter()
            .map(|phone| written(phone, settings).into())
            .collect();
        let list = match (list.is_empty(), settings.get("empty_list")) {
            (true, "omit") => continue,
            (true, "empty_text") => vec![Value::from("")],
            _ => list,
        };
        lists.insert(slot.at.into(), list.into());
    }
    lists
}

fn written(phone: &Phone, settings: &Settings) -> String {
    match settings.get("phone_format") {
        "national" => phone_format::national(phone),
        "as_written" => phone_format::as_written(phone),
        _ => phone_format::e164(phone),
    }
}

/// The payload's body with the record's own values where it says nothing and takes nothing away.
pub(super) fn merged(payload: &Payload, record: &Value) -> Value {
    let is_empty = |value: &Value| match value {
        Value::Array(items) => items.iter().all(|item| reply::text(item).is_none()),
        value => reply::text(value).is_none(),
    };
    let mut body = payload.body.to_value();
    let clears =
        |group: &str, name: &str| payload.clears.contains(&format!("details.{group}.{name}"));
    let texts = [["names", "first"], ["names", "last"], ["company", "name"]];
    let lists = SLOTS.iter().map(|slot| ["phone_numbers", slot.at]);
    for [group, name] in texts.into_iter().chain(lists) {
        let says = body["details"][group]
            .get(name)
            .is_some_and(|value| !is_empty(value));
        let held = record
            .get("details")
            .and_then(|details| details.get(group)?.get(name));
        let is_kept = !says && !clears(group, name);
        if let Some(held) = held.filter(|held| is_kept && !is_empty(held)) {
            body["details"][group][name] = held.clone();
        }
    }
    body
}

/// The contact that a record is. A record with a `user_id` is one of the telephone system's own users (P):
/// it keeps that number among its free values, and so does one of another phonebook its name.
pub(super) fn decode(record: &Value, settings: &Settings) -> Result<Remote, Refusal> {
    let id = id(record).ok_or_else(|| reply::unreadable(record, "id"))?;
    let details = record.get("details").unwrap_or(record);
    let text = |path: &[&str]| reply::member(details, path);
    let mut contact = Contact {
        name: names::from_parts(text(&["names", "first"]), text(&["names", "last"])),
        company: text(&["company", "name"]),
        ..Contact::default()
    };
    let region: Option<Region> = phone_format::region(settings, None);
    for Slot {
        at: name, reads_as, ..
    } in SLOTS
    {
        let list = details
            .get("phone_numbers")
            .and_then(|lists| lists.get(*name))
            .unwrap_or(&Value::Null);
        let texts = match list {
            Value::Array(list) => list.iter().filter_map(reply::text).collect(),
            one => Vec::from_iter(reply::text(one)),
        };
        for text in texts {
            phone_format::add(&mut contact, *reads_as, &text, region, name);
        }
    }
    if let Some(user) = reply::member(record, &["user_id"]) {
        contact.custom.push(("user_id".into(), user));
    }
    if let Some(book) = reply::member(record, &["phonebook"])
        && book != settings.get("phonebook")
    {
        contact.custom.push(("phonebook".into(), book));
    }
    Ok(Remote { id, contact })
}

/// The names under which an id is reported: the vendor's client says `id` (P), the document all the others.
const IDS: [&str; 4] = ["id", "computer_id", "computer-id", "contact_id"];

pub(super) fn id(record: &Value) -> Option<RemoteId> {
    IDS.iter().find_map(|name| reply::id(record.get(*name)?))
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
        scalar => reply::id(scalar).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::fixtures::{anne, contact, decoded, id, lost, vendor};
    use crate::model::Number;

    #[test]
    fn a_contact_becomes_an_item_of_contacts() {
        let vendor = vendor("allocloud", &[]);
        let body = json!({"details": {
            "names": {"first": "Anne", "last": "Durand"}, "company": {"name": "Exemple"},
            "phone_numbers": {"land_lines": ["+33199001234", "+33199001235"],
                "mobiles": ["+33639980012"], "faxes": ["+33199001236"]}},
            "phonebook": "global"});
        assert_eq!(vendor.encode(&anne()).payload, Payload::of(body));
        let wanted = [
            "department",
            "position",
            "note",
            "portal.username",
            "portal.password",
            "phone.work.extension",
            "email.work",
            "email.home",
            "address.work.line1",
            "address.work.city",
            "address.work.postal_code",
            "address.home.line1",
            "address.home.city",
            "groups",
            "primary",
            "mail_categories",
            "custom",
        ];
        assert_eq!(lost(vendor.as_ref(), &anne()), wanted);
    }

    #[test]
    fn absence_is_written_as_the_switch_says() {
        let row = contact(json!({"name": {"last": "Durand"}}));
        let empty = |list: Value| {
            json!({"names": {"first": "", "last": "Durand"}, "company": {"name": ""},
            "phone_numbers": {"land_lines": list, "mobiles": list, "faxes": list}})
        };
        for (switch, details) in [
            ("empty_text", empty(json!([""]))),
            ("empty", empty(json!([]))),
            ("omit", json!({"names": {"last": "Durand"}})),
        ] {
            let vendor = vendor("allocloud", &[("empty_list", switch)]);
            let body = vendor.encode(&row).payload.body;
            assert_eq!(
                body,
                json!({"details": details, "phonebook": "global"}),
                "{switch}"
            );
        }
    }

    #[test]
    fn numbers_are_written_as_the_switch_says() {
        let row = contact(json!({"phones": [
            {"kind": "work", "number": "+33199001234", "written": "01 99 00 12 34"},
            {"kind": "work", "number": "4021"}]}));
        for (format, numbers) in [
            ("e164", ["+33199001234", "4021"]),
            ("national", ["0199001234", "4021"]),
            ("as_written", ["01 99 00 12 34", "4021"]),
        ] {
            let vendor = vendor("allocloud", &[("phone_format", format)]);
            let body = vendor.encode(&row).payload.body;
            assert_eq!(
                body["details"]["phone_numbers"]["land_lines"],
                json!(numbers),
                "{format}"
            );
        }
    }

    #[test]
    fn a_record_is_read_in_every_reported_shape() {
        let vendor = vendor("allocloud", &[]);
        let remote = decoded(
            vendor.as_ref(),
            json!({"computer-id": "7", "user_id": 3, "phonebook": "sales",
            "details": {"names": {"first": "Anne", "last": ""}, "company": {"name": ""},
            "phone_numbers": {"land_lines": ["+33199001234", "ask Anne"], "mobiles": "+33639980012", "faxes": [""]}}}),
        );
        assert_eq!(remote.id, id("7"));
        let contact = &remote.contact;
        assert_eq!(
            (contact.name.full.as_deref(), &contact.company),
            (Some("Anne"), &None)
        );
        let numbers: Vec<_> = contact
            .phones
            .iter()
            .map(|phone| (phone.kind, phone.number.clone()))
            .collect();
        assert_eq!(
            numbers,
            [
                (Kind::Work, Number::from("+33199001234".to_owned())),
                (Kind::Mobile, Number::from("+33639980012".to_owned())),
            ]
        );
        let custom: Vec<_> = contact
            .custom
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            custom,
            [
                ("land_lines", "ask Anne"),
                ("user_id", "3"),
                ("phonebook", "sales")
            ]
        );
        assert!(
            vendor
                .decode(&crate::backend::Record {
                    parent: None,
                    value: json!({"details": {}})
                })
                .is_err()
        );
    }

    #[test]
    fn a_company_alone_goes_where_the_switch_says() {
        let row = contact(json!({"company": "Exemple"}));
        for (switches, last, company, codes) in [
            (vec![], "", "Exemple", vec![]),
            (
                vec![("company_only", "last_name")],
                "Exemple",
                "Exemple",
                vec![],
            ),
            (
                vec![("company_only", "reject")],
                "",
                "Exemple",
                vec!["name.missing"],
            ),
        ] {
            let vendor = vendor("allocloud", &switches);
            let details = vendor.encode(&row).payload.body["details"].clone();
            assert_eq!(
                (&details["names"]["last"], &details["company"]["name"]),
                (&json!(last), &json!(company)),
                "{switches:?}"
            );
            assert_eq!(
                crate::backend::fixtures::codes(vendor.as_ref(), &row),
                codes
            );
            assert_eq!(lost(vendor.as_ref(), &row), [""; 0]);
        }
    }

    #[test]
    fn an_id_is_found_wherever_it_is_reported() {
        for answer in [
            json!({"data": {"id": 7}}),
            json!({"data": {"id": "7"}}),
            json!({"data": {"computer-id": 7}}),
            json!({"data": {"computer_id": 7}}),
            json!({"data": {"contact_id": 7}}),
            json!({"data": {"contacts": [{"id": 7}]}}),
            json!({"data": [{"id": 7}]}),
            json!({"data": [7]}),
            json!({"data": {"ids": [7]}}),
            json!({"computer-id": 7}),
            json!([7]),
            json!(7),
        ] {
            assert_eq!(ids(&answer), [id("7")], "{answer}");
        }
        for nothing in [
            json!({}),
            json!({"data": {}}),
            json!(null),
            json!({"data": {"id": null}}),
        ] {
            assert_eq!(ids(&nothing), [], "{nothing}");
        }
    }
}
