//! The vendors, emulated over HTTP on the loopback address, written from their documents and from
//! nothing of ours: this module imports no other, so that a misreading in an encoder cannot hide behind
//! the same misreading here. Strict always, hostile on demand ([`Faults`]), and where a document leaves
//! a thing open, one setting with an *assumed* default ([`SandboxSettings`]).
//!
//! A vendor is a folder with a `mod.rs` that says in `VENDOR` what it is: a function from a `MockRequest` and
//! its `ServerState` to a `MockResponse`, what its records are made of, what it accepts, what its
//! document leaves open. Everything else here serves whatever stands in the one list below.
//!
//! What it proves is that a client fits our reading of the documents; no live server was ever seen.
//!
//! ```
//! use rolo::sandbox::{self, SandboxOptions};
//!
//! let sandbox = sandbox::start(SandboxOptions::default())?;
//! assert!(sandbox.base_url("sonar").starts_with("http://127.0.0.1:"));
//! assert!(sandbox.records("sonar").is_empty());
//! # Ok::<(), sandbox::SandboxError>(())
//! ```

mod book;
mod check;
mod fault;
mod fault_error;
mod options;
mod pace;
mod private;
mod request;
mod response;
mod server;
mod service;
mod setting;
mod settings;
mod settings_text;
mod startup;
mod state;
mod vendor;

use self::vendor::MockVendor;

pub use self::fault::{Fault, Faults, Limits, NameStorage};
pub use self::fault_error::FaultError;
pub use self::options::SandboxOptions;
pub use self::pace::Limit;
pub use self::server::{Running, start};
pub use self::service::SeenRequest;
pub use self::settings::SandboxSettings;
pub use self::settings_text::SettingError;
pub use self::startup::SandboxError;

// The vendors: a folder each, named here and in the list right below, in the order in which they are shown.
mod aalam;
mod allocloud;
mod covage;
mod orzame;
mod sonar;
const MOCKS: &[MockVendor] = &[
    allocloud::VENDOR,
    aalam::VENDOR,
    covage::VENDOR,
    sonar::VENDOR,
    orzame::VENDOR,
];

/// The vendors, as the first part of a path names them.
pub const VENDORS: &[&str] = &{
    let mut names = [""; MOCKS.len()];
    let mut n = 0;
    while n < names.len() {
        names[n] = MOCKS[n].name;
        n += 1;
    }
    names
};

/// What a vendor accepts, in the names of `rolo.toml`; empty for a vendor that there is not.
pub fn credentials(vendor: &str) -> &'static [(&'static str, &'static str)] {
    let known = MOCKS.iter().find(|mock| mock.name == vendor);
    known.map_or(&[], |mock| mock.credentials)
}
