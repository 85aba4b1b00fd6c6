//! A vendor with a sandbox to talk to, and contacts to talk about.

use std::collections::BTreeMap;
use std::sync::Arc;

use rolo::backend::{
    Credentials, Parent, Rate, Receipt, Remote, Settings, VendorEntry, WriteResults,
};
use rolo::fetch::{Extent, fetch};
use rolo::model::{Contact, ParentId, RemoteId};
use rolo::sandbox::{self, Running, SandboxOptions};
use rolo::transport::{Client, ExchangeOutcome, Https, Pacer, Stop};
use rolo::wire::Exchange;
use serde_json::{Value, json};

use crate::middle::{Answered, Asked, Middle};

fn settings(entry: &VendorEntry, parent: Option<&str>, switches: &[(&str, &str)]) -> Settings {
    let given: BTreeMap<String, String> = switches
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect();
    let mut settings = Settings::resolve(entry.profile, &given).expect("known switches");
    let has_parents = entry.profile.parent != Parent::None;
    settings.parent = parent.filter(|_| has_parents).map(ParentId::new);
    settings.region = "FR".parse().ok();
    settings
}

fn client(
    entry: &VendorEntry,
    settings: Settings,
    credentials: Credentials,
    base_url: &str,
) -> Client {
    let line = Https::new(base_url).expect("a line");
    let vendor = Arc::from((entry.build)(settings));
    let pacer = Pacer::new(Rate::per_second(10_000));
    Client::new(line, vendor, credentials, pacer, Stop::default())
}

/// A vendor, and a sandbox of it to talk to.
pub(crate) struct Bench {
    /// What sends.
    pub client: Client,
    /// Who answers.
    pub running: Running,
}

impl Bench {
    /// A sandbox without faults and limits.
    pub(crate) fn new(
        entry: &VendorEntry,
        parent: Option<&str>,
        switches: &[(&str, &str)],
    ) -> Self {
        Self::with(entry, parent, switches, ("limit=off", ""))
    }

    /// A sandbox with faults, and settings of its own.
    pub(crate) fn with(
        entry: &VendorEntry,
        parent: Option<&str>,
        switches: &[(&str, &str)],
        (faults, assumed): (&str, &str),
    ) -> Self {
        let running = sandbox::start(SandboxOptions {
            faults: faults.parse().expect("faults"),
            settings: assumed.parse().expect("settings"),
            ..SandboxOptions::default()
        })
        .expect("a sandbox");
        let id = entry.profile.id;
        let mut credentials = Credentials::default();
        for (name, value) in sandbox::credentials(id) {
            credentials.set(name, *value);
        }
        let client = client(
            entry,
            settings(entry, parent, switches),
            credentials,
            &running.base_url(id),
        );
        Self { client, running }
    }

    /// The same vendor and sandbox with credentials that nobody gave out: each is this text.
    pub(crate) fn with_credentials(entry: &VendorEntry, text: &str) -> Self {
        let bench = Self::new(entry, Some("5"), &[]);
        let mut credentials = Credentials::default();
        for (name, _) in sandbox::credentials(entry.profile.id) {
            credentials.set(name, text);
        }
        let client = client(
            entry,
            settings(entry, Some("5"), &[]),
            credentials,
            &bench.running.base_url(entry.profile.id),
        );
        Self { client, ..bench }
    }

    /// The same vendor and sandbox with something that stands between.
    pub(crate) fn behind(
        entry: &VendorEntry,
        parent: Option<&str>,
        switches: &[(&str, &str)],
        alter: impl Fn(&Asked, &dyn Fn() -> Answered) -> Answered + Send + Sync + 'static,
    ) -> (Self, Middle) {
        let bench = Self::new(entry, parent, switches);
        let middle = Middle::before(&bench.running, alter);
        let id = entry.profile.id;
        let mut credentials = Credentials::default();
        for (name, value) in sandbox::credentials(id) {
            credentials.set(name, *value);
        }
        let base_url = middle.instead(&bench.running, &bench.running.base_url(id));
        let client = client(
            entry,
            settings(entry, parent, switches),
            credentials,
            &base_url,
        );
        (Self { client, ..bench }, middle)
    }

    /// What comes of an exchange that must succeed.
    pub(crate) async fn ask<T: std::fmt::Debug>(&self, exchange: Exchange<T>) -> T {
        match self.client.ask(exchange, &mut 0).await {
            ExchangeOutcome::Done(done) => done,
            other => panic!("{}: {other:?}", self.client.vendor().profile().id),
        }
    }

    /// The receipt of one payload that must be taken.
    pub(crate) async fn receipt(&self, exchange: Exchange<WriteResults>) -> Receipt {
        let mut written = self.ask(exchange).await;
        assert_eq!(written.len(), 1);
        let receipt = written.remove(0).expect("it was taken");
        assert_eq!(receipt.remark, None);
        receipt
    }

    /// Makes a contact.
    pub(crate) async fn create(&self, contact: &Contact) -> RemoteId {
        let vendor = self.client.vendor();
        let payload = vendor.encode(contact).payload;
        self.receipt(vendor.create(&[&payload])).await.id
    }

    /// Changes a contact.
    pub(crate) async fn update(&self, id: &RemoteId, contact: &Contact) {
        let vendor = self.client.vendor();
        let payload = vendor.encode(contact).payload;
        let exchange = vendor.update(&[(id, &payload)]).expect("it can update");
        assert_eq!(self.receipt(exchange).await.id, *id);
    }

    /// Everything that a list from here holds.
    pub(crate) async fn book(&self) -> BTreeMap<RemoteId, Contact> {
        let mut book = BTreeMap::new();
        let vendor = self.client.vendor();
        let each = |record| {
            let Remote { id, contact } = vendor.decode(&record).expect("a record");
            book.insert(id, contact);
        };
        let extent = fetch(&self.client, each).await.expect("a list");
        assert_eq!(extent, Extent::Whole);
        book
    }
}

pub(crate) fn contact(json: Value) -> Contact {
    let mut contact: Contact = serde_json::from_value(json).expect("a contact");
    rolo::normalize::complete_name(&mut contact);
    contact
}

pub(crate) fn anne() -> Contact {
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

pub(crate) fn bob() -> Contact {
    contact(
        json!({"name": {"first": "Bob", "last": "Martin"}, "phones": [{"kind": "work", "number": "+33199001239"}]}),
    )
}

pub(crate) fn block<T>(future: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}
