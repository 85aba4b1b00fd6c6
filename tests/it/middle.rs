//! What stands between the program and a sandbox: it hands on what it is asked, and may alter what is answered.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use rolo::backend::VENDORS;
use rolo::sandbox::Running;
use serde_json::Value;

/// A request, as far as it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The verb.
    pub method: String,
    /// The path, with its query.
    pub target: String,
}

impl Asked {
    /// Whether it asks for a list of contacts, or of what they hang under.
    pub(crate) fn is_list(&self) -> bool {
        let path = self.target.split('?').next().unwrap_or_default();
        self.method == "GET" && lists().any(|end| path.trim_end_matches('/').ends_with(end))
    }

    /// Which page it asks for.
    pub(crate) fn page(&self) -> usize {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let page = query.split('&').find_map(|pair| pair.strip_prefix("page="));
        page.and_then(|page| page.parse().ok()).unwrap_or(1)
    }
}

/// How the paths of the vendors' lists end.
fn lists() -> impl Iterator<Item = &'static str> {
    let operations = VENDORS.iter().flat_map(|entry| entry.profile.operations);
    let lists = operations.filter(|operation| operation.name.starts_with("list"));
    lists.filter_map(|list| {
        let path = list.request.split(['?', ' ']).nth(1)?.trim_end_matches('/');
        Some(&path[path.rfind('/')?..])
    })
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    /// The status.
    pub status: u16,
    /// The Content-Type.
    pub kind: String,
    /// Further header lines, each with its line break.
    pub headers: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Answered {
    /// One of JSON.
    pub(crate) fn json(body: &Value) -> Self {
        Self::text(200, "application/json", &body.to_string())
    }

    /// One of any kind.
    pub(crate) fn text(status: u16, kind: &str, body: &str) -> Self {
        Self {
            status,
            kind: kind.to_owned(),
            headers: String::new(),
            body: body.as_bytes().to_vec(),
        }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let Self {
            status,
            kind,
            headers,
            body,
        } = self;
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n{headers}connection: close\r\n\r\n"
        );
        [head.as_bytes(), body].concat()
    }
}

/// Something that stands before a sandbox for as long as the test lasts.
pub(crate) struct Middle {
    port: u16,
    heard: Arc<Mutex<Vec<Asked>>>,
}

impl Middle {
    /// Alters answers: the function is told what was asked, and may ask the sandbox for the answer.
    pub(crate) fn before(
        running: &Running,
        alter: impl Fn(&Asked, &dyn Fn() -> Answered) -> Answered + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (behind, noted, alter) = (running.port(), heard.clone(), Arc::new(alter));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let (noted, alter) = (noted.clone(), alter.clone());
                std::thread::spawn(move || {
                    let request = request(&mut stream);
                    let asked = asked(&request);
                    noted.lock().expect("unpoisoned").push(asked.clone());
                    let answer = alter(&asked, &|| handed_on(behind, &request));
                    // Who asked may be gone.
                    let _ = stream.write_all(&answer.bytes());
                });
            }
        });
        Self { port, heard }
    }

    /// An address or a file that names the sandbox, naming this instead.
    pub(crate) fn instead(&self, running: &Running, text: &str) -> String {
        let (old, new) = (running.port().to_string(), self.port.to_string());
        text.replace(&format!(":{old}"), &format!(":{new}"))
    }

    /// What was asked so far.
    pub(crate) fn heard(&self) -> Vec<Asked> {
        self.heard.lock().expect("unpoisoned").clone()
    }
}

/// One request, head and body, its connection to be closed behind it.
pub(crate) fn request(stream: &mut TcpStream) -> String {
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

fn asked(request: &str) -> Asked {
    let mut words = request.split(' ').map(str::to_owned);
    Asked {
        method: words.next().unwrap_or_default(),
        target: words.next().unwrap_or_default(),
    }
}

pub(crate) fn handed_on(port: u16, request: &str) -> Answered {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a sandbox");
    stream.write_all(request.as_bytes()).expect("asked");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("answered");
    let answer = String::from_utf8(answer).expect("text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).and_then(|text| text.parse().ok());
    let is_chunked = head.to_lowercase().contains("transfer-encoding");
    assert!(!is_chunked, "{head}");
    Answered::text(status.expect("a status"), "application/json", body)
}
