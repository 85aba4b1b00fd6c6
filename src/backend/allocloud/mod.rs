//! `AlloCloud`: the phonebook of a cloud telephony system, version 3.0 of its interface. PUT creates here and
//! POST updates, so neither verb says what may be sent twice.

mod company;
mod payload;
mod profile;

use std::borrow::Cow;
use std::collections::VecDeque;

use serde_json::{Value, json};

use crate::backend::kit::reply;
use crate::backend::kit::shared_rules::{
    NotCompanyAlone, SomethingToSend, has_name, usual_lengths,
};
use crate::backend::{
    Accounted, Credentials, Cursor, Effort, Pass, Payload, Profile, Receipt, Record, RecordPage,
    Remote, Settings, SignIn, Vendor, VendorEntry, WriteResults,
};
use crate::model::{Contact, Kind, ParentId, RemoteId};
use crate::validate::{AcrossRows, Rule};
use crate::wire::{Effect, Exchange, Method, Next, Refusal, Reply, Request, escape_segment};

use profile::PROFILE;

/// Where contacts live (S).
const DIRECTORIES: &str = "/v3.0/directories";

struct AlloCloud {
    settings: Settings,
    rules: Vec<Box<dyn Rule>>,
}

/// What the list of vendors names.
pub const ENTRY: VendorEntry = VendorEntry {
    profile: &PROFILE,
    build,
    codes: company::CODES,
};

/// `AlloCloud` with a target's settings.
fn build(settings: Settings) -> Box<dyn Vendor> {
    let mut rules = usual_lengths();
    rules.push(Box::new(SomethingToSend { sends }));
    rules.push(Box::new(company::Alphanumeric::of(&settings)));
    if settings.is("company_only", "reject") {
        rules.push(Box::new(NotCompanyAlone));
    }
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

    fn account(&self, contact: &Contact) -> Accounted {
        payload::account(contact, &self.settings)
    }

    fn decode(&self, record: &Record) -> Result<Remote, Refusal> {
        payload::decode(&record.value, &self.settings)
    }

    fn id_of(&self, record: &Record) -> Option<RemoteId> {
        payload::id(&record.value)
    }

    fn sign_in(&self, credentials: &Credentials) -> SignIn {
        let key = credentials.required("api_key");
        let (path, data) = match credentials.get("username") {
            Some(name) => ("/v3.0/auth/user", json!({"username": name, "api_key": key})),
            None => ("/v3.0/auth/account", json!({ "api_key": key })),
        };
        let request = Request::new(Method::Put, path).json(json!({ "data": data }));
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

    fn create(&self, payloads: &[&Payload]) -> Exchange<WriteResults> {
        let count = payloads.len();
        let body = match payloads {
            [one] if self.settings.is("create_style", "single") => json!({"data": one.body}),
            many => {
                let bodies: Vec<_> = many.iter().map(|payload| payload.body.to_value()).collect();
                contacts(&bodies, self.settings.get("phonebook"))
            }
        };
        let request = Request::new(Method::Put, DIRECTORIES).json(body);
        Exchange::new(Effect::Creates, request, move |reply| {
            read_created(reply, count)
        })
    }

    /// Reads each record, and sends them all with what changed: an update replaces the whole contact (assumed).
    fn update(&self, changes: &[(&RemoteId, &Payload)]) -> Option<Exchange<WriteResults>> {
        let change = |(id, payload): &(&RemoteId, &Payload)| ((*id).clone(), (*payload).clone());
        let changes: VecDeque<_> = changes.iter().map(change).collect();
        let book = self.settings.get("phonebook").to_owned();
        Some(read_then_replace(changes, Vec::new(), book))
    }

    fn lists_whole(&self) -> bool {
        true
    }

    fn requests(&self, what: Effort, _: &Payload) -> u64 {
        1 + u64::from(what == Effort::Update)
    }

    fn delete(&self, id: &RemoteId, _: Option<&ParentId>) -> Option<Exchange<()>> {
        let request = if self.settings.is("delete_style", "query") {
            bare(Method::Delete, DIRECTORIES).query("computer_id", id)
        } else {
            bare(Method::Delete, path(id))
        };
        Some(Exchange::new(Effect::Replaces, request, reply::removed))
    }

    fn delete_many(&self, ids: &[&RemoteId]) -> Option<Exchange<Vec<RemoteId>>> {
        let list: Vec<Value> = ids.iter().map(|id| reply::id_value(id)).collect();
        let path = format!("{DIRECTORIES}/delete");
        let request = Request::new(Method::Post, path).json(json!({"data": {"ids": list}}));
        Some(Exchange::new(Effect::Replaces, request, |reply| {
            let value = reply::answered(reply, "list of ids")?;
            let deleted = reply::inside_data(&value).get("deleted");
            let deleted = deleted.ok_or_else(|| Refusal::unreadable(reply, "list of ids"))?;
            Ok(payload::ids(deleted))
        }))
    }

    fn read(&self, id: &RemoteId, _: Option<&ParentId>) -> Option<Exchange<Option<Record>>> {
        let request = bare(Method::Get, path(id));
        Some(Exchange::new(Effect::Reads, request, |reply| {
            reply::record(reply, None)
        }))
    }

    fn list(&self, _: Option<&Cursor>) -> Option<Exchange<RecordPage>> {
        let request = bare(Method::Get, DIRECTORIES);
        Some(Exchange::new(Effect::Reads, request, read_list))
    }
}

/// Contacts as create and update carry them: the phonebook stands here a second time (S).
fn contacts(contacts: &[Value], phonebook: &str) -> Value {
    json!({"data": {"contacts": contacts, "phonebook": phonebook}})
}

/// A request without a body; the vendor's own client sets the Content-Type on every request (P).
fn bare(method: Method, path: impl Into<Cow<'static, str>>) -> Request {
    Request::new(method, path).header("content-type", "application/json")
}

fn path(id: &RemoteId) -> String {
    format!("{DIRECTORIES}/{}", escape_segment(id.as_str()))
}

/// Reads the first of the records, then the rest, then replaces them all.
fn read_then_replace(
    mut changes: VecDeque<(RemoteId, Payload)>,
    read: Vec<(RemoteId, Value)>,
    book: String,
) -> Exchange<WriteResults> {
    let Some((id, payload)) = changes.pop_front() else {
        return replace(&read, &book);
    };
    let request = bare(Method::Get, path(&id));
    Exchange::chained(Effect::Replaces, request, move |reply| {
        let record = reply::answered(reply, "contact")?;
        let mut body = payload::merged(&payload, reply::inside_data(&record));
        body["id"] = reply::id_value(&id);
        let mut read = read.clone();
        read.push((id.clone(), body));
        let rest = read_then_replace(changes.clone(), read, book.clone());
        Ok(Next::Then {
            so_far: None,
            rest: Box::new(rest),
        })
    })
}

fn replace(changes: &[(RemoteId, Value)], book: &str) -> Exchange<WriteResults> {
    let (ids, bodies): (Vec<_>, Vec<_>) = changes.iter().cloned().unzip();
    let request = Request::new(Method::Post, DIRECTORIES).json(contacts(&bodies, book));
    Exchange::new(Effect::Replaces, request, move |reply| {
        reply::accepted(reply)?;
        Ok(ids.iter().cloned().map(Receipt::of).map(Ok).collect())
    })
}

/// The token stands in `data` (P, the vendor's own client) or beside it (as in its relatives; assumed).
fn read_token(reply: &Reply) -> Result<Pass, Refusal> {
    let value = reply::answered(reply, "auth_token")?;
    reply::member(&value, &["data", "auth_token"])
        .or_else(|| reply::member(&value, &["auth_token"]))
        .map(Pass::new)
        .ok_or_else(|| Refusal::unreadable(reply, "auth_token"))
}

/// As many ids as records were sent, in their order; any other number is no answer to go by.
fn read_created(reply: &Reply, count: usize) -> Result<WriteResults, Refusal> {
    let ids = reply::accepted(reply)?
        .map(|value| payload::ids(&value))
        .unwrap_or_default();
    if ids.len() != count {
        return Err(Refusal::no_id(reply));
    }
    Ok(ids.into_iter().map(Receipt::of).map(Ok).collect())
}

fn read_list(reply: &Reply) -> Result<RecordPage, Refusal> {
    let value = reply::answered(reply, "list of contacts")?;
    let data = reply::inside_data(&value);
    let list = if data.is_array() {
        Some(data)
    } else {
        data.get("contacts")
    };
    let records = reply::rows(reply, list)?;
    let record = |value: &Value| Record {
        parent: None,
        value: value.clone(),
    };
    Ok(RecordPage {
        records: records.iter().map(record).collect(),
        ..RecordPage::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::fixtures::{anne, contact, done, id, then, update, vendor};

    #[test]
    fn an_id_is_found_in_every_reported_shape() {
        let vendor = vendor("allocloud", &[]);
        let payload = Payload::of(json!({}));
        for body in [
            json!({"data": {"id": 7}}),
            json!({"data": {"contacts": [{"id": "7"}]}}),
            json!({"data": {"computer-id": 7}}),
            json!({"computer_id": 7}),
            json!({"data": [{"contact_id": 7}]}),
            json!({"data": [7]}),
            json!({"data": "7"}),
            json!(7),
        ] {
            let written = done(&vendor.create(&[&payload]), &Reply::json(200, &body));
            assert_eq!(written, Ok(vec![Ok(Receipt::of(id("7")))]), "{body}");
        }
        for body in [
            json!({}),
            json!({"data": {}}),
            json!({"data": [7, 8]}),
            json!(null),
        ] {
            let refusal = done(&vendor.create(&[&payload]), &Reply::json(200, &body));
            let why = refusal.expect_err("no id").kind;
            assert_eq!(why, crate::wire::RefusalKind::NoId, "{body}");
        }
    }

    #[test]
    fn a_batch_is_one_request_and_an_answer_for_each() {
        let vendor = vendor("allocloud", &[("batch", "50")]);
        let (a, b) = (Payload::of(json!({"a": 1})), Payload::of(json!({"b": 2})));
        let exchange = vendor.create(&[&a, &b]);
        let body = json!({"data": {"contacts": [{"a": 1}, {"b": 2}], "phonebook": "global"}});
        let wanted = Request::new(Method::Put, "/v3.0/directories").json(body);
        assert_eq!((vendor.batch(), exchange.effect), (50, Effect::Creates));
        assert_eq!(exchange.request, wanted);
        let reply = Reply::json(200, &json!({"data": {"contacts": [{"id": 1}, {"id": 2}]}}));
        assert_eq!(done(&exchange, &reply).map(|written| written.len()), Ok(2));
        let reply = Reply::json(
            400,
            &json!({"error": {"type": "validation", "message": "no"}}),
        );
        assert_eq!(
            done(&exchange, &reply).expect_err("a no").message,
            "validation; no"
        );
    }

    #[test]
    fn an_older_wrapping_carries_one_contact() {
        let vendor = vendor("allocloud", &[("create_style", "single"), ("batch", "50")]);
        let exchange = vendor.create(&[&Payload::of(json!({"a": 1}))]);
        let wanted = Request::new(Method::Put, "/v3.0/directories").json(json!({"data": {"a": 1}}));
        assert_eq!((vendor.batch(), exchange.request), (1, wanted));
    }

    #[test]
    fn the_token_stands_in_either_place_and_opens_every_request() {
        let vendor = vendor("allocloud", &[]);
        let mut credentials = Credentials::default();
        credentials.set("api_key", "k-1");
        let SignIn::Ask(exchange) = vendor.sign_in(&credentials) else {
            panic!("a token must be asked for");
        };
        assert_eq!(exchange.request.path, "/v3.0/auth/account");
        for body in [
            json!({"data": {"auth_token": "t"}}),
            json!({"data": {}, "auth_token": "t"}),
        ] {
            let pass = done(&exchange, &Reply::json(200, &body)).expect("a token");
            let request = vendor.authorize(Request::new(Method::Get, "/x"), &pass);
            assert!(
                request.headers.contains(&("x-auth-token", "t".to_owned())),
                "{body}"
            );
        }
    }

    #[test]
    fn an_update_keeps_what_the_row_is_silent_about() {
        let vendor = vendor("allocloud", &[]);
        let row = contact(json!({"name": {"last": "Durand"},
            "phones": [{"kind": "work", "number": "+33199001234"}]}));
        let get = update(vendor.as_ref(), &row);
        assert_eq!(
            (get.request.method, &*get.request.path),
            (Method::Get, "/v3.0/directories/7")
        );
        let held = json!({"data": {"id": 7, "details": {
            "names": {"first": "Anne", "last": "Petit"}, "company": {"name": "Exemple"},
            "phone_numbers": {"land_lines": ["+33199001299"], "mobiles": ["+33639980012"], "faxes": [""]}}}});
        let post = then(&get, &Reply::json(200, &held));
        let body = json!({"data": {"contacts": [{"details": {
            "names": {"first": "Anne", "last": "Durand"}, "company": {"name": "Exemple"},
            "phone_numbers": {"land_lines": ["+33199001234"], "mobiles": ["+33639980012"], "faxes": [""]}},
            "phonebook": "global", "id": 7}], "phonebook": "global"}});
        assert_eq!(
            post.request,
            Request::new(Method::Post, "/v3.0/directories").json(body)
        );
        let reply = Reply::json(200, &json!({"data": {"updated": [7]}}));
        assert_eq!(done(&post, &reply), Ok(vec![Ok(Receipt::of(id("7")))]));
    }

    #[test]
    fn a_list_stands_in_data() {
        let vendor = vendor("allocloud", &[]);
        let list = vendor.list(None).expect("a list");
        for body in [
            json!({"data": [{"id": 7}]}),
            json!([{"id": 7}]),
            json!({"data": {"contacts": [{"id": 7}]}}),
        ] {
            let page = done(&list, &Reply::json(200, &body)).expect("a page");
            assert_eq!((page.records.len(), page.next), (1, vec![]), "{body}");
        }
        assert!(done(&list, &Reply::json(200, &json!({}))).is_err());
        assert!(sends(&anne()));
    }

    #[test]
    fn a_user_signs_in_beside_the_account() {
        let mut credentials = Credentials::default();
        credentials.set("api_key", "k");
        for (username, path, data) in [
            (None, "/v3.0/auth/account", json!({"api_key": "k"})),
            (
                Some("anne"),
                "/v3.0/auth/user",
                json!({"username": "anne", "api_key": "k"}),
            ),
        ] {
            if let Some(name) = username {
                credentials.set("username", name);
            }
            let SignIn::Ask(ask) = vendor("allocloud", &[]).sign_in(&credentials) else {
                panic!("a token is asked for");
            };
            let wanted = Request::new(Method::Put, path).json(json!({ "data": data }));
            assert_eq!(ask.request, wanted);
        }
    }
}
