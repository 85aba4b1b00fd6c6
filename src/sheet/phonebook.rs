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
mod tests {
    use super::super::csv::written;
    use super::*;

    fn values(text: &str) -> Vec<String> {
        assert!(is_phonebook(text), "{text}");
        let mut book = Phonebook::open("x", written(text.as_bytes()));
        let mut found = Vec::new();
        book.records(&mut |record| {
            let values = record.groups.iter();
            let values = values.map(|group| format!("{}={}", group.base, group.members[0].1));
            found.push(values.collect::<Vec<_>>().join(" "));
            ControlFlow::Continue(())
        })
        .expect("readable");
        found
    }

    #[test]
    fn phonebooks_of_several_makers_are_read() {
        for (text, found) in [
            (
                "<?xml version=\"1.0\"?><YealinkIPPhoneBook><Title>B</Title><Menu Name=\"M\"><Unit Name=\"Anne\" \
                 Phone1=\"4021\" Phone2=\"4021\" Phone3=\"4022\"/></Menu></YealinkIPPhoneBook>",
                vec!["name.full=Anne phone.work=4021 phone.work=4022"],
            ),
            (
                "<YealinkIPPhoneDirectory><DirectoryEntry><Name>Anne</Name><Telephone>4021</Telephone>\
                 <Telephone>4022</Telephone></DirectoryEntry><DirectoryEntry><Name>B &amp; C</Name></DirectoryEntry>\
                 </YealinkIPPhoneDirectory>",
                vec![
                    "name.full=Anne phone.work=4021 phone.work=4022",
                    "name.full=B & C",
                ],
            ),
            (
                "<list><entry name=\"Anne\" surname=\"Roy\" office1=\"4021\" mobile1=\"4022\" home1=\"4023\"/></list>",
                vec![
                    "name.full=Anne name.last=Roy phone.work=4021 phone.mobile=4022 phone.home=4023",
                ],
            ),
            (
                "<AddressBook><Contact><FirstName>Anne</FirstName><LastName>Roy</LastName><Phone type=\"Cell\">\
                 <phonenumber>4021</phonenumber><accountindex>0</accountindex></Phone></Contact></AddressBook>",
                vec!["name.first=Anne name.last=Roy phone.mobile=4021"],
            ),
            (
                "<phonebooks><phonebook><contact><person><realName>Anne</realName></person><telephony>\
                 <number type=\"home\">4021</number></telephony></contact></phonebook></phonebooks>",
                vec!["name.full=Anne phone.home=4021"],
            ),
        ] {
            assert_eq!(values(text), found);
        }
        for other in ["<?xml version=\"1.0\"?><tests/>", "<html>", "plain"] {
            assert!(!is_phonebook(other), "{other}");
        }
    }

    /// A document may be as deep and as wide as its size allows: each element costs the same, wherever it stands.
    #[test]
    fn elements_inside_elements_take_no_more_time_than_others() {
        let (open, close) = ("<a>".repeat(300_000), "</a>".repeat(300_000));
        let number = "<phone type=\"home\"><b><number>4021</number></b></phone>";
        let text = format!("<list><entry><name>Anne</name>{open}{number}{close}</entry></list>");
        assert_eq!(values(&text), ["name.full=Anne phone.home=4021"]);
        let wide: Vec<String> = (0..60_000).map(|n| format!("<x{n}y>v</x{n}y>")).collect();
        let wide = wide.concat();
        let text = format!("<list><entry><name>Anne</name>{wide}</entry></list>");
        let book = Phonebook::open("x", written(text.as_bytes()));
        let error = super::super::record::RecordTable::open(book)
            .err()
            .expect("it is too wide");
        assert!(
            error.to_string().contains("4000 different properties"),
            "{error}"
        );
    }

    #[test]
    fn a_phonebook_that_is_cut_off_is_said_to_be() {
        let whole = "<list><entry><name>Anne</name></entry><entry><name>Bob</name></entry></list>";
        let ends = ["<list>", "</entry><entry>", "<name>Bob", "</entry></list>"];
        for cut in ends.map(|end| whole.rfind(end).expect("it is there") + end.len() - 1) {
            let mut book = Phonebook::open("x", written(&whole.as_bytes()[..cut]));
            let read = book.records(&mut |_| ControlFlow::Continue(()));
            let error = read.expect_err("rows are missing").to_string();
            assert!(error.contains("the phonebook is damaged"), "{cut}: {error}");
        }
        let mut book = Phonebook::open("x", written(b"<list><entry><name>Anne</name></entry>"));
        let error = book
            .records(&mut |_| ControlFlow::Continue(()))
            .expect_err("cut off");
        assert!(error.to_string().contains("it was cut off"), "{error}");
    }
}
