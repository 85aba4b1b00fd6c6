//! What a step changes, value by value: for a person who reads a plan before it is sent, and for the plan itself, to
//! which a row that changes nothing is unchanged. Values are found by their path in the payload, so that a change is
//! told in the vendor's own words. What a payload is silent about stays as it is, and silence is every empty value.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::backend::{self, Payload};
use crate::model::Fingerprint;

/// One value that a step changes. A secret is named and never shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Where it stands in the vendor's record: `details.names.first`.
    pub field: String,
    /// What stands there now; `None` for nothing, or where that is not known.
    pub before: Option<String>,
    /// What is to stand there; `None` for nothing.
    pub after: Option<String>,
}

/// What stands in place of a secret.
const SECRET: &str = "(secret)";

/// The members that hold one; no vendor shows it again.
static SECRETS: LazyLock<Vec<&str>> = LazyLock::new(|| backend::secret_members().collect());

/// A value's path, in lower case, with its name as it is written and the texts that stand there. A list is one
/// value, and its order says nothing.
type Values = BTreeMap<String, (String, Vec<String>)>;

impl Change {
    /// What sending a payload changes of what is held; all that it says, where that is not known.
    pub fn between(held: Option<&Payload>, said: &Payload) -> Vec<Self> {
        let (before, after) = (held.map(values).unwrap_or_default(), values(said));
        let mut changes = Vec::new();
        for (path, (field, wanted)) in &after {
            let stands = before.get(path).map(|(_, texts)| texts);
            // A mark that is not set is as good as none.
            let is_said = match stands {
                Some(stands) => is_same(stands, wanted),
                None => wanted.iter().all(|text| text == "false"),
            };
            if !is_said {
                changes.push(Self {
                    field: field.clone(),
                    before: stands.map(|texts| texts.join(", ")),
                    after: Some(wanted.join(", ")),
                });
            }
        }
        for clear in &said.clears {
            changes.extend(cleared(&clear.to_lowercase(), &before, &after));
        }
        changes.sort_by(|one, other| one.field.cmp(&other.field));
        changes
    }

    /// The same where only what was sent last is known: what it was silent about may stand there, so that clearing it
    /// is a change, unless it was cleared then.
    pub fn since(sent: Option<&Payload>, said: &Payload) -> Vec<Self> {
        let mut changes = Self::between(sent, said);
        let (before, after) = (sent.map(values).unwrap_or_default(), values(said));
        let was_cleared = |place: &String| sent.is_some_and(|sent| sent.clears.contains(place));
        for place in said.clears.iter().filter(|place| !was_cleared(place)) {
            let path = place.to_lowercase();
            let is_known = [&before, &after]
                .iter()
                .any(|values| values.keys().any(|other| is_at(other, &path)));
            if !is_known {
                changes.push(Self {
                    field: place.clone(),
                    before: None,
                    after: None,
                });
            }
        }
        changes
    }

    /// Whether the last update of the record made this very change: then it did not last. A secret is not shown, so that
    /// two changes of it cannot be told apart.
    pub fn did_not_last(&self, last: &[Self]) -> bool {
        let is_secret = self.after.as_deref() == Some(SECRET);
        !is_secret && last.contains(self)
    }

    /// What is taken away with a record.
    pub fn all_gone(held: &Payload) -> Vec<Self> {
        let gone = |(field, texts): (String, Vec<String>)| Self {
            field,
            before: Some(texts.join(", ")),
            after: None,
        };
        values(held).into_values().map(gone).collect()
    }

    /// The secret that a payload sets: it cannot be compared with what is held.
    pub fn of_secret(said: &Payload) -> Option<Self> {
        let set = SECRETS.iter().find(|name| said.body.get(**name).is_some());
        set.map(|name| Self {
            field: (*name).to_owned(),
            before: None,
            after: Some(SECRET.to_owned()),
        })
    }
}

impl Change {
    /// A digest of all that a payload says: where it is the same, sending the one changes nothing of the other.
    pub fn digest_of(said: &Payload) -> u64 {
        let mut values = Vec::new();
        each_value(said, &mut |path, text| {
            values.push((path.to_lowercase(), text));
        });
        values.sort_unstable();
        let parts = values.iter();
        Fingerprint::short(parts.flat_map(|(path, text)| [path.as_str(), text]))
    }
}

/// All that a payload says, in an order of its own: two payloads with the same say the same.
pub(super) fn whole(payload: &Payload) -> Vec<(String, String)> {
    let mut said = Vec::new();
    each_value(payload, &mut |path, text| {
        if text != "false" {
            said.push((path.to_lowercase(), text.into_owned()));
        }
    });
    said.sort_unstable();
    said
}

/// What a clearing takes away: all that stands at its path or below, and is not said anew.
fn cleared(path: &str, before: &Values, after: &Values) -> Vec<Change> {
    let gone = before
        .iter()
        .filter(|(other, _)| is_at(other, path) && !after.contains_key(*other));
    gone.map(|(_, (field, texts))| Change {
        field: field.clone(),
        before: Some(texts.join(", ")),
        after: None,
    })
    .collect()
}

/// Whether a value stands at a place or below it.
fn is_at(path: &str, place: &str) -> bool {
    path.strip_prefix(place)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn is_same(one: &[String], other: &[String]) -> bool {
    let sorted = |texts: &[String]| {
        let mut texts = texts.to_vec();
        texts.sort_unstable();
        texts
    };
    sorted(one) == sorted(other)
}

fn values(payload: &Payload) -> Values {
    let mut values = Values::new();
    each_value(payload, &mut |path, text| {
        let known = values
            .entry(path.to_lowercase())
            .or_insert_with(|| (path.to_owned(), Vec::new()));
        known.1.push(text.into_owned());
    });
    values
}

/// Hands on every value that a payload says, with its path.
fn each_value<'p>(payload: &'p Payload, each: &mut dyn FnMut(&str, Cow<'p, str>)) {
    let after = payload.after.as_ref();
    for value in std::iter::once(&*payload.body).chain(after) {
        gather(value, "", each);
    }
}

fn gather<'p>(value: &'p Value, path: &str, each: &mut dyn FnMut(&str, Cow<'p, str>)) {
    match value {
        Value::Object(members) => {
            let open = members
                .iter()
                .filter(|(name, _)| !SECRETS.contains(&name.as_str()));
            for (name, value) in open {
                gather(value, &below(path, name), each);
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                match pair(item) {
                    // A pair of a key and a text is named by its key.
                    Some((key, text)) => gather(text, &below(path, key), each),
                    None if item.is_object() => gather(item, &below(path, &n.to_string()), each),
                    None => gather(item, path, each),
                }
            }
        }
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => each(path, text.into()),
        other => each(path, other.to_string().into()),
    }
}

/// The path of what stands at a place under a name.
fn below<'n>(path: &str, name: &'n str) -> Cow<'n, str> {
    match path {
        "" => name.into(),
        path => format!("{path}.{name}").into(),
    }
}

fn pair(item: &Value) -> Option<(&str, &Value)> {
    let members = item.as_object()?;
    let key = members.get("key")?.as_str()?;
    Some((key, members.get("value")?))
}

#[cfg(test)]
mod tests;
