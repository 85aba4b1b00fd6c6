//! `covage` from its document: five texts per contact, every path ends in a slash, a create answers 200,
//! a modification replaces the whole record. It stands alone as a function from a request to an answer.
//!
//! *Assumed*, because nothing is documented: that all five fields must be there as texts and may be
//! empty; that a modification carries `contact_uuid` as the example does; that both generations of
//! tokens (P11, P12) open the contacts; what a missing slash does; the status of a deletion.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::ask::Ask;
use super::check::{self, Flaw, Key, Kind, Need, text};
use super::desk::{Desk, Scheme};
use super::settings::ErrorShape;

pub(super) const ID_KEY: &str = "contact_uuid";
pub(super) const CREDENTIALS: &[(&str, &str)] = &[
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
pub(super) fn answer(desk: &mut Desk, ask: &Ask) -> Answer {
    let shape = desk.settings.covage_errors;
    respond(desk, ask).unwrap_or_else(|refusal| refusal.answer(ask, shape))
}

/// The vendor's error object (P14).
pub(super) fn refuse(ask: &Ask, status: u16, words: &str) -> Answer {
    Refusal::new(status, words).answer(ask, ErrorShape::Uniform)
}

struct Refusal {
    status: u16,
    words: String,
    flaws: Vec<Flaw>,
}

impl Refusal {
    fn new(status: u16, words: &str) -> Self {
        Self {
            status,
            words: words.to_owned(),
            flaws: Vec::new(),
        }
    }

    fn answer(&self, ask: &Ask, shape: ErrorShape) -> Answer {
        match (shape, self.flaws.as_slice()) {
            (ErrorShape::Uniform, flaws) => {
                let detail = |flaw: &Flaw| json!({ "field": flaw.field, "errors": [flaw.words] });
                let details: Vec<Value> = flaws.iter().map(detail).collect();
                let details = if details.is_empty() {
                    Value::Null
                } else {
                    Value::from(details)
                };
                let uuid = format!("KOSC_{:08}", ask.serial);
                let body =
                    json!({ "apirequest_uuid": uuid, "details": details, "error": self.words });
                Answer::json(self.status, &body)
            }
            (ErrorShape::Framework, []) => {
                Answer::json(self.status, &json!({ "detail": self.words }))
            }
            (ErrorShape::Framework, flaws) => {
                let fields = flaws
                    .iter()
                    .map(|flaw| (flaw.field.clone(), json!([flaw.words])));
                Answer::json(self.status, &Value::Object(fields.collect::<Map<_, _>>()))
            }
        }
    }
}

fn respond(desk: &mut Desk, ask: &Ask) -> Result<Answer, Refusal> {
    let segments = ask.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["api", "v2", "account", "token", ""] => sign_in(desk, ask, Scheme::Bearer),
        ["api", "account", "token", "refresh", ""] => renew(desk, ask),
        ["api", "account", "token", ""] => sign_in(desk, ask, Scheme::Jwt),
        ["api", "contacts", rest @ .., ""] => {
            authorize(desk, ask)?;
            contacts(desk, ask, rest)
        }
        // A framework with strict slashes sends readers on and loses writers.
        ["api", .., last] if !last.is_empty() && ask.method == "GET" => {
            Ok(Answer::empty(301).with("location", &format!("/covage{}/", ask.path)))
        }
        _ => Err(Refusal::new(404, "Not found.")),
    }
}

fn sign_in(desk: &mut Desk, ask: &Ask, scheme: Scheme) -> Result<Answer, Refusal> {
    if ask.method != "POST" {
        return Err(Refusal::new(405, "Method not allowed."));
    }
    let keys = ["email", "password"].map(|key| Key(key, Kind::Text, Need::Must));
    let body = body(ask, &keys)?;
    // The address is compared without regard to case (FACTS 3.2).
    let email = text(&body, "email").eq_ignore_ascii_case(CREDENTIALS[0].1);
    if !email || text(&body, "password") != CREDENTIALS[1].1 {
        // The first generation says 400, the second 401 (P11, P12).
        let status = if scheme == Scheme::Jwt { 400 } else { 401 };
        return Err(Refusal::new(
            status,
            "Unable to log in with provided credentials.",
        ));
    }
    let user = json!({ "uuid": "sandbox", "email": CREDENTIALS[0].1 });
    if scheme == Scheme::Jwt {
        let token = desk.tokens.issue(scheme, ask.now, JWT_SECONDS);
        return Ok(Answer::json(200, &json!({ "token": token, "user": user })));
    }
    let access = desk.tokens.issue(scheme, ask.now, BEARER_SECONDS);
    let refresh = format!("{access}-refresh");
    Ok(Answer::json(
        200,
        &json!({ "access": access, "refresh": refresh, "user": user }),
    ))
}

/// A new token for one that is still good (P11); body and answer are *assumed*.
fn renew(desk: &mut Desk, ask: &Ask) -> Result<Answer, Refusal> {
    if ask.method != "POST" {
        return Err(Refusal::new(405, "Method not allowed."));
    }
    let body = body(ask, &[Key("token", Kind::Text, Need::Must)])?;
    if !desk
        .tokens
        .spend(Scheme::Jwt, text(&body, "token"), ask.now)
    {
        return Err(Refusal::new(400, "Signature has expired."));
    }
    let token = desk.tokens.issue(Scheme::Jwt, ask.now, JWT_SECONDS);
    Ok(Answer::json(200, &json!({ "token": token })))
}

fn authorize(desk: &mut Desk, ask: &Ask) -> Result<(), Refusal> {
    let header = ask.header("authorization").unwrap_or_default();
    let (scheme, token) = header.split_once(' ').unwrap_or_default();
    let good = match scheme {
        "Bearer" => desk.tokens.spend(Scheme::Bearer, token, ask.now),
        "JWT" => desk.tokens.spend(Scheme::Jwt, token, ask.now),
        _ => {
            return Err(Refusal::new(
                401,
                "Authentication credentials were not provided.",
            ));
        }
    };
    if good {
        Ok(())
    } else {
        Err(Refusal::new(401, "Given token not valid."))
    }
}

fn contacts(desk: &mut Desk, ask: &Ask, rest: &[&str]) -> Result<Answer, Refusal> {
    match (ask.method.as_str(), rest) {
        ("GET", []) => Ok(Answer::json(200, &desk.book.all().cloned().collect())),
        ("POST", []) => create(desk, ask),
        (_, []) => Err(Refusal::new(405, "Method not allowed.")),
        (method, [uuid]) => {
            let Some(known) = desk.book.get(uuid) else {
                return Err(Refusal::new(404, "Not found."));
            };
            match method {
                "GET" => Ok(Answer::json(200, known)),
                "PUT" => replace(desk, ask, uuid),
                "DELETE" => {
                    desk.book.remove(uuid);
                    Ok(Answer::empty(204))
                }
                _ => Err(Refusal::new(405, "Method not allowed.")),
            }
        }
        _ => Err(Refusal::new(404, "Not found.")),
    }
}

fn create(desk: &mut Desk, ask: &Ask) -> Result<Answer, Refusal> {
    let body = body(ask, &FIELDS.map(|field| Key(field, Kind::Text, Need::Must)))?;
    let uuid = fresh_uuid(desk);
    let record = record(&uuid, &body);
    desk.book.put(record.clone());
    Ok(Answer::json(200, &record))
}

fn replace(desk: &mut Desk, ask: &Ask, uuid: &str) -> Result<Answer, Refusal> {
    let mut keys = vec![Key(ID_KEY, Kind::Text, Need::Must)];
    keys.extend(FIELDS.map(|field| Key(field, Kind::Text, Need::Must)));
    let body = body(ask, &keys)?;
    if text(&body, ID_KEY) != uuid {
        let flaws = vec![Flaw::new(
            ID_KEY,
            "The identifier differs from the one in the path.",
        )];
        return Err(Refusal {
            flaws,
            ..Refusal::new(400, "Invalid input")
        });
    }
    let record = record(uuid, &body);
    desk.book.put(record.clone());
    Ok(Answer::json(200, &record))
}

fn record(uuid: &str, body: &Value) -> Value {
    let mut record = Map::new();
    record.insert(ID_KEY.to_owned(), json!(uuid));
    for field in FIELDS {
        record.insert(field.to_owned(), body[field].clone());
    }
    Value::Object(record)
}

/// Eight characters of base 36, as in the document: opaque, and no number to count on.
fn fresh_uuid(desk: &mut Desk) -> String {
    /// Shares no divisor with 36, so that the product meets every value once.
    const STEP: u64 = 1_618_033_988_749;
    const ALL: u64 = 36_u64.pow(8);
    loop {
        let mut value =
            u64::try_from(u128::from(desk.book.fresh_id()) * u128::from(STEP) % u128::from(ALL))
                .unwrap_or_default();
        let mut uuid = String::new();
        for _ in 0..8 {
            let digit = u32::try_from(value % 36).unwrap_or_default();
            uuid.extend(char::from_digit(digit, 36));
            value /= 36;
        }
        if desk.book.get(&uuid).is_none() {
            return uuid;
        }
    }
}

fn body(ask: &Ask, keys: &[Key]) -> Result<Value, Refusal> {
    if ask.media_type() != "application/json" {
        return Err(Refusal::new(415, "Unsupported media type in request."));
    }
    let body = ask
        .json()
        .ok_or_else(|| Refusal::new(400, "JSON parse error"))?;
    let mut flaws = Vec::new();
    check::object(&body, "", keys, &mut flaws);
    if flaws.is_empty() {
        Ok(body)
    } else {
        Err(Refusal {
            flaws,
            ..Refusal::new(400, "Invalid input")
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

    fn sign_in_at(desk: &mut Desk, path: &str, password: &str) -> Answer {
        let body = json!({ "email": "SANDBOX@example.com", "password": password });
        answer(desk, &Ask::new("POST", path).with_json(&body))
    }

    fn call(desk: &mut Desk, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let reply = sign_in_at(desk, "/api/v2/account/token/", "sandbox-password").value();
        let header = format!("Bearer {}", text(&reply, "access"));
        let ask = Ask::new(method, path).with("authorization", &header);
        let ask = body.map_or(ask.clone(), |body| ask.with_json(body));
        answer(desk, &ask)
    }

    #[test]
    fn both_generations_sign_in_and_refuse_in_their_own_way() {
        let mut desk = Desk::for_test(ID_KEY);
        let cases = [
            ("/api/v2/account/token/", "access", "Bearer", "JWT", 401),
            ("/api/account/token/", "token", "JWT", "Bearer", 400),
        ];
        for (path, key, scheme, other, refused) in cases {
            assert_eq!(sign_in_at(&mut desk, path, "wrong").status, refused);
            let token = text(
                &sign_in_at(&mut desk, path, "sandbox-password").value(),
                key,
            )
            .to_owned();
            let list =
                |header: String| Ask::new("GET", "/api/contacts/").with("authorization", &header);
            assert_eq!(
                answer(&mut desk, &list(format!("{scheme} {token}"))).status,
                200
            );
            assert_eq!(
                answer(&mut desk, &list(format!("{other} {token}"))).status,
                401
            );
        }
        assert_eq!(
            answer(&mut desk, &Ask::new("GET", "/api/contacts/")).status,
            401
        );
    }

    #[test]
    fn every_field_has_to_be_there_as_a_text() {
        let mut desk = Desk::for_test(ID_KEY);
        for field in FIELDS {
            let mut body = john();
            body[field] = Value::Null;
            let reply = call(&mut desk, "POST", "/api/contacts/", Some(&body));
            assert_eq!(
                (reply.status, &reply.value()["details"][0]["field"]),
                (400, &json!(field))
            );
        }
        let mut body = john();
        body["cell_phone_number"] = json!("");
        assert_eq!(
            call(&mut desk, "POST", "/api/contacts/", Some(&body)).status,
            200
        );
        desk.settings.covage_errors = ErrorShape::Framework;
        let reply = call(
            &mut desk,
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
        let mut desk = Desk::for_test(ID_KEY);
        let made = call(&mut desk, "POST", "/api/contacts/", Some(&john())).value();
        let uuid = text(&made, ID_KEY).to_owned();
        assert_eq!(uuid.len(), 8);
        let path = format!("/api/contacts/{uuid}/");
        let mut changed = made.clone();
        changed["last_name"] = json!("Dale");
        assert_eq!(
            call(&mut desk, "PUT", &path, Some(&changed)).value(),
            changed
        );
        assert_eq!(call(&mut desk, "PUT", &path, Some(&john())).status, 400);
        changed["contact_uuid"] = json!("28ur020o");
        assert_eq!(call(&mut desk, "PUT", &path, Some(&changed)).status, 400);
        assert_eq!(
            call(&mut desk, "GET", &path, None).value()["last_name"],
            "Dale"
        );
        assert_eq!(call(&mut desk, "DELETE", &path, None), Answer::empty(204));
        assert_eq!(call(&mut desk, "DELETE", &path, None).status, 404);
        assert_eq!(
            call(&mut desk, "GET", "/api/contacts/", None).value(),
            json!([])
        );
    }

    #[test]
    fn slashes_are_strict() {
        let mut desk = Desk::for_test(ID_KEY);
        let reply = call(&mut desk, "GET", "/api/contacts", None);
        assert_eq!(
            reply.headers,
            [("location", "/covage/api/contacts/".to_owned())]
        );
        assert_eq!(
            call(&mut desk, "POST", "/api/contacts", Some(&john())).status,
            404
        );
        assert_eq!(call(&mut desk, "PATCH", "/api/contacts/", None).status, 405);
        assert_eq!(call(&mut desk, "POST", "/api/contacts/", None).status, 415);
    }

    #[test]
    fn identifiers_do_not_repeat() {
        let mut desk = Desk::for_test(ID_KEY);
        let some: std::collections::HashSet<_> =
            (0..10_000).map(|_| fresh_uuid(&mut desk)).collect();
        assert_eq!(some.len(), 10_000);
    }
}
