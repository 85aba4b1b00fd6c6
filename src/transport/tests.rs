//! The client on a line that answers as told, on a paused clock.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex as Plain};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::*;
use crate::backend::{
    Accounted, Credentials, Cursor, Pass, Payload, Profile, Rate, Record, RecordPage, Remote,
    SignIn, Vendor, WriteResults,
};
use crate::model::{Contact, ParentId, RemoteId};
use crate::validate::Rule;
use crate::wire::{Effect, Exchange, Method, Next, Refusal, RefusalKind, Reply, Request};

/// A line that answers from a list, and remembers what was sent.
#[derive(Default)]
struct Script {
    answers: Plain<VecDeque<Said>>,
    sent: Arc<Plain<Vec<Request>>>,
}

impl Transport for Script {
    async fn send(&self, request: &Request) -> Said {
        self.sent.lock().expect("unpoisoned").push(request.clone());
        let next = self.answers.lock().expect("unpoisoned").pop_front();
        next.unwrap_or_else(|| panic!("one request too many: {request:?}"))
    }
}

/// A vendor with a sign-in; the rest of it is never asked for.
struct Doorkeeper;

impl Vendor for Doorkeeper {
    fn profile(&self) -> &'static Profile {
        unreachable!("not asked for")
    }
    fn rules(&self) -> &[Box<dyn Rule>] {
        &[]
    }
    fn account(&self, _: &Contact) -> Accounted {
        unreachable!("not asked for")
    }
    fn decode(&self, _: &Record) -> Result<Remote, Refusal> {
        unreachable!("not asked for")
    }
    fn sign_in(&self, _: &Credentials) -> SignIn {
        let request = Request::new(Method::Post, "/sign-in");
        SignIn::Ask(Exchange::new(Effect::Reads, request, |reply| {
            match reply.value() {
                Some(Value::String(token)) if reply.is_success() => Ok(Pass::new(token)),
                _ => Err(Refusal::of(reply)),
            }
        }))
    }
    fn authorize(&self, request: Request, pass: &Pass) -> Request {
        request.header("authorization", pass.expose())
    }
    fn create(&self, _: &[&Payload]) -> Exchange<WriteResults> {
        unreachable!("not asked for")
    }
    fn update(&self, _: &[(&RemoteId, &Payload)]) -> Option<Exchange<WriteResults>> {
        None
    }
    fn delete(&self, _: &RemoteId, _: Option<&ParentId>) -> Option<Exchange<()>> {
        None
    }
    fn list(&self, _: Option<&Cursor>) -> Option<Exchange<RecordPage>> {
        None
    }
}

/// What a line says to one request.
type Said = std::result::Result<Reply, SendError>;
type Sent = Arc<Plain<Vec<Request>>>;

fn client(answers: Vec<Said>) -> (Client<Script>, Sent) {
    let line = Script {
        answers: Plain::new(answers.into()),
        ..Script::default()
    };
    let sent = line.sent.clone();
    let pacer = Pacer::new(Rate::per_second(1000));
    (
        Client::new(
            line,
            Arc::new(Doorkeeper),
            Credentials::default(),
            pacer,
            Stop::default(),
        ),
        sent,
    )
}

fn token(name: &str) -> Reply {
    Reply::json(200, &json!(name))
}

fn lost() -> Said {
    Err(SendError::NoAnswer("reset".into()))
}

/// An exchange whose answer is a number.
fn number(effect: Effect) -> Exchange<i64> {
    Exchange::new(effect, Request::new(Method::Put, "/n"), |reply| {
        let number = reply.value().and_then(|value| value.as_i64());
        number
            .filter(|_| reply.is_success())
            .ok_or_else(|| Refusal::of(reply))
    })
}

async fn ask(effect: Effect, answers: Vec<Said>) -> (ExchangeOutcome<i64>, Vec<Request>, u32) {
    let (client, sent) = client(answers);
    let mut attempts = 0;
    let answer = client.ask(number(effect), &mut attempts).await;
    let sent = sent.lock().expect("unpoisoned").clone();
    (answer, sent, attempts)
}

#[tokio::test(start_paused = true)]
async fn a_create_without_an_answer_is_sent_once() {
    let (answer, sent, _) = ask(Effect::Creates, vec![Ok(token("t")), lost()]).await;
    assert!(matches!(answer, ExchangeOutcome::InDoubt(_)), "{answer:?}");
    assert_eq!(sent.len(), 2);
    let (answer, ..) = ask(
        Effect::Creates,
        vec![Ok(token("t")), Ok(Reply::json(500, &json!("oops")))],
    )
    .await;
    assert!(matches!(answer, ExchangeOutcome::InDoubt(why) if why.contains("oops")));
}

#[tokio::test(start_paused = true)]
async fn what_can_be_repeated_is_repeated() {
    let answers = vec![
        Ok(token("t")),
        lost(),
        Ok(Reply::json(502, &json!("x"))),
        Ok(Reply::json(200, &json!(7))),
    ];
    let (answer, _, attempts) = ask(Effect::Replaces, answers).await;
    assert!(matches!(answer, ExchangeOutcome::Done(7)), "{answer:?}");
    assert_eq!(attempts, 4);
}

#[tokio::test(start_paused = true)]
async fn a_run_has_a_budget_of_retries() {
    let refused = || Err(SendError::NeverLeft("refused".into()));
    let mut answers = vec![Ok(token("t"))];
    answers.extend((0..100).map(|_| refused()));
    let (client, sent) = client(answers);
    for _ in 0..20 {
        let answer = client.ask(number(Effect::Creates), &mut 0).await;
        assert!(
            matches!(answer, ExchangeOutcome::NotSent(Halt::Unavailable(_))),
            "{answer:?}"
        );
    }
    // Twenty requests would be a hundred with five tries each; a budget of 50 and a fifth ends before that.
    let sent = sent.lock().expect("unpoisoned").len();
    assert!((70..95).contains(&sent), "{sent}");
}

#[tokio::test(start_paused = true)]
async fn a_create_that_never_left_is_tried_until_it_is_given_up() {
    let refused = || Err(SendError::NeverLeft("refused".into()));
    let mut answers = vec![Ok(token("t"))];
    answers.extend((0..5).map(|_| refused()));
    let (answer, ..) = ask(Effect::Creates, answers).await;
    assert!(
        matches!(answer, ExchangeOutcome::NotSent(Halt::Unavailable(_))),
        "{answer:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_asks_to_wait_is_waited_for() {
    let mut busy = Reply::json(429, &json!("slow down"));
    busy.headers.add("Retry-After", "30");
    let began = Instant::now();
    let (answer, ..) = ask(
        Effect::Creates,
        vec![Ok(token("t")), Ok(busy), Ok(Reply::json(200, &json!(7)))],
    )
    .await;
    assert!(matches!(answer, ExchangeOutcome::Done(7)), "{answer:?}");
    assert!(began.elapsed() >= Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn an_expired_pass_is_renewed_once() {
    let no = || Ok(Reply::json(401, &json!("expired")));
    let answers = vec![
        Ok(token("old")),
        no(),
        Ok(token("new")),
        Ok(Reply::json(200, &json!(7))),
    ];
    let (answer, sent, _) = ask(Effect::Creates, answers).await;
    assert!(matches!(answer, ExchangeOutcome::Done(7)), "{answer:?}");
    assert_eq!(
        sent[3].headers.last(),
        Some(&("authorization", "new".to_owned()))
    );

    let answers = vec![Ok(token("old")), no(), Ok(token("new")), no()];
    let (answer, ..) = ask(Effect::Creates, answers).await;
    assert!(
        matches!(answer, ExchangeOutcome::NotSent(Halt::SignIn(_))),
        "{answer:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn wrong_credentials_end_it_in_the_vendors_words() {
    let (answer, sent, _) = ask(
        Effect::Creates,
        vec![Ok(Reply::json(400, &json!("wrong password")))],
    )
    .await;
    let ExchangeOutcome::NotSent(Halt::SignIn(why)) = answer else {
        panic!("{answer:?}")
    };
    assert!(why.contains("wrong password"), "{why}");
    assert_eq!(sent.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_chain_that_breaks_keeps_what_was_done() {
    let (client, _) = client(vec![
        Ok(token("t")),
        Ok(Reply::json(200, &json!(7))),
        Ok(Reply::json(422, &json!("no"))),
    ]);
    let chain = Exchange::chained(Effect::Creates, Request::new(Method::Put, "/a"), |_| {
        Ok(Next::Then {
            so_far: Some(7),
            rest: Box::new(number(Effect::Replaces)),
        })
    });
    let answer = client.ask(chain, &mut 0).await;
    assert!(
        matches!(&answer, ExchangeOutcome::Partly(7, why) if why.contains("no")),
        "{answer:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_without_an_answer_halts_the_run() {
    let mut answers = vec![Ok(token("t")), Ok(Reply::json(401, &json!("expired")))];
    answers.extend((0..5).map(|_| lost()));
    let (answer, sent, _) = ask(Effect::Creates, answers).await;
    // The create was refused, so that nothing is in doubt.
    assert!(
        matches!(answer, ExchangeOutcome::NotSent(Halt::Unavailable(_))),
        "{answer:?}"
    );
    assert_eq!(sent.len(), 7);
}

#[tokio::test(start_paused = true)]
async fn an_update_that_may_be_done_is_not_told_as_unsent() {
    for first in [lost(), Ok(Reply::json(502, &json!("oops")))] {
        let (client, sent) = client(vec![Ok(token("t")), first]);
        let mut attempts = 0;
        let asked = client.ask(number(Effect::Replaces), &mut attempts);
        let stopped = async {
            // While it waits for its second try.
            while sent.lock().expect("unpoisoned").len() < 2 {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
            client.stop.request(StopReason::Person);
        };
        let (answer, ()) = tokio::join!(asked, stopped);
        assert!(matches!(answer, ExchangeOutcome::InDoubt(_)), "{answer:?}");
        assert_eq!(attempts, 2);
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_stop_nothing_is_sent() {
    let (client, sent) = client(vec![Ok(token("t"))]);
    client.sign_in().await.expect("let in");
    client.stop.request(StopReason::Person);
    let answer = client.ask(number(Effect::Creates), &mut 0).await;
    assert!(
        matches!(answer, ExchangeOutcome::NotSent(Halt::Stopped)),
        "{answer:?}"
    );
    assert_eq!(sent.lock().expect("unpoisoned").len(), 1);
}

#[test]
fn a_refusal_knows_its_kind() {
    let reply = Reply::json(200, &json!({}));
    assert_eq!(Refusal::no_id(&reply).kind, RefusalKind::NoId);
}

/// A vendor that quotes the token and the whole request, whatever it is asked.
fn echo(status: u16, token: &str) -> Reply {
    let words = format!("no: authorization: {token}, {token}");
    Reply::json(status, &json!({"error": {"message": words}}))
}

#[tokio::test(start_paused = true)]
async fn no_answer_repeats_a_pass_whatever_becomes_of_it() {
    let pass = "t0ken-of-the-day";
    for effect in [Effect::Reads, Effect::Replaces, Effect::Creates] {
        for status in [
            200, 302, 400, 401, 403, 404, 408, 409, 422, 429, 500, 502, 503,
        ] {
            let mut answers = vec![Ok(token(pass))];
            for _ in 0..30 {
                answers.push(Ok(echo(status, pass)));
                if status == 401 {
                    answers.push(Ok(token("another-token")));
                }
            }
            let (answer, ..) = ask(effect, answers).await;
            let said = format!("{answer:?}");
            assert!(
                said.contains("***") && !said.contains(pass),
                "{status}: {said}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_pass_of_yesterday_is_no_more_repeated_than_todays() {
    let answers = vec![
        Ok(token("first-token")),
        Ok(Reply::json(401, &json!("expired"))),
        Ok(token("second-token")),
        Ok(echo(422, "first-token")),
    ];
    let (answer, ..) = ask(Effect::Creates, answers).await;
    let said = format!("{answer:?}");
    assert!(said.contains("***") && !said.contains("first"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn a_line_that_breaks_repeats_no_secret() {
    for broken in [SendError::NeverLeft, SendError::NoAnswer] {
        let why = "proxy said: authorization: first-token";
        let mut answers = vec![Ok(token("first-token"))];
        answers.extend((0..9).map(|_| Err(broken(why.to_owned()))));
        let (answer, ..) = ask(Effect::Replaces, answers).await;
        let said = format!("{answer:?}");
        assert!(said.contains("authorization: ***"), "{said}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_cannot_be_read_shows_no_value_of_its_answer() {
    for (answer, words) in [
        (
            Reply::json(
                200,
                &json!({"acess": "new-token", "refresh": "other-token"}),
            ),
            "its members are `acess`, `refresh`",
        ),
        (
            Reply::json(200, &json!({"error": "locked", "token": "new-token"})),
            "locked",
        ),
        (
            Reply {
                status: 200,
                body: b"new-token".to_vec(),
                ..Reply::default()
            },
            "is no JSON",
        ),
        (
            Reply {
                status: 200,
                body: b"<html>Maintenance</html>".to_vec(),
                ..Reply::default()
            },
            "Maintenance",
        ),
        (Reply::json(403, &json!({"message": "locked"})), "locked"),
    ] {
        let (client, _) = client(vec![Ok(answer)]);
        let Err(Halt::SignIn(why)) = client.sign_in().await else {
            panic!("nobody is let in: {words}");
        };
        assert!(why.contains(words) && !why.contains("-token"), "{why}");
    }
}
