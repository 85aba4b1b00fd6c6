//! Telling a third party that something has ended: one GET or POST to an address that often is a secret in itself.
//! Unlike the client it knows neither vendor nor pace, and it never keeps a run waiting.

use std::time::Duration;

use serde_json::Value;

use super::connection::{SendError, Transport, TransportError};
use super::https::Https;
use crate::wire::{Method, Request, Secrets};

/// How long one try may take.
const TRY: Duration = Duration::from_secs(10);
/// How long to wait before each further try.
const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(1)];

/// An address that is told something. Only its host is ever shown.
pub struct Webhook {
    https: Https,
    host: String,
    path: String,
    secrets: Secrets,
}

/// Why an address cannot be told anything; the address itself is not shown.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The URL cannot be used.
    #[error("the URL cannot be used: {why}")]
    Url {
        /// What is wrong with it.
        why: String,
    },
    /// The HTTP client cannot be made.
    #[error(transparent)]
    Client(TransportError),
}

/// Whether a text is meant to be an address on the web.
pub fn is_url(text: &str) -> bool {
    let (scheme, _) = text.split_once("://").unwrap_or_default();
    ["http", "https"].contains(&scheme.to_ascii_lowercase().as_str())
}

impl Webhook {
    /// An address; `http` is refused but to this machine, as it is for a vendor.
    pub fn new(url: &str) -> Result<Self, WebhookError> {
        let url = url.trim();
        let url = url.split('#').next().unwrap_or_default();
        let start = url.find("://").map_or(0, |at| at + 3);
        let end = url[start..]
            .find(['/', '?'])
            .map_or(url.len(), |at| start + at);
        let (base, rest) = url.split_at(end);
        // The query goes with the base: a request's own is made of names and values, and this one is kept as it is.
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, format!("?{query}")),
            None => (rest, String::new()),
        };
        let https = Https::new(&format!("{base}{query}")).map_err(|error| match error {
            TransportError::BaseUrl { why, .. } => WebhookError::Url { why },
            other @ TransportError::Client(_) => WebhookError::Client(other),
        })?;
        let path = if path.is_empty() { "/" } else { path }.to_owned();
        let host = base[start..].to_owned();
        let secret = [path.as_str(), query.as_str()].into_iter();
        let secrets = Secrets::default().with(secret.filter(|part| part.len() > 1));
        Ok(Self {
            https,
            host,
            path,
            secrets,
        })
    }

    /// The host, with its port if it has one.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Asks the address, up to three times; an error says why it could not be told, in words.
    pub async fn get(&self) -> Result<(), String> {
        self.tell(&Request::new(Method::Get, self.path.clone()))
            .await
    }

    /// Posts a JSON document, up to three times; an error says why it could not be told, in words.
    pub async fn post(&self, document: Value) -> Result<(), String> {
        let request = Request::new(Method::Post, self.path.clone()).json(document);
        self.tell(&request).await
    }

    async fn tell(&self, request: &Request) -> Result<(), String> {
        let mut told = self.once(request).await;
        for pause in PAUSES {
            if !matches!(told, Err((_, TryAgain::Yes))) {
                break;
            }
            tokio::time::sleep(pause).await;
            told = self.once(request).await;
        }
        told.map_err(|(why, _)| why)
    }

    async fn once(&self, request: &Request) -> Result<(), (String, TryAgain)> {
        let sent = tokio::time::timeout(TRY, self.https.send(request)).await;
        match sent {
            Err(_) => Err((
                format!("no answer within {} s", TRY.as_secs()),
                TryAgain::Yes,
            )),
            Ok(Err(
                SendError::NeverLeft(why) | SendError::NoAnswer(why) | SendError::TooLarge(why),
            )) => Err((self.secrets.mask(&why).into_owned(), TryAgain::Yes)),
            Ok(Ok(reply)) => match reply.status {
                200..=299 => Ok(()),
                status @ (429 | 500..) => Err((format!("it answers HTTP {status}"), TryAgain::Yes)),
                status => Err((format!("it answers HTTP {status}"), TryAgain::No)),
            },
        }
    }
}

/// Whether another try may help.
enum TryAgain {
    Yes,
    No,
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;

    /// Answers requests one after the other with these codes; hands back what was asked, its first line each.
    fn server(answers: &'static [&'static str]) -> (u16, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let thread = std::thread::spawn(move || {
            let mut seen = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().expect("a caller");
                let mut bytes = [0; 4096];
                let read = stream.read(&mut bytes).expect("a request");
                let text = String::from_utf8_lossy(&bytes[..read]).into_owned();
                seen.push(text.lines().next().unwrap_or_default().to_owned());
                let head = format!(
                    "HTTP/1.1 {answer} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                );
                stream.write_all(head.as_bytes()).expect("answered");
            }
            seen
        });
        (port, thread)
    }

    #[tokio::test]
    async fn an_address_is_asked_as_it_stands_and_again_where_it_was_busy() {
        let (port, thread) = server(&["503", "200"]);
        let hook =
            Webhook::new(&format!("http://127.0.0.1:{port}/ping/x/?a=b%20c#d")).expect("good");
        assert_eq!(hook.host(), format!("127.0.0.1:{port}"));
        assert_eq!(hook.get().await, Ok(()));
        assert_eq!(
            thread.join().expect("ended"),
            ["GET /ping/x/?a=b%20c HTTP/1.1"; 2]
        );
    }

    #[tokio::test]
    async fn a_no_is_not_asked_again_and_shows_no_address() {
        let (port, thread) = server(&["404"]);
        let hook = Webhook::new(&format!("http://127.0.0.1:{port}?s3cret")).expect("good");
        let told = hook.post(serde_json::json!({})).await;
        assert_eq!(told, Err("it answers HTTP 404".to_owned()));
        assert_eq!(thread.join().expect("ended"), ["POST /?s3cret HTTP/1.1"]);
    }

    #[test]
    fn clear_text_stays_on_this_machine_and_an_error_shows_no_url() {
        for bad in [
            "http://hooks.example/s3cret",
            "https://me:s3cret@hooks.example/",
            "ftp://hooks.example/s3cret",
            "s3cret",
        ] {
            let error = Webhook::new(bad).err().expect(bad).to_string();
            assert!(!error.contains("s3cret"), "{error}");
        }
        assert!(is_url("HTTPS://hooks.example/x") && !is_url("mail -s https://x office"));
    }
}
