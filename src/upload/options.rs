//! How a delivery goes about it: lanes, limits, and what stops it.

use std::time::Duration;

use super::promise::Promise;

/// How an upload goes about it.
#[derive(Clone, Copy, Debug)]
pub struct DeliveryOptions {
    /// Requests in flight at the most.
    pub lanes: usize,
    /// Steps claimed ahead of being sent: what a crash leaves in doubt at the most, beside the lanes.
    pub ahead: usize,
    /// So many refusals in a row for the same reason stop the run; 0 for never.
    pub stop_after: u32,
    /// So many refusals in all stop the run; 0 for never.
    pub max_errors: u64,
    /// So many rows are sent at the most; 0 for all.
    pub limit: u64,
    /// So many rows are sent first and read back, and the others only if the target holds what was sent; 0 for none.
    pub canary: u64,
    /// How long doubtful rows are looked for at the most: a vendor may still be working on them, and its list may lag.
    pub settle_after: Duration,
    /// What becomes of an update that turns out to be another than the plan shows.
    pub promise: Promise,
}
