//! Sonar v1: the contacts of an internet provider's accounts. There is no list of all contacts: without an
//! account, the accounts are listed first and then each one's contacts.

mod data;
mod payload;
mod profile;
mod rules;

use serde_json::Value;

use crate::backend::kit::clear;
use crate::backend::kit::reply;
use crate::backend::{
    Accounted, Credentials, Cursor, Effort, Paging, Pass, Payload, Profile, Receipt, Record,
    RecordPage, Remote, Settings, SignIn, Vendor, VendorEntry, WriteResults,
};
use crate::model::{Contact, Field, ParentId, RemoteId};
use crate::validate::{AcrossRows, Rule};
use crate::wire::{Effect, Exchange, Json, Method, Next, Refusal, Reply, Request, escape_segment};

use profile::PROFILE;

/// Where accounts live (P).
const ACCOUNTS: &str = "/api/v1/accounts";

struct Sonar {
    settings: Settings,
    rules: Vec<Box<dyn Rule>>,
}

/// What the list of vendors names.
pub const ENTRY: VendorEntry = VendorEntry {
    profile: &PROFILE,
    build,
    codes: rules::CODES,
};

/// Sonar with a target's settings.
fn build(settings: Settings) -> Box<dyn Vendor> {
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

    fn account(&self, contact: &Contact) -> Accounted {
        payload::account(contact, &self.settings)
    }

    fn decode(&self, record: &Record) -> Result<Remote, Refusal> {
        payload::decode(record, &self.settings)
    }

    fn id_of(&self, record: &Record) -> Option<RemoteId> {
        record.value.get("id").and_then(reply::id)
    }

    fn sign_in(&self, credentials: &Credentials) -> SignIn {
        let (name, password) = (
            credentials.required("username"),
            credentials.required("password"),
        );
        SignIn::Ready(Pass::new(base64(format!("{name}:{password}").as_bytes())))
    }

    fn authorize(&self, request: Request, pass: &Pass) -> Request {
        request.header("authorization", format!("Basic {}", pass.expose()))
    }

    fn create(&self, payloads: &[&Payload]) -> Exchange<WriteResults> {
        let (parent, body) = match payloads.first() {
            Some(payload) => (payload.parent.clone(), payload.body.clone()),
            None => (None, Json::default()),
        };
        let request = Request::new(Method::Post, contacts(parent.as_ref())).json(body);
        Exchange::new(Effect::Creates, request, |reply| {
            let value = reply::accepted(reply)?.unwrap_or_default();
            let id = reply::inside_data(&value)
                .get("id")
                .and_then(reply::number_id);
            let id = id.ok_or_else(|| Refusal::no_id(reply))?;
            Ok(vec![Ok(Receipt::of(id))])
        })
    }

    fn update(&self, changes: &[(&RemoteId, &Payload)]) -> Option<Exchange<WriteResults>> {
        let (id, payload) = changes.first()?;
        let parent = payload.parent.as_ref().or(self.settings.parent.as_ref())?;
        let (path, receipt) = (contact(id, parent), Receipt::of((*id).clone()));
        let clears = payload.clears.clone();
        let body = payload::with_clears(payload::changed(&payload.body), &clears);
        if body.get("phone_numbers").is_none() {
            return Some(patch(path, body, receipt));
        }
        let request = Request::new(Method::Get, path.clone());
        let read = move |reply: &Reply| {
            let record = reply::answered(reply, "contact")?;
            let body = payload::with_other_numbers(&body, reply::inside_data(&record), &clears);
            Ok(Next::Then {
                so_far: None,
                rest: Box::new(patch(path.clone(), body, receipt.clone())),
            })
        };
        Some(Exchange::chained(Effect::Replaces, request, read))
    }

    fn clear(&self, payload: &mut Payload, fields: &[Field]) -> Vec<Field> {
        clear::fields(&PROFILE, payload, fields, |held| payload::place(held.at))
    }

    fn said(&self, payload: &Payload) -> Payload {
        Payload {
            body: payload::changed(&payload.body).into(),
            ..payload.clone()
        }
    }

    fn lists_whole(&self) -> bool {
        true
    }

    /// Numbers are read before they are changed.
    fn requests(&self, what: Effort, payload: &Payload) -> u64 {
        let is_number = |place: &String| place.starts_with("phone_numbers");
        let numbers = payload.body.get("phone_numbers").is_some();
        let reads = what == Effort::Update && (numbers || payload.clears.iter().any(is_number));
        1 + u64::from(reads)
    }

    fn delete(&self, id: &RemoteId, parent: Option<&ParentId>) -> Option<Exchange<()>> {
        let parent = parent.or(self.settings.parent.as_ref())?;
        let request = Request::new(Method::Delete, contact(id, parent));
        Some(Exchange::new(Effect::Replaces, request, reply::removed))
    }

    fn read(&self, id: &RemoteId, parent: Option<&ParentId>) -> Option<Exchange<Option<Record>>> {
        let parent = parent.or(self.settings.parent.as_ref())?.clone();
        let request = Request::new(Method::Get, contact(id, &parent));
        Some(Exchange::new(Effect::Reads, request, move |reply| {
            reply::record(reply, Some(&parent))
        }))
    }

    fn version(&self) -> Option<Exchange<String>> {
        Some(data::version())
    }

    fn mailings(&self) -> Option<Exchange<Vec<(u32, String)>>> {
        Some(data::mailings())
    }

    fn list(&self, at: Option<&Cursor>) -> Option<Exchange<RecordPage>> {
        let (parent, page) = match at {
            Some(cursor) => (cursor.parent.clone(), cursor.page),
            None => (self.settings.parent.clone(), 1),
        };
        let path = match &parent {
            Some(_) => contacts(parent.as_ref()),
            None => ACCOUNTS.to_owned(),
        };
        let size = self.settings.number("page_size");
        let request = Request::new(Method::Get, path)
            .query("limit", &size)
            .query("page", &page);
        Some(Exchange::new(Effect::Reads, request, move |reply| {
            read_list(reply, (parent.as_ref(), page), size)
        }))
    }
}

fn contacts(parent: Option<&ParentId>) -> String {
    let account = parent.map_or("", |parent| parent.as_str());
    format!("{ACCOUNTS}/{}/contacts", escape_segment(account))
}

fn contact(id: &RemoteId, parent: &ParentId) -> String {
    format!("{}/{}", contacts(Some(parent)), escape_segment(id.as_str()))
}

fn patch(path: String, body: Value, receipt: Receipt) -> Exchange<WriteResults> {
    let request = Request::new(Method::Patch, path).json(body);
    Exchange::new(Effect::Replaces, request, move |reply| {
        reply::accepted(reply)?;
        Ok(vec![Ok(receipt.clone())])
    })
}

/// A page of one account's contacts, or of accounts, each of which leads to its contacts.
fn read_list(
    reply: &Reply,
    (parent, page): (Option<&ParentId>, u32),
    size: usize,
) -> Result<RecordPage, Refusal> {
    let value = reply::answered(reply, "list")?;
    let items = reply::rows(reply, value.get("data"))?;
    let mut read = RecordPage::default();
    match parent {
        Some(parent) => read.records.extend(items.iter().map(|value| Record {
            parent: Some(parent.clone()),
            value: value.clone(),
        })),
        None => read.next = reply::parents(items)?,
    }
    let parent = parent.cloned();
    let page = page.saturating_add(1);
    read.paging = Some(paging(&value, Cursor { parent, page }, size));
    Ok(read)
}

/// What the paginator (S) says of the pages; it may allow fewer rows than it was asked for.
fn paging(value: &Value, next: Cursor, size: usize) -> Paging {
    let limit = reply::count(value, "/paginator/limit").filter(|limit| *limit > 0);
    let pages = reply::count(value, "/paginator/total_pages");
    Paging {
        pages: pages.map(|pages| reply::small(pages, u32::MAX)),
        total: reply::count(value, "/paginator/total_count"),
        size: Some(limit.map_or(size, |limit| reply::small(limit, size).min(size))),
        ..Paging::to(next)
    }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::backend::fixtures::{contact, done, id, then, update, vendor};

    #[test]
    fn name_and_password_are_on_every_request() {
        for (text, wanted) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("Aladdin:open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        ] {
            assert_eq!(base64(text.as_bytes()), wanted);
        }
        let vendor = vendor("sonar", &[]);
        let mut credentials = Credentials::default();
        credentials.set("username", "Aladdin");
        credentials.set("password", "open sesame");
        let SignIn::Ready(pass) = vendor.sign_in(&credentials) else {
            panic!("nothing is to be asked");
        };
        let request = vendor.authorize(Request::new(Method::Get, "/x"), &pass);
        let header = (
            "authorization",
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==".to_owned(),
        );
        assert_eq!(request.headers.last(), Some(&header));
    }

    #[test]
    fn a_list_without_an_account_leads_through_all_of_them() {
        let vendor = vendor("sonar", &[]);
        let cursor = |parent: Option<&str>, page| Cursor {
            parent: parent.map(ParentId::new),
            page,
        };
        let accounts = vendor.list(None).expect("a list");
        let wanted = Request::new(Method::Get, "/api/v1/accounts")
            .query("limit", &100)
            .query("page", &1);
        assert_eq!(accounts.request, wanted);
        let body = json!({"data": [{"id": 5}, {"id": "6"}], "paginator": {"total_pages": 2, "current_page": 1}});
        let page = done(&accounts, &Reply::json(200, &body)).expect("a page");
        let next = [cursor(Some("5"), 1), cursor(Some("6"), 1)];
        assert_eq!((page.records, page.next), (vec![], next.to_vec()));
        let paging = Paging {
            pages: Some(2),
            size: Some(100),
            ..Paging::to(cursor(None, 2))
        };
        assert_eq!(page.paging, Some(paging));

        let contacts = vendor.list(Some(&cursor(Some("5"), 2))).expect("a list");
        assert_eq!(contacts.request.path, "/api/v1/accounts/5/contacts");
        let paginator =
            json!({"total_count": 51, "total_pages": "2", "current_page": "2", "limit": "50"});
        let body = json!({"data": [{"id": 46}], "paginator": paginator});
        let page = done(&contacts, &Reply::json(200, &body)).expect("a page");
        assert_eq!(
            (page.records[0].parent.clone(), page.next),
            (Some(ParentId::new("5")), vec![])
        );
        let paging = Paging {
            pages: Some(2),
            total: Some(51),
            size: Some(50),
            ..Paging::to(cursor(Some("5"), 3))
        };
        assert_eq!(page.paging, Some(paging));
    }

    #[test]
    fn a_list_of_a_targets_account_starts_there() {
        let list = vendor("sonar", &[("parent", "9")])
            .list(None)
            .expect("a list");
        assert_eq!(list.request.path, "/api/v1/accounts/9/contacts");
    }

    #[test]
    fn an_update_keeps_the_numbers_of_other_types() {
        let vendor = vendor("sonar", &[]);
        let row = contact(json!({"name": {"full": "Anne"}, "parent": "5",
            "phones": [{"kind": "mobile", "number": "+12025550123"}]}));
        let get = update(vendor.as_ref(), &row);
        assert_eq!(
            get.request,
            Request::new(Method::Get, "/api/v1/accounts/5/contacts/7")
        );
        let held = json!({"data": {"id": 7, "primary": true, "phone_numbers": {
            "work": {"number": "2025550199", "extension": "3"}, "mobile": {"number": "2025550100"}, "fax": {"number": null}}}});
        let patch = then(&get, &Reply::json(200, &held));
        let body = json!({"name": "Anne", "phone_numbers": {"mobile": {"number": "2025550123", "extension": null},
            "work": {"number": "2025550199", "extension": "3"}}});
        assert_eq!(
            patch.request,
            Request::new(Method::Patch, "/api/v1/accounts/5/contacts/7").json(body)
        );
        for status in [200, 201] {
            let written = done(&patch, &Reply::json(status, &held));
            assert_eq!(written, Ok(vec![Ok(Receipt::of(id("7")))]));
        }
        let row = contact(json!({"name": {"full": "Anne"}, "parent": "5", "primary": true}));
        let body = json!({"name": "Anne", "primary": true});
        assert_eq!(
            update(vendor.as_ref(), &row).request.body,
            crate::wire::Body::Json(body.into())
        );
    }

    #[test]
    fn without_an_account_nothing_is_removed() {
        let vendor = vendor("sonar", &[]);
        assert!(vendor.delete(&id("7"), None).is_none());
        let delete = vendor
            .delete(&id("7"), Some(&ParentId::new("5")))
            .expect("a delete");
        assert_eq!(
            delete.request,
            Request::new(Method::Delete, "/api/v1/accounts/5/contacts/7")
        );
        let gone =
            json!({"error": {"message": "That contact ID does not exist.", "status_code": 404}});
        assert_eq!(done(&delete, &Reply::json(404, &gone)), Ok(()));
    }
}
