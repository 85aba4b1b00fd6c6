//! A contact as Aalam holds it: first and last name, a text about it, details, and addresses. A create carries
//! all but the addresses; the first of them follows in a second request.

use serde_json::{Map, Value};

use super::{details, probe};
use crate::backend::kit::{Consumer, names, reply};
use crate::backend::{Accounted, Payload, Remote, Settings};
use crate::model::{AddressPart, Contact, Kind, PersonName, PostalAddress, RemoteId, Tagged};
use crate::wire::Refusal;

/// The contact's payload; what `after` holds are the parameters of the second request.
pub(super) fn account(contact: &Contact, settings: &Settings) -> Accounted {
    let mut consumer = Consumer::of(contact);
    let (first, last) = names::parts(&mut consumer);
    let other_info = consumer.note().or_else(|| stand_in(contact, settings));
    let mut details = details::take(&mut consumer, settings);
    let after = first_address(&mut consumer, settings);
    if !settings.is("address", "skip") {
        while let Some(address) = consumer.address() {
            details.add(details::ADDRESS, address.value.one_line());
        }
    }
    let mut body = Map::new();
    for (name, value) in [
        (probe::key(settings), first),
        ("last_name", last),
        ("other_info", other_info),
    ] {
        if let Some(value) = value {
            body.insert(name.into(), value.into());
        }
    }
    if let Some(details) = details.json() {
        body.insert("details".into(), details);
    }
    consumer.accounted(Payload {
        after,
        ..Payload::of(body)
    })
}

/// The company in place of a note, for a contact that has neither name nor note; it is a detail as well.
pub(super) fn stand_in<'a>(contact: &'a Contact, settings: &Settings) -> Option<&'a str> {
    let name = &contact.name;
    let is_named = name.first.is_some() || name.last.is_some() || name.full.is_some();
    let may = settings.is("company_only", "other_info") && !is_named;
    contact.company.as_deref().filter(|_| may)
}

fn first_address(consumer: &mut Consumer<'_>, settings: &Settings) -> Option<Value> {
    if !settings.is("address", "parameters") {
        return None;
    }
    let address = consumer.address()?;
    let parameter =
        |(part, text): (AddressPart, &str)| (format!("address.{}", part.name()), Value::from(text));
    let parameters: Map<_, _> = address.value.parts().map(parameter).collect();
    (!parameters.is_empty()).then(|| parameters.into())
}

/// Where a field's value stands that an update can take away: a member, a detail by its key, a part of the address.
pub(super) fn place(at: &str, settings: &Settings) -> Option<String> {
    if let Some(key) = at.strip_prefix("details: ") {
        return Some(format!("details.{}", details::key_of(key, settings)));
    }
    match at {
        "first_name" => Some(probe::key(settings).to_owned()),
        "last_name" | "other_info" => Some(at.to_owned()),
        at => {
            let part = at.strip_prefix("addresses.")?;
            let stands = settings.is("address", "parameters");
            stands.then(|| format!("address.{part}"))
        }
    }
}

/// A record's id.
pub(super) fn id(record: &Value) -> Option<RemoteId> {
    reply::number_id(reply::inside_data(record).get("id")?)
}

/// The contact that a record is.
pub(super) fn decode(record: &Value, settings: &Settings) -> Result<Remote, Refusal> {
    let id = id(record).ok_or_else(|| reply::unreadable(record, "id"))?;
    let text = |name: &str| reply::member(record, &[name]);
    let mut contact = Contact {
        note: text("other_info"),
        ..Contact::default()
    };
    for address in record.get("addresses").map_or(&[][..], reply::items) {
        add_address(&mut contact, address);
    }
    for (key, value, _) in details::of(record) {
        details::read(&mut contact, &key, value, settings);
    }
    contact.name = names::completed(PersonName {
        first: text("first_name"),
        last: text("last_name"),
        ..contact.name
    });
    if contact.name.is_empty() && contact.note.is_some() && contact.note == contact.company {
        contact.note = None;
    }
    Ok(Remote { id, contact })
}

/// Adds an address, whose parts stand in it (S) or in its `value` (P). What else an address holds, nothing
/// writes: it is kept among the free values.
fn add_address(contact: &mut Contact, record: &Value) {
    let parts = record
        .get("value")
        .filter(|value| value.is_object())
        .unwrap_or(record);
    let mut address = PostalAddress::default();
    for part in AddressPart::ALL {
        if let Some(text) = reply::member(parts, &[part.name()]) {
            address.set(part, &text);
        }
    }
    if !address.is_empty() {
        contact.addresses.push(Tagged {
            kind: Kind::Work,
            value: address,
        });
    }
    for name in ["name", "contact_num", "contact_email"] {
        if let Some(text) = reply::member(parts, &[name]) {
            contact.custom.push((format!("address.{name}"), text));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::backend::fixtures::{anne, contact, decoded, lost, vendor};

    #[test]
    fn almost_everything_has_a_place() {
        let vendor = vendor("aalam", &[]);
        let detail = |(key, value): (&str, &str)| json!({"key": key, "value": value});
        let details: Vec<Value> = [
            ("Phone", "+33199001234 x12"),
            ("Home", "+33199001235"),
            ("Mobile", "+33639980012"),
            ("Fax", "+33199001236"),
            ("Email", "anne@example.fr"),
            ("Email", "durand@example.org"),
            ("Company", "Exemple"),
            ("Position", "Directrice"),
            ("Department", "Ventes"),
            ("Group", "Clients"),
            ("Primary", "true"),
            ("Mail categories", "2,5"),
            ("Portal username", "anned"),
            ("Badge", "A-12"),
            ("Address", "2 rue Basse, Lens"),
        ]
        .map(detail)
        .into();
        let payload = vendor.encode(&anne()).payload;
        let body = json!({"first_name": "Anne", "last_name": "Durand", "other_info": "two\nlines", "details": details});
        assert_eq!(payload.body, body);
        let after = json!({"address.line1": "1 rue Haute", "address.city": "Lille", "address.postal_code": "59000"});
        assert_eq!(payload.after, Some(after));
        assert_eq!(lost(vendor.as_ref(), &anne()), ["portal.password"]);
    }

    #[test]
    fn keys_and_addresses_go_where_the_switches_say() {
        let switches = [
            ("first_name_key", "fist_name"),
            ("key_phone", "Tel"),
            ("address", "detail"),
        ];
        let payload = vendor("aalam", &switches).encode(&anne()).payload;
        assert_eq!(
            (payload.body["fist_name"].as_str(), payload.after),
            (Some("Anne"), None)
        );
        assert_eq!(payload.body["details"][0]["key"], json!("Tel"));
        assert!(payload.body.get("first_name").is_none());
        let skip = vendor("aalam", &[("address", "skip")]);
        assert!(lost(skip.as_ref(), &anne()).contains(&"address.work.city".to_owned()));
    }

    #[test]
    fn a_company_alone_is_filed_under_itself_and_read_back() {
        let vendor = vendor("aalam", &[]);
        let row = contact(json!({"company": "Exemple"}));
        let mut body = vendor.encode(&row).payload.body.to_value();
        let details = json!([{"key": "Company", "value": "Exemple"}]);
        assert_eq!(body, json!({"other_info": "Exemple", "details": details}));
        body["id"] = json!(7);
        assert_eq!(decoded(vendor.as_ref(), body).contact, row);
    }

    #[test]
    fn a_record_is_read_in_every_reported_shape() {
        let vendor = vendor("aalam", &[]);
        for address in [
            json!({"id": 8, "line1": "1 rue Haute", "city": "Lille", "state": null, "name": "Anne"}),
            json!({"id": 8, "value": {"line1": "1 rue Haute", "city": "Lille", "name": "Anne"}}),
        ] {
            let remote = decoded(
                vendor.as_ref(),
                json!({"id": 7, "first_name": "Anne", "last_name": "",
                "other_info": null, "details": [{"id": 1, "key": "PHONE", "value": "+33199001234 x12"},
                    {"id": 2, "key": "mobile", "value": "ask"}, {"id": 3, "key": "Email", "value": "anne@example.fr"},
                    {"id": 4, "key": "Company", "value": "A"}, {"id": 5, "key": "company", "value": "B"},
                    {"id": 6, "key": "Middle name", "value": "Lise"}],
                "addresses": [address]}),
            );
            let contact = remote.contact;
            assert_eq!(contact.phones[0].extension.as_deref(), Some("12"));
            assert_eq!(contact.name.full.as_deref(), Some("Anne Lise"));
            assert_eq!(contact.addresses[0].value.one_line(), "1 rue Haute, Lille");
            let custom: Vec<_> = contact
                .custom
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            assert_eq!(
                custom,
                [
                    ("address.name", "Anne"),
                    ("mobile", "ask"),
                    ("company", "B")
                ]
            );
            assert_eq!(contact.company.as_deref(), Some("A"));
        }
    }
}
