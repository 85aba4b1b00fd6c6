//! The run itself: what was asked ([`ImportSpec`]), whom it goes to ([`Account`], [`Session`]), how rows become steps
//! ([`plan`]), how steps are sent, taken up again and taken back, and what is heard of it ([`Host`], [`Event`]). It names no
//! flags, no terminal and no exit code, so that whoever embeds rolo does what the command line does.
//!
//! ```
//! use std::path::PathBuf;
//!
//! use rolo::backend::Credentials;
//! use rolo::engine::{Account, Import, ImportSpec, OpenedSheet, Sending, Session, Silent};
//! use rolo::ledger::Memory;
//! use rolo::sandbox::{self, SandboxOptions};
//!
//! let sandbox = sandbox::start(SandboxOptions::default())?;
//! let base_url = sandbox.base_url("covage");
//! let account = Account::at("covage", &base_url, "sandbox")?;
//! let mut credentials = Credentials::default();
//! for (name, value) in sandbox::credentials("covage") {
//!     credentials.set(name, *value);
//! }
//! let session = Session::connect(&account, &base_url, credentials)?;
//! let spec = ImportSpec::of_sheet(PathBuf::from("samples/contacts.csv"), &account);
//! let mut sheet = OpenedSheet::open("samples/contacts.csv".as_ref(), &spec.reading, None, None)?;
//! let import = Import::of(&spec, &sheet, (&account, &session), &Silent)?;
//! let done = import.run(&mut sheet, Box::new(Memory::new()), &Sending::of(&spec.delivery))?;
//! assert_eq!(done.counts["create"], 12);
//! assert_eq!(sandbox.records("covage").len(), 12);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod account;
mod apply;
mod decide;
mod deliver;
mod error;
mod estimate;
mod export;
mod forecast;
mod guards;
mod host;
mod import;
mod index;
mod lock_wait;
mod migrate;
mod parents;
mod path;
mod plan;
mod resume;
mod retry;
mod saved;
mod session;
mod sheet;
mod sheet_words;
mod spec;
mod summary;
pub mod undo;

pub use account::Account;
pub use apply::{apply, demand_waiting};
pub use decide::{DecisionError, decide};
pub use deliver::{RunHandle, Sending};
pub use error::{Error, GuardError, InFlight, LastRun, StateError};
pub use estimate::Estimate;
pub use export::{ExportKeys, ExportRequest, Exported, export};
pub use guards::feed_of;
pub use host::{End, Event, Host, Phase, Silent};
pub use import::{Import, Imported, PlannedRun, about};
pub use index::{
    IndexError, MatchIndex, MatchProblem, MissingRecord, NewRows, Standing, UndecidedRow,
    WantedRow, Whose,
};
pub use lock_wait::{LockWait, in_turn};
pub use migrate::{Move, MoveError, ParentMap, write_map};
pub use parents::{ParentFileError, parents_of, read_parent_map};
pub use plan::{PlanCounts, PlanRequest, Planned, RowChoice, plan};
pub use resume::{Doubtful, demand_planned, demand_resumable, resume};
pub use retry::{demand_mapping, sheet as sheet_to_retry, wrong_rows};
pub use saved::write_requests;
pub use session::Session;
pub use sheet::OpenedSheet;
pub use spec::{
    ContactSource, Delivery, Guards, ImportSpec, KeptMapping, Policy, Reading, SpecError,
    TargetSpec,
};
pub use summary::RunSummary;
