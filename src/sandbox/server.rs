//! The socket in front of the services: one thread, one loopback port, the first part of a path chooses
//! the vendor. The only file of the sandbox that knows HTTP libraries and threads.

use std::convert::Infallible;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::request::MockRequest;
use super::response::MockResponse;
use super::service::{MockOutcome, MockService, SeenRequest};
use super::startup::{SandboxError, Shared, open, since_1970};
use super::{SandboxOptions, VENDORS};

/// Largest body read, in bytes; the vendors' own limits are not known.
const MOST_BODY: usize = 16 << 20;
/// Pause after a connection could not be accepted, so that a full table of files does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// A connection that is cut on purpose.
#[derive(Debug, thiserror::Error)]
#[error("the connection is cut")]
struct Cut;

/// A sandbox that listens; dropping it stops it.
#[derive(Debug)]
pub struct Running {
    port: u16,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

/// Starts all vendors in a thread of their own and returns once they listen.
pub fn start(options: SandboxOptions) -> Result<Running, SandboxError> {
    let port = options.port;
    let bind = |source| SandboxError::Bind { port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(bind)?;
    listener.set_nonblocking(true).map_err(bind)?;
    let port = listener.local_addr().map_err(bind)?.port();
    let shared = Arc::new(open(options)?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(SandboxError::Thread)?;
    let (stop, stopped) = oneshot::channel();
    let services = Arc::clone(&shared);
    let thread = thread::Builder::new()
        .name("sandbox".to_owned())
        .spawn(move || runtime.block_on(listen(listener, services, stopped)))
        .map_err(SandboxError::Thread)?;
    Ok(Running {
        port,
        shared,
        stop: Some(stop),
        thread: Some(thread),
    })
}

impl Running {
    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// All that stands before the document's own paths, without a slash at the end.
    pub fn base_url(&self, vendor: &str) -> String {
        format!("http://127.0.0.1:{}/{vendor}", self.port)
    }

    /// The vendor's book in order of creation; empty for a vendor that there is not.
    pub fn records(&self, vendor: &str) -> Vec<Value> {
        let records =
            |service: MutexGuard<'_, MockService>| service.state.book.all().cloned().collect();
        self.shared.service(vendor).map(records).unwrap_or_default()
    }

    /// The last requests to the vendor, at most 10,000, in the order they were served.
    pub fn requests(&self, vendor: &str) -> Vec<SeenRequest> {
        let seen = |service: MutexGuard<'_, MockService>| service.seen.iter().cloned().collect();
        self.shared.service(vendor).map(seen).unwrap_or_default()
    }

    /// Puts records into the book as they are, with the identifiers they carry.
    pub fn seed(&self, vendor: &str, records: &[Value]) -> Result<(), SandboxError> {
        let Some(mut service) = self.shared.service(vendor) else {
            return Ok(());
        };
        service.state.book.seed(records);
        let state = |source| SandboxError::State {
            path: PathBuf::from(vendor),
            source,
        };
        service.state.book.commit().map(|_| ()).map_err(state)
    }

    /// Serves until the process ends.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so itself.
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn listen(
    listener: TcpListener,
    shared: Arc<Shared>,
    mut stopped: oneshot::Receiver<Infallible>,
) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    loop {
        let accepted = tokio::select! {
            _ = &mut stopped => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        // Without it a small answer may wait for the client's acknowledgement.
        let _ = stream.set_nodelay(true);
        let shared = Arc::clone(&shared);
        let service = service_fn(move |request| handle(Arc::clone(&shared), request));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        // A connection ends with an error when it is cut on purpose or by the client.
        tokio::spawn(async move { drop(connection.await) });
    }
}

async fn handle(
    shared: Arc<Shared>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Cut> {
    let (vendor, request) = match read(request).await {
        Ok(read) => read,
        Err(answer) => return Ok(response(answer)),
    };
    // Half before and half after, so that a client that gives up meets both kinds of doubt.
    pause(shared.delay / 2).await;
    let verdict = match shared.service(&vendor) {
        Some(mut service) => service.serve(request, shared.started.elapsed()),
        None => MockOutcome::Reply(MockResponse::json(404, &json!({ "vendors": VENDORS }))),
    };
    pause(shared.delay / 2).await;
    match verdict {
        MockOutcome::Reply(answer) => Ok(response(answer)),
        MockOutcome::Cut => Err(Cut),
    }
}

async fn pause(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

/// The vendor's name and the request that is left without it.
async fn read(request: Request<Incoming>) -> Result<(String, MockRequest), MockResponse> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().trim_start_matches('/');
    let (vendor, rest) = path.split_once('/').unwrap_or((path, ""));
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(value)));
    let body = Limited::new(body, MOST_BODY).collect().await;
    let body =
        body.map_err(|_| MockResponse::text(413, "the body is too large or was cut short"))?;
    let request = MockRequest {
        method: parts.method.to_string(),
        path: format!("/{rest}"),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        body: body.to_bytes().to_vec(),
        now: unix_seconds(),
        serial: 0,
    };
    Ok((vendor.to_owned(), request))
}

fn response(answer: MockResponse) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or_default();
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response
                .headers_mut()
                .insert(HeaderName::from_static(name), value);
        }
    }
    response
}

fn unix_seconds() -> i64 {
    i64::try_from(since_1970().as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::MOCKS;
    use super::super::{Faults, credentials, start};
    use super::*;
    use std::fs;
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::path::Path;

    fn run(faults: &str, state: Option<&Path>) -> Result<Running, SandboxError> {
        let faults: Faults = faults.parse().expect("faults");
        start(SandboxOptions {
            faults,
            state: state.map(Path::to_owned),
            ..SandboxOptions::default()
        })
    }

    /// Sends one request and reads until the connection ends.
    fn send(running: &Running, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", running.port())).expect("a connection");
        let length = body.len();
        let text = format!(
            "{head} HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\naccept: application/json\r\n\
             authorization: Bearer sandbox-api-key\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(text.as_bytes()).expect("a request");
        let mut reply = String::new();
        // A connection that is cut may end with a reset: what was read until then is what counts.
        let _ = stream.read_to_string(&mut reply);
        reply
    }

    fn add(running: &Running, name: &str) -> String {
        let body = json!({ "name": name }).to_string();
        send(running, "POST /orzame/contacts/1/persons", &body)
    }

    #[test]
    fn a_cut_connection_says_nothing_whatever_was_applied() {
        for (faults, records) in [("drop_before=100%", 0), ("drop_after=100%", 1)] {
            let running = run(faults, None).expect("a sandbox");
            assert_eq!(add(&running, "Anne"), "", "{faults}");
            assert_eq!(running.records("orzame").len(), records, "{faults}");
            let seen = running.requests("orzame");
            assert_eq!(
                (seen[0].status, seen[0].path.as_str()),
                (None, "/contacts/1/persons")
            );
        }
    }

    #[test]
    fn what_was_answered_is_in_the_file_and_there_after_a_restart() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = folder.path().join("state");
        let running = run("", Some(&state)).expect("a sandbox");
        assert!(add(&running, "Anne").starts_with("HTTP/1.1 201"));
        let log = fs::read_to_string(state.join("orzame.ndjson")).expect("a log");
        assert!(log.ends_with('\n') && log.contains("Anne"));
        assert!(matches!(
            run("", Some(&state)),
            Err(SandboxError::Busy { .. })
        ));
        let before = running.records("orzame");
        drop(running);
        let again = run("", Some(&state)).expect("a sandbox in the same folder");
        assert_eq!(again.records("orzame"), before);
        assert!(add(&again, "Bob").contains("\"id\":2"));
    }

    #[test]
    fn a_broken_book_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("sonar.ndjson"), "oops\n{}\n").expect("a broken book");
        let error = run("", Some(folder.path())).expect_err("a broken book");
        assert!(error.to_string().contains("sonar.ndjson"), "{error}");
    }

    #[test]
    fn the_port_is_taken_while_it_runs_and_nothing_is_left_afterwards() {
        let running = run("", None).expect("a sandbox");
        let port = running.port();
        let taken = start(SandboxOptions {
            port,
            ..SandboxOptions::default()
        });
        assert!(matches!(taken, Err(SandboxError::Bind { .. })));
        // The port itself may be another test's by the time it is looked at.
        let shared = Arc::downgrade(&running.shared);
        drop(running);
        assert!(shared.upgrade().is_none());
    }

    #[test]
    fn vendors_are_told_apart_by_the_first_part_of_the_path() {
        let running = run("", None).expect("a sandbox");
        let port = running.port();
        for (row, vendor) in MOCKS.iter().zip(VENDORS) {
            assert_eq!(row.name, *vendor);
            assert!(!credentials(vendor).is_empty());
            assert_eq!(
                running.base_url(vendor),
                format!("http://127.0.0.1:{port}/{vendor}")
            );
        }
        assert!(send(&running, "GET /nobody/contacts", "").starts_with("HTTP/1.1 404"));
        assert!(running.records("nobody").is_empty());
        assert!(credentials("nobody").is_empty());
    }

    #[test]
    fn what_it_saw_holds_no_secret() {
        let running = run("", None).expect("a sandbox");
        send(
            &running,
            "PUT /allocloud/v3.0/auth/account",
            r#"{"data":{"api_key":"sandbox-api-key"}}"#,
        );
        let seen = running.requests("allocloud");
        assert_eq!(seen[0].status, Some(200));
        assert!(!format!("{seen:?}").contains("sandbox-"));
    }
}
