//! How much of a strict bucket's rate is used, and how often it says no: real time, real sockets, against the
//! sandbox. Its answers to what comes too soon ask for whole seconds, as gateways do.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt};
use rolo::backend::{Credentials, Rate, Settings, find};
use rolo::model::Contact;
use rolo::sandbox;
use rolo::transport::{Client, ExchangeOutcome, Https, Pacer, Stop};

const LANES: usize = 8;

/// A bucket, and how many requests it is met with how often.
struct Case {
    limit: &'static str,
    rate: Rate,
    requests: u32,
    rounds: usize,
}

const CASES: [Case; 4] = [
    Case {
        limit: "limit=200/s:2",
        rate: Rate::per_second(200),
        requests: 2000,
        rounds: 5,
    },
    Case {
        limit: "limit=60/s:2",
        rate: Rate::per_second(60),
        requests: 600,
        rounds: 3,
    },
    Case {
        limit: "limit=60/s:1,retry_after=0",
        rate: Rate::per_second(60),
        requests: 6000,
        rounds: 1,
    },
    Case {
        // Each refusal holds the target for a second, so that only a longer run shows the pace that was found.
        limit: "limit=60/s:1",
        rate: Rate::per_second(60),
        requests: 18_000,
        rounds: 1,
    },
];

/// The share of the rate that was used, and how many requests were refused.
fn run(case: &Case) -> (f64, u64) {
    let options = sandbox::SandboxOptions {
        faults: case.limit.parse().expect("faults"),
        ..sandbox::SandboxOptions::default()
    };
    let sandbox = sandbox::start(options).expect("a sandbox");
    let covage = find("covage").expect("a vendor");
    let settings = Settings::resolve(covage.profile, &[].into()).expect("defaults");
    let mut credentials = Credentials::default();
    for (name, value) in sandbox::credentials("covage") {
        credentials.set(name, *value);
    }
    let line = Https::new(&sandbox.base_url("covage")).expect("a line");
    let client = Client::new(
        line,
        Arc::from((covage.build)(settings)),
        credentials,
        Pacer::new(case.rate),
        Stop::default(),
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let took = runtime.block_on(async {
        client.sign_in().await.expect("let in");
        let began = Instant::now();
        stream::iter(0..case.requests)
            .for_each_concurrent(LANES, |number| create(&client, number))
            .await;
        began.elapsed()
    });
    // One request signed in.
    let refused = client.requests() - 1 - u64::from(case.requests);
    (used(case, took), refused)
}

fn used(case: &Case, took: Duration) -> f64 {
    let allowed = took.as_secs_f64() / case.rate.per.as_secs_f64() * f64::from(case.rate.requests);
    100.0 * f64::from(case.requests) / allowed
}

async fn create(client: &Client<Https>, number: u32) {
    let contact: Contact = serde_json::from_value(serde_json::json!({
        "company": format!("Company {number}"),
        "emails": [{"kind": "work", "address": format!("p{number}@example.fr")}],
    }))
    .expect("a contact");
    let payload = client.vendor().encode(&contact).payload;
    let answer = client
        .ask(client.vendor().create(&[&payload]), &mut 0)
        .await;
    // The sandbox may find the contact wanting; what counts here is that it was let in.
    assert!(
        matches!(
            answer,
            ExchangeOutcome::Done(_) | ExchangeOutcome::Refused(_)
        ),
        "{answer:?}"
    );
}

fn main() {
    // `cargo bench --bench pace -- limit=60/s:1` runs that case alone.
    let wanted: Vec<String> = std::env::args()
        .filter(|word| word.starts_with("limit="))
        .collect();
    let is_wanted =
        |case: &&Case| wanted.is_empty() || wanted.iter().any(|word| word == case.limit);
    for case in CASES.iter().filter(is_wanted) {
        let mut met: Vec<(f64, u64)> = (0..case.rounds).map(|_| run(case)).collect();
        met.sort_by(|a, b| a.0.total_cmp(&b.0));
        let refused: u64 = met.iter().map(|(_, refused)| refused).sum();
        println!(
            "{} at --rate {}, {} requests: {:.2} % used (median of {}), {refused} refused in all",
            case.limit,
            case.rate,
            case.requests,
            met[met.len() / 2].0,
            met.len(),
        );
    }
}
