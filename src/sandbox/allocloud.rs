//! `allocloud` v3.0 from its document and its public SDK (P2): PUT creates, POST updates, everything
//! stands under `data`. It stands alone as a function from a request to an answer.
//!
//! *Assumed*, because nothing is documented: every status but the success of an HTTP call; the words in
//! `error.type`; that each key of the document's example is required; that a batch is applied whole or
//! not at all; that an update replaces the whole contact; that a wrong content type is refused.

use serde_json::{Map, Value, json};

use super::allocloud_rules::{Form, contact_flaws};
use super::answer::Answer;
use super::ask::Ask;
use super::book::id_text;
use super::check::{self, Flaw, Key, Kind, Need, text};
use super::desk::{Desk, Scheme};
use super::settings::{CreatedShape, TokenPlace};

pub(super) const ID_KEY: &str = "id";
pub(super) const CREDENTIALS: &[(&str, &str)] =
    &[("account", "sandbox"), ("api_key", "sandbox-api-key")];

/// The one user of the account.
const USER: &str = "sandbox";
/// Life of a token, *assumed*: the analogy of FACTS section 1.2 says about an hour.
const TOKEN_SECONDS: i64 = 3_600;

/// Answers one request.
pub(super) fn answer(desk: &mut Desk, ask: &Ask) -> Answer {
    respond(desk, ask).unwrap_or_else(|refused| refused)
}

/// The vendor's error object (P2); the words in `type` are *assumed*.
pub(super) fn refuse(_ask: &Ask, status: u16, words: &str) -> Answer {
    let kind = match status {
        400 | 415 => "invalid_request",
        401 => "unauthorized",
        404 => "not_found",
        405 => "method_not_allowed",
        429 => "too_many_requests",
        _ => "internal_error",
    };
    let error = json!({ "error": { "type": kind, "details": words, "message": words } });
    Answer::json(status, &error)
}

fn respond(desk: &mut Desk, ask: &Ask) -> Result<Answer, Answer> {
    let segments = ask.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (ask.method.as_str(), parts.as_slice()) {
        ("PUT", ["v3.0", "auth", "account"]) => sign_in(desk, ask, None),
        ("PUT", ["v3.0", "auth", "user"]) => sign_in(desk, ask, Some(USER)),
        (_, ["v3.0", "auth", "account" | "user"]) => Err(refuse(ask, 405, "method not allowed")),
        (_, ["v3.0", "directories", rest @ ..]) => {
            let token = ask.header("x-auth-token").unwrap_or_default();
            if !desk.tokens.spend(Scheme::Header, token, ask.now) {
                return Err(refuse(ask, 401, "invalid or missing auth token"));
            }
            directories(desk, ask, rest)
        }
        _ => Err(refuse(ask, 404, "no such resource")),
    }
}

/// A token for the account, or for one of its users (P5).
fn sign_in(desk: &mut Desk, ask: &Ask, user: Option<&str>) -> Result<Answer, Answer> {
    let data = data(ask)?;
    let mut flaws = Vec::new();
    let mut keys = vec![Key("api_key", Kind::Text, Need::Must)];
    keys.extend(user.map(|_| Key("username", Kind::Text, Need::Must)));
    check::object(&data, "data", &keys, &mut flaws);
    refuse_flaws(ask, &flaws)?;
    let is_user = user.is_none_or(|user| text(&data, "username") == user);
    if !is_user || text(&data, "api_key") != CREDENTIALS[1].1 {
        return Err(refuse(ask, 401, "invalid api key"));
    }
    let token = desk.tokens.issue(Scheme::Header, ask.now, TOKEN_SECONDS);
    Ok(match desk.settings.allocloud_token {
        TokenPlace::Nested => Answer::json(200, &json!({ "data": { "auth_token": token } })),
        TokenPlace::Top => Answer::json(200, &json!({ "auth_token": token, "data": {} })),
    })
}

fn directories(desk: &mut Desk, ask: &Ask, rest: &[&str]) -> Result<Answer, Answer> {
    match (ask.method.as_str(), rest) {
        ("GET", []) => Ok(ok(&desk.book.all().cloned().collect())),
        ("PUT", []) => create(desk, ask),
        ("POST", []) => update(desk, ask),
        ("POST", ["delete"]) => delete_many(desk, ask),
        // The document says "URL Parameter": a query here, a part of the path below (P2).
        ("DELETE", []) => delete(
            desk,
            ask,
            &ask.query_value("computer_id").unwrap_or_default(),
        ),
        ("DELETE", [id]) => delete(desk, ask, id),
        ("GET", [id]) => match desk.book.get(id) {
            Some(contact) => Ok(ok(contact)),
            None => Err(refuse(ask, 404, "no such contact")),
        },
        (_, [] | [_]) => Err(refuse(ask, 405, "method not allowed")),
        _ => Err(refuse(ask, 404, "no such resource")),
    }
}

fn create(desk: &mut Desk, ask: &Ask) -> Result<Answer, Answer> {
    let data = data(ask)?;
    if data.get("details").is_some() {
        return create_one(desk, ask, &data);
    }
    let contacts = batch(desk, ask, &data, Form::New)?;
    let ids: Vec<Value> = contacts
        .iter()
        .map(|contact| json!(store(desk, contact)))
        .collect();
    Ok(created(desk.settings.allocloud_created, &ids))
}

/// One contact directly in `data`, as the SDK sends it (P2).
fn create_one(desk: &mut Desk, ask: &Ask, data: &Value) -> Result<Answer, Answer> {
    let mut flaws = Vec::new();
    contact_flaws(
        data,
        "data",
        Form::New,
        desk.settings.allocloud_company,
        &mut flaws,
    );
    refuse_flaws(ask, &flaws)?;
    let id = store(desk, data);
    Ok(ok(desk.book.get(&id.to_string()).unwrap_or(&Value::Null)))
}

fn store(desk: &mut Desk, contact: &Value) -> u64 {
    let id = desk.book.fresh_id();
    desk.book.put(record(json!(id), contact));
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

fn created(shape: CreatedShape, ids: &[Value]) -> Answer {
    let keyed = |key: &str| {
        let mut items = ids.iter().map(|id| json!({ key: id }));
        if ids.len() == 1 {
            items.next().unwrap_or_default()
        } else {
            items.collect()
        }
    };
    ok(&match shape {
        CreatedShape::Contacts => {
            json!({ "contacts": ids.iter().map(|id| json!({ "id": id })).collect::<Value>() })
        }
        CreatedShape::Id => keyed("id"),
        CreatedShape::ComputerId => keyed("computer-id"),
    })
}

fn update(desk: &mut Desk, ask: &Ask) -> Result<Answer, Answer> {
    let data = data(ask)?;
    let contacts = batch(desk, ask, &data, Form::Known)?;
    let mut updated = Vec::new();
    for contact in &contacts {
        let Some(known) = desk.book.get(&id_text(&contact["id"])) else {
            return Err(refuse(
                ask,
                404,
                &format!("no such contact \"{}\"", contact["id"]),
            ));
        };
        updated.push(known["id"].clone());
    }
    for (id, contact) in updated.iter().zip(&contacts) {
        desk.book.put(record(id.clone(), contact));
    }
    Ok(ok(&json!({ "updated": updated })))
}

fn delete(desk: &mut Desk, ask: &Ask, id: &str) -> Result<Answer, Answer> {
    let known = desk.book.get(id).map(|contact| contact["id"].clone());
    let known = known.ok_or_else(|| refuse(ask, 404, "no such contact"))?;
    desk.book.remove(id);
    Ok(ok(&json!({ "deleted": [known] })))
}

/// Unknown identifiers are left out of the answer, *assumed*.
fn delete_many(desk: &mut Desk, ask: &Ask) -> Result<Answer, Answer> {
    let data = data(ask)?;
    let mut flaws = Vec::new();
    check::object(
        &data,
        "data",
        &[Key("ids", Kind::List, Need::Must)],
        &mut flaws,
    );
    refuse_flaws(ask, &flaws)?;
    let asked = data["ids"].as_array().into_iter().flatten().map(id_text);
    let deleted: Vec<Value> = asked
        .filter_map(|id| {
            let known = desk.book.get(&id)?["id"].clone();
            desk.book.remove(&id).then_some(known)
        })
        .collect();
    Ok(ok(&json!({ "deleted": deleted })))
}

fn ok(data: &Value) -> Answer {
    Answer::json(200, &json!({ "data": data }))
}

/// What stands under `data` in the body.
fn data(ask: &Ask) -> Result<Value, Answer> {
    if ask.media_type() != "application/json" {
        return Err(refuse(ask, 415, "content type must be application/json"));
    }
    let mut body = ask
        .json()
        .ok_or_else(|| refuse(ask, 400, "the body is no JSON"))?;
    let mut flaws = Vec::new();
    check::object(
        &body,
        "",
        &[Key("data", Kind::Object, Need::Must)],
        &mut flaws,
    );
    refuse_flaws(ask, &flaws)?;
    Ok(body["data"].take())
}

fn refuse_flaws(ask: &Ask, flaws: &[Flaw]) -> Result<(), Answer> {
    if flaws.is_empty() {
        return Ok(());
    }
    let words: Vec<String> = flaws
        .iter()
        .map(|flaw| format!("{}: {}", flaw.field, flaw.words))
        .collect();
    Err(refuse(ask, 400, &words.join(" ")))
}

fn batch(desk: &Desk, ask: &Ask, data: &Value, form: Form) -> Result<Vec<Value>, Answer> {
    const KEYS: &[Key] = &[
        Key("contacts", Kind::List, Need::Must),
        Key("phonebook", Kind::Text, Need::Must),
    ];
    let mut flaws = Vec::new();
    check::object(data, "data", KEYS, &mut flaws);
    let contacts = data["contacts"].as_array().cloned().unwrap_or_default();
    if contacts.is_empty() {
        flaws.push(check::missing("data.contacts"));
    }
    for (place, contact) in contacts.iter().enumerate() {
        let at = format!("data.contacts.{place}");
        contact_flaws(
            contact,
            &at,
            form,
            desk.settings.allocloud_company,
            &mut flaws,
        );
    }
    refuse_flaws(ask, &flaws)?;
    Ok(contacts)
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

    fn token(desk: &mut Desk) -> String {
        let body = json!({ "data": { "api_key": "sandbox-api-key" } });
        let reply = answer(
            desk,
            &Ask::new("PUT", "/v3.0/auth/account").with_json(&body),
        );
        text(&reply.value()["data"], "auth_token").to_owned()
    }

    fn call(desk: &mut Desk, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let token = token(desk);
        let ask = Ask::new(method, path).with("x-auth-token", &token);
        let ask = body.map_or(ask.clone(), |body| ask.with_json(body));
        let reply = answer(desk, &ask);
        (reply.status, reply.value())
    }

    #[test]
    fn sign_in_wants_the_key_and_the_rest_wants_the_token() {
        let mut desk = Desk::for_test(ID_KEY);
        let cases = [
            (json!({ "data": { "api_key": "wrong" } }), 401),
            (json!({ "data": {} }), 400),
            (json!({ "api_key": "sandbox-api-key" }), 400),
        ];
        for (body, status) in cases {
            let ask = Ask::new("PUT", "/v3.0/auth/account").with_json(&body);
            assert_eq!(answer(&mut desk, &ask).status, status, "{body}");
        }
        for ask in [
            Ask::new("GET", "/v3.0/directories"),
            Ask::new("GET", "/v3.0/directories").with("x-auth-token", "wrong"),
        ] {
            assert_eq!(answer(&mut desk, &ask).status, 401);
        }
    }

    #[test]
    fn the_token_may_stand_at_the_top() {
        let mut desk = Desk::for_test(ID_KEY);
        desk.settings.allocloud_token = TokenPlace::Top;
        let body = json!({ "data": { "api_key": "sandbox-api-key" } });
        let reply = answer(
            &mut desk,
            &Ask::new("PUT", "/v3.0/auth/account").with_json(&body),
        );
        assert!(reply.value()["auth_token"].is_string());
    }

    #[test]
    fn a_bad_contact_refuses_the_whole_batch() {
        let mut desk = Desk::for_test(ID_KEY);
        let body = many(&[contact("Acme"), contact("Söhne & Co")]);
        let (status, reply) = call(&mut desk, "PUT", "/v3.0/directories", Some(&body));
        assert_eq!(status, 400);
        assert!(text(&reply["error"], "details").contains("data.contacts.1.details.company.name"));
        assert_eq!(desk.book.all().count(), 0);
    }

    #[test]
    fn a_create_answers_in_three_shapes() {
        let cases = [
            (CreatedShape::Contacts, json!({ "contacts": [{ "id": 1 }] })),
            (CreatedShape::Id, json!({ "id": 1 })),
            (CreatedShape::ComputerId, json!({ "computer-id": 1 })),
        ];
        for (shape, wanted) in cases {
            let mut desk = Desk::for_test(ID_KEY);
            desk.settings.allocloud_created = shape;
            let body = many(&[contact("")]);
            let (status, reply) = call(&mut desk, "PUT", "/v3.0/directories", Some(&body));
            assert_eq!((status, &reply["data"]), (200, &wanted));
        }
    }

    #[test]
    fn a_contact_lives_from_create_to_delete() {
        let mut desk = Desk::for_test(ID_KEY);
        let (_, made) = call(
            &mut desk,
            "PUT",
            "/v3.0/directories",
            Some(&json!({ "data": contact("") })),
        );
        assert_eq!(made["data"]["id"], 1);
        let mut changed = contact("Acme");
        changed["id"] = json!("1");
        let (status, reply) = call(
            &mut desk,
            "POST",
            "/v3.0/directories",
            Some(&many(&[changed])),
        );
        assert_eq!(
            (status, reply),
            (200, json!({ "data": { "updated": [1] } }))
        );
        let (_, read) = call(&mut desk, "GET", "/v3.0/directories/1", None);
        assert_eq!(read["data"]["details"]["company"]["name"], "Acme");
        let (_, gone) = call(&mut desk, "DELETE", "/v3.0/directories?computer_id=1", None);
        assert_eq!(gone, json!({ "data": { "deleted": [1] } }));
        assert_eq!(
            call(&mut desk, "DELETE", "/v3.0/directories/1", None).0,
            404
        );
        assert_eq!(
            call(&mut desk, "GET", "/v3.0/directories", None).1,
            json!({ "data": [] })
        );
    }

    #[test]
    fn wrong_turns_are_refused() {
        let mut desk = Desk::for_test(ID_KEY);
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
                call(&mut desk, method, path, None).0,
                status,
                "{method} {path}"
            );
        }
    }
}
