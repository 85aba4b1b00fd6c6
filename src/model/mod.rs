//! What a contact is. The neutral words that every other module speaks: a sheet is read into them, a
//! vendor's payload is made from them, and nothing here knows of either.
//!
//! ```
//! use rolo::model::{Contact, EmailAddress, Kind, PersonName, Tagged};
//!
//! let name = PersonName {
//!     full: Some("Anne Example".into()),
//!     ..PersonName::default()
//! };
//! let email = Tagged {
//!     kind: Kind::Work,
//!     value: EmailAddress::checked("anne@example.org"),
//! };
//! let anne = Contact {
//!     name,
//!     emails: vec![email],
//!     ..Contact::default()
//! };
//! assert_eq!(anne.emails[0].value.as_str(), "anne@example.org");
//! ```

mod address;
mod contact;
mod diagnostic;
mod email;
mod field;
mod id;
mod identity;
mod phone;

pub use address::{AddressPart, PostalAddress};
pub use contact::{Contact, Derived, KeyValues, PersonName, PortalLogin, Tagged};
pub use diagnostic::{Code, Diagnostic, Place, Severity, column_letters};
pub use email::EmailAddress;
pub use field::{Field, Kind, UnknownField};
pub use id::{BookId, ContactKey, Fingerprint, ParentId, RemoteId, RunId, ScopedKey};
pub use identity::Identity;
pub use phone::{BadRegion, Number, Phone, Region};
