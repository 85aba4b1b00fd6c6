//! Whether a record holds what was sent: values compared as the vendors keep them.

use serde_json::Value;

/// Whether a record says all that was sent: each member that was sent stands in it with the same value. What is
/// empty says nothing, the order of a list says nothing, and a password is never shown.
pub fn says(sent: &Value, held: &Value) -> bool {
    match (sent, held) {
        (Value::Object(sent), held) => sent
            .iter()
            .filter(|(name, _)| name.as_str() != "password")
            .all(|(name, value)| says(value, held.get(name).unwrap_or(&Value::Null))),
        (Value::Array(sent), Value::Array(held)) => holds_all(sent, held),
        (sent, held) if is_nothing(sent) => is_nothing(held),
        (sent, held) => sent == held,
    }
}

fn holds_all(sent: &[Value], held: &[Value]) -> bool {
    let mut left: Vec<&Value> = held.iter().filter(|value| !is_nothing(value)).collect();
    let full = sent.iter().filter(|value| !is_nothing(value));
    full.into_iter().all(
        |value| match left.iter().position(|held| says(value, held)) {
            Some(n) => {
                left.swap_remove(n);
                true
            }
            None => false,
        },
    )
}

/// Whether a value says nothing.
pub(super) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) | Value::Number(_) => false,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().all(is_nothing),
        Value::Object(members) => members.values().all(is_nothing),
    }
}
