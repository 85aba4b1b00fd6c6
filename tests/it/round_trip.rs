//! What a vendor holds of a contact is read back from it: decode ∘ encode keeps every value that is not named
//! as lost, for contacts at random. Kinds may change (one vendor has one list for all fixed lines); values may
//! not.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use rolo::backend::{self, Encoded, Loss, Payload, Record, Settings};
use rolo::model::{Contact, EmailAddress, Field, Kind, Number, Phone, PostalAddress, Tagged};
use rolo::normalize::complete_name;
use rolo::plan::Change;
use serde_json::{Map, Value, json};

use crate::known::Known;

/// The record that a vendor would keep of a payload.
pub(crate) fn record(vendor: &str, payload: &Payload) -> Record {
    let mut value = payload.body.to_value();
    let known = Known::of(vendor);
    value[&known.id] = known.record()[&known.id].clone();
    if let Some(Value::Object(parameters)) = &payload.after {
        let bare = |(name, text): (&String, &Value)| {
            (name.trim_start_matches("address.").to_owned(), text.clone())
        };
        let address: Map<String, Value> = parameters.iter().map(bare).collect();
        value["addresses"] = json!([address]);
    }
    let parent = payload.parent.clone();
    Record { parent, value }
}

fn word() -> impl Strategy<Value = String> {
    "[A-Z][a-z]{1,8}"
}

fn phone() -> impl Strategy<Value = Phone> {
    let number = select(vec![
        "+33199001234",
        "+33261910012",
        "+33639980012",
        "+12025550123",
        "+12025550199",
        "+442079460123",
        "+3222345678",
        "4021",
    ]);
    (select(Kind::ALL.to_vec()), number, of("[1-9][0-9]{0,3}")).prop_map(
        |(kind, number, extension)| Phone {
            kind,
            number: Number::from(number.to_owned()),
            extension,
            written: String::new(),
        },
    )
}

fn email() -> impl Strategy<Value = Tagged<EmailAddress>> {
    ("[a-z]{1,8}", select(vec![Kind::Work, Kind::Home])).prop_map(|(name, kind)| Tagged {
        kind,
        value: EmailAddress::checked(format!("{name}@example.org")),
    })
}

fn address() -> impl Strategy<Value = Tagged<PostalAddress>> {
    (
        of("[0-9]{1,2} rue [A-Z][a-z]{2,5}"),
        of(word()),
        of("[0-9]{5}"),
    )
        .prop_map(|(line1, city, postal_code)| Tagged {
            kind: Kind::Work,
            value: PostalAddress {
                line1,
                city,
                postal_code,
                ..PostalAddress::default()
            },
        })
}

fn contact() -> impl Strategy<Value = Contact> {
    let names = (
        of(word()),
        of(word()),
        of(word()),
        of(word()),
        of(select(vec!["Mme", "Dr"])),
    );
    let texts = (
        of("[A-Za-z0-9]{1,9}"),
        of(word()),
        of(word()),
        of("[a-z]{1,5}\n[a-z]{1,5}"),
    );
    let lists = (vec(phone(), 0..6), vec(email(), 0..3), vec(address(), 0..3));
    let rest = (
        vec(word(), 0..3),
        of(any::<bool>()),
        of(vec(1_u32..9, 0..3)),
        vec("[a-z]{3}", 0..3),
    );
    (names, texts, lists, rest).prop_map(|(names, texts, lists, rest)| {
        let mut contact = Contact::default();
        let name = &mut contact.name;
        (name.full, name.first, name.middle, name.last) = (names.0, names.1, names.2, names.3);
        name.prefix = names.4.map(str::to_owned);
        (
            contact.company,
            contact.department,
            contact.position,
            contact.note,
        ) = texts;
        (contact.phones, contact.emails, contact.addresses) = lists;
        (contact.groups, contact.primary, contact.mail_categories) = (rest.0, rest.1, rest.2);
        let custom = rest.3.into_iter();
        contact.custom = custom.map(|text| (format!("Badge {text}"), text)).collect();
        contact
            .addresses
            .retain(|address| !address.value.is_empty());
        complete_name(&mut contact);
        contact
    })
}

/// Every text of a name, word by word.
fn name_words(contact: &Contact) -> Vec<&str> {
    let name = &contact.name;
    let parts = [
        &name.prefix,
        &name.full,
        &name.first,
        &name.middle,
        &name.last,
        &name.suffix,
    ];
    parts
        .into_iter()
        .flatten()
        .flat_map(|part| part.split_whitespace())
        .collect()
}

/// The values of a contact as field families and texts; a text that is part of another is found in it.
fn values(contact: &Contact) -> Vec<(&'static str, String)> {
    let mut values: Vec<(&'static str, String)> = name_words(contact)
        .into_iter()
        .map(|word| ("name", word.to_owned()))
        .collect();
    let texts = [
        ("company", &contact.company),
        ("department", &contact.department),
        ("position", &contact.position),
        ("note", &contact.note),
    ];
    values.extend(
        texts
            .into_iter()
            .filter_map(|(family, text)| Some((family, text.clone()?))),
    );
    for phone in &contact.phones {
        values.push(("phone", phone.number.as_str().to_owned()));
        values.extend(
            phone
                .extension
                .iter()
                .map(|extension| ("extension", extension.clone())),
        );
    }
    values.extend(
        contact
            .emails
            .iter()
            .map(|email| ("email", email.value.to_string())),
    );
    let parts = contact
        .addresses
        .iter()
        .flat_map(|address| address.value.parts());
    values.extend(parts.map(|(_, text)| ("address", text.to_owned())));
    values.extend(contact.groups.iter().map(|group| ("groups", group.clone())));
    if contact.primary == Some(true) {
        values.push(("primary", "true".to_owned()));
    }
    let categories = contact.mail_categories.iter().flatten();
    values.extend(categories.map(|number| ("mail_categories", number.to_string())));
    values.extend(
        contact
            .custom
            .iter()
            .map(|(name, text)| ("custom", format!("{name}={text}"))),
    );
    values
}

/// The texts that a loss names, as `values` has them.
fn lost(loss: &Loss) -> Vec<(&'static str, String)> {
    let family = match loss.field {
        Field::Extension(_) => "extension",
        field => field.family(),
    };
    match family {
        "name" => loss
            .value
            .split_whitespace()
            .map(|word| ("name", word.to_owned()))
            .collect(),
        "phone" => {
            let mut parts = loss.value.split(" x");
            let number = parts.next().map(|number| ("phone", number.to_owned()));
            let extension = parts.next().map(|text| ("extension", text.to_owned()));
            number.into_iter().chain(extension).collect()
        }
        "mail_categories" => loss
            .value
            .split(',')
            .map(|n| (family, n.to_owned()))
            .collect(),
        "custom" => {
            let name = loss.name.as_deref().unwrap_or_default();
            vec![(family, format!("{name}={}", loss.value))]
        }
        family => vec![(family, loss.value.to_string())],
    }
}

/// Takes one value out of a list; a part of an address may stand within a line of another.
fn take(list: &mut Vec<(&'static str, String)>, value: &(&'static str, String)) -> bool {
    let is_it = |held: &(&'static str, String)| held == value;
    let holds_it = |held: &(&'static str, String)| {
        held.0 == value.0 && value.0 == "address" && held.1.contains(value.1.as_str())
    };
    if let Some(n) = list.iter().position(is_it) {
        list.remove(n);
        return true;
    }
    list.iter().any(holds_it)
}

fn assert_kept(vendor: &str, contact: &Contact) {
    let entry = backend::find(vendor).expect("a vendor");
    let settings = Settings::resolve(entry.profile, &BTreeMap::new()).expect("defaults");
    let built = (entry.build)(settings);
    let encoded = built.encode(contact);
    let remote = built
        .decode(&record(vendor, &encoded.payload))
        .expect("our own record");
    let mut held = values(&remote.contact);
    let mut losses: Vec<_> = encoded.losses.iter().flat_map(lost).collect();
    let words: Vec<String> = name_words(&remote.contact)
        .into_iter()
        .map(str::to_owned)
        .collect();
    for value in values(contact) {
        let kept = match value.0 {
            // A whole name holds its parts, so a word may be told more often than it is held.
            "name" => words.contains(&value.1) || losses.contains(&value),
            // A company without a person may stand as the name.
            "company" => {
                take(&mut held, &value) || words.contains(&value.1) || take(&mut losses, &value)
            }
            _ => take(&mut losses, &value) || take(&mut held, &value),
        };
        let (body, losses) = (&encoded.payload.body, &encoded.losses);
        assert!(
            kept,
            "{vendor}: {value:?} of {contact:#?} is neither in {body} nor in {losses:?}"
        );
    }
}

/// What is read back of a payload, as it would be sent: nothing of it has changed, and it tells the same person.
fn assert_unchanged(vendor: &str, contact: &Contact) {
    let entry = backend::find(vendor).expect("a vendor");
    let settings = Settings::resolve(entry.profile, &BTreeMap::new()).expect("defaults");
    let built = (entry.build)(settings);
    let sent = built.encode(contact);
    let remote = built
        .decode(&record(vendor, &sent.payload))
        .expect("our own record");
    let held = built.encode(&remote.contact);
    let changes = Change::between(Some(&held.payload), &built.said(&sent.payload));
    assert_eq!(changes, [], "{vendor}: {contact:#?}\n{sent:?}\n{held:?}");
    assert_eq!(
        who(&sent),
        who(&held),
        "{vendor}: {contact:#?}\n{sent:?}\n{held:?}"
    );
    assert_told(vendor, contact, &sent);
}

/// What tells who somebody is, without its order.
fn who(encoded: &Encoded) -> [BTreeSet<String>; 3] {
    let identity = &encoded.identity;
    let set = |texts: &[String]| texts.iter().cloned().collect();
    let (emails, phones) = (set(&identity.emails), set(&identity.phones));
    [identity.words(), emails, phones]
}

/// Whatever the vendor takes of a name, of addresses and of numbers tells who the contact is.
fn assert_told(vendor: &str, contact: &Contact, sent: &Encoded) {
    let lost = |family: &str| {
        let is_it = |loss: &&Loss| match loss.field {
            Field::Extension(_) => false,
            field => field.family() == family,
        };
        sent.losses.iter().filter(is_it).count()
    };
    let identity = &sent.identity;
    let emails = contact.emails.len() - lost("email");
    let phones = contact.phones.len() - lost("phone");
    assert_eq!(
        (identity.emails.len(), identity.phones.len()),
        (emails, phones),
        "{vendor}: {contact:#?}\n{sent:?}"
    );
    let name = &contact.name;
    let has_name = name.first.is_some() || name.last.is_some();
    assert!(
        !has_name || !identity.words().is_empty(),
        "{vendor}: {contact:#?}\n{sent:?}"
    );
}

proptest! {
    #[test]
    fn what_was_sent_is_no_change_when_it_is_read_again(contact in contact()) {
        for entry in backend::VENDORS {
            assert_unchanged(entry.profile.id, &contact);
        }
    }

    #[test]
    fn every_value_is_held_or_named_as_lost(contact in contact()) {
        for entry in backend::VENDORS {
            assert_kept(entry.profile.id, &contact);
        }
    }
}
