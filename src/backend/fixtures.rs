//! What the vendors' own tests share: a vendor with switches, a contact that has everything, and one step of an
//! exchange.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Payload, Record, Remote, Settings, Vendor, find};
use crate::model::{Contact, RemoteId};
use crate::validate::Subject;
use crate::wire::{Exchange, Next, Refusal, Reply};

/// Settings of a vendor with some switches set; `parent` is no switch, and is the target's parent.
pub(super) fn settings(vendor: &str, switches: &[(&str, &str)]) -> Settings {
    let given: BTreeMap<_, _> = switches
        .iter()
        .filter(|(name, _)| *name != "parent")
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let entry = find(vendor).expect("a vendor");
    let mut settings = Settings::resolve(entry.profile, &given).expect("known switches");
    let parent = switches.iter().find(|(name, _)| *name == "parent");
    settings.parent = parent.map(|(_, id)| crate::model::ParentId::new(*id));
    settings
}

/// A vendor with some switches set.
pub(super) fn vendor(id: &str, switches: &[(&str, &str)]) -> Box<dyn Vendor> {
    (find(id).expect("a vendor").build)(settings(id, switches))
}

/// A contact from its neutral JSON.
pub(super) fn contact(json: Value) -> Contact {
    serde_json::from_value(json).expect("a contact")
}

/// A contact that has something of everything.
pub(super) fn anne() -> Contact {
    contact(json!({
        "name": {"full": "Anne Durand", "first": "Anne", "last": "Durand"},
        "company": "Exemple", "department": "Ventes", "position": "Directrice",
        "phones": [
            {"kind": "work", "number": "+33199001234", "extension": "12"},
            {"kind": "home", "number": "+33199001235"},
            {"kind": "mobile", "number": "+33639980012"},
            {"kind": "fax", "number": "+33199001236"}
        ],
        "emails": [
            {"kind": "work", "address": "anne@example.fr"},
            {"kind": "home", "address": "durand@example.org"}
        ],
        "addresses": [
            {"kind": "work", "line1": "1 rue Haute", "postal_code": "59000", "city": "Lille"},
            {"kind": "home", "line1": "2 rue Basse", "city": "Lens"}
        ],
        "note": "two\nlines", "groups": ["Clients"], "primary": true, "mail_categories": [2, 5],
        "portal": {"username": "anned", "password": "long enough"},
        "custom": {"Badge": "A-12"}
    }))
}

/// The fields of what a vendor cannot hold of a contact.
pub(super) fn lost(vendor: &dyn Vendor, contact: &Contact) -> Vec<String> {
    let losses = vendor.encode(contact).losses;
    losses.iter().map(|loss| loss.field.to_string()).collect()
}

/// The codes that a vendor's rules raise for a contact.
pub(super) fn codes(vendor: &dyn Vendor, contact: &Contact) -> Vec<&'static str> {
    let mut found = Vec::new();
    let column_of = &|_| None;
    let subject = Subject {
        contact,
        row: 2,
        column_of,
    };
    for rule in vendor.rules() {
        rule.check(&subject, &mut found);
    }
    found.iter().map(|remark| remark.code.id).collect()
}

/// The codes that a vendor's rules across rows raise for each of some contacts.
pub(super) fn codes_across(vendor: &dyn Vendor, contacts: &[Contact]) -> Vec<Vec<&'static str>> {
    let mut rules = vendor.across();
    let mut see = |(row, contact): (u64, &Contact)| {
        let mut found = Vec::new();
        let column_of = &|_| None;
        let subject = Subject {
            contact,
            row,
            column_of,
        };
        for rule in &mut rules {
            rule.see(&subject, &mut found).expect("in memory");
        }
        found.iter().map(|remark| remark.code.id).collect()
    };
    (2..).zip(contacts).map(&mut see).collect()
}

/// What a record is understood as.
pub(super) fn decoded(vendor: &dyn Vendor, value: Value) -> Remote {
    let parent = None;
    vendor.decode(&Record { parent, value }).expect("a record")
}

/// The id as text.
pub(super) fn id(text: &str) -> RemoteId {
    RemoteId::new(text)
}

/// What an answer leads to, where it leads no further.
pub(super) fn done<T>(exchange: &Exchange<T>, reply: &Reply) -> Result<T, Refusal> {
    match (exchange.read)(reply)? {
        Next::Done(done) => Ok(done),
        Next::Then { rest, .. } => panic!("it goes on: {:?}", rest.request),
    }
}

/// What follows an answer.
pub(super) fn then<T>(exchange: &Exchange<T>, reply: &Reply) -> Exchange<T> {
    match (exchange.read)(reply) {
        Ok(Next::Then { rest, .. }) => *rest,
        Ok(Next::Done(_)) => panic!("it ends there"),
        Err(refusal) => panic!("{refusal}"),
    }
}

/// An update of record 7 to a contact.
pub(super) fn update(vendor: &dyn Vendor, contact: &Contact) -> Exchange<super::WriteResults> {
    update_of(vendor, &id("7"), &vendor.encode(contact).payload)
}

/// The update of a record into what a payload says.
pub(super) fn update_of(
    vendor: &dyn Vendor,
    id: &RemoteId,
    payload: &Payload,
) -> Exchange<super::WriteResults> {
    vendor.update(&[(id, payload)]).expect("it can update")
}
