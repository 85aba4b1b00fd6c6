//! What a target holds: every page of a list, one after the other, handed on record by record ([`fetch_of`]), and the
//! lists of several parents side by side ([`fetch_lists`]).
//!
//! ```
//! use std::collections::BTreeMap;
//! use std::sync::Arc;
//!
//! use rolo::backend::{Credentials, Rate, Settings, find};
//! use rolo::fetch::{Extent, fetch};
//! use rolo::transport::{Client, Pacer, SendError, Stop, Transport};
//! use rolo::wire::{Reply, Request};
//! use serde_json::json;
//!
//! /// A vendor that holds one contact, in place of a network.
//! struct OneContact;
//!
//! impl Transport for OneContact {
//!     async fn send(&self, request: &Request) -> Result<Reply, SendError> {
//!         Ok(match request.path.as_ref() {
//!             "/api/v2/account/token/" => Reply::json(200, &json!({"access": "invented"})),
//!             _ => Reply::json(200, &json!([{"contact_uuid": "7", "last_name": "Example"}])),
//!         })
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let entry = find("covage").ok_or("no such vendor")?;
//! let vendor = Arc::from((entry.build)(Settings::resolve(entry.profile, &BTreeMap::new())?));
//! let pacer = Pacer::new(Rate::per_second(10));
//! let client = Client::new(OneContact, vendor, Credentials::default(), pacer, Stop::default());
//!
//! let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! let mut names = Vec::new();
//! let extent = runtime.block_on(fetch(&client, |record| names.push(record.value["last_name"].clone())))?;
//! assert_eq!((extent, names), (Extent::Whole, vec![json!("Example")]));
//! # Ok(())
//! # }
//! ```

mod error;
mod list;
mod pages;
mod parents;

pub use error::FetchError;
pub use list::{ListItem, ListReader, fetch, fetch_of};
pub use pages::Extent;
pub use parents::fetch_lists;
