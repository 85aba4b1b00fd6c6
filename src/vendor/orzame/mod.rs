//! Orzame: the persons of a contact ("Persons v1.0"). Sixty requests a minute, shared with everything else
//! that the company runs there, make it the slowest of the vendors.

mod payload;
mod profile;
mod rules;

use serde_json::Value;

use super::{
    Credentials, Cursor, Encoded, Page, Pass, Payload, Profile, Receipt, Record, Remote, Settings,
    SignIn, Vendor, Written, answer,
};
use crate::model::{Contact, ParentId, RemoteId};
use crate::validate::{AcrossRows, Rule};
use crate::wire::{Effect, Exchange, Method, Refusal, Reply, Request, escape_segment};

pub use profile::PROFILE;
pub use rules::CODES;

/// How many records a full page holds (P).
const FULL_PAGE: usize = 100;

struct Orzame {
    settings: Settings,
    rules: Vec<Box<dyn Rule>>,
}

/// Orzame with a target's settings.
pub fn build(settings: Settings) -> Box<dyn Vendor> {
    let rules = rules::all(&settings);
    Box::new(Orzame { settings, rules })
}

impl Vendor for Orzame {
    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    fn rules(&self) -> &[Box<dyn Rule>] {
        &self.rules
    }

    fn across(&self) -> Vec<Box<dyn AcrossRows>> {
        vec![rules::one_default(&self.settings)]
    }

    fn encode(&self, contact: &Contact) -> Encoded {
        payload::encode(contact, &self.settings)
    }

    fn decode(&self, record: &Record) -> Result<Remote, Refusal> {
        payload::decode(record, &self.settings)
    }

    fn sign_in(&self, credentials: &Credentials) -> SignIn {
        SignIn::Ready(Pass::new(credentials.expect("api_key")))
    }

    fn authorize(&self, request: Request, pass: &Pass) -> Request {
        request.header("authorization", format!("Bearer {}", pass.expose()))
    }

    fn create(&self, payloads: &[&Payload]) -> Exchange<Written> {
        let (parent, body) = match payloads.first() {
            Some(payload) => (payload.parent.clone(), payload.body.clone()),
            None => (None, Value::Null),
        };
        let request = Request::new(Method::Post, persons(parent.as_ref())).json(body);
        Exchange::new(Effect::Creates, request, |reply| {
            let value = answer::accepted(reply)?.unwrap_or_default();
            let id = answer::inside_data(&value).get("id").and_then(answer::id);
            let id = id.ok_or_else(|| Refusal::no_id(reply))?;
            Ok(vec![Ok(Receipt::of(id))])
        })
    }

    fn update(&self, changes: &[(&RemoteId, &Payload)]) -> Option<Exchange<Written>> {
        let (id, payload) = changes.first()?;
        let parent = payload.parent.as_ref().or(self.settings.parent.as_ref())?;
        let request = Request::new(Method::Patch, person(id, parent)).json(payload.body.clone());
        let receipt = Receipt::of((*id).clone());
        Some(Exchange::new(Effect::Replaces, request, move |reply| {
            answer::accepted(reply)?;
            Ok(vec![Ok(receipt.clone())])
        }))
    }

    fn delete(&self, id: &RemoteId, parent: Option<&ParentId>) -> Option<Exchange<()>> {
        let parent = parent.or(self.settings.parent.as_ref())?;
        let request = bare(Method::Delete, person(id, parent));
        Some(Exchange::new(Effect::Replaces, request, answer::removed))
    }

    fn list(&self, at: Option<&Cursor>) -> Option<Exchange<Page>> {
        let (parent, page) = match at {
            Some(cursor) => (cursor.parent.clone(), cursor.page),
            None => (self.settings.parent.clone(), 1),
        };
        let path = match &parent {
            Some(_) => persons(parent.as_ref()),
            None => "/contacts".to_owned(),
        };
        let request = bare(Method::Get, path).query("page", &page);
        Some(Exchange::new(Effect::Reads, request, move |reply| {
            read_list(reply, parent.as_ref(), page)
        }))
    }
}

/// A request without a body; the Content-Type is wanted on every request (P).
fn bare(method: Method, path: String) -> Request {
    Request::new(method, path).header("content-type", "application/json")
}

fn persons(parent: Option<&ParentId>) -> String {
    let contact = parent.map_or("", |parent| parent.0.as_str());
    format!("/contacts/{}/persons", escape_segment(contact))
}

fn person(id: &RemoteId, parent: &ParentId) -> String {
    format!("{}/{}", persons(Some(parent)), escape_segment(&id.0))
}

/// A page of one contact's persons, or of contacts, each of which leads to its persons (assumed: that
/// contacts can be listed is not documented in what was read).
fn read_list(reply: &Reply, parent: Option<&ParentId>, page: u32) -> Result<Page, Refusal> {
    let value = answer::answered(reply, "list")?;
    let items = value
        .get("data")
        .and_then(Value::as_array)
        .ok_or_else(|| Refusal::unreadable(reply, "list"))?;
    let mut read = Page::default();
    match parent {
        Some(parent) => read.records.extend(items.iter().map(|value| Record {
            parent: Some(parent.clone()),
            value: value.clone(),
        })),
        None => read.next.extend(items.iter().filter_map(|contact| {
            let id = answer::id(contact.get("id")?)?;
            Some(Cursor {
                parent: Some(ParentId(id.0)),
                page: 1,
            })
        })),
    }
    if goes_on(&value, items.len(), page) {
        read.next.push(Cursor {
            parent: parent.cloned(),
            page: page + 1,
        });
    }
    Ok(read)
}

/// Whether a page follows: by the count of pages or the link to the next (assumed), else by a full page.
fn goes_on(value: &Value, items: usize, page: u32) -> bool {
    if items == 0 {
        return false;
    }
    let last = value.pointer("/meta/last_page").and_then(answer::text);
    if let Some(last) = last.and_then(|last| last.parse::<u32>().ok()) {
        return page < last;
    }
    match value.pointer("/links/next") {
        Some(next) => answer::text(next).is_some(),
        None => items >= FULL_PAGE,
    }
}
