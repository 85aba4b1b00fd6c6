//! `orzame` Persons v1.0 from its document and the vendor's introduction page (P23): persons under a
//! contact, absent values as empty texts, updates and deletions without a body. It stands alone as a
//! function from a request to an answer; the 60 requests a minute are held by the server.
//!
//! *Assumed*, because nothing is documented: the bodies and statuses of all errors; the page parameter
//! and `meta`; that contacts can be listed, and how; that null is no text; that a person set as default takes the flag from the others; that
//! an update with nothing but empty texts has no parameter with a value.

use serde_json::{Value, json};

use super::answer::Answer;
use super::ask::Ask;
use super::book::id_text;
use super::check::{self, Flaw, Key, Kind, Need, text};
use super::desk::Desk;
use super::settings::Order;

pub(super) const ID_KEY: &str = "id";
pub(super) const CREDENTIALS: &[(&str, &str)] = &[("api_key", "sandbox-api-key")];

const TEXTS: [&str; 4] = ["name", "position", "phone", "email"];

/// Answers one request.
pub(super) fn answer(desk: &mut Desk, ask: &Ask) -> Answer {
    respond(desk, ask).unwrap_or_else(|refused| refused)
}

/// An error with a message only.
pub(super) fn refuse(_ask: &Ask, status: u16, words: &str) -> Answer {
    Answer::json(status, &json!({ "message": words }))
}

fn respond(desk: &mut Desk, ask: &Ask) -> Result<Answer, Answer> {
    admit(ask)?;
    let segments = ask.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    if parts == ["contacts"] {
        return contacts(desk, ask);
    }
    let ["contacts", contact, "persons", rest @ ..] = parts.as_slice() else {
        return Err(refuse(ask, 404, "Not found."));
    };
    let contact = contact.parse::<u64>().ok();
    let known = contact.filter(|id| (1..=desk.settings.orzame_contacts).contains(id));
    let contact = known.ok_or_else(|| refuse(ask, 404, "Contact not found."))?;
    match (ask.method.as_str(), rest) {
        ("GET", []) => Ok(list(desk, ask, contact)),
        ("POST", []) => create(desk, ask, contact),
        (_, []) => Err(refuse(ask, 405, "Method not allowed.")),
        (method, [person]) => {
            let found = desk
                .book
                .get(person)
                .filter(|found| found["contact_id"] == contact);
            let found = found
                .cloned()
                .ok_or_else(|| refuse(ask, 404, "Person not found."))?;
            one(desk, ask, method, found)
        }
        _ => Err(refuse(ask, 404, "Not found.")),
    }
}

/// What every request has to carry (P23).
fn admit(ask: &Ask) -> Result<(), Answer> {
    let key = ask
        .header("authorization")
        .and_then(|header| header.strip_prefix("Bearer "));
    if key != Some(CREDENTIALS[0].1) {
        return Err(refuse(ask, 401, "Unauthenticated."));
    }
    let accept = ask
        .header("accept")
        .unwrap_or_default()
        .to_ascii_lowercase();
    if !accept.contains("application/json") {
        return Err(refuse(ask, 406, "Accept must be application/json."));
    }
    if ask.media_type() != "application/json" {
        return Err(refuse(ask, 415, "Content-Type must be application/json."));
    }
    Ok(())
}

fn one(desk: &mut Desk, ask: &Ask, method: &str, person: Value) -> Result<Answer, Answer> {
    match method {
        "GET" => Ok(Answer::json(200, &json!({ "data": person }))),
        "PATCH" => update(desk, ask, person),
        "DELETE" => {
            desk.book.remove(&id_text(&person["id"]));
            Ok(Answer::empty(204))
        }
        _ => Err(refuse(ask, 405, "Method not allowed.")),
    }
}

fn list(desk: &Desk, ask: &Ask, contact: u64) -> Answer {
    let places = desk.book.places_under(contact);
    let person = |place| desk.book.at(place).clone();
    let page = if desk.settings.orzame_order == Order::Descending {
        page(desk, ask, places.rev(), person)
    } else {
        page(desk, ask, places, person)
    };
    Answer::json(200, &page)
}

/// The parents that there are, newest first like every list; that they can be listed is *assumed*.
fn contacts(desk: &Desk, ask: &Ask) -> Result<Answer, Answer> {
    if ask.method != "GET" {
        return Err(refuse(ask, 405, "Method not allowed."));
    }
    let contact = |id: u64| json!({ "id": id, "name": format!("Contact {id}") });
    let all: Vec<u64> = (1..=desk.settings.orzame_contacts).rev().collect();
    let page = page(desk, ask, all.into_iter(), contact);
    Ok(Answer::json(200, &page))
}

/// One page of all that `places` names; only what is shown is looked up.
fn page(
    desk: &Desk,
    ask: &Ask,
    places: impl ExactSizeIterator<Item = u64>,
    record: impl Fn(u64) -> Value,
) -> Value {
    let size = desk.settings.page_size.max(1);
    let asked = ask
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

fn create(desk: &mut Desk, ask: &Ask, contact: u64) -> Result<Answer, Answer> {
    let body = body(ask, Need::Must)?;
    let id = desk.book.fresh_id();
    let now = moment(ask.now);
    let default = body["default"].as_bool().unwrap_or(false);
    if default {
        take_default(desk, contact);
    }
    let person = json!({
        "id": id, "name": text(&body, "name"), "position": text(&body, "position"),
        "phone": text(&body, "phone"), "email": text(&body, "email"), "default": default,
        "contact_id": contact, "created_at": now, "updated_at": now,
    });
    desk.book.put(person.clone());
    Ok(Answer::json(201, &json!({ "data": person })))
}

fn update(desk: &mut Desk, ask: &Ask, mut person: Value) -> Result<Answer, Answer> {
    let body = body(ask, Need::May)?;
    let valued =
        |value: &Value| value.is_boolean() || value.as_str().is_some_and(|text| !text.is_empty());
    if !body.as_object().is_some_and(|map| map.values().any(valued)) {
        return Err(refuse(
            ask,
            422,
            "At least one parameter with value must be sent.",
        ));
    }
    if body["default"] == true {
        take_default(desk, person["contact_id"].as_u64().unwrap_or_default());
    }
    for (key, value) in body.as_object().into_iter().flatten() {
        person[key] = value.clone();
    }
    person["updated_at"] = json!(moment(ask.now));
    desk.book.put(person);
    Ok(Answer::empty(204))
}

fn take_default(desk: &mut Desk, contact: u64) {
    let holders: Vec<Value> = desk
        .book
        .under(contact)
        .filter(|person| person["default"] == true)
        .cloned()
        .collect();
    for mut holder in holders {
        holder["default"] = json!(false);
        desk.book.put(holder);
    }
}

fn body(ask: &Ask, name: Need) -> Result<Value, Answer> {
    let body = ask
        .json()
        .ok_or_else(|| refuse(ask, 400, "The body is no JSON."))?;
    let mut keys = vec![
        Key("name", Kind::Text, name),
        Key("default", Kind::Flag, Need::May),
    ];
    keys.extend(TEXTS[1..].iter().map(|key| Key(key, Kind::Text, Need::May)));
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

fn invalid(flaws: &[Flaw]) -> Answer {
    let mut errors = json!({});
    for flaw in flaws {
        errors[&flaw.field] = json!([flaw.words]);
    }
    Answer::json(
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

    fn ask(method: &str, path: &str) -> Ask {
        let mut ask = Ask::new(method, path)
            .with("authorization", "Bearer sandbox-api-key")
            .with("accept", "application/json");
        ask.now = 1_664_551_815;
        ask
    }

    fn call(desk: &mut Desk, method: &str, path: &str, body: &Value) -> Answer {
        answer(desk, &ask(method, path).with_json(body))
    }

    const PERSONS: &str = "/contacts/120/persons";

    #[test]
    fn every_request_carries_key_accept_and_content_type() {
        let mut desk = Desk::for_test(ID_KEY);
        let cases = [
            (Ask::new("GET", PERSONS), 401),
            (
                Ask::new("GET", PERSONS).with("authorization", "Bearer wrong"),
                401,
            ),
            (
                Ask::new("GET", PERSONS).with("authorization", "Bearer sandbox-api-key"),
                406,
            ),
            (ask("GET", PERSONS), 415),
            (
                ask("GET", PERSONS).with("content-type", "application/json"),
                200,
            ),
        ];
        for (ask, status) in cases {
            assert_eq!(answer(&mut desk, &ask).status, status);
        }
    }

    #[test]
    fn a_create_fills_in_what_is_absent() {
        let mut desk = Desk::for_test(ID_KEY);
        let reply = call(
            &mut desk,
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
        let mut desk = Desk::for_test(ID_KEY);
        call(&mut desk, "POST", PERSONS, &json!({ "name": "Mary" }));
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
            let reply = call(&mut desk, method, path, &body);
            assert_eq!(reply.status, 422, "{body}");
            assert!(reply.value()["errors"][field].is_array(), "{body}");
        }
        for body in [json!({}), json!({ "phone": "", "email": "" })] {
            assert_eq!(
                call(&mut desk, "PATCH", "/contacts/120/persons/1", &body).status,
                422
            );
        }
    }

    #[test]
    fn the_default_moves_within_its_contact() {
        let mut desk = Desk::for_test(ID_KEY);
        for path in [PERSONS, PERSONS, "/contacts/121/persons"] {
            call(
                &mut desk,
                "POST",
                path,
                &json!({ "name": "A", "default": true }),
            );
        }
        let flags = |desk: &Desk| {
            desk.book
                .all()
                .map(|one| one["default"] == true)
                .collect::<Vec<_>>()
        };
        assert_eq!(flags(&desk), [false, true, true]);
        let reply = call(
            &mut desk,
            "PATCH",
            "/contacts/120/persons/1",
            &json!({ "default": true }),
        );
        assert_eq!(
            (reply, flags(&desk)),
            (Answer::empty(204), vec![true, false, true])
        );
    }

    #[test]
    fn lists_come_in_pages_newest_first() {
        let mut desk = Desk::for_test(ID_KEY);
        for number in 0..101 {
            call(
                &mut desk,
                "POST",
                PERSONS,
                &json!({ "name": format!("P{number}") }),
            );
        }
        let first = call(&mut desk, "GET", PERSONS, &json!({})).value();
        assert_eq!(first["data"].as_array().map(Vec::len), Some(100));
        assert_eq!(first["data"][0]["id"], 101);
        assert_eq!(first["meta"]["last_page"], 2);
        let path = format!("{PERSONS}?page=2");
        assert_eq!(
            call(&mut desk, "GET", &path, &json!({})).value()["data"][0]["id"],
            1
        );
        desk.settings.orzame_order = Order::Ascending;
        assert_eq!(
            call(&mut desk, "GET", PERSONS, &json!({})).value()["data"][0]["id"],
            1
        );
    }

    #[test]
    fn persons_belong_to_their_contact_and_contacts_end() {
        let mut desk = Desk::for_test(ID_KEY);
        call(&mut desk, "POST", PERSONS, &json!({ "name": "A" }));
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
                call(&mut desk, method, path, &json!({})).status,
                status,
                "{method} {path}"
            );
        }
    }
}
