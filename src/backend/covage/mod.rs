//! Covage (Kosc): the contacts of a network operator's extranet. Its PUT replaces the whole record, so an
//! update reads the record first and sends it back with what changed.

mod payload;
mod profile;
mod rules;

use serde_json::{Value, json};

use crate::backend::kit::reply;
use crate::backend::kit::shared_rules::{
    NotCompanyAlone, SomethingToSend, has_name, usual_lengths,
};
use crate::backend::{
    Accounted, Credentials, Cursor, Effort, Paging, Pass, Payload, Profile, Receipt, Record,
    RecordPage, Remote, Settings, SignIn, Vendor, VendorEntry, WriteResults,
};
use crate::model::{Contact, Kind, ParentId, RemoteId};
use crate::validate::Rule;
use crate::wire::{Effect, Exchange, Json, Method, Next, Refusal, Reply, Request, escape_segment};

use profile::PROFILE;

/// Where contacts live; the closing slash belongs to every path (S).
const CONTACTS: &str = "/api/contacts/";

struct Covage {
    settings: Settings,
    rules: Vec<Box<dyn Rule>>,
}

/// What the list of vendors names.
pub const ENTRY: VendorEntry = VendorEntry {
    profile: &PROFILE,
    build,
    codes: rules::CODES,
};

/// Covage with a target's settings.
fn build(settings: Settings) -> Box<dyn Vendor> {
    let mut rules: Vec<Box<dyn Rule>> = usual_lengths();
    let sends = match settings.get("company_only") {
        "last_name" => sends_company,
        _ => sends,
    };
    rules.push(Box::new(SomethingToSend { sends }));
    rules.push(Box::new(rules::Complete::of(&settings)));
    rules.push(Box::new(rules::French::of(&settings)));
    if settings.is("company_only", "reject") {
        rules.push(Box::new(NotCompanyAlone));
    }
    Box::new(Covage { settings, rules })
}

/// The same, where a company alone stands as a name.
fn sends_company(contact: &Contact) -> bool {
    contact.company.is_some() || sends(contact)
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
        if let Some(token) = credentials.get("token") {
            return SignIn::Ready(Pass::new(token));
        }
        let (path, name) = match self.settings.get("auth") {
            "v1" => ("/api/account/token/", "token"),
            _ => ("/api/v2/account/token/", "access"),
        };
        let body = json!({
            "email": credentials.required("email"),
            "password": credentials.required("password"),
        });
        let request = Request::new(Method::Post, path).json(body);
        SignIn::Ask(Exchange::new(Effect::Reads, request, move |reply| {
            read_token(reply, name)
        }))
    }

    fn authorize(&self, request: Request, pass: &Pass) -> Request {
        let scheme = match (self.settings.get("scheme"), self.settings.get("auth")) {
            ("auto", "v1") => "JWT",
            ("auto", _) => "Bearer",
            (scheme, _) => scheme,
        };
        request.header("authorization", format!("{scheme} {}", pass.expose()))
    }

    fn create(&self, payloads: &[&Payload]) -> Exchange<WriteResults> {
        let body = payloads
            .first()
            .map_or_else(Json::default, |p| p.body.clone());
        let request = Request::new(Method::Post, CONTACTS).json(body);
        Exchange::new(Effect::Creates, request, |reply| {
            let value = reply::accepted(reply)?.unwrap_or_default();
            let id = payload::id(reply::inside_data(&value));
            let id = id.ok_or_else(|| Refusal::no_id(reply))?;
            Ok(vec![Ok(Receipt::of(id))])
        })
    }

    fn update(&self, changes: &[(&RemoteId, &Payload)]) -> Option<Exchange<WriteResults>> {
        let (id, payload) = changes.first()?;
        let (id, payload) = ((*id).clone(), (*payload).clone());
        if self.settings.is("update", "sheet") {
            let whole = payload::merged(&Value::Null, &payload, &id);
            return Some(replace(&id, whole));
        }
        let request = Request::new(Method::Get, path(&id));
        let read = move |reply: &Reply| {
            let record = reply::answered(reply, "contact")?;
            let rest = replace(&id, payload::merged(&record, &payload, &id));
            Ok(Next::Then {
                so_far: None,
                rest: Box::new(rest),
            })
        };
        Some(Exchange::chained(Effect::Replaces, request, read))
    }

    /// Where an update is the sheet alone, what the sheet leaves empty is taken away.
    fn said(&self, payload: &Payload) -> Payload {
        let mut said = payload.clone();
        if self.settings.is("update", "sheet") {
            said.clears = payload::empty(&payload.body);
        }
        said
    }

    fn lists_whole(&self) -> bool {
        !self.settings.is("update", "sheet")
    }

    fn requests(&self, what: Effort, _: &Payload) -> u64 {
        let reads = what == Effort::Update && !self.settings.is("update", "sheet");
        1 + u64::from(reads)
    }

    fn delete(&self, id: &RemoteId, _: Option<&ParentId>) -> Option<Exchange<()>> {
        let request = Request::new(Method::Delete, path(id));
        Some(Exchange::new(Effect::Replaces, request, reply::removed))
    }

    fn read(&self, id: &RemoteId, _: Option<&ParentId>) -> Option<Exchange<Option<Record>>> {
        let request = Request::new(Method::Get, path(id));
        Some(Exchange::new(Effect::Reads, request, |reply| {
            reply::record(reply, None)
        }))
    }

    /// The first generation only: the second one's refresh was not seen, and signing in anew does as well.
    fn renew(&self, pass: &Pass) -> Option<Exchange<Pass>> {
        if !self.settings.is("auth", "v1") {
            return None;
        }
        let body = json!({"token": pass.expose()});
        let request = Request::new(Method::Post, "/api/account/token/refresh/").json(body);
        Some(Exchange::new(Effect::Reads, request, |reply| {
            read_token(reply, "token")
        }))
    }

    fn list(&self, at: Option<&Cursor>) -> Option<Exchange<RecordPage>> {
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

fn read_token(reply: &Reply, name: &str) -> Result<Pass, Refusal> {
    let value = reply::answered(reply, name)?;
    reply::member(&value, &[name])
        .map(Pass::new)
        .ok_or_else(|| Refusal::unreadable(reply, name))
}

fn path(id: &RemoteId) -> String {
    format!("{CONTACTS}{}/", escape_segment(id.as_str()))
}

fn replace(id: &RemoteId, body: Value) -> Exchange<WriteResults> {
    let request = Request::new(Method::Put, path(id)).json(body);
    let id = id.clone();
    Exchange::new(Effect::Replaces, request, move |reply| {
        reply::accepted(reply)?;
        Ok(vec![Ok(Receipt::of(id.clone()))])
    })
}

/// The documented list is bare; one in pages, as the likely framework makes them, is read too (assumed).
fn read_list(reply: &Reply, page: u32) -> Result<RecordPage, Refusal> {
    let value = reply::answered(reply, "list of contacts")?;
    let list = if value.is_array() {
        Some(&value)
    } else {
        value.get("results")
    };
    let records = reply::rows(reply, list)?;
    let record = |value: &Value| Record {
        parent: None,
        value: value.clone(),
    };
    Ok(RecordPage {
        records: records.iter().map(record).collect(),
        next: Vec::new(),
        paging: (!value.is_array()).then(|| paging(&value, page)),
    })
}

/// What such a page says of the next one. How many records fill it is not known: any number may.
fn paging(value: &Value, page: u32) -> Paging {
    let page = page.saturating_add(1);
    let next = Cursor { parent: None, page };
    Paging {
        is_linked: reply::member(value, &["next"]).is_some(),
        total: reply::count(value, "/count"),
        size: Some(1),
        ..Paging::to(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::fixtures::{contact, done, id, then, update, vendor};

    #[test]
    fn each_generation_signs_in_in_its_own_way() {
        let mut credentials = Credentials::default();
        credentials.set("email", "me@example.com");
        credentials.set("password", "secret");
        for (auth, path, member, header) in [
            ("v2", "/api/v2/account/token/", "access", "Bearer t"),
            ("v1", "/api/account/token/", "token", "JWT t"),
        ] {
            let vendor = vendor("kosc", &[("auth", auth)]);
            let SignIn::Ask(exchange) = vendor.sign_in(&credentials) else {
                panic!("a token must be asked for");
            };
            let body = json!({"email": "me@example.com", "password": "secret"});
            assert_eq!(
                exchange.request,
                Request::new(Method::Post, path).json(body)
            );
            let pass = done(&exchange, &Reply::json(200, &json!({member: "t"}))).expect("a pass");
            let request = vendor.authorize(Request::new(Method::Get, "/x"), &pass);
            let wanted = Request::new(Method::Get, "/x").header("authorization", header);
            assert!(request == wanted, "{auth}");
        }
    }

    #[test]
    fn a_ready_token_is_the_pass() {
        let mut credentials = Credentials::default();
        credentials.set("token", "ready");
        let sign_in = vendor("covage", &[]).sign_in(&credentials);
        assert!(matches!(sign_in, SignIn::Ready(pass) if pass.expose() == "ready"));
    }

    #[test]
    fn an_update_reads_merges_and_replaces() {
        let vendor = vendor("covage", &[]);
        let row = contact(json!({"name": {"first": "Jane", "last": "Dale"}}));
        let get = update(vendor.as_ref(), &row);
        assert_eq!(get.request, Request::new(Method::Get, "/api/contacts/7/"));
        let held = json!({"contact_uuid": "7", "first_name": "John", "last_name": "Doe",
            "phone_number": "0199001234", "cell_phone_number": null, "email": "john@example.com", "x": 1});
        let put = then(&get, &Reply::json(200, &held));
        let body = json!({"contact_uuid": "7", "first_name": "Jane", "last_name": "Dale",
            "phone_number": "0199001234", "cell_phone_number": "", "email": "john@example.com"});
        assert_eq!(
            put.request,
            Request::new(Method::Put, "/api/contacts/7/").json(body)
        );
        assert_eq!(
            (get.effect, put.effect),
            (Effect::Replaces, Effect::Replaces)
        );
        let written = done(&put, &Reply::json(200, &held));
        assert_eq!(written, Ok(vec![Ok(Receipt::of(id("7")))]));
        let gone = Reply::json(404, &json!({"detail": "Not found."}));
        assert!((get.read)(&gone).is_err());
    }

    #[test]
    fn a_list_is_bare_or_in_pages() {
        let vendor = vendor("covage", &[]);
        let list = vendor.list(None).expect("a list");
        assert_eq!(list.request, Request::new(Method::Get, "/api/contacts/"));
        let record = json!({"contact_uuid": "i9usbs1j"});
        let next = Cursor {
            parent: None,
            page: 2,
        };
        let paging = |is_linked, total| Paging {
            is_linked,
            total: Some(total),
            size: Some(1),
            ..Paging::to(next.clone())
        };
        for (body, wanted) in [
            (json!([record]), None),
            (
                json!({"count": 1, "next": null, "results": [record]}),
                Some(paging(false, 1)),
            ),
            (
                json!({"count": 2, "next": "https://x/?page=2", "results": [record]}),
                Some(paging(true, 2)),
            ),
        ] {
            let page = done(&list, &Reply::json(200, &body)).expect("a page");
            assert_eq!((page.records.len(), page.paging), (1, wanted), "{body}");
        }
        let second = vendor.list(Some(&next)).expect("a list").request;
        assert_eq!(
            second,
            Request::new(Method::Get, "/api/contacts/").query("page", &2)
        );
    }

    #[test]
    fn an_id_cannot_leave_its_place() {
        let delete = vendor("covage", &[])
            .delete(&id("../x"), None)
            .expect("a delete");
        assert_eq!(delete.request.path, "/api/contacts/..%2Fx/");
        for (status, good) in [
            (200, true),
            (202, true),
            (204, true),
            (404, true),
            (500, false),
        ] {
            assert_eq!(
                done(&delete, &Reply::json(status, &json!(null))).is_ok(),
                good,
                "{status}"
            );
        }
    }

    #[test]
    fn what_stands_before_the_token_can_be_said() {
        for (auth, scheme, wanted) in [
            ("v2", "auto", "Bearer t"),
            ("v1", "auto", "JWT t"),
            ("v1", "Bearer", "Bearer t"),
            ("v2", "JWT", "JWT t"),
        ] {
            let vendor = vendor("covage", &[("auth", auth), ("scheme", scheme)]);
            let request = vendor.authorize(Request::new(Method::Get, "/x"), &Pass::new("t"));
            let header = ("authorization", wanted.to_owned());
            assert_eq!(request.headers.last(), Some(&header), "{auth} {scheme}");
        }
    }

    #[test]
    fn an_update_from_the_sheet_alone_reads_nothing() {
        let vendor = vendor("covage", &[("update", "sheet")]);
        let put = update(vendor.as_ref(), &contact(json!({"name": {"last": "Dale"}})));
        let body = json!({"contact_uuid": "7", "first_name": "", "last_name": "Dale",
            "phone_number": "", "cell_phone_number": "", "email": ""});
        let wanted = Request::new(Method::Put, "/api/contacts/7/").json(body);
        assert_eq!((put.effect, put.request), (Effect::Replaces, wanted));
    }

    #[test]
    fn only_the_first_generation_renews() {
        let pass = Pass::new("t");
        assert!(vendor("covage", &[]).renew(&pass).is_none());
        assert!(vendor("covage", &[("auth", "v1")]).renew(&pass).is_some());
    }
}
