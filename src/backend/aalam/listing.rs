//! Aalam's list: which members it is asked for, by which filters, and what its rows are. A list cannot hold all
//! of a contact, so its ids lead to each one, unless the switch `fetch` says that what it holds is enough.

use serde_json::{Map, Value};

use super::payload;
use crate::backend::kit::reply;
use crate::backend::{Cursor, Record, RecordPage, Settings};
use crate::model::{Contact, ParentId};
use crate::wire::{Effect, Exchange, Method, Request};

/// Where contacts live (S).
pub(super) const CONTACTS: &str = "/aalam/base/contacts";

/// Filters of a list, by their names (S).
pub(super) type Filters = Vec<(&'static str, String)>;

/// The list, or what some filters leave of it.
pub(super) fn list(settings: &Settings, filters: Option<Filters>) -> Exchange<RecordPage> {
    let whole = settings.is("fetch", "fields");
    let fields = list_fields(settings);
    let mut request = Request::new(Method::Get, CONTACTS).query("fields", &fields.join(","));
    for (name, value) in filters.into_iter().flatten() {
        request = request.query(name, &value);
    }
    Exchange::new(Effect::Reads, request, move |reply| {
        let value = reply::answered(reply, "list of contacts")?;
        let list = reply::inside_data(&value);
        let rows = match list {
            Value::Array(rows) => rows.as_slice(),
            one => reply::rows(reply, Some(one))?,
        };
        if let Some(odd) = rows.iter().find(|row| !row.is_object() && !row.is_array()) {
            return Err(reply::unreadable(odd, "id"));
        }
        let records = rows.iter().map(|row| from_row(&fields, row));
        let mut page = RecordPage::default();
        if whole {
            let parent = None;
            page.records.extend(records.map(|value| Record {
                parent: parent.clone(),
                value,
            }));
        } else {
            for value in records {
                // What names no id is no contact, and the answer no list of them: it is not an empty book.
                let id = payload::id(&value).ok_or_else(|| reply::unreadable(&value, "id"))?;
                page.next
                    .push(Cursor::of_parent(ParentId::new(id.into_string())));
            }
        }
        Ok(page)
    })
}

/// What a contact is searched for by: a value that few share; `None` where it has none.
pub(super) fn filters(contact: &Contact) -> Option<Filters> {
    let value = |text: &str| Some(vec![("value", text.to_owned())]);
    if let Some(email) = contact.emails.first() {
        return value(email.value.as_str());
    }
    if let Some(phone) = contact.phones.first() {
        return value(phone.number.as_str());
    }
    let texts = [
        ("first_name", &contact.name.first),
        ("last_name", &contact.name.last),
        ("other_info", &contact.note),
    ];
    let given = texts
        .into_iter()
        .filter_map(|(name, text)| Some((name, text.clone()?)));
    let filters: Filters = given.collect();
    if filters.is_empty() {
        return value(contact.company.as_deref()?);
    }
    Some(filters)
}

/// The members that a list is asked for: the ids and names, or all that a list can hold.
fn list_fields(settings: &Settings) -> Vec<String> {
    let mut fields: Vec<String> = ["id", "first_name", "last_name", "other_info"]
        .map(str::to_owned)
        .into();
    if settings.is("fetch", "fields") {
        let keys = [
            "key_phone",
            "key_mobile",
            "key_home",
            "key_fax",
            "key_email",
            "key_company",
            "key_position",
            "key_department",
        ];
        fields.extend(keys.map(|key| format!("detail.{}", settings.get(key))));
        fields.extend(["city", "state", "postal_code", "country"].map(|p| format!("address.{p}")));
    }
    fields
}

/// A list's row as a record: an object (S), or values in the order of the fields asked for (as a neighbouring
/// list answers; assumed). Several fields are asked for, so that a single value is no row.
fn from_row(fields: &[String], row: &Value) -> Value {
    let mut record = Map::new();
    let mut details = Vec::new();
    let mut address = Map::new();
    let mut add = |name: &str, value: &Value| {
        if let Some(key) = name.strip_prefix("detail.") {
            let pair = |value: &Value| serde_json::json!({"key": key, "value": value});
            match value {
                Value::Array(values) => details.extend(values.iter().map(pair)),
                value => details.push(pair(value)),
            }
        } else if let Some(part) = name.strip_prefix("address.") {
            address.insert(part.to_owned(), value.clone());
        } else {
            record.insert(name.to_owned(), value.clone());
        }
    };
    match row {
        Value::Object(members) => members.iter().for_each(|(name, value)| add(name, value)),
        Value::Array(values) => fields
            .iter()
            .zip(values)
            .for_each(|(name, value)| add(name, value)),
        _ => {}
    }
    if !details.is_empty() {
        record.insert("details".into(), details.into());
    }
    if !address.is_empty() {
        record.insert("addresses".into(), vec![Value::from(address)].into());
    }
    record.into()
}
