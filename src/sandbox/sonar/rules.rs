//! What a `sonar` contact may hold.

use serde_json::{Value, json};

use crate::sandbox::check::{self, Flaw, JsonKind, Key, Presence, text};

/// The e-mail categories (P21e); that no other passes is *assumed*.
const CATEGORIES: [(u64, &str); 4] = [
    (2, "Financial"),
    (3, "General"),
    (4, "Service Related"),
    (5, "Outage Notifications"),
];
const PHONE_TYPES: [&str; 4] = ["work", "home", "mobile", "fax"];
/// Shortest username and password (P16).
const SHORTEST: [(&str, usize); 2] = [("username", 5), ("password", 8)];

/// The categories as a list; its shape is *assumed*.
pub(super) fn categories() -> Value {
    CATEGORIES
        .iter()
        .map(|(id, name)| json!({ "id": id, "name": name }))
        .collect()
}

/// What is wrong with a body; `need` is whether the required fields have to be there.
pub(super) fn flaws(body: &Value, need: Presence) -> Vec<Flaw> {
    let keys = [
        Key("name", JsonKind::Text, need),
        Key("email_message_categories", JsonKind::List, need),
        Key("primary", JsonKind::Flag, need),
        Key("role", JsonKind::TextOrNull, Presence::May),
        Key("email_address", JsonKind::TextOrNull, Presence::May),
        Key("phone_numbers", JsonKind::Object, Presence::May),
        Key("username", JsonKind::TextOrNull, Presence::May),
        Key("password", JsonKind::TextOrNull, Presence::May),
        Key("account_id", JsonKind::Integer, Presence::May),
        Key("id", JsonKind::Integer, Presence::May),
    ];
    let mut flaws = Vec::new();
    check::object(body, "", &keys, &mut flaws);
    if body["name"] == "" {
        flaws.push(check::missing("name"));
    }
    for (field, least) in SHORTEST {
        let length = text(body, field).chars().count();
        if length > 0 && length < least {
            let words = format!("The {field} must be at least {least} characters.");
            flaws.push(Flaw::new(field, words));
        }
    }
    let asked = body["email_message_categories"]
        .as_array()
        .into_iter()
        .flatten();
    let known = |id: &Value| CATEGORIES.iter().any(|(known, _)| *id == *known);
    if asked.into_iter().any(|id| !known(id)) {
        let words = "The selected email message categories is invalid.";
        flaws.push(Flaw::new("email_message_categories", words));
    }
    for (kind, phone) in body["phone_numbers"].as_object().into_iter().flatten() {
        phone_flaws(kind, phone, &mut flaws);
    }
    flaws
}

fn phone_flaws(kind: &str, phone: &Value, flaws: &mut Vec<Flaw>) {
    const KEYS: &[Key] = &[
        Key("number", JsonKind::Text, Presence::Must),
        Key("extension", JsonKind::Any, Presence::Must),
    ];
    if !PHONE_TYPES.contains(&kind) {
        let words = format!("The Phone Number Type is invalid: {kind}");
        flaws.push(Flaw::new("phone_numbers", words));
        return;
    }
    let at = check::join("phone_numbers", kind);
    check::object(phone, &at, KEYS, flaws);
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(number) = phone["number"]
        .as_str()
        .filter(|number| number.is_empty() || !digits(number))
    {
        flaws.push(Flaw::new(
            &at,
            format!("The phone number must be numeric: \"{number}\""),
        ));
    }
    // A number or null in the document, a text from the vendor's importer (P16).
    let extension = match &phone["extension"] {
        Value::Null => true,
        Value::String(text) => digits(text),
        other => other.is_u64(),
    };
    if !extension {
        flaws.push(Flaw::new(&at, "The extension must be numeric."));
    }
}

/// The numbers as they are kept: no number at all is `[]` (P17), an empty extension is null.
pub(super) fn phone_numbers(sent: &Value) -> Value {
    let Some(map) = sent.as_object().filter(|map| !map.is_empty()) else {
        return json!([]);
    };
    let mut kept = map.clone();
    for phone in kept.values_mut().filter(|phone| phone["extension"] == "") {
        phone["extension"] = Value::Null;
    }
    Value::Object(kept)
}
