//! One vendor at work: every request passes the faults and the rate limit, is answered by the vendor's
//! own rules, made durable, and written down as seen. No socket and no clock of its own, so that all of
//! it is tested as plain calls.

use std::collections::VecDeque;
use std::time::Duration;

use super::Vendor;
use super::answer::Answer;
use super::ask::Ask;
use super::desk::Desk;
use super::fault::{Dice, Fault, Faults, Limits};
use super::pace::{Gate, Window};

/// Requests beyond this many are forgotten, oldest first.
const MOST_SEEN: usize = 10_000;

/// A request that came in, without anything secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The HTTP method.
    pub method: String,
    /// The path that follows the base URL.
    pub path: String,
    /// The query without its question mark.
    pub query: String,
    /// The status answered; none where the connection was cut.
    pub status: Option<u16>,
    /// Whether the book was changed.
    pub applied: bool,
    /// The body, byte by byte, of a request that changed the book; empty for any other, which may hold a secret.
    pub body: Vec<u8>,
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Verdict {
    Reply(Answer),
    Cut,
}

/// A vendor with its state.
#[derive(Debug)]
pub(super) struct Room {
    vendor: Vendor,
    pub(super) desk: Desk,
    faults: Faults,
    dice: Dice,
    window: Option<Window>,
    pub(super) seen: VecDeque<Seen>,
    serial: u64,
}

impl Room {
    pub(super) fn new(vendor: Vendor, desk: Desk, faults: &Faults) -> Self {
        let limit = match faults.limit {
            Limits::Documented => vendor.limit,
            Limits::Off => None,
            Limits::All(limit) => Some(limit),
        };
        // Each vendor rolls for itself: what one is asked does not change what befalls another.
        let letters = vendor.name.bytes().map(u64::from);
        let name = letters.fold(0_u64, |sum, letter| sum.rotate_left(8) ^ letter);
        Self {
            vendor,
            desk,
            faults: faults.clone(),
            dice: Dice::new(faults.seed ^ name),
            window: limit.map(Window::new),
            seen: VecDeque::new(),
            serial: 0,
        }
    }

    pub(super) fn name(&self) -> &'static str {
        self.vendor.name
    }

    /// Serves one request that came so long after the start.
    pub(super) fn serve(&mut self, mut ask: Ask, elapsed: Duration) -> Verdict {
        self.serial += 1;
        ask.serial = self.serial;
        let fault = self.dice.fault(&self.faults);
        let (verdict, applied) = match self.strike_before(&ask, fault) {
            Some(verdict) => (verdict, false),
            None => self.answer(&ask, elapsed, fault),
        };
        let status = match &verdict {
            Verdict::Reply(answer) => Some(answer.status),
            Verdict::Cut => None,
        };
        if self.seen.len() == MOST_SEEN {
            self.seen.pop_front();
        }
        let Ask {
            method,
            path,
            query,
            mut body,
            ..
        } = ask;
        if !applied {
            body.clear();
        }
        self.seen.push_back(Seen {
            method,
            path,
            query,
            status,
            applied,
            body,
        });
        verdict
    }

    fn strike_before(&mut self, ask: &Ask, fault: Option<Fault>) -> Option<Verdict> {
        let seconds = self.faults.retry_after.unwrap_or(1);
        let refuse = |status, words| (self.vendor.refuse)(ask, status, words);
        let answer = match fault? {
            Fault::TooMany => refuse(429, "Too many requests.").with("retry-after", &seconds),
            Fault::Internal => refuse(500, "Internal server error."),
            // What stands in front of a vendor answers with a page of its own.
            Fault::BadGateway => Answer::html(502, "Bad Gateway"),
            Fault::GatewayTimeout => Answer::html(504, "Gateway Timeout"),
            Fault::Unavailable if self.dice.roll().is_multiple_of(2) => {
                Answer::html(503, "Service Unavailable").with("retry-after", &seconds)
            }
            Fault::Unavailable => Answer::html(503, "Service Unavailable"),
            Fault::DropBefore => return Some(Verdict::Cut),
            Fault::InternalAfter | Fault::DropAfter => return None,
        };
        Some(Verdict::Reply(answer))
    }

    fn answer(&mut self, ask: &Ask, elapsed: Duration, fault: Option<Fault>) -> (Verdict, bool) {
        let left = match self.window.as_mut().map(|window| window.admit(elapsed)) {
            Some(Gate::Shut { wait }) => return (Verdict::Reply(self.too_fast(ask, wait)), false),
            Some(Gate::Open { left }) => Some(left),
            None => None,
        };
        let answer = (self.vendor.answer)(&mut self.desk, ask);
        let Ok(applied) = self.desk.book.commit() else {
            let words = "The sandbox cannot write its book.";
            return (Verdict::Reply((self.vendor.refuse)(ask, 500, words)), true);
        };
        let verdict = match fault {
            Some(Fault::DropAfter) => Verdict::Cut,
            Some(Fault::InternalAfter) => {
                Verdict::Reply((self.vendor.refuse)(ask, 500, "Internal server error."))
            }
            _ => Verdict::Reply(self.with_rate(answer, left)),
        };
        (verdict, applied)
    }

    fn too_fast(&self, ask: &Ask, wait: Duration) -> Answer {
        let seconds = u64::try_from(wait.as_nanos().div_ceil(1_000_000_000)).unwrap_or(u64::MAX);
        let seconds = self.faults.retry_after.unwrap_or(seconds);
        (self.vendor.refuse)(ask, 429, "Too Many Attempts.").with("retry-after", &seconds)
    }

    /// Only a vendor whose document states a rate tells how much of it is left (P23).
    fn with_rate(&self, answer: Answer, left: Option<u32>) -> Answer {
        match (left, &self.window, self.vendor.limit) {
            (Some(left), Some(window), Some(_)) if (200..300).contains(&answer.status) => answer
                .with("x-ratelimit-limit", &window.limit.requests)
                .with("x-ratelimit-remaining", &left),
            _ => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::TABLE;
    use super::super::desk::{Scheme, Tokens};
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn room(vendor: &str, faults: &str) -> Room {
        let vendor = TABLE
            .iter()
            .find(|row| row.name == vendor)
            .copied()
            .expect("a vendor");
        let faults: Faults = faults.parse().expect("faults");
        let mut desk = Desk::for_test(vendor.id_key);
        desk.tokens = Tokens::new("test", faults.expire);
        Room::new(vendor, desk, &faults)
    }

    fn person() -> Ask {
        Ask::new("POST", "/contacts/1/persons")
            .with("authorization", "Bearer sandbox-api-key")
            .with("accept", "application/json")
            .with_json(&json!({ "name": "Anne" }))
    }

    fn reply(room: &mut Room, elapsed: u64) -> Answer {
        match room.serve(person(), Duration::from_secs(elapsed)) {
            Verdict::Reply(answer) => answer,
            Verdict::Cut => panic!("the connection was cut"),
        }
    }

    fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
        answer
            .headers
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.as_str())
    }

    #[test]
    fn faults_strike_before_or_after_the_book_is_changed() {
        let cases = [
            ("429=100%", Some(429), 0),
            ("500=100%", Some(500), 0),
            ("502=100%", Some(502), 0),
            ("503=100%", Some(503), 0),
            ("504=100%", Some(504), 0),
            ("drop_before=100%", None, 0),
            ("drop_after=100%", None, 1),
            ("500_after=100%", Some(500), 1),
            ("", Some(201), 1),
        ];
        for (faults, status, records) in cases {
            let mut room = room("orzame", faults);
            room.serve(person(), Duration::ZERO);
            let seen = room.seen.back().expect("a request");
            assert_eq!(
                (seen.status, seen.applied),
                (status, records == 1),
                "{faults}"
            );
            assert_eq!(room.desk.book.all().count(), records, "{faults}");
        }
    }

    #[test]
    fn a_busy_vendor_says_when_to_come_back_some_of_the_time() {
        let mut room = room("orzame", "503=100%,retry_after=7");
        let told: Vec<bool> = (0..100)
            .map(|_| header(&reply(&mut room, 0), "retry-after") == Some("7"))
            .collect();
        assert!(told.contains(&true) && told.contains(&false));
    }

    #[test]
    fn the_documented_rate_is_held_and_told() {
        let mut room = room("orzame", "");
        for left in (0..60).rev() {
            let answer = reply(&mut room, 5);
            assert_eq!(header(&answer, "x-ratelimit-limit"), Some("60"));
            assert_eq!(
                header(&answer, "x-ratelimit-remaining"),
                Some(left.to_string().as_str())
            );
        }
        let answer = reply(&mut room, 15);
        assert_eq!(
            (answer.status, header(&answer, "retry-after")),
            (429, Some("50"))
        );
        assert_eq!(reply(&mut room, 65).status, 201);
        assert_eq!(room.desk.book.all().count(), 61);
    }

    #[test]
    fn the_rate_can_be_lifted_or_held_everywhere() {
        let mut free = room("orzame", "limit=off");
        assert!((0..100).all(|_| reply(&mut free, 0).status == 201));
        let mut tight = room("sonar", "limit=1/min");
        assert_eq!(reply(&mut tight, 0).status, 401);
        assert_eq!(reply(&mut tight, 0).status, 429);
    }

    #[test]
    fn a_token_is_good_for_so_many_requests() {
        let mut room = room("covage", "expire=2");
        let login = json!({ "email": "sandbox@example.com", "password": "sandbox-password" });
        let login = Ask::new("POST", "/api/v2/account/token/").with_json(&login);
        let Verdict::Reply(answer) = room.serve(login, Duration::ZERO) else {
            panic!("cut")
        };
        let header = format!(
            "Bearer {}",
            answer.value()["access"].as_str().expect("a token")
        );
        let list = Ask::new("GET", "/api/contacts/").with("authorization", &header);
        for _ in 0..3 {
            room.serve(list.clone(), Duration::ZERO);
        }
        let status: Vec<_> = room.seen.iter().filter_map(|seen| seen.status).collect();
        assert_eq!(status, [200, 200, 200, 401]);
    }

    #[test]
    fn every_vendor_refuses_in_its_own_words() {
        for vendor in TABLE {
            let mut room = room(vendor.name, "429=100%,retry_after=3");
            let ask = Ask::new("GET", "/").with("accept", "application/json");
            let Verdict::Reply(answer) = room.serve(ask, Duration::ZERO) else {
                panic!("cut")
            };
            assert_eq!(
                (answer.status, header(&answer, "retry-after")),
                (429, Some("3"))
            );
            assert!(answer.value().is_object(), "{}", vendor.name);
        }
    }

    #[test]
    fn what_was_seen_is_bounded() {
        let mut room = room("orzame", "429=100%");
        for _ in 0..MOST_SEEN + 5 {
            room.serve(Ask::new("GET", "/"), Duration::ZERO);
        }
        assert_eq!(room.seen.len(), MOST_SEEN);
    }

    /// Every call that takes a body, with an identifier that is in the book.
    const CALLS: [(&str, &str, &str); 14] = [
        ("allocloud", "PUT", "/v3.0/directories"),
        ("allocloud", "POST", "/v3.0/directories"),
        ("allocloud", "POST", "/v3.0/directories/delete"),
        ("allocloud", "PUT", "/v3.0/auth/account"),
        ("aalam", "PUT", "/aalam/base/contacts"),
        ("aalam", "PUT", "/aalam/base/contact/1"),
        ("aalam", "POST", "/aalam/base/contact/1"),
        ("aalam", "POST", "/aalam/base/contact/1/2"),
        ("covage", "POST", "/api/contacts/"),
        ("covage", "PUT", "/api/contacts/i9usbs1j/"),
        ("sonar", "POST", "/api/v1/accounts/1/contacts"),
        ("sonar", "PATCH", "/api/v1/accounts/1/contacts/1"),
        ("orzame", "POST", "/contacts/1/persons"),
        ("orzame", "PATCH", "/contacts/1/persons/1"),
    ];

    fn seeded(vendor: &str) -> (Room, String) {
        let mut room = room(vendor, "limit=off");
        let record = json!({ "id": 1, "contact_uuid": "i9usbs1j", "account_id": 1, "contact_id": 1,
            "details": [{ "id": 2, "key": "Phone", "value": "1" }], "username": null });
        room.desk.book.seed(&[record]);
        room.desk.book.commit().expect("a book in memory");
        let scheme = if vendor == "covage" {
            Scheme::Bearer
        } else {
            Scheme::Header
        };
        let token = room.desk.tokens.issue(scheme, 0, 1_000);
        (room, token)
    }

    fn authorized(vendor: &str, token: &str, mut ask: Ask) -> Ask {
        ask.headers.retain(|(name, _)| name != "authorization");
        let ask = match vendor {
            "allocloud" => ask.with("x-auth-token", token),
            "aalam" => ask.with("x-auth-token", "sandbox-token"),
            "covage" => ask.with("authorization", &format!("Bearer {token}")),
            "sonar" => ask.with("authorization", "Basic c2FuZGJveDpzYW5kYm94LXBhc3N3b3Jk"),
            _ => ask.with("authorization", "Bearer sandbox-api-key"),
        };
        ask.with("accept", "application/json")
    }

    /// Bodies made of the vendors' own words, put together wrongly for the most part.
    fn bodies() -> impl Strategy<Value = Value> {
        let keys = prop::sample::select(vec![
            "data",
            "contacts",
            "phonebook",
            "details",
            "names",
            "first",
            "last",
            "company",
            "name",
            "phone_numbers",
            "land_lines",
            "mobiles",
            "faxes",
            "id",
            "ids",
            "api_key",
            "first_name",
            "last_name",
            "other_info",
            "key",
            "value",
            "contact_uuid",
            "phone_number",
            "email",
            "role",
            "cell_phone_number",
            "email_message_categories",
            "primary",
            "username",
            "password",
            "work",
            "number",
            "extension",
            "position",
            "phone",
            "default",
            "",
        ]);
        let texts =
            prop::sample::select(vec!["", "global", "i9usbs1j", "Anne", "12345678", "é'\n"]);
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-1_i64..5).prop_map(Value::from),
            texts.prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 40, 6, move |inner| {
            let object = prop::collection::vec((keys.clone(), inner.clone()), 0..6);
            prop_oneof![
                prop::collection::vec(inner, 0..3).prop_map(Value::from),
                object
                    .prop_map(|pairs| pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_the_body_a_refusal_changes_nothing(body in bodies(), place in 0..CALLS.len()) {
            let (vendor, method, path) = CALLS[place];
            let (mut room, token) = seeded(vendor);
            let ask = authorized(vendor, &token, Ask::new(method, path).with_json(&body));
            room.serve(ask, Duration::ZERO);
            let seen = room.seen.back().expect("a request");
            let status = seen.status.expect("an answer");
            prop_assert!((200..500).contains(&status), "{status}");
            prop_assert!(status < 300 || !seen.applied, "{status}");
            prop_assert!(status != 401 && status != 403 || path.contains("auth"), "{status}");
        }
    }
}
