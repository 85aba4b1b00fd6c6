//! What a target holds: every page of a list, one after the other, handed on record by record ([`fetch_of`]), and the
//! lists of several parents side by side ([`fetch_lists`]).

mod error;
mod list;
mod pages;
mod parents;

pub use error::FetchError;
pub use list::{ListItem, ListReader, fetch, fetch_of};
pub use pages::Extent;
pub use parents::fetch_lists;
