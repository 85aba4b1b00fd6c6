//! A card's properties under the names of the fields. It is the table of what each property means; what none of the
//! fields claims is kept under the property's own name.

use super::super::ndjson::member_of_part;
use super::super::record::{ColumnGroup, ContactRecord};
use super::super::row::RowRemark;
use super::open_card::OpenCard;
use super::property::Property;
use crate::model::{AddressPart, Code, Kind, Severity};

/// A picture, a sound or a key is left out.
pub(crate) static BINARY: Code = Code {
    id: "vcard.binary",
    severity: Severity::Note,
    means: "The card holds a picture, a sound or a key. No address book that rolo writes to takes one; it is left \
            out.",
    help: "nothing is to be done",
};
/// The file ends inside a card.
pub(crate) static CUT: Code = Code {
    id: "vcard.cut-off",
    severity: Severity::Warning,
    means: "The file ends before the card does: it was probably cut off, and cards may be missing.",
    help: "export or copy the file again",
};
/// A card begins inside another.
pub(crate) static NESTED: Code = Code {
    id: "vcard.nested",
    severity: Severity::Warning,
    means: "Another card begins before this one ends: its END:VCARD is missing, or the file wraps cards in cards. Each \
            card is read as a contact of its own.",
    help: "look at the card in the program that it comes from, and export it again",
};
/// A line that is no property.
pub(crate) static STRANGE: Code = Code {
    id: "vcard.line",
    severity: Severity::Warning,
    means: "A line of the card is not a property: it has no name, or no colon. It is left out.",
    help: "look at the card in the program that it comes from",
};

/// What says nothing of the contact.
const BOOKKEEPING: [&str; 7] = [
    "VERSION",
    "PRODID",
    "REV",
    "MAILER",
    "CLASS",
    "SORT-STRING",
    "X-ABUID",
];

/// The record of a card.
pub(super) fn record(card: OpenCard) -> ContactRecord {
    let mut making = CardBuilder {
        record: ContactRecord {
            row: card.row,
            ..ContactRecord::default()
        },
        nameless: card
            .properties
            .iter()
            .any(|property| property.name == "X-ROLO-NAMELESS"),
        titled: card
            .properties
            .iter()
            .any(|property| property.name == "TITLE"),
        labels: labels(&card.properties),
        note: Vec::new(),
        groups: Vec::new(),
    };
    for property in &card.properties {
        making.take(property);
    }
    making.finish();
    for line in card.strange {
        making.remark(&STRANGE, line, "a line of the card is not a property");
    }
    if card.broken {
        let message = "another card begins before the card ends";
        making.remark(&NESTED, String::new(), message);
    }
    if card.cut {
        making.remark(&CUT, String::new(), "the file ends before the card does");
    }
    making.record
}

/// The names that people gave to properties: their group, and the name.
fn labels(properties: &[Property]) -> Vec<(String, String)> {
    let label = |property: &&Property| property.name == "X-ABLABEL" && !property.group.is_empty();
    properties
        .iter()
        .filter(label)
        .map(|property| {
            let text = property.text();
            let own = text
                .strip_prefix("_$!<")
                .and_then(|rest| rest.strip_suffix(">!$_"));
            (property.group.clone(), own.unwrap_or(&text).to_owned())
        })
        .collect()
}

struct CardBuilder {
    record: ContactRecord,
    /// Whether the card's name only stands in for one.
    nameless: bool,
    titled: bool,
    labels: Vec<(String, String)>,
    note: Vec<String>,
    groups: Vec<String>,
}

impl CardBuilder {
    fn take(&mut self, property: &Property) {
        if property.binary {
            let name = property.name.clone();
            return self.remark(&BINARY, name, "a picture, a sound or a key is left out");
        }
        if property.value.trim().is_empty() || BOOKKEEPING.contains(&property.name.as_str()) {
            return;
        }
        match property.name.as_str() {
            "FN" if self.nameless => {}
            "X-ROLO-NAMELESS" => {}
            "X-ROLO-PARENT" => self.one("parent", property.text()),
            "X-ROLO-PRIMARY" => self.one("primary", property.text()),
            "X-ROLO-MAIL-CATEGORIES" => self.one("mail_categories", property.text()),
            "X-ROLO-USERNAME" => self.one("portal.username", property.text()),
            "X-ROLO-CUSTOM" => {
                let name = property.own("X-NAME").unwrap_or("X-ROLO-CUSTOM");
                let group = ColumnGroup::one(format!("custom:{name}"), property.text());
                self.record.groups.push(group);
            }
            "FN" => self.one("name.full", property.text()),
            "N" => self.name(&property.lists()),
            "ORG" => self.company(property.parts()),
            "TITLE" => self.one("position", property.text()),
            "ROLE" if !self.titled => self.one("position", property.text()),
            "NOTE" => self.note.push(property.text()),
            "CATEGORIES" => self.groups.extend(property.items()),
            "UID" => self.one("key", property.text()),
            "TEL" => self.value("phone", property, phone_kind),
            "EMAIL" => self.value("email", property, plain_kind),
            "ADR" => self.address(property),
            "X-ABLABEL" if self.label(property).is_some() => {}
            _ => self.free(property),
        }
    }

    fn finish(&mut self) {
        let note = std::mem::take(&mut self.note);
        if !note.is_empty() {
            self.one("note", note.join("\n"));
        }
        let groups = std::mem::take(&mut self.groups);
        if !groups.is_empty() {
            self.one("groups", groups.join("; "));
        }
    }

    /// A field that holds one value; a second one is kept beside it.
    fn one(&mut self, field: &'static str, value: String) {
        if value.is_empty() {
            return;
        }
        let taken = self.record.groups.iter().any(|group| group.base == field);
        let base = if taken {
            format!("custom:{field}")
        } else {
            field.to_owned()
        };
        self.record.groups.push(ColumnGroup::one(base, value));
    }

    fn name(&mut self, parts: &[String]) {
        const FIELDS: [&str; 5] = [
            "name.last",
            "name.first",
            "name.middle",
            "name.prefix",
            "name.suffix",
        ];
        for (field, part) in FIELDS.into_iter().zip(parts) {
            self.one(field, part.clone());
        }
    }

    fn company(&mut self, parts: Vec<String>) {
        let mut parts = parts.into_iter();
        self.one("company", parts.next().unwrap_or_default());
        let units: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
        self.one("department", units.join(", "));
    }

    fn label(&self, property: &Property) -> Option<&str> {
        let mut labels = self.labels.iter();
        let found = labels.find(|(group, _)| *group == property.group);
        found.map(|(_, label)| label.as_str())
    }

    /// The kind of a property; a label that names none is kept beside the value.
    fn kind(&mut self, property: &Property, of: fn(&Property) -> Kind) -> Kind {
        let Some(label) = self.label(property).map(str::to_owned) else {
            return of(property);
        };
        let labelled = Property {
            types: vec![label.to_ascii_uppercase()],
            ..Property::default()
        };
        if of(&labelled) == Kind::Work && !labelled.is("WORK") {
            let text = format!("{}: {label}", property.text());
            self.record
                .groups
                .push(ColumnGroup::one("custom:X-ABLabel", text));
            return Kind::Other;
        }
        of(&labelled)
    }

    fn value(&mut self, family: &str, property: &Property, of: fn(&Property) -> Kind) {
        let kind = self.kind(property, of);
        let mut group = ColumnGroup::one(format!("{family}.{}", kind.name()), property.text());
        let written = property.own("X-ROLO-WRITTEN").filter(|_| family == "phone");
        group
            .members
            .extend(written.map(|written| (".written", written.to_owned())));
        self.record.groups.push(group);
    }

    /// Post box, extension, street, town, state, code, country: RFC 6350, 6.3.1.
    fn address(&mut self, property: &Property) {
        let kind = self.kind(property, plain_kind);
        let parts = property.parts();
        let part = |place: usize| parts.get(place).map_or("", String::as_str);
        let lines: Vec<&str> = [part(2), part(1), part(0)]
            .into_iter()
            .flat_map(str::lines)
            .filter(|line| !line.trim().is_empty())
            .collect();
        let mut members = Vec::new();
        let names = [
            AddressPart::Line1,
            AddressPart::Line2,
            AddressPart::Line3,
            AddressPart::Line4,
        ];
        for (place, name) in names.into_iter().enumerate() {
            let text = match lines.get(place) {
                Some(_) if place == 3 => lines[3..].join(", "),
                Some(line) => (*line).to_owned(),
                None => break,
            };
            members.push((member_of_part(name), text));
        }
        let rest = [
            AddressPart::City,
            AddressPart::State,
            AddressPart::PostalCode,
            AddressPart::Country,
        ];
        for (place, name) in (3..).zip(rest) {
            if !part(place).is_empty() {
                members.push((member_of_part(name), part(place).to_owned()));
            }
        }
        if !members.is_empty() {
            let base = format!("address.{}", kind.name()).into();
            self.record.groups.push(ColumnGroup { base, members });
        }
    }

    fn free(&mut self, property: &Property) {
        let name = match self.label(property) {
            Some(label) => format!("custom:{} {label}", property.name),
            None => format!("custom:{}", property.name),
        };
        let parts: Vec<String> = property.parts();
        let text = parts.iter().filter(|part| !part.is_empty());
        let text = text.map(String::as_str).collect::<Vec<_>>().join("; ");
        self.record.groups.push(ColumnGroup::one(name, text));
    }

    fn remark(&mut self, code: &'static Code, found: String, message: &'static str) {
        self.record.remarks.push(RowRemark {
            code,
            column: None,
            found,
            message: message.into(),
        });
    }
}

fn phone_kind(property: &Property) -> Kind {
    let kinds = [
        ("FAX", Kind::Fax),
        ("WORKFAX", Kind::Fax),
        ("HOMEFAX", Kind::Fax),
        ("PAGER", Kind::Pager),
        ("CELL", Kind::Mobile),
        ("MOBILE", Kind::Mobile),
        ("IPHONE", Kind::Mobile),
        ("X-MOBIL", Kind::Mobile),
        ("MAIN", Kind::Main),
    ];
    let named = kinds.into_iter().find(|(name, _)| property.is(name));
    named.map_or_else(|| plain_kind(property), |(_, kind)| kind)
}

fn plain_kind(property: &Property) -> Kind {
    if property.is("WORK") {
        Kind::Work
    } else if property.is("HOME") {
        Kind::Home
    } else if property.is("OTHER") {
        Kind::Other
    } else {
        Kind::Work
    }
}
