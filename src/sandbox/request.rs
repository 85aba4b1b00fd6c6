//! What a client asked, as plain data: a vendor reads an [`MockRequest`] and never sees a socket, so that its
//! rules can be tested without a network.

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// One request as it stands after the vendor's own prefix was taken off.
#[derive(Debug, Clone, Default)]
pub(super) struct MockRequest {
    pub(super) method: String,
    /// Raw path that follows the base URL, such as `/api/contacts/`.
    pub(super) path: String,
    /// Raw query without its question mark.
    pub(super) query: String,
    /// `NameStorage` in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// Seconds since 1970, for tokens that age and records that carry times.
    pub(super) now: i64,
    /// Which request of its vendor this is, from 1.
    pub(super) serial: u64,
}

impl MockRequest {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The content type without its parameters, in lower case.
    pub(super) fn media_type(&self) -> String {
        let whole = self.header("content-type").unwrap_or_default();
        whole
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }

    /// The path between its slashes, decoded; a trailing slash leaves an empty last part.
    pub(super) fn segments(&self) -> Vec<String> {
        let path = self.path.strip_prefix('/').unwrap_or(&self.path);
        path.split('/')
            .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
            .collect()
    }

    pub(super) fn query_pairs(&self) -> Vec<(String, String)> {
        pairs(self.query.as_bytes())
    }

    /// The last value of a query parameter.
    pub(super) fn query_value(&self, name: &str) -> Option<String> {
        self.query_pairs()
            .into_iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }

    /// The pairs of an `application/x-www-form-urlencoded` body.
    pub(super) fn form_pairs(&self) -> Vec<(String, String)> {
        pairs(&self.body)
    }

    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// The pairs of a query or a form.
fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}

#[cfg(test)]
impl MockRequest {
    /// A request for the vendors' own tests.
    pub(super) fn new(method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: method.into(),
            path: path.into(),
            query: query.into(),
            ..Self::default()
        }
    }

    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(super) fn with_json(self, body: &Value) -> Self {
        self.with_body("application/json", &body.to_string())
    }

    pub(super) fn with_body(mut self, content_type: &str, body: &str) -> Self {
        self.body = body.as_bytes().to_vec();
        self.with("content-length", &body.len().to_string())
            .with("content-type", content_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_keeps_its_trailing_slash_as_an_empty_part() {
        assert_eq!(
            MockRequest::new("GET", "/api/contacts/").segments(),
            ["api", "contacts", ""]
        );
        assert_eq!(
            MockRequest::new("GET", "/a%2Fb/c+d").segments(),
            ["a/b", "c+d"]
        );
    }

    #[test]
    fn pairs_are_decoded() {
        let cases = [
            ("a=1&b=", vec![("a", "1"), ("b", "")]),
            ("detail.T%C3%A9l=%2B33+1", vec![("detail.Tél", "+33 1")]),
            ("lone&x=%zz%+1", vec![("lone", ""), ("x", "%zz% 1")]),
        ];
        for (text, wanted) in cases {
            let wanted: Vec<_> = wanted
                .iter()
                .map(|(k, v)| ((*k).into(), (*v).into()))
                .collect();
            assert_eq!(pairs(text.as_bytes()), wanted, "{text}");
        }
    }
}
