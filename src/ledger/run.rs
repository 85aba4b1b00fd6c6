//! What the ledger says of a run and of its steps.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Feed, Saved};
use crate::model::{BookId, Fingerprint, RunId};
use crate::plan::{Fate, Step, Totals};

/// What a run is, when it begins.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewRun {
    /// The book that it writes.
    pub book: BookId,
    /// The target's name.
    pub target: String,
    /// The vendor's id.
    pub vendor: String,
    /// What was done: `import`.
    pub command: String,
    /// What was decided about the source: the JSON of `sheet::About`.
    pub source: serde_json::Value,
    /// The headers of the source's columns.
    pub headers: Vec<String>,
    /// The command line, and the folder where it was given, to be shown. It never holds a secret.
    #[serde(default)]
    pub given: Given,
    /// What was asked: the JSON of `engine::ImportSpec`; none for a run of a rolo that kept the command line only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec: Option<serde_json::Value>,
}

/// A command line, and where it was given.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Given {
    /// The arguments, the program's name first.
    pub arguments: Vec<String>,
    /// The folder.
    pub folder: PathBuf,
    /// What the sheet is one of, if it comes again and again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed: Option<Feed>,
}

/// A run as it stands in the ledger.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// What it is.
    pub about: NewRun,
    /// When it began (RFC 3339, UTC).
    pub began: String,
    /// Whether every row of the source has its step; a run that was killed before that cannot be resumed.
    pub planned: bool,
    /// When it ended; `None` for one that runs, or that was killed.
    pub ended: Option<String>,
    /// How many rows met which fate.
    pub totals: Totals,
    /// The exit code that it ended with.
    pub exit_code: Option<u8>,
    /// Where its report is.
    pub report: Option<PathBuf>,
    /// What became of it as a plan that was put aside; `None` for a run that was sent as soon as it was planned.
    pub saved: Option<Saved>,
    /// The digest of the requests that such a plan shows.
    pub requests: Option<Fingerprint>,
}

/// A step with what became of it.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The step.
    pub step: Step,
    /// What became of it.
    pub fate: Fate,
    /// The vendor's words, or ours.
    pub message: Option<String>,
    /// How many requests were sent for it.
    pub attempts: u32,
}

/// A report that a run wrote.
#[derive(Clone, Debug)]
pub struct Reported {
    /// The run.
    pub run: Run,
    /// The folder. It may hold the report of a later run by now, or be gone.
    pub folder: PathBuf,
    /// Whether the ledger still has the run's rows.
    pub has_rows: bool,
}

impl Run {
    /// Whether it read rows of a sheet of this feed, and was meant to send them.
    pub fn is_import_of(&self, feed: &Feed) -> bool {
        let own = self.about.given.feed.as_ref();
        (self.about.command == "import" || self.saved == Some(Saved::Applied))
            && self.totals.read > 0
            && own.is_some_and(|own| own.name == feed.name && own.parent == feed.parent)
    }
}

/// The time, as a run keeps it (RFC 3339, UTC).
pub(super) fn now() -> String {
    jiff::Timestamp::now()
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}
