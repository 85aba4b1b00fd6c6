//! The errors of `covage`, in either of their shapes.

use serde_json::{Map, Value, json};

use crate::sandbox::check::Flaw;
use crate::sandbox::request::MockRequest;
use crate::sandbox::response::MockResponse;

/// A no, before it is written down.
pub(super) struct CovageError {
    pub(super) status: u16,
    pub(super) words: String,
    pub(super) flaws: Vec<Flaw>,
}

impl CovageError {
    pub(super) fn new(status: u16, words: &str) -> Self {
        Self {
            status,
            words: words.to_owned(),
            flaws: Vec::new(),
        }
    }

    /// Writes it down: as the document has it, or as the framework does.
    pub(super) fn answer(&self, request: &MockRequest, is_uniform: bool) -> MockResponse {
        match (is_uniform, self.flaws.as_slice()) {
            (true, flaws) => {
                let detail = |flaw: &Flaw| json!({ "field": flaw.field, "errors": [flaw.words] });
                let details: Vec<Value> = flaws.iter().map(detail).collect();
                let details = if details.is_empty() {
                    Value::Null
                } else {
                    Value::from(details)
                };
                let uuid = format!("KOSC_{:08}", request.serial);
                let body =
                    json!({ "apirequest_uuid": uuid, "details": details, "error": self.words });
                MockResponse::json(self.status, &body)
            }
            (false, []) => MockResponse::json(self.status, &json!({ "detail": self.words })),
            (false, flaws) => {
                let fields = flaws
                    .iter()
                    .map(|flaw| (flaw.field.clone(), json!([flaw.words])));
                MockResponse::json(self.status, &Value::Object(fields.collect::<Map<_, _>>()))
            }
        }
    }
}
