//! The only code that sends. A [`Client`] signs in, keeps the pace ([`Pacer`]), and follows the retry table
//! ([`RetryPolicy`]); what is sent and how the answer is read, the vendor says.
//!
//! What may be sent again is decided by what the request does, not by its verb:
//!
//! ```
//! use rolo::transport::{Attempt, History, RetryDecision, RetryPolicy};
//! use rolo::wire::Effect;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (policy, now) = (RetryPolicy::default(), "2026-01-01T00:00:00Z".parse()?);
//! let history = History { sent: 1, held: 0, jitter: 0.5, now };
//! let lost = |effect| policy.decide(effect, &Attempt::NoAnswer, &history);
//! assert_eq!(lost(Effect::Creates), RetryDecision::InDoubt);
//! assert!(matches!(lost(Effect::Replaces), RetryDecision::Retry(_)));
//! # Ok(())
//! # }
//! ```

mod auth;
mod client;
mod connection;
mod deadline;
mod https;
mod list;
mod outcome;
mod ratelimit;
mod retry;
mod signal;
mod stop;
mod webhook;

pub use client::Client;
pub use connection::{SendError, Transport, TransportError};
pub use deadline::Deadline;
pub use https::{Https, MOST_ANSWER};
pub use outcome::{ExchangeOutcome, Halt};
pub use ratelimit::Pacer;
pub use retry::{Attempt, History, RetryDecision, RetryPolicy};
pub use signal::{Signal, Signals};
pub use stop::{Stop, StopReason};
pub use webhook::{Webhook, WebhookError, is_url};

#[cfg(test)]
mod tests;
