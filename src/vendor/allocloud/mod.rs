//! `AlloCloud`: the phonebook of a cloud telephony system, version 3.0 of its interface. PUT creates here and
//! POST updates, so neither verb says what may be sent twice.

mod company;
mod payload;
mod profile;

use serde_json::{Value, json};

use super::demands::{SomethingToSend, has_name, usual_lengths};
use super::{
    Credentials, Cursor, Encoded, Page, Pass, Payload, Profile, Receipt, Record, Remote, Settings,
    SignIn, Vendor, Written, answer,
};
use crate::model::{Contact, Kind, ParentId, RemoteId};
use crate::validate::{AcrossRows, Rule};
use crate::wire::{Effect, Exchange, Method, Refusal, Reply, Request, escape_segment};

pub use company::CODES;
pub use profile::PROFILE;

/// Where contacts live (S).
const DIRECTORIES: &str = "/v3.0/directories";

struct AlloCloud {
    settings: Settings,
    rules: Vec<Box<dyn Rule>>,
}

/// `AlloCloud` with a target's settings.
pub fn build(settings: Settings) -> Box<dyn Vendor> {
    let mut rules = usual_lengths();
    rules.push(Box::new(SomethingToSend { sends }));
    rules.push(Box::new(company::Alphanumeric::of(&settings)));
    Box::new(AlloCloud { settings, rules })
}

fn sends(contact: &Contact) -> bool {
    let has_phone = contact.phones.iter().any(|phone| phone.kind != Kind::Pager);
    has_name(contact) || contact.company.is_some() || has_phone
}

impl Vendor for AlloCloud {
    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    fn rules(&self) -> &[Box<dyn Rule>] {
        &self.rules
    }

    fn across(&self) -> Vec<Box<dyn AcrossRows>> {
        vec![Box::new(company::Collisions::of(&self.settings))]
    }

    fn encode(&self, contact: &Contact) -> Encoded {
        payload::encode(contact, &self.settings)
    }

    fn decode(&self, record: &Record) -> Result<Remote, Refusal> {
        payload::decode(&record.value, &self.settings)
    }

    fn sign_in(&self, credentials: &Credentials) -> SignIn {
        let body = json!({"data": {"api_key": credentials.expect("api_key")}});
        let request = Request::new(Method::Put, "/v3.0/auth/account").json(body);
        SignIn::Ask(Exchange::new(Effect::Reads, request, read_token))
    }

    fn authorize(&self, request: Request, pass: &Pass) -> Request {
        request.header("x-auth-token", pass.expose())
    }

    fn batch(&self) -> usize {
        match self.settings.get("create_style") {
            "single" => 1,
            _ => self.settings.number("batch"),
        }
    }

    fn create(&self, payloads: &[&Payload]) -> Exchange<Written> {
        let count = payloads.len();
        let body = match payloads {
            [one] if self.settings.is("create_style", "single") => json!({"data": one.body}),
            many => {
                let bodies: Vec<_> = many.iter().map(|payload| payload.body.clone()).collect();
                self.contacts(&bodies)
            }
        };
        let request = Request::new(Method::Put, DIRECTORIES).json(body);
        Exchange::new(Effect::Creates, request, move |reply| {
            read_created(reply, count)
        })
    }

    fn update(&self, changes: &[(&RemoteId, &Payload)]) -> Option<Exchange<Written>> {
        let with_id = |(id, payload): &(&RemoteId, &Payload)| {
            let mut body = payload.body.clone();
            body["id"] = answer::id_value(id);
            body
        };
        let bodies: Vec<_> = changes.iter().map(with_id).collect();
        let body = self.contacts(&bodies);
        let ids: Vec<RemoteId> = changes.iter().map(|(id, _)| (*id).clone()).collect();
        let request = Request::new(Method::Post, DIRECTORIES).json(body);
        Some(Exchange::new(Effect::Replaces, request, move |reply| {
            answer::accepted(reply)?;
            Ok(ids.iter().cloned().map(Receipt::of).map(Ok).collect())
        }))
    }

    fn delete(&self, id: &RemoteId, _: Option<&ParentId>) -> Option<Exchange<()>> {
        let request = if self.settings.is("delete_style", "query") {
            Request::new(Method::Delete, DIRECTORIES).query("computer_id", id)
        } else {
            let path = format!("{DIRECTORIES}/{}", escape_segment(&id.0));
            Request::new(Method::Delete, path)
        };
        Some(Exchange::new(Effect::Replaces, request, answer::removed))
    }

    fn list(&self, _: Option<&Cursor>) -> Option<Exchange<Page>> {
        let request = Request::new(Method::Get, DIRECTORIES);
        Some(Exchange::new(Effect::Reads, request, read_list))
    }
}

impl AlloCloud {
    /// Contacts as create and update carry them: the phonebook stands here a second time (S).
    fn contacts(&self, contacts: &[Value]) -> Value {
        json!({"data": {"contacts": contacts, "phonebook": self.settings.get("phonebook")}})
    }
}

/// The token stands in `data` (P, the vendor's own client) or beside it (as in its relatives; assumed).
fn read_token(reply: &Reply) -> Result<Pass, Refusal> {
    let value = answer::answered(reply, "auth_token")?;
    answer::member(&value, &["data", "auth_token"])
        .or_else(|| answer::member(&value, &["auth_token"]))
        .map(Pass::new)
        .ok_or_else(|| Refusal::unreadable(reply, "auth_token"))
}

/// As many ids as records were sent, in their order; any other number is no answer to go by.
fn read_created(reply: &Reply, count: usize) -> Result<Written, Refusal> {
    let ids = answer::accepted(reply)?
        .map(|value| payload::ids(&value))
        .unwrap_or_default();
    if ids.len() != count {
        return Err(Refusal::no_id(reply));
    }
    Ok(ids.into_iter().map(Receipt::of).map(Ok).collect())
}

fn read_list(reply: &Reply) -> Result<Page, Refusal> {
    let value = answer::answered(reply, "list of contacts")?;
    let data = answer::inside_data(&value);
    let records = data
        .as_array()
        .or_else(|| data.get("contacts")?.as_array())
        .ok_or_else(|| Refusal::unreadable(reply, "list of contacts"))?;
    let record = |value: &Value| Record {
        parent: None,
        value: value.clone(),
    };
    Ok(Page {
        records: records.iter().map(record).collect(),
        next: Vec::new(),
    })
}
