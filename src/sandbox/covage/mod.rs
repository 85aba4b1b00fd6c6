//! `covage` from its document: five texts per contact, every path ends in a slash, a create answers 200,
//! a modification replaces the whole record.
//!
//! *Assumed*, because nothing is documented: that all five fields must be there as texts and may be
//! empty; that a modification carries `contact_uuid` as the example does; that both generations of
//! tokens (P11, P12) open the contacts; what a missing slash does; the status of a deletion.

mod error;
mod settings;

use serde_json::{Map, Value, json};

use self::error::CovageError;
use self::settings::ERRORS;
use crate::sandbox::book::RecordKeys;
use crate::sandbox::check::{self, Flaw, JsonKind, Key, Presence, text};
use crate::sandbox::request::MockRequest;
use crate::sandbox::response::MockResponse;
use crate::sandbox::state::{Scheme, ServerState};
use crate::sandbox::vendor::MockVendor;

/// The vendor.
pub(super) const VENDOR: MockVendor = MockVendor {
    name: "covage",
    keys: KEYS,
    credentials: CREDENTIALS,
    settings: settings::SETTINGS,
    limit: None,
    answer,
    refuse,
};

const KEYS: RecordKeys = RecordKeys {
    id: "contact_uuid",
    parent: None,
    names: &["last_name"],
};
const CREDENTIALS: &[(&str, &str)] = &[
    ("email", "sandbox@example.com"),
    ("password", "sandbox-password"),
];

const FIELDS: [&str; 5] = [
    "first_name",
    "last_name",
    "phone_number",
    "cell_phone_number",
    "email",
];
/// Life of a first generation token (P11) and of a second generation one (P12).
const JWT_SECONDS: i64 = 24 * 3_600;
const BEARER_SECONDS: i64 = 3_600;

/// Answers one request.
fn answer(state: &mut ServerState, request: &MockRequest) -> MockResponse {
    let is_uniform = state.settings.choice(&ERRORS) == "uniform";
    respond(state, request).unwrap_or_else(|refusal| refusal.answer(request, is_uniform))
}

/// The vendor's error object (P14).
fn refuse(request: &MockRequest, status: u16, words: &str) -> MockResponse {
    CovageError::new(status, words).answer(request, true)
}

fn respond(state: &mut ServerState, request: &MockRequest) -> Result<MockResponse, CovageError> {
    let segments = request.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["api", "v2", "account", "token", ""] => sign_in(state, request, Scheme::Bearer),
        ["api", "account", "token", "refresh", ""] => renew(state, request),
        ["api", "account", "token", ""] => sign_in(state, request, Scheme::Jwt),
        ["api", "contacts", rest @ .., ""] => {
            authorize(state, request)?;
            contacts(state, request, rest)
        }
        // A framework with strict slashes sends readers on and loses writers.
        ["api", .., last] if !last.is_empty() && request.method == "GET" => {
            Ok(MockResponse::empty(301).with("location", &format!("/covage{}/", request.path)))
        }
        _ => Err(CovageError::new(404, "Not found.")),
    }
}

fn sign_in(
    state: &mut ServerState,
    request: &MockRequest,
    scheme: Scheme,
) -> Result<MockResponse, CovageError> {
    if request.method != "POST" {
        return Err(CovageError::new(405, "Method not allowed."));
    }
    let keys = ["email", "password"].map(|key| Key(key, JsonKind::Text, Presence::Must));
    let body = body(request, &keys)?;
    // The address is compared without regard to case (FACTS 3.2).
    let email = text(&body, "email").eq_ignore_ascii_case(CREDENTIALS[0].1);
    if !email || text(&body, "password") != CREDENTIALS[1].1 {
        // The first generation says 400, the second 401 (P11, P12).
        let status = if scheme == Scheme::Jwt { 400 } else { 401 };
        return Err(CovageError::new(
            status,
            "Unable to log in with provided credentials.",
        ));
    }
    let user = json!({ "uuid": "sandbox", "email": CREDENTIALS[0].1 });
    if scheme == Scheme::Jwt {
        let token = state.tokens.issue(scheme, request.now, JWT_SECONDS);
        return Ok(MockResponse::json(
            200,
            &json!({ "token": token, "user": user }),
        ));
    }
    let access = state.tokens.issue(scheme, request.now, BEARER_SECONDS);
    let refresh = format!("{access}-refresh");
    Ok(MockResponse::json(
        200,
        &json!({ "access": access, "refresh": refresh, "user": user }),
    ))
}

/// A new token for one that is still good (P11); body and answer are *assumed*.
fn renew(state: &mut ServerState, request: &MockRequest) -> Result<MockResponse, CovageError> {
    if request.method != "POST" {
        return Err(CovageError::new(405, "Method not allowed."));
    }
    let body = body(request, &[Key("token", JsonKind::Text, Presence::Must)])?;
    if !state
        .tokens
        .spend(Scheme::Jwt, text(&body, "token"), request.now)
    {
        return Err(CovageError::new(400, "Signature has expired."));
    }
    let token = state.tokens.issue(Scheme::Jwt, request.now, JWT_SECONDS);
    Ok(MockResponse::json(200, &json!({ "token": token })))
}

fn authorize(state: &mut ServerState, request: &MockRequest) -> Result<(), CovageError> {
    let header = request.header("authorization").unwrap_or_default();
    let (scheme, token) = header.split_once(' ').unwrap_or_default();
    let good = match scheme {
        "Bearer" => state.tokens.spend(Scheme::Bearer, token, request.now),
        "JWT" => state.tokens.spend(Scheme::Jwt, token, request.now),
        _ => {
            return Err(CovageError::new(
                401,
                "Authentication credentials were not provided.",
            ));
        }
    };
    if good {
        Ok(())
    } else {
        Err(CovageError::new(401, "Given token not valid."))
    }
}

fn contacts(
    state: &mut ServerState,
    request: &MockRequest,
    rest: &[&str],
) -> Result<MockResponse, CovageError> {
    match (request.method.as_str(), rest) {
        ("GET", []) => Ok(MockResponse::json(
            200,
            &state.book.all().cloned().collect(),
        )),
        ("POST", []) => create(state, request),
        (_, []) => Err(CovageError::new(405, "Method not allowed.")),
        (method, [uuid]) => {
            let Some(known) = state.book.get(uuid) else {
                return Err(CovageError::new(404, "Not found."));
            };
            match method {
                "GET" => Ok(MockResponse::json(200, known)),
                "PUT" => replace(state, request, uuid),
                "DELETE" => {
                    state.book.remove(uuid);
                    Ok(MockResponse::empty(204))
                }
                _ => Err(CovageError::new(405, "Method not allowed.")),
            }
        }
        _ => Err(CovageError::new(404, "Not found.")),
    }
}

fn create(state: &mut ServerState, request: &MockRequest) -> Result<MockResponse, CovageError> {
    let body = body(
        request,
        &FIELDS.map(|field| Key(field, JsonKind::Text, Presence::Must)),
    )?;
    let uuid = fresh_uuid(state);
    let record = record(&uuid, &body);
    state.book.put(record.clone());
    Ok(MockResponse::json(200, &record))
}

fn replace(
    state: &mut ServerState,
    request: &MockRequest,
    uuid: &str,
) -> Result<MockResponse, CovageError> {
    let mut keys = vec![Key(KEYS.id, JsonKind::Text, Presence::Must)];
    keys.extend(FIELDS.map(|field| Key(field, JsonKind::Text, Presence::Must)));
    let body = body(request, &keys)?;
    if text(&body, KEYS.id) != uuid {
        let flaws = vec![Flaw::new(
            KEYS.id,
            "The identifier differs from the one in the path.",
        )];
        return Err(CovageError {
            flaws,
            ..CovageError::new(400, "Invalid input")
        });
    }
    let record = record(uuid, &body);
    state.book.put(record.clone());
    Ok(MockResponse::json(200, &record))
}

fn record(uuid: &str, body: &Value) -> Value {
    let mut record = Map::new();
    record.insert(KEYS.id.to_owned(), json!(uuid));
    for field in FIELDS {
        record.insert(field.to_owned(), body[field].clone());
    }
    Value::Object(record)
}

/// Eight characters of base 36, as in the document: opaque, and no number to count on.
fn fresh_uuid(state: &mut ServerState) -> String {
    /// Shares no divisor with 36, so that the product meets every value once.
    const STEP: u64 = 1_618_033_988_749;
    const ALL: u64 = 36_u64.pow(8);
    loop {
        let mut value =
            u64::try_from(u128::from(state.book.fresh_id()) * u128::from(STEP) % u128::from(ALL))
                .unwrap_or_default();
        let mut uuid = String::new();
        for _ in 0..8 {
            let digit = u32::try_from(value % 36).unwrap_or_default();
            uuid.extend(char::from_digit(digit, 36));
            value /= 36;
        }
        if state.book.get(&uuid).is_none() {
            return uuid;
        }
    }
}

fn body(request: &MockRequest, keys: &[Key]) -> Result<Value, CovageError> {
    if request.media_type() != "application/json" {
        return Err(CovageError::new(415, "Unsupported media type in request."));
    }
    let body = request
        .json()
        .ok_or_else(|| CovageError::new(400, "JSON parse error"))?;
    let mut flaws = Vec::new();
    check::object(&body, "", keys, &mut flaws);
    if flaws.is_empty() {
        Ok(body)
    } else {
        Err(CovageError {
            flaws,
            ..CovageError::new(400, "Invalid input")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn john() -> Value {
        json!({ "first_name": "John", "last_name": "Doe", "phone_number": "0142845403",
            "cell_phone_number": "0692417900", "email": "john@doe.com" })
    }

    fn sign_in_at(state: &mut ServerState, path: &str, password: &str) -> MockResponse {
        let body = json!({ "email": "SANDBOX@example.com", "password": password });
        answer(state, &MockRequest::new("POST", path).with_json(&body))
    }

    fn call(
        state: &mut ServerState,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> MockResponse {
        let reply = sign_in_at(state, "/api/v2/account/token/", "sandbox-password").value();
        let header = format!("Bearer {}", text(&reply, "access"));
        let request = MockRequest::new(method, path).with("authorization", &header);
        let request = body.map_or(request.clone(), |body| request.with_json(body));
        answer(state, &request)
    }

    #[test]
    fn both_generations_sign_in_and_refuse_in_their_own_way() {
        let mut state = ServerState::for_test(KEYS);
        let cases = [
            ("/api/v2/account/token/", "access", "Bearer", "JWT", 401),
            ("/api/account/token/", "token", "JWT", "Bearer", 400),
        ];
        for (path, key, scheme, other, refused) in cases {
            assert_eq!(sign_in_at(&mut state, path, "wrong").status, refused);
            let token = text(
                &sign_in_at(&mut state, path, "sandbox-password").value(),
                key,
            )
            .to_owned();
            let list = |header: String| {
                MockRequest::new("GET", "/api/contacts/").with("authorization", &header)
            };
            assert_eq!(
                answer(&mut state, &list(format!("{scheme} {token}"))).status,
                200
            );
            assert_eq!(
                answer(&mut state, &list(format!("{other} {token}"))).status,
                401
            );
        }
        assert_eq!(
            answer(&mut state, &MockRequest::new("GET", "/api/contacts/")).status,
            401
        );
    }

    #[test]
    fn every_field_has_to_be_there_as_a_text() {
        let mut state = ServerState::for_test(KEYS);
        for field in FIELDS {
            let mut body = john();
            body[field] = Value::Null;
            let reply = call(&mut state, "POST", "/api/contacts/", Some(&body));
            assert_eq!(
                (reply.status, &reply.value()["details"][0]["field"]),
                (400, &json!(field))
            );
        }
        let mut body = john();
        body["cell_phone_number"] = json!("");
        assert_eq!(
            call(&mut state, "POST", "/api/contacts/", Some(&body)).status,
            200
        );
        state
            .settings
            .set(ERRORS.name, "framework")
            .expect("a shape");
        let reply = call(
            &mut state,
            "POST",
            "/api/contacts/",
            Some(&json!({ "first_name": "John" })),
        );
        assert_eq!(
            reply.value()["email"],
            json!(["The email field is required."])
        );
    }

    #[test]
    fn a_contact_lives_from_create_to_delete() {
        let mut state = ServerState::for_test(KEYS);
        let made = call(&mut state, "POST", "/api/contacts/", Some(&john())).value();
        let uuid = text(&made, KEYS.id).to_owned();
        assert_eq!(uuid.len(), 8);
        let path = format!("/api/contacts/{uuid}/");
        let mut changed = made.clone();
        changed["last_name"] = json!("Dale");
        assert_eq!(
            call(&mut state, "PUT", &path, Some(&changed)).value(),
            changed
        );
        assert_eq!(call(&mut state, "PUT", &path, Some(&john())).status, 400);
        changed["contact_uuid"] = json!("28ur020o");
        assert_eq!(call(&mut state, "PUT", &path, Some(&changed)).status, 400);
        assert_eq!(
            call(&mut state, "GET", &path, None).value()["last_name"],
            "Dale"
        );
        assert_eq!(
            call(&mut state, "DELETE", &path, None),
            MockResponse::empty(204)
        );
        assert_eq!(call(&mut state, "DELETE", &path, None).status, 404);
        assert_eq!(
            call(&mut state, "GET", "/api/contacts/", None).value(),
            json!([])
        );
    }

    #[test]
    fn slashes_are_strict() {
        let mut state = ServerState::for_test(KEYS);
        let reply = call(&mut state, "GET", "/api/contacts", None);
        assert_eq!(
            reply.headers,
            [("location", "/covage/api/contacts/".to_owned())]
        );
        assert_eq!(
            call(&mut state, "POST", "/api/contacts", Some(&john())).status,
            404
        );
        assert_eq!(
            call(&mut state, "PATCH", "/api/contacts/", None).status,
            405
        );
        assert_eq!(call(&mut state, "POST", "/api/contacts/", None).status, 415);
    }

    #[test]
    fn identifiers_do_not_repeat() {
        let mut state = ServerState::for_test(KEYS);
        let some: std::collections::HashSet<_> =
            (0..10_000).map(|_| fresh_uuid(&mut state)).collect();
        assert_eq!(some.len(), 10_000);
    }
}
