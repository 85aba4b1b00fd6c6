//! When a command began and how long it took.

use std::time::Instant;

use super::head::Timings;
use crate::engine::RunSummary;

/// Started with what is timed.
pub struct Stopwatch {
    began: jiff::Timestamp,
    started: Instant,
}

fn stamp(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

impl Stopwatch {
    /// Starts now.
    pub fn start() -> Self {
        Self {
            began: jiff::Timestamp::now(),
            started: Instant::now(),
        }
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// The report's timings of a run.
    pub fn timings_of(&self, run: &RunSummary) -> Timings {
        let mut timings = self.timings(run.requests);
        if run.requests > 0 && run.upload_seconds > 0.0 {
            #[expect(clippy::cast_precision_loss, reason = "a rate, in tenths")]
            let rate = run.requests as f64 / run.upload_seconds;
            timings.effective_rate = Some((rate * 10.0).round() / 10.0);
        }
        timings
    }

    /// The report's timings, with so many requests sent.
    pub fn timings(&self, requests: u64) -> Timings {
        Timings {
            began: stamp(self.began),
            ended: stamp(jiff::Timestamp::now()),
            seconds: (self.seconds() * 1000.0).round() / 1000.0,
            requests,
            effective_rate: None,
        }
    }
}
