//! What came of a run, as data.

use crate::model::RunId;
use crate::upload::Ended;

/// What came of a run.
#[derive(Clone, Debug)]
pub struct RunSummary {
    /// The run.
    pub run: RunId,
    /// How it ended.
    pub ended: Ended,
    /// Requests that were sent.
    pub requests: u64,
    /// How long they were being sent, in seconds.
    pub upload_seconds: f64,
    /// Whether it ended before every row was planned: then nothing of it can be resumed.
    pub undecided: bool,
}

impl RunSummary {
    /// A run for which nothing was sent.
    pub fn of_nothing(run: &RunId) -> Self {
        Self {
            run: run.clone(),
            ended: Ended::Finished,
            requests: 0,
            upload_seconds: 0.0,
            undecided: false,
        }
    }

    /// Whether it came to its own end.
    pub fn is_finished(&self) -> bool {
        self.ended == Ended::Finished
    }
}
