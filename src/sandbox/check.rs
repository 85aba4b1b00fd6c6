//! The shape of a JSON object, key by key: what is not known, missing or of another type is a [`Flaw`].
//! All vendors refuse the same things and differ only in how they say it.

use serde_json::Value;

/// What a key may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JsonKind {
    Text,
    TextOrNull,
    Flag,
    Integer,
    /// A number or a text, as identifiers are.
    Id,
    List,
    Object,
    /// Looked at by the vendor itself.
    Any,
}

impl JsonKind {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::TextOrNull => value.is_string() || value.is_null(),
            Self::Flag => value.is_boolean(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Id => value.is_string() || value.is_u64(),
            Self::List => value.is_array(),
            Self::Object => value.is_object(),
            Self::Any => true,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Text | Self::TextOrNull => "a string",
            Self::Flag => "a boolean",
            Self::Integer => "an integer",
            Self::Id => "an identifier",
            Self::List => "an array",
            Self::Object => "an object",
            Self::Any => "a value",
        }
    }
}

/// Whether a key has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Must,
    May,
}

/// A key that is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key(
    pub(super) &'static str,
    pub(super) JsonKind,
    pub(super) Presence,
);

/// One thing that is wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flaw {
    /// Where it stands, with dots: `data.contacts.0.details`.
    pub(super) field: String,
    pub(super) words: String,
}

impl Flaw {
    pub(super) fn new(field: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            words: words.into(),
        }
    }
}

/// Checks one object against its known keys and adds what is wrong with it.
pub(super) fn object(value: &Value, at: &str, keys: &[Key], flaws: &mut Vec<Flaw>) {
    let Some(map) = value.as_object() else {
        flaws.push(wrong(at, JsonKind::Object));
        return;
    };
    for name in map
        .keys()
        .filter(|name| !keys.iter().any(|key| key.0 == name.as_str()))
    {
        flaws.push(Flaw::new(
            join(at, name),
            format!("The {} field is not known.", spoken(name)),
        ));
    }
    for Key(name, kind, need) in keys {
        match (map.get(*name), need) {
            (None, Presence::Must) => flaws.push(missing(&join(at, name))),
            (Some(found), _) if !kind.fits(found) => flaws.push(wrong(&join(at, name), *kind)),
            _ => {}
        }
    }
}

/// The flaw of a key that is not there, or empty where it must not be.
pub(super) fn missing(at: &str) -> Flaw {
    Flaw::new(at, format!("The {} field is required.", spoken(at)))
}

/// The flaw of a value of another type.
pub(super) fn wrong(at: &str, kind: JsonKind) -> Flaw {
    Flaw::new(at, format!("The {} must be {}.", spoken(at), kind.words()))
}

/// A text at a key, empty where there is none.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn join(at: &str, name: &str) -> String {
    if at.is_empty() {
        name.to_owned()
    } else {
        format!("{at}.{name}")
    }
}

/// A field's name as an error message says it.
fn spoken(at: &str) -> String {
    if at.is_empty() {
        "body".to_owned()
    } else {
        at.replace('_', " ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn flaws_name_what_is_wrong() {
        let keys = [
            Key("name", JsonKind::Text, Presence::Must),
            Key("default", JsonKind::Flag, Presence::May),
        ];
        let cases = [
            (json!({"name": "A"}), None),
            (json!({"name": "A", "default": true}), None),
            (json!({}), Some("The name field is required.")),
            (json!({"name": 1}), Some("The name must be a string.")),
            (
                json!({"name": "A", "default": null}),
                Some("The default must be a boolean."),
            ),
            (
                json!({"name": "A", "x_name": 1}),
                Some("The x name field is not known."),
            ),
            (json!([]), Some("The body must be an object.")),
        ];
        for (body, wanted) in cases {
            let mut flaws = Vec::new();
            object(&body, "", &keys, &mut flaws);
            assert_eq!(
                flaws.first().map(|flaw| flaw.words.as_str()),
                wanted,
                "{body}"
            );
        }
    }
}
