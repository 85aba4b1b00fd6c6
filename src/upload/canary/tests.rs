//! The canary against a vendor that changes what it is sent, on a paused clock, with a ledger in memory.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;

use super::super::deliver::deliver;
use super::*;
use crate::backend::{
    Accounted, Consumer, Credentials, Cursor, Pass, Profile, Rate, Receipt, RecordPage, Remote,
    SignIn, WriteResults,
};
use crate::ledger::{Given, Memory, NewRun, Store};
use crate::model::{Contact, ContactKey, PersonName};
use crate::transport::{Pacer, SendError};
use crate::validate::Rule;
use crate::wire::{Body, Effect, Exchange, JsonList, Method, Refusal, Reply, Request};

/// A vendor of names, each at its own address.
struct Names;

impl Vendor for Names {
    fn profile(&self) -> &'static Profile {
        crate::backend::VENDORS[0].profile
    }
    fn rules(&self) -> &[Box<dyn Rule>] {
        &[]
    }
    fn account(&self, contact: &Contact) -> Accounted {
        let mut consumer = Consumer::of(contact);
        let name = consumer.full_name();
        consumer.accounted(Payload::of(json!({"name": name})))
    }
    fn decode(&self, record: &Record) -> Result<Remote, Refusal> {
        let full = record.value["name"].as_str().map(str::to_owned);
        let name = PersonName {
            full,
            ..PersonName::default()
        };
        let contact = Contact {
            name,
            ..Contact::default()
        };
        let id = RemoteId::new(record.value["id"].to_string());
        Ok(Remote { id, contact })
    }
    fn sign_in(&self, _: &Credentials) -> SignIn {
        SignIn::Ready(Pass::new("pass"))
    }
    fn authorize(&self, request: Request, _: &Pass) -> Request {
        request
    }
    fn create(&self, payloads: &[&Payload]) -> Exchange<WriteResults> {
        let request = Request::new(Method::Post, "/names").json(payloads[0].body.clone());
        Exchange::new(Effect::Creates, request, |reply| match reply.value() {
            Some(id) if reply.is_success() => {
                Ok(vec![Ok(Receipt::of(RemoteId::new(id.to_string())))])
            }
            _ => Err(Refusal::of(reply)),
        })
    }
    fn update(&self, _: &[(&RemoteId, &Payload)]) -> Option<Exchange<WriteResults>> {
        None
    }
    fn delete(&self, _: &RemoteId, _: Option<&ParentId>) -> Option<Exchange<()>> {
        None
    }
    fn read(&self, id: &RemoteId, _: Option<&ParentId>) -> Option<Exchange<Option<Record>>> {
        let request = Request::new(Method::Get, format!("/names/{id}"));
        Some(Exchange::new(Effect::Reads, request, |reply| {
            let record = |value| Record {
                parent: None,
                value,
            };
            Ok(reply.value().filter(|_| reply.is_success()).map(record))
        }))
    }
    fn list(&self, _: Option<&Cursor>) -> Option<Exchange<RecordPage>> {
        None
    }
}

/// How the far end keeps a name; none where it refuses it.
type Keeps = fn(&str) -> Option<&str>;

struct World {
    keeps: Keeps,
    names: Arc<Mutex<Vec<String>>>,
}

impl Transport for World {
    async fn send(&self, request: &Request) -> Result<Reply, SendError> {
        let mut names = self.names.lock().expect("unpoisoned");
        let Body::Json(body) = &request.body else {
            let id: usize = request.path[7..].parse().expect("an id");
            return Ok(Reply::json(200, &json!({"id": id, "name": names[id]})));
        };
        let name = body["name"].as_str().unwrap_or_default();
        let Some(kept) = (self.keeps)(name) else {
            return Ok(Reply::json(422, &json!({"message": "no such name"})));
        };
        names.push(kept.to_owned());
        Ok(Reply::json(200, &json!(names.len() - 1)))
    }
}

fn step(number: u64) -> Step {
    Step {
        number,
        row: number + 2,
        key: ContactKey::new(format!("k{number}")),
        parent: None,
        action: Action::Create,
        remote: None,
        payload: Some(Payload::of(json!({"name": format!("Anne {number}")}))),
        identity: None,
        record: None,
        cells: JsonList::default(),
        remarks: JsonList::default(),
        lost: JsonList::default(),
        changes: vec![],
    }
}

/// Ten rows, three of them sent first, `limit` of them at the most: how it ended, how many were proven, and how many
/// are there.
async fn sung(keeps: Keeps, limit: u64) -> (Ended, u64, usize) {
    let mut ledger: Box<dyn Store> = Box::new(Memory::new());
    let about = NewRun {
        book: crate::model::BookId::new("book"),
        target: "t".into(),
        vendor: "v".into(),
        command: "import".into(),
        source: json!({}),
        headers: vec![],
        given: Given::default(),
        spec: None,
    };
    let run = ledger.begin(&about).expect("a run");
    let steps: Vec<Step> = (0..10).map(step).collect();
    ledger.add(&run, &steps).expect("added");
    let names = Arc::new(Mutex::new(Vec::new()));
    let line = World {
        keeps,
        names: names.clone(),
    };
    let (stop, pacer) = (Stop::default(), Pacer::new(Rate::per_second(1000)));
    let client = Client::new(
        line,
        Arc::new(Names),
        Credentials::default(),
        pacer,
        stop.clone(),
    );
    let options = DeliveryOptions {
        lanes: 3,
        ahead: 4,
        stop_after: 10,
        max_errors: 0,
        limit,
        canary: 3,
        settle_after: Duration::from_secs(2),
        promise: crate::upload::Promise::Told,
    };
    let Ok((_, delivered)) = deliver(&client, ledger, &run, &stop, options, |_| {}).await else {
        panic!("the ledger writes");
    };
    let there = names.lock().expect("unpoisoned").len();
    (delivered.ended, delivered.proven, there)
}

#[tokio::test(start_paused = true)]
async fn rows_that_are_what_was_sent_let_the_others_go() {
    assert_eq!(sung(|name| Some(name), 0).await, (Ended::Finished, 3, 10));
    assert_eq!(sung(|name| Some(name), 5).await, (Ended::Limit(5), 3, 5));
    assert_eq!(sung(|name| Some(name), 2).await, (Ended::Limit(2), 0, 2));
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_keeps_something_else_stops_the_run() {
    let (ended, _, there) = sung(|name| Some(&name[..4]), 0).await;
    let wrong = |row: u64| {
        let n = row - 2;
        let words = format!("`name` was sent as `Anne {n}` and is held as `Anne`");
        CanaryFailure {
            place: format!("row {row}, record {n}: `name` is not held as it was sent"),
            words: format!("row {row}, record {n}: {words}"),
        }
    };
    assert_eq!(
        (ended, there),
        (Ended::Canary((2..5).map(wrong).collect()), 3)
    );
}

#[tokio::test(start_paused = true)]
async fn a_refused_canary_stops_the_run() {
    let (ended, _, there) = sung(|name| (name != "Anne 1").then_some(name), 0).await;
    let Ended::Canary(wrong) = ended else {
        panic!("{ended:?}")
    };
    assert!(
        wrong.len() == 1 && wrong[0].words.starts_with("row 3 is refused: ") && there == 2,
        "{wrong:?}"
    );
}

#[test]
fn each_value_that_differs_is_named_by_its_place() {
    let found = |action, sent: Value, held: Value| {
        let step = Step {
            action,
            payload: Some(Payload::of(sent)),
            ..step(0)
        };
        let found = differences(&step, &Payload::of(held));
        found.iter().map(FieldDifference::words).collect::<Vec<_>>()
    };
    let sent = json!({"who": {"first": "Anne", "last": "Durand"}, "tags": ["a", "b"], "note": "", "password": "p"});
    let held = json!({"who": {"first": "ANNE", "last": "Durand"}, "tags": ["b"], "note": "x"});
    let both = [
        "`who.first` was sent as `Anne` and is held as `ANNE`",
        "`tags` was sent as `[\"a\",\"b\"]` and is held as `[\"b\"]`",
    ];
    assert_eq!(
        found(Action::Create, sent.clone(), held.clone()),
        [
            &both[..],
            &["`note` was sent as nothing and is held as `x`"]
        ]
        .concat()
    );
    assert_eq!(found(Action::Update, sent.clone(), held), both);
    assert_eq!(found(Action::Create, sent.clone(), sent), [""; 0]);
}
