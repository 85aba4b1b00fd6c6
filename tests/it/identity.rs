//! Who a contact is, at every vendor: strangers are never taken for each other, whatever else they hold, and the order
//! in which records and rows come tells nothing.
//!
//! The same with a mistake planted must fail: an identity that is guessed from the vendor's JSON.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestRunner};
use rolo::backend::{Encoded, Parent, Settings, Snapshot, VENDORS, Vendor, VendorEntry};
use rolo::engine::{MatchIndex, MatchProblem, NewRows, Standing, WantedRow};
use rolo::model::{
    Contact, ContactKey, EmailAddress, Field, Identity, Kind, Number, ParentId, Phone, RemoteId,
    ScopedKey, Tagged,
};
use rolo::normalize::complete_name;
use rolo::plan::MatchKey;
use serde_json::Value;

use crate::round_trip::record;

/// A vendor with its defaults, and a parent where one is required.
fn built(entry: &VendorEntry) -> Box<dyn Vendor> {
    let mut settings = Settings::resolve(entry.profile, &BTreeMap::new()).expect("defaults");
    if entry.profile.parent != Parent::None {
        settings.parent = Some(ParentId::new("7"));
    }
    (entry.build)(settings)
}

/// Who a contact is taken for.
type Taken = fn(Encoded) -> Encoded;

/// By what the vendor took of it.
fn as_taken(encoded: Encoded) -> Encoded {
    encoded
}

/// The planted mistake: by every text of the payload that looks like an address or a number.
fn guessed(encoded: Encoded) -> Encoded {
    fn gather(value: &Value, identity: &mut Identity) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| gather(item, identity)),
            Value::Object(members) => members.values().for_each(|item| gather(item, identity)),
            Value::String(text) if text.contains('@') => identity.emails.push(text.clone()),
            Value::String(text) => {
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                identity.phones.extend((digits.len() > 2).then_some(digits));
            }
            _ => {}
        }
    }
    let mut identity = Identity {
        emails: Vec::new(),
        phones: Vec::new(),
        ..encoded.identity
    };
    gather(&encoded.payload.body, &mut identity);
    Encoded {
        identity,
        ..encoded
    }
}

/// What the target holds of a contact that was sent to it.
fn held(vendor: &dyn Vendor, id: &str, contact: &Contact, taken: Taken) -> (RemoteId, Snapshot) {
    let sent = vendor.encode(contact).payload;
    let remote = vendor
        .decode(&record(vendor.profile().id, &sent))
        .expect("our own record");
    let encoded = taken(vendor.encode(&remote.contact));
    (RemoteId::new(id.to_owned()), encoded.into())
}

/// Which records some rows lead to: an id, `?` with several, `!` where other rows lead there too, or nothing.
fn found(held: &[(RemoteId, Snapshot)], rows: &[(u64, Encoded)]) -> BTreeMap<u64, String> {
    let mut lookup = MatchIndex::new().expect("a file");
    lookup.hold(held).expect("held");
    let wanted = rows.iter().map(|(number, encoded)| WantedRow {
        says: None,
        number: Some(*number),
        row: *number,
        scoped: ScopedKey {
            key: ContactKey::new(format!("k{number}")),
            parent: encoded.payload.parent.clone(),
        },
        elsewhere: None,
        remote: None,
        standing: Standing::Open,
        matches: MatchKey::of_row(encoded),
    });
    lookup.want(&wanted.collect::<Vec<_>>()).expect("wanted");
    lookup.find(&mut |_| Ok(true)).expect("found");
    let pending = lookup.pending(0, rows.len(), NewRows::Undecided);
    let pending = pending.expect("readable");
    let told = pending.into_iter().map(|row| {
        let led = match (row.problem, row.remote) {
            (Some(MatchProblem::Several(ids)), _) => format!("?{ids:?}"),
            (Some(MatchProblem::Taken(id, _)), _) => format!("!{id}"),
            (Some(MatchProblem::NoParent(words)), _) => words,
            (None, Some(id)) => id.into_string(),
            (None, None) => String::new(),
        };
        (row.number, led)
    });
    told.collect()
}

fn phone(kind: Kind, number: &str) -> Phone {
    Phone {
        kind,
        number: Number::from(number.to_owned()),
        extension: None,
        written: String::new(),
    }
}

fn phones(numbers: Vec<&'static str>) -> impl Strategy<Value = Vec<Phone>> {
    let most = numbers.len();
    let kinds = vec(select(Kind::ALL.to_vec()), most);
    (subsequence(numbers, 0..=most), kinds).prop_map(|(numbers, kinds)| {
        let pairs = kinds.into_iter().zip(numbers);
        pairs.map(|(kind, number)| phone(kind, number)).collect()
    })
}

fn emails(texts: Vec<&'static str>) -> impl Strategy<Value = Vec<Tagged<EmailAddress>>> {
    let most = texts.len();
    subsequence(texts, 0..=most).prop_map(|texts| {
        let tagged = |text: &str| Tagged {
            kind: Kind::Work,
            value: EmailAddress::checked(text),
        };
        texts.into_iter().map(tagged).collect()
    })
}

/// Whoever has one of these names, addresses and numbers at least.
fn somebody(
    names: [&'static str; 4],
    texts: Vec<&'static str>,
    numbers: Vec<&'static str>,
) -> impl Strategy<Value = Contact> {
    let [first, middle, last, full] = names;
    let name = (
        of(Just(first)),
        of(Just(middle)),
        of(Just(last)),
        of(Just(full)),
    );
    let reached = (emails(texts), phones(numbers));
    let is_somebody = |contact: &Contact| {
        !contact.name.is_empty() || !contact.emails.is_empty() || !contact.phones.is_empty()
    };
    let made = (name, reached).prop_map(|((first, middle, last, full), (emails, phones))| {
        let mut contact = Contact {
            emails,
            phones,
            ..Contact::default()
        };
        let own = |text: Option<&str>| text.map(str::to_owned);
        let name = &mut contact.name;
        (name.first, name.middle) = (own(first), own(middle));
        (name.last, name.full) = (own(last), own(full));
        complete_name(&mut contact);
        contact
    });
    made.prop_filter("nobody", is_somebody)
}

/// What strangers may share: a company, a position, a note, groups, an address, and columns of all sorts.
fn shared() -> impl Strategy<Value = Contact> {
    let looks = vec![
        ("Twitter", "@acme"),
        ("Year", "2024"),
        ("Born", "1980-05-12"),
        ("Boss", "chief@example.org"),
        ("Hotline", "+33199009999"),
        ("Branch", "0042-17"),
        ("Name", "Acme Europe"),
    ];
    let most = looks.len();
    let texts = (
        of(select(vec!["Acme", "2024", "acme@example.org"])),
        of(select(vec!["Directrice", "0199009999", "@acme"])),
        of(select(vec![
            "two\nlines",
            "chief@example.org",
            "1980-05-12",
        ])),
        of(select(vec!["Ventes", "4021"])),
    );
    let lists = (
        subsequence(looks, 0..=most),
        subsequence(vec!["Clients", "team@example.org", "2024"], 0..=3),
    );
    let marks = (of(any::<bool>()), of(vec(1_u32..9, 0..3)), of(Just("Mme")));
    (texts, lists, marks).prop_map(|(texts, (custom, groups), (primary, mailings, prefix))| {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let mut contact = Contact {
            company: own(texts.0),
            position: own(texts.1),
            note: own(texts.2),
            department: own(texts.3),
            groups: groups.into_iter().map(str::to_owned).collect(),
            primary,
            mail_categories: mailings,
            ..Contact::default()
        };
        contact.name.prefix = own(prefix);
        let pair = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
        contact.custom = custom.into_iter().map(pair).collect();
        contact
    })
}

/// Two who share no name, no address and no number, and everything else.
fn strangers() -> impl Strategy<Value = (Contact, Contact)> {
    let anne = somebody(
        ["Anne", "Lise", "Durand", "Anne Durand"],
        vec!["anne@example.fr", "a.durand@example.org"],
        vec!["+33199001234", "+33639980012", "+12025550123", "4021"],
    );
    let bob = somebody(
        ["Bob", "Max", "Roy", "Roy, Bob"],
        vec!["bob@example.fr", "b.roy@example.org"],
        vec!["+33199004321", "+33639980013", "+442079460123", "4022"],
    );
    let with = |who: Contact, all: &Contact| {
        let mut contact = Contact {
            name: who.name,
            emails: who.emails,
            phones: who.phones,
            ..all.clone()
        };
        // A title alone is no name.
        if !contact.name.is_empty() {
            contact.name.prefix.clone_from(&all.name.prefix);
        }
        contact
    };
    (anne, bob, shared()).prop_map(move |(anne, bob, all)| (with(anne, &all), with(bob, &all)))
}

/// Why two strangers are taken for each other somewhere; nothing, if they are not.
fn mistaken((one, other): &(Contact, Contact), taken: Taken) -> Option<String> {
    for entry in VENDORS {
        let vendor = built(entry);
        for (there, row) in [(one, other), (other, one)] {
            let held = [held(vendor.as_ref(), "7", there, taken)];
            let rows = [(1, taken(vendor.encode(row)))];
            let led = found(&held, &rows).remove(&1).unwrap_or_default();
            if !led.is_empty() {
                let id = entry.profile.id;
                return Some(format!("{id}: {led}: {held:#?}\n{rows:#?}"));
            }
        }
    }
    None
}

/// People who share names, addresses and numbers as they like.
fn relatives() -> impl Strategy<Value = Vec<Contact>> {
    let name = select(vec!["Anne Durand", "Bob Roy", "Durand, Anne", "Roy"]);
    let numbers = vec!["+33199001234", "+33199004321"];
    let relative = (
        of(name),
        emails(vec!["info@example.fr", "anne@example.fr"]),
        phones(numbers),
        of(Just("Acme")),
    );
    let relative = relative.prop_map(|(full, emails, phones, company)| {
        let mut contact = Contact {
            emails,
            phones,
            company: company.map(str::to_owned),
            ..Contact::default()
        };
        contact.name.full = full.map(str::to_owned);
        complete_name(&mut contact);
        contact
    });
    vec(relative, 1..7)
}

proptest! {
    #![proptest_config(Config::with_cases(64))]

    #[test]
    fn strangers_are_never_taken_for_each_other(pair in strangers()) {
        prop_assert_eq!(mistaken(&pair, as_taken), None);
    }

    #[test]
    fn pairing_does_not_depend_on_the_order_of_records_and_rows(
        (there, turned) in relatives().prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle())),
        (rows, order) in relatives().prop_flat_map(|list| {
            let order: Vec<usize> = (0..list.len()).collect();
            (Just(list), Just(order).prop_shuffle())
        }),
    ) {
        for entry in VENDORS {
            let vendor = built(entry);
            let id = |contact: &Contact| there.iter().position(|other| other == contact);
            let records = |list: &[Contact]| -> Vec<(RemoteId, Snapshot)> {
                // Twins keep their own ids, whichever of them comes first.
                let mut seen = vec![0; list.len()];
                let mut records = Vec::new();
                for contact in list {
                    let n = id(contact).unwrap_or_default();
                    seen[n] += 1;
                    let id = format!("{n}.{}", seen[n]);
                    records.push(held(vendor.as_ref(), &id, contact, as_taken));
                }
                records
            };
            let row = |n: usize| (n as u64, vendor.encode(&rows[n]));
            let straight: Vec<_> = (0..rows.len()).map(row).collect();
            let shuffled: Vec<_> = order.iter().map(|n| row(*n)).collect();
            prop_assert_eq!(
                found(&records(&there), &straight),
                found(&records(&turned), &shuffled),
                "{}", entry.profile.id
            );
        }
    }
}

#[test]
fn an_identity_that_is_guessed_from_the_payload_is_found_out() {
    let mut runner = TestRunner::new_with_rng(
        Config {
            cases: 256,
            failure_persistence: None,
            ..Config::default()
        },
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let guess = runner.run(&strangers(), |pair| {
        prop_assert_eq!(mistaken(&pair, guessed), None);
        Ok(())
    });
    assert!(
        guess.is_err(),
        "the guess pairs nobody: the property proves nothing"
    );
}

#[test]
fn whoever_has_a_name_and_an_address_or_a_number_that_a_vendor_holds_is_told_by_them() {
    let mut contact = Contact {
        phones: Kind::ALL.map(|kind| phone(kind, "+33199001234")).to_vec(),
        emails: vec![Tagged {
            kind: Kind::Work,
            value: EmailAddress::checked("Anne@example.fr"),
        }],
        ..Contact::default()
    };
    contact.name.full = Some("Anne Durand".into());
    complete_name(&mut contact);
    for entry in VENDORS {
        let identity = built(entry).encode(&contact).identity;
        let words: Vec<String> = identity.words().into_iter().collect();
        assert_eq!(words, ["anne", "durand"], "{}", entry.profile.id);
        let mut fields = entry.profile.holds.iter().map(|held| held.field);
        let holds_emails = fields.any(|field| matches!(field, Field::Email(_)));
        let emails: &[&str] = if holds_emails {
            &["anne@example.fr"]
        } else {
            &[]
        };
        assert_eq!(identity.emails, emails, "{}", entry.profile.id);
        assert!(!entry.profile.slots.is_empty());
        assert!(!identity.phones.is_empty(), "{}", entry.profile.id);
        assert!(
            identity
                .phones
                .iter()
                .all(|number| number == "+33199001234")
        );
    }
}
