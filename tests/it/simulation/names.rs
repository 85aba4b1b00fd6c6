//! A vendor of names, as plain as can be: rolo's side of it.

use rolo::backend::{
    Accounted, Consumer, Credentials, Cursor, Paging, Pass, Payload, Profile, Receipt, Record,
    RecordPage, Remote, SignIn, Vendor, WriteResults,
};
use rolo::model::{Contact, EmailAddress, Kind, ParentId, PersonName, RemoteId, Tagged};
use rolo::validate::Rule;
use rolo::wire::{Effect, Exchange, Method, Refusal, Reply, Request};
use serde_json::{Value, json};

use super::Mistake;

/// A vendor of names, as plain as can be.
pub(super) struct Names {
    pub(super) mistake: Mistake,
}

/// The id in a yes; an answer that names none is one.
fn made(reply: &Reply) -> Result<WriteResults, Refusal> {
    let value = reply.value().filter(|_| reply.is_success());
    let value = value.ok_or_else(|| Refusal::of(reply))?;
    let id = value["id"].as_u64().ok_or_else(|| Refusal::no_id(reply))?;
    Ok(vec![Ok(Receipt::of(RemoteId::new(id.to_string())))])
}

fn reversed(text: &str) -> String {
    text.chars().rev().collect()
}

impl Vendor for Names {
    fn profile(&self) -> &'static Profile {
        rolo::backend::VENDORS[0].profile
    }
    fn rules(&self) -> &[Box<dyn Rule>] {
        &[]
    }
    fn account(&self, contact: &Contact) -> Accounted {
        let mut consumer = Consumer::of(contact);
        let mut payload = json!({"name": contact.name.full, "note": contact.note});
        if let Some(email) = consumer.email() {
            payload["email"] = json!(email.value.to_string());
        }
        let payload = Payload::of(payload);
        consumer.full_name();
        consumer.note();
        consumer.accounted(payload)
    }
    fn decode(&self, record: &Record) -> Result<Remote, Refusal> {
        let text = |member: &str| record.value[member].as_str().map(str::to_owned);
        let name = PersonName {
            full: text("name"),
            ..PersonName::default()
        };
        let email = text("email").map(|email| Tagged {
            kind: Kind::Work,
            value: EmailAddress::checked(email),
        });
        let contact = Contact {
            name,
            emails: email.into_iter().collect(),
            note: text("note"),
            ..Contact::default()
        };
        Ok(Remote {
            id: RemoteId::new(record.value["id"].to_string()),
            contact,
        })
    }
    fn sign_in(&self, _: &Credentials) -> SignIn {
        let request = Request::new(Method::Post, "/token");
        let keeps = self.mistake == Mistake::KeepsSecrets;
        SignIn::Ask(Exchange::new(Effect::Reads, request, move |reply| {
            let value = reply.value().filter(|_| reply.is_success());
            let token = value.as_ref().and_then(|value| value["token"].as_str());
            let token = token.ok_or_else(|| Refusal::of(reply))?;
            // The client does not know what is a secret then.
            Ok(Pass::new(if keeps {
                reversed(token)
            } else {
                token.to_owned()
            }))
        }))
    }
    fn authorize(&self, request: Request, pass: &Pass) -> Request {
        let pass = pass.expose();
        match self.mistake {
            Mistake::KeepsSecrets => request.header("x-names", reversed(pass)),
            _ => request.header("authorization", pass),
        }
    }
    fn create(&self, payloads: &[&Payload]) -> Exchange<WriteResults> {
        let effect = match self.mistake {
            Mistake::RetriesCreates => Effect::Replaces,
            _ => Effect::Creates,
        };
        let request = Request::new(Method::Put, "/names").json(payloads[0].body.clone());
        Exchange::new(effect, request, made)
    }
    fn update(&self, _: &[(&RemoteId, &Payload)]) -> Option<Exchange<WriteResults>> {
        None
    }
    fn delete(&self, _: &RemoteId, _: Option<&ParentId>) -> Option<Exchange<()>> {
        None
    }
    fn list(&self, at: Option<&Cursor>) -> Option<Exchange<RecordPage>> {
        let page = at.map_or(1, |cursor| cursor.page);
        let request = Request::new(Method::Get, "/names").query("page", &page);
        let reads_on = self.mistake == Mistake::ReadsOnForEver;
        Some(Exchange::new(Effect::Reads, request, move |reply| {
            let value = reply
                .value()
                .filter(|_| reply.is_success())
                .ok_or_else(|| Refusal::of(reply))?;
            let mut items = value["items"].as_array().cloned().unwrap_or_default();
            if reads_on {
                // Nobody sees that it is the same page again.
                let new = |item: &mut Value| item["id"] = json!(format!("{page} {}", item["id"]));
                items.iter_mut().for_each(new);
            }
            let then = Cursor {
                parent: None,
                page: page + 1,
            };
            let paging = Paging {
                size: Some(PAGE),
                ..Paging::to(then)
            };
            let record = |value| Record {
                parent: None,
                value,
            };
            Ok(RecordPage {
                records: items.into_iter().map(record).collect(),
                next: Vec::new(),
                paging: Some(paging),
            })
        }))
    }
}

pub(super) const PAGE: usize = 7;
