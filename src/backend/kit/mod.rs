//! What vendors' implementations share, so that a vendor's own folder holds only what is that vendor's. A vendor uses
//! what fits and writes what does not; nothing outside of the vendors' folders needs to know the kit.
//!
//! | module | for |
//! |---|---|
//! | `accounting`, `accounted` | taking a contact's values one by one, so that what is not taken is a loss with a name |
//! | `leftovers`, `identity` | the other ends of that: what was lost, and who the contact is by what was not |
//! | `slots` | the plan by which phone numbers find their places |
//! | `phone_format` | numbers as payloads write them and as records are read |
//! | `names` | whole names from parts, and parts from whole names |
//! | `clear` | naming what an update takes away |
//! | `reply` | reading answers: a yes, a record, a list, an id |
//! | `shared_rules` | rules for contacts that several vendors have |

mod accounted;
mod accounting;
pub(super) mod clear;
mod identity;
mod leftovers;
pub(super) mod names;
pub(super) mod phone_format;
pub(super) mod reply;
pub(super) mod shared_rules;
pub(super) mod slots;

pub use accounted::Accounted;
pub use accounting::Consumer;
