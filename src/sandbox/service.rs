//! One vendor at work: every request passes the faults and the rate limit, is answered by the vendor's
//! own rules, made durable, and written down as seen. No socket and no clock of its own, so that all of
//! it is tested as plain calls.

use std::collections::VecDeque;
use std::time::Duration;

use super::fault::{Dice, Fault, Faults, Limits};
use super::pace::{Gate, RateWindow};
use super::request::MockRequest;
use super::response::MockResponse;
use super::state::ServerState;
use super::vendor::MockVendor;

/// Requests beyond this many are forgotten, oldest first.
const MOST_SEEN: usize = 10_000;

/// A request that came in, without anything secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenRequest {
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
pub(super) enum MockOutcome {
    Reply(MockResponse),
    Cut,
}

/// A vendor with its state.
#[derive(Debug)]
pub(super) struct MockService {
    vendor: MockVendor,
    pub(super) state: ServerState,
    faults: Faults,
    dice: Dice,
    window: Option<RateWindow>,
    pub(super) seen: VecDeque<SeenRequest>,
    serial: u64,
}

impl MockService {
    pub(super) fn new(vendor: MockVendor, state: ServerState, faults: &Faults) -> Self {
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
            state,
            faults: faults.clone(),
            dice: Dice::new(faults.seed ^ name),
            window: limit.map(RateWindow::new),
            seen: VecDeque::new(),
            serial: 0,
        }
    }

    /// Serves one request that came so long after the start.
    pub(super) fn serve(&mut self, mut request: MockRequest, elapsed: Duration) -> MockOutcome {
        self.serial += 1;
        request.serial = self.serial;
        let fault = self.dice.fault(&self.faults);
        let (verdict, applied) = match self.strike_before(&request, fault) {
            Some(verdict) => (verdict, false),
            None => self.answer(&request, elapsed, fault),
        };
        let status = match &verdict {
            MockOutcome::Reply(answer) => Some(answer.status),
            MockOutcome::Cut => None,
        };
        if self.seen.len() == MOST_SEEN {
            self.seen.pop_front();
        }
        let MockRequest {
            method,
            path,
            query,
            mut body,
            ..
        } = request;
        if !applied {
            body.clear();
        }
        self.seen.push_back(SeenRequest {
            method,
            path,
            query,
            status,
            applied,
            body,
        });
        verdict
    }

    fn strike_before(
        &mut self,
        request: &MockRequest,
        fault: Option<Fault>,
    ) -> Option<MockOutcome> {
        let seconds = self.faults.retry_after.unwrap_or(1);
        let refuse = |status, words| (self.vendor.refuse)(request, status, words);
        let answer = match fault? {
            Fault::TooMany => refuse(429, "Too many requests.").with("retry-after", &seconds),
            Fault::Internal => refuse(500, "Internal server error."),
            // What stands in front of a vendor answers with a page of its own.
            Fault::BadGateway => MockResponse::html(502, "Bad Gateway"),
            Fault::GatewayTimeout => MockResponse::html(504, "Gateway Timeout"),
            Fault::Unavailable if self.dice.roll().is_multiple_of(2) => {
                MockResponse::html(503, "Service Unavailable").with("retry-after", &seconds)
            }
            Fault::Unavailable => MockResponse::html(503, "Service Unavailable"),
            Fault::DropBefore => return Some(MockOutcome::Cut),
            Fault::InternalAfter | Fault::DropAfter => return None,
        };
        Some(MockOutcome::Reply(answer))
    }

    fn answer(
        &mut self,
        request: &MockRequest,
        elapsed: Duration,
        fault: Option<Fault>,
    ) -> (MockOutcome, bool) {
        let left = match self.window.as_mut().map(|window| window.admit(elapsed)) {
            Some(Gate::Shut { wait }) => {
                return (MockOutcome::Reply(self.too_fast(request, wait)), false);
            }
            Some(Gate::Open { left }) => Some(left),
            None => None,
        };
        let answer = (self.vendor.answer)(&mut self.state, request);
        let Ok(applied) = self.state.book.commit() else {
            let words = "The sandbox cannot write its book.";
            return (
                MockOutcome::Reply((self.vendor.refuse)(request, 500, words)),
                true,
            );
        };
        let verdict = match fault {
            Some(Fault::DropAfter) => MockOutcome::Cut,
            Some(Fault::InternalAfter) => {
                MockOutcome::Reply((self.vendor.refuse)(request, 500, "Internal server error."))
            }
            _ => MockOutcome::Reply(self.with_rate(answer, left)),
        };
        (verdict, applied)
    }

    fn too_fast(&self, request: &MockRequest, wait: Duration) -> MockResponse {
        let seconds = u64::try_from(wait.as_nanos().div_ceil(1_000_000_000)).unwrap_or(u64::MAX);
        let seconds = self.faults.retry_after.unwrap_or(seconds);
        (self.vendor.refuse)(request, 429, "Too Many Attempts.").with("retry-after", &seconds)
    }

    /// Only a vendor whose document states a rate tells how much of it is left (P23).
    fn with_rate(&self, answer: MockResponse, left: Option<u32>) -> MockResponse {
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
    use super::super::MOCKS;
    use super::super::state::{Scheme, Tokens};
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn service(vendor: &str, faults: &str) -> MockService {
        let vendor = MOCKS
            .iter()
            .find(|row| row.name == vendor)
            .copied()
            .expect("a vendor");
        let faults: Faults = faults.parse().expect("faults");
        let mut state = ServerState::for_test(vendor.keys);
        state.tokens = Tokens::new("test", faults.expire);
        MockService::new(vendor, state, &faults)
    }

    fn person() -> MockRequest {
        MockRequest::new("POST", "/contacts/1/persons")
            .with("authorization", "Bearer sandbox-api-key")
            .with("accept", "application/json")
            .with_json(&json!({ "name": "Anne" }))
    }

    fn reply(service: &mut MockService, elapsed: u64) -> MockResponse {
        match service.serve(person(), Duration::from_secs(elapsed)) {
            MockOutcome::Reply(answer) => answer,
            MockOutcome::Cut => panic!("the connection was cut"),
        }
    }

    fn header<'a>(answer: &'a MockResponse, name: &str) -> Option<&'a str> {
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
            let mut service = service("orzame", faults);
            service.serve(person(), Duration::ZERO);
            let seen = service.seen.back().expect("a request");
            assert_eq!(
                (seen.status, seen.applied),
                (status, records == 1),
                "{faults}"
            );
            assert_eq!(service.state.book.all().count(), records, "{faults}");
        }
    }

    #[test]
    fn a_busy_vendor_says_when_to_come_back_some_of_the_time() {
        let mut service = service("orzame", "503=100%,retry_after=7");
        let told: Vec<bool> = (0..100)
            .map(|_| header(&reply(&mut service, 0), "retry-after") == Some("7"))
            .collect();
        assert!(told.contains(&true) && told.contains(&false));
    }

    #[test]
    fn the_documented_rate_is_held_and_told() {
        let mut service = service("orzame", "");
        for left in (0..60).rev() {
            let answer = reply(&mut service, 5);
            assert_eq!(header(&answer, "x-ratelimit-limit"), Some("60"));
            assert_eq!(
                header(&answer, "x-ratelimit-remaining"),
                Some(left.to_string().as_str())
            );
        }
        let answer = reply(&mut service, 15);
        assert_eq!(
            (answer.status, header(&answer, "retry-after")),
            (429, Some("50"))
        );
        assert_eq!(reply(&mut service, 65).status, 201);
        assert_eq!(service.state.book.all().count(), 61);
    }

    #[test]
    fn the_rate_can_be_lifted_or_held_everywhere() {
        let mut free = service("orzame", "limit=off");
        assert!((0..100).all(|_| reply(&mut free, 0).status == 201));
        let mut tight = service("sonar", "limit=1/min");
        assert_eq!(reply(&mut tight, 0).status, 401);
        assert_eq!(reply(&mut tight, 0).status, 429);
    }

    #[test]
    fn a_token_is_good_for_so_many_requests() {
        let mut service = service("covage", "expire=2");
        let login = json!({ "email": "sandbox@example.com", "password": "sandbox-password" });
        let login = MockRequest::new("POST", "/api/v2/account/token/").with_json(&login);
        let MockOutcome::Reply(answer) = service.serve(login, Duration::ZERO) else {
            panic!("cut")
        };
        let header = format!(
            "Bearer {}",
            answer.value()["access"].as_str().expect("a token")
        );
        let list = MockRequest::new("GET", "/api/contacts/").with("authorization", &header);
        for _ in 0..3 {
            service.serve(list.clone(), Duration::ZERO);
        }
        let status: Vec<_> = service.seen.iter().filter_map(|seen| seen.status).collect();
        assert_eq!(status, [200, 200, 200, 401]);
    }

    #[test]
    fn every_vendor_refuses_in_its_own_words() {
        for vendor in MOCKS {
            let mut service = service(vendor.name, "429=100%,retry_after=3");
            let request = MockRequest::new("GET", "/").with("accept", "application/json");
            let MockOutcome::Reply(answer) = service.serve(request, Duration::ZERO) else {
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
        let mut service = service("orzame", "429=100%");
        for _ in 0..MOST_SEEN + 5 {
            service.serve(MockRequest::new("GET", "/"), Duration::ZERO);
        }
        assert_eq!(service.seen.len(), MOST_SEEN);
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

    fn seeded(vendor: &str) -> (MockService, String) {
        let mut service = service(vendor, "limit=off");
        let record = json!({ "id": 1, "contact_uuid": "i9usbs1j", "account_id": 1, "contact_id": 1,
            "details": [{ "id": 2, "key": "Phone", "value": "1" }], "username": null });
        service.state.book.seed(&[record]);
        service.state.book.commit().expect("a book in memory");
        let scheme = if vendor == "covage" {
            Scheme::Bearer
        } else {
            Scheme::Header
        };
        let token = service.state.tokens.issue(scheme, 0, 1_000);
        (service, token)
    }

    fn authorized(vendor: &str, token: &str, mut request: MockRequest) -> MockRequest {
        request.headers.retain(|(name, _)| name != "authorization");
        let request = match vendor {
            "allocloud" => request.with("x-auth-token", token),
            "aalam" => request.with("x-auth-token", "sandbox-token"),
            "covage" => request.with("authorization", &format!("Bearer {token}")),
            "sonar" => request.with("authorization", "Basic c2FuZGJveDpzYW5kYm94LXBhc3N3b3Jk"),
            _ => request.with("authorization", "Bearer sandbox-api-key"),
        };
        request.with("accept", "application/json")
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
            let (mut service, token) = seeded(vendor);
            let request = authorized(vendor, &token, MockRequest::new(method, path).with_json(&body));
            service.serve(request, Duration::ZERO);
            let seen = service.seen.back().expect("a request");
            let status = seen.status.expect("an answer");
            prop_assert!((200..500).contains(&status), "{status}");
            prop_assert!(status < 300 || !seen.applied, "{status}");
            prop_assert!(status != 401 && status != 403 || path.contains("auth"), "{status}");
        }
    }
}
