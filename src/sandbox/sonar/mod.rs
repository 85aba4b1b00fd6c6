//! `sonar` v1 from its document: contacts under an account, one of them primary, pages with a paginator.
//!
//! *Assumed*, because nothing is documented: which accounts exist and what an unknown one answers; the
//! shapes of the account and data endpoints; that null clears an optional text; that a telephone number
//! is digits and its `extension` has to be there; that an update of `phone_numbers` replaces them all;
//! that no other key is taken, except `id`, which the vendor's importer sends (P16).

mod reply;
mod rules;
mod settings;

use serde_json::{Value, json};

use self::reply::{data, error, page, refuse_flaws};
use self::settings::ACCOUNTS;
use crate::sandbox::book::{RecordKeys, id_text};
use crate::sandbox::check::{self, Flaw, Presence, text};
use crate::sandbox::request::MockRequest;
use crate::sandbox::response::MockResponse;
use crate::sandbox::state::ServerState;
use crate::sandbox::vendor::MockVendor;

/// The vendor.
pub(super) const VENDOR: MockVendor = MockVendor {
    name: "sonar",
    keys: KEYS,
    credentials: CREDENTIALS,
    settings: settings::SETTINGS,
    limit: None,
    answer,
    refuse,
};

const KEYS: RecordKeys = RecordKeys {
    id: "id",
    parent: Some("account_id"),
    names: &["name"],
};
const CREDENTIALS: &[(&str, &str)] = &[("username", "sandbox"), ("password", "sandbox-password")];

/// `sandbox:sandbox-password` in base 64.
const BASIC: &str = "Basic c2FuZGJveDpzYW5kYm94LXBhc3N3b3Jk";

/// Answers one request.
fn answer(state: &mut ServerState, request: &MockRequest) -> MockResponse {
    respond(state, request).unwrap_or_else(|refused| refused)
}

/// The vendor's error object with one message.
fn refuse(_request: &MockRequest, status: u16, words: &str) -> MockResponse {
    error(status, &json!(words))
}

fn respond(state: &mut ServerState, request: &MockRequest) -> Result<MockResponse, MockResponse> {
    firewall(request)?;
    if request.header("authorization") != Some(BASIC) {
        return Err(refuse(request, 401, "Invalid credentials."));
    }
    let segments = request.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    let ["api", "v1", rest @ ..] = parts.as_slice() else {
        return Err(refuse(request, 404, "Not found."));
    };
    match (request.method.as_str(), rest) {
        ("GET", ["_data", "version"]) => Ok(data(200, &json!({ "version": "0.6.0" }))),
        ("GET", ["_data", "email_categories"]) => Ok(data(200, &rules::categories())),
        ("GET", ["accounts"]) => {
            let accounts = 1..=state.settings.count(&ACCOUNTS);
            let total = state.settings.count(&ACCOUNTS);
            Ok(page(
                request,
                state.settings.page_size(),
                total,
                accounts,
                account,
            ))
        }
        (method, ["accounts", id, rest @ ..]) => {
            let id = id
                .parse()
                .ok()
                .filter(|id| (1..=state.settings.count(&ACCOUNTS)).contains(id));
            let id = id.ok_or_else(|| refuse(request, 404, "That account ID does not exist."))?;
            in_account(state, request, id, (method, rest))
        }
        (_, ["_data", "version" | "email_categories"] | ["accounts"]) => {
            Err(refuse(request, 405, "Method not allowed."))
        }
        _ => Err(refuse(request, 404, "Not found.")),
    }
}

/// What the vendor's web application firewall lets pass (P17).
fn firewall(request: &MockRequest) -> Result<(), MockResponse> {
    let content_type = request.header("content-type");
    let odd = content_type.is_some_and(|value| value.to_ascii_lowercase().contains("charset=utf8"));
    if odd || (request.method == "GET" && content_type.is_some()) {
        return Err(MockResponse::html(403, "Forbidden"));
    }
    Ok(())
}

fn account(id: u64) -> Value {
    json!({ "id": id, "name": format!("Account {id}") })
}

fn in_account(
    state: &mut ServerState,
    request: &MockRequest,
    account_id: u64,
    call: (&str, &[&str]),
) -> Result<MockResponse, MockResponse> {
    match call {
        ("GET", []) => Ok(data(200, &account(account_id))),
        ("GET", ["contacts"]) => {
            let places = state.book.places_under(account_id);
            let contact = |place| shown(state.book.at(place));
            let total = places.len() as u64;
            Ok(page(
                request,
                state.settings.page_size(),
                total,
                places,
                contact,
            ))
        }
        ("POST", ["contacts"]) => create(state, request, account_id),
        (method, ["contacts", id]) => {
            let found = state
                .book
                .get(id)
                .filter(|contact| contact["account_id"] == account_id);
            let found = found
                .cloned()
                .ok_or_else(|| refuse(request, 404, "That contact ID does not exist."))?;
            one(state, request, method, found)
        }
        (_, [] | ["contacts"]) => Err(refuse(request, 405, "Method not allowed.")),
        _ => Err(refuse(request, 404, "Not found.")),
    }
}

fn one(
    state: &mut ServerState,
    request: &MockRequest,
    method: &str,
    contact: Value,
) -> Result<MockResponse, MockResponse> {
    match method {
        "GET" => Ok(data(200, &shown(&contact))),
        "PATCH" => update(state, request, contact),
        "DELETE" => {
            state.book.remove(&id_text(&contact["id"]));
            Ok(data(200, &json!({ "message": "Contact deleted" })))
        }
        _ => Err(refuse(request, 405, "Method not allowed.")),
    }
}

fn create(
    state: &mut ServerState,
    request: &MockRequest,
    account_id: u64,
) -> Result<MockResponse, MockResponse> {
    let body = body(request)?;
    let mut flaws = rules::flaws(&body, Presence::Must);
    let both = [text(&body, "username"), text(&body, "password")].map(str::is_empty);
    match both {
        [true, false] => flaws.push(check::missing("username")),
        [false, true] => flaws.push(check::missing("password")),
        _ => {}
    }
    more_flaws(state, &body, account_id, None, &mut flaws);
    refuse_flaws(state, &flaws)?;
    let contact = json!({
        "id": state.book.fresh_id(), "name": body["name"], "role": body["role"],
        "email_address": body["email_address"],
        "phone_numbers": rules::phone_numbers(&body["phone_numbers"]),
        "email_message_categories": body["email_message_categories"],
        "primary": body["primary"], "username": body["username"], "account_id": account_id,
    });
    Ok(store(state, contact))
}

fn update(
    state: &mut ServerState,
    request: &MockRequest,
    mut contact: Value,
) -> Result<MockResponse, MockResponse> {
    let body = body(request)?;
    let mut flaws = rules::flaws(&body, Presence::May);
    let new_login = contact["username"].is_null() && !text(&body, "username").is_empty();
    if new_login && text(&body, "password").is_empty() {
        flaws.push(check::missing("password"));
    }
    let account_id = contact["account_id"].as_u64().unwrap_or_default();
    more_flaws(state, &body, account_id, Some(&contact["id"]), &mut flaws);
    refuse_flaws(state, &flaws)?;
    for (key, value) in body.as_object().into_iter().flatten() {
        match key.as_str() {
            "id" | "account_id" | "password" => {}
            "phone_numbers" => contact[key] = rules::phone_numbers(value),
            _ => contact[key] = value.clone(),
        }
    }
    Ok(store(state, contact))
}

/// Answers 201 for an update as for a create (S).
fn store(state: &mut ServerState, contact: Value) -> MockResponse {
    if contact["primary"] == true {
        take_primary(state, &contact);
    }
    let answer = data(201, &shown(&contact));
    state.book.put(contact);
    answer
}

fn take_primary(state: &mut ServerState, from: &Value) {
    let holds = |other: &&Value| other["primary"] == true && other["id"] != from["id"];
    let account = from["account_id"].as_u64().unwrap_or_default();
    let holders: Vec<Value> = state.book.under(account).filter(holds).cloned().collect();
    for mut holder in holders {
        holder["primary"] = json!(false);
        state.book.put(holder);
    }
}

/// What only the book knows: usernames are unique without regard to case, *assumed* from P21c.
fn more_flaws(
    state: &ServerState,
    body: &Value,
    account_id: u64,
    own: Option<&Value>,
    flaws: &mut Vec<Flaw>,
) {
    if body.get("account_id").is_some_and(|id| *id != account_id) {
        flaws.push(Flaw::new(
            "account_id",
            "The account id differs from the one in the path.",
        ));
    }
    let username = text(body, "username").to_lowercase();
    let same = |other: &Value| text(other, "username").to_lowercase() == username;
    let mut others = state.book.all().filter(|other| Some(&other["id"]) != own);
    if !username.is_empty() && others.any(same) {
        flaws.push(Flaw::new(
            "username",
            "The username has already been taken.",
        ));
    }
}

/// A record as the vendor shows it: without its account.
fn shown(contact: &Value) -> Value {
    let mut contact = contact.clone();
    if let Some(map) = contact.as_object_mut() {
        map.shift_remove("account_id");
    }
    contact
}

fn body(request: &MockRequest) -> Result<Value, MockResponse> {
    if request.media_type() != "application/json" {
        return Err(refuse(
            request,
            415,
            "Content type must be application/json.",
        ));
    }
    request
        .json()
        .ok_or_else(|| refuse(request, 400, "The body is no JSON."))
}

#[cfg(test)]
mod tests {
    use super::settings::MESSAGES;
    use super::*;

    fn jacob() -> Value {
        json!({ "name": "Jacob Kailing", "email_message_categories": [2], "primary": true })
    }

    fn changed(key: &str, value: Value) -> Value {
        let mut body = jacob();
        body[key] = value;
        body
    }

    fn call(
        state: &mut ServerState,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> MockResponse {
        let request =
            MockRequest::new(method, &format!("/api/v1{path}")).with("authorization", BASIC);
        let request = body.map_or(request.clone(), |body| request.with_json(body));
        answer(state, &request)
    }

    #[test]
    fn the_firewall_and_the_password_stand_before_everything() {
        let mut state = ServerState::for_test(KEYS);
        let request = MockRequest::new("GET", "/api/v1/accounts");
        assert_eq!(answer(&mut state, &request).status, 401);
        let request = request.with("authorization", BASIC);
        assert_eq!(answer(&mut state, &request).status, 200);
        let typed = request.with("content-type", "application/json");
        assert_eq!(answer(&mut state, &typed).status, 403);
        for (charset, status) in [("UTF8", 403), ("utf-8", 201)] {
            let kind = format!("application/json; charset={charset}");
            let request = MockRequest::new("POST", "/api/v1/accounts/1/contacts")
                .with("authorization", BASIC);
            let request = request.with_body(&kind, &jacob().to_string());
            assert_eq!(answer(&mut state, &request).status, status, "{charset}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let mut state = ServerState::for_test(KEYS);
        let phone = |phones: Value| changed("phone_numbers", phones);
        let cases = [
            (changed("name", json!("")), "name"),
            (changed("primary", json!(1)), "primary"),
            (
                changed("email_message_categories", json!(["2"])),
                "email_message_categories",
            ),
            (
                changed("email_message_categories", json!([9])),
                "email_message_categories",
            ),
            (
                changed("email_message_categories", json!("2")),
                "email_message_categories",
            ),
            (changed("title", json!("CEO")), "title"),
            (changed("role", json!(7)), "role"),
            (changed("username", json!("abcdef")), "password"),
            (changed("password", json!("abcdefgh")), "username"),
            (changed("account_id", json!(2)), "account_id"),
            (phone(json!([])), "phone_numbers"),
            (
                phone(json!({ "pager": { "number": "1", "extension": null } })),
                "phone_numbers",
            ),
            (
                phone(json!({ "work": { "number": "+1 2", "extension": null } })),
                "phone_numbers.work",
            ),
            (
                phone(json!({ "work": { "number": null, "extension": null } })),
                "phone_numbers.work.number",
            ),
            (
                phone(json!({ "work": { "number": "12", "extension": true } })),
                "phone_numbers.work",
            ),
            (
                phone(json!({ "work": { "number": "12" } })),
                "phone_numbers.work.extension",
            ),
        ];
        for (body, field) in cases {
            let reply = call(&mut state, "POST", "/accounts/1/contacts", Some(&body));
            assert_eq!(reply.status, 422, "{body}");
            let message = &reply.value()["error"]["message"];
            assert!(message[field].is_string(), "{body}: {message}");
        }
        assert_eq!(state.book.all().count(), 0);
    }

    #[test]
    fn the_message_has_three_shapes() {
        let mut state = ServerState::for_test(KEYS);
        let words = "The name field is required.";
        let cases = [
            ("texts", json!({ "name": words })),
            ("lists", json!({ "name": [words] })),
            ("plain", json!(words)),
        ];
        for (shape, wanted) in cases {
            state.settings.set(MESSAGES.name, shape).expect("a shape");
            let body = changed("name", json!(""));
            let reply = call(&mut state, "POST", "/accounts/1/contacts", Some(&body));
            assert_eq!(reply.value()["error"]["message"], wanted);
        }
    }

    #[test]
    fn a_contact_lives_from_create_to_delete() {
        let mut state = ServerState::for_test(KEYS);
        let body = changed(
            "phone_numbers",
            json!({ "work": { "number": "1231231234", "extension": "" } }),
        );
        let made = call(&mut state, "POST", "/accounts/1/contacts", Some(&body));
        assert_eq!(made.status, 201);
        assert_eq!(
            made.value()["data"]["phone_numbers"]["work"]["extension"],
            Value::Null
        );
        assert_eq!(made.value()["data"]["account_id"], Value::Null);
        let path = "/accounts/1/contacts/1";
        let body = json!({ "phone_numbers": {}, "role": "Boss" });
        let reply = call(&mut state, "PATCH", path, Some(&body));
        assert_eq!(
            (reply.status, &reply.value()["data"]["phone_numbers"]),
            (201, &json!([]))
        );
        assert_eq!(
            call(&mut state, "GET", path, None).value()["data"]["role"],
            "Boss"
        );
        assert_eq!(
            call(&mut state, "GET", "/accounts/2/contacts/1", None).status,
            404
        );
        assert_eq!(call(&mut state, "DELETE", path, None).status, 200);
        assert_eq!(call(&mut state, "DELETE", path, None).status, 404);
        assert_eq!(
            call(&mut state, "GET", "/accounts/51/contacts", None).status,
            404
        );
        assert_eq!(
            call(&mut state, "PUT", "/accounts/1/contacts", None).status,
            405
        );
    }

    #[test]
    fn the_primary_moves_within_its_account() {
        let mut state = ServerState::for_test(KEYS);
        for account in [1, 1, 2] {
            let path = format!("/accounts/{account}/contacts");
            assert_eq!(call(&mut state, "POST", &path, Some(&jacob())).status, 201);
        }
        let flags = |state: &ServerState| {
            state
                .book
                .all()
                .map(|one| one["primary"] == true)
                .collect::<Vec<_>>()
        };
        assert_eq!(flags(&state), [false, true, true]);
        call(
            &mut state,
            "PATCH",
            "/accounts/1/contacts/1",
            Some(&json!({ "primary": true })),
        );
        assert_eq!(flags(&state), [true, false, true]);
    }

    #[test]
    fn a_login_needs_a_password_once() {
        let mut state = ServerState::for_test(KEYS);
        call(&mut state, "POST", "/accounts/1/contacts", Some(&jacob()));
        call(&mut state, "POST", "/accounts/1/contacts", Some(&jacob()));
        let cases = [
            ("1", json!({ "username": "babymonkey" }), 422),
            (
                "1",
                json!({ "username": "four", "password": "12345678" }),
                422,
            ),
            (
                "1",
                json!({ "username": "babymonkey", "password": "1234567" }),
                422,
            ),
            (
                "1",
                json!({ "username": "babymonkey", "password": "12345678" }),
                201,
            ),
            ("1", json!({ "username": "ridingonapig" }), 201),
            (
                "2",
                json!({ "username": "RidingOnAPig", "password": "12345678" }),
                422,
            ),
        ];
        for (id, body, status) in cases {
            let path = format!("/accounts/1/contacts/{id}");
            assert_eq!(
                call(&mut state, "PATCH", &path, Some(&body)).status,
                status,
                "{body}"
            );
        }
    }

    #[test]
    fn lists_come_in_pages() {
        let mut state = ServerState::for_test(KEYS);
        for _ in 0..5 {
            call(&mut state, "POST", "/accounts/1/contacts", Some(&jacob()));
        }
        let reply = call(
            &mut state,
            "GET",
            "/accounts/1/contacts?limit=2&page=3",
            None,
        )
        .value();
        let wanted = json!({ "total_count": 5, "total_pages": 3, "current_page": 3, "limit": 2 });
        assert_eq!(reply["paginator"], wanted);
        assert_eq!(reply["data"][0]["id"], 5);
        let reply = call(&mut state, "GET", "/accounts?limit=500", None).value();
        assert_eq!(reply["paginator"]["limit"], 100);
        assert_eq!(reply["data"].as_array().map(Vec::len), Some(50));
    }
}
