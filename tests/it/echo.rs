//! A vendor that quotes what it was asked: in a refusal, in a page, in a yes that is none. No secret of it gets further
//! than the answer, in whatever form: not to the terminal, not into the ledger, not into a report, not to who is told.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use rolo::backend::{Credentials, Settings, SignIn, VENDORS};
use rolo::sandbox::{self, Running};
use rolo::wire::escape_segment;
use serde_json::json;

use crate::scene::{people, total};
use crate::workdir::{Said, Workdir, target, vendors};

/// What stands between the program and a sandbox: it hands on what it is asked, or quotes it.
struct Echo {
    port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

/// Which requests are quoted instead of answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quoted {
    SignIn,
    Reads,
    Writes,
}

/// How they are quoted.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Json,
    Page,
    Plain,
}

impl Echo {
    fn before(running: &Running, quoted: Quoted, status: u16, shape: Shape) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (behind, noted) = (running.port(), heard.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let request = read(&mut stream);
                noted.lock().expect("unpoisoned").push(request.clone());
                let answer = match kind(&request) {
                    Some(kind) if kind == quoted => quote(&request, status, shape),
                    Some(_) => handed_on(behind, &request),
                    None => "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n".to_owned(),
                };
                // Who asked may be gone.
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { port, heard }
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("unpoisoned").clone()
    }
}

/// One request, head and body, its connection to be closed behind it.
fn read(stream: &mut TcpStream) -> String {
    let (mut text, mut bytes) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut bytes).unwrap_or(0);
        text.extend(&bytes[..read]);
        let whole = String::from_utf8_lossy(&text).into_owned();
        let Some((head, body)) = whole.split_once("\r\n\r\n") else {
            assert!(read > 0, "a request is whole: {whole}");
            continue;
        };
        let length = head.to_lowercase();
        let length = length.split("content-length: ").nth(1);
        let length = length.and_then(|rest| rest.lines().next()?.trim().parse().ok());
        if read == 0 || body.len() >= length.unwrap_or(0) {
            return whole.replacen("\r\n", "\r\nconnection: close\r\n", 1);
        }
    }
}

/// What a request is; none for one to whom it is told how a run ended.
fn kind(request: &str) -> Option<Quoted> {
    let (method, rest) = request.split_once(' ')?;
    let path = rest.split(' ').next()?;
    match method {
        _ if path == "/hook" => None,
        _ if path.contains("/auth/") || path.contains("/token/") => Some(Quoted::SignIn),
        "GET" => Some(Quoted::Reads),
        _ => Some(Quoted::Writes),
    }
}

fn handed_on(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a sandbox");
    stream.write_all(request.as_bytes()).expect("asked");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("answered");
    String::from_utf8(answer).expect("text")
}

fn quote(request: &str, status: u16, shape: Shape) -> String {
    let encoded = base64(request.as_bytes());
    let (kind, body) = match shape {
        Shape::Json => {
            // Each form, and cut at each place: a text is shown up to its 300th character.
            let parts = request.split("\r\n\r\n").filter(|part| !part.is_empty());
            let cut: Vec<String> = parts
                .flat_map(|part| (0..5).map(move |n| format!("{}{part}", "x".repeat(64 * n))))
                .collect();
            let headers = request.lines().filter_map(|line| line.split_once(": "));
            let headers: serde_json::Map<_, _> = headers
                .map(|(name, value)| (name.to_owned(), json!(value)))
                .collect();
            let body = json!({"error": {"message": headers, "request": request, "cut": cut,
                "url": escape_segment(request), "json": json!(request).to_string(),
                "base64": folds(&encoded, 60), "base64url": encoded.replace('+', "-").replace('/', "_")}});
            ("application/json", body.to_string())
        }
        Shape::Page => (
            "text/html",
            format!("<html><body><h1>No</h1><pre>{request}</pre></body></html>"),
        ),
        Shape::Plain => ("text/plain", encoded),
    };
    let length = body.len();
    format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nlocation: /{}\r\n\
         connection: close\r\n\r\n{body}",
        escape_segment(request)
    )
}

fn folds(text: &str, width: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    let lines = chars
        .chunks(width)
        .map(|line| line.iter().collect::<String>());
    lines.collect::<Vec<_>>().join("\r\n")
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, n| {
            bits << 8 | u32::from(*chunk.get(n).unwrap_or(&0))
        });
        for n in 0..4 {
            let digit = char::from(DIGITS[(bits >> (18 - 6 * n) & 63) as usize]);
            text.push(if n <= chunk.len() { digit } else { '=' });
        }
    }
    text
}

/// The secrets of a vendor's sandbox, and those that were on the way.
fn secrets(vendor: &str, heard: &[String]) -> Vec<String> {
    let mut secrets: Vec<String> = sandbox::credentials(vendor)
        .iter()
        .filter(|(name, _)| ["password", "api_key", "token", "cookie"].contains(name))
        .map(|(_, value)| (*value).to_owned())
        .collect();
    for line in heard.iter().flat_map(|request| request.lines()) {
        let (name, value) = line.split_once(": ").unwrap_or_default();
        if ["authorization", "x-auth-token"].contains(&name) {
            secrets.push(value.rsplit(' ').next().unwrap_or(value).to_owned());
        }
    }
    secrets.sort();
    secrets.dedup();
    secrets
}

/// What must be nowhere: each secret, and what base64 makes of it, wherever it stands in what is encoded.
fn forms(secrets: &[String]) -> Vec<String> {
    let mut forms = Vec::new();
    for secret in secrets {
        forms.push(secret.clone());
        for before in ["", "x", "xy"] {
            let whole = base64(format!("{before}{secret}").as_bytes());
            let middle = whole.trim_end_matches('=');
            forms.push(middle[4.min(middle.len())..middle.len() - 1].to_owned());
        }
    }
    forms.retain(|form| form.len() >= 6);
    forms
}

/// Imports two people through an echo, and looks for secrets wherever something was written.
fn tried(vendor: &str, quoted: Quoted, status: u16, shape: Shape) -> Option<(Said, Workdir)> {
    let running = vendors("limit=off");
    let echo = Echo::before(&running, quoted, status, shape);
    let work = Workdir::new();
    let there = running.base_url(vendor);
    let through = format!("http://127.0.0.1:{}/{vendor}", echo.port);
    work.write(
        "rolo.toml",
        target(&running, vendor).replace(&there, &through),
    );
    work.write("people.csv", people(2));
    let hook = format!("http://127.0.0.1:{}/hook", echo.port);
    let said = work.rolo(&[
        "import",
        "people.csv",
        "--to",
        "there",
        "--report",
        "report",
        "--settle-after",
        "0",
        "--on-failure",
        &hook,
        "--metrics",
        "rolo.prom",
    ]);
    let heard = echo.heard();
    let is_quoted = heard.iter().any(|request| kind(request) == Some(quoted));
    let told = heard
        .iter()
        .filter(|request| kind(request).is_none())
        .cloned();
    let mut written: Vec<(String, Vec<u8>)> = vec![
        (
            "standard output".to_owned(),
            said.stdout.clone().into_bytes(),
        ),
        (
            "standard error".to_owned(),
            said.stderr.clone().into_bytes(),
        ),
    ];
    written.extend(told.map(|request| ("the hook".to_owned(), request.into_bytes())));
    let files = work
        .everything()
        .into_iter()
        .filter(|(path, _)| !path.ends_with("rolo.toml"));
    written.extend(files.map(|(path, bytes)| (path.display().to_string(), bytes)));
    let secrets = secrets(vendor, &heard);
    assert!(!secrets.is_empty(), "{vendor}");
    for form in forms(&secrets) {
        for (place, bytes) in &written {
            let is_there = memchr::memmem::find(bytes, form.as_bytes()).is_some();
            assert!(
                !is_there,
                "{vendor} {quoted:?} {status} {shape:?}: `{form}` in {place}: {said:?}"
            );
        }
    }
    is_quoted.then_some((said, work))
}

#[test]
fn no_secret_that_a_vendor_quotes_in_a_refused_write_is_repeated() {
    for entry in VENDORS {
        let vendor = entry.profile.id;
        for (status, shape) in [
            (400, Shape::Json),
            (400, Shape::Page),
            (401, Shape::Json),
            (404, Shape::Plain),
            (409, Shape::Json),
            (422, Shape::Json),
            (422, Shape::Page),
            (500, Shape::Json),
            (302, Shape::Page),
            (200, Shape::Json),
            (200, Shape::Page),
        ] {
            let tried = tried(vendor, Quoted::Writes, status, shape);
            let (said, work) = tried.expect("something is written");
            assert_ne!(said.code, 0, "{vendor} {status} {shape:?}: {said:?}");
            if matches!((status, shape), (400..500, Shape::Json | Shape::Plain)) && status != 401 {
                let results = work.read("report/results.csv");
                assert!(
                    results.contains("***"),
                    "{vendor} {status} {shape:?}: {results}"
                );
                assert_eq!(said.code, 3, "{vendor} {status} {shape:?}: {said:?}");
            }
        }
    }
}

#[test]
fn no_secret_that_a_vendor_quotes_where_it_is_read_is_repeated() {
    for entry in VENDORS {
        for (status, shape) in [
            (401, Shape::Json),
            (403, Shape::Json),
            (422, Shape::Page),
            (302, Shape::Plain),
            (200, Shape::Json),
            (200, Shape::Page),
            (200, Shape::Plain),
        ] {
            let vendor = entry.profile.id;
            let tried = tried(vendor, Quoted::Reads, status, shape);
            assert!(tried.is_some(), "{vendor}: something is read");
        }
    }
}

/// Whether a vendor is asked for a pass.
fn has_a_door(entry: &rolo::backend::VendorEntry) -> bool {
    let settings = Settings::resolve(entry.profile, &BTreeMap::new()).expect("defaults");
    let sign_in = (entry.build)(settings).sign_in(&Credentials::default());
    matches!(sign_in, SignIn::Ask(_))
}

#[test]
fn no_secret_that_a_vendor_quotes_at_its_door_is_repeated() {
    let mut doors = 0;
    for entry in VENDORS.iter().filter(|entry| has_a_door(entry)) {
        let vendor = entry.profile.id;
        for (status, shape) in [
            (400, Shape::Json),
            (401, Shape::Json),
            (403, Shape::Page),
            (422, Shape::Plain),
            (200, Shape::Json),
            (200, Shape::Page),
            (200, Shape::Plain),
        ] {
            let tried = tried(vendor, Quoted::SignIn, status, shape);
            let (said, _) = tried.expect("it is asked for a pass");
            assert_eq!(said.code, 6, "{vendor} {status} {shape:?}: {said:?}");
        }
        doors += 1;
    }
    assert!(doors > 0, "some vendor is asked for a pass");
}

#[test]
fn a_contacts_own_password_is_not_repeated_either() {
    let running = vendors("limit=off");
    let echo = Echo::before(&running, Quoted::Writes, 422, Shape::Json);
    let work = Workdir::new();
    let (there, through) = (
        running.base_url("sonar"),
        format!("http://127.0.0.1:{}/sonar", echo.port),
    );
    let text = target(&running, "sonar").replace(&there, &through);
    work.write(
        "rolo.toml",
        format!("{text}[targets.there.switches]\nportal = \"send\"\n"),
    );
    work.write(
        "people.csv",
        "Nom,E-mail,Username,Password\nDurand,d@example.fr,durand1,hunter-\"22\"-x\n",
    );
    for arguments in [
        &[
            "import",
            "people.csv",
            "--to",
            "there",
            "--dry-run",
            "--report",
            "report",
        ][..],
        &[
            "import",
            "people.csv",
            "--to",
            "there",
            "--report",
            "report",
        ],
    ] {
        let said = work.rolo(arguments);
        let reports = work.everything().into_iter();
        let reports =
            reports.filter(|(path, _)| path.components().any(|part| part.as_os_str() == "report"));
        let mut texts: Vec<String> = reports
            .map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned())
            .collect();
        texts.extend([said.stdout.clone(), said.stderr.clone()]);
        for text in texts {
            for form in [
                "hunter-\"22\"-x",
                "hunter-\\\"22\\\"-x",
                "hunter-%22",
                "aHVudGVyLSIyMiIte",
                "hunter-",
            ] {
                assert!(!text.contains(form), "`{form}` in {text}");
            }
        }
        let sent = echo
            .heard()
            .iter()
            .any(|request| request.contains("hunter-"));
        assert_eq!(sent, said.code == 3, "{said:?}");
    }
    let said = work.rolo(&[
        "import",
        "people.csv",
        "--to",
        "there",
        "--output",
        "json",
        "--quiet",
    ]);
    assert_eq!(total(&said, "refused"), 1, "{said:?}");
}
