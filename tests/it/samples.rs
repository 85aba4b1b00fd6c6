//! The wire samples as our side of the wire sees them: what is encoded, sent and understood. `wire` has the other
//! side of the same files.

use std::collections::BTreeMap;
use std::fs;

use rolo::backend::{self, Parent, Pass, Settings, Vendor};
use rolo::model::{Contact, ParentId, RemoteId};
use rolo::wire::{Body, Exchange, Next, Refusal, Reply, Request};
use serde_json::{Map, Value, json};

use crate::known::samples_of;

/// A sample with the name of its file, and its vendor.
pub(crate) struct Sample {
    /// `vendor/file`.
    pub name: String,
    /// Its content.
    pub json: Value,
    /// Its vendor, with the switches that it shows.
    pub vendor: Box<dyn Vendor>,
}

/// Every sample that does this.
pub(crate) fn samples(what: &str) -> Vec<Sample> {
    let samples: Vec<Sample> = all()
        .into_iter()
        .filter(|sample| sample.json["what"] == what)
        .collect();
    assert!(!samples.is_empty(), "no sample of `{what}`");
    samples
}

/// Every sample that there is.
pub(crate) fn all() -> Vec<Sample> {
    let mut samples = Vec::new();
    for entry in backend::VENDORS {
        let id = entry.profile.id;
        for path in samples_of(id) {
            let name = format!("{id}/{}", path.file_stem().expect("a name").display());
            let text = fs::read_to_string(&path).expect("a sample");
            let json: Value = serde_json::from_str(&text).expect(&name);
            let vendor = vendor_of(entry, &json);
            samples.push(Sample { name, json, vendor });
        }
    }
    samples
}

/// The vendor with the switches that a sample shows.
fn vendor_of(entry: &backend::VendorEntry, sample: &Value) -> Box<dyn Vendor> {
    let switches = sample["switches"].as_object().into_iter().flatten();
    let switches: BTreeMap<String, String> = switches
        .map(|(name, value)| (name.clone(), value.as_str().expect("a text").to_owned()))
        .collect();
    (entry.build)(Settings::resolve(entry.profile, &switches).expect("the switches are known"))
}

impl Sample {
    pub(crate) fn path(&self) -> &str {
        self.json["request"]["path"].as_str().expect("a path")
    }

    /// The contact of a create; `None` for a sample that has none.
    pub(crate) fn contact(&self) -> Option<Contact> {
        let contact = self.json.get("contact")?;
        Some(serde_json::from_value(contact.clone()).expect(&self.name))
    }

    /// The pass whose placeholder stands in the sample's headers.
    pub(crate) fn pass(&self) -> Pass {
        let headers = self.json["request"]["headers"]
            .as_object()
            .expect("headers");
        let mut held = headers.values().filter_map(Value::as_str);
        let placeholder = held.find_map(|value| Some(&value[value.find('{')?..]));
        Pass::new(placeholder.expect("a placeholder"))
    }

    pub(crate) fn reply(&self) -> Reply {
        let reply = &self.json["reply"];
        let status = reply["status"].as_u64().expect("a status");
        let status = u16::try_from(status).expect("a status");
        if reply["body"].is_null() {
            return Reply {
                status,
                ..Reply::default()
            };
        }
        Reply::json(status, &reply["body"])
    }

    /// The parent in the sample's path, for a vendor that has parents.
    pub(crate) fn parent(&self) -> Option<ParentId> {
        let has_parents = self.vendor.profile().parent != Parent::None;
        let mut segments = self.path().split('/');
        segments.find(|segment| matches!(*segment, "accounts" | "contacts"))?;
        segments
            .next()
            .filter(|id| !id.is_empty())
            .filter(|_| has_parents)
            .map(ParentId::new)
    }

    /// The segments of its path.
    pub(crate) fn segments(&self) -> Vec<&str> {
        let segments = self.path().split('/');
        segments.filter(|segment| !segment.is_empty()).collect()
    }

    /// The record that it is about: the last segment of its path.
    pub(crate) fn id(&self) -> RemoteId {
        let query = self.json["request"]["query"]["computer_id"].as_str();
        let id = query.or_else(|| self.segments().last().copied());
        RemoteId::new(id.expect("an id").to_owned())
    }

    /// Demands that a request is the sample's, once the pass is on it.
    pub(crate) fn assert_sent(&self, request: &Request) {
        let request = self.vendor.authorize(request.clone(), &self.pass());
        self.assert_request(&request);
    }

    /// Demands that a request is the sample's.
    pub(crate) fn assert_request(&self, request: &Request) {
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
        Body::Json(body) => (Value::Null, Value::clone(body)),
        Body::Form(form) => (pairs(form).into(), Value::Null),
    };
    if !body.is_null() {
        headers.insert("content-type", "application/json");
    } else if !form.is_null() {
        headers.insert("content-type", "application/x-www-form-urlencoded");
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

pub(crate) fn done<T>(exchange: &Exchange<T>, reply: &Reply) -> Result<T, Refusal> {
    match (exchange.read)(reply)? {
        Next::Done(done) => Ok(done),
        Next::Then { so_far, .. } => Ok(so_far.expect("something is true already")),
    }
}
