//! Neutral contacts in, one JSON object a line: what `convert` writes, and what programs make. The shape is an
//! interface. Members that it does not have are kept as free values.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _};
use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::SheetError;
use super::record::{ColumnGroup, ContactRecord, Reader};
use crate::model::{AddressPart, Kind};

/// How long a line may be, in bytes.
const LONGEST: u64 = 16 << 20;

/// Members of the shape that hold one text, with their columns.
const PLAIN: [&str; 6] = ["key", "parent", "company", "department", "position", "note"];

/// The members by which a line is known for a contact.
const KNOWN: [&str; 8] = [
    "name",
    "phones",
    "emails",
    "addresses",
    "custom",
    "company",
    "groups",
    "note",
];

/// The members that other programs' objects may have too: beside a row's number, and with nothing strange, they are a
/// contact's of which little is known.
const COMMON: [&str; 8] = [
    "row",
    "sheet",
    "key",
    "parent",
    "department",
    "position",
    "primary",
    "mail_categories",
];

/// Whether a first line is a neutral contact.
pub(super) fn is_contact(line: &str) -> bool {
    let object: Option<Map<String, Value>> = serde_json::from_str(line).ok();
    object.is_some_and(|object| {
        let is_little = object.get("row").is_some_and(Value::is_u64)
            && object.keys().all(|name| COMMON.contains(&name.as_str()));
        is_little || KNOWN.iter().any(|name| object.contains_key(*name))
    })
}

/// A file of contacts.
pub(super) struct NdjsonFile {
    name: String,
    file: File,
}

impl NdjsonFile {
    pub(super) fn open(name: &str, file: File) -> Self {
        Self {
            name: name.to_owned(),
            file,
        }
    }

    fn wrong(&self, row: u64, why: String) -> SheetError {
        SheetError::Text {
            file: self.name.clone(),
            row,
            why,
            help: "each line must be one JSON object, a contact in the neutral shape".to_owned(),
        }
    }
}

impl Reader for NdjsonFile {
    fn records(
        &mut self,
        each: &mut dyn FnMut(ContactRecord) -> ControlFlow<()>,
    ) -> Result<(), SheetError> {
        let failed = |file: &str, row, source| SheetError::Read {
            file: file.to_owned(),
            row,
            source,
        };
        self.file
            .rewind()
            .map_err(|source| failed(&self.name, 0, source))?;
        let mut lines = BufReader::with_capacity(1 << 16, &self.file);
        let (mut line, mut row) = (Vec::new(), 0);
        loop {
            line.clear();
            let read = lines.by_ref().take(LONGEST).read_until(b'\n', &mut line);
            if read.map_err(|source| failed(&self.name, row, source))? == 0 {
                return Ok(());
            }
            row += 1;
            if line.len() as u64 == LONGEST {
                return Err(self.wrong(row, "the line is longer than 16 MiB".to_owned()));
            }
            let text = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line);
            if text.trim_ascii().is_empty() {
                continue;
            }
            let object: Map<String, Value> =
                serde_json::from_slice(text).map_err(|error| self.wrong(row, error.to_string()))?;
            let record = ContactRecord {
                row,
                groups: groups(object),
                remarks: Vec::new(),
            };
            if each(record).is_break() {
                return Ok(());
            }
        }
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// An object's values under the names of their columns.
pub(super) fn groups(object: Map<String, Value>) -> Vec<ColumnGroup> {
    let mut groups = Vec::new();
    for (name, value) in object {
        match name.as_str() {
            "row" | "sheet" => {}
            "name" => named(&mut groups, "name", value),
            "phones" => list(&mut groups, "phone", value),
            "emails" => list(&mut groups, "email", value),
            "addresses" => list(&mut groups, "address", value),
            "groups" | "mail_categories" => {
                let items = texts(value);
                groups
                    .extend((!items.is_empty()).then(|| ColumnGroup::one(name, items.join("; "))));
            }
            "primary" => groups.extend(text(&value).map(|text| ColumnGroup::one("primary", text))),
            "portal" => named(&mut groups, "portal", value),
            "custom" => custom(&mut groups, value),
            plain if PLAIN.contains(&plain) => {
                groups.extend(text(&value).map(|text| ColumnGroup::one(name, text)));
            }
            _ => free(&mut groups, &name, value),
        }
    }
    groups
}

/// The members of an object that become columns of their own: `name.first`.
fn named(groups: &mut Vec<ColumnGroup>, family: &str, value: Value) {
    let Value::Object(members) = value else {
        return free(groups, family, value);
    };
    let known: &[&str] = match family {
        "portal" => &["username", "password"],
        _ => &["full", "prefix", "first", "middle", "last", "suffix"],
    };
    for (member, value) in members {
        let column = format!("{family}.{member}");
        match text(&value) {
            Some(text) if known.contains(&member.as_str()) => {
                groups.push(ColumnGroup::one(column, text));
            }
            _ => free(groups, &column, value),
        }
    }
}

/// Phones, e-mails or addresses.
fn list(groups: &mut Vec<ColumnGroup>, family: &'static str, value: Value) {
    let Value::Array(items) = value else {
        return free(groups, family, value);
    };
    for item in items {
        let Value::Object(mut item) = item else {
            free(groups, family, item);
            continue;
        };
        let kind = item.shift_remove("kind");
        let kind = kind_of(family, kind.as_ref().and_then(Value::as_str));
        let mut members = Vec::new();
        for (member, value) in item {
            match (member_of(family, &member), text(&value)) {
                (Some(member), Some(text)) => members.push((member, text)),
                _ => free(groups, &format!("{family}.{member}"), value),
            }
        }
        // What was written says nothing more where it is the number itself.
        let number = members.iter().find(|(member, _)| member.is_empty());
        let number = number.map(|(_, number)| number.clone());
        members.retain(|(member, text)| *member != ".written" || Some(text) != number.as_ref());
        if !members.is_empty() {
            groups.push(ColumnGroup {
                base: format!("{family}.{}", kind.name()).into(),
                members,
            });
        }
    }
}

/// The kind of a value; e-mails and addresses have fewer kinds than phones.
pub(super) fn kind_of(family: &str, name: Option<&str>) -> Kind {
    let kind = Kind::ALL.into_iter().find(|kind| Some(kind.name()) == name);
    match kind {
        None if name.is_none() => Kind::Work,
        Some(kind @ (Kind::Work | Kind::Home | Kind::Other)) => kind,
        Some(kind) if family == "phone" => kind,
        _ => Kind::Other,
    }
}

fn member_of(family: &str, name: &str) -> Option<&'static str> {
    match (family, name) {
        ("phone", "number") | ("email", "address") => Some(""),
        ("phone", "extension") => Some(".extension"),
        ("phone", "written") => Some(".written"),
        ("address", name) => AddressPart::ALL
            .into_iter()
            .find(|part| part.name() == name)
            .map(member_of_part),
        _ => None,
    }
}

/// What follows the name of an address's columns.
pub(super) fn member_of_part(part: AddressPart) -> &'static str {
    match part {
        AddressPart::Line1 => ".line1",
        AddressPart::Line2 => ".line2",
        AddressPart::Line3 => ".line3",
        AddressPart::Line4 => ".line4",
        AddressPart::City => ".city",
        AddressPart::State => ".state",
        AddressPart::PostalCode => ".postal_code",
        AddressPart::Country => ".country",
    }
}

fn custom(groups: &mut Vec<ColumnGroup>, value: Value) {
    let Value::Object(members) = value else {
        return free(groups, "custom", value);
    };
    for (name, value) in members {
        free(groups, &name, value);
    }
}

/// A value that the shape has no place for, under its name; lists are parted, objects stay JSON.
fn free(groups: &mut Vec<ColumnGroup>, name: &str, value: Value) {
    let name = format!("custom:{name}");
    for text in texts(value) {
        groups.push(ColumnGroup::one(name.clone(), text));
    }
}

fn texts(value: Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().filter_map(text).collect(),
        other => text(&other).into_iter().collect(),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
