//! The line to a vendor: reqwest over rustls. Only this file knows of either.

use std::error::Error as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::RequestBuilder;
use reqwest::header::{CONTENT_TYPE, HeaderValue};

use super::{Broken, Line, TransportError};
use crate::wire::{Body, MASK, Method, Reply, Request};

/// A connection pool for one target.
pub struct Https {
    client: reqwest::Client,
    base_url: reqwest::Url,
    /// The last path and its address: most requests of a run go to the same, which is not parsed anew for each.
    last: Mutex<(String, reqwest::Url)>,
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a request may take, answer and all.
const TOTAL: Duration = Duration::from_secs(60);
/// How large an answer may be, in bytes: a whole address book in one page is well below.
const LARGEST: usize = 256 << 20;

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
        })
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

fn broken(error: &reqwest::Error) -> Broken {
    // A request that could not be built was not sent either.
    if error.is_connect() || error.is_builder() {
        Broken::NeverLeft(words(error))
    } else if error.is_timeout() {
        Broken::NoAnswer(format!("no answer within {} s", TOTAL.as_secs()))
    } else {
        Broken::NoAnswer(words(error))
    }
}

impl Line for Https {
    async fn send(&self, request: &Request) -> Result<Reply, Broken> {
        let sent = match self.prepared(request) {
            Ok(prepared) => self.client.execute(prepared).await,
            Err(error) => Err(error),
        };
        let mut response = sent.map_err(|error| broken(&error.without_url()))?;
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name, String::from_utf8_lossy(value.as_bytes())))
            .collect();
        let mut body = Vec::new();
        // The status came, and the body did not: what was done is not known.
        let lost = |error: reqwest::Error| Broken::NoAnswer(words(&error.without_url()));
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            if body.len() + chunk.len() > LARGEST {
                return Err(Broken::NoAnswer(
                    "the answer is larger than 256 MiB".to_owned(),
                ));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply {
            status,
            headers,
            body,
            ..Reply::default()
        })
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
        assert!(matches!(answer, Err(Broken::NeverLeft(_))), "{answer:?}");
    }
}
