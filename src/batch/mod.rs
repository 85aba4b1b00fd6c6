//! An import that nobody watches: the sheets of a folder or a glob one after the other ([`run_batch`]), where each file is put
//! when its run has ended ([`FilePolicy`]), and who is told how all of it ended ([`Hooks`]). It imports nothing itself and
//! prints nothing: the program around it is its [`BatchHost`].
//!
//! ```
//! use rolo::batch::{ArchiveFolders, FileOutcome, SheetSource};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let inbox = tempfile::tempdir()?;
//! for name in ["people-2026-10-01.csv", "~$draft.xlsx"] {
//!     std::fs::write(inbox.path().join(name), "Name\nAnne Example\n")?;
//! }
//! let folders = ArchiveFolders::default();
//! let SheetSource::Many(sheets) = SheetSource::look(inbox.path(), &folders)? else {
//!     return Err("it is a folder".into());
//! };
//! assert_eq!(sheets.len(), 1);
//! // The sheet of another night is the same feed, and what is done goes beside it.
//! assert!(sheets[0].feed().ends_with("people-#.csv"));
//! let done = folders.folder(&sheets[0], FileOutcome::Done, true);
//! assert_eq!(done, Some(inbox.path().join("done")));
//! # Ok(())
//! # }
//! ```

mod alarm;
mod archive;
pub mod codes;
mod discover;
mod document;
mod done;
mod end;
mod error;
mod file_state;
mod host;
mod metrics;
mod notify;
mod outcome;
mod policy;
mod run;
mod summary;

pub use alarm::AlarmCommand;
pub use discover::{ArchiveFolders, SheetSource};
pub use document::BatchDocument;
pub use done::old_sheets;
pub use end::{FailureScope, ImportEnd, NextSheet};
pub use error::BatchError;
pub use file_state::FoundSheet;
pub use host::{BatchHost, FileEvent, SheetTurn};
pub use notify::{HookFlags, Hooks};
pub use outcome::FileOutcome;
pub use policy::FilePolicy;
pub use run::run_batch;
pub use summary::{BatchSummary, FileResult};
