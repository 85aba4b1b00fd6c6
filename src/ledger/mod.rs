//! What was done: the durable record of runs, steps and links. It knows nothing of how a step is sent; it only
//! promises that what it was told is still true after the power failed.
//!
//! [`Store`] is the seam: three traits, for [runs](Runs), [steps](Steps) and [links](Links), whose errors name no database,
//! whose criteria are data and whose lists come in pages, so that a server can stand in for the embedded database. Whoever
//! writes a run has its [`Lease`]. [`Sqlite`] keeps a ledger in a file, and [`Memory`] for as long as the process lives.
//!
//! ```
//! use rolo::backend::Payload;
//! use rolo::ledger::{Given, Links as _, Memory, NewRun, Runs as _, Steps as _};
//! use rolo::model::{BookId, ContactKey, RemoteId};
//! use rolo::plan::{Action, Fate, Outcome, Step};
//!
//! let mut ledger = Memory::new();
//! let book = BookId::of("covage", "https://crm.example", "hq");
//! let about = NewRun {
//!     book: book.clone(),
//!     target: "hq".into(),
//!     vendor: "covage".into(),
//!     command: "import".into(),
//!     source: serde_json::json!({"file": "people.csv"}),
//!     headers: vec!["Name".into()],
//!     given: Given::default(),
//!     spec: None,
//! };
//! let lease = ledger.begin(&about)?;
//! let payload = Payload::of(serde_json::json!({"name": "Anne Durand"}));
//! let step = Step::new(0, 2, ContactKey::new("17"), Action::Create).with(payload);
//! ledger.add(&lease, &[step])?;
//! ledger.planned(&lease)?;
//!
//! // What is claimed is marked as sent, before anything of it leaves.
//! let claimed = ledger.claim(&lease, 10)?;
//! let created = Outcome {
//!     remote: Some(RemoteId::new("4711")),
//!     ..Outcome::new(claimed[0].number, Fate::Created)
//! };
//! ledger.settle(&lease, &[created])?;
//! let totals = ledger.end(lease, 0)?;
//! assert_eq!((totals.read, totals.created), (1, 1));
//!
//! // The next run knows whose record that is.
//! let key = ledger.key_of(&book, &RemoteId::new("4711"))?;
//! assert_eq!(key, Some(ContactKey::new("17")));
//! # Ok::<(), rolo::ledger::LedgerError>(())
//! ```

#[cfg(test)]
mod conformance;
mod doubt;
mod error;
mod feed;
mod help;
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
