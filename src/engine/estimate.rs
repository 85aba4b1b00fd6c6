//! What sending takes: requests, at the target's pace.

use std::time::Duration;

use crate::backend::{Effort, Rate, Vendor};
use crate::plan::{Action, Step};

/// How many requests a step takes; none where nothing is sent for it.
pub(super) fn effort(step: &Step, vendor: &dyn Vendor) -> u64 {
    let effort = match step.action {
        Action::Create => Effort::Create,
        Action::Update => Effort::Update,
        Action::Delete => Effort::Delete,
        _ => return 0,
    };
    step.payload
        .as_ref()
        .map_or(0, |payload| vendor.requests(effort, payload))
}

/// What sending a plan takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// Requests.
    pub requests: u64,
    /// The pace at which they are sent.
    pub rate: Rate,
}

impl Estimate {
    /// Nothing to send, at this pace.
    pub fn new(rate: Rate) -> Self {
        Self { requests: 0, rate }
    }

    /// Adds what a step needs beside the request that sends it: many a vendor's record is read before it is changed,
    /// and what a second request carries is a request.
    pub fn add(&mut self, step: &Step, vendor: &dyn Vendor) {
        self.requests += effort(step, vendor).saturating_sub(1);
    }

    /// How long that takes at the target's pace.
    pub fn time(&self) -> Duration {
        let nanos = self.rate.interval().as_nanos() * u128::from(self.requests);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}
