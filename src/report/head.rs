//! What a report is of, and how that ended.

use std::io;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ledger::NewRun;
use crate::model::RunId;
use crate::plan::Totals;
use crate::sheet::About;

/// What a report is of.
#[derive(Clone, Debug, Serialize)]
pub struct Head {
    /// The run's id; `None` for a check.
    pub run: Option<String>,
    /// What was done: `import`.
    pub command: String,
    /// The target's name, or the vendor's id for a check.
    pub target: String,
    /// The vendor's id.
    pub vendor: String,
    /// What was decided about the source: the JSON of `sheet::About`.
    pub source: Value,
    /// The headers of the source's columns.
    #[serde(skip)]
    pub headers: Vec<String>,
}

impl Head {
    /// Of a run.
    pub fn of_run(run: &RunId, about: &NewRun) -> Self {
        Self {
            run: Some(run.as_str().to_owned()),
            command: about.command.clone(),
            target: about.target.clone(),
            vendor: about.vendor.clone(),
            source: about.source.clone(),
            headers: about.headers.clone(),
        }
    }

    /// Of what was done with a sheet and no run; `vendor` is empty where no vendor has a say.
    pub fn of_sheet(
        command: &str,
        about: &About,
        (target, vendor): (&str, &str),
    ) -> io::Result<Self> {
        Ok(Self {
            run: None,
            command: command.to_owned(),
            target: target.to_owned(),
            vendor: vendor.to_owned(),
            source: serde_json::to_value(about)?,
            headers: Vec::new(),
        })
    }
}

/// When a run was, and how fast. The only part of a report that two equal runs do not share.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Timings {
    /// When it began (RFC 3339, UTC).
    pub began: String,
    /// When it ended.
    pub ended: String,
    /// How long it took.
    pub seconds: f64,
    /// Requests sent, sign-in and repeats included.
    pub requests: u64,
    /// Requests a second while uploading; `None` where nothing was sent.
    pub effective_rate: Option<f64>,
}

/// How it ended.
#[derive(Clone, Debug)]
pub struct Closing {
    /// How many rows met which fate.
    pub totals: Totals,
    /// When and how fast.
    pub timings: Timings,
    /// The exit code.
    pub exit_code: u8,
    /// Why the run stopped before its end, if it did.
    pub stopped: Option<String>,
}
