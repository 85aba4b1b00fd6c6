//! Contacts written in each format and read back: what was written is what is read.

use std::collections::BTreeMap;
use std::fs::File;
use std::ops::ControlFlow;

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use rolo::backend::{Settings, VENDORS, Vendor};
use rolo::mapping::{Mapping, Options};
use rolo::model::{
    AddressPart, Contact, ContactKey, EmailAddress, Kind, Number, ParentId, PersonName, Phone,
    PortalLogin, PostalAddress, Tagged,
};
use rolo::normalize;
use rolo::plan::Change;
use rolo::sheet::{Hints, OutputFormat, Source, Writer};
use serde_json::Value;

use crate::round_trip::record;

const FORMATS: [OutputFormat; 5] = [
    OutputFormat::Ndjson,
    OutputFormat::Csv,
    OutputFormat::Xlsx,
    OutputFormat::Vcard3,
    OutputFormat::Vcard4,
];

/// The contacts, written and read back.
fn passed(contacts: &[Contact], format: OutputFormat) -> Vec<Contact> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("book");
    let mut out = Writer::begin(format, File::create(&path).expect("a file")).expect("a writer");
    for (row, contact) in (2..).zip(contacts) {
        out.add(row, None, contact).expect("writable");
    }
    out.finish().expect("writable");
    let mut source = Source::open(&path, &Hints::default()).expect("readable");
    let options = Options {
        header_row: source.about.format.is_named().then_some(0),
        ..Options::default()
    };
    let mapping = Mapping::guess(&source.preview, &options).expect("our own names");
    let mut read = Vec::new();
    let mut each = |row: rolo::sheet::Row| {
        if mapping.holds(&row) {
            let (contact, remarks) =
                normalize::contact(&mapping.draft(&row), &normalize::Options::default());
            assert_eq!(remarks, vec![], "{format:?}");
            read.push(contact);
        }
        ControlFlow::Continue(())
    };
    source.rows(&mut each).expect("readable");
    read
}

/// A contact as it is compared: free values of different names have no order among them.
fn plain(contact: &Contact) -> Value {
    let mut contact = contact.clone();
    contact.custom.sort_by(|one, other| one.0.cmp(&other.0));
    for phone in &mut contact.phones {
        if phone.written.is_empty() {
            phone.written = phone.number.as_str().to_owned();
        }
    }
    serde_json::to_value(&contact).expect("plain data")
}

fn word() -> impl Strategy<Value = String> {
    "[A-Za-zÀ-ÿ\"'=+@;,\\\\^:#-]{1,10}".prop_filter("a word", |word| {
        word.contains(char::is_alphabetic) && !word.starts_with('#') && !word.contains(":::")
    })
}

fn text() -> impl Strategy<Value = String> {
    vec(word(), 1..4).prop_map(|words| words.join(" "))
}

fn lines() -> impl Strategy<Value = String> {
    vec(text(), 1..4).prop_map(|lines| lines.join("\n"))
}

fn kinds() -> impl Strategy<Value = Kind> {
    proptest::sample::select(Kind::ALL.to_vec())
}

fn places() -> impl Strategy<Value = Kind> {
    proptest::sample::select(vec![Kind::Work, Kind::Home, Kind::Other])
}

fn phones() -> impl Strategy<Value = Vec<Phone>> {
    let phone = (
        kinds(),
        0..10_000_u32,
        of("[1-9][0-9]{0,4}"),
        of(text()),
        any::<bool>(),
    );
    vec(phone, 0..4).prop_map(|phones| {
        let made = |(kind, end, extension, written, short): (
            Kind,
            u32,
            Option<String>,
            Option<String>,
            bool,
        )| {
            let number = if short {
                Number::Short(format!("4{end:04}"))
            } else {
                Number::International(format!("+3319900{end:04}"))
            };
            let written = written.unwrap_or_else(|| number.as_str().to_owned());
            Phone {
                kind,
                number,
                extension,
                written,
            }
        };
        phones.into_iter().map(made).collect()
    })
}

fn addresses() -> impl Strategy<Value = Vec<Tagged<PostalAddress>>> {
    let address = (
        places(),
        vec(text(), 1..=4),
        of(text()),
        of("[0-9]{5}"),
        of("FR|DE|ES|US|BE"),
    );
    vec(address, 0..3).prop_map(|addresses| {
        let parts = [
            AddressPart::Line1,
            AddressPart::Line2,
            AddressPart::Line3,
            AddressPart::Line4,
        ];
        let made = |(kind, lines, city, code, country): (
            Kind,
            Vec<String>,
            Option<String>,
            Option<String>,
            Option<String>,
        )| {
            let mut value = PostalAddress::default();
            for (part, line) in parts.into_iter().zip(&lines) {
                value.set(part, line);
            }
            (value.city, value.postal_code, value.country) = (city, code, country);
            Tagged { kind, value }
        };
        addresses.into_iter().map(made).collect()
    })
}

fn emails() -> impl Strategy<Value = Vec<Tagged<EmailAddress>>> {
    let email = (places(), "[a-z]{1,8}");
    vec(email, 0..4).prop_map(|emails| {
        let made = |(kind, name): (Kind, String)| Tagged {
            kind,
            value: EmailAddress::checked(format!("{name}@example.fr")),
        };
        emails.into_iter().map(made).collect()
    })
}

fn names() -> impl Strategy<Value = PersonName> {
    (of(text()), of(text()), of(text()), of(text())).prop_map(|(full, first, middle, last)| {
        PersonName {
            full,
            first,
            middle,
            last,
            ..PersonName::default()
        }
    })
}

fn contacts() -> impl Strategy<Value = Contact> {
    let plain = (
        of(text()),
        of(text()),
        of(text()),
        of(lines()),
        of("[a-zA-Z0-9-]{1,8}"),
    );
    let more = (
        vec("[A-Za-zé]{1,8}", 0..3),
        of(any::<bool>()),
        of(vec(0..99_u32, 1..3)),
        of("[a-z]{1,8}"),
        vec(("[A-Za-z\"^:é.]{1,8}", lines()), 0..4),
    );
    (names(), plain, phones(), emails(), addresses(), more).prop_map(
        |(name, (company, department, position, note, key), phones, emails, addresses, more)| {
            let (mut groups, primary, mail_categories, username, custom) = more;
            groups.sort();
            groups.dedup();
            let mut contact = Contact {
                parent: key.clone().map(ParentId::new),
                key: key.map(ContactKey::new),
                portal: username.map(|username| PortalLogin {
                    username: Some(username),
                    password: None,
                }),
                name,
                company,
                department,
                position,
                phones,
                emails,
                addresses,
                note,
                groups,
                primary,
                mail_categories,
                custom,
            };
            normalize::complete_name(&mut contact);
            contact
        },
    )
}

/// The contact that a vendor holds of one, as an export reads it.
fn held(vendor: &dyn Vendor, contact: &Contact) -> Contact {
    let sent = vendor.encode(contact).payload;
    let remote = vendor.decode(&record(vendor.profile().id, &sent));
    Contact {
        key: Some(ContactKey::new("7")),
        ..remote.expect("our own record").contact
    }
}

/// What an import of an exported contact would change at the vendor.
fn changes(vendor: &dyn Vendor, exported: &Contact, read: &Contact) -> Vec<Change> {
    let held = vendor.encode(exported);
    let said = vendor.encode(read);
    assert_eq!(said.identity.words(), held.identity.words());
    Change::between(Some(&held.payload), &vendor.said(&said.payload))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_was_exported_changes_nothing_when_it_is_imported(
        book in vec((contacts(), of(proptest::sample::select(vec!["Mme", "Dr"]))), 1..6),
    ) {
        for entry in VENDORS {
            let settings = Settings::resolve(entry.profile, &BTreeMap::new()).expect("defaults");
            let vendor = (entry.build)(settings);
            let exported = book.iter().map(|(contact, title)| {
                let mut contact = contact.clone();
                contact.name.prefix = title.map(str::to_owned);
                held(vendor.as_ref(), &contact)
            });
            let exported: Vec<Contact> = exported.collect();
            for format in FORMATS {
                let read = passed(&exported, format);
                prop_assert_eq!(read.len(), exported.len());
                for (exported, read) in exported.iter().zip(&read) {
                    let changes = changes(vendor.as_ref(), exported, read);
                    let id = entry.profile.id;
                    prop_assert_eq!(changes, vec![], "{} {:?}: {:#?}", id, format, exported);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_written_is_read_back(book in vec(contacts(), 1..6)) {
        // A contact of which nothing is known is no row.
        let book: Vec<Contact> = book.into_iter().filter(|contact| *contact != Contact::default()).collect();
        prop_assume!(!book.is_empty());
        let wanted: Vec<Value> = book.iter().map(plain).collect();
        for format in FORMATS {
            let read: Vec<Value> = passed(&book, format).iter().map(plain).collect();
            prop_assert_eq!(&read, &wanted, "{:?}", format);
        }
    }
}
