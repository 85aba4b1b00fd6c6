//! Orzame: the persons of a contact ("Persons v1.0"). Sixty requests a minute, shared with everything else
//! that the company runs there, make it the slowest of the vendors.

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

/// How many records a full page holds (P).
const FULL_PAGE: usize = 100;

struct Orzame {
    settings: Settings,
    rules: Vec<Box<dyn Rule>>,
}

/// What the list of vendors names.
pub const ENTRY: VendorEntry = VendorEntry {
    profile: &PROFILE,
    build,
    codes: rules::CODES,
};

/// Orzame with a target's settings.
fn build(settings: Settings) -> Box<dyn Vendor> {
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
        SignIn::Ready(Pass::new(credentials.required("api_key")))
    }

    fn authorize(&self, request: Request, pass: &Pass) -> Request {
        request.header("authorization", format!("Bearer {}", pass.expose()))
    }

    fn create(&self, payloads: &[&Payload]) -> Exchange<WriteResults> {
        let (parent, body) = match payloads.first() {
            Some(payload) => (payload.parent.clone(), payload.body.clone()),
            None => (None, Json::default()),
        };
        let request = Request::new(Method::Post, persons(parent.as_ref())).json(body);
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
        let (path, body) = (person(id, parent), payload::with_clears(payload));
        let request = Request::new(Method::Patch, path.clone()).json(body.clone());
        let receipt = Receipt::of((*id).clone());
        let verifies = self.settings.is("verify", "yes");
        let read = move |reply: &Reply| {
            reply::accepted(reply)?;
            let written: WriteResults = vec![Ok(receipt.clone())];
            if !verifies {
                return Ok(Next::Done(written));
            }
            let rest = Box::new(verify(path.clone(), body.clone(), receipt.clone()));
            let so_far = Some(written);
            Ok(Next::Then { so_far, rest })
        };
        Some(Exchange::chained(Effect::Replaces, request, read))
    }

    fn clear(&self, payload: &mut Payload, fields: &[Field]) -> Vec<Field> {
        clear::fields(&PROFILE, payload, fields, |held| payload::place(held.at))
    }

    fn requests(&self, what: Effort, _: &Payload) -> u64 {
        1 + u64::from(what == Effort::Update && self.settings.is("verify", "yes"))
    }

    fn delete(&self, id: &RemoteId, parent: Option<&ParentId>) -> Option<Exchange<()>> {
        let parent = parent.or(self.settings.parent.as_ref())?;
        let request = bare(Method::Delete, person(id, parent));
        Some(Exchange::new(Effect::Replaces, request, reply::removed))
    }

    fn read(&self, id: &RemoteId, parent: Option<&ParentId>) -> Option<Exchange<Option<Record>>> {
        let parent = parent.or(self.settings.parent.as_ref())?.clone();
        let request = bare(Method::Get, person(id, &parent));
        Some(Exchange::new(Effect::Reads, request, move |reply| {
            reply::record(reply, Some(&parent))
        }))
    }

    fn list(&self, at: Option<&Cursor>) -> Option<Exchange<RecordPage>> {
        let (parent, page) = match at {
            Some(cursor) => (cursor.parent.clone(), cursor.page),
            None => (self.settings.parent.clone(), 1),
        };
        let path = match &parent {
            Some(_) => persons(parent.as_ref()),
            None => "/contacts".to_owned(),
        };
        let mut request = bare(Method::Get, path);
        if page > 1 {
            request = request.query(self.settings.get("page_parameter"), &page);
        }
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
    let contact = parent.map_or("", |parent| parent.as_str());
    format!("/contacts/{}/persons", escape_segment(contact))
}

fn person(id: &RemoteId, parent: &ParentId) -> String {
    format!("{}/{}", persons(Some(parent)), escape_segment(id.as_str()))
}

/// Reads a changed person again: what it holds otherwise than it was sent is a remark on the receipt.
fn verify(path: String, body: Value, receipt: Receipt) -> Exchange<WriteResults> {
    Exchange::new(Effect::Reads, bare(Method::Get, path), move |reply| {
        let record = reply::record(reply, None)?;
        let held = record.map_or(Value::Null, |record| record.value);
        let members = body.as_object().into_iter().flatten();
        let other = members.filter(|(name, value)| held.get(*name) != Some(*value));
        let names: Vec<&str> = other.map(|(name, _)| name.as_str()).collect();
        let remark = (!names.is_empty()).then(|| {
            format!(
                "the vendor holds another {} than was sent",
                names.join(", ")
            )
        });
        let id = receipt.id.clone();
        Ok(vec![Ok(Receipt { id, remark })])
    })
}

/// A page of one contact's persons, or of contacts, each of which leads to its persons (assumed: that
/// contacts can be listed is not documented in what was read).
fn read_list(reply: &Reply, parent: Option<&ParentId>, page: u32) -> Result<RecordPage, Refusal> {
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
    read.paging = Some(paging(&value, Cursor { parent, page }));
    Ok(read)
}

/// What is said of the pages (assumed). The documented list knows none: then a page as full as the vendor's pages are may be
/// one of several, or all that there is.
fn paging(value: &Value, next: Cursor) -> Paging {
    let link = value.pointer("/links/next").and_then(reply::text);
    let pages = reply::count(value, "/meta/last_page");
    let size = reply::count(value, "/meta/per_page").filter(|size| *size > 0);
    Paging {
        is_linked: link.is_some(),
        pages: pages.map(|pages| reply::small(pages, u32::MAX)),
        total: reply::count(value, "/meta/total"),
        size: Some(size.map_or(FULL_PAGE, |size| {
            reply::small(size, FULL_PAGE).min(FULL_PAGE)
        })),
        ..Paging::to(next)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::backend::fixtures::{contact, done, id, update, vendor};

    fn cursor(parent: Option<&str>, page: u32) -> Cursor {
        let parent = parent.map(ParentId::new);
        Cursor { parent, page }
    }

    #[test]
    fn the_content_type_is_on_every_request() {
        let vendor = vendor("persons", &[("parent", "120")]);
        let list = vendor.list(None).expect("a list").request;
        let delete = vendor.delete(&id("80"), None).expect("a delete").request;
        assert_eq!(
            (&*list.path, &*delete.path),
            ("/contacts/120/persons", "/contacts/120/persons/80")
        );
        for request in [list, delete] {
            assert!(
                request
                    .headers
                    .contains(&("content-type", "application/json".to_owned()))
            );
        }
        let mut credentials = Credentials::default();
        credentials.set("api_key", "k");
        let SignIn::Ready(pass) = vendor.sign_in(&credentials) else {
            panic!("nothing is to be asked");
        };
        let request = vendor.authorize(Request::new(Method::Get, "/x"), &pass);
        assert_eq!(
            request.headers.last(),
            Some(&("authorization", "Bearer k".to_owned()))
        );
    }

    #[test]
    fn what_a_page_says_of_the_next_one_is_read() {
        let vendor = vendor("orzame", &[]);
        let list = vendor.list(Some(&cursor(Some("120"), 1))).expect("a list");
        let plain = || Paging {
            size: Some(100),
            ..Paging::to(cursor(Some("120"), 2))
        };
        for (more, wanted) in [
            (json!({}), plain()),
            (
                json!({"meta": {"last_page": "9", "total": 23, "per_page": 3}}),
                Paging {
                    pages: Some(9),
                    total: Some(23),
                    size: Some(3),
                    ..plain()
                },
            ),
            (
                json!({"links": {"next": "https://x/?page=2"}}),
                Paging {
                    is_linked: true,
                    ..plain()
                },
            ),
            (json!({"links": {"next": null}}), plain()),
            (
                json!({"meta": {"last_page": -1, "total": "many", "per_page": 0}}),
                plain(),
            ),
        ] {
            let mut body = json!({"data": [{"id": 60}]});
            let members = more.as_object().expect("members").clone();
            body.as_object_mut().expect("members").extend(members);
            let page = done(&list, &Reply::json(200, &body)).expect("a page");
            assert_eq!(
                (page.records.len(), page.paging),
                (1, Some(wanted)),
                "{body}"
            );
        }
        assert!(done(&list, &Reply::json(200, &json!({}))).is_err());
    }

    #[test]
    fn a_list_without_a_contact_leads_through_all_of_them() {
        let list = vendor("orzame", &[]).list(None).expect("a list");
        assert_eq!(list.request.path, "/contacts");
        let page = done(&list, &Reply::json(200, &json!({"data": [{"id": 120}]}))).expect("a page");
        assert_eq!(
            (page.records, page.next),
            (vec![], vec![cursor(Some("120"), 1)])
        );
    }

    #[test]
    fn an_update_says_only_what_the_row_says() {
        let vendor = vendor("orzame", &[]);
        let row = contact(json!({"name": {"full": "New name"}, "parent": "120"}));
        let exchange = update(vendor.as_ref(), &row);
        let wanted = Request::new(Method::Patch, "/contacts/120/persons/7")
            .json(json!({"name": "New name"}));
        assert_eq!(
            (exchange.effect, exchange.request.clone()),
            (Effect::Replaces, wanted)
        );
        let silent = Reply {
            status: 204,
            ..Reply::default()
        };
        assert_eq!(done(&exchange, &silent), Ok(vec![Ok(Receipt::of(id("7")))]));
    }

    #[test]
    fn a_yes_without_an_id_is_looked_up() {
        let exchange = vendor("orzame", &[]).create(&[&Payload::of(json!({}))]);
        for (status, body, why) in [
            (201, json!({"data": {}}), crate::wire::RefusalKind::NoId),
            (201, json!("<html>"), crate::wire::RefusalKind::NoId),
            (
                422,
                json!({"message": "no", "errors": {"name": ["Required."]}}),
                crate::wire::RefusalKind::Refused,
            ),
        ] {
            let refusal = done(&exchange, &Reply::json(status, &body)).expect_err("no record");
            assert_eq!(refusal.kind, why, "{body}");
        }
    }

    #[test]
    fn a_change_is_read_again_where_the_switch_says_so() {
        let vendor = vendor("orzame", &[("verify", "yes")]);
        let row = contact(json!({"name": {"full": "Anne"}, "position": "Boss", "parent": "120"}));
        let silent = Reply {
            status: 204,
            ..Reply::default()
        };
        let Ok(Next::Then { so_far, rest }) = (update(vendor.as_ref(), &row).read)(&silent) else {
            panic!("it is read again");
        };
        assert_eq!(
            so_far,
            Some(vec![Ok(Receipt::of(id("7")))]),
            "the change stands already"
        );
        assert_eq!(
            rest.request,
            bare(Method::Get, "/contacts/120/persons/7".to_owned())
        );
        for (position, remark) in [
            ("Boss", None),
            (
                "Chief",
                Some("the vendor holds another position than was sent"),
            ),
        ] {
            let held =
                json!({"data": {"id": 7, "name": "Anne", "position": position, "phone": ""}});
            let written = done(&rest, &Reply::json(200, &held)).expect("it is there");
            let receipt = written[0].as_ref().expect("a receipt");
            assert_eq!(receipt.remark.as_deref(), remark);
        }
    }

    #[test]
    fn the_page_is_named_as_the_switch_says() {
        let vendor = vendor("orzame", &[("page_parameter", "p")]);
        let at = |page| {
            vendor
                .list(Some(&cursor(Some("120"), page)))
                .expect("a list")
                .request
                .query
        };
        assert_eq!(at(1), []);
        assert_eq!(at(2), [("p".to_owned(), "2".to_owned())]);
    }
}
