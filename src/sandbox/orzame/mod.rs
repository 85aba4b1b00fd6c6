//! `orzame` Persons v1.0 from its document and the vendor's introduction page (P23): persons under a
//! contact, absent values as empty texts, updates and deletions without a body,
//! and 60 requests a minute, which the server holds it to.
//!
//! *Assumed*, because nothing is documented: the bodies and statuses of all errors; the page parameter
//! and `meta`; that contacts can be listed, and how; that null is no text; that a person set as default takes the flag from the others; that
//! an update with nothing but empty texts has no parameter with a value.

mod settings;

use std::time::Duration;

use serde_json::{Value, json};

use self::settings::{CONTACTS, ORDER};
use crate::sandbox::Limit;
use crate::sandbox::book::{RecordKeys, id_text};
use crate::sandbox::check::{self, Flaw, JsonKind, Key, Presence, text};
use crate::sandbox::request::MockRequest;
use crate::sandbox::response::MockResponse;
use crate::sandbox::state::ServerState;
use crate::sandbox::vendor::MockVendor;

/// The vendor.
pub(super) const VENDOR: MockVendor = MockVendor {
    name: "orzame",
    keys: KEYS,
    credentials: CREDENTIALS,
    settings: settings::SETTINGS,
    limit: Some(Limit {
        // Per company, shared by all its programs (P23).
        requests: 60,
        per: Duration::from_secs(60),
        capacity: None,
    }),
    answer,
    refuse,
};

const KEYS: RecordKeys = RecordKeys {
    id: "id",
    parent: Some("contact_id"),
    names: &["name"],
};
const CREDENTIALS: &[(&str, &str)] = &[("api_key", "sandbox-api-key")];

const TEXTS: [&str; 4] = ["name", "position", "phone", "email"];

/// Answers one request.
fn answer(state: &mut ServerState, request: &MockRequest) -> MockResponse {
    respond(state, request).unwrap_or_else(|refused| refused)
}

/// An error with a message only.
fn refuse(_request: &MockRequest, status: u16, words: &str) -> MockResponse {
    MockResponse::json(status, &json!({ "message": words }))
}

fn respond(state: &mut ServerState, request: &MockRequest) -> Result<MockResponse, MockResponse> {
    admit(request)?;
    let segments = request.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    if parts == ["contacts"] {
        return contacts(state, request);
    }
    let ["contacts", contact, "persons", rest @ ..] = parts.as_slice() else {
        return Err(refuse(request, 404, "Not found."));
    };
    let contact = contact.parse::<u64>().ok();
    let known = contact.filter(|id| (1..=state.settings.count(&CONTACTS)).contains(id));
    let contact = known.ok_or_else(|| refuse(request, 404, "Contact not found."))?;
    match (request.method.as_str(), rest) {
        ("GET", []) => Ok(list(state, request, contact)),
        ("POST", []) => create(state, request, contact),
        (_, []) => Err(refuse(request, 405, "Method not allowed.")),
        (method, [person]) => {
            let found = state
                .book
                .get(person)
                .filter(|found| found["contact_id"] == contact);
            let found = found
                .cloned()
                .ok_or_else(|| refuse(request, 404, "Person not found."))?;
            one(state, request, method, found)
        }
        _ => Err(refuse(request, 404, "Not found.")),
    }
}

/// What every request has to carry (P23).
fn admit(request: &MockRequest) -> Result<(), MockResponse> {
    let key = request
        .header("authorization")
        .and_then(|header| header.strip_prefix("Bearer "));
    if key != Some(CREDENTIALS[0].1) {
        return Err(refuse(request, 401, "Unauthenticated."));
    }
    let accept = request
        .header("accept")
        .unwrap_or_default()
        .to_ascii_lowercase();
    if !accept.contains("application/json") {
        return Err(refuse(request, 406, "Accept must be application/json."));
    }
    if request.media_type() != "application/json" {
        return Err(refuse(
            request,
            415,
            "Content-Type must be application/json.",
        ));
    }
    Ok(())
}

fn one(
    state: &mut ServerState,
    request: &MockRequest,
    method: &str,
    person: Value,
) -> Result<MockResponse, MockResponse> {
    match method {
        "GET" => Ok(MockResponse::json(200, &json!({ "data": person }))),
        "PATCH" => update(state, request, person),
        "DELETE" => {
            state.book.remove(&id_text(&person["id"]));
            Ok(MockResponse::empty(204))
        }
        _ => Err(refuse(request, 405, "Method not allowed.")),
    }
}

fn list(state: &ServerState, request: &MockRequest, contact: u64) -> MockResponse {
    let places = state.book.places_under(contact);
    let person = |place| state.book.at(place).clone();
    let page = if state.settings.choice(&ORDER) == "descending" {
        page(state, request, places.rev(), person)
    } else {
        page(state, request, places, person)
    };
    MockResponse::json(200, &page)
}

/// The parents that there are, newest first like every list; that they can be listed is *assumed*.
fn contacts(state: &ServerState, request: &MockRequest) -> Result<MockResponse, MockResponse> {
    if request.method != "GET" {
        return Err(refuse(request, 405, "Method not allowed."));
    }
    let contact = |id: u64| json!({ "id": id, "name": format!("Contact {id}") });
    let all: Vec<u64> = (1..=state.settings.count(&CONTACTS)).rev().collect();
    let page = page(state, request, all.into_iter(), contact);
    Ok(MockResponse::json(200, &page))
}

/// One page of all that `places` names; only what is shown is looked up.
fn page(
    state: &ServerState,
    request: &MockRequest,
    places: impl ExactSizeIterator<Item = u64>,
    record: impl Fn(u64) -> Value,
) -> Value {
    let size = state.settings.page_size().max(1);
    let asked = request
        .query_value("page")
        .and_then(|page| page.parse::<usize>().ok());
    let page = asked.unwrap_or(1).max(1);
    let total = places.len();
    let pages = total.div_ceil(size).max(1);
    let places = places.skip((page - 1).saturating_mul(size)).take(size);
    let shown: Vec<Value> = places.map(record).collect();
    let meta =
        json!({ "current_page": page, "last_page": pages, "per_page": size, "total": total });
    json!({ "data": shown, "meta": meta })
}

fn create(
    state: &mut ServerState,
    request: &MockRequest,
    contact: u64,
) -> Result<MockResponse, MockResponse> {
    let body = body(request, Presence::Must)?;
    let id = state.book.fresh_id();
    let now = moment(request.now);
    let default = body["default"].as_bool().unwrap_or(false);
    if default {
        take_default(state, contact);
    }
    let person = json!({
        "id": id, "name": text(&body, "name"), "position": text(&body, "position"),
        "phone": text(&body, "phone"), "email": text(&body, "email"), "default": default,
        "contact_id": contact, "created_at": now, "updated_at": now,
    });
    state.book.put(person.clone());
    Ok(MockResponse::json(201, &json!({ "data": person })))
}

fn update(
    state: &mut ServerState,
    request: &MockRequest,
    mut person: Value,
) -> Result<MockResponse, MockResponse> {
    let body = body(request, Presence::May)?;
    let valued =
        |value: &Value| value.is_boolean() || value.as_str().is_some_and(|text| !text.is_empty());
    if !body.as_object().is_some_and(|map| map.values().any(valued)) {
        return Err(refuse(
            request,
            422,
            "At least one parameter with value must be sent.",
        ));
    }
    if body["default"] == true {
        take_default(state, person["contact_id"].as_u64().unwrap_or_default());
    }
    for (key, value) in body.as_object().into_iter().flatten() {
        person[key] = value.clone();
    }
    person["updated_at"] = json!(moment(request.now));
    state.book.put(person);
    Ok(MockResponse::empty(204))
}

fn take_default(state: &mut ServerState, contact: u64) {
    let holders: Vec<Value> = state
        .book
        .under(contact)
        .filter(|person| person["default"] == true)
        .cloned()
        .collect();
    for mut holder in holders {
        holder["default"] = json!(false);
        state.book.put(holder);
    }
}

fn body(request: &MockRequest, name: Presence) -> Result<Value, MockResponse> {
    let body = request
        .json()
        .ok_or_else(|| refuse(request, 400, "The body is no JSON."))?;
    let mut keys = vec![
        Key("name", JsonKind::Text, name),
        Key("default", JsonKind::Flag, Presence::May),
    ];
    keys.extend(
        TEXTS[1..]
            .iter()
            .map(|key| Key(key, JsonKind::Text, Presence::May)),
    );
    let mut flaws = Vec::new();
    check::object(&body, "", &keys, &mut flaws);
    if body["name"] == "" {
        flaws.push(check::missing("name"));
    }
    if flaws.is_empty() {
        Ok(body)
    } else {
        Err(invalid(&flaws))
    }
}

fn invalid(flaws: &[Flaw]) -> MockResponse {
    let mut errors = json!({});
    for flaw in flaws {
        errors[&flaw.field] = json!([flaw.words]);
    }
    MockResponse::json(
        422,
        &json!({ "message": "The given data was invalid.", "errors": errors }),
    )
}

/// RFC 3339 with `+00:00`, as in the document.
fn moment(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds).unwrap_or_default();
    time.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str) -> MockRequest {
        let mut request = MockRequest::new(method, path)
            .with("authorization", "Bearer sandbox-api-key")
            .with("accept", "application/json");
        request.now = 1_664_551_815;
        request
    }

    fn call(state: &mut ServerState, method: &str, path: &str, body: &Value) -> MockResponse {
        answer(state, &request(method, path).with_json(body))
    }

    const PERSONS: &str = "/contacts/120/persons";

    #[test]
    fn every_request_carries_key_accept_and_content_type() {
        let mut state = ServerState::for_test(KEYS);
        let cases = [
            (MockRequest::new("GET", PERSONS), 401),
            (
                MockRequest::new("GET", PERSONS).with("authorization", "Bearer wrong"),
                401,
            ),
            (
                MockRequest::new("GET", PERSONS).with("authorization", "Bearer sandbox-api-key"),
                406,
            ),
            (request("GET", PERSONS), 415),
            (
                request("GET", PERSONS).with("content-type", "application/json"),
                200,
            ),
        ];
        for (request, status) in cases {
            assert_eq!(answer(&mut state, &request).status, status);
        }
    }

    #[test]
    fn a_create_fills_in_what_is_absent() {
        let mut state = ServerState::for_test(KEYS);
        let reply = call(
            &mut state,
            "POST",
            PERSONS,
            &json!({ "name": "Person name" }),
        );
        let wanted = json!({ "data": {
            "id": 1, "name": "Person name", "position": "", "phone": "", "email": "",
            "default": false, "contact_id": 120,
            "created_at": "2022-09-30T15:30:15+00:00", "updated_at": "2022-09-30T15:30:15+00:00" } });
        assert_eq!((reply.status, reply.value()), (201, wanted));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let mut state = ServerState::for_test(KEYS);
        call(&mut state, "POST", PERSONS, &json!({ "name": "Mary" }));
        let cases = [
            ("POST", PERSONS, json!({}), "name"),
            ("POST", PERSONS, json!({ "name": "" }), "name"),
            (
                "POST",
                PERSONS,
                json!({ "name": "A", "phone": null }),
                "phone",
            ),
            (
                "POST",
                PERSONS,
                json!({ "name": "A", "default": "yes" }),
                "default",
            ),
            ("POST", PERSONS, json!({ "name": "A", "fax": "1" }), "fax"),
            (
                "PATCH",
                "/contacts/120/persons/1",
                json!({ "name": "" }),
                "name",
            ),
        ];
        for (method, path, body, field) in cases {
            let reply = call(&mut state, method, path, &body);
            assert_eq!(reply.status, 422, "{body}");
            assert!(reply.value()["errors"][field].is_array(), "{body}");
        }
        for body in [json!({}), json!({ "phone": "", "email": "" })] {
            assert_eq!(
                call(&mut state, "PATCH", "/contacts/120/persons/1", &body).status,
                422
            );
        }
    }

    #[test]
    fn the_default_moves_within_its_contact() {
        let mut state = ServerState::for_test(KEYS);
        for path in [PERSONS, PERSONS, "/contacts/121/persons"] {
            call(
                &mut state,
                "POST",
                path,
                &json!({ "name": "A", "default": true }),
            );
        }
        let flags = |state: &ServerState| {
            state
                .book
                .all()
                .map(|one| one["default"] == true)
                .collect::<Vec<_>>()
        };
        assert_eq!(flags(&state), [false, true, true]);
        let reply = call(
            &mut state,
            "PATCH",
            "/contacts/120/persons/1",
            &json!({ "default": true }),
        );
        assert_eq!(
            (reply, flags(&state)),
            (MockResponse::empty(204), vec![true, false, true])
        );
    }

    #[test]
    fn lists_come_in_pages_newest_first() {
        let mut state = ServerState::for_test(KEYS);
        for number in 0..101 {
            call(
                &mut state,
                "POST",
                PERSONS,
                &json!({ "name": format!("P{number}") }),
            );
        }
        let first = call(&mut state, "GET", PERSONS, &json!({})).value();
        assert_eq!(first["data"].as_array().map(Vec::len), Some(100));
        assert_eq!(first["data"][0]["id"], 101);
        assert_eq!(first["meta"]["last_page"], 2);
        let path = format!("{PERSONS}?page=2");
        assert_eq!(
            call(&mut state, "GET", &path, &json!({})).value()["data"][0]["id"],
            1
        );
        state
            .settings
            .set(ORDER.name, "ascending")
            .expect("an order");
        assert_eq!(
            call(&mut state, "GET", PERSONS, &json!({})).value()["data"][0]["id"],
            1
        );
    }

    #[test]
    fn persons_belong_to_their_contact_and_contacts_end() {
        let mut state = ServerState::for_test(KEYS);
        call(&mut state, "POST", PERSONS, &json!({ "name": "A" }));
        let cases = [
            ("GET", "/contacts/120/persons/1", 200),
            ("GET", "/contacts/121/persons/1", 404),
            ("GET", "/contacts/201/persons", 404),
            ("GET", "/contacts/x/persons", 404),
            ("PUT", "/contacts/120/persons/1", 405),
            ("DELETE", "/contacts/120/persons", 405),
            ("DELETE", "/contacts/120/persons/1", 204),
            ("DELETE", "/contacts/120/persons/1", 404),
        ];
        for (method, path, status) in cases {
            assert_eq!(
                call(&mut state, method, path, &json!({})).status,
                status,
                "{method} {path}"
            );
        }
    }
}
