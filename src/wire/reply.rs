//! An answer as plain data.

use serde_json::Value;

use super::{Headers, Secrets};

/// What the vendor answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The body's bytes.
    pub body: Vec<u8>,
    /// What must not be repeated of it; who sends adds what was known when it came.
    pub secrets: Secrets,
}

impl Reply {
    /// A reply with a JSON body, as tests and wire samples make it.
    pub fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            headers: [("content-type", "application/json")].into_iter().collect(),
            body: body.to_string().into_bytes(),
            secrets: Secrets::default(),
        }
    }

    /// Whether the status is one of success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)
    }

    /// The body as JSON; `None` where it is none (empty, HTML, cut off).
    pub fn value(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}
