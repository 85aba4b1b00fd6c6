//! Contacts as vCards, 3.0 or 4.0. It is the mirror of the reader: what the format has no property for stands in
//! properties of our own (`X-ROLO-…`), which other programs pass over.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::model::{AddressPart, Contact, ContactKey, Kind, ParentId, Phone, PostalAddress};

/// Which version is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    Three,
    Four,
}

/// How long a line may be before it is folded, in bytes (RFC 6350, 3.2).
const FOLD: usize = 75;

/// As much as most cards take, in bytes.
const USUAL: usize = 1 << 10;

/// Free values that are properties of the format.
const OWN: [&str; 14] = [
    "NICKNAME",
    "BDAY",
    "URL",
    "IMPP",
    "ANNIVERSARY",
    "GENDER",
    "LANG",
    "TZ",
    "GEO",
    "RELATED",
    "LABEL",
    "X-SKYPE",
    "X-JABBER",
    "X-AIM",
];

/// Adds a contact's card.
pub(super) fn render(version: Version, contact: &Contact, out: &mut Vec<u8>) {
    let mut card = Card {
        text: String::with_capacity(USUAL),
        version,
    };
    card.contact(contact);
    out.extend_from_slice(card.text.as_bytes());
}

struct Card {
    text: String,
    version: Version,
}

impl Card {
    fn contact(&mut self, contact: &Contact) {
        self.line("BEGIN", "VCARD");
        self.line(
            "VERSION",
            match self.version {
                Version::Three => "3.0",
                Version::Four => "4.0",
            },
        );
        self.name(contact);
        let units = [contact.company.as_deref(), contact.department.as_deref()];
        if units.iter().any(Option::is_some) {
            let company = escaped(units[0].unwrap_or_default());
            match units[1] {
                Some(department) => self.line("ORG", &format!("{company};{}", escaped(department))),
                None => self.line("ORG", &company),
            }
        }
        self.value("TITLE", contact.position.as_deref());
        for phone in &contact.phones {
            self.phone(phone);
        }
        for email in &contact.emails {
            let name = format!("EMAIL;TYPE={}", self.kind(email.kind));
            self.value(&name, Some(email.value.as_str()));
        }
        for address in &contact.addresses {
            self.address(address.kind, &address.value);
        }
        if !contact.groups.is_empty() {
            let groups: Vec<_> = contact.groups.iter().map(|group| escaped(group)).collect();
            self.line("CATEGORIES", &groups.join(","));
        }
        self.value("NOTE", contact.note.as_deref());
        self.value("UID", contact.key.as_ref().map(ContactKey::as_str));
        self.ours(contact);
        self.line("END", "VCARD");
    }

    fn name(&mut self, contact: &Contact) {
        let name = &contact.name;
        let parts = [
            &name.last,
            &name.first,
            &name.middle,
            &name.prefix,
            &name.suffix,
        ];
        let email = contact.emails.first().map(|email| email.value.as_str());
        let phone = contact.phones.first().map(|phone| phone.number.as_str());
        let shown = name.full.as_deref().or(contact.company.as_deref());
        let shown = shown.or(email).or(phone).unwrap_or("-");
        self.value("FN", Some(shown));
        let parts = parts.map(|part| escaped(part.as_deref().unwrap_or_default()));
        self.line("N", &parts.join(";"));
        if name.full.is_none() {
            self.line("X-ROLO-NAMELESS", "1");
        }
    }

    fn phone(&mut self, phone: &Phone) {
        let mut name = format!("TEL;TYPE={}", self.kind(phone.kind));
        let number = phone.number.as_str();
        if !phone.written.is_empty() && (phone.written != number || phone.extension.is_some()) {
            let _ = write!(name, ";X-ROLO-WRITTEN=\"{}\"", parameter(&phone.written));
        }
        let value = match (&phone.extension, self.version) {
            (None, _) => number.to_owned(),
            (Some(extension), Version::Three) => format!("{number} x{extension}"),
            (Some(extension), Version::Four) => {
                name.push_str(";VALUE=uri");
                format!("tel:{number};ext={extension}")
            }
        };
        self.line(&name, &value);
    }

    fn address(&mut self, kind: Kind, address: &PostalAddress) {
        let lines = [
            AddressPart::Line1,
            AddressPart::Line2,
            AddressPart::Line3,
            AddressPart::Line4,
        ];
        let lines: Vec<&str> = lines
            .iter()
            .filter_map(|line| address.part(*line))
            .collect();
        let lines = lines.join("\n");
        let of = |part| escaped(address.part(part).unwrap_or_default());
        let value = [
            "".into(),
            "".into(),
            escaped(&lines),
            of(AddressPart::City),
            of(AddressPart::State),
            of(AddressPart::PostalCode),
            of(AddressPart::Country),
        ];
        let name = format!("ADR;TYPE={}", self.kind(kind));
        self.line(&name, &value.join(";"));
    }

    /// What the format has no property for.
    fn ours(&mut self, contact: &Contact) {
        self.value(
            "X-ROLO-PARENT",
            contact.parent.as_ref().map(ParentId::as_str),
        );
        self.value(
            "X-ROLO-PRIMARY",
            contact
                .primary
                .map(|primary| if primary { "yes" } else { "no" }),
        );
        if let Some(categories) = &contact.mail_categories {
            let numbers: Vec<String> = categories.iter().map(ToString::to_string).collect();
            self.line("X-ROLO-MAIL-CATEGORIES", &escaped(&numbers.join(", ")));
        }
        let portal = contact.portal.as_ref();
        self.value(
            "X-ROLO-USERNAME",
            portal.and_then(|portal| portal.username.as_deref()),
        );
        for (name, value) in &contact.custom {
            if OWN.contains(&name.as_str()) {
                self.value(name, Some(value));
            } else {
                let name = format!("X-ROLO-CUSTOM;X-NAME=\"{}\"", parameter(name));
                self.value(&name, Some(value));
            }
        }
    }

    fn kind(&self, kind: Kind) -> &'static str {
        match (kind, self.version) {
            (Kind::Mobile, Version::Three) => "CELL",
            (Kind::Mobile, Version::Four) => "cell",
            (Kind::Work, Version::Three) => "WORK",
            (Kind::Home, Version::Three) => "HOME",
            (Kind::Fax, Version::Three) => "FAX",
            (Kind::Pager, Version::Three) => "PAGER",
            (Kind::Main, Version::Three) => "MAIN",
            (Kind::Other, Version::Three) => "OTHER",
            (kind, Version::Four) => kind.name(),
        }
    }

    fn value(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.line(name, &escaped(value));
        }
    }

    /// A line, folded between characters.
    fn line(&mut self, name: &str, value: &str) {
        let room = self.folded(name, FOLD);
        let room = self.folded(":", room);
        self.folded(value, room);
        self.text.push_str("\r\n");
    }

    /// A part of a line that has room for so many bytes; how many it has then.
    fn folded(&mut self, mut part: &str, mut room: usize) -> usize {
        while part.len() > room {
            let (fits, rest) = part.split_at(boundary(part, room));
            self.text.extend([fits, "\r\n "]);
            (part, room) = (rest, FOLD - 1);
        }
        self.text.push_str(part);
        room - part.len()
    }
}

/// Where the last character that fits into so many bytes ends.
fn boundary(text: &str, bytes: usize) -> usize {
    let mut ends = (0..=bytes).rev();
    ends.find(|end| text.is_char_boundary(*end)).unwrap_or(0)
}

fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', ',', ';', '\n', '\r']) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ',' | ';' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => {}
            c => out.push(c),
        }
    }
    out.into()
}

/// A parameter's value between quotes (RFC 6868).
fn parameter(text: &str) -> String {
    let text = text.replace('^', "^^").replace('"', "^'");
    text.replace("\r\n", "^n").replace(['\n', '\r'], "^n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line as it is folded character by character.
    fn folded(name: &str, value: &str) -> String {
        let (mut text, mut room) = (String::new(), FOLD);
        for c in name.chars().chain([':']).chain(value.chars()) {
            if c.len_utf8() > room {
                text.push_str("\r\n ");
                room = FOLD - 1;
            }
            room -= c.len_utf8();
            text.push(c);
        }
        text + "\r\n"
    }

    proptest::proptest! {
        #[test]
        fn a_line_is_folded_between_characters(name in "[A-Zé]{1,90}", value in "[a é€𝄞]{0,300}") {
            let mut card = Card { text: String::new(), version: Version::Three };
            card.line(&name, &value);
            proptest::prop_assert_eq!(card.text, folded(&name, &value));
        }
    }
}
