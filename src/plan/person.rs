//! Whether two payloads are about the same person: the guard against a key that means somebody else today, as
//! when two sheets both number their rows from 1.

use std::collections::HashSet;

use serde_json::Value;

use crate::vendor::Payload;

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
