//! A vendor as the server sees it.

use super::book::RecordKeys;
use super::pace::Limit;
use super::request::MockRequest;
use super::response::MockResponse;
use super::setting::Setting;
use super::state::ServerState;

/// A vendor as the server sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct MockVendor {
    /// Its id: the first part of a path, and the name of its book's file.
    pub(super) name: &'static str,
    /// What its records are made of.
    pub(super) keys: RecordKeys,
    /// What it accepts, in the names of `rolo.toml`.
    pub(super) credentials: &'static [(&'static str, &'static str)],
    /// What its document leaves open, beside what is common to all.
    pub(super) settings: &'static [Setting],
    /// The rate that its own document states.
    pub(super) limit: Option<Limit>,
    /// Answers one request.
    pub(super) answer: fn(&mut ServerState, &MockRequest) -> MockResponse,
    /// The vendor's own error: a status with some words.
    pub(super) refuse: fn(&MockRequest, u16, &str) -> MockResponse,
}
