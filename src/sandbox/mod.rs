//! The five vendors, emulated over HTTP on the loopback address, written from their documents and from
//! nothing of ours: this module imports no other, so that a misreading in an encoder cannot hide behind
//! the same misreading here. Strict always, hostile on demand ([`Faults`]), and where a document leaves
//! a thing open, one switch with an *assumed* default ([`Settings`]).
//!
//! What it proves is that a client fits our reading of the documents; no live server was ever seen.

mod aalam;
mod aalam_change;
mod aalam_list;
mod allocloud;
mod allocloud_rules;
mod answer;
mod ask;
mod book;
mod check;
mod covage;
mod desk;
mod fault;
mod opening;
mod orzame;
mod pace;
mod private;
mod room;
mod server;
mod settings;
mod sonar;
mod sonar_rules;

use std::path::PathBuf;

pub use self::fault::{Fault, FaultError, Faults, Limits, Names};
pub use self::opening::SandboxError;
pub use self::pace::Limit;
pub use self::room::Seen;
pub use self::server::Running;
pub use self::settings::{
    AddressShape, CompanyRule, CreatedShape, ErrorShape, FirstNameKey, MessageShape, Order,
    RowShape, SettingError, Settings, TokenPlace,
};

/// The vendors, as the first part of a path names them.
pub const VENDORS: &[&str] = &["allocloud", "aalam", "covage", "sonar", "orzame"];

/// How a sandbox is started. The default is any free port, a book in memory, no faults.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// The folder where books last; without one they are gone with the process.
    pub state: Option<PathBuf>,
    /// What goes wrong.
    pub faults: Faults,
    /// What is assumed of the vendors.
    pub settings: Settings,
}

/// Starts the five vendors in a thread of their own and returns once they listen.
pub fn start(options: Options) -> Result<Running, SandboxError> {
    server::start(options)
}

/// What a vendor accepts, in the names of `rolo.toml`; empty for a vendor that there is not.
pub fn credentials(vendor: &str) -> &'static [(&'static str, &'static str)] {
    match vendor {
        "allocloud" => allocloud::CREDENTIALS,
        "aalam" => aalam::CREDENTIALS,
        "covage" => covage::CREDENTIALS,
        "sonar" => sonar::CREDENTIALS,
        "orzame" => orzame::CREDENTIALS,
        _ => &[],
    }
}

/// A vendor as the server sees it.
#[derive(Debug, Clone, Copy)]
struct Vendor {
    name: &'static str,
    id_key: &'static str,
    answer: fn(&mut desk::Desk, &ask::Ask) -> answer::Answer,
    refuse: fn(&ask::Ask, u16, &str) -> answer::Answer,
    /// The rate that its own document states.
    limit: Option<Limit>,
}

const TABLE: [Vendor; 5] = [
    Vendor {
        name: "allocloud",
        id_key: allocloud::ID_KEY,
        answer: allocloud::answer,
        refuse: allocloud::refuse,
        limit: None,
    },
    Vendor {
        name: "aalam",
        id_key: aalam::ID_KEY,
        answer: aalam::answer,
        refuse: aalam::refuse,
        limit: None,
    },
    Vendor {
        name: "covage",
        id_key: covage::ID_KEY,
        answer: covage::answer,
        refuse: covage::refuse,
        limit: None,
    },
    Vendor {
        name: "sonar",
        id_key: sonar::ID_KEY,
        answer: sonar::answer,
        refuse: sonar::refuse,
        limit: None,
    },
    Vendor {
        name: "orzame",
        id_key: orzame::ID_KEY,
        answer: orzame::answer,
        refuse: orzame::refuse,
        // Per company, shared by all its programs (P23).
        limit: Some(Limit {
            requests: 60,
            per: std::time::Duration::from_secs(60),
            capacity: None,
        }),
    },
];
