//! What a vendor answers, as plain data: the server turns it into bytes on a socket, tests compare it.

use serde_json::Value;

/// One reply.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MockResponse {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

impl MockResponse {
    pub(super) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::typed(status, "application/json", body.to_string())
    }

    /// A small page, as gateways and some vendors send with an error.
    pub(super) fn html(status: u16, words: &str) -> Self {
        let page = format!("<html><head><title>{status}</title></head><body>{words}</body></html>");
        Self::typed(status, "text/html; charset=UTF-8", page)
    }

    pub(super) fn text(status: u16, words: &str) -> Self {
        Self::typed(status, "text/plain; charset=UTF-8", words.to_owned())
    }

    fn typed(status: u16, content_type: &str, body: String) -> Self {
        let headers = vec![("content-type", content_type.to_owned())];
        Self {
            status,
            headers,
            body: body.into_bytes(),
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: &impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }
}

#[cfg(test)]
impl MockResponse {
    /// The body as JSON; null where there is none.
    pub(super) fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}
