//! `allocloud` v3.0 from its document and its public SDK (P2): PUT creates, POST updates, everything
//! stands under `data`.
//!
//! *Assumed*, because nothing is documented: every status but the success of an HTTP call; the words in
//! `error.type`; that each key of the document's example is required; that a batch is applied whole or
//! not at all; that an update replaces the whole contact; that a wrong content type is refused.

mod body;
mod rules;
mod settings;

use serde_json::{Map, Value, json};

use self::body::{batch, data, refuse, refuse_flaws};
use self::rules::{ContactForm, contact_flaws};
use self::settings::{CREATED_SHAPE, TOKEN_PLACE, company_rule};
use crate::sandbox::book::{RecordKeys, id_text};
use crate::sandbox::check::{self, JsonKind, Key, Presence, text};
use crate::sandbox::request::MockRequest;
use crate::sandbox::response::MockResponse;
use crate::sandbox::state::{Scheme, ServerState};
use crate::sandbox::vendor::MockVendor;

/// The vendor.
pub(super) const VENDOR: MockVendor = MockVendor {
    name: "allocloud",
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
    names: &["last", "name"],
};
const CREDENTIALS: &[(&str, &str)] = &[("account", "sandbox"), ("api_key", "sandbox-api-key")];

/// The one user of the account.
const USER: &str = "sandbox";
/// Life of a token, *assumed*: the analogy of FACTS section 1.2 says about an hour.
const TOKEN_SECONDS: i64 = 3_600;

/// Answers one request.
fn answer(state: &mut ServerState, request: &MockRequest) -> MockResponse {
    respond(state, request).unwrap_or_else(|refused| refused)
}

fn respond(state: &mut ServerState, request: &MockRequest) -> Result<MockResponse, MockResponse> {
    let segments = request.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (request.method.as_str(), parts.as_slice()) {
        ("PUT", ["v3.0", "auth", "account"]) => sign_in(state, request, None),
        ("PUT", ["v3.0", "auth", "user"]) => sign_in(state, request, Some(USER)),
        (_, ["v3.0", "auth", "account" | "user"]) => {
            Err(refuse(request, 405, "method not allowed"))
        }
        (_, ["v3.0", "directories", rest @ ..]) => {
            let token = request.header("x-auth-token").unwrap_or_default();
            if !state.tokens.spend(Scheme::Header, token, request.now) {
                return Err(refuse(request, 401, "invalid or missing auth token"));
            }
            directories(state, request, rest)
        }
        _ => Err(refuse(request, 404, "no such resource")),
    }
}

/// A token for the account, or for one of its users (P5).
fn sign_in(
    state: &mut ServerState,
    request: &MockRequest,
    user: Option<&str>,
) -> Result<MockResponse, MockResponse> {
    let data = data(request)?;
    let mut flaws = Vec::new();
    let mut keys = vec![Key("api_key", JsonKind::Text, Presence::Must)];
    keys.extend(user.map(|_| Key("username", JsonKind::Text, Presence::Must)));
    check::object(&data, "data", &keys, &mut flaws);
    refuse_flaws(request, &flaws)?;
    let is_user = user.is_none_or(|user| text(&data, "username") == user);
    if !is_user || text(&data, "api_key") != CREDENTIALS[1].1 {
        return Err(refuse(request, 401, "invalid api key"));
    }
    let token = state
        .tokens
        .issue(Scheme::Header, request.now, TOKEN_SECONDS);
    Ok(match state.settings.choice(&TOKEN_PLACE) {
        "top" => MockResponse::json(200, &json!({ "auth_token": token, "data": {} })),
        _ => MockResponse::json(200, &json!({ "data": { "auth_token": token } })),
    })
}

fn directories(
    state: &mut ServerState,
    request: &MockRequest,
    rest: &[&str],
) -> Result<MockResponse, MockResponse> {
    match (request.method.as_str(), rest) {
        ("GET", []) => Ok(ok(&state.book.all().cloned().collect())),
        ("PUT", []) => create(state, request),
        ("POST", []) => update(state, request),
        ("POST", ["delete"]) => delete_many(state, request),
        // The document says "URL Parameter": a query here, a part of the path below (P2).
        ("DELETE", []) => delete(
            state,
            request,
            &request.query_value("computer_id").unwrap_or_default(),
        ),
        ("DELETE", [id]) => delete(state, request, id),
        ("GET", [id]) => match state.book.get(id) {
            Some(contact) => Ok(ok(contact)),
            None => Err(refuse(request, 404, "no such contact")),
        },
        (_, [] | [_]) => Err(refuse(request, 405, "method not allowed")),
        _ => Err(refuse(request, 404, "no such resource")),
    }
}

fn create(state: &mut ServerState, request: &MockRequest) -> Result<MockResponse, MockResponse> {
    let data = data(request)?;
    if data.get("details").is_some() {
        return create_one(state, request, &data);
    }
    let contacts = batch(state, request, &data, ContactForm::New)?;
    let ids: Vec<Value> = contacts
        .iter()
        .map(|contact| json!(store(state, contact)))
        .collect();
    Ok(created(state.settings.choice(&CREATED_SHAPE), &ids))
}

/// One contact directly in `data`, as the SDK sends it (P2).
fn create_one(
    state: &mut ServerState,
    request: &MockRequest,
    data: &Value,
) -> Result<MockResponse, MockResponse> {
    let mut flaws = Vec::new();
    contact_flaws(
        data,
        "data",
        ContactForm::New,
        company_rule(state),
        &mut flaws,
    );
    refuse_flaws(request, &flaws)?;
    let id = store(state, data);
    Ok(ok(state.book.get(&id.to_string()).unwrap_or(&Value::Null)))
}

fn store(state: &mut ServerState, contact: &Value) -> u64 {
    let id = state.book.fresh_id();
    state.book.put(record(json!(id), contact));
    id
}

fn record(id: Value, contact: &Value) -> Value {
    let mut record = Map::new();
    record.insert("id".to_owned(), id);
    for key in ["user_id", "details", "phonebook"] {
        if let Some(value) = contact.get(key) {
            record.insert(key.to_owned(), value.clone());
        }
    }
    Value::Object(record)
}

fn created(shape: &str, ids: &[Value]) -> MockResponse {
    let keyed = |key: &str| {
        let mut items = ids.iter().map(|id| json!({ key: id }));
        if ids.len() == 1 {
            items.next().unwrap_or_default()
        } else {
            items.collect()
        }
    };
    ok(&match shape {
        "id" | "computer-id" => keyed(shape),
        _ => {
            json!({ "contacts": ids.iter().map(|id| json!({ "id": id })).collect::<Value>() })
        }
    })
}

fn update(state: &mut ServerState, request: &MockRequest) -> Result<MockResponse, MockResponse> {
    let data = data(request)?;
    let contacts = batch(state, request, &data, ContactForm::Known)?;
    let mut updated = Vec::new();
    for contact in &contacts {
        let Some(known) = state.book.get(&id_text(&contact["id"])) else {
            return Err(refuse(
                request,
                404,
                &format!("no such contact \"{}\"", contact["id"]),
            ));
        };
        updated.push(known["id"].clone());
    }
    for (id, contact) in updated.iter().zip(&contacts) {
        state.book.put(record(id.clone(), contact));
    }
    Ok(ok(&json!({ "updated": updated })))
}

fn delete(
    state: &mut ServerState,
    request: &MockRequest,
    id: &str,
) -> Result<MockResponse, MockResponse> {
    let known = state.book.get(id).map(|contact| contact["id"].clone());
    let known = known.ok_or_else(|| refuse(request, 404, "no such contact"))?;
    state.book.remove(id);
    Ok(ok(&json!({ "deleted": [known] })))
}

/// Unknown identifiers are left out of the answer, *assumed*.
fn delete_many(
    state: &mut ServerState,
    request: &MockRequest,
) -> Result<MockResponse, MockResponse> {
    let data = data(request)?;
    let mut flaws = Vec::new();
    check::object(
        &data,
        "data",
        &[Key("ids", JsonKind::List, Presence::Must)],
        &mut flaws,
    );
    refuse_flaws(request, &flaws)?;
    let asked = data["ids"].as_array().into_iter().flatten().map(id_text);
    let deleted: Vec<Value> = asked
        .filter_map(|id| {
            let known = state.book.get(&id)?["id"].clone();
            state.book.remove(&id).then_some(known)
        })
        .collect();
    Ok(ok(&json!({ "deleted": deleted })))
}

fn ok(data: &Value) -> MockResponse {
    MockResponse::json(200, &json!({ "data": data }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(company: &str) -> Value {
        json!({ "details": {
            "names": { "first": "Anne", "last": "Durand" },
            "company": { "name": company },
            "phone_numbers": { "land_lines": ["0199000001"], "mobiles": [], "faxes": [""] } },
            "phonebook": "global" })
    }

    fn many(contacts: &[Value]) -> Value {
        json!({ "data": { "contacts": contacts, "phonebook": "global" } })
    }

    fn token(state: &mut ServerState) -> String {
        let body = json!({ "data": { "api_key": "sandbox-api-key" } });
        let reply = answer(
            state,
            &MockRequest::new("PUT", "/v3.0/auth/account").with_json(&body),
        );
        text(&reply.value()["data"], "auth_token").to_owned()
    }

    fn call(
        state: &mut ServerState,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let token = token(state);
        let request = MockRequest::new(method, path).with("x-auth-token", &token);
        let request = body.map_or(request.clone(), |body| request.with_json(body));
        let reply = answer(state, &request);
        (reply.status, reply.value())
    }

    #[test]
    fn sign_in_wants_the_key_and_the_rest_wants_the_token() {
        let mut state = ServerState::for_test(KEYS);
        let cases = [
            (json!({ "data": { "api_key": "wrong" } }), 401),
            (json!({ "data": {} }), 400),
            (json!({ "api_key": "sandbox-api-key" }), 400),
        ];
        for (body, status) in cases {
            let request = MockRequest::new("PUT", "/v3.0/auth/account").with_json(&body);
            assert_eq!(answer(&mut state, &request).status, status, "{body}");
        }
        for request in [
            MockRequest::new("GET", "/v3.0/directories"),
            MockRequest::new("GET", "/v3.0/directories").with("x-auth-token", "wrong"),
        ] {
            assert_eq!(answer(&mut state, &request).status, 401);
        }
    }

    #[test]
    fn the_token_may_stand_at_the_top() {
        let mut state = ServerState::for_test(KEYS);
        state
            .settings
            .set(TOKEN_PLACE.name, "top")
            .expect("a place");
        let body = json!({ "data": { "api_key": "sandbox-api-key" } });
        let reply = answer(
            &mut state,
            &MockRequest::new("PUT", "/v3.0/auth/account").with_json(&body),
        );
        assert!(reply.value()["auth_token"].is_string());
    }

    #[test]
    fn a_bad_contact_refuses_the_whole_batch() {
        let mut state = ServerState::for_test(KEYS);
        let body = many(&[contact("Acme"), contact("Söhne & Co")]);
        let (status, reply) = call(&mut state, "PUT", "/v3.0/directories", Some(&body));
        assert_eq!(status, 400);
        assert!(text(&reply["error"], "details").contains("data.contacts.1.details.company.name"));
        assert_eq!(state.book.all().count(), 0);
    }

    #[test]
    fn a_create_answers_in_three_shapes() {
        let cases = [
            ("contacts", json!({ "contacts": [{ "id": 1 }] })),
            ("id", json!({ "id": 1 })),
            ("computer-id", json!({ "computer-id": 1 })),
        ];
        for (shape, wanted) in cases {
            let mut state = ServerState::for_test(KEYS);
            state
                .settings
                .set(CREATED_SHAPE.name, shape)
                .expect("a shape");
            let body = many(&[contact("")]);
            let (status, reply) = call(&mut state, "PUT", "/v3.0/directories", Some(&body));
            assert_eq!((status, &reply["data"]), (200, &wanted));
        }
    }

    #[test]
    fn a_contact_lives_from_create_to_delete() {
        let mut state = ServerState::for_test(KEYS);
        let (_, made) = call(
            &mut state,
            "PUT",
            "/v3.0/directories",
            Some(&json!({ "data": contact("") })),
        );
        assert_eq!(made["data"]["id"], 1);
        let mut changed = contact("Acme");
        changed["id"] = json!("1");
        let (status, reply) = call(
            &mut state,
            "POST",
            "/v3.0/directories",
            Some(&many(&[changed])),
        );
        assert_eq!(
            (status, reply),
            (200, json!({ "data": { "updated": [1] } }))
        );
        let (_, read) = call(&mut state, "GET", "/v3.0/directories/1", None);
        assert_eq!(read["data"]["details"]["company"]["name"], "Acme");
        let (_, gone) = call(
            &mut state,
            "DELETE",
            "/v3.0/directories?computer_id=1",
            None,
        );
        assert_eq!(gone, json!({ "data": { "deleted": [1] } }));
        assert_eq!(
            call(&mut state, "DELETE", "/v3.0/directories/1", None).0,
            404
        );
        assert_eq!(
            call(&mut state, "GET", "/v3.0/directories", None).1,
            json!({ "data": [] })
        );
    }

    #[test]
    fn wrong_turns_are_refused() {
        let mut state = ServerState::for_test(KEYS);
        let cases = [
            ("PATCH", "/v3.0/directories", 405),
            ("GET", "/v3.0/auth/account", 405),
            ("GET", "/v3.0/directories/", 404),
            ("GET", "/v2.0/directories", 404),
            ("PUT", "/v3.0/directories", 415),
            ("DELETE", "/v3.0/directories", 404),
        ];
        for (method, path, status) in cases {
            assert_eq!(
                call(&mut state, method, path, None).0,
                status,
                "{method} {path}"
            );
        }
    }
}
