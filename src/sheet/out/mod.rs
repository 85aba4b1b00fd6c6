//! Contacts out: the neutral model written to a file of any of the formats that are read back. A writer knows nothing
//! of where a contact came from, and says what its format cannot hold.

mod file;
mod flat;
mod format;
mod ndjson;
mod packed;
mod vcard;
mod waiting;
mod writer;

pub use file::{OutputFile, UnwritableFile};
pub use format::{OutputFormat, UnknownFormat};
pub use writer::Writer;
