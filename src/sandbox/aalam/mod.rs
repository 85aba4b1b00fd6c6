//! `aalam` base app from its document and its public framework (P7, P8): PUT takes JSON, POST takes
//! parameters, an unknown key is refused, errors are pages unless JSON is asked for.
//!
//! *Assumed*, because nothing is documented: that an empty text is no name; that an update without any
//! parameter is refused; that of several details with one key the first is updated; that
//! `address.<key>` creates the first address; that other HTTP methods answer 405.

mod body;
mod change;
mod list;
mod settings;

use serde_json::{Value, json};

use self::body::{arguments, improper, json_body, known, list_mut, refuse};
use self::settings::{ADDRESSES, FIRST_NAME, row_shape};
use crate::sandbox::book::RecordKeys;
use crate::sandbox::check::{self, Flaw, JsonKind, Key, Presence, text};
use crate::sandbox::request::MockRequest;
use crate::sandbox::response::MockResponse;
use crate::sandbox::state::ServerState;
use crate::sandbox::vendor::MockVendor;

/// The vendor.
pub(super) const VENDOR: MockVendor = MockVendor {
    name: "aalam",
    keys: KEYS,
    credentials: CREDENTIALS,
    settings: settings::SETTINGS,
    limit: None,
    answer,
    refuse,
};

const KEYS: RecordKeys = RecordKeys {
    id: "id",
    parent: None,
    names: &["last_name"],
};
const CREDENTIALS: &[(&str, &str)] = &[("token", "sandbox-token")];

/// Answers one request.
fn answer(state: &mut ServerState, request: &MockRequest) -> MockResponse {
    respond(state, request).unwrap_or_else(|refused| refused)
}

fn respond(state: &mut ServerState, request: &MockRequest) -> Result<MockResponse, MockResponse> {
    admit(request)?;
    let segments = request.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    let ["aalam", "base", rest @ ..] = parts.as_slice() else {
        return Err(refuse(request, 404, "The resource could not be found."));
    };
    match (request.method.as_str(), rest) {
        ("PUT", ["contacts"]) => create(state, request),
        ("GET", ["contacts"]) => list::list(&state.book, row_shape(state), &arguments(request))
            .map_err(|flaw| improper(request, &[flaw])),
        ("GET", ["contact", id]) => Ok(MockResponse::json(
            200,
            &shown(state, &known(state, request, id)?),
        )),
        ("PUT", ["contact", id]) => add_details(state, request, id),
        ("POST", ["contact", id]) => change::update(state, request, id),
        ("DELETE", ["contact", id]) => {
            known(state, request, id)?;
            state.book.remove(id);
            Ok(MockResponse::empty(200))
        }
        ("POST", ["contact", id, field]) => change::update_field(state, request, id, field),
        ("DELETE", ["contact", id, field]) => change::delete_field(state, request, id, field),
        (_, ["contacts"] | ["contact", _] | ["contact", _, _]) => {
            Err(refuse(request, 405, "The method is not allowed."))
        }
        _ => Err(refuse(request, 404, "The resource could not be found.")),
    }
}

/// Header before cookie (P7); someone unknown is anonymous and may do nothing here.
fn admit(request: &MockRequest) -> Result<(), MockResponse> {
    let cookies = request.header("cookie").unwrap_or_default();
    let cookie = cookies
        .split(';')
        .find_map(|part| part.trim().strip_prefix("auth="));
    match request.header("x-auth-token").or(cookie) {
        Some(token) if token == CREDENTIALS[0].1 => Ok(()),
        Some(_) => Err(refuse(request, 401, "The token is not valid.")),
        None => Err(refuse(request, 403, "Access was denied to this resource.")),
    }
}

fn create(state: &mut ServerState, request: &MockRequest) -> Result<MockResponse, MockResponse> {
    let first = match state.settings.choice(&FIRST_NAME) {
        "fist_name" => "fist_name",
        _ => "first_name",
    };
    let mut keys = [first, "last_name", "other_info"]
        .map(|key| Key(key, JsonKind::TextOrNull, Presence::May))
        .to_vec();
    keys.push(Key("details", JsonKind::Any, Presence::May));
    let body = json_body(request)?.unwrap_or_else(|| json!({}));
    let mut flaws = Vec::new();
    check::object(&body, "", &keys, &mut flaws);
    let details = body.get("details").filter(|details| !details.is_null());
    if let Some(details) = details {
        detail_flaws(details, "details", &mut flaws);
    }
    if !arguments(request).is_empty() {
        flaws.push(Flaw::new("query", "The arguments stand in the body."));
    }
    if !flaws.is_empty() {
        return Err(improper(request, &flaws));
    }
    if [first, "last_name", "other_info"]
        .iter()
        .all(|key| text(&body, key).is_empty())
    {
        return Err(refuse(
            request,
            400,
            "first_name, last_name and other_info are all null",
        ));
    }
    let id = state.book.fresh_id();
    let details = with_ids(state, details);
    state.book.put(
        json!({ "id": id, "first_name": body[first], "last_name": body["last_name"],
        "other_info": body["other_info"], "details": details, "addresses": [] }),
    );
    Ok(MockResponse::json(200, &json!({ "id": id })))
}

fn detail_flaws(details: &Value, at: &str, flaws: &mut Vec<Flaw>) {
    let keys = ["key", "value"].map(|key| Key(key, JsonKind::Text, Presence::Must));
    let Some(items) = details.as_array() else {
        flaws.push(check::wrong(at, JsonKind::List));
        return;
    };
    for (place, item) in items.iter().enumerate() {
        check::object(item, &check::join(at, &place.to_string()), &keys, flaws);
        if item["key"] == "" {
            flaws.push(check::missing(&format!("{at}.{place}.key")));
        }
    }
}

fn with_ids(state: &mut ServerState, details: Option<&Value>) -> Vec<Value> {
    let items = details.and_then(Value::as_array).into_iter().flatten();
    items
        .map(|item| json!({ "id": state.book.fresh_id(), "key": item["key"], "value": item["value"] }))
        .collect()
}

/// A contact as "Get contact" shows it: without its own identifier.
fn shown(state: &ServerState, contact: &Value) -> Value {
    let mut contact = contact.clone();
    if let Some(map) = contact.as_object_mut() {
        map.shift_remove("id");
    }
    if state.settings.choice(&ADDRESSES) == "nested" {
        for address in list_mut(&mut contact, "addresses") {
            let id = address["id"].take();
            let mut value = address.take();
            if let Some(map) = value.as_object_mut() {
                map.shift_remove("id");
            }
            *address = json!({ "id": id, "value": value });
        }
    }
    contact
}

fn add_details(
    state: &mut ServerState,
    request: &MockRequest,
    id: &str,
) -> Result<MockResponse, MockResponse> {
    let body = json_body(request)?.unwrap_or_default();
    let mut flaws = Vec::new();
    detail_flaws(&body, "details", &mut flaws);
    if body.as_array().is_some_and(Vec::is_empty) {
        flaws.push(check::missing("details"));
    }
    if !flaws.is_empty() {
        return Err(improper(request, &flaws));
    }
    let mut contact = known(state, request, id)?;
    let details = with_ids(state, Some(&body));
    list_mut(&mut contact, "details").extend(details);
    state.book.put(contact);
    Ok(MockResponse::empty(200))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str) -> MockRequest {
        MockRequest::new(method, &format!("/aalam/base/{path}"))
            .with("x-auth-token", "sandbox-token")
    }

    fn put(state: &mut ServerState, path: &str, body: &Value) -> MockResponse {
        answer(state, &request("PUT", path).with_json(body))
    }

    fn post(state: &mut ServerState, path: &str, form: &str) -> MockResponse {
        answer(
            state,
            &request("POST", path).with_body("application/x-www-form-urlencoded", form),
        )
    }

    fn read(state: &mut ServerState, id: u64) -> Value {
        answer(state, &request("GET", &format!("contact/{id}"))).value()
    }

    fn with_anne() -> ServerState {
        let mut state = ServerState::for_test(KEYS);
        let body = json!({ "first_name": "Anne", "details": [{ "key": "Mobile", "value": "1" }] });
        assert_eq!(
            put(&mut state, "contacts", &body).value(),
            json!({ "id": 1 })
        );
        state
    }

    #[test]
    fn the_token_decides_between_401_and_403() {
        let mut state = ServerState::for_test(KEYS);
        let list = || MockRequest::new("GET", "/aalam/base/contacts");
        let cases = [
            (list(), 403),
            (list().with("x-auth-token", "wrong"), 401),
            (list().with("cookie", "a=b; auth=wrong"), 401),
            (list().with("cookie", "a=b; auth=sandbox-token"), 200),
            (list().with("x-auth-token", "sandbox-token"), 200),
        ];
        for (request, status) in cases {
            assert_eq!(answer(&mut state, &request).status, status);
        }
    }

    #[test]
    fn errors_look_as_the_client_accepts() {
        let cases = [
            ("*/*", "text/html; charset=UTF-8"),
            ("text/html", "text/html; charset=UTF-8"),
            ("application/json", "application/json"),
            ("text/csv", "text/plain; charset=UTF-8"),
        ];
        for (accept, wanted) in cases {
            let reply = refuse(
                &MockRequest::new("GET", "/").with("accept", accept),
                404,
                "words",
            );
            assert_eq!(reply.headers[0].1, wanted);
        }
        assert_eq!(
            refuse(&MockRequest::new("GET", "/"), 404, "words").headers[0].1,
            cases[0].1
        );
    }

    #[test]
    fn a_create_takes_known_keys_only() {
        let cases = [
            (json!({ "first_name": "Anne" }), 200, 400),
            (json!({ "fist_name": "Anne" }), 400, 200),
            (
                json!({ "fist_name": "Anne", "first_name": "Anne" }),
                400,
                400,
            ),
            (json!({ "other_info": "VIP", "details": null }), 200, 200),
            (json!({ "last_name": "", "other_info": null }), 400, 400),
            (json!({ "last_name": 7 }), 400, 400),
            (json!({ "last_name": "D", "details": {} }), 400, 400),
            (
                json!({ "last_name": "D", "details": [{ "key": "Phone" }] }),
                400,
                400,
            ),
            (
                json!({ "last_name": "D", "details": [{ "key": "", "value": "1" }] }),
                400,
                400,
            ),
            (json!(["Anne"]), 400, 400),
        ];
        for (body, first, fist) in cases {
            let mut state = ServerState::for_test(KEYS);
            assert_eq!(put(&mut state, "contacts", &body).status, first, "{body}");
            state
                .settings
                .set(FIRST_NAME.name, "fist_name")
                .expect("a spelling");
            assert_eq!(put(&mut state, "contacts", &body).status, fist, "{body}");
        }
    }

    #[test]
    fn a_body_without_length_or_json_type_is_empty() {
        let mut state = ServerState::for_test(KEYS);
        let mut chunked = request("PUT", "contacts").with("content-type", "application/json");
        chunked.body = br#"{"first_name":"Anne"}"#.to_vec();
        assert_eq!(answer(&mut state, &chunked).status, 400);
        let plain = request("PUT", "contacts").with_body("text/plain", r#"{"first_name":"Anne"}"#);
        assert_eq!(answer(&mut state, &plain).status, 400);
    }

    #[test]
    fn updates_take_parameters_and_no_json() {
        let mut state = with_anne();
        let body = json!({ "last_name": "Durand" });
        assert_eq!(
            answer(&mut state, &request("POST", "contact/1").with_json(&body)).status,
            400
        );
        let form = "last_name=Durand&detail.Mobile=2&detail.Email=a%40b.example&address.city=Paris";
        assert_eq!(
            post(&mut state, "contact/1", form),
            MockResponse::empty(200)
        );
        let query = request("POST", "contact/1?address.line4=Cedex&nohook=1");
        assert_eq!(answer(&mut state, &query).status, 200);
        let contact = read(&mut state, 1);
        assert_eq!(
            contact["details"][0],
            json!({ "id": 2, "key": "Mobile", "value": "2" })
        );
        assert_eq!(contact["details"][1]["value"], "a@b.example");
        assert_eq!(contact["addresses"][0]["city"], "Paris");
        assert_eq!(contact["addresses"][0]["line4"], "Cedex");
        assert_eq!(contact["id"], Value::Null);
        state
            .settings
            .set(ADDRESSES.name, "nested")
            .expect("a shape");
        assert_eq!(
            read(&mut state, 1)["addresses"][0]["value"]["city"],
            "Paris"
        );
    }

    #[test]
    fn wrong_updates_change_nothing() {
        let mut state = with_anne();
        let before = read(&mut state, 1);
        let cases = [
            ("contact/1", "name=A", 400),
            ("contact/1", "", 400),
            ("contact/1", "first_name=", 400),
            ("contact/1", "address.line5=A", 400),
            ("contact/1", "detail.=A", 400),
            ("contact/9", "first_name=A", 404),
            ("contact/1/2", "line1=A", 400),
            ("contact/1/9", "value=A", 404),
            ("contact/1/Address-2", "city=A", 404),
            ("contact/1/Address-2", "line3=A", 400),
        ];
        for (path, form, status) in cases {
            assert_eq!(post(&mut state, path, form).status, status, "{path} {form}");
        }
        assert_eq!(read(&mut state, 1), before);
    }

    #[test]
    fn details_are_added_changed_and_deleted() {
        let mut state = with_anne();
        for body in [json!([]), json!({ "key": "Fax", "value": "3" })] {
            assert_eq!(put(&mut state, "contact/1", &body).status, 400);
        }
        let body = json!([{ "key": "Fax", "value": "3" }]);
        assert_eq!(put(&mut state, "contact/9", &body).status, 404);
        assert_eq!(
            put(&mut state, "contact/1", &body),
            MockResponse::empty(200)
        );
        assert_eq!(
            post(&mut state, "contact/1/3", "key=Home+fax&value=4").status,
            200
        );
        assert_eq!(
            answer(&mut state, &request("DELETE", "contact/1/2")).status,
            200
        );
        let wanted = json!([{ "id": 3, "key": "Home fax", "value": "4" }]);
        assert_eq!(read(&mut state, 1)["details"], wanted);
        post(&mut state, "contact/1", "address.city=Paris");
        assert_eq!(
            post(&mut state, "contact/1/Address-4", "city=Lyon").status,
            200
        );
        assert_eq!(read(&mut state, 1)["addresses"][0]["city"], "Lyon");
        assert_eq!(
            answer(&mut state, &request("DELETE", "contact/1/Address-4")).status,
            200
        );
        assert_eq!(
            answer(&mut state, &request("DELETE", "contact/1")),
            MockResponse::empty(200)
        );
        assert_eq!(
            answer(&mut state, &request("DELETE", "contact/1")).status,
            404
        );
        assert_eq!(
            answer(&mut state, &request("PATCH", "contact/1")).status,
            405
        );
    }
}
