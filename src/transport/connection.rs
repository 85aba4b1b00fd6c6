//! What carries a request to a vendor and its answer back, and how that fails.

use std::future::Future;

use crate::wire::{Reply, Request};

/// Why no connection to a vendor can be made.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The base URL cannot be used.
    #[error("the base URL `{url}` cannot be used: {why}")]
    BaseUrl {
        /// The URL.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be made")]
    Client(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What broke before an answer was whole, in the system's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendError {
    /// The request never left.
    NeverLeft(String),
    /// It left, or may have.
    NoAnswer(String),
    /// It left, and its answer is larger than may be read; it will be that the next time too.
    TooLarge(String),
}

/// Something that carries a request to a vendor and its answer back.
pub trait Transport: Send + Sync {
    /// Sends one request, once.
    fn send(&self, request: &Request) -> impl Future<Output = Result<Reply, SendError>> + Send;

    /// Sends one request whose answer may be a long list. It may hand on parts of it while it arrives, each an answer by
    /// itself, and gives back the last one.
    fn send_for_list(
        &self,
        request: &Request,
        _part: &mut dyn FnMut(Reply),
    ) -> impl Future<Output = Result<Reply, SendError>> {
        self.send(request)
    }
}
