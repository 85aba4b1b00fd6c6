//! The calls of `aalam` that change a contact by parameters: neither JSON nor a whole contact, but a query or a
//! form, one key at a time.

use serde_json::{Value, json};

use super::body::{NAMES, arguments, improper, json_body, known, list_mut, refuse};
use crate::sandbox::check::{Flaw, text};
use crate::sandbox::request::MockRequest;
use crate::sandbox::response::MockResponse;
use crate::sandbox::state::ServerState;

/// What "Update contact" takes behind `address.`.
const ADDRESS: [&str; 8] = [
    "line1",
    "line2",
    "line3",
    "line4",
    "city",
    "state",
    "postal_code",
    "country",
];
/// What "Update field" takes for an address: two lines fewer.
const ADDRESS_FIELD: [&str; 6] = ["line1", "line2", "city", "state", "country", "postal_code"];

/// The arguments of an update, each of them known; a JSON body's keys are arguments that are not.
fn known_arguments(
    request: &MockRequest,
    is_known: impl Fn(&str) -> bool,
) -> Result<Vec<(String, String)>, MockResponse> {
    let pairs = arguments(request);
    let mut unknown: Vec<String> = match json_body(request)? {
        Some(Value::Object(map)) => map.keys().cloned().collect(),
        Some(_) => vec!["body".to_owned()],
        None => Vec::new(),
    };
    unknown.extend(
        pairs
            .iter()
            .map(|(name, _)| name.clone())
            .filter(|name| !is_known(name)),
    );
    let flaw = |name: String| Flaw::new(name.clone(), format!("The argument {name} is not known."));
    let flaws: Vec<Flaw> = unknown.into_iter().map(flaw).collect();
    if !flaws.is_empty() {
        return Err(improper(request, &flaws));
    }
    if pairs.is_empty() {
        return Err(refuse(
            request,
            400,
            "Input data not proper. There is no argument.",
        ));
    }
    Ok(pairs)
}

/// "Update contact".
pub(super) fn update(
    state: &mut ServerState,
    request: &MockRequest,
    id: &str,
) -> Result<MockResponse, MockResponse> {
    let is_known = |name: &str| match name.split_once('.') {
        Some(("detail", key)) => !key.is_empty(),
        Some(("address", key)) => ADDRESS.contains(&key),
        _ => NAMES.contains(&name),
    };
    let arguments = known_arguments(request, is_known)?;
    let mut contact = known(state, request, id)?;
    for (name, value) in &arguments {
        match name.split_once('.') {
            Some(("detail", key)) => set_detail(state, &mut contact, key, value),
            Some((_, key)) => set_first_address(state, &mut contact, key, value),
            None => contact[name] = json!(value),
        }
    }
    if NAMES.iter().all(|name| text(&contact, name).is_empty()) {
        return Err(refuse(
            request,
            400,
            "first_name, last_name and other_info are all null",
        ));
    }
    state.book.put(contact);
    Ok(MockResponse::empty(200))
}

fn set_detail(state: &mut ServerState, contact: &mut Value, key: &str, value: &str) {
    let details = list_mut(contact, "details");
    match details.iter_mut().find(|detail| detail["key"] == key) {
        Some(detail) => detail["value"] = json!(value),
        None => details.push(json!({ "id": state.book.fresh_id(), "key": key, "value": value })),
    }
}

fn set_first_address(state: &mut ServerState, contact: &mut Value, key: &str, value: &str) {
    let addresses = list_mut(contact, "addresses");
    if addresses.is_empty() {
        let mut address = json!({ "id": state.book.fresh_id() });
        for part in ["name"]
            .iter()
            .chain(&ADDRESS)
            .chain(&["contact_num", "contact_email"])
        {
            address[part] = Value::Null;
        }
        addresses.push(address);
    }
    addresses[0][key] = json!(value);
}

/// Where a `{key_id}` points: a detail, or an address by `Address-{id}`.
fn place(contact: &Value, field: &str) -> Option<(&'static str, usize)> {
    let (list, id) = match field.strip_prefix("Address-") {
        Some(id) => ("addresses", id),
        None => ("details", field),
    };
    let id = id.parse::<u64>().ok()?;
    let items = contact[list].as_array()?;
    Some((list, items.iter().position(|item| item["id"] == id)?))
}

/// "Update field".
pub(super) fn update_field(
    state: &mut ServerState,
    request: &MockRequest,
    id: &str,
    field: &str,
) -> Result<MockResponse, MockResponse> {
    let fields: &[&str] = if field.starts_with("Address-") {
        &ADDRESS_FIELD
    } else {
        &["key", "value"]
    };
    let arguments = known_arguments(request, |name| fields.contains(&name))?;
    let mut contact = known(state, request, id)?;
    let (list, at) =
        place(&contact, field).ok_or_else(|| refuse(request, 404, "Field not found"))?;
    for (name, value) in &arguments {
        contact[list][at][name] = json!(value);
    }
    state.book.put(contact);
    Ok(MockResponse::empty(200))
}

/// "Delete field".
pub(super) fn delete_field(
    state: &mut ServerState,
    request: &MockRequest,
    id: &str,
    field: &str,
) -> Result<MockResponse, MockResponse> {
    let mut contact = known(state, request, id)?;
    let (list, at) =
        place(&contact, field).ok_or_else(|| refuse(request, 404, "Field not found"))?;
    list_mut(&mut contact, list).remove(at);
    state.book.put(contact);
    Ok(MockResponse::empty(200))
}
