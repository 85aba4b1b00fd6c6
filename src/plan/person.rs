//! What tells who a payload is about: name, e-mail addresses, numbers. By it records are found for rows that no link
//! leads to, and it guards against a key that means somebody else today, as when two sheets both number their rows
//! from 1. It is read from payloads on both sides, so that what a vendor cannot hold tells nothing.

use std::collections::HashSet;

use serde_json::Value;

use crate::model::Fingerprint;
use crate::vendor::Payload;

/// What two contacts share that may be the same person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sign {
    /// An e-mail address.
    Email,
    /// An e-mail address and the name.
    EmailAndName,
    /// A number and the name.
    NumberAndName,
    /// All that is said.
    Whole,
}

impl Sign {
    /// Its number where it is kept.
    pub fn number(self) -> i64 {
        match self {
            Self::Email => 0,
            Self::EmailAndName => 1,
            Self::NumberAndName => 2,
            Self::Whole => 3,
        }
    }
}

/// One sign of a contact, as a digest: what is compared, and nothing that could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mark {
    /// What it is of.
    pub sign: Sign,
    /// 60 bits of the digest of parent and values.
    pub digest: i64,
}

impl Mark {
    fn of(sign: Sign, parent: &str, values: &[&str]) -> Self {
        let text = format!("{parent}\n{}", values.join("\n"));
        let digest = Fingerprint::of(&text).0;
        let digest = i64::from_str_radix(&digest[..15], 16).unwrap_or_default();
        Self { sign, digest }
    }

    /// The signs by which the contact of a payload is found: each e-mail address, alone and with the name, each number
    /// with the name, and all that it says; all of them under their parent. A company without a person is a name.
    pub fn of_payload(payload: &Payload) -> Vec<Self> {
        let mut told = Told::default();
        told.gather(&payload.body, "");
        let whole = super::changes::whole(payload);
        let parent = payload.parent.as_ref().map_or("", |parent| &parent.0);
        let name = told.name();
        let mut marks = vec![Self::of(Sign::Whole, parent, &[&whole])];
        for email in &told.emails {
            marks.push(Self::of(Sign::Email, parent, &[email]));
            marks.extend(
                name.iter()
                    .map(|name| Self::of(Sign::EmailAndName, parent, &[email, name])),
            );
        }
        for number in &told.numbers {
            marks.extend(
                name.iter()
                    .map(|name| Self::of(Sign::NumberAndName, parent, &[number, name])),
            );
        }
        marks
    }
}

/// What a payload tells of a person.
#[derive(Default)]
struct Told {
    emails: Vec<String>,
    numbers: Vec<String>,
    words: Vec<String>,
    company: Vec<String>,
}

impl Told {
    /// The words of the name, in whatever order and case.
    fn name(&self) -> Option<String> {
        let words = [&self.words, &self.company];
        let mut words = words.into_iter().find(|words| !words.is_empty())?.clone();
        words.sort_unstable();
        Some(words.join(" "))
    }

    fn gather(&mut self, value: &Value, name: &str) {
        match value {
            Value::Object(members) => {
                let key = members.get("key").and_then(Value::as_str);
                for (member, value) in members {
                    // A pair of a key and a text is named by its key; what a company has is the company's.
                    let name = match key {
                        Some(key) if member == "value" => key,
                        _ if is_company(name) => name,
                        _ => member,
                    };
                    self.gather(value, name);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.gather(item, name)),
            Value::String(text) if is_company(name) => {
                let words = text.to_lowercase();
                self.company
                    .extend(words.split_whitespace().map(str::to_owned));
            }
            Value::String(text) if NAMES.contains(&name) => {
                let words = text.to_lowercase();
                self.words
                    .extend(words.split_whitespace().map(str::to_owned));
            }
            Value::String(text) if is_email(text) => self.emails.push(text.to_lowercase()),
            Value::String(text) => self.numbers.extend(number(text)),
            _ => {}
        }
    }
}

fn is_company(name: &str) -> bool {
    name.eq_ignore_ascii_case("company")
}

fn is_email(text: &str) -> bool {
    text.contains('@') && !text.contains(char::is_whitespace)
}

/// The digits of a text that is a number, without its extension.
fn number(text: &str) -> Option<String> {
    let (number, _) = text.split_once('x').unwrap_or((text, ""));
    let is_other = |c: char| !(c.is_ascii_digit() || "+-./() ".contains(c));
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= 3 && !number.contains(is_other)).then_some(digits)
}

/// Whether nothing that tells a person (name, e-mail, number) is the same in both. Payloads that tell nothing are
/// never somebody else's.
pub fn is_another(before: &Payload, after: &Payload) -> bool {
    let (mut one, mut two) = (HashSet::new(), HashSet::new());
    gather(&before.body, "", &mut one);
    gather(&after.body, "", &mut two);
    !one.is_empty() && !two.is_empty() && one.is_disjoint(&two)
}

/// Who a payload is about, in a few words: the name, else the first text that tells something.
pub fn who(payload: &Payload) -> Option<String> {
    let mut words = Vec::new();
    named(&payload.body, "", &mut words);
    if words.is_empty() {
        words.extend(first_text(&payload.body));
    }
    (!words.is_empty()).then(|| words.join(" "))
}

/// The first text that is long enough to tell somebody something.
fn first_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => (text.chars().count() >= 4).then(|| text.clone()),
        Value::Array(items) => items.iter().find_map(first_text),
        Value::Object(members) => members.values().find_map(first_text),
        _ => None,
    }
}

/// The texts of a name's members, in the vendor's order.
fn named(value: &Value, name: &str, words: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (member, value) in members.iter().filter(|(member, _)| *member != "company") {
                named(value, member, words);
            }
        }
        Value::String(text) if NAMES.contains(&name) && !text.is_empty() => {
            words.push(text.clone());
        }
        _ => {}
    }
}

/// Members under which a name stands; a company's is not a person's.
const NAMES: [&str; 6] = [
    "name",
    "first",
    "last",
    "first_name",
    "fist_name",
    "last_name",
];

fn gather(value: &Value, name: &str, found: &mut HashSet<String>) {
    match value {
        Value::Object(members) => {
            for (member, value) in members.iter().filter(|(member, _)| *member != "company") {
                gather(value, member, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, name, found)),
        Value::String(text) => {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let letters = text.chars().filter(|c| c.is_alphabetic()).count();
            if text.contains('@') {
                found.insert(text.to_lowercase());
            } else if digits.len() >= 6 && letters <= 4 {
                found.insert(digits[digits.len() - 6..].to_owned());
            } else if NAMES.contains(&name) {
                found.extend(text.to_lowercase().split_whitespace().map(str::to_owned));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::ParentId;

    #[test]
    fn a_contact_is_found_by_address_and_by_number_with_name_under_its_parent() {
        let one = json!({"first_name": "Anne", "last_name": "DURAND", "email": "A@example.fr",
                         "details": [{"key": "Phone", "value": "+33 1 99 00 12 34 x12"}],
                         "company": {"name": "Exemple", "mail": "info@example.fr"}});
        let same = json!({"name": "durand Anne", "mail": "a@example.fr", "phone": "+33199001234"});
        let marks = Mark::of_payload(&Payload::of(one.clone()));
        assert_eq!(marks.len(), 4);
        assert_eq!(marks[1..], Mark::of_payload(&Payload::of(same))[1..]);
        let under = Payload {
            parent: Some(ParentId("7".into())),
            ..Payload::of(one)
        };
        let found = Mark::of_payload(&under);
        assert!(found.iter().all(|mark| !marks.contains(mark)));
        let nobody =
            json!({"note": "write to bob@example.fr", "email": "", "phone": "call 12 34 56"});
        assert_eq!(
            Mark::of_payload(&Payload::of(nobody)).len(),
            1,
            "all that it says"
        );
        let nameless = json!({"phone": "+33199001234"});
        assert_eq!(Mark::of_payload(&Payload::of(nameless)).len(), 1);
        let company = |body| Mark::of_payload(&Payload::of(body))[1..].to_vec();
        let one = company(json!({"company": {"name": "Exemple"}, "phone": "+33199001234"}));
        let pair = json!([{"key": "Company", "value": "Exemple"}, {"key": "Phone", "value": "+33199001234"}]);
        assert_eq!((one.len(), one), (1, company(json!({ "details": pair }))));
    }

    #[test]
    fn a_payload_is_called_by_its_name_or_by_what_else_it_says() {
        for (body, wanted) in [
            (
                json!({"first_name": "Anne", "last_name": "Durand", "company": {"name": "Exemple"}}),
                Some("Anne Durand"),
            ),
            (
                json!({"details": {"names": {"first": "", "last": "Durand"}}}),
                Some("Durand"),
            ),
            (
                json!({"name": "", "phone": "+33199004321"}),
                Some("+33199004321"),
            ),
            (json!({"company": {"name": "Exemple"}}), Some("Exemple")),
            (json!({"primary": false}), None),
        ] {
            assert_eq!(who(&Payload::of(body)).as_deref(), wanted);
        }
    }

    #[test]
    fn a_person_who_keeps_a_name_an_address_or_a_number_is_the_same() {
        let anne = json!({"first_name": "Anne", "last_name": "Durand", "email": "a@example.fr",
                          "phone_number": "0199001234", "company": {"name": "Exemple"}});
        for (after, another) in [
            (
                json!({"first_name": "Anne", "last_name": "Martin", "email": "m@example.fr"}),
                false,
            ),
            (
                json!({"first_name": "Zoé", "last_name": "Zola", "email": "A@example.fr"}),
                false,
            ),
            (
                json!({"name": "Zoé Zola", "phone": "+33 1 99 00 12 34"}),
                false,
            ),
            (
                json!({"name": "Zoé Zola", "email": "z@example.fr", "company": {"name": "Exemple"}}),
                true,
            ),
            (json!({"phone": "+33199004321"}), true),
            (json!({"note": "nobody"}), false),
        ] {
            assert_eq!(
                is_another(&Payload::of(anne.clone()), &Payload::of(after.clone())),
                another,
                "{after}"
            );
        }
    }
}
