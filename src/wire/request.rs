//! A request as plain data.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::Json;

/// The HTTP verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET.
    Get,
    /// PUT.
    Put,
    /// POST.
    Post,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
}

impl Method {
    /// The verb as it stands on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What a request carries.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Nothing; no Content-Type either.
    None,
    /// JSON, with Content-Type `application/json` and nothing behind it: Sonar's firewall refuses a charset
    /// (FACTS 4.3, P17), Aalam reads no other type as JSON (FACTS 2.3, P8).
    Json(Json),
    /// Parameters, form-encoded.
    Form(Vec<(String, String)>),
}

/// One request, relative to the target's base URL.
#[derive(Clone, PartialEq)]
pub struct Request {
    /// The verb.
    pub method: Method,
    /// The path behind the base URL; begins with `/`, its segments escaped.
    pub path: Cow<'static, str>,
    /// The query's parameters, not escaped.
    pub query: Vec<(String, String)>,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// What it carries.
    pub body: Body,
}

/// The headers whose values are secrets.
const SECRET: [&str; 3] = ["authorization", "x-auth-token", "cookie"];
/// The members of a body whose values are secrets.
const SECRET_MEMBERS: [&str; 2] = ["password", "api_key"];

impl Request {
    /// A request without query and body that asks for JSON.
    pub fn new(method: Method, path: impl Into<Cow<'static, str>>) -> Self {
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            headers: vec![("accept", "application/json".to_owned())],
            body: Body::None,
        }
    }

    /// The same with a JSON body.
    #[must_use]
    pub fn json(mut self, body: impl Into<Json>) -> Self {
        self.body = Body::Json(body.into());
        self
    }

    /// The same with a form body.
    #[must_use]
    pub fn form(mut self, parameters: Vec<(String, String)>) -> Self {
        self.body = Body::Form(parameters);
        self
    }

    /// The same with one more parameter in the query.
    #[must_use]
    pub fn query(mut self, name: &str, value: &impl ToString) -> Self {
        self.query.push((name.to_owned(), value.to_string()));
        self
    }

    /// The same with a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The secrets that it carries: in headers as they stand there, and without what stands before a token; in the body the
    /// values of the members that are never shown.
    pub fn secrets(&self) -> Vec<&str> {
        let mut secrets = Vec::new();
        let headers = self.headers.iter();
        for (_, value) in headers.filter(|(name, _)| SECRET.contains(name)) {
            secrets.push(value.as_str());
            let token = value.split_once(' ').or_else(|| value.split_once('='));
            secrets.extend(token.map(|(_, token)| token));
        }
        if let Body::Json(body) = &self.body
            && SECRET_MEMBERS.iter().any(|name| body.text().contains(name))
        {
            gather(body, &mut secrets);
        }
        secrets
    }

    /// The request as JSON for a person: method, path, query, body; no headers, since they hold secrets.
    pub fn shown(&self) -> Value {
        let mut shown = json!({"method": self.method.name(), "path": self.path});
        if !self.query.is_empty() {
            shown["query"] = pairs(&self.query);
        }
        match &self.body {
            Body::None => {}
            Body::Json(body) => shown["body"] = masked(body),
            Body::Form(parameters) => shown["form"] = pairs(parameters),
        }
        shown
    }
}

fn pairs(pairs: &[(String, String)]) -> Value {
    pairs
        .iter()
        .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
        .collect()
}

fn gather<'a>(body: &'a Value, secrets: &mut Vec<&'a str>) {
    match body {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if SECRET_MEMBERS.contains(&name.as_str()) => {
                        secrets.push(text);
                    }
                    other => gather(other, secrets),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, secrets)),
        _ => {}
    }
}

/// The body with the values of `password` and `api_key` members covered.
fn masked(body: &Value) -> Value {
    match body {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let secret = SECRET_MEMBERS.contains(&name.as_str());
                (
                    name.clone(),
                    if secret {
                        Value::from("[secret]")
                    } else {
                        masked(value)
                    },
                )
            })
            .collect(),
        Value::Array(items) => items.iter().map(masked).collect(),
        other => other.clone(),
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.shown())?;
        for (name, value) in &self.headers {
            let value = if SECRET.contains(name) {
                "[secret]"
            } else {
                value
            };
            write!(f, " {name}: {value}")?;
        }
        Ok(())
    }
}

/// A text as one segment of a path: everything but unreserved characters is percent-encoded (RFC 3986).
pub fn escape_segment(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut path, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            path.push(char::from(byte));
        } else {
            let _ = write!(path, "%{byte:02X}");
        }
        path
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_shown_nowhere() {
        let request = Request::new(Method::Post, "/x")
            .json(json!({"data": {"api_key": "k-9"}, "password": "p-9", "name": "Anne"}))
            .header("authorization", "Bearer t-9");
        let shown = format!("{request:?}");
        assert!(shown.contains("Anne") && !shown.contains("-9"), "{shown}");
    }

    #[test]
    fn a_request_knows_the_secrets_that_it_carries() {
        let request = Request::new(Method::Post, "/x")
            .json(json!({"data": [{"api_key": "k-9"}], "password": "p-9", "name": "Anne"}))
            .header("authorization", "Bearer t-9")
            .header("cookie", "auth=c=9");
        assert_eq!(
            request.secrets(),
            ["Bearer t-9", "t-9", "auth=c=9", "c=9", "k-9", "p-9"]
        );
        let plain = Request::new(Method::Post, "/x").json(json!({"name": "Anne"}));
        assert_eq!(plain.secrets(), [""; 0]);
    }

    #[test]
    fn a_segment_cannot_leave_its_place() {
        assert_eq!(escape_segment("i9usbs1j"), "i9usbs1j");
        assert_eq!(escape_segment("../a b/é?"), "..%2Fa%20b%2F%C3%A9%3F");
    }
}
