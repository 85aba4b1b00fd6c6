//! Our requests against the wire samples: what a vendor encodes and sends is what its document shows, and the
//! documented answers are understood. The sandbox is judged by the same samples in `wire`.

use rolo::backend::aalam::{KeyId, UpdateTransport, add_details, delete_field, update_field};
use rolo::backend::{Credentials, Cursor, Payload, SignIn};
use rolo::model::{Contact, ParentId, RemoteId};
use rolo::wire::{Next, Reply};
use serde_json::{Value, json};

use crate::samples::{Sample, all, done, samples};

/// What our side is judged by below.
const JUDGED: [&str; 24] = [
    "create",
    "create_single",
    "create_v1_token",
    "create_many",
    "sign_in",
    "sign_in_v1",
    "sign_in_user",
    "renew_v1",
    "list",
    "list_page",
    "list_parents",
    "find",
    "read",
    "update",
    "update_by_query",
    "update_address",
    "add_details",
    "update_field",
    "delete_field",
    "delete",
    "delete_by_query",
    "delete_many",
    "version",
    "email_categories",
];

#[test]
fn every_sample_judges_our_side_or_says_why_not() {
    for Sample { name, json, .. } in all() {
        let what = json["what"].as_str().expect("what it does");
        // Some judge the sandbox alone, and say why.
        let alone = json["not_ours"].is_string();
        let judged = JUDGED.contains(&what) || what == "refuse";
        let needs_contact = ["create", "update", "find"]
            .iter()
            .any(|verb| what.starts_with(verb));
        let field = what == "update_field";
        assert!(alone || judged, "{name}: nothing of ours is judged by it");
        assert!(
            alone || field || !needs_contact || json["contact"].is_object(),
            "{name}: no contact"
        );
    }
}

#[test]
fn a_create_is_what_the_document_shows() {
    let whats = ["create", "create_single", "create_v1_token"];
    for sample in whats.into_iter().flat_map(samples) {
        let Some(contact) = sample.contact() else {
            continue;
        };
        let payload: Payload = sample.vendor.encode(&contact).payload;
        let exchange = sample.vendor.create(&[&payload]);
        sample.assert_sent(&exchange.request);

        let written = done(&exchange, &sample.reply()).expect(&sample.name);
        let pointer = sample.json["assigned"][0]
            .as_str()
            .expect("an id is assigned");
        let id = &sample.json["reply"]["body"]
            .pointer(pointer)
            .expect("an id");
        let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        let receipt = written[0].as_ref().expect(&sample.name);
        assert_eq!(receipt.id, RemoteId::new(id), "{}", sample.name);
    }
}

#[test]
fn a_sign_in_is_what_the_document_shows() {
    let whats = ["sign_in", "sign_in_v1", "sign_in_user"];
    for sample in whats.into_iter().flat_map(samples) {
        let mut credentials = Credentials::default();
        let username = sample.json["request"]["body"]["data"]["username"].as_str();
        if let Some(name) = username {
            credentials.set("username", name);
        }
        for name in ["api_key", "email", "password"] {
            credentials.set(name, format!("{{{name}}}"));
        }
        let SignIn::Ask(exchange) = sample.vendor.sign_in(&credentials) else {
            panic!("{}: nothing is asked", sample.name);
        };
        sample.assert_request(&exchange.request);
        let pass = done(&exchange, &sample.reply()).expect(&sample.name);
        assert_eq!(pass.expose(), "…", "{}", sample.name);
    }
}

#[test]
fn many_contacts_are_one_request() {
    for sample in samples("create_many") {
        let contacts = sample.json["contacts"].as_array().expect("contacts");
        let payloads: Vec<Payload> = contacts
            .iter()
            .map(|contact| serde_json::from_value::<Contact>(contact.clone()).expect("a contact"))
            .map(|contact| sample.vendor.encode(&contact).payload)
            .collect();
        let exchange = sample.vendor.create(&payloads.iter().collect::<Vec<_>>());
        sample.assert_sent(&exchange.request);
        let written = done(&exchange, &sample.reply()).expect(&sample.name);
        assert_eq!(written.len(), payloads.len(), "{}", sample.name);
    }
}

#[test]
fn a_pass_is_renewed_as_published() {
    for sample in samples("renew_v1") {
        let pass = rolo::backend::Pass::new("{token_v1}");
        let exchange = sample.vendor.renew(&pass).expect("a renewal");
        sample.assert_request(&exchange.request);
        let pass = done(&exchange, &sample.reply()).expect(&sample.name);
        assert_eq!(pass.expose(), "…", "{}", sample.name);
    }
}

/// How many rows a list's answer has.
fn rows(sample: &Sample) -> usize {
    let body = &sample.json["reply"]["body"];
    body.get("data")
        .unwrap_or(body)
        .as_array()
        .expect("a list")
        .len()
}

#[test]
fn a_list_is_asked_for_and_understood() {
    for sample in samples("list") {
        let at = sample.parent().map(Cursor::of_parent);
        let exchange = sample.vendor.list(at.as_ref()).expect("a list");
        sample.assert_sent(&exchange.request);
        let page = done(&exchange, &sample.reply()).expect(&sample.name);
        assert!(rows(&sample) > 0, "{}", sample.name);
        assert_eq!(
            page.records.len() + page.next.len(),
            rows(&sample),
            "{}",
            sample.name
        );
        for record in &page.records {
            sample.vendor.decode(record).expect(&sample.name);
        }
    }
}

#[test]
fn a_further_page_and_the_parents_are_asked_for_and_understood() {
    for sample in ["list_page", "list_parents"].into_iter().flat_map(samples) {
        let page = sample.json["request"]["query"]["page"]
            .as_str()
            .expect("a page");
        let at = Cursor {
            parent: sample.parent(),
            page: page.parse().expect("a number"),
        };
        let exchange = sample.vendor.list(Some(&at)).expect("a list");
        sample.assert_sent(&exchange.request);
        let page = done(&exchange, &sample.reply()).expect(&sample.name);
        let leads_on = sample.json["what"] == "list_parents";
        let found = if leads_on {
            page.next.len()
        } else {
            page.records.len()
        };
        assert_eq!(found, rows(&sample), "{}", sample.name);
        assert!(
            page.next.iter().all(|next| next.parent.is_some()),
            "{}",
            sample.name
        );
    }
}

#[test]
fn a_search_is_asked_for_and_understood() {
    for sample in samples("find") {
        let contact = sample.contact().expect("a contact");
        let exchange = sample.vendor.find(&contact).expect("a search");
        sample.assert_sent(&exchange.request);
        let page = done(&exchange, &sample.reply()).expect(&sample.name);
        assert_eq!(
            page.records.len() + page.next.len(),
            rows(&sample),
            "{}",
            sample.name
        );
    }
}

#[test]
fn a_record_is_asked_for_and_understood() {
    for sample in samples("read") {
        let parent = sample.parent();
        let exchange = sample
            .vendor
            .read(&sample.id(), parent.as_ref())
            .expect("a read");
        sample.assert_sent(&exchange.request);
        let record = done(&exchange, &sample.reply()).expect(&sample.name);
        let remote = sample
            .vendor
            .decode(&record.expect("it is there"))
            .expect(&sample.name);
        assert_eq!(
            (remote.id, remote.contact.parent),
            (sample.id(), parent),
            "{}",
            sample.name
        );
        assert!(!remote.contact.name.is_empty(), "{}", sample.name);
        let gone = done(&exchange, &Reply::json(404, &json!({})));
        assert_eq!(gone, Ok(None), "{}", sample.name);
        assert!(
            done(&exchange, &Reply::json(200, &json!([]))).is_err(),
            "{}",
            sample.name
        );
    }
}

/// The record that is given, as a read answers it.
fn held(sample: &Sample) -> Reply {
    let id = sample.id();
    let given = sample.json["given"].as_array().expect("records");
    let is_it = |record: &&Value| {
        let text = |id: &Value| id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        record.get("id").is_some_and(|own| text(own) == id.as_str())
    };
    let record = given.iter().find(is_it).unwrap_or(&given[0]);
    let bare = ["aalam/", "covage/"]
        .iter()
        .any(|vendor| sample.name.starts_with(vendor));
    Reply::json(
        200,
        &if bare {
            record.clone()
        } else {
            json!({ "data": record })
        },
    )
}

#[test]
fn an_update_is_what_the_document_shows() {
    let whats = ["update", "update_by_query", "update_address"];
    for sample in whats.into_iter().flat_map(samples) {
        let Some(contact) = sample.contact() else {
            continue;
        };
        let payload = Payload {
            parent: sample.parent(),
            ..sample.vendor.encode(&contact).payload
        };
        let body = &sample.json["request"]["body"];
        let inside = body.pointer("/data/contacts/0/id").map(Value::to_string);
        let id = inside.map_or_else(|| sample.id(), RemoteId::new);
        let exchange = sample.vendor.update(&[(&id, &payload)]).expect("an update");
        // What must be read before it is written is read.
        let exchange = if exchange.request.method.name() == "GET" {
            match (exchange.read)(&held(&sample)).expect(&sample.name) {
                Next::Then { rest, .. } => *rest,
                Next::Done(_) => panic!("{}: nothing is written", sample.name),
            }
        } else {
            exchange
        };
        sample.assert_sent(&exchange.request);
        let written = done(&exchange, &sample.reply()).expect(&sample.name);
        assert_eq!(
            written[0].as_ref().map(|receipt| &receipt.id),
            Ok(&id),
            "{}",
            sample.name
        );
    }
}

/// The contact and the field that stand in a sample's path.
fn field(sample: &Sample) -> (RemoteId, KeyId) {
    let segments = sample.segments();
    let [.., contact, field] = segments.as_slice() else {
        panic!("{}: no field", sample.name);
    };
    let field = match field.strip_prefix("Address-") {
        Some(id) => KeyId::Address(id.to_owned()),
        None => KeyId::Detail((*field).to_owned()),
    };
    (RemoteId::new(*contact), field)
}

#[test]
fn single_details_are_added_changed_and_removed_as_the_document_shows() {
    for sample in samples("add_details") {
        let text = |pair: &Value, name: &str| pair[name].as_str().expect("a text").to_owned();
        let pairs = sample.json["request"]["body"].as_array().expect("a list");
        let details: Vec<_> = pairs
            .iter()
            .map(|pair| (text(pair, "key"), text(pair, "value")))
            .collect();
        let exchange = add_details(&sample.id(), &details);
        sample.assert_sent(&exchange.request);
        assert_eq!(done(&exchange, &sample.reply()), Ok(()));
    }
    for sample in samples("update_field") {
        let (contact, field) = field(&sample);
        let form = sample.json["request"]["form"].as_object().expect("a form");
        let parameters = form
            .iter()
            .map(|(name, text)| (name.clone(), text.as_str().expect("a text").to_owned()))
            .collect();
        let exchange = update_field(&contact, &field, parameters, UpdateTransport::Form);
        sample.assert_sent(&exchange.request);
        assert_eq!(done(&exchange, &sample.reply()), Ok(()));
    }
    for sample in samples("delete_field") {
        let (contact, field) = field(&sample);
        let exchange = delete_field(&contact, &field);
        sample.assert_sent(&exchange.request);
        assert_eq!(done(&exchange, &sample.reply()), Ok(()));
    }
}

#[test]
fn a_delete_is_what_the_document_shows() {
    for sample in ["delete", "delete_by_query"].into_iter().flat_map(samples) {
        let exchange = sample
            .vendor
            .delete(&sample.id(), sample.parent().as_ref())
            .expect("a delete");
        sample.assert_sent(&exchange.request);
        done(&exchange, &sample.reply()).expect(&sample.name);
    }
    for sample in samples("delete_many") {
        let ids = sample.json["request"]["body"]["data"]["ids"]
            .as_array()
            .expect("ids");
        let ids: Vec<RemoteId> = ids.iter().map(|id| RemoteId::new(id.to_string())).collect();
        let exchange = sample
            .vendor
            .delete_many(&ids.iter().collect::<Vec<_>>())
            .expect("a delete");
        sample.assert_sent(&exchange.request);
        assert_eq!(done(&exchange, &sample.reply()), Ok(ids));
    }
}

#[test]
fn what_a_vendor_says_of_itself_is_asked_for_and_understood() {
    for sample in samples("version") {
        let exchange = sample.vendor.version().expect("a version");
        sample.assert_sent(&exchange.request);
        assert_eq!(done(&exchange, &sample.reply()).as_deref(), Ok("0.6.0"));
    }
    for sample in samples("email_categories") {
        let exchange = sample.vendor.mailings().expect("mailings");
        sample.assert_sent(&exchange.request);
        let mailings = done(&exchange, &sample.reply()).expect(&sample.name);
        let numbers: Vec<u32> = mailings.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [2, 3, 4, 5]);
    }
}

#[test]
fn a_refusal_is_never_taken_for_a_yes() {
    for sample in samples("refuse") {
        let reply = sample.reply();
        let (payload, id) = (Payload::of(json!({})), RemoteId::new("7"));
        let create = sample.vendor.create(&[&payload]);
        assert!(done(&create, &reply).is_err(), "{}", sample.name);
        let list = sample.vendor.list(None).expect("a list");
        assert!(done(&list, &reply).is_err(), "{}", sample.name);
        let of = Some(ParentId::new("5"));
        let read = sample.vendor.read(&id, of.as_ref()).expect("a read");
        let gone = matches!(reply.status, 404 | 410);
        assert_eq!(done(&read, &reply).is_ok(), gone, "{}", sample.name);
        if let Some(delete) = sample.vendor.delete(&id, Some(&ParentId::new("5"))) {
            assert_eq!(done(&delete, &reply).is_ok(), gone, "{}", sample.name);
        }
    }
}
