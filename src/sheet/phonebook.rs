//! Telephones' own phonebooks in XML: Yealink, Gigaset, Snom and Cisco, Grandstream, Fanvil, AVM. They are one idea
//! in several spellings: an element for each contact, with names and numbers as attributes or as elements below it.

use std::fs::File;
use std::io::{BufReader, Seek as _};
use std::ops::ControlFlow;

use super::SheetError;
use super::record::{ColumnGroup, ContactRecord, MOST, Reader};
use super::xml::{Document, Node};
use crate::model::Kind;

/// The elements that are a contact, in lower case.
const CONTACTS: [&str; 7] = [
    "unit",
    "directoryentry",
    "entry",
    "contact",
    "item",
    "person_entry",
    "phonebookentry",
];

/// The outermost elements of phonebooks, in lower case.
const BOOKS: [&str; 13] = [
    "yealinkipphonebook",
    "yealinkipphonedirectory",
    "ipphonedirectory",
    "ciscoipphonedirectory",
    "snomipphonedirectory",
    "phonebook",
    "phonebooks",
    "addressbook",
    "list",
    "phonedirectory",
    "grandstreamipphonebook",
    "fanvilipphonedirectory",
    "tbook",
];

/// Whether the start of a document is that of a phonebook.
pub(super) fn is_phonebook(text: &str) -> bool {
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if rest.starts_with(['?', '!']) {
            continue;
        }
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':')
            .unwrap_or(rest.len());
        let name = rest[..end].rsplit(':').next().unwrap_or_default();
        return BOOKS.contains(&name.to_ascii_lowercase().as_str());
    }
    false
}

/// A phonebook.
pub(super) struct Phonebook {
    name: String,
    file: File,
}

impl Phonebook {
    pub(super) fn open(name: &str, file: File) -> Self {
        Self {
            name: name.to_owned(),
            file,
        }
    }
}

impl Reader for Phonebook {
    fn records(
        &mut self,
        each: &mut dyn FnMut(ContactRecord) -> ControlFlow<()>,
    ) -> Result<(), SheetError> {
        let wrong = |row, error: std::io::Error| SheetError::Text {
            file: self.name.clone(),
            row,
            why: format!("the phonebook is damaged: {error}"),
            help: "export the phonebook again".to_owned(),
        };
        (&self.file).rewind().map_err(|error| wrong(0, error))?;
        let mut document = Document::new(BufReader::with_capacity(1 << 16, &self.file));
        let mut entry: Option<Entry> = None;
        let mut count = 0;
        loop {
            match document.next().map_err(|error| wrong(count, error))? {
                Node::Open(name, attributes) => match &mut entry {
                    None if CONTACTS.contains(&name.to_ascii_lowercase().as_str()) => {
                        count += 1;
                        entry = Some(Entry::begun(name, attributes));
                    }
                    Some(entry) => entry.opened(name, &attributes),
                    None => {}
                },
                Node::Text(text) => {
                    if let Some(entry) = &mut entry {
                        entry.text.push_str(&text);
                    }
                }
                Node::Close(name) => {
                    if let Some(done) = entry.take_if(|entry| entry.closed(&name)) {
                        let record = ContactRecord {
                            row: count,
                            groups: done.groups,
                            remarks: Vec::new(),
                        };
                        if each(record).is_break() {
                            return Ok(());
                        }
                    }
                }
                Node::End => return Ok(()),
            }
        }
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// A contact in the making.
struct Entry {
    element: String,
    /// The elements that are open below it, each with the kind that it or the nearest above it states.
    open: Vec<(String, Option<Kind>)>,
    text: String,
    groups: Vec<ColumnGroup>,
}

impl Entry {
    fn begun(element: String, attributes: Vec<(String, String)>) -> Self {
        let mut entry = Self {
            element,
            open: Vec::new(),
            text: String::new(),
            groups: Vec::new(),
        };
        for (name, value) in attributes {
            entry.add(&name, None, &value);
        }
        entry
    }

    fn opened(&mut self, name: String, attributes: &[(String, String)]) {
        self.text.clear();
        let kind = attributes
            .iter()
            .find(|(name, _)| ["type", "label"].contains(&name.to_ascii_lowercase().as_str()));
        // A number stands one element deeper in some books, which then state its kind above it.
        let above = || self.open.last().and_then(|(_, kind)| *kind);
        let kind = kind.map(|(_, word)| kind_of(word)).or_else(above);
        self.open.push((name, kind));
    }

    /// Takes the end of an element; whether it is the contact's own.
    fn closed(&mut self, name: &str) -> bool {
        let text = std::mem::take(&mut self.text);
        let Some((open, kind)) = self.open.pop() else {
            return name == self.element;
        };
        self.add(&open, kind, &text);
        false
    }

    fn add(&mut self, name: &str, kind: Option<Kind>, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let lower = name.to_ascii_lowercase();
        let bare = lower.trim_end_matches(|c: char| c.is_ascii_digit());
        let column: String = match bare {
            "name" | "displayname" | "display_name" | "realname" | "fullname" => "name.full".into(),
            "firstname" | "first_name" | "givenname" => "name.first".into(),
            "lastname" | "last_name" | "surname" | "familyname" => "name.last".into(),
            "company" | "organization" => "company".into(),
            "department" => "department".into(),
            "job" | "jobtitle" | "title" => "position".into(),
            "email" | "mail" => "email.work".into(),
            "phone" | "phonenumber" | "telephone" | "number" | "tel" => {
                format!("phone.{}", kind.unwrap_or(Kind::Work).name())
            }
            "office" | "work" | "business" | "workphone" | "office_number" | "officenumber" => {
                "phone.work".into()
            }
            "mobile" | "mobilephone" | "mobile_number" | "cell" | "mobilenumber" => {
                "phone.mobile".into()
            }
            "home" | "homephone" | "home_number" => "phone.home".into(),
            "other" | "other_number" | "othernumber" => "phone.other".into(),
            "fax" => "phone.fax".into(),
            "group" | "groupname" => "groups".into(),
            "default_photo" | "ring" | "photo" | "line" | "id" | "index" | "accountindex" => return,
            _ => format!("custom:{name}"),
        };
        let single = !column.starts_with("phone") && !column.starts_with("email");
        // More than a file may have columns for: the layout of its columns says so.
        if self.groups.len() > MOST {
            return;
        }
        let known = |group: &ColumnGroup| {
            let same = group
                .members
                .first()
                .is_some_and(|(_, value)| value == text);
            group.base == column && (same || single)
        };
        if !self.groups.iter().any(known) {
            self.groups.push(ColumnGroup::one(column, text));
        }
    }
}

fn kind_of(word: &str) -> Kind {
    let word = word.to_ascii_lowercase();
    let kinds = [
        ("mobile", Kind::Mobile),
        ("cell", Kind::Mobile),
        ("fax", Kind::Fax),
        ("home", Kind::Home),
        ("work", Kind::Work),
        ("office", Kind::Work),
        ("business", Kind::Work),
        ("pager", Kind::Pager),
        ("main", Kind::Main),
        ("other", Kind::Other),
    ];
    let found = kinds.into_iter().find(|(name, _)| word.contains(name));
    found.map_or(Kind::Work, |(_, kind)| kind)
}

#[cfg(test)]
mod tests;
