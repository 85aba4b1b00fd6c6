//! Reading what a vendor answers: the few steps that all vendors share, tolerant where their documents are
//! silent.

use serde_json::Value;

use crate::backend::record::{Cursor, Record};
use crate::model::{ParentId, RemoteId};
use crate::wire::{Refusal, Reply};

/// The body of a yes; `None` where it is empty or no JSON. A yes that carries an `error` is a no.
pub(in crate::backend) fn accepted(reply: &Reply) -> Result<Option<Value>, Refusal> {
    let value = reply.value();
    let says_error = value
        .as_ref()
        .and_then(|value| value.get("error"))
        .is_some_and(|error| !matches!(error, Value::Null | Value::Bool(false)));
    if !reply.is_success() || says_error {
        return Err(Refusal::of(reply));
    }
    Ok(value)
}

/// The body of a yes that must be JSON; `what` names what is looked for in it.
pub(in crate::backend) fn answered(reply: &Reply, what: &str) -> Result<Value, Refusal> {
    accepted(reply)?.ok_or_else(|| Refusal::unreadable(reply, what))
}

/// The answer to a delete: a record that is gone already counts as removed.
pub(in crate::backend) fn removed(reply: &Reply) -> Result<(), Refusal> {
    match reply.status {
        404 | 410 => Ok(()),
        _ => accepted(reply).map(|_| ()),
    }
}

/// The answer to a read of one record: what stands in it, or nothing where the record is gone. A yes without a
/// record is no answer.
pub(in crate::backend) fn record(
    reply: &Reply,
    parent: Option<&ParentId>,
) -> Result<Option<Record>, Refusal> {
    if matches!(reply.status, 404 | 410) {
        return Ok(None);
    }
    let value = inside_data(&answered(reply, "contact")?).clone();
    if !value.is_object() {
        return Err(Refusal::unreadable(reply, "contact"));
    }
    let parent = parent.cloned();
    Ok(Some(Record { parent, value }))
}

/// Whether a truth is said; the frameworks behind such systems write it as 0 and 1, too.
pub(in crate::backend) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => Some(number.as_i64() != Some(0)),
        _ => None,
    }
}

/// A value as text: a text that is not blank, or a number.
pub(in crate::backend) fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// The text of a member, reached by a path of names.
pub(in crate::backend) fn member(record: &Value, path: &[&str]) -> Option<String> {
    let found = path
        .iter()
        .try_fold(record, |value, name| value.get(name))?;
    text(found)
}

/// How long an id may be; the longest that a document shows has 8 characters, and one that is generated has 36.
const LONGEST_ID: usize = 128;

/// An id: a whole number above zero, or a word. Anything else names no record, whatever the vendor means by it.
pub(in crate::backend) fn id(value: &Value) -> Option<RemoteId> {
    match value {
        Value::String(_) => word_id(value),
        _ => number_id(value),
    }
}

/// The id of a vendor that numbers its records: a whole number above zero, as a number or in digits.
pub(in crate::backend) fn number_id(value: &Value) -> Option<RemoteId> {
    let number = match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        _ => None,
    };
    let number = number.filter(|number| *number > 0)?;
    Some(RemoteId::new(number.to_string()))
}

/// The id of a vendor that names its records by words: letters, digits and signs without a blank.
pub(in crate::backend) fn word_id(value: &Value) -> Option<RemoteId> {
    let word = value.as_str()?;
    let is_word = (1..=LONGEST_ID).contains(&word.len())
        && !word.chars().any(|c| c.is_whitespace() || c.is_control());
    is_word.then(|| RemoteId::new(word.to_owned()))
}

/// What stands under `data`, or the value itself.
pub(in crate::backend) fn inside_data(value: &Value) -> &Value {
    value.get("data").unwrap_or(value)
}

/// The items of a list; a lone object is a list of one, and an absent list is empty.
pub(in crate::backend) fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        Value::Object(_) => std::slice::from_ref(value),
        _ => &[],
    }
}

/// The rows of a list. What is no list, or holds rows that are no records, cannot be read: it is not an empty list.
pub(in crate::backend) fn rows<'a>(
    reply: &Reply,
    list: Option<&'a Value>,
) -> Result<&'a [Value], Refusal> {
    let rows = match list {
        Some(Value::Array(rows)) => rows.as_slice(),
        Some(one @ Value::Object(members)) if members.contains_key("id") => {
            std::slice::from_ref(one)
        }
        _ => return Err(Refusal::unreadable(reply, "list")),
    };
    match rows.iter().find(|row| !row.is_object()) {
        // It may stand among records, which nobody quotes.
        Some(other) => Err(unreadable(other, "id")),
        None => Ok(rows),
    }
}

/// The rows of a list of what contacts hang under: each leads to its contacts.
pub(in crate::backend) fn parents(rows: &[Value]) -> Result<Vec<Cursor>, Refusal> {
    let parent = |row: &Value| {
        let id = row.get("id").and_then(number_id);
        let id = id.ok_or_else(|| unreadable(row, "id"))?;
        Ok(Cursor::of_parent(ParentId::new(id.into_string())))
    };
    rows.iter().map(parent).collect()
}

/// A number that counts something; a text of digits is one too.
pub(in crate::backend) fn count(value: &Value, pointer: &str) -> Option<u64> {
    value.pointer(pointer).and_then(text)?.parse().ok()
}

/// A count of pages or of the rows of one: one that is too large for its place is as large as can be.
pub(in crate::backend) fn small<T: TryFrom<u64>>(count: u64, largest: T) -> T {
    T::try_from(count).unwrap_or(largest)
}

/// The refusal of a record that cannot be understood; `what` is what it lacks. Of what it holds nothing is shown but the
/// names: it is somebody's data.
pub(in crate::backend) fn unreadable(record: &Value, what: &str) -> Refusal {
    /// How many names are enough to tell what it is.
    const NAMED: usize = 10;
    let held = match record {
        Value::Object(members) => {
            let names = members.keys().take(NAMED).map(String::as_str);
            let names: Vec<&str> = names.collect();
            format!("its members are `{}`", names.join("`, `"))
        }
        Value::Array(_) => "it is a list".to_owned(),
        _ => "it is a single value".to_owned(),
    };
    Refusal {
        message: format!("a record holds no {what}: {held}"),
        ..Refusal::unreadable(&Reply::json(200, &Value::Null), what)
    }
}

/// An id in JSON: a number where it is one, as the documents show it.
pub(in crate::backend) fn id_value(id: &RemoteId) -> Value {
    match id.as_str().parse::<u64>() {
        Ok(number) if number.to_string() == id.as_str() => Value::from(number),
        _ => Value::from(id.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_yes_that_carries_an_error_is_a_no() {
        for (status, body, good) in [
            (200, json!({"data": {}}), true),
            (201, json!({"error": null}), true),
            (200, json!({"error": {"message": "no"}}), false),
            (422, json!({"data": {}}), false),
        ] {
            assert_eq!(
                accepted(&Reply::json(status, &body)).is_ok(),
                good,
                "{body}"
            );
        }
    }

    #[test]
    fn an_id_keeps_its_digits() {
        for (id, value) in [
            ("7", json!(7)),
            ("007", json!("007")),
            ("i9us", json!("i9us")),
        ] {
            assert_eq!(id_value(&RemoteId::new(id)), value);
        }
    }

    #[test]
    fn nonsense_is_no_id() {
        let nonsense = [
            json!(null),
            json!(""),
            json!(" "),
            json!("a b"),
            json!("a\u{0}"),
            json!("x".repeat(LONGEST_ID + 1)),
            json!(0),
            json!(-7),
            json!(7.5),
            json!([7]),
            json!({"id": 7}),
            json!(true),
        ];
        for value in &nonsense {
            let read = [id(value), number_id(value), word_id(value)];
            assert_eq!(read, [None, None, None], "{value}");
        }
        let of = |text: &str| Some(RemoteId::new(text));
        assert_eq!([id(&json!(7)), number_id(&json!("7"))], [of("7"), of("7")]);
        assert_eq!(
            [id(&json!("i9us")), word_id(&json!("i9us"))],
            [of("i9us"), of("i9us")]
        );
        assert_eq!(
            [number_id(&json!("i9us")), word_id(&json!(7))],
            [None, None]
        );
        assert_eq!(number_id(&json!("0")), None);
    }

    #[test]
    fn blank_is_absent() {
        assert_eq!(
            member(&json!({"a": {"b": " x "}}), &["a", "b"]),
            Some("x".into())
        );
        assert_eq!(member(&json!({"a": {"b": ""}}), &["a", "b"]), None);
        assert_eq!(member(&json!({"a": []}), &["a", "b"]), None);
    }
}
