//! From every vendor to every other: what of a full record the other cannot hold is what the two documents say, no
//! more and no less. Timestamps and ids are no values of a contact.

use std::collections::{BTreeMap, BTreeSet};

use rolo::backend::{self, Record, Settings, Vendor};
use serde_json::{Value, json};

/// A record of each vendor that has everything that it can hold.
fn record(vendor: &str) -> Value {
    match vendor {
        "allocloud" => json!({"id": 7, "user_id": 3, "phonebook": "sales", "details": {
            "names": {"first": "Anne", "last": "Durand"}, "company": {"name": "Exemple"},
            "phone_numbers": {"land_lines": ["+33199001234", "+33199001235", "+33199001236"],
                "mobiles": ["+33639980012", "+33639980013"], "faxes": ["+33199001237", "+33199001238"]}}}),
        "aalam" => {
            json!({"id": 7, "first_name": "Anne", "last_name": "Durand", "other_info": "VIP", "details": [
            {"id": 1, "key": "Phone", "value": "+33199001234 x12"}, {"id": 2, "key": "Mobile", "value": "+33639980012"},
            {"id": 3, "key": "Fax", "value": "+33199001237"}, {"id": 4, "key": "Email", "value": "a@example.fr"},
            {"id": 5, "key": "Email", "value": "b@example.fr"}, {"id": 6, "key": "Company", "value": "Exemple"},
            {"id": 8, "key": "Position", "value": "Boss"}, {"id": 9, "key": "Badge", "value": "A-12"}],
            "addresses": [{"id": 10, "line1": "1 rue Haute", "city": "Lille"}]})
        }
        "covage" => json!({"contact_uuid": "i9usbs1j", "first_name": "Anne", "last_name": "Durand",
            "phone_number": "0199001234", "cell_phone_number": "0639980012", "email": "a@example.fr"}),
        "sonar" => {
            json!({"id": 7, "name": "Anne Durand", "role": "Boss", "email_address": "a@example.fr",
            "phone_numbers": {"work": {"number": "33199001234", "extension": 12}, "home": {"number": "33199001235"},
                "mobile": {"number": "33639980012"}, "fax": {"number": "33199001237"}},
            "email_message_categories": [2], "primary": true, "username": "anned"})
        }
        _ => json!({"id": 7, "name": "Anne Durand", "position": "Boss", "phone": "+33639980012",
            "email": "a@example.fr", "default": true, "contact_id": 120, "created_at": "2022-09-30T15:30:15+00:00"}),
    }
}

/// From, to, and the fields of which something is lost (FACTS, section 7).
const LOST: [(&str, &str, &[&str]); 20] = [
    ("allocloud", "aalam", &[]),
    ("allocloud", "covage", &["company", "custom", "phone"]),
    ("allocloud", "sonar", &["company", "custom", "phone"]),
    ("allocloud", "orzame", &["company", "custom", "phone"]),
    (
        "aalam",
        "allocloud",
        &["address", "custom", "email", "note", "phone", "position"],
    ),
    (
        "aalam",
        "covage",
        &[
            "address", "company", "custom", "email", "note", "phone", "position",
        ],
    ),
    (
        "aalam",
        "sonar",
        &["address", "company", "custom", "email", "note"],
    ),
    (
        "aalam",
        "orzame",
        &["address", "company", "custom", "email", "note", "phone"],
    ),
    ("covage", "allocloud", &["email"]),
    ("covage", "aalam", &[]),
    ("covage", "sonar", &[]),
    ("covage", "orzame", &["phone"]),
    (
        "sonar",
        "allocloud",
        &[
            "email",
            "mail_categories",
            "phone",
            "portal",
            "position",
            "primary",
        ],
    ),
    ("sonar", "aalam", &[]),
    (
        "sonar",
        "covage",
        &["mail_categories", "phone", "portal", "position", "primary"],
    ),
    ("sonar", "orzame", &["mail_categories", "phone", "portal"]),
    ("orzame", "allocloud", &["email", "position", "primary"]),
    ("orzame", "aalam", &[]),
    ("orzame", "covage", &["position", "primary"]),
    ("orzame", "sonar", &[]),
];

fn build(id: &str) -> Box<dyn Vendor> {
    let entry = backend::find(id).expect("a vendor");
    let given: BTreeMap<String, String> = match id {
        "sonar" => [("portal".to_owned(), "send".to_owned())].into(),
        _ => BTreeMap::new(),
    };
    (entry.build)(Settings::resolve(entry.profile, &given).expect("known switches"))
}

#[test]
fn every_direction_loses_what_the_documents_say() {
    let mut directions = BTreeSet::new();
    for (from, to, wanted) in LOST {
        let value = record(from);
        let remote = build(from)
            .decode(&Record {
                parent: None,
                value,
            })
            .expect(from);
        let mut contact = remote.contact;
        // A parent is an id, and one vendor's id says nothing to another.
        contact.parent = None;
        let losses = build(to).encode(&contact).losses;
        let families: BTreeSet<&str> = losses.iter().map(|loss| loss.field.family()).collect();
        assert_eq!(
            families,
            wanted.iter().copied().collect(),
            "{from} to {to}: {losses:?}"
        );
        directions.insert((from, to));
    }
    assert_eq!(
        directions.len(),
        backend::VENDORS.len() * (backend::VENDORS.len() - 1)
    );
}

#[test]
fn numbers_go_where_their_digits_or_their_types_say() {
    let from = |id: &str| {
        let value = record(id);
        build(id)
            .decode(&Record {
                parent: None,
                value,
            })
            .expect(id)
            .contact
    };
    // One number of no type, which is a French mobile.
    let covage = build("covage").encode(&from("orzame")).payload.body;
    assert_eq!(
        (&covage["phone_number"], &covage["cell_phone_number"]),
        (&json!(""), &json!("0639980012"))
    );
    // A second land line has the place of the home number.
    let sonar = build("sonar").encode(&from("allocloud")).payload.body;
    assert_eq!(sonar["phone_numbers"]["home"]["number"], "33199001235");
    // Work and home are both land lines.
    let allocloud = build("allocloud").encode(&from("sonar")).payload.body;
    let lines = json!(["+33199001234", "+33199001235"]);
    assert_eq!(allocloud["details"]["phone_numbers"]["land_lines"], lines);
}
