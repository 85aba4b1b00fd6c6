//! A JSON value and its text, each made of the other when it is first asked for. What a plan keeps, a dry run shows and a
//! request carries is so one text, and what is only passed on is neither parsed nor written anew.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// A JSON value that is shared and never changed; read as the value that it is.
#[derive(Clone)]
pub struct Json(Arc<Both>);

const NULL: &str = "null";

/// Bytes that most payloads fit into.
const USUAL: usize = 192;

/// One of the two is there from the beginning.
#[derive(Default)]
struct Both {
    text: OnceLock<Box<str>>,
    value: OnceLock<Value>,
}

impl Json {
    /// The text, without white space unless it was read with some.
    pub fn text(&self) -> &str {
        self.0.text.get_or_init(|| {
            // A value has no keys but texts and no numbers but finite ones: it can be written.
            let text = serde_json::to_string(&**self);
            text.unwrap_or_else(|_| NULL.to_owned()).into()
        })
    }

    /// An object whose members are texts, or null. It is kept as its text, and no value is made unless one is asked for.
    pub fn of_texts<'t>(members: impl IntoIterator<Item = (&'t str, Option<&'t str>)>) -> Self {
        let mut object = String::with_capacity(USUAL);
        object.push('{');
        for (name, text) in members {
            if object.len() > 1 {
                object.push(',');
            }
            push_text(&mut object, name);
            object.push(':');
            match text {
                Some(text) => push_text(&mut object, text),
                None => object.push_str(NULL),
            }
        }
        object.push('}');
        Self::of_text(object.into())
    }

    fn of_text(text: Box<str>) -> Self {
        Self(Arc::new(Both {
            text: OnceLock::from(text),
            value: OnceLock::new(),
        }))
    }

    /// A copy to change.
    pub fn to_value(&self) -> Value {
        Value::clone(self)
    }
}

impl Deref for Json {
    type Target = Value;

    fn deref(&self) -> &Value {
        self.0.value.get_or_init(|| {
            // What became a raw value is JSON.
            serde_json::from_str(self.0.text.get().map_or(NULL, |text| text)).unwrap_or_default()
        })
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self(Arc::new(Both {
            value: OnceLock::from(value),
            text: OnceLock::new(),
        }))
    }
}

impl From<Map<String, Value>> for Json {
    fn from(members: Map<String, Value>) -> Self {
        Self::from(Value::Object(members))
    }
}

impl Default for Json {
    fn default() -> Self {
        Self::from(Value::Null)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.text.get() {
            Some(text) => serde_json::from_str::<&RawValue>(text)
                .map_err(serde::ser::Error::custom)?
                .serialize(serializer),
            None => Value::serialize(self, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self::of_text(text.into()))
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl PartialEq<Value> for Json {
    fn eq(&self, other: &Value) -> bool {
        **self == *other
    }
}

impl std::fmt::Display for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text())
    }
}

impl std::fmt::Debug for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text())
    }
}

/// Of each byte, whether it is escaped in a text of JSON: control characters, quotes and backslashes are.
const ESCAPED: [bool; 256] = {
    let (mut escaped, mut byte) = ([false; 256], 0);
    while byte < 0x20 {
        escaped[byte] = true;
        byte += 1;
    }
    escaped[b'"' as usize] = true;
    escaped[b'\\' as usize] = true;
    escaped
};

/// Writes a text in quotes, as `serde_json` does.
fn push_text(out: &mut String, text: &str) {
    if text.bytes().any(|byte| ESCAPED[usize::from(byte)]) {
        // A text can always be written.
        out.push_str(&serde_json::to_string(text).unwrap_or_default());
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Around {
        inside: Json,
    }

    #[test]
    fn a_text_is_handed_on_as_it_is_and_read_as_its_value() {
        let text = r#"{"inside":{"b": 1.50,"a":[null, "é\u00e9"]}}"#;
        let around: Around = serde_json::from_str(text).expect("JSON");
        assert_eq!(around.inside.text(), r#"{"b": 1.50,"a":[null, "é\u00e9"]}"#);
        assert_eq!(serde_json::to_string(&around).expect("JSON"), text);
        assert_eq!(around.inside, json!({"b": 1.5, "a": [null, "éé"]}));
        assert_eq!(around.inside["a"][1], "éé");
    }

    #[test]
    fn a_value_is_written_as_serde_json_writes_it() {
        let value = json!({"z": [1, 2.5, true], "a": {"é": "\u{1}\""}});
        let json = Json::from(value.clone());
        assert_eq!(json.text(), value.to_string());
        assert_eq!(serde_json::to_value(&json).expect("JSON"), value);
        let around = Around { inside: json };
        let value = serde_json::to_value(&around).expect("JSON");
        assert_eq!(
            serde_json::from_value::<Around>(value).expect("one"),
            around
        );
    }

    #[test]
    fn no_json_is_an_error() {
        for bad in ["", "{", r#"{"inside":}"#, r#"{"inside":tru}"#] {
            assert!(serde_json::from_str::<Around>(bad).is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        /// Texts are written as serde_json writes them.
        #[test]
        fn an_object_of_texts_is_written_as_serde_json_writes_it(
            members in proptest::collection::vec(("[a\"\\\\\u{0}-\u{20}é\u{7f}]{0,4}", proptest::option::of(".{0,8}")), 0..4)
        ) {
            let mut parts = Vec::new();
            for (name, text) in &members {
                let text = serde_json::to_string(text).expect("a text");
                parts.push(format!("{}:{text}", serde_json::to_string(name).expect("a text")));
            }
            let wanted = format!("{{{}}}", parts.join(","));
            let object = Json::of_texts(members.iter().map(|(name, text)| (&**name, text.as_deref())));
            proptest::prop_assert_eq!(object.text(), wanted);
        }
    }
}
