//! Aalam's base app: a contact with a name, a text, and any number of details. PUT creates; POST updates, and
//! takes parameters instead of JSON; a new contact's address needs a second request.

mod details;
mod fields;
mod listing;
mod payload;
mod probe;
mod profile;
mod requests;
mod rules;
mod steps;

use serde_json::Value;

use crate::backend::kit::clear;
use crate::backend::kit::reply;
use crate::backend::{
    Accounted, Credentials, Cursor, Effort, Pass, Payload, Profile, Receipt, Record, RecordPage,
    Remote, Settings, SignIn, Vendor, VendorEntry, WriteResults,
};
use crate::model::{Contact, Field, ParentId, RemoteId};
use crate::validate::Rule;
use crate::wire::{Effect, Exchange, Json, Method, Next, Refusal, Reply, Request};

use probe::Probe;

pub use fields::{KeyId, add_details, delete_field, update_field};
use profile::PROFILE;
pub use requests::UpdateTransport;

struct Aalam {
    settings: Settings,
    rules: Vec<Box<dyn Rule>>,
    /// Where the switch `first_name_key` says to find out.
    probe: Option<Probe>,
}

/// What the list of vendors names.
pub const ENTRY: VendorEntry = VendorEntry {
    profile: &PROFILE,
    build,
    codes: rules::CODES,
};

/// Aalam with a target's settings.
fn build(settings: Settings) -> Box<dyn Vendor> {
    let rules = rules::all(&settings);
    let probe = settings.is("first_name_key", "probe").then(Probe::default);
    Box::new(Aalam {
        settings,
        rules,
        probe,
    })
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

    fn create(&self, payloads: &[&Payload]) -> Exchange<WriteResults> {
        let (body, after) = match payloads.first() {
            Some(payload) => (payload.body.clone(), payload.after.clone()),
            None => (Json::default(), None),
        };
        let body = match &self.probe {
            Some(probe) => probe.spell(&body).into(),
            None => body,
        };
        let transport = UpdateTransport::of(self.settings.get("update_transport"));
        creating(body, after, transport, self.probe.clone())
    }

    fn update(&self, changes: &[(&RemoteId, &Payload)]) -> Option<Exchange<WriteResults>> {
        let (id, payload) = changes.first()?;
        let (id, payload) = ((*id).clone(), (*payload).clone());
        let settings = self.settings.clone();
        let request = Request::new(Method::Get, requests::path(&id));
        let read = move |reply: &Reply| {
            let record = reply::answered(reply, "contact")?;
            let record = reply::inside_data(&record);
            let steps = steps::toward(&id, record, &payload, &settings);
            Ok(steps::run(steps, &id))
        };
        Some(Exchange::chained(Effect::Replaces, request, read))
    }

    fn clear(&self, payload: &mut Payload, fields: &[Field]) -> Vec<Field> {
        clear::fields(&PROFILE, payload, fields, |held| {
            payload::place(held.at, &self.settings)
        })
    }

    /// The list of fields names no ids of details.
    fn lists_whole(&self) -> bool {
        !self.settings.is("fetch", "fields")
    }

    /// A contact is read before it is changed; an address follows its contact.
    fn requests(&self, what: Effort, payload: &Payload) -> u64 {
        match what {
            Effort::Create => 1 + u64::from(payload.after.is_some()),
            Effort::Update => 2,
            Effort::Delete => 1,
        }
    }

    fn delete(&self, id: &RemoteId, _: Option<&ParentId>) -> Option<Exchange<()>> {
        let request = Request::new(Method::Delete, requests::path(id));
        Some(Exchange::new(Effect::Replaces, request, reply::removed))
    }

    fn read(&self, id: &RemoteId, _: Option<&ParentId>) -> Option<Exchange<Option<Record>>> {
        Some(reading(id.clone()))
    }

    /// Without a cursor, the ids; each leads to its contact, since the list cannot hold all of one.
    fn list(&self, at: Option<&Cursor>) -> Option<Exchange<RecordPage>> {
        match at.and_then(|cursor| cursor.parent.clone()) {
            Some(contact) => Some(one_contact(RemoteId::new(contact.into_string()))),
            None => Some(listing::list(&self.settings, None)),
        }
    }

    /// By the first e-mail address, else the first number, among the values of details; else by name.
    fn find(&self, contact: &Contact) -> Option<Exchange<RecordPage>> {
        let filters = listing::filters(contact)?;
        Some(listing::list(&self.settings, Some(filters)))
    }

    fn record_at(&self, cursor: &Cursor) -> Option<RemoteId> {
        cursor
            .parent
            .as_ref()
            .map(|contact| RemoteId::new(contact.to_string()))
    }
}

/// The first request of a create, and what follows: the address, or the same once more in the other spelling.
fn creating(
    body: Json,
    after: Option<Value>,
    transport: UpdateTransport,
    probe: Option<Probe>,
) -> Exchange<WriteResults> {
    let request = Request::new(Method::Put, listing::CONTACTS).json(body.clone());
    Exchange::chained(Effect::Creates, request, move |reply| {
        let value = match (reply::accepted(reply), &probe) {
            (Ok(value), _) => value.unwrap_or_default(),
            (Err(refusal), Some(probe)) => {
                let again = probe::again(&body, &refusal).ok_or(refusal)?;
                return Ok(Next::Then {
                    so_far: None,
                    rest: Box::new(creating(
                        again.into(),
                        after.clone(),
                        transport,
                        Some(probe.clone()),
                    )),
                });
            }
            (Err(refusal), None) => return Err(refusal),
        };
        let id = payload::id(&value).ok_or_else(|| Refusal::no_id(reply))?;
        if let Some(probe) = probe.as_ref().filter(|_| body.get("fist_name").is_some()) {
            probe.learn();
        }
        let written = vec![Ok(Receipt::of(id.clone()))];
        Ok(match &after {
            None => Next::Done(written),
            Some(address) => Next::Then {
                so_far: Some(written),
                rest: Box::new(address_of(&id, address, transport)),
            },
        })
    })
}

/// The second request of a create. The contact exists, so a no is a remark on its receipt.
fn address_of(
    id: &RemoteId,
    address: &Value,
    transport: UpdateTransport,
) -> Exchange<WriteResults> {
    let parameters = steps::parameters(address);
    let request = requests::post(requests::path(id), parameters, transport);
    let id = id.clone();
    Exchange::new(Effect::Replaces, request, move |reply| {
        let remark = reply::accepted(reply)
            .err()
            .map(|refusal| format!("the contact was made, its address was refused: {refusal}"));
        let id = id.clone();
        Ok(vec![Ok(Receipt { id, remark })])
    })
}

/// One contact; its answer does not hold its id, so it is added. One that is gone is no record.
fn reading(id: RemoteId) -> Exchange<Option<Record>> {
    let request = Request::new(Method::Get, requests::path(&id));
    Exchange::new(Effect::Reads, request, move |reply| {
        let mut record = reply::record(reply, None)?;
        if let Some(record) = &mut record {
            record.value["id"] = reply::id_value(&id);
        }
        Ok(record)
    })
}

/// The same as a page of a list: one that is gone meanwhile is left out.
fn one_contact(id: RemoteId) -> Exchange<RecordPage> {
    reading(id).map(|record| RecordPage {
        records: record.into_iter().collect(),
        ..RecordPage::default()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::backend::fixtures::{anne, contact, done, id, then, vendor};

    #[test]
    fn a_pass_is_a_token_or_a_cookie() {
        let vendor = vendor("aalam", &[]);
        for (name, value, header) in [
            ("token", "t#1;x", ("x-auth-token", "t#1;x")),
            ("cookie", "u#1#s", ("cookie", "auth=u#1#s")),
            ("cookie", "auth=u#1#s", ("cookie", "auth=u#1#s")),
        ] {
            let mut credentials = Credentials::default();
            credentials.set(name, value);
            let SignIn::Ready(pass) = vendor.sign_in(&credentials) else {
                panic!("nothing is to be asked");
            };
            let request = vendor.authorize(Request::new(Method::Get, "/x"), &pass);
            let wanted = (header.0, header.1.to_owned());
            assert_eq!(request.headers.last(), Some(&wanted));
        }
    }

    #[test]
    fn an_address_follows_its_contact() {
        for (transport, by_form) in [("form", true), ("query", false)] {
            let vendor = vendor("aalam", &[("update_transport", transport)]);
            let payload = vendor.encode(&anne()).payload;
            let create = vendor.create(&[&payload]);
            assert_eq!(
                (create.effect, create.request.method),
                (Effect::Creates, Method::Put)
            );
            let reply = Reply::json(200, &json!({"id": 7}));
            let Ok(Next::Then { so_far, rest }) = (create.read)(&reply) else {
                panic!("the address follows");
            };
            assert_eq!(so_far, Some(vec![Ok(Receipt::of(id("7")))]));
            let parameters = [
                ("line1", "1 rue Haute"),
                ("city", "Lille"),
                ("postal_code", "59000"),
            ]
            .map(|(part, text)| (format!("address.{part}"), text.to_owned()));
            let mut wanted = Request::new(Method::Post, "/aalam/base/contact/7");
            if by_form {
                wanted = wanted.form(parameters.into());
            } else {
                wanted.query = parameters.into();
            }
            assert_eq!((rest.effect, &rest.request), (Effect::Replaces, &wanted));

            let silent = Reply {
                status: 200,
                ..Reply::default()
            };
            assert_eq!(done(&rest, &silent), Ok(vec![Ok(Receipt::of(id("7")))]));
            let no = Reply::json(400, &json!({"title": "Bad Request"}));
            let written = done(&rest, &no).expect("the record is there");
            let receipt = written[0].as_ref().expect("a receipt");
            assert!(
                receipt
                    .remark
                    .as_ref()
                    .is_some_and(|remark| remark.contains("Bad Request"))
            );
        }
    }

    #[test]
    fn without_an_address_one_request_is_all() {
        let vendor = vendor("aalam", &[("address", "skip")]);
        let payload = vendor.encode(&anne()).payload;
        let create = vendor.create(&[&payload]);
        for body in [
            json!({"id": 7}),
            json!({"id": "7"}),
            json!({"data": {"id": 7}}),
        ] {
            let written = done(&create, &Reply::json(200, &body));
            assert_eq!(written, Ok(vec![Ok(Receipt::of(id("7")))]), "{body}");
        }
        assert!(done(&create, &Reply::json(200, &json!({}))).is_err());
    }

    #[test]
    fn a_list_leads_to_each_contact() {
        let vendor = vendor("aalam", &[]);
        let list = vendor.list(None).expect("a list");
        for body in [
            json!([{"id": 5, "first_name": "Anne"}, {"id": 9}]),
            json!([[5, "Anne", null, null], [9, null, null, null]]),
            json!({"data": [{"id": 5}, [9]]}),
        ] {
            let page = done(&list, &Reply::json(200, &body)).expect("a page");
            let ids: Vec<_> = page
                .next
                .iter()
                .filter_map(|cursor| cursor.parent.clone())
                .collect();
            assert_eq!(ids, [ParentId::new("5"), ParentId::new("9")], "{body}");
        }
        let page = done(&list, &Reply::json(200, &json!({"id": 5}))).expect("a lone object");
        let one = vendor.list(page.next.first()).expect("a contact");
        assert_eq!(
            one.request,
            Request::new(Method::Get, "/aalam/base/contact/5")
        );
        let record = json!({"first_name": "Anne"});
        let read = done(&one, &Reply::json(200, &record)).expect("a record");
        assert_eq!(
            read.records[0].value,
            json!({"first_name": "Anne", "id": 5})
        );
        let gone = Reply::json(404, &json!({}));
        assert_eq!(done(&one, &gone), Ok(RecordPage::default()));
    }

    #[test]
    fn what_names_no_contact_is_no_empty_list() {
        let vendor = vendor("aalam", &[]);
        for odd in [
            json!({"hello": 1}),
            json!({"contacts": []}),
            json!([{}]),
            json!([null]),
            json!([5]),
            json!(["x"]),
            json!(7),
        ] {
            let list = vendor.list(None).expect("a list");
            let read = (list.read)(&Reply::json(200, &odd));
            assert!(read.is_err(), "{odd}");
        }
        for none in [json!([]), json!({"data": []})] {
            let list = vendor.list(None).expect("a list");
            assert!((list.read)(&Reply::json(200, &none)).is_ok(), "{none}");
        }
    }

    #[test]
    fn a_list_can_hold_what_its_fields_hold() {
        let vendor = vendor("aalam", &[("fetch", "fields")]);
        let list = vendor.list(None).expect("a list");
        let fields = &list.request.query[0].1;
        assert!(
            fields.starts_with("id,first_name,last_name,other_info,detail.Phone,"),
            "{fields}"
        );
        let row = json!([{"id": 5, "last_name": "Durand", "detail.Phone": ["+33199001234", "4021"], "address.city": "Lille"}]);
        let page = done(&list, &Reply::json(200, &row)).expect("a page");
        let contact = vendor.decode(&page.records[0]).expect("a record").contact;
        assert_eq!(
            (
                contact.phones.len(),
                contact.addresses[0].value.one_line().as_str()
            ),
            (2, "Lille")
        );
    }

    #[test]
    fn a_probe_tries_the_other_spelling_once_and_remembers() {
        let vendor = vendor("aalam", &[("first_name_key", "probe"), ("address", "skip")]);
        let payload = vendor
            .encode(&contact(json!({"name": {"first": "Anne"}})))
            .payload;
        assert_eq!(payload.body, json!({"first_name": "Anne"}));
        let refused = Reply::json(
            400,
            &json!({"message": "Input data not proper. Following are valid"}),
        );
        let other = Reply::json(400, &json!({"message": "all null"}));

        let create = vendor.create(&[&payload]);
        assert!((create.read)(&other).is_err(), "another refusal is one");
        let again = then(&create, &refused);
        assert_eq!(again.effect, Effect::Creates);
        let documented =
            Request::new(Method::Put, listing::CONTACTS).json(json!({"fist_name": "Anne"}));
        assert_eq!(again.request, documented);
        assert!(
            (again.read)(&refused).is_err(),
            "there is no third spelling"
        );
        assert_eq!(
            vendor.create(&[&payload]).request,
            create.request,
            "nothing is learnt of a no"
        );

        let written = done(&again, &Reply::json(200, &json!({"id": 7})));
        assert_eq!(written, Ok(vec![Ok(Receipt::of(id("7")))]));
        assert_eq!(
            vendor.create(&[&payload]).request,
            documented,
            "it is remembered"
        );
    }

    #[test]
    fn without_a_probe_a_refusal_is_one() {
        let vendor = vendor("aalam", &[]);
        let payload = vendor
            .encode(&contact(json!({"name": {"first": "Anne"}})))
            .payload;
        let refused = Reply::json(400, &json!({"message": "Input data not proper."}));
        assert!((vendor.create(&[&payload]).read)(&refused).is_err());
    }

    #[test]
    fn a_contact_is_searched_for_by_what_is_surest() {
        let vendor = vendor("aalam", &[]);
        let name = json!({"first": "Anne", "last": "Durand"});
        for (row, wanted) in [
            (
                json!({"name": name, "emails": [{"address": "a@example.fr"}], "phones": [{"kind": "work", "number": "4021"}]}),
                Some(vec![("value", "a@example.fr")]),
            ),
            (
                json!({"name": name, "phones": [{"kind": "work", "number": "+33199001234"}]}),
                Some(vec![("value", "+33199001234")]),
            ),
            (
                json!({ "name": name }),
                Some(vec![("first_name", "Anne"), ("last_name", "Durand")]),
            ),
            (json!({"note": "only"}), Some(vec![("other_info", "only")])),
            (
                json!({"company": "Exemple"}),
                Some(vec![("value", "Exemple")]),
            ),
            (json!({"groups": ["x"]}), None),
        ] {
            let find = vendor.find(&contact(row.clone()));
            let query = find.map(|find| find.request.query[1..].to_vec());
            let owned = |list: Vec<(&str, &str)>| -> Vec<(String, String)> {
                list.into_iter()
                    .map(|(name, text)| (name.to_owned(), text.to_owned()))
                    .collect()
            };
            assert_eq!(query, wanted.map(owned), "{row}");
        }
    }
}
