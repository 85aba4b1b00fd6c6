//! The vendors. A vendor is pure: it says what a contact becomes, what to send and how to read the answer,
//! and sends nothing. A further vendor is one folder here and two lines below.

mod answer;
mod demands;
mod dial;
mod person;
mod profile;
mod switch;
mod taking;
#[cfg(test)]
mod trial;

pub mod aalam;
pub mod allocloud;
pub mod covage;
pub mod orzame;
pub mod sonar;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::{Code, Contact, Fingerprint, ParentId, RemoteId};
use crate::validate::{AcrossRows, Rule};
use crate::wire::{Exchange, Refusal, Request};

pub use profile::{BadRate, BaseUrl, Credential, Held, Operation, Parent, Profile, Rate, Secrecy};
pub use switch::{BadSetting, Choices, Mark, Settings, Switch};
pub use taking::{Loss, Taking};

/// A vendor that can be asked for by name.
pub struct Entry {
    /// What is known of it.
    pub profile: &'static Profile,
    /// Makes it with a target's settings.
    pub build: fn(Settings) -> Box<dyn Vendor>,
    /// The codes that its own rules raise.
    pub codes: &'static [&'static Code],
}

/// Every vendor, in alphabetical order.
pub static VENDORS: &[Entry] = &[
    Entry {
        profile: &aalam::PROFILE,
        build: aalam::build,
        codes: aalam::CODES,
    },
    Entry {
        profile: &allocloud::PROFILE,
        build: allocloud::build,
        codes: allocloud::CODES,
    },
    Entry {
        profile: &covage::PROFILE,
        build: covage::build,
        codes: covage::CODES,
    },
    Entry {
        profile: &orzame::PROFILE,
        build: orzame::build,
        codes: orzame::CODES,
    },
    Entry {
        profile: &sonar::PROFILE,
        build: sonar::build,
        codes: sonar::CODES,
    },
];

/// Every code that a vendor's rules raise.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    let own = VENDORS.iter().flat_map(|entry| entry.codes.iter().copied());
    std::iter::once(&demands::NOTHING_TO_SEND).chain(own)
}

/// The vendor of this id or alias, in whatever case.
pub fn find(name: &str) -> Option<&'static Entry> {
    VENDORS.iter().find(|entry| {
        let is = |id: &str| id.eq_ignore_ascii_case(name.trim());
        is(entry.profile.id) || entry.profile.aliases.iter().any(|alias| is(alias))
    })
}

/// One contact as a vendor takes it: exactly what is sent, but for what surrounds a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// What it hangs under; stands in the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ParentId>,
    /// The vendor's JSON for the contact.
    pub body: Value,
    /// What a second request carries once the contact exists (Aalam's address).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

impl Payload {
    /// A payload of one JSON value.
    pub fn of(body: Value) -> Self {
        Self {
            parent: None,
            body,
            after: None,
        }
    }

    /// The payload as text: what the ledger keeps.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The digest of that text.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.text())
    }
}

/// A contact's payload, and what found no place in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Encoded {
    /// What is sent.
    pub payload: Payload,
    /// What is not.
    pub losses: Vec<Loss>,
}

/// One record of a list, with what it hangs under where the record itself does not say.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What it hangs under.
    pub parent: Option<ParentId>,
    /// The vendor's JSON.
    pub value: Value,
}

/// A record, understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Remote {
    /// The vendor's id of it.
    pub id: RemoteId,
    /// Who it is.
    pub contact: Contact,
}

/// What the vendor said of a record that it made or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The record's id.
    pub id: RemoteId,
    /// What went wrong after the record stood (Aalam: its address was refused); the record is there all the same.
    pub remark: Option<String>,
}

impl Receipt {
    /// A receipt without a remark.
    pub fn of(id: RemoteId) -> Self {
        Self { id, remark: None }
    }
}

/// One result for each payload, in their order.
pub type Written = Vec<Result<Receipt, Refusal>>;

/// Where a list goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Whose contacts; where a list holds only ids, the contact itself.
    pub parent: Option<ParentId>,
    /// Which page, from 1.
    pub page: u32,
}

/// One page of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The records, in the vendor's order.
    pub records: Vec<Record>,
    /// Where the list goes on; empty where it ends.
    pub next: Vec<Cursor>,
}

/// What opens the vendor's door for a while: a token, or what stands in its place.
#[derive(Clone)]
pub struct Pass(secrecy::SecretString);

impl Pass {
    /// A pass from a token.
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into().into())
    }

    /// The token.
    pub fn expose(&self) -> &str {
        use secrecy::ExposeSecret as _;
        self.0.expose_secret()
    }
}

/// How a pass is got.
pub enum SignIn {
    /// The credentials are the pass.
    Ready(Pass),
    /// It must be asked for.
    Ask(Exchange<Pass>),
}

/// A target's credentials by name, as `rolo.toml` names them.
#[derive(Clone, Default)]
pub struct Credentials(Vec<(String, secrecy::SecretString)>);

impl Credentials {
    /// Adds one.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into().into()));
    }

    /// The credential of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        use secrecy::ExposeSecret as _;
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.expose_secret())
    }

    /// The credential of this name; empty where it is missing (settings are checked before they come here).
    pub fn expect(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }
}

/// What a vendor can do. An ability that it does not have is `None`.
pub trait Vendor: Send + Sync {
    /// What is known of it.
    fn profile(&self) -> &'static Profile;
    /// What must hold of a contact before it is sent.
    fn rules(&self) -> &[Box<dyn Rule>];
    /// What must hold of the rows together: fresh for each run.
    fn across(&self) -> Vec<Box<dyn AcrossRows>> {
        Vec::new()
    }
    /// The contact as the vendor takes it.
    fn encode(&self, contact: &Contact) -> Encoded;
    /// The contact that a record is.
    fn decode(&self, record: &Record) -> Result<Remote, Refusal>;
    /// How a pass is got with these credentials.
    fn sign_in(&self, credentials: &Credentials) -> SignIn;
    /// The request with the pass on it.
    fn authorize(&self, request: Request, pass: &Pass) -> Request;
    /// How many payloads one create may carry.
    fn batch(&self) -> usize {
        1
    }
    /// Makes records: one result for each payload.
    fn create(&self, payloads: &[&Payload]) -> Exchange<Written>;
    /// Changes records into what the payloads say: one result for each. What a payload is silent about stays.
    fn update(&self, changes: &[(&RemoteId, &Payload)]) -> Option<Exchange<Written>>;
    /// Removes a record; one that is gone already counts as removed.
    fn delete(&self, id: &RemoteId, parent: Option<&ParentId>) -> Option<Exchange<()>>;
    /// One page of what the vendor holds; without a cursor, the first.
    fn list(&self, at: Option<&Cursor>) -> Option<Exchange<Page>>;
    /// The record that a cursor leads to, where the vendor lists ids only.
    fn record_at(&self, _cursor: &Cursor) -> Option<RemoteId> {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashSet};

    use super::*;

    #[test]
    fn a_vendor_is_found_by_id_and_alias_in_whatever_case() {
        for (name, id) in [
            ("Covage", "covage"),
            ("KOSC", "covage"),
            (" persons ", "orzame"),
        ] {
            assert_eq!(find(name).map(|entry| entry.profile.id), Some(id), "{name}");
        }
        assert!(find("nobody").is_none());
    }

    #[test]
    fn every_switch_takes_its_default() {
        for Entry { profile, build, .. } in VENDORS {
            assert!(profile.switches.len() <= 10, "{}", profile.id);
            let switches = profile.options.iter().chain(profile.switches);
            let defaults: BTreeMap<_, _> = switches
                .map(|switch| (switch.name.to_owned(), switch.default.to_owned()))
                .collect();
            let settings = Settings::resolve(profile, &defaults).expect("a default is a value");
            assert_eq!(build(settings).profile().id, profile.id);
        }
    }

    #[test]
    fn every_code_is_explained_once() {
        let mut ids = HashSet::new();
        for code in codes() {
            assert!(ids.insert(code.id), "{} stands twice", code.id);
            assert!(
                code.means.ends_with('.') && !code.help.ends_with('.'),
                "{}",
                code.id
            );
        }
        let shared = crate::validate::CODES.iter().map(|code| code.id);
        ids.extend(shared);
        for entry in VENDORS {
            let vendor = trial::vendor(entry.profile.id, &[]);
            let rules = vendor.rules().iter().flat_map(|rule| rule.codes());
            let across = vendor.across();
            let across = across.iter().flat_map(|rule| rule.codes());
            for code in rules.chain(across) {
                assert!(ids.contains(code.id), "{} cannot be explained", code.id);
            }
        }
    }

    #[test]
    fn what_a_vendor_holds_is_not_lost() {
        for entry in VENDORS {
            let vendor = trial::vendor(entry.profile.id, &[("parent", "5")]);
            let mut contact = trial::anne();
            // One of each: a second may have no place.
            contact.emails.truncate(1);
            contact.addresses.truncate(1);
            contact.phones.truncate(1);
            for Loss { field, .. } in vendor.encode(&contact).losses {
                let portal = matches!(
                    field,
                    crate::model::Field::Username | crate::model::Field::Password
                );
                let held = entry.profile.holds.iter().any(|held| held.field == field);
                assert!(!held || portal, "{}: {field} is lost", entry.profile.id);
            }
        }
    }
}
