//! The vendors, emulated over HTTP on the loopback address, written from their documents and from
//! nothing of ours: this module imports no other, so that a misreading in an encoder cannot hide behind
//! the same misreading here. Strict always, hostile on demand ([`Faults`]), and where a document leaves
//! a thing open, one setting with an *assumed* default ([`SandboxSettings`]).
//!
//! A vendor is a folder with a `mod.rs` that says in `VENDOR` what it is: a function from a [`request::MockRequest`] and
//! its [`state::ServerState`] to a [`response::MockResponse`], what its records are made of, what it accepts, what its
//! document leaves open. Everything else here serves whatever stands in the one list below.
//!
//! What it proves is that a client fits our reading of the documents; no live server was ever seen.

mod book;
mod check;
mod fault;
mod pace;
mod private;
mod request;
mod response;
mod server;
mod service;
mod settings;
mod startup;
mod state;

use std::path::PathBuf;

pub use self::fault::{Fault, FaultError, Faults, Limits, NameStorage};
pub use self::pace::Limit;
pub use self::server::Running;
pub use self::service::SeenRequest;
pub use self::settings::{SandboxSettings, SettingError};
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

/// How a sandbox is started. The default is any free port, a book in memory, no faults.
#[derive(Debug, Clone, Default)]
pub struct SandboxOptions {
    /// The port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// The folder where books last; without one they are gone with the process.
    pub state: Option<PathBuf>,
    /// What goes wrong.
    pub faults: Faults,
    /// What is assumed of the vendors.
    pub settings: SandboxSettings,
}

/// Starts all vendors in a thread of their own and returns once they listen.
pub fn start(options: SandboxOptions) -> Result<Running, SandboxError> {
    server::start(options)
}

/// What a vendor accepts, in the names of `rolo.toml`; empty for a vendor that there is not.
pub fn credentials(vendor: &str) -> &'static [(&'static str, &'static str)] {
    let known = MOCKS.iter().find(|mock| mock.name == vendor);
    known.map_or(&[], |mock| mock.credentials)
}

/// A vendor as the server sees it.
#[derive(Debug, Clone, Copy)]
struct MockVendor {
    /// Its id: the first part of a path, and the name of its book's file.
    name: &'static str,
    /// What its records are made of.
    keys: book::RecordKeys,
    /// What it accepts, in the names of `rolo.toml`.
    credentials: &'static [(&'static str, &'static str)],
    /// What its document leaves open, beside what is common to all.
    settings: &'static [settings::Setting],
    /// The rate that its own document states.
    limit: Option<Limit>,
    /// Answers one request.
    answer: fn(&mut state::ServerState, &request::MockRequest) -> response::MockResponse,
    /// The vendor's own error: a status with some words.
    refuse: fn(&request::MockRequest, u16, &str) -> response::MockResponse,
}
