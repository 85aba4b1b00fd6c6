//! The line to a vendor: reqwest over rustls. Only this file knows of either.

use std::error::Error as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{RequestBuilder, Response};

use super::connection::{SendError, Transport, TransportError};
use crate::wire::{Body, ListSplitter, MASK, Method, Reply, Request, TooLarge};

/// A connection pool for one target.
pub struct Https {
    client: reqwest::Client,
    base_url: reqwest::Url,
    /// The last path and its address: most requests of a run go to the same, which is not parsed anew for each.
    last: Mutex<(String, reqwest::Url)>,
    /// How large an answer, or one row of a list, may be, in bytes.
    most: usize,
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a request may take, answer and all.
const TOTAL: Duration = Duration::from_secs(60);
/// How large an answer may be, in bytes, unless the target says otherwise. A list may be larger: it is read in parts.
pub const MOST_ANSWER: usize = 16 << 20;
/// With so many bytes a part of a list is handed on.
const PART: usize = 1 << 20;

/// Whether a host is this machine.
fn is_loopback(url: &reqwest::Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

/// An address without what stands before its host, which may be a password.
fn without_user(url: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find(['/', '?', '#']);
    let end = end.map_or(url.len(), |at| start + at);
    match url[start..end].rfind('@') {
        Some(at) => format!("{}{MASK}@{}", &url[..start], &url[start + at + 1..]),
        None => url.to_owned(),
    }
}

impl Https {
    /// A line to a base URL. `http` is refused but to this machine: credentials would be readable on the way.
    pub fn new(base_url: &str) -> Result<Self, TransportError> {
        let bad = |why: &str| TransportError::BaseUrl {
            url: without_user(base_url),
            why: why.to_owned(),
        };
        let url = reqwest::Url::parse(base_url).map_err(|error| bad(&error.to_string()))?;
        let here = is_loopback(&url);
        match url.scheme() {
            "https" => {}
            "http" if here => {}
            "http" => return Err(bad("credentials would cross the network in clear text")),
            _ => return Err(bad("it is neither https nor http")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("credentials do not belong in it"));
        }
        // Another part of the process may have installed a provider; one is as good as another.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("rolo/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .timeout(TOTAL)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never());
        if here {
            builder = builder.no_proxy();
        }
        let client = builder
            .build()
            .map_err(|source| TransportError::Client(Box::new(source)))?;
        Ok(Self {
            client,
            last: Mutex::new((String::new(), url.clone())),
            base_url: url,
            most: MOST_ANSWER,
        })
    }

    /// The same with another bound on answers, in bytes.
    #[must_use]
    pub fn at_most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// The address of a path, which begins with `/` and is escaped.
    fn url(&self, path: &str) -> reqwest::Url {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.0 != path {
            let folder = self.base_url.path().trim_end_matches('/');
            let mut url = self.base_url.clone();
            url.set_path(&format!("{folder}{path}"));
            *last = (path.to_owned(), url);
        }
        last.1.clone()
    }

    fn prepared(&self, request: &Request) -> Result<reqwest::Request, reqwest::Error> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Put => reqwest::Method::PUT,
            Method::Post => reqwest::Method::POST,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut prepared = reqwest::Request::new(method, self.url(&request.path));
        if let Body::Json(body) = &request.body {
            *prepared.body_mut() = Some(body.text().to_owned().into());
            prepared.headers_mut().insert(CONTENT_TYPE, JSON);
        }
        let mut builder = RequestBuilder::from_parts(self.client.clone(), prepared);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if !request.query.is_empty() {
            builder = builder.query(&request.query);
        }
        if let Body::Form(parameters) = &request.body {
            builder = builder.form(parameters);
        }
        builder.build()
    }
}

/// What failed, in one line: the innermost cause says it best.
fn words(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    let mut words = error.to_string();
    while let Some(inner) = cause {
        words = inner.to_string();
        cause = inner.source();
    }
    words
}

fn broken(error: &reqwest::Error) -> SendError {
    // A request that could not be built was not sent either.
    if error.is_connect() || error.is_builder() {
        SendError::NeverLeft(words(error))
    } else if error.is_timeout() {
        SendError::NoAnswer(format!("no answer within {} s", TOTAL.as_secs()))
    } else {
        SendError::NoAnswer(words(error))
    }
}

impl Https {
    /// Sends a request; the answer without its body, and where that comes from.
    async fn begun(&self, request: &Request) -> Result<(Response, Reply), SendError> {
        let sent = match self.prepared(request) {
            Ok(prepared) => self.client.execute(prepared).await,
            Err(error) => Err(error),
        };
        let response = sent.map_err(|error| broken(&error.without_url()))?;
        let headers = response.headers().iter();
        let reply = Reply {
            status: response.status().as_u16(),
            headers: headers
                .map(|(name, value)| (name, String::from_utf8_lossy(value.as_bytes())))
                .collect(),
            ..Reply::default()
        };
        Ok((response, reply))
    }

    async fn whole(&self, mut response: Response, reply: Reply) -> Result<Reply, SendError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            if body.len() + chunk.len() > self.most {
                return Err(self.too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { body, ..reply })
    }

    fn too_large(&self) -> SendError {
        SendError::TooLarge(format!(
            "an answer is larger than {} MiB; `max_answer` in the target allows more",
            self.most.div_ceil(1 << 20)
        ))
    }
}

/// The status came, and the body did not: what was done is not known.
fn lost(error: reqwest::Error) -> SendError {
    SendError::NoAnswer(words(&error.without_url()))
}

impl Transport for Https {
    async fn send(&self, request: &Request) -> Result<Reply, SendError> {
        let (response, reply) = self.begun(request).await?;
        self.whole(response, reply).await
    }

    async fn send_for_list(
        &self,
        request: &Request,
        part: &mut dyn FnMut(Reply),
    ) -> Result<Reply, SendError> {
        let (mut response, reply) = self.begun(request).await?;
        if !reply.is_success() {
            return self.whole(response, reply).await;
        }
        let mut rows = ListSplitter::new(PART.min(self.most / 4), self.most);
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            let mut each = |body| {
                part(Reply {
                    body,
                    ..reply.clone()
                });
            };
            let fed = rows.feed(&chunk, &mut each);
            fed.map_err(|TooLarge| self.too_large())?;
        }
        let body = rows.rest();
        Ok(Reply { body, ..reply })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_text_stays_on_this_machine() {
        for good in [
            "https://host.example",
            "http://127.0.0.1:9",
            "http://[::1]:9/x",
            "http://localhost",
        ] {
            assert!(Https::new(good).is_ok(), "{good}");
        }
        for bad in [
            "http://host.example",
            "http://127.0.0.1.example",
            "ftp://host.example",
            "host.example",
            "https://me:secret@host.example",
        ] {
            assert!(Https::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_used_shows_no_password() {
        for (bad, shown) in [
            (
                "https://me:s3cret@host.example/x",
                "https://***@host.example/x",
            ),
            (
                "https://me:s3 cr@et@host.example",
                "https://***@host.example",
            ),
            ("me:s3cret@host.example", "***@host.example"),
            ("http://host.example/@x", "http://host.example/@x"),
        ] {
            let error = Https::new(bad).err().expect(bad).to_string();
            assert!(error.contains(&format!("`{shown}`")), "{error}");
        }
    }

    #[test]
    fn a_path_stands_behind_the_base_url_as_it_is() {
        for (base_url, path, address) in [
            (
                "https://host.example",
                "/api/v1/x",
                "https://host.example/api/v1/x",
            ),
            (
                "https://host.example/",
                "/x/a%2Fb%20c",
                "https://host.example/x/a%2Fb%20c",
            ),
            (
                "https://host.example:9/v1/",
                "/contacts/",
                "https://host.example:9/v1/contacts/",
            ),
        ] {
            let line = Https::new(base_url).expect("a line");
            assert_eq!(line.url(path).as_str(), address);
        }
    }

    #[tokio::test]
    async fn a_closed_port_means_that_nothing_left() {
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr());
        let port = port.expect("a free port").port();
        let line = Https::new(&format!("http://127.0.0.1:{port}")).expect("a line");
        let answer = line.send(&Request::new(Method::Get, "/")).await;
        assert!(matches!(answer, Err(SendError::NeverLeft(_))), "{answer:?}");
    }
}
