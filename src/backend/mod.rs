//! The vendors. A vendor is pure: it says what a contact becomes, what to send and how to read the answer,
//! and sends nothing. A further vendor is one folder here and two lines below.

mod answer;
mod clearing;
mod demands;
mod dial;
mod identity;
mod leftovers;
mod loss;
mod pass;
mod person;
mod profile;
mod record;
mod slot;
mod switch;
mod taking;
#[cfg(test)]
mod trial;

pub mod aalam;
pub mod allocloud;
pub mod covage;
pub mod orzame;
pub mod sonar;

use crate::model::{Code, Contact, Field, ParentId, RemoteId};
use crate::validate::{AcrossRows, Rule};
use crate::wire::{Exchange, Refusal, Request};

pub use loss::{Loss, MustKeep, NoSuchField};
pub use pass::{Credentials, Pass, SignIn};
pub use person::NAME_SPLIT;
pub use profile::{
    BadRate, BaseUrl, Credential, Held, Listing, Operation, Parent, Profile, Rate, Secrecy,
};
pub use record::{
    Cursor, Encoded, Page, Paging, Payload, Receipt, Record, Remote, Snapshot, Written,
};
pub use slot::{Room, Slot};
pub use switch::{BadSetting, Choices, Mark, Settings, Switch};
pub use taking::Taking;

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
    let shared: [&Code; 2] = [&demands::NOTHING_TO_SEND, &loss::VALUE_LOST];
    shared.into_iter().chain(own)
}

/// The vendor of this id or alias, in whatever case.
pub fn find(name: &str) -> Option<&'static Entry> {
    VENDORS.iter().find(|entry| {
        let is = |id: &str| id.eq_ignore_ascii_case(name.trim());
        is(entry.profile.id) || entry.profile.aliases.iter().any(|alias| is(alias))
    })
}

/// What is done to one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is removed.
    Delete,
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
    /// The id of a record, as [`Vendor::decode`] finds it.
    fn id_of(&self, record: &Record) -> Option<RemoteId> {
        self.decode(record).ok().map(|remote| remote.id)
    }
    /// How a pass is got with these credentials.
    fn sign_in(&self, credentials: &Credentials) -> SignIn;
    /// The request with the pass on it: in headers behind its own, and nothing else is changed.
    fn authorize(&self, request: Request, pass: &Pass) -> Request;
    /// How many payloads one create may carry.
    fn batch(&self) -> usize {
        1
    }
    /// Makes records: one result for each payload.
    fn create(&self, payloads: &[&Payload]) -> Exchange<Written>;
    /// Changes records into what the payloads say: one result for each. What a payload is silent about stays.
    fn update(&self, changes: &[(&RemoteId, &Payload)]) -> Option<Exchange<Written>>;
    /// What an update says of a payload. A create must say some things of which the row says nothing; an update that
    /// said them too would take away what stands there.
    fn said(&self, payload: &Payload) -> Payload {
        payload.clone()
    }
    /// Names in a payload what an update is to take away: the values of these fields. The fields whose value it
    /// cannot take away.
    fn clear(&self, payload: &mut Payload, fields: &[Field]) -> Vec<Field> {
        clearing::clear(self.profile(), payload, fields, |held| {
            Some(held.at.to_owned())
        })
    }
    /// Whether a record of the list is all of the record, and an update may be merged with it: then what an update sends
    /// is known from the list.
    fn lists_whole(&self) -> bool {
        false
    }
    /// How many requests a change takes, where all goes well.
    fn requests(&self, _what: Effort, _payload: &Payload) -> u64 {
        1
    }
    /// Removes a record; one that is gone already counts as removed.
    fn delete(&self, id: &RemoteId, parent: Option<&ParentId>) -> Option<Exchange<()>>;
    /// Removes records by one request; the ids that the vendor names as removed. One that it does not name was
    /// gone already (assumed).
    fn delete_many(&self, _ids: &[&RemoteId]) -> Option<Exchange<Vec<RemoteId>>> {
        None
    }
    /// One record as it stands now; none where it is gone.
    fn read(&self, _id: &RemoteId, _parent: Option<&ParentId>) -> Option<Exchange<Option<Record>>> {
        None
    }
    /// One page of what the vendor holds. Without a cursor, the first of the target's own parent, else of all
    /// parents; with [`Cursor::of_parent`], the first of that parent.
    fn list(&self, at: Option<&Cursor>) -> Option<Exchange<Page>>;
    /// What the vendor holds that may be this contact, found by its own search; what it finds is still to be
    /// compared. `None` where the vendor cannot search, or the contact has nothing to search for.
    fn find(&self, _contact: &Contact) -> Option<Exchange<Page>> {
        None
    }
    /// A pass in place of one that is still good, without the credentials.
    fn renew(&self, _pass: &Pass) -> Option<Exchange<Pass>> {
        None
    }
    /// Which version answers: a test of the connection that changes nothing.
    fn version(&self) -> Option<Exchange<String>> {
        None
    }
    /// The mailings that a contact can get: number and name.
    fn mailings(&self) -> Option<Exchange<Vec<(u32, String)>>> {
        None
    }
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
    fn a_pass_stands_in_headers_behind_the_requests_own() {
        for entry in VENDORS {
            let vendor = trial::vendor(entry.profile.id, &[]);
            let plain = Request::new(crate::wire::Method::Post, "/x")
                .header("x-own", "1")
                .json(serde_json::json!({"a": 1}));
            let mut authorized = vendor.authorize(plain.clone(), &Pass::new("t"));
            assert!(authorized.headers.len() > plain.headers.len());
            authorized.headers.truncate(plain.headers.len());
            assert_eq!(authorized, plain, "{}", entry.profile.id);
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

    #[test]
    fn a_vendors_page_names_its_switches_codes_and_places_for_numbers() {
        for Entry { profile, codes, .. } in VENDORS {
            let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("src/backend")
                .join(profile.id)
                .join("README.md");
            let page = std::fs::read_to_string(&page).expect("a page");
            let switches = profile.switches.iter().map(|switch| switch.name);
            let slots = profile
                .slots
                .iter()
                .map(|slot| slot.at.trim_start_matches("details: "));
            for name in switches
                .chain(slots)
                .chain(codes.iter().map(|code| code.id))
            {
                assert!(page.contains(name), "{}: {name}", profile.id);
            }
            let methods = ["GET", "PUT", "POST", "PATCH", "DELETE"];
            for operation in profile.operations {
                let (method, path) = operation.request.split_once(' ').expect("a request");
                let path = path.split(['?', '{']).next().unwrap_or_default();
                assert!(
                    methods.contains(&method) && page.contains(path),
                    "{}: {}",
                    profile.id,
                    operation.request
                );
            }
        }
    }
}
