//! Every vendor against the sandbox: what it makes is listed and understood as what was sent, what it changes is
//! changed, what it removes is gone. A vendor is asked for what it returns `Some` for.

use std::collections::BTreeMap;
use std::sync::Arc;

use rolo::fetch::fetch;
use rolo::model::{Contact, ParentId, RemoteId};
use rolo::sandbox::{self, Faults, Limits, Options, Running};
use rolo::transport::{Answer, Client, Https, Pacer, Stop};
use rolo::vendor::{self, Credentials, Entry, Parent, Rate, Receipt, Remote, Settings, Written};
use rolo::wire::Exchange;
use serde_json::{Value, json};

struct Bench {
    client: Client,
    /// Lives as long as the client.
    _running: Running,
}

impl Bench {
    fn new(entry: &Entry, parent: Option<&str>, switches: &[(&str, &str)]) -> Self {
        let faults = Faults {
            limit: Limits::Off,
            ..Faults::default()
        };
        let running = sandbox::start(Options {
            faults,
            ..Options::default()
        })
        .expect("a sandbox");
        let id = entry.profile.id;
        let mut credentials = Credentials::default();
        for (name, value) in sandbox::credentials(id) {
            credentials.set(name, *value);
        }
        let given: BTreeMap<String, String> = switches
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        let mut settings = Settings::resolve(entry.profile, &given).expect("known switches");
        let has_parents = entry.profile.parent != Parent::None;
        settings.parent = parent
            .filter(|_| has_parents)
            .map(|id| ParentId(id.to_owned()));
        settings.region = "FR".parse().ok();
        let line = Https::new(&running.base_url(id)).expect("a line");
        let vendor = Arc::from((entry.build)(settings));
        let pacer = Pacer::new(Rate::per_second(10_000));
        let client = Client::new(line, vendor, credentials, pacer, Stop::default());
        Self {
            client,
            _running: running,
        }
    }

    async fn ask<T: std::fmt::Debug>(&self, exchange: Exchange<T>) -> T {
        match self.client.ask(exchange, &mut 0).await {
            Answer::Done(done) => done,
            other => panic!("{}: {other:?}", self.client.vendor().profile().id),
        }
    }

    async fn receipt(&self, exchange: Exchange<Written>) -> Receipt {
        let mut written = self.ask(exchange).await;
        assert_eq!(written.len(), 1);
        let receipt = written.remove(0).expect("it was taken");
        assert_eq!(receipt.remark, None);
        receipt
    }

    async fn create(&self, contact: &Contact) -> RemoteId {
        let vendor = self.client.vendor();
        let payload = vendor.encode(contact).payload;
        self.receipt(vendor.create(&[&payload])).await.id
    }

    async fn update(&self, id: &RemoteId, contact: &Contact) {
        let vendor = self.client.vendor();
        let payload = vendor.encode(contact).payload;
        let exchange = vendor.update(&[(id, &payload)]).expect("it can update");
        assert_eq!(self.receipt(exchange).await.id, *id);
    }

    async fn book(&self) -> BTreeMap<RemoteId, Contact> {
        let mut book = BTreeMap::new();
        let vendor = self.client.vendor();
        let each = |record| {
            let Remote { id, contact } = vendor.decode(&record).expect("a record");
            book.insert(id, contact);
        };
        fetch(&self.client, each).await.expect("a list");
        book
    }
}

fn contact(json: Value) -> Contact {
    let mut contact: Contact = serde_json::from_value(json).expect("a contact");
    rolo::normalize::complete_name(&mut contact);
    contact
}

fn anne() -> Contact {
    contact(json!({
        "name": {"first": "Anne", "last": "Durand"}, "company": "Exemple", "position": "Directrice", "primary": false,
        "phones": [
            {"kind": "work", "number": "+33199001234"},
            {"kind": "mobile", "number": "+33639980012"}
        ],
        "emails": [{"kind": "work", "address": "anne@example.fr"}],
        "addresses": [{"kind": "work", "line1": "1 rue Haute", "postal_code": "59000", "city": "Lille"}]
    }))
}

fn bob() -> Contact {
    contact(
        json!({"name": {"first": "Bob", "last": "Martin"}, "phones": [{"kind": "work", "number": "+33199001239"}]}),
    )
}

fn block<T>(future: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}

async fn live(entry: &Entry, switches: &[(&str, &str)]) {
    let bench = Bench::new(entry, Some("5"), switches);
    let a = made(&bench).await;
    changed(&bench, &a).await;
    removed(&bench, &a).await;
}

fn numbers(contact: &Contact) -> Vec<&str> {
    let numbers = contact.phones.iter();
    numbers.map(|phone| phone.number.as_str()).collect()
}

/// Two contacts are made; what is read back is what was sent.
async fn made(bench: &Bench) -> RemoteId {
    let vendor = bench.client.vendor();
    let id = vendor.profile().id;
    let (a, b) = (bench.create(&anne()).await, bench.create(&bob()).await);
    let book = bench.book().await;
    assert_eq!((book.len(), a == b), (2, false), "{id}");
    assert_eq!(book[&a].name.full.as_deref(), Some("Anne Durand"), "{id}");
    let (sent, again) = (vendor.encode(&anne()), vendor.encode(&book[&a]));
    assert_eq!(again.payload, sent.payload, "{id}");
    a
}

/// A change of one thing leaves the others, of this contact and of the other one.
async fn changed(bench: &Bench, a: &RemoteId) {
    let id = bench.client.vendor().profile().id;
    let before = bench.book().await;
    let name = json!({"first": "Anna", "last": "Petit"});
    bench.update(a, &contact(json!({ "name": name }))).await;
    let book = bench.book().await;
    assert_eq!(book[a].name.full.as_deref(), Some("Anna Petit"), "{id}");
    assert_eq!(numbers(&book[a]), numbers(&before[a]), "{id}");
    assert_eq!(
        (&book[a].company, &book[a].emails),
        (&before[a].company, &before[a].emails),
        "{id}"
    );

    let phones = json!([{"kind": "work", "number": "+33199001299"}]);
    bench
        .update(a, &contact(json!({"name": name, "phones": phones})))
        .await;
    let book = bench.book().await;
    assert_eq!(numbers(&book[a])[0], "+33199001299", "{id}");
    let others = |book: &BTreeMap<RemoteId, Contact>| -> Vec<Contact> {
        book.iter()
            .filter(|(id, _)| *id != a)
            .map(|(_, contact)| contact.clone())
            .collect()
    };
    assert_eq!(others(&book), others(&before), "{id}");
}

/// What is removed is gone, and may be removed again.
async fn removed(bench: &Bench, a: &RemoteId) {
    for _ in 0..2 {
        let delete = bench
            .client
            .vendor()
            .delete(a, None)
            .expect("it can delete");
        bench.ask(delete).await;
    }
    let book = bench.book().await;
    assert_eq!((book.len(), book.contains_key(a)), (1, false));
}

#[test]
fn a_contact_is_made_changed_and_removed() {
    for entry in vendor::VENDORS {
        block(live(entry, &[]));
    }
}

#[test]
fn the_other_ways_that_the_sandbox_knows_work_too() {
    for (id, switches) in [
        ("covage", vec![("auth", "v1"), ("phone_format", "e164")]),
        (
            "aalam",
            vec![
                ("update_transport", "query"),
                ("fetch", "fields"),
                ("address", "skip"),
            ],
        ),
        (
            "allocloud",
            vec![("create_style", "single"), ("empty_list", "empty")],
        ),
        (
            "sonar",
            vec![("extension", "text"), ("phone_format", "digits")],
        ),
    ] {
        block(live(vendor::find(id).expect("a vendor"), &switches));
    }
}

#[test]
fn without_a_parent_every_parent_is_read() {
    let bench = Bench::new(vendor::find("sonar").expect("a vendor"), None, &[]);
    block(async {
        let accounts = ["3", "41"].map(|id| Some(ParentId(id.to_owned())));
        for parent in accounts.clone() {
            bench.create(&Contact { parent, ..anne() }).await;
        }
        let book = bench.book().await;
        let parents: Vec<_> = book.into_values().map(|contact| contact.parent).collect();
        assert_eq!(parents, accounts);
    });
}
