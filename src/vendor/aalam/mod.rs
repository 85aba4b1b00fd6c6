//! Aalam's base app: a contact with a name, a text, and any number of details. PUT creates; POST updates, and
//! takes parameters instead of JSON; a new contact's address needs a second request.

mod details;
mod payload;
mod profile;
mod rules;
mod steps;

use serde_json::{Value, json};

use super::{
    Credentials, Cursor, Encoded, Page, Pass, Payload, Profile, Receipt, Record, Remote, Settings,
    SignIn, Vendor, Written, answer,
};
use crate::model::{Contact, ParentId, RemoteId};
use crate::validate::Rule;
use crate::wire::{Effect, Exchange, Method, Next, Refusal, Reply, Request};

pub use profile::PROFILE;
pub use rules::CODES;

/// Where contacts live (S).
const CONTACTS: &str = "/aalam/base/contacts";

struct Aalam {
    settings: Settings,
    rules: Vec<Box<dyn Rule>>,
}

/// Aalam with a target's settings.
pub fn build(settings: Settings) -> Box<dyn Vendor> {
    let rules = rules::all(&settings);
    Box::new(Aalam { settings, rules })
}

/// What stands before a pass that is a cookie.
const COOKIE: &str = "cookie auth=";

impl Vendor for Aalam {
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
        let pass = match (credentials.get("token"), credentials.get("cookie")) {
            (None, Some(cookie)) => {
                let value = cookie.strip_prefix("auth=").unwrap_or(cookie);
                Pass::new(format!("{COOKIE}{value}"))
            }
            (token, _) => Pass::new(token.unwrap_or_default()),
        };
        SignIn::Ready(pass)
    }

    fn authorize(&self, request: Request, pass: &Pass) -> Request {
        match pass.expose().strip_prefix(COOKIE) {
            Some(value) => request.header("cookie", format!("auth={value}")),
            None => request.header("x-auth-token", pass.expose()),
        }
    }

    fn create(&self, payloads: &[&Payload]) -> Exchange<Written> {
        let (body, after) = match payloads.first() {
            Some(payload) => (payload.body.clone(), payload.after.clone()),
            None => (Value::Null, None),
        };
        let request = Request::new(Method::Put, CONTACTS).json(body);
        let form = self.settings.get("update_transport").to_owned();
        Exchange::chained(Effect::Creates, request, move |reply| {
            let value = answer::accepted(reply)?.unwrap_or_default();
            let id = payload::id(&value).ok_or_else(|| Refusal::no_id(reply))?;
            let written = vec![Ok(Receipt::of(id.clone()))];
            Ok(match &after {
                None => Next::Done(written),
                Some(address) => Next::Then {
                    so_far: Some(written),
                    rest: Box::new(address_of(&id, address, &form)),
                },
            })
        })
    }

    fn update(&self, changes: &[(&RemoteId, &Payload)]) -> Option<Exchange<Written>> {
        let (id, payload) = changes.first()?;
        let (id, payload) = ((*id).clone(), (*payload).clone());
        let settings = self.settings.clone();
        let request = Request::new(Method::Get, steps::path(&id));
        let read = move |reply: &Reply| {
            let record = answer::answered(reply, "contact")?;
            let steps = steps::toward(&id, answer::inside_data(&record), &payload, &settings);
            Ok(steps::run(steps, &id))
        };
        Some(Exchange::chained(Effect::Replaces, request, read))
    }

    fn delete(&self, id: &RemoteId, _: Option<&ParentId>) -> Option<Exchange<()>> {
        let request = Request::new(Method::Delete, steps::path(id));
        Some(Exchange::new(Effect::Replaces, request, answer::removed))
    }

    /// Without a cursor, the ids; each leads to its contact, since the list cannot hold all of one.
    fn list(&self, at: Option<&Cursor>) -> Option<Exchange<Page>> {
        if let Some(contact) = at.and_then(|cursor| cursor.parent.clone()) {
            return Some(one_contact(RemoteId(contact.0)));
        }
        let whole = self.settings.is("fetch", "fields");
        let fields = payload::list_fields(&self.settings);
        let request = Request::new(Method::Get, CONTACTS).query("fields", &fields.join(","));
        Some(Exchange::new(Effect::Reads, request, move |reply| {
            let value = answer::answered(reply, "list of contacts")?;
            let rows = answer::items(answer::inside_data(&value));
            let records = rows.iter().map(|row| payload::from_row(&fields, row));
            let mut page = Page::default();
            if whole {
                page.records.extend(records.map(|value| Record {
                    parent: None,
                    value,
                }));
            } else {
                let ids = records.filter_map(|value| payload::id(&value));
                page.next.extend(ids.map(|id| Cursor {
                    parent: Some(ParentId(id.0)),
                    page: 1,
                }));
            }
            Ok(page)
        }))
    }
}

/// The second request of a create. The contact exists, so a no is a remark on its receipt.
fn address_of(id: &RemoteId, address: &Value, transport: &str) -> Exchange<Written> {
    let parameters = steps::parameters(address);
    let request = steps::post(steps::path(id), parameters, transport);
    let id = id.clone();
    Exchange::new(Effect::Replaces, request, move |reply| {
        let remark = answer::accepted(reply)
            .err()
            .map(|refusal| format!("the contact was made, its address was refused: {refusal}"));
        let id = id.clone();
        Ok(vec![Ok(Receipt { id, remark })])
    })
}

/// One contact; its answer does not hold its id, so it is added. One that is gone meanwhile is no record.
fn one_contact(id: RemoteId) -> Exchange<Page> {
    let request = Request::new(Method::Get, steps::path(&id));
    Exchange::new(Effect::Reads, request, move |reply| {
        if reply.status == 404 {
            return Ok(Page::default());
        }
        let value = answer::answered(reply, "contact")?;
        let mut value = answer::inside_data(&value).clone();
        if !value.is_object() {
            return Err(Refusal::unreadable(reply, "contact"));
        }
        value["id"] = json!(answer::id_value(&id));
        Ok(Page {
            records: vec![Record {
                parent: None,
                value,
            }],
            next: Vec::new(),
        })
    })
}
