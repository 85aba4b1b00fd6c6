//! What a client asked, as plain data: a vendor reads an [`Ask`] and never sees a socket, so that its
//! rules can be tested without a network.

use serde_json::Value;

/// One request as it stands after the vendor's own prefix was taken off.
#[derive(Debug, Clone, Default)]
pub(super) struct Ask {
    pub(super) method: String,
    /// Raw path that follows the base URL, such as `/api/contacts/`.
    pub(super) path: String,
    /// Raw query without its question mark.
    pub(super) query: String,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// Seconds since 1970, for tokens that age and records that carry times.
    pub(super) now: i64,
    /// Which request of its vendor this is, from 1.
    pub(super) serial: u64,
}

impl Ask {
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
            .map(|part| decode(part, Plus::Literal))
            .collect()
    }

    pub(super) fn query_pairs(&self) -> Vec<(String, String)> {
        pairs(&self.query)
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
        pairs(&String::from_utf8_lossy(&self.body))
    }

    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

#[derive(Clone, Copy)]
enum Plus {
    Literal,
    Space,
}

fn pairs(text: &str) -> Vec<(String, String)> {
    let parts = text.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .map(|(key, value)| (decode(key, Plus::Space), decode(value, Plus::Space)))
        .collect()
}

fn decode(text: &str, plus: Plus) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = bytes
            .get(at + 1..at + 3)
            .and_then(hex_byte)
            .filter(|_| bytes[at] == b'%');
        match (escaped, bytes[at], plus) {
            (None, b'+', Plus::Space) => out.push(b' '),
            (Some(byte), ..) | (None, byte, _) => out.push(byte),
        }
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(digits).ok()?;
    // `from_str_radix` would also take a sign.
    text.bytes()
        .all(|digit| digit.is_ascii_hexdigit())
        .then_some(())?;
    u8::from_str_radix(text, 16).ok()
}

#[cfg(test)]
impl Ask {
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
            Ask::new("GET", "/api/contacts/").segments(),
            ["api", "contacts", ""]
        );
        assert_eq!(Ask::new("GET", "/a%2Fb/c+d").segments(), ["a/b", "c+d"]);
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
            assert_eq!(pairs(text), wanted, "{text}");
        }
    }
}
