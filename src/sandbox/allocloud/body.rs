//! What the bodies sent to `allocloud` must look like: everything under `data`, contacts as a batch.

use serde_json::{Value, json};

use super::rules::{ContactForm, contact_flaws};
use super::settings::company_rule;
use crate::sandbox::check::{self, Flaw, JsonKind, Key, Presence};
use crate::sandbox::request::MockRequest;
use crate::sandbox::response::MockResponse;
use crate::sandbox::state::ServerState;

/// What stands under `data` in the body.
pub(super) fn data(request: &MockRequest) -> Result<Value, MockResponse> {
    if request.media_type() != "application/json" {
        return Err(refuse(
            request,
            415,
            "content type must be application/json",
        ));
    }
    let mut body = request
        .json()
        .ok_or_else(|| refuse(request, 400, "the body is no JSON"))?;
    let mut flaws = Vec::new();
    check::object(
        &body,
        "",
        &[Key("data", JsonKind::Object, Presence::Must)],
        &mut flaws,
    );
    refuse_flaws(request, &flaws)?;
    Ok(body["data"].take())
}

/// The refusal of what is wrong with a body.
pub(super) fn refuse_flaws(request: &MockRequest, flaws: &[Flaw]) -> Result<(), MockResponse> {
    if flaws.is_empty() {
        return Ok(());
    }
    let words: Vec<String> = flaws
        .iter()
        .map(|flaw| format!("{}: {}", flaw.field, flaw.words))
        .collect();
    Err(refuse(request, 400, &words.join(" ")))
}

/// The contacts of a body, each of them without a flaw.
pub(super) fn batch(
    state: &ServerState,
    request: &MockRequest,
    data: &Value,
    form: ContactForm,
) -> Result<Vec<Value>, MockResponse> {
    const KEYS: &[Key] = &[
        Key("contacts", JsonKind::List, Presence::Must),
        Key("phonebook", JsonKind::Text, Presence::Must),
    ];
    let mut flaws = Vec::new();
    check::object(data, "data", KEYS, &mut flaws);
    let contacts = data["contacts"].as_array().cloned().unwrap_or_default();
    if contacts.is_empty() {
        flaws.push(check::missing("data.contacts"));
    }
    for (place, contact) in contacts.iter().enumerate() {
        let at = format!("data.contacts.{place}");
        contact_flaws(contact, &at, form, company_rule(state), &mut flaws);
    }
    refuse_flaws(request, &flaws)?;
    Ok(contacts)
}

/// The vendor's error object (P2); the words in `type` are *assumed*.
pub(super) fn refuse(_request: &MockRequest, status: u16, words: &str) -> MockResponse {
    let kind = match status {
        400 | 415 => "invalid_request",
        401 => "unauthorized",
        404 => "not_found",
        405 => "method_not_allowed",
        429 => "too_many_requests",
        _ => "internal_error",
    };
    let error = json!({ "error": { "type": kind, "details": words, "message": words } });
    MockResponse::json(status, &error)
}
