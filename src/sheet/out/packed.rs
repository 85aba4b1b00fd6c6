//! A contact's values under the names of their columns, in bytes: made on any thread, and parted again where the columns
//! are. They are what the contact's line in the neutral NDJSON is read as.

use std::collections::HashMap;

use crate::model::{AddressPart, Contact, ContactKey, ParentId, Phone, PostalAddress};
use crate::sheet::ndjson::{kind_of, member_of_part};

/// What follows the name of a group of columns.
pub(super) const MEMBERS: [&str; 11] = [
    "",
    ".extension",
    ".written",
    ".line1",
    ".line2",
    ".line3",
    ".line4",
    ".city",
    ".state",
    ".postal_code",
    ".country",
];

/// The parts of an address in the order in which they are written.
const PARTS: [AddressPart; 8] = [
    AddressPart::Line1,
    AddressPart::Line2,
    AddressPart::Line3,
    AddressPart::Line4,
    AddressPart::City,
    AddressPart::State,
    AddressPart::PostalCode,
    AddressPart::Country,
];

/// Marks the first value of a group, whose name stands before it.
const BEGINS: u8 = 0x80;

/// One value of a record.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PackedValue<'r> {
    /// The name of the group that begins with it.
    pub(super) base: Option<&'r str>,
    /// Which of the [`MEMBERS`] of its group it is.
    pub(super) member: u8,
    pub(super) text: &'r str,
}

/// Adds a contact.
pub(super) fn pack(contact: &Contact, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    let mut pack = Pack { out };
    pack.contact(contact);
    let length = length(out.len() - start - 4);
    out[start..start + 4].copy_from_slice(&length);
}

fn length(bytes: usize) -> [u8; 4] {
    u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes()
}

/// The contacts that were packed, in their order.
pub(super) fn records(mut packed: &[u8]) -> impl Iterator<Item = PackedValues<'_>> {
    std::iter::from_fn(move || part(&mut packed).map(PackedValues))
}

/// The values of a contact, in their order.
pub(super) struct PackedValues<'r>(&'r [u8]);

impl<'r> Iterator for PackedValues<'r> {
    type Item = PackedValue<'r>;

    fn next(&mut self) -> Option<PackedValue<'r>> {
        let (tag, rest) = self.0.split_first()?;
        self.0 = rest;
        let base = if tag & BEGINS == 0 {
            None
        } else {
            Some(text(&mut self.0)?)
        };
        Some(PackedValue {
            base,
            member: tag & !BEGINS,
            text: text(&mut self.0)?,
        })
    }
}

fn text<'r>(bytes: &mut &'r [u8]) -> Option<&'r str> {
    std::str::from_utf8(part(bytes)?).ok()
}

/// The next part, behind its length.
fn part<'r>(bytes: &mut &'r [u8]) -> Option<&'r [u8]> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (part, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *bytes = rest;
    Some(part)
}

struct Pack<'o> {
    out: &'o mut Vec<u8>,
}

impl Pack<'_> {
    fn contact(&mut self, contact: &Contact) {
        let name = &contact.name;
        let portal = contact.portal.as_ref();
        self.one("key", contact.key.as_ref().map(ContactKey::as_str));
        self.one("name.full", name.full.as_deref());
        self.one("name.prefix", name.prefix.as_deref());
        self.one("name.first", name.first.as_deref());
        self.one("name.middle", name.middle.as_deref());
        self.one("name.last", name.last.as_deref());
        self.one("name.suffix", name.suffix.as_deref());
        self.one("company", contact.company.as_deref());
        self.one("department", contact.department.as_deref());
        self.one("position", contact.position.as_deref());
        for phone in &contact.phones {
            self.phone(phone);
        }
        for email in &contact.emails {
            let kind = kind_of("email", Some(email.kind.name()));
            self.group(["email.", kind.name()], [(0, email.value.as_str())]);
        }
        for address in &contact.addresses {
            let kind = kind_of("address", Some(address.kind.name()));
            self.address(kind.name(), &address.value);
        }
        self.one("note", contact.note.as_deref());
        self.list("groups", contact.groups.iter().map(String::as_str));
        self.one("parent", contact.parent.as_ref().map(ParentId::as_str));
        let primary = contact.primary.map(|is| if is { "true" } else { "false" });
        self.one("primary", primary);
        let numbers = contact.mail_categories.iter().flatten();
        let numbers: Vec<String> = numbers.map(ToString::to_string).collect();
        self.list("mail_categories", numbers.iter().map(String::as_str));
        let username = portal.and_then(|portal| portal.username.as_deref());
        self.one("portal.username", username);
        self.custom(&contact.custom);
    }

    fn phone(&mut self, phone: &Phone) {
        let number = phone.number.as_str();
        // What was written says nothing more where it is the number itself.
        let written = Some(phone.written.as_str()).filter(|written| *written != number);
        let members = [
            (0, number),
            (1, phone.extension.as_deref().unwrap_or_default()),
            (2, written.unwrap_or_default()),
        ];
        self.group(["phone.", phone.kind.name()], members);
    }

    fn address(&mut self, kind: &str, address: &PostalAddress) {
        let parts = PARTS.map(|part| {
            let member = MEMBERS
                .iter()
                .position(|name| *name == member_of_part(part));
            let member = member.and_then(|member| u8::try_from(member).ok());
            (
                member.unwrap_or_default(),
                address.part(part).unwrap_or_default(),
            )
        });
        self.group(["address.", kind], parts);
    }

    /// The values of one name stand together, where the first of them stands.
    fn custom(&mut self, custom: &[(String, String)]) {
        let mut first: HashMap<&str, usize> = HashMap::new();
        let mut order: Vec<(usize, &str, &str)> = Vec::with_capacity(custom.len());
        for (place, (name, text)) in (0..).zip(custom) {
            let place = *first.entry(name).or_insert(place);
            order.push((place, name, text));
        }
        order.sort_by_key(|(place, ..)| *place);
        for (_, name, text) in order {
            self.group(["custom:", name], [(0, text)]);
        }
    }

    fn list<'t>(&mut self, base: &str, texts: impl Iterator<Item = &'t str>) {
        let texts: Vec<&str> = texts.filter(|text| !text.trim().is_empty()).collect();
        self.one(base, Some(&texts.join("; ")));
    }

    fn one(&mut self, base: &str, text: Option<&str>) {
        self.group([base, ""], [(0, text.unwrap_or_default())]);
    }

    /// A group's values; those in which nothing stands are left out.
    fn group<const N: usize>(&mut self, base: [&str; 2], members: [(u8, &str); N]) {
        let mut begins = BEGINS;
        for (member, text) in members {
            if text.trim().is_empty() {
                continue;
            }
            self.out.push(member | begins);
            if begins != 0 {
                let [family, name] = base.map(str::as_bytes);
                self.out
                    .extend_from_slice(&length(family.len() + name.len()));
                self.out.extend_from_slice(family);
                self.out.extend_from_slice(name);
            }
            begins = 0;
            self.out.extend_from_slice(&length(text.len()));
            self.out.extend_from_slice(text.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests;
