//! Covage (Kosc): the contacts of a network operator's extranet. Its PUT replaces the whole record, so an
//! update reads the record first and sends it back with what changed.

mod payload;
mod profile;
mod rules;

use serde_json::{Value, json};

use super::demands::{SomethingToSend, has_name};
use super::{
    Credentials, Cursor, Encoded, Page, Pass, Payload, Profile, Receipt, Record, Remote, Settings,
    SignIn, Vendor, Written, answer,
};
use crate::model::{Contact, Kind, ParentId, RemoteId};
use crate::validate::Rule;
use crate::wire::{Effect, Exchange, Method, Next, Refusal, Reply, Request, escape_segment};

pub use profile::PROFILE;
pub use rules::CODES;

/// Where contacts live; the closing slash belongs to every path (S).
const CONTACTS: &str = "/api/contacts/";

struct Covage {
    settings: Settings,
    rules: Vec<Box<dyn Rule>>,
}

/// Covage with a target's settings.
pub fn build(settings: Settings) -> Box<dyn Vendor> {
    let mut rules: Vec<Box<dyn Rule>> = super::demands::usual_lengths();
    rules.push(Box::new(SomethingToSend { sends }));
    rules.push(Box::new(rules::Complete::of(&settings)));
    rules.push(Box::new(rules::French::of(&settings)));
    Box::new(Covage { settings, rules })
}

fn sends(contact: &Contact) -> bool {
    let is_held = |kind| !matches!(kind, Kind::Fax | Kind::Pager);
    let has_phone = contact.phones.iter().any(|phone| is_held(phone.kind));
    has_name(contact) || has_phone || !contact.emails.is_empty()
}

impl Vendor for Covage {
    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    fn rules(&self) -> &[Box<dyn Rule>] {
        &self.rules
    }

    fn encode(&self, contact: &Contact) -> Encoded {
        payload::encode(contact, &self.settings)
    }

    fn decode(&self, record: &Record) -> Result<Remote, Refusal> {
        payload::decode(&record.value, &self.settings)
    }

    fn sign_in(&self, credentials: &Credentials) -> SignIn {
        if let Some(token) = credentials.get("token") {
            return SignIn::Ready(Pass::new(token));
        }
        let (path, name) = match self.settings.get("auth") {
            "v1" => ("/api/account/token/", "token"),
            _ => ("/api/v2/account/token/", "access"),
        };
        let body = json!({
            "email": credentials.expect("email"),
            "password": credentials.expect("password"),
        });
        let request = Request::new(Method::Post, path).json(body);
        SignIn::Ask(Exchange::new(Effect::Reads, request, move |reply| {
            let value = answer::answered(reply, name)?;
            answer::member(&value, &[name])
                .map(Pass::new)
                .ok_or_else(|| Refusal::unreadable(reply, name))
        }))
    }

    fn authorize(&self, request: Request, pass: &Pass) -> Request {
        let scheme = match self.settings.get("auth") {
            "v1" => "JWT",
            _ => "Bearer",
        };
        request.header("authorization", format!("{scheme} {}", pass.expose()))
    }

    fn create(&self, payloads: &[&Payload]) -> Exchange<Written> {
        let body = payloads.first().map_or(Value::Null, |p| p.body.clone());
        let request = Request::new(Method::Post, CONTACTS).json(body);
        Exchange::new(Effect::Creates, request, |reply| {
            let value = answer::accepted(reply)?.unwrap_or_default();
            let id = payload::id(answer::inside_data(&value));
            let id = id.ok_or_else(|| Refusal::no_id(reply))?;
            Ok(vec![Ok(Receipt::of(id))])
        })
    }

    fn update(&self, changes: &[(&RemoteId, &Payload)]) -> Option<Exchange<Written>> {
        let (id, payload) = changes.first()?;
        let (id, body) = ((*id).clone(), payload.body.clone());
        let request = Request::new(Method::Get, path(&id));
        let read = move |reply: &Reply| {
            let record = answer::answered(reply, "contact")?;
            let rest = replace(&id, payload::merged(&record, &body, &id));
            Ok(Next::Then {
                so_far: None,
                rest: Box::new(rest),
            })
        };
        Some(Exchange::chained(Effect::Replaces, request, read))
    }

    fn delete(&self, id: &RemoteId, _: Option<&ParentId>) -> Option<Exchange<()>> {
        let request = Request::new(Method::Delete, path(id));
        Some(Exchange::new(Effect::Replaces, request, answer::removed))
    }

    fn list(&self, at: Option<&Cursor>) -> Option<Exchange<Page>> {
        let page = at.map_or(1, |cursor| cursor.page);
        let mut request = Request::new(Method::Get, CONTACTS);
        if page > 1 {
            request = request.query("page", &page);
        }
        Some(Exchange::new(Effect::Reads, request, move |reply| {
            read_list(reply, page)
        }))
    }
}

fn path(id: &RemoteId) -> String {
    format!("{CONTACTS}{}/", escape_segment(&id.0))
}

fn replace(id: &RemoteId, body: Value) -> Exchange<Written> {
    let request = Request::new(Method::Put, path(id)).json(body);
    let id = id.clone();
    Exchange::new(Effect::Replaces, request, move |reply| {
        answer::accepted(reply)?;
        Ok(vec![Ok(Receipt::of(id.clone()))])
    })
}

/// The documented list is bare; one in pages, as the likely framework makes them, is read too (assumed).
fn read_list(reply: &Reply, page: u32) -> Result<Page, Refusal> {
    let value = answer::answered(reply, "list of contacts")?;
    let records = value
        .as_array()
        .or_else(|| value.get("results")?.as_array())
        .ok_or_else(|| Refusal::unreadable(reply, "list of contacts"))?;
    let goes_on = !records.is_empty() && answer::member(&value, &["next"]).is_some();
    let record = |value: &Value| Record {
        parent: None,
        value: value.clone(),
    };
    let next = goes_on.then_some(Cursor {
        parent: None,
        page: page + 1,
    });
    Ok(Page {
        records: records.iter().map(record).collect(),
        next: Vec::from_iter(next),
    })
}
