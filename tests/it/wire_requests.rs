//! Our requests against the wire samples: what a vendor encodes and sends is what its document shows, and the
//! documented answers are understood. The sandbox is judged by the same samples in `wire`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rolo::model::{Contact, ParentId, RemoteId};
use rolo::vendor::{self, Credentials, Parent, Pass, Payload, Record, Settings, SignIn, Vendor};
use rolo::wire::{Body, Exchange, Next, Refusal, Reply, Request};
use serde_json::{Map, Value, json};

/// The samples that show something else than a switch's default.
const SWITCHED: [(&str, &str, &str); 4] = [
    ("sonar/create_with_portal", "portal", "send"),
    ("orzame/create_full", "phone_format", "as_written"),
    ("covage/sign_in_v1", "auth", "v1"),
    ("allocloud/delete_by_query", "delete_style", "query"),
];

/// A sample with the name of its file, and its vendor.
struct Sample {
    name: String,
    json: Value,
    vendor: Box<dyn Vendor>,
}

/// Every sample that does this.
fn samples(what: &str) -> Vec<Sample> {
    let mut samples = Vec::new();
    for entry in vendor::VENDORS {
        let id = entry.profile.id;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/wire")
            .join(id);
        let files = fs::read_dir(folder).expect("a folder of samples");
        let mut paths: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
        paths.sort();
        for path in paths {
            let name = format!("{id}/{}", path.file_stem().expect("a name").display());
            let text = fs::read_to_string(&path).expect("a sample");
            let json: Value = serde_json::from_str(&text).expect(&name);
            if json["what"] == what {
                let vendor = vendor_of(entry, &name);
                samples.push(Sample { name, json, vendor });
            }
        }
    }
    assert!(!samples.is_empty(), "no sample of `{what}`");
    samples
}

fn vendor_of(entry: &vendor::Entry, name: &str) -> Box<dyn Vendor> {
    let switches: BTreeMap<String, String> = SWITCHED
        .iter()
        .filter(|(sample, ..)| *sample == name)
        .map(|(_, switch, value)| ((*switch).to_owned(), (*value).to_owned()))
        .collect();
    (entry.build)(Settings::resolve(entry.profile, &switches).expect("the switches are known"))
}

impl Sample {
    fn path(&self) -> &str {
        self.json["request"]["path"].as_str().expect("a path")
    }

    /// The contact of a create; `None` for a sample that has none.
    fn contact(&self) -> Option<Contact> {
        let contact = self.json.get("contact")?;
        Some(serde_json::from_value(contact.clone()).expect(&self.name))
    }

    /// The pass whose placeholder stands in the sample's headers.
    fn pass(&self) -> Pass {
        let headers = self.json["request"]["headers"]
            .as_object()
            .expect("headers");
        let mut held = headers.values().filter_map(Value::as_str);
        let placeholder = held.find_map(|value| Some(&value[value.find('{')?..]));
        Pass::new(placeholder.expect("a placeholder"))
    }

    fn reply(&self) -> Reply {
        let reply = &self.json["reply"];
        let status = reply["status"].as_u64().expect("a status");
        let status = u16::try_from(status).expect("a status");
        if reply["body"].is_null() {
            let (headers, body) = (Vec::new(), Vec::new());
            return Reply {
                status,
                headers,
                body,
            };
        }
        Reply::json(status, &reply["body"])
    }

    /// The parent in the sample's path, for a vendor that has parents.
    fn parent(&self) -> Option<ParentId> {
        let has_parents = self.vendor.profile().parent != Parent::None;
        let mut segments = self.path().split('/');
        segments.find(|segment| matches!(*segment, "accounts" | "contacts"))?;
        segments
            .next()
            .filter(|_| has_parents)
            .map(|id| ParentId(id.to_owned()))
    }

    fn assert_request(&self, request: &Request) {
        assert_eq!(shown(request), self.json["request"], "{}", self.name);
    }
}

/// A request as a sample writes it.
fn shown(request: &Request) -> Value {
    let pairs = |pairs: &[(String, String)]| -> Map<String, Value> {
        let pair = |(name, value): &(String, String)| (name.clone(), value.as_str().into());
        pairs.iter().map(pair).collect()
    };
    let mut headers: BTreeMap<&str, &str> = request
        .headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let (form, body) = match &request.body {
        Body::None => (Value::Null, Value::Null),
        Body::Json(body) => (Value::Null, body.clone()),
        Body::Form(form) => (pairs(form).into(), Value::Null),
    };
    if !body.is_null() {
        headers.insert("content-type", "application/json");
    }
    json!({
        "method": request.method.name(),
        "path": request.path,
        "query": pairs(&request.query),
        "headers": headers,
        "form": form,
        "body": body,
    })
}

fn done<T>(exchange: &Exchange<T>, reply: &Reply) -> Result<T, Refusal> {
    match (exchange.read)(reply)? {
        Next::Done(done) => Ok(done),
        Next::Then { so_far, .. } => Ok(so_far.expect("something is true already")),
    }
}

#[test]
fn a_create_is_what_the_document_shows() {
    for sample in samples("create") {
        let Some(contact) = sample.contact() else {
            continue;
        };
        let payload: Payload = sample.vendor.encode(&contact).payload;
        let exchange = sample.vendor.create(&[&payload]);
        let request = sample
            .vendor
            .authorize(exchange.request.clone(), &sample.pass());
        sample.assert_request(&request);

        let written = done(&exchange, &sample.reply()).expect(&sample.name);
        let pointer = sample.json["assigned"][0]
            .as_str()
            .expect("an id is assigned");
        let id = &sample.json["reply"]["body"]
            .pointer(pointer)
            .expect("an id");
        let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        let receipt = written[0].as_ref().expect(&sample.name);
        assert_eq!(receipt.id, RemoteId(id), "{}", sample.name);
    }
}

#[test]
fn a_sign_in_is_what_the_document_shows() {
    for sample in samples("sign_in").into_iter().chain(samples("sign_in_v1")) {
        let mut credentials = Credentials::default();
        for name in ["api_key", "email", "password"] {
            credentials.set(name, format!("{{{name}}}"));
        }
        let SignIn::Ask(exchange) = sample.vendor.sign_in(&credentials) else {
            panic!("{}: nothing is asked", sample.name);
        };
        sample.assert_request(&exchange.request);
        let pass = done(&exchange, &sample.reply()).expect(&sample.name);
        assert_eq!(pass.expose(), "…", "{}", sample.name);
    }
}

#[test]
fn a_list_is_asked_for_and_understood() {
    for sample in samples("list") {
        let at = sample.parent().map(|parent| vendor::Cursor {
            parent: Some(parent),
            page: 1,
        });
        let exchange = sample.vendor.list(at.as_ref()).expect("a list");
        assert_eq!(exchange.request.path, sample.path(), "{}", sample.name);
        assert_eq!(exchange.request.method.name(), "GET");
        let page = done(&exchange, &sample.reply()).expect(&sample.name);
        let body = &sample.json["reply"]["body"];
        let rows = body
            .get("data")
            .unwrap_or(body)
            .as_array()
            .expect("a list")
            .len();
        assert!(rows > 0, "{}", sample.name);
        assert_eq!(
            page.records.len() + page.next.len(),
            rows,
            "{}",
            sample.name
        );
        for record in &page.records {
            sample.vendor.decode(record).expect(&sample.name);
        }
    }
}

#[test]
fn a_record_is_understood() {
    for sample in samples("read") {
        let body = &sample.json["reply"]["body"];
        let mut value = body.get("data").unwrap_or(body).clone();
        if value.get("id").is_none() && value.get("contact_uuid").is_none() {
            value["id"] = json!(7);
        }
        let parent = sample.parent();
        let remote = sample
            .vendor
            .decode(&Record { parent, value })
            .expect(&sample.name);
        assert!(!remote.contact.name.is_empty(), "{}", sample.name);
    }
}

#[test]
fn a_delete_is_what_the_document_shows() {
    for sample in samples("delete")
        .into_iter()
        .chain(samples("delete_by_query"))
    {
        let query = sample.json["request"]["query"]["computer_id"].as_str();
        let segment = sample
            .path()
            .split('/')
            .rfind(|segment| !segment.is_empty());
        let id = RemoteId(query.or(segment).expect("an id").to_owned());
        let exchange = sample
            .vendor
            .delete(&id, sample.parent().as_ref())
            .expect("a delete");
        let request = sample
            .vendor
            .authorize(exchange.request.clone(), &sample.pass());
        sample.assert_request(&request);
        done(&exchange, &sample.reply()).expect(&sample.name);
    }
}

#[test]
fn a_refusal_is_never_taken_for_a_yes() {
    for sample in samples("refuse") {
        let reply = sample.reply();
        let (payload, id) = (Payload::of(json!({})), RemoteId("7".to_owned()));
        let create = sample.vendor.create(&[&payload]);
        assert!(done(&create, &reply).is_err(), "{}", sample.name);
        let list = sample.vendor.list(None).expect("a list");
        assert!(done(&list, &reply).is_err(), "{}", sample.name);
        if let Some(delete) = sample.vendor.delete(&id, Some(&ParentId("5".to_owned()))) {
            let gone = matches!(reply.status, 404 | 410);
            assert_eq!(done(&delete, &reply).is_ok(), gone, "{}", sample.name);
        }
    }
}
