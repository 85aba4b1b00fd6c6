//! The only code that sends. A [`Client`] signs in, keeps the pace ([`Pacer`]), and follows the retry table
//! ([`RetryPolicy`]); what is sent and how the answer is read, the vendor says.

mod auth;
mod client;
mod connection;
mod https;
mod list;
mod outcome;
mod ratelimit;
mod retry;
mod stop;
mod webhook;

pub use client::Client;
pub use connection::{SendError, Transport, TransportError};
pub use https::{Https, MOST_ANSWER};
pub use outcome::{ExchangeOutcome, Halt};
pub use ratelimit::Pacer;
pub use retry::{Attempt, History, RetryDecision, RetryPolicy};
pub use stop::{Stop, StopReason};
pub use webhook::{Webhook, WebhookError, is_url};

#[cfg(test)]
mod tests;
