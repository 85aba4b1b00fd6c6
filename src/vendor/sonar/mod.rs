//! Sonar v1: the contacts of an internet provider's accounts. There is no list of all contacts: without an
//! account, the accounts are listed first and then each one's contacts.

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
use crate::wire::{Effect, Exchange, Method, Next, Refusal, Reply, Request, escape_segment};

pub use profile::PROFILE;
pub use rules::CODES;

/// Where accounts live (P).
const ACCOUNTS: &str = "/api/v1/accounts";

struct Sonar {
    settings: Settings,
    rules: Vec<Box<dyn Rule>>,
}

/// Sonar with a target's settings.
pub fn build(settings: Settings) -> Box<dyn Vendor> {
    let rules = rules::all(&settings);
    Box::new(Sonar { settings, rules })
}

impl Vendor for Sonar {
    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    fn rules(&self) -> &[Box<dyn Rule>] {
        &self.rules
    }

    fn across(&self) -> Vec<Box<dyn AcrossRows>> {
        vec![rules::one_primary(&self.settings)]
    }

    fn encode(&self, contact: &Contact) -> Encoded {
        payload::encode(contact, &self.settings)
    }

    fn decode(&self, record: &Record) -> Result<Remote, Refusal> {
        payload::decode(record, &self.settings)
    }

    fn sign_in(&self, credentials: &Credentials) -> SignIn {
        let (name, password) = (
            credentials.expect("username"),
            credentials.expect("password"),
        );
        SignIn::Ready(Pass::new(base64(format!("{name}:{password}").as_bytes())))
    }

    fn authorize(&self, request: Request, pass: &Pass) -> Request {
        request.header("authorization", format!("Basic {}", pass.expose()))
    }

    fn create(&self, payloads: &[&Payload]) -> Exchange<Written> {
        let (parent, body) = match payloads.first() {
            Some(payload) => (payload.parent.clone(), payload.body.clone()),
            None => (None, Value::Null),
        };
        let request = Request::new(Method::Post, contacts(parent.as_ref())).json(body);
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
        let (path, receipt) = (contact(id, parent), Receipt::of((*id).clone()));
        let body = payload::changed(&payload.body);
        if body.get("phone_numbers").is_none() {
            return Some(patch(path, body, receipt));
        }
        let request = Request::new(Method::Get, path.clone());
        let read = move |reply: &Reply| {
            let record = answer::answered(reply, "contact")?;
            let body = payload::with_other_numbers(&body, answer::inside_data(&record));
            Ok(Next::Then {
                so_far: None,
                rest: Box::new(patch(path.clone(), body, receipt.clone())),
            })
        };
        Some(Exchange::chained(Effect::Replaces, request, read))
    }

    fn delete(&self, id: &RemoteId, parent: Option<&ParentId>) -> Option<Exchange<()>> {
        let parent = parent.or(self.settings.parent.as_ref())?;
        let request = Request::new(Method::Delete, contact(id, parent));
        Some(Exchange::new(Effect::Replaces, request, answer::removed))
    }

    fn list(&self, at: Option<&Cursor>) -> Option<Exchange<Page>> {
        let (parent, page) = match at {
            Some(cursor) => (cursor.parent.clone(), cursor.page),
            None => (self.settings.parent.clone(), 1),
        };
        let path = match &parent {
            Some(_) => contacts(parent.as_ref()),
            None => ACCOUNTS.to_owned(),
        };
        let request = Request::new(Method::Get, path)
            .query("limit", &100)
            .query("page", &page);
        Some(Exchange::new(Effect::Reads, request, move |reply| {
            read_list(reply, parent.as_ref(), page)
        }))
    }
}

fn contacts(parent: Option<&ParentId>) -> String {
    let account = parent.map_or("", |parent| parent.0.as_str());
    format!("{ACCOUNTS}/{}/contacts", escape_segment(account))
}

fn contact(id: &RemoteId, parent: &ParentId) -> String {
    format!("{}/{}", contacts(Some(parent)), escape_segment(&id.0))
}

fn patch(path: String, body: Value, receipt: Receipt) -> Exchange<Written> {
    let request = Request::new(Method::Patch, path).json(body);
    Exchange::new(Effect::Replaces, request, move |reply| {
        answer::accepted(reply)?;
        Ok(vec![Ok(receipt.clone())])
    })
}

/// A page of one account's contacts, or of accounts, each of which leads to its contacts.
fn read_list(reply: &Reply, parent: Option<&ParentId>, page: u32) -> Result<Page, Refusal> {
    let value = answer::answered(reply, "list")?;
    let data = value
        .get("data")
        .ok_or_else(|| Refusal::unreadable(reply, "list"))?;
    let items = answer::items(data);
    let mut read = Page::default();
    match parent {
        Some(parent) => read.records.extend(items.iter().map(|value| Record {
            parent: Some(parent.clone()),
            value: value.clone(),
        })),
        None => read.next.extend(items.iter().filter_map(|account| {
            let id = answer::id(account.get("id")?)?;
            Some(Cursor {
                parent: Some(ParentId(id.0)),
                page: 1,
            })
        })),
    }
    if goes_on(&value, page) && !items.is_empty() {
        read.next.push(Cursor {
            parent: parent.cloned(),
            page: page + 1,
        });
    }
    Ok(read)
}

/// Whether the paginator (S) counts a page after this one.
fn goes_on(value: &Value, page: u32) -> bool {
    value
        .pointer("/paginator/total_pages")
        .and_then(answer::text)
        .and_then(|pages| pages.parse::<u32>().ok())
        .is_some_and(|pages| page < pages)
}

/// Base64 (RFC 4648), as HTTP Basic wants it.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |n: usize| u32::from(chunk.get(n).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for n in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * n) & 63) as usize];
            text.push(if n <= chunk.len() {
                char::from(digit)
            } else {
                '='
            });
        }
    }
    text
}
