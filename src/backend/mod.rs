//! The vendors that contacts go to. A vendor is pure: it says what a contact becomes, what to send and how to read the
//! answer, and sends nothing.
//!
//! - the contract: [`Vendor`], which a vendor implements, and the plain data that passes through it ([`Profile`],
//!   [`Switch`], [`Payload`], [`Record`], [`Loss`], [`Pass`]);
//! - `kit`: what the vendors' implementations share;
//! - a folder for each vendor, which the list [`VENDORS`] names and nothing else does.
//!
//! `NEW.md` beside this file leads through adding one.
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use rolo::backend::{Settings, find};
//! use rolo::model::{Contact, PersonName};
//!
//! let entry = find("orzame").expect("one of the vendors");
//! let vendor = (entry.build)(Settings::resolve(entry.profile, &BTreeMap::new())?);
//! let name = PersonName { full: Some("Anne Example".into()), ..PersonName::default() };
//! let anne = Contact { name, ..Contact::default() };
//! let encoded = vendor.encode(&anne);
//! assert!(encoded.payload.text().contains("Anne Example") && encoded.losses.is_empty());
//! # Ok::<(), rolo::backend::BadSetting>(())
//! ```

mod auth;
mod describe;
#[cfg(test)]
mod fixtures;
mod kit;
mod loss;
mod profile;
mod record;
mod settings;
mod slot;
mod switch;
mod vendor;

use crate::model::Code;

pub use auth::{Credentials, Pass, SignIn};
pub use describe::{describe, rules, target_in_toml};
pub use kit::{Accounted, Consumer};
pub use loss::{Loss, MustKeep, NoSuchField};
pub use profile::{
    BadRate, BaseUrl, Credential, HeldField, Listing, Operation, Parent, Profile, Rate, Secrecy,
};
pub use record::{
    Cursor, Encoded, Paging, Payload, Receipt, Record, RecordPage, Remote, Snapshot, WriteResults,
};
pub use settings::{BadSetting, Settings};
pub use slot::{Arity, Slot};
pub use switch::{Choices, Evidence, Switch};
pub use vendor::{Effort, Vendor, VendorEntry};

// The vendors: a folder each, named here and in the list right below, in alphabetical order.
pub mod aalam;
pub mod allocloud;
pub mod covage;
pub mod orzame;
pub mod sonar;
/// Every vendor, in alphabetical order.
pub static VENDORS: &[VendorEntry] = &[
    aalam::ENTRY,
    allocloud::ENTRY,
    covage::ENTRY,
    orzame::ENTRY,
    sonar::ENTRY,
];

/// Every code that a vendor's rules raise.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    let own = VENDORS.iter().flat_map(|entry| entry.codes.iter().copied());
    let shared: [&Code; 2] = [&kit::shared_rules::NOTHING_TO_SEND, &loss::VALUE_LOST];
    shared.into_iter().chain(own)
}

/// The members of a payload that hold a secret of the contact, by their own names: where some vendor keeps a password.
pub fn secret_members() -> impl Iterator<Item = &'static str> {
    let held = VENDORS.iter().flat_map(|entry| entry.profile.holds);
    let secret = held.filter(|held| held.field.is_secret());
    // A place may be followed by words, and preceded by what it stands in.
    secret.filter_map(|held| held.at.split(' ').next()?.rsplit('.').next())
}

/// The vendor of this id or alias, in whatever case.
pub fn find(name: &str) -> Option<&'static VendorEntry> {
    VENDORS.iter().find(|entry| {
        let is = |id: &str| id.eq_ignore_ascii_case(name.trim());
        is(entry.profile.id) || entry.profile.aliases.iter().any(|alias| is(alias))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashSet};

    use super::*;
    use crate::wire::Request;

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
        for VendorEntry { profile, build, .. } in VENDORS {
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
            let vendor = fixtures::vendor(entry.profile.id, &[]);
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
            let vendor = fixtures::vendor(entry.profile.id, &[]);
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
            let vendor = fixtures::vendor(entry.profile.id, &[("parent", "5")]);
            let mut contact = fixtures::anne();
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
        for VendorEntry { profile, codes, .. } in VENDORS {
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
