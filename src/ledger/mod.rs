//! What was done: the durable record of runs, steps and links. It knows nothing of how a step is sent; it only
//! promises that what it was told is still true after the power failed.
//!
//! [`Store`] is the seam: three traits, for [runs](Runs), [steps](Steps) and [links](Links), whose errors name no database,
//! whose criteria are data and whose lists come in pages, so that a server can stand in for the embedded database. Whoever
//! writes a run has its [`Lease`].

#[cfg(test)]
mod conformance;
mod doubt;
mod error;
mod feed;
mod lease;
mod links;
mod memory;
mod message;
mod person;
mod run;
mod runs;
mod saved;
mod sqlite;
mod steps;
mod writer;

pub use doubt::{Decision, Doubt, Made};
pub use error::{Displaced, LedgerError};
pub use feed::Feed;
pub use lease::{Hold, Lease};
pub use links::{LinkSet, Links, ScopedLink};
pub use memory::Memory;
pub use person::{Forgotten, Person, Sought};
pub use run::{Given, NewRun, Reported, Run, Settled};
pub use runs::Runs;
pub use saved::{Saved, Stale, StaleReason, Touched, When};
pub use sqlite::Sqlite;
pub use steps::Steps;
pub use writer::LedgerWriter;

/// A whole ledger. One that is opened belongs to one thread at a time; another of the same place may be opened beside it.
pub trait Store: Runs + Steps + Links + Send {}

impl<T: Runs + Steps + Links + Send> Store for T {}
