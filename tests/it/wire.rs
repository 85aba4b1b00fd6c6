//! The wire samples against the sandbox: what the documents show is accepted and answered as they say,
//! and the same request with one key renamed or left out is refused and changes nothing.
//!
//! A sample has `source` and `mark` (S the document, P public source, G assumed), `what` it does, the
//! neutral `contact` that a create encodes, the records `given` in the book beforehand, `request` and
//! `reply`, what is `assigned` by the server (pointers into the reply; only their type is compared), the
//! keys that are `optional` and those that are `free` to be named otherwise (pointers into the body or
//! form). Only our own side heeds the `switches` that it shows, and why it is `not_ours`. Placeholders: `{api_key}`, `{email}`, `{password}`, `{token}`, `{token_v1}`, `{basic}`.

use std::collections::BTreeMap;
use std::fs;

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, redirect};
use rolo::sandbox::{self, Faults, Limits, Running, SandboxOptions, VENDORS, credentials};
use serde_json::{Map, Value, json};

use crate::known::samples_of;

/// A sample with the name of its file.
struct Sample {
    name: String,
    vendor: String,
    json: Value,
}

/// What came back.
struct Reply {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

/// A sandbox with a signed-in client.
struct Bench {
    running: Running,
    client: Client,
    /// What stands for the placeholders of the samples.
    passes: BTreeMap<String, String>,
}

fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    for vendor in VENDORS {
        for path in samples_of(vendor) {
            let text = fs::read_to_string(&path).expect("a sample");
            let name = format!("{vendor}/{}", path.file_stem().expect("a name").display());
            let json =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            samples.push(Sample {
                name,
                vendor: (*vendor).to_owned(),
                json,
            });
        }
    }
    samples
}

impl Sample {
    fn request(&self) -> &Value {
        &self.json["request"]
    }

    fn list(&self, key: &str) -> Vec<&str> {
        self.json[key]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// The body or form, where there is one that can be changed key by key.
    fn content(&self) -> Option<(&'static str, &Value)> {
        let of = |key| Some((key, &self.request()[key])).filter(|(_, value)| !value.is_null());
        of("body").or_else(|| of("form"))
    }

    fn succeeds(&self) -> bool {
        self.json["reply"]["status"]
            .as_u64()
            .is_some_and(|status| (200..300).contains(&status))
    }
}

impl Bench {
    async fn new(sample: &Sample) -> Self {
        // A second installation is refused and changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let faults = Faults {
            limit: Limits::Off,
            ..Faults::default()
        };
        let running = sandbox::start(SandboxOptions {
            faults,
            ..SandboxOptions::default()
        })
        .expect("a sandbox");
        let client = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .build()
            .expect("a client");
        let given = sample.json["given"].as_array().expect("a list of records");
        running.seed(&sample.vendor, given).expect("a seeded book");
        let mut bench = Self {
            running,
            client,
            passes: BTreeMap::new(),
        };
        bench.sign_in(&sample.vendor).await;
        bench
    }

    async fn sign_in(&mut self, vendor: &str) {
        for (name, value) in credentials(vendor) {
            self.passes.insert((*name).to_owned(), (*value).to_owned());
        }
        let basic = "c2FuZGJveDpzYW5kYm94LXBhc3N3b3Jk".to_owned();
        self.passes.insert("basic".to_owned(), basic);
        // A sign-in is asked for as its sample shows it; the first thing that the server assigns is the token.
        let all = samples();
        let of = |sample: &&Sample| sample.vendor == vendor;
        for sample in all.iter().filter(of) {
            let name = match sample.json["what"].as_str() {
                Some("sign_in") => "token",
                Some("sign_in_v1") => "token_v1",
                _ => continue,
            };
            let place = sample.list("assigned")[0];
            let reply = self.send(vendor, sample.request()).await;
            let token = reply
                .body
                .pointer(place)
                .and_then(Value::as_str)
                .expect("a token");
            self.passes.insert(name.to_owned(), token.to_owned());
        }
    }

    fn fill(&self, text: &str) -> String {
        let fill = |text: String, (name, value): (&String, &String)| {
            text.replace(&format!("{{{name}}}"), value)
        };
        self.passes.iter().fold(text.to_owned(), fill)
    }

    fn pairs(&self, map: &Value) -> Vec<(String, String)> {
        let text = |value: &Value| self.fill(value.as_str().expect("a text"));
        let map = map.as_object().into_iter().flatten();
        map.map(|(key, value)| (key.clone(), text(value))).collect()
    }

    async fn send(&self, vendor: &str, request: &Value) -> Reply {
        let method = request["method"].as_str().expect("a method");
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let path = request["path"].as_str().expect("a path");
        let mut call = self
            .client
            .request(method, self.running.base_url(vendor) + path);
        call = call.query(&self.pairs(&request["query"]));
        for (name, value) in self.pairs(&request["headers"]) {
            call = call.header(name, value);
        }
        if !request["form"].is_null() {
            // The header stands in the sample already.
            let form = self
                .client
                .post("http://127.0.0.1")
                .form(&self.pairs(&request["form"]));
            let form = form.build().expect("a form");
            call = call.body(
                form.body()
                    .and_then(|body| body.as_bytes())
                    .expect("bytes")
                    .to_vec(),
            );
        } else if !request["body"].is_null() {
            call = call.body(self.fill(&request["body"].to_string()));
        }
        let reply = call.send().await.expect("a reply");
        let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
        let text = reply.text().await.expect("a body");
        let body = if text.is_empty() {
            Value::Null
        } else {
            body(&text)
        };
        Reply {
            status,
            headers,
            body,
        }
    }
}

fn body(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!(text))
}

/// Takes what the server chooses out of both sides, once it is there in both with the same type.
fn blank(wanted: &mut Value, found: &mut Value, assigned: &[&str]) -> Result<(), String> {
    for place in assigned {
        let wanted = wanted
            .pointer_mut(place)
            .ok_or(format!("{place} is not in the sample"))?;
        let found = found
            .pointer_mut(place)
            .ok_or(format!("{place} is not in the reply"))?;
        if std::mem::discriminant(wanted) != std::mem::discriminant(found) {
            return Err(format!("{place} is {found}, not like {wanted}"));
        }
        *wanted = Value::Null;
        *found = Value::Null;
    }
    Ok(())
}

/// What differs between the sample and what came back.
fn differences(sample: &Sample, mut reply: Reply) -> Vec<String> {
    let wanted = &sample.json["reply"];
    let mut found = Vec::new();
    if wanted["status"] != reply.status {
        found.push(format!(
            "status {} instead of {}: {}",
            reply.status, wanted["status"], reply.body
        ));
    }
    for (name, value) in wanted["headers"].as_object().into_iter().flatten() {
        let header = reply
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok());
        if header != value.as_str() {
            found.push(format!("header {name} {header:?} instead of {value}"));
        }
    }
    let mut body = wanted["body"].clone();
    if let Err(error) = blank(&mut body, &mut reply.body, &sample.list("assigned")) {
        found.push(error);
    }
    if body != reply.body {
        found.push(format!("body\n  {}\ninstead of\n  {body}", reply.body));
    }
    found
}

fn demand_none(failures: &[String]) {
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn samples_say_where_they_come_from() {
    let samples = samples();
    for vendor in VENDORS {
        for what in ["create", "list", "update", "delete", "refuse"] {
            let found = |sample: &&Sample| sample.vendor == *vendor && sample.json["what"] == what;
            assert!(
                samples.iter().any(|sample| found(&sample)),
                "no {what} sample of {vendor}"
            );
        }
    }
    for Sample { name, json, .. } in &samples {
        assert!(
            json["source"]
                .as_str()
                .is_some_and(|source| source.len() > 10),
            "{name}"
        );
        assert!(
            ["S", "P", "G"].contains(&json["mark"].as_str().unwrap_or_default()),
            "{name}"
        );
        assert_eq!(
            json["contact"].is_object(),
            json["contact"] != Value::Null,
            "{name}"
        );
    }
}

#[tokio::test]
async fn the_sandbox_answers_as_the_samples_say() {
    let mut failures = Vec::new();
    for sample in samples() {
        let bench = Bench::new(&sample).await;
        let before = bench.running.records(&sample.vendor);
        let reply = bench.send(&sample.vendor, sample.request()).await;
        let changed = bench.running.records(&sample.vendor) != before;
        let writes = sample.json["what"].as_str().is_some_and(|what| {
            ["create", "update", "delete", "add"]
                .iter()
                .any(|verb| what.starts_with(verb))
        });
        let mut found = differences(&sample, reply);
        if changed != writes {
            found.push(format!("changed the book: {changed}"));
        }
        let seen = bench.running.requests(&sample.vendor);
        if seen.last().is_none_or(|seen| seen.applied != changed) {
            found.push(format!("seen as {:?}", seen.last()));
        }
        failures.extend(
            found
                .into_iter()
                .map(|found| format!("{}: {found}", sample.name)),
        );
    }
    demand_none(&failures);
}

/// A change to one key of a body.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Change {
    Rename,
    Drop,
}

/// The pointers of every key at every depth.
fn keys(value: &Value, at: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(place, item)| (place.to_string(), item))
            .collect(),
        _ => return,
    };
    for (key, child) in children {
        let place = format!("{at}/{key}");
        if value.is_object() {
            found.push(place.clone());
        }
        keys(child, &place, found);
    }
}

fn changed(body: &Value, place: &str, change: Change) -> Value {
    let mut body = body.clone();
    let (parent, key) = place.rsplit_once('/').expect("a pointer");
    let key = key.replace("~1", "/").replace("~0", "~");
    let map = body
        .pointer_mut(parent)
        .and_then(Value::as_object_mut)
        .expect("an object");
    let entries = std::mem::take(map).into_iter();
    let kept = entries.filter_map(|(name, value)| match change {
        Change::Rename if name == key => Some((format!("x_{name}"), value)),
        Change::Drop if name == key => None,
        _ => Some((name, value)),
    });
    *map = kept.collect::<Map<_, _>>();
    body
}

#[tokio::test]
async fn a_renamed_or_missing_key_is_refused_and_changes_nothing() {
    let mut failures = Vec::new();
    let mut tried = 0;
    for sample in samples().iter().filter(|sample| sample.succeeds()) {
        let Some((kind, content)) = sample.content() else {
            continue;
        };
        let bench = Bench::new(sample).await;
        let before = bench.running.records(&sample.vendor);
        let mut places = Vec::new();
        keys(content, "", &mut places);
        for (place, change) in places
            .iter()
            .flat_map(|place| [(place, Change::Rename), (place, Change::Drop)])
        {
            let list = if change == Change::Rename {
                "free"
            } else {
                "optional"
            };
            if sample.list(list).contains(&place.as_str()) {
                continue;
            }
            let mut request = sample.request().clone();
            request[kind] = changed(content, place, change);
            let reply = bench.send(&sample.vendor, &request).await;
            let refused = (400..500).contains(&reply.status);
            if !refused || bench.running.records(&sample.vendor) != before {
                failures.push(format!(
                    "{} {change:?} {place}: {}",
                    sample.name, reply.status
                ));
            }
            tried += 1;
        }
    }
    demand_none(&failures);
    assert!(tried > 100, "only {tried} keys were tried");
}

#[tokio::test]
async fn an_optional_key_may_be_left_out() {
    let mut failures = Vec::new();
    for sample in samples().iter().filter(|sample| sample.succeeds()) {
        let Some((kind, content)) = sample.content() else {
            continue;
        };
        for place in sample.list("optional") {
            let bench = Bench::new(sample).await;
            let mut request = sample.request().clone();
            request[kind] = changed(content, place, Change::Drop);
            let status = bench.send(&sample.vendor, &request).await.status;
            if !(200..300).contains(&status) {
                failures.push(format!("{} without {place}: {status}", sample.name));
            }
        }
    }
    demand_none(&failures);
}
