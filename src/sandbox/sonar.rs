//! `sonar` v1 from its document: contacts under an account, one of them primary, pages with a paginator.
//! It stands alone as a function from a request to an answer.
//!
//! *Assumed*, because nothing is documented: which accounts exist and what an unknown one answers; the
//! shapes of the account and data endpoints; that null clears an optional text; that a telephone number
//! is digits and its `extension` has to be there; that an update of `phone_numbers` replaces them all;
//! that no other key is taken, except `id`, which the vendor's importer sends (P16).

use serde_json::{Value, json};

use super::answer::Answer;
use super::ask::Ask;
use super::book::id_text;
use super::check::{self, Flaw, Need, text};
use super::desk::Desk;
use super::settings::MessageShape;
use super::sonar_rules as rules;

pub(super) const ID_KEY: &str = "id";
pub(super) const CREDENTIALS: &[(&str, &str)] =
    &[("username", "sandbox"), ("password", "sandbox-password")];
/// `sandbox:sandbox-password` in base 64.
const BASIC: &str = "Basic c2FuZGJveDpzYW5kYm94LXBhc3N3b3Jk";

/// Answers one request.
pub(super) fn answer(desk: &mut Desk, ask: &Ask) -> Answer {
    respond(desk, ask).unwrap_or_else(|refused| refused)
}

/// The vendor's error object with one message.
pub(super) fn refuse(_ask: &Ask, status: u16, words: &str) -> Answer {
    error(status, &json!(words))
}

fn error(status: u16, message: &Value) -> Answer {
    Answer::json(
        status,
        &json!({ "error": { "message": message, "status_code": status } }),
    )
}

fn respond(desk: &mut Desk, ask: &Ask) -> Result<Answer, Answer> {
    firewall(ask)?;
    if ask.header("authorization") != Some(BASIC) {
        return Err(refuse(ask, 401, "Invalid credentials."));
    }
    let segments = ask.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    let ["api", "v1", rest @ ..] = parts.as_slice() else {
        return Err(refuse(ask, 404, "Not found."));
    };
    match (ask.method.as_str(), rest) {
        ("GET", ["_data", "version"]) => Ok(data(200, &json!({ "version": "0.6.0" }))),
        ("GET", ["_data", "email_categories"]) => Ok(data(200, &rules::categories())),
        ("GET", ["accounts"]) => {
            let accounts = 1..=desk.settings.sonar_accounts;
            let total = desk.settings.sonar_accounts;
            Ok(page(ask, desk.settings.page_size, total, accounts, account))
        }
        (method, ["accounts", id, rest @ ..]) => {
            let id = id
                .parse()
                .ok()
                .filter(|id| (1..=desk.settings.sonar_accounts).contains(id));
            let id = id.ok_or_else(|| refuse(ask, 404, "That account ID does not exist."))?;
            in_account(desk, ask, id, (method, rest))
        }
        (_, ["_data", "version" | "email_categories"] | ["accounts"]) => {
            Err(refuse(ask, 405, "Method not allowed."))
        }
        _ => Err(refuse(ask, 404, "Not found.")),
    }
}

/// What the vendor's web application firewall lets pass (P17).
fn firewall(ask: &Ask) -> Result<(), Answer> {
    let content_type = ask.header("content-type");
    let odd = content_type.is_some_and(|value| value.to_ascii_lowercase().contains("charset=utf8"));
    if odd || (ask.method == "GET" && content_type.is_some()) {
        return Err(Answer::html(403, "Forbidden"));
    }
    Ok(())
}

fn account(id: u64) -> Value {
    json!({ "id": id, "name": format!("Account {id}") })
}

fn in_account(
    desk: &mut Desk,
    ask: &Ask,
    account_id: u64,
    call: (&str, &[&str]),
) -> Result<Answer, Answer> {
    match call {
        ("GET", []) => Ok(data(200, &account(account_id))),
        ("GET", ["contacts"]) => {
            let places = desk.book.places_under(account_id);
            let contact = |place| shown(desk.book.at(place));
            let total = places.len() as u64;
            Ok(page(ask, desk.settings.page_size, total, places, contact))
        }
        ("POST", ["contacts"]) => create(desk, ask, account_id),
        (method, ["contacts", id]) => {
            let found = desk
                .book
                .get(id)
                .filter(|contact| contact["account_id"] == account_id);
            let found = found
                .cloned()
                .ok_or_else(|| refuse(ask, 404, "That contact ID does not exist."))?;
            one(desk, ask, method, found)
        }
        (_, [] | ["contacts"]) => Err(refuse(ask, 405, "Method not allowed.")),
        _ => Err(refuse(ask, 404, "Not found.")),
    }
}

fn one(desk: &mut Desk, ask: &Ask, method: &str, contact: Value) -> Result<Answer, Answer> {
    match method {
        "GET" => Ok(data(200, &shown(&contact))),
        "PATCH" => update(desk, ask, contact),
        "DELETE" => {
            desk.book.remove(&id_text(&contact["id"]));
            Ok(data(200, &json!({ "message": "Contact deleted" })))
        }
        _ => Err(refuse(ask, 405, "Method not allowed.")),
    }
}

fn create(desk: &mut Desk, ask: &Ask, account_id: u64) -> Result<Answer, Answer> {
    let body = body(ask)?;
    let mut flaws = rules::flaws(&body, Need::Must);
    let both = [text(&body, "username"), text(&body, "password")].map(str::is_empty);
    match both {
        [true, false] => flaws.push(check::missing("username")),
        [false, true] => flaws.push(check::missing("password")),
        _ => {}
    }
    more_flaws(desk, &body, account_id, None, &mut flaws);
    refuse_flaws(desk, &flaws)?;
    let contact = json!({
        "id": desk.book.fresh_id(), "name": body["name"], "role": body["role"],
        "email_address": body["email_address"],
        "phone_numbers": rules::phone_numbers(&body["phone_numbers"]),
        "email_message_categories": body["email_message_categories"],
        "primary": body["primary"], "username": body["username"], "account_id": account_id,
    });
    Ok(store(desk, contact))
}

fn update(desk: &mut Desk, ask: &Ask, mut contact: Value) -> Result<Answer, Answer> {
    let body = body(ask)?;
    let mut flaws = rules::flaws(&body, Need::May);
    let new_login = contact["username"].is_null() && !text(&body, "username").is_empty();
    if new_login && text(&body, "password").is_empty() {
        flaws.push(check::missing("password"));
    }
    let account_id = contact["account_id"].as_u64().unwrap_or_default();
    more_flaws(desk, &body, account_id, Some(&contact["id"]), &mut flaws);
    refuse_flaws(desk, &flaws)?;
    for (key, value) in body.as_object().into_iter().flatten() {
        match key.as_str() {
            "id" | "account_id" | "password" => {}
            "phone_numbers" => contact[key] = rules::phone_numbers(value),
            _ => contact[key] = value.clone(),
        }
    }
    Ok(store(desk, contact))
}

/// Answers 201 for an update as for a create (S).
fn store(desk: &mut Desk, contact: Value) -> Answer {
    if contact["primary"] == true {
        take_primary(desk, &contact);
    }
    let answer = data(201, &shown(&contact));
    desk.book.put(contact);
    answer
}

fn take_primary(desk: &mut Desk, from: &Value) {
    let holds = |other: &&Value| other["primary"] == true && other["id"] != from["id"];
    let account = from["account_id"].as_u64().unwrap_or_default();
    let holders: Vec<Value> = desk.book.under(account).filter(holds).cloned().collect();
    for mut holder in holders {
        holder["primary"] = json!(false);
        desk.book.put(holder);
    }
}

/// What only the book knows: usernames are unique without regard to case, *assumed* from P21c.
fn more_flaws(
    desk: &Desk,
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
    let mut others = desk.book.all().filter(|other| Some(&other["id"]) != own);
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

fn data(status: u16, data: &Value) -> Answer {
    Answer::json(status, &json!({ "data": data }))
}

/// One page of all that `places` names; only what is shown is looked up.
fn page(
    ask: &Ask,
    most: usize,
    total: u64,
    places: impl Iterator<Item = u64>,
    record: impl Fn(u64) -> Value,
) -> Answer {
    let number = |name: &str| {
        ask.query_value(name)
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
    Answer::json(200, &json!({ "data": shown, "paginator": paginator }))
}

fn body(ask: &Ask) -> Result<Value, Answer> {
    if ask.media_type() != "application/json" {
        return Err(refuse(ask, 415, "Content type must be application/json."));
    }
    ask.json()
        .ok_or_else(|| refuse(ask, 400, "The body is no JSON."))
}

fn refuse_flaws(desk: &Desk, flaws: &[Flaw]) -> Result<(), Answer> {
    if flaws.is_empty() {
        return Ok(());
    }
    let shape = desk.settings.sonar_messages;
    if shape == MessageShape::Plain {
        let words: Vec<&str> = flaws.iter().map(|flaw| flaw.words.as_str()).collect();
        return Err(error(422, &json!(words.join(" "))));
    }
    let mut message = json!({});
    for flaw in flaws {
        let lists = shape == MessageShape::Lists;
        message[&flaw.field] = if lists {
            json!([flaw.words])
        } else {
            json!(flaw.words)
        };
    }
    Err(error(422, &message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jacob() -> Value {
        json!({ "name": "Jacob Kailing", "email_message_categories": [2], "primary": true })
    }

    fn changed(key: &str, value: Value) -> Value {
        let mut body = jacob();
        body[key] = value;
        body
    }

    fn call(desk: &mut Desk, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let ask = Ask::new(method, &format!("/api/v1{path}")).with("authorization", BASIC);
        let ask = body.map_or(ask.clone(), |body| ask.with_json(body));
        answer(desk, &ask)
    }

    #[test]
    fn the_firewall_and_the_password_stand_before_everything() {
        let mut desk = Desk::for_test(ID_KEY);
        let ask = Ask::new("GET", "/api/v1/accounts");
        assert_eq!(answer(&mut desk, &ask).status, 401);
        let ask = ask.with("authorization", BASIC);
        assert_eq!(answer(&mut desk, &ask).status, 200);
        let typed = ask.with("content-type", "application/json");
        assert_eq!(answer(&mut desk, &typed).status, 403);
        for (charset, status) in [("UTF8", 403), ("utf-8", 201)] {
            let kind = format!("application/json; charset={charset}");
            let ask = Ask::new("POST", "/api/v1/accounts/1/contacts").with("authorization", BASIC);
            let ask = ask.with_body(&kind, &jacob().to_string());
            assert_eq!(answer(&mut desk, &ask).status, status, "{charset}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let mut desk = Desk::for_test(ID_KEY);
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
            let reply = call(&mut desk, "POST", "/accounts/1/contacts", Some(&body));
            assert_eq!(reply.status, 422, "{body}");
            let message = &reply.value()["error"]["message"];
            assert!(message[field].is_string(), "{body}: {message}");
        }
        assert_eq!(desk.book.all().count(), 0);
    }

    #[test]
    fn the_message_has_three_shapes() {
        let mut desk = Desk::for_test(ID_KEY);
        let words = "The name field is required.";
        let cases = [
            (MessageShape::Texts, json!({ "name": words })),
            (MessageShape::Lists, json!({ "name": [words] })),
            (MessageShape::Plain, json!(words)),
        ];
        for (shape, wanted) in cases {
            desk.settings.sonar_messages = shape;
            let body = changed("name", json!(""));
            let reply = call(&mut desk, "POST", "/accounts/1/contacts", Some(&body));
            assert_eq!(reply.value()["error"]["message"], wanted);
        }
    }

    #[test]
    fn a_contact_lives_from_create_to_delete() {
        let mut desk = Desk::for_test(ID_KEY);
        let body = changed(
            "phone_numbers",
            json!({ "work": { "number": "1231231234", "extension": "" } }),
        );
        let made = call(&mut desk, "POST", "/accounts/1/contacts", Some(&body));
        assert_eq!(made.status, 201);
        assert_eq!(
            made.value()["data"]["phone_numbers"]["work"]["extension"],
            Value::Null
        );
        assert_eq!(made.value()["data"]["account_id"], Value::Null);
        let path = "/accounts/1/contacts/1";
        let body = json!({ "phone_numbers": {}, "role": "Boss" });
        let reply = call(&mut desk, "PATCH", path, Some(&body));
        assert_eq!(
            (reply.status, &reply.value()["data"]["phone_numbers"]),
            (201, &json!([]))
        );
        assert_eq!(
            call(&mut desk, "GET", path, None).value()["data"]["role"],
            "Boss"
        );
        assert_eq!(
            call(&mut desk, "GET", "/accounts/2/contacts/1", None).status,
            404
        );
        assert_eq!(call(&mut desk, "DELETE", path, None).status, 200);
        assert_eq!(call(&mut desk, "DELETE", path, None).status, 404);
        assert_eq!(
            call(&mut desk, "GET", "/accounts/51/contacts", None).status,
            404
        );
        assert_eq!(
            call(&mut desk, "PUT", "/accounts/1/contacts", None).status,
            405
        );
    }

    #[test]
    fn the_primary_moves_within_its_account() {
        let mut desk = Desk::for_test(ID_KEY);
        for account in [1, 1, 2] {
            let path = format!("/accounts/{account}/contacts");
            assert_eq!(call(&mut desk, "POST", &path, Some(&jacob())).status, 201);
        }
        let flags = |desk: &Desk| {
            desk.book
                .all()
                .map(|one| one["primary"] == true)
                .collect::<Vec<_>>()
        };
        assert_eq!(flags(&desk), [false, true, true]);
        call(
            &mut desk,
            "PATCH",
            "/accounts/1/contacts/1",
            Some(&json!({ "primary": true })),
        );
        assert_eq!(flags(&desk), [true, false, true]);
    }

    #[test]
    fn a_login_needs_a_password_once() {
        let mut desk = Desk::for_test(ID_KEY);
        call(&mut desk, "POST", "/accounts/1/contacts", Some(&jacob()));
        call(&mut desk, "POST", "/accounts/1/contacts", Some(&jacob()));
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
                call(&mut desk, "PATCH", &path, Some(&body)).status,
                status,
                "{body}"
            );
        }
    }

    #[test]
    fn lists_come_in_pages() {
        let mut desk = Desk::for_test(ID_KEY);
        for _ in 0..5 {
            call(&mut desk, "POST", "/accounts/1/contacts", Some(&jacob()));
        }
        let reply = call(
            &mut desk,
            "GET",
            "/accounts/1/contacts?limit=2&page=3",
            None,
        )
        .value();
        let wanted = json!({ "total_count": 5, "total_pages": 3, "current_page": 3, "limit": 2 });
        assert_eq!(reply["paginator"], wanted);
        assert_eq!(reply["data"][0]["id"], 5);
        let reply = call(&mut desk, "GET", "/accounts?limit=500", None).value();
        assert_eq!(reply["paginator"]["limit"], 100);
        assert_eq!(reply["data"].as_array().map(Vec::len), Some(50));
    }
}
