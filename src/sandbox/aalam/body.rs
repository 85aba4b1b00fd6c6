//! What a request about contacts carries, and how it is refused.

use serde_json::{Value, json};

use crate::sandbox::check::Flaw;
use crate::sandbox::request::MockRequest;
use crate::sandbox::response::MockResponse;
use crate::sandbox::state::ServerState;

pub(super) const NAMES: [&str; 3] = ["first_name", "last_name", "other_info"];

/// An error as the framework renders it: by what the client accepts (P9).
pub(super) fn refuse(request: &MockRequest, status: u16, words: &str) -> MockResponse {
    let title = match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        429 => "Too Many Requests",
        _ => "Internal Server Error",
    };
    let accept = request.header("accept").unwrap_or("*/*");
    if accept.contains("html") || accept.contains("*/*") {
        return MockResponse::html(status, words);
    }
    if accept.contains("json") {
        let code = format!("{status} {title}");
        return MockResponse::json(
            status,
            &json!({ "code": code, "message": words, "title": title }),
        );
    }
    MockResponse::text(status, &format!("{status} {title}\n\n{words}"))
}

/// What the framework says when a handler is called with the wrong arguments (P8).
pub(super) fn improper(request: &MockRequest, flaws: &[Flaw]) -> MockResponse {
    let words: Vec<&str> = flaws.iter().map(|flaw| flaw.words.as_str()).collect();
    refuse(
        request,
        400,
        &format!("Input data not proper. {}", words.join(" ")),
    )
}

/// Whether the framework sees a body: one without a length is read as empty (P8).
pub(super) fn has_body(request: &MockRequest) -> bool {
    request.header("content-length").is_some() && !request.body.is_empty()
}

/// The JSON body, where there is one that the framework looks at.
pub(super) fn json_body(request: &MockRequest) -> Result<Option<Value>, MockResponse> {
    if !has_body(request) || request.media_type() != "application/json" {
        return Ok(None);
    }
    request
        .json()
        .map(Some)
        .ok_or_else(|| refuse(request, 400, "The body is no JSON."))
}

/// Parameters of query and form together (P8), without the framework's own `nohook`.
pub(super) fn arguments(request: &MockRequest) -> Vec<(String, String)> {
    let mut pairs = request.query_pairs();
    if has_body(request) && request.media_type() == "application/x-www-form-urlencoded" {
        pairs.extend(request.form_pairs());
    }
    pairs.retain(|(name, _)| name != "nohook");
    pairs
}

pub(super) fn known(
    state: &ServerState,
    request: &MockRequest,
    id: &str,
) -> Result<Value, MockResponse> {
    state
        .book
        .get(id)
        .cloned()
        .ok_or_else(|| refuse(request, 404, "Contact not found"))
}

pub(super) fn list_mut<'a>(contact: &'a mut Value, key: &str) -> &'a mut Vec<Value> {
    if !contact[key].is_array() {
        contact[key] = json!([]);
    }
    match &mut contact[key] {
        Value::Array(items) => items,
        _ => unreachable!("made an array above"),
    }
}
