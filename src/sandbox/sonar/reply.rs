//! The shapes of what `sonar` answers: data, pages with a paginator, errors.

use serde_json::{Value, json};

use super::settings::MESSAGES;
use crate::sandbox::check::Flaw;
use crate::sandbox::request::MockRequest;
use crate::sandbox::response::MockResponse;
use crate::sandbox::state::ServerState;

/// The vendor's error object.
pub(super) fn error(status: u16, message: &Value) -> MockResponse {
    MockResponse::json(
        status,
        &json!({ "error": { "message": message, "status_code": status } }),
    )
}

/// A yes, with what stands under `data`.
pub(super) fn data(status: u16, data: &Value) -> MockResponse {
    MockResponse::json(status, &json!({ "data": data }))
}

/// One page of all that `places` names; only what is shown is looked up.
pub(super) fn page(
    request: &MockRequest,
    most: usize,
    total: u64,
    places: impl Iterator<Item = u64>,
    record: impl Fn(u64) -> Value,
) -> MockResponse {
    let number = |name: &str| {
        request
            .query_value(name)
            .and_then(|value| value.parse::<usize>().ok())
    };
    // More than the sample's 100 a page is *assumed* to be cut down to it.
    let limit = number("limit")
        .filter(|limit| *limit > 0)
        .unwrap_or(most)
        .min(most)
        .max(1);
    let page = number("page").unwrap_or(1).max(1);
    let places = places.skip((page - 1).saturating_mul(limit)).take(limit);
    let shown: Vec<Value> = places.map(record).collect();
    let pages = total.div_ceil(limit as u64).max(1);
    let paginator = json!({ "total_count": total, "total_pages": pages,
        "current_page": page, "limit": limit });
    MockResponse::json(200, &json!({ "data": shown, "paginator": paginator }))
}

/// The refusal of what is wrong with a body, in the shape that is set.
pub(super) fn refuse_flaws(state: &ServerState, flaws: &[Flaw]) -> Result<(), MockResponse> {
    if flaws.is_empty() {
        return Ok(());
    }
    let shape = state.settings.choice(&MESSAGES);
    if shape == "plain" {
        let words: Vec<&str> = flaws.iter().map(|flaw| flaw.words.as_str()).collect();
        return Err(error(422, &json!(words.join(" "))));
    }
    let mut message = json!({});
    for flaw in flaws {
        let lists = shape == "lists";
        message[&flaw.field] = if lists {
            json!([flaw.words])
        } else {
            json!(flaw.words)
        };
    }
    Err(error(422, &message))
}
