//! What every format does with a contact.

use std::io;

use crate::model::Contact;

/// A file of contacts in the making.
pub trait Writer {
    /// Adds a contact, read from a row of a sheet; gives the names of the values that the format cannot hold.
    fn add(
        &mut self,
        row: u64,
        sheet: Option<&str>,
        contact: &Contact,
    ) -> io::Result<Vec<&'static str>>;

    /// Writes what is left.
    fn finish(self: Box<Self>) -> io::Result<()>;
}
