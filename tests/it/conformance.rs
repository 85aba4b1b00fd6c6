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
    let id = entry.profile.id;
    let bench = Bench::new(entry, Some("5"), switches);
    let before = bench.book().await;
    let (a, b) = (bench.create(&anne()).await, bench.create(&bob()).await);
    assert_ne!(a, b, "{id}");

    let book = bench.book().await;
    assert_eq!(book.len(), before.len() + 2, "{id}");
    assert_eq!(book[&a].name.full.as_deref(), Some("Anne Durand"), "{id}");
    let numbers = |contact: &Contact| -> Vec<String> {
        contact
            .phones
            .iter()
            .map(|phone| phone.number.as_str().to_owned())
            .collect()
    };
    let sent = bench.client.vendor().encode(&anne());
    let kept: Vec<String> = numbers(&anne())
        .into_iter()
        .filter(|number| !sent.losses.iter().any(|loss| loss.value == *number))
        .collect();
    assert_eq!(numbers(&book[&a]), kept, "{id}");
    let again = bench.client.vendor().encode(&book[&a]).payload;
    assert_eq!(
        again, sent.payload,
        "{id}: what is read back is what was sent"
    );

    bench
        .update(
            &a,
            &contact(json!({"name": {"first": "Anna", "last": "Petit"}})),
        )
        .await;
    let book = bench.book().await;
    assert_eq!(book[&a].name.full.as_deref(), Some("Anna Petit"), "{id}");
    assert_eq!(
        numbers(&book[&a]),
        kept,
        "{id}: an update leaves what it does not say"
    );
    assert_eq!(book[&b].name.full.as_deref(), Some("Bob Martin"), "{id}");

    let phones = json!([{"kind": "work", "number": "+33199001299"}]);
    bench
        .update(
            &a,
            &contact(json!({"name": {"full": "Anna Petit"}, "phones": phones})),
        )
        .await;
    assert_eq!(numbers(&bench.book().await[&a])[0], "+33199001299", "{id}");

    let parent = before.values().find_map(|contact| contact.parent.clone());
    for _ in 0..2 {
        let delete = bench
            .client
            .vendor()
            .delete(&a, parent.as_ref())
            .expect("it can delete");
        bench.ask(delete).await;
    }
    let book = bench.book().await;
    assert_eq!(
        (book.len(), book.contains_key(&a)),
        (before.len() + 1, false),
        "{id}"
    );
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
