//! From every vendor to every other: what of a full record the other cannot hold is what the two documents say, no
//! more and no less. Timestamps and ids are no values of a contact.

use std::collections::BTreeSet;

use rolo::backend::{self, Record, Remote, Settings, Vendor};
use serde_json::json;

use crate::known::Known;

fn build(id: &str) -> Box<dyn Vendor> {
    let entry = backend::find(id).expect("a vendor");
    let given = Known::of(id).switches;
    (entry.build)(Settings::resolve(entry.profile, &given).expect("known switches"))
}

/// What a vendor's full record is understood as.
fn decoded(id: &str) -> Remote {
    let value = Known::of(id).record();
    let parent = None;
    build(id).decode(&Record { parent, value }).expect(id)
}

#[test]
fn every_direction_loses_what_the_documents_say() {
    let ids = backend::VENDORS.iter().map(|entry| entry.profile.id);
    let known: Vec<(&str, Known)> = ids.map(|id| (id, Known::of(id))).collect();
    for (from, source) in &known {
        for (to, target) in known.iter().filter(|(to, _)| to != from) {
            let said = (target.loses.get(*from), source.leaves.get(*to));
            let wanted = match said {
                (Some(wanted), None) | (None, Some(wanted)) => wanted,
                (None, None) => panic!("nobody says what {to} cannot hold of {from}"),
                (Some(_), Some(_)) => panic!("it is said twice what {to} cannot hold of {from}"),
            };
            let mut contact = decoded(from).contact;
            // A parent is an id, and one vendor's id says nothing to another.
            contact.parent = None;
            let losses = build(to).encode(&contact).losses;
            let families: BTreeSet<&str> = losses.iter().map(|loss| loss.field.family()).collect();
            let wanted: BTreeSet<&str> = wanted.iter().map(String::as_str).collect();
            assert_eq!(families, wanted, "{from} to {to}: {losses:?}");
        }
    }
}

#[test]
fn numbers_go_where_their_digits_or_their_types_say() {
    let from = |id: &str| decoded(id).contact;
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
