//! Upload with the durable ledger, beside a bare reqwest loop: the same payloads, lanes and server, in turns.
//! The server stands in this process, on a thread of its own, and answers at once or after 20 ms.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rolo::backend::{Credentials, Payload, Rate, Settings, find};
use rolo::ledger::{LedgerWriter, NewRun, Runs as _, Sqlite, Steps as _};
use rolo::model::{BookId, ContactKey};
use rolo::plan::{Action, Moment, Step};
use rolo::transport::{Client, ExchangeOutcome, Https, Pacer, Stop};
use rolo::upload::{DeliveryOptions, Ended, Promise, upload};
use rolo::wire::JsonList;
use serde_json::{Value, json};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many records were made.
static MADE: AtomicU64 = AtomicU64::new(0);

const LANES: usize = 64;
const ROUNDS: usize = 10;

fn payload(number: u64) -> Value {
    json!({
        "name": format!("Person {number}"),
        "email": format!("person{number}@example.fr"),
        "phone": format!("+331990{:05}", number % 100_000),
    })
}

/// A server that answers every request with an id; returns its port.
fn serve(delay: Duration) -> u16 {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.set_nonblocking(true).expect("a socket");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || runtime().block_on(accept(listener, delay)));
    port
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

async fn accept(listener: std::net::TcpListener, delay: Duration) {
    let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        let service = service_fn(move |request: hyper::Request<Incoming>| async move {
            let body = request.into_body().collect().await;
            assert!(body.is_ok_and(|body| !body.to_bytes().is_empty()));
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            // One id for two records would be no answer.
            let id = MADE.fetch_add(1, Ordering::Relaxed);
            let answer = format!("{{\"contact_uuid\":\"{id}\"}}");
            Ok::<_, Infallible>(hyper::Response::new(Full::new(Bytes::from(answer))))
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

/// Requests a second of a loop that does nothing but send.
fn bare(port: u16, requests: u64) -> f64 {
    loop_of(port, requests, LANES)
}

fn loop_of(port: u16, requests: u64, lanes: usize) -> f64 {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let url = format!("http://127.0.0.1:{port}/api/contacts/");
    let began = Instant::now();
    let send = |number| {
        let request = client
            .post(&url)
            .header("content-type", "application/json")
            .header("authorization", "Bearer t")
            .body(payload(number).to_string());
        async move {
            let answer = request.send().await.expect("an answer");
            let bytes = answer.bytes().await.expect("a body");
            let value: Value = serde_json::from_slice(&bytes).expect("JSON");
            assert!(value["contact_uuid"].is_string());
        }
    };
    runtime().block_on(async {
        stream::iter(0..requests)
            .map(send)
            .buffer_unordered(lanes)
            .for_each(|()| std::future::ready(()))
            .await;
    });
    rate(requests, began)
}

/// Requests a second of our client alone: pace, retry table and reading of answers, and no ledger.
fn client_alone(port: u16, requests: u64) -> f64 {
    let (client, _) = client(port);
    let vendor = client.vendor();
    let began = Instant::now();
    let send = |number| {
        let exchange = vendor.create(&[&Payload::of(payload(number))]);
        let client = &client;
        async move {
            assert!(matches!(
                client.ask(exchange, &mut 0).await,
                ExchangeOutcome::Done(_)
            ));
        }
    };
    runtime().block_on(async {
        stream::iter(0..requests)
            .map(send)
            .buffer_unordered(LANES)
            .for_each(|()| std::future::ready(()))
            .await;
    });
    rate(requests, began)
}

/// Requests a second of an upload whose every claim and outcome is on the disk; and the seconds that the links take
/// after the last answer.
fn ledgered(port: u16, requests: u64) -> (f64, f64) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = Sqlite::open(&folder.path().join("ledger")).expect("a ledger");
    let run = NewRun {
        book: BookId::new("book"),
        target: "bench".into(),
        vendor: "covage".into(),
        command: "import".into(),
        source: json!({}),
        headers: vec![],
        given: rolo::ledger::Given::default(),
        spec: None,
    };
    let run = ledger.begin(&run).expect("a run");
    let steps: Vec<Step> = (0..requests).map(step).collect();
    for chunk in steps.chunks(1024) {
        ledger.add(&run, chunk).expect("added");
    }
    drop(steps);
    ledger.planned(&run).expect("planned");
    let (client, stop) = client(port);
    let options = DeliveryOptions {
        lanes: LANES,
        ahead: 2048,
        stop_after: 10,
        max_errors: 0,
        limit: 0,
        canary: 0,
        settle_after: Duration::ZERO,
        promise: Promise::Told,
    };
    let began = Instant::now();
    let keeper = LedgerWriter::start(Box::new(ledger), run.clone());
    let ended = runtime().block_on(upload(
        &client,
        &keeper,
        &stop,
        options,
        Moment::default(),
        |_| {},
    ));
    let mut ledger = keeper.close().expect("the ledger");
    let rate = rate(requests, began);
    assert_eq!(ended.expect("a ledger that writes"), Ended::Finished);
    let ending = Instant::now();
    let totals = ledger.end(run, 0).expect("ended");
    assert_eq!(totals.created, requests, "{totals:?}");
    (rate, ending.elapsed().as_secs_f64())
}

fn client(port: u16) -> (Client<Https>, Stop) {
    let covage = find("covage").expect("a vendor");
    let settings = Settings::resolve(covage.profile, &[].into()).expect("defaults");
    let mut credentials = Credentials::default();
    credentials.set("token", "t");
    let line = Https::new(&format!("http://127.0.0.1:{port}")).expect("a line");
    let (stop, pacer) = (Stop::default(), Pacer::new(Rate::per_second(100_000)));
    let vendor = Arc::from((covage.build)(settings));
    (
        Client::new(line, vendor, credentials, pacer, stop.clone()),
        stop,
    )
}

fn step(number: u64) -> Step {
    Step {
        number,
        row: number + 2,
        key: ContactKey::new(format!("key {number}")),
        parent: None,
        action: Action::Create,
        remote: None,
        payload: Some(Payload::of(payload(number))),
        identity: None,
        record: None,
        cells: JsonList::written(&[(0..14)
            .map(|cell| format!("cell {cell}"))
            .collect::<Vec<_>>()]),
        remarks: JsonList::default(),
        lost: JsonList::default(),
        changes: vec![],
    }
}

#[expect(clippy::cast_precision_loss, reason = "a figure to print")]
fn rate(requests: u64, began: Instant) -> f64 {
    requests as f64 / began.elapsed().as_secs_f64()
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn compare(name: &str, delay: Duration, requests: u64) {
    let port = serve(delay);
    let (mut floor, mut client, mut ours) = (vec![], vec![], vec![]);
    let (mut shares, mut ends) = (vec![], vec![]);
    for _ in 0..ROUNDS {
        floor.push(bare(port, requests));
        client.push(client_alone(port, requests));
        let (rate, end) = ledgered(port, requests);
        ours.push(rate);
        ends.push(end);
        shares.push(100.0 * rate / floor[floor.len() - 1]);
    }
    println!(
        "{name}: bare {:.0}/s, client alone {:.0}/s, upload with ledger {:.0}/s, {:.1} % of bare, the lowest {:.1} %; \
         links written in {:.2} s afterwards (medians of {ROUNDS})",
        median(&mut floor),
        median(&mut client),
        median(&mut ours),
        median(&mut shares),
        shares[0],
        median(&mut ends),
    );
    if !delay.is_zero() {
        // The server's timer knows whole milliseconds: what its delay really is, a single lane tells.
        let alone = loop_of(port, 200, 1);
        let all = f64::from(u32::try_from(LANES).expect("a few")) * alone;
        println!(
            "{name}: one lane alone waits {:.2} ms for each answer; lanes / latency is {all:.0}/s, of which the bare \
             loop reaches {:.1} % and ours {:.1} %",
            1000.0 / alone,
            100.0 * median(&mut floor) / all,
            100.0 * median(&mut ours) / all,
        );
    }
}

fn main() {
    let given = std::env::args().find_map(|word| word.parse().ok());
    let requests: u64 = given.unwrap_or(100_000);
    println!("{requests} POSTs, {LANES} lanes");
    compare("at once", Duration::ZERO, requests);
    compare("after 20 ms", Duration::from_millis(20), requests / 10);
}
