//! Aalam's details: pairs of a key and a text, in which every value stands that has no member of its own.
//! Keys are written as the target says and read in whatever case, since their case is not documented.

use serde_json::{Value, json};

use crate::backend::kit::{Consumer, phone_format, reply, slots};
use crate::backend::{Settings, Slot};
use crate::model::{Contact, EmailAddress, Field, Kind, PortalLogin, PostalAddress, Tagged};

/// The key of a postal address in one line.
pub(super) const ADDRESS: &str = "Address";
const FULL_NAME: &str = "Full name";
const PREFIX: &str = "Prefix";
const MIDDLE_NAME: &str = "Middle name";
const SUFFIX: &str = "Suffix";
const PAGER: &str = "Pager";
const GROUP: &str = "Group";
const PRIMARY: &str = "Primary";
const MAIL_CATEGORIES: &str = "Mail categories";
const USERNAME: &str = "Portal username";

/// Details in the making.
#[derive(Default)]
pub(super) struct Details(Vec<(String, String)>);

impl Details {
    pub(super) fn add(&mut self, key: &str, text: impl Into<String>) {
        self.0.push((key.to_owned(), text.into()));
    }

    fn add_all<'a>(&mut self, key: &str, texts: impl IntoIterator<Item = &'a str>) {
        for text in texts {
            self.add(key, text);
        }
    }

    /// The details as the document shows them; `None` where there are none.
    pub(super) fn json(self) -> Option<Value> {
        let pair = |(key, value)| json!({"key": key, "value": value});
        let pairs: Vec<Value> = self.0.into_iter().map(pair).collect();
        (!pairs.is_empty()).then(|| pairs.into())
    }
}

/// The details that hold numbers; every number has one.
pub(super) const SLOTS: &[Slot] = &[
    Slot::many(
        "details: Phone",
        &[Kind::Work, Kind::Main, Kind::Other],
        Kind::Work,
    ),
    Slot::many("details: Home", &[Kind::Home], Kind::Home),
    Slot::many("details: Mobile", &[Kind::Mobile], Kind::Mobile),
    Slot::many("details: Fax", &[Kind::Fax], Kind::Fax),
    Slot::many("details: Pager", &[Kind::Pager], Kind::Pager),
];

/// The keys of those details, in the same order.
fn phone_keys(settings: &Settings) -> [&str; 5] {
    let of = |name: &str| settings.get(name);
    [
        of("key_phone"),
        of("key_home"),
        of("key_mobile"),
        of("key_fax"),
        PAGER,
    ]
}

/// The key that the target writes for one of the profile's.
pub(super) fn key_of<'a>(name: &'a str, settings: &'a Settings) -> &'a str {
    let switch = match name {
        "Phone" => "key_phone",
        "Home" => "key_home",
        "Mobile" => "key_mobile",
        "Fax" => "key_fax",
        "Email" => "key_email",
        "Company" => "key_company",
        "Position" => "key_position",
        "Department" => "key_department",
        name => return name,
    };
    settings.get(switch)
}

/// Takes everything that is a detail, but for addresses.
pub(super) fn take(consumer: &mut Consumer<'_>, settings: &Settings) -> Details {
    let mut details = Details::default();
    let filled = slots::fill(consumer, SLOTS, |phone| phone.kind);
    for (key, phones) in phone_keys(settings).into_iter().zip(filled) {
        for phone in phones {
            let text =
                phone_format::with_extension(phone_format::e164(phone), consumer.extension(phone));
            details.add(key, text);
        }
    }
    while let Some(email) = consumer.email() {
        details.add(settings.get("key_email"), email.value.as_str());
    }
    details.add_all(settings.get("key_company"), consumer.company());
    details.add_all(settings.get("key_position"), consumer.position());
    details.add_all(settings.get("key_department"), consumer.department());
    take_name(consumer, &mut details);
    take_rest(consumer, &mut details);
    details
}

fn take_name(consumer: &mut Consumer<'_>, details: &mut Details) {
    let name = &consumer.contact().name;
    for (key, field) in [
        (PREFIX, Field::Prefix),
        (MIDDLE_NAME, Field::MiddleName),
        (SUFFIX, Field::Suffix),
    ] {
        details.add_all(key, consumer.name_part(field));
    }
    let parts = [
        &name.prefix,
        &name.first,
        &name.middle,
        &name.last,
        &name.suffix,
    ];
    let joined = parts.into_iter().flatten().cloned().collect::<Vec<_>>();
    let Some(full) = &name.full else {
        return;
    };
    // A name without parts stands as the last name already.
    let has_parts = name.first.is_some() || name.last.is_some();
    consumer.full_name();
    if has_parts && name.derived == crate::model::Derived::Nothing && joined.join(" ") != *full {
        details.add(FULL_NAME, full.as_str());
    }
}

fn take_rest(consumer: &mut Consumer<'_>, details: &mut Details) {
    details.add_all(GROUP, consumer.groups().iter().map(String::as_str));
    if consumer.primary() == Some(true) {
        details.add(PRIMARY, "true");
    }
    if let Some(categories) = consumer.mail_categories() {
        let numbers: Vec<_> = categories.iter().map(u32::to_string).collect();
        details.add(MAIL_CATEGORIES, numbers.join(","));
    }
    details.add_all(USERNAME, consumer.username());
    while let Some((name, value)) = consumer.custom() {
        details.add(name, value.as_str());
    }
}

/// Reads one detail into a contact.
pub(super) fn read(contact: &mut Contact, key: &str, text: String, settings: &Settings) {
    let is = |other: &str| key.eq_ignore_ascii_case(other);
    if let Some(n) = phone_keys(settings).into_iter().position(is) {
        let region = phone_format::region(settings, None);
        phone_format::add(contact, SLOTS[n].reads_as, &text, region, key);
    } else if is(settings.get("key_email")) && text.contains('@') {
        contact.emails.push(Tagged {
            kind: Kind::Work,
            value: EmailAddress::checked(text),
        });
    } else if is(ADDRESS) {
        contact.addresses.push(Tagged {
            kind: Kind::Work,
            value: PostalAddress {
                line1: Some(text),
                ..PostalAddress::default()
            },
        });
    } else if is(USERNAME) && contact.portal.is_none() {
        contact.portal = Some(PortalLogin {
            username: Some(text),
            password: None,
        });
    } else if is(GROUP) {
        contact.groups.push(text);
    } else if is(PRIMARY) && matches!(text.as_str(), "true" | "false") {
        contact.primary = Some(text == "true");
    } else if is(MAIL_CATEGORIES) && contact.mail_categories.is_none() && numbers(&text).is_some() {
        contact.mail_categories = numbers(&text);
    } else {
        read_text(contact, key, text, settings);
    }
}

fn numbers(text: &str) -> Option<Vec<u32>> {
    let parts = text.split(',').filter(|part| !part.is_empty());
    parts.map(|part| part.trim().parse().ok()).collect()
}

/// Reads a detail that is a text of its own, the first of its key; all else is free.
fn read_text(contact: &mut Contact, key: &str, text: String, settings: &Settings) {
    let slots = [
        (settings.get("key_company"), &mut contact.company),
        (settings.get("key_position"), &mut contact.position),
        (settings.get("key_department"), &mut contact.department),
        (FULL_NAME, &mut contact.name.full),
        (PREFIX, &mut contact.name.prefix),
        (MIDDLE_NAME, &mut contact.name.middle),
        (SUFFIX, &mut contact.name.suffix),
    ];
    for (name, slot) in slots {
        if key.eq_ignore_ascii_case(name) && slot.is_none() {
            *slot = Some(text);
            return;
        }
    }
    contact.custom.push((key.to_owned(), text));
}

/// The details of a record as key, text and id.
pub(super) fn of(record: &Value) -> Vec<(String, String, Option<String>)> {
    let list = record.get("details").map_or(&[][..], reply::items);
    list.iter()
        .filter_map(|detail| {
            let text = |name: &str| reply::member(detail, &[name]);
            Some((text("key")?, text("value")?, text("id")))
        })
        .collect()
}
