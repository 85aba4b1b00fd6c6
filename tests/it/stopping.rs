//! What has no end: a device or a pipe for a sheet, settings that are larger than any, an answer that is larger than may be
//! read, or comes a byte a second. Each is refused with what to do, or ends within ten seconds of a signal.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::middle::{Answered, Middle};
use crate::scene::people;
use crate::workdir::{Said, Workdir, said, target, vendors};

/// A signal's word is heeded within this.
const TEN_SECONDS: Duration = Duration::from_secs(10);

/// A folder with a target whose sandbox is behind something that answers lists so.
fn ready(list: impl Fn() -> Answered + Send + Sync + 'static) -> (Workdir, rolo::sandbox::Running) {
    let (work, running) = (Workdir::new(), vendors("limit=off"));
    let middle = Middle::before(
        &running,
        move |asked, answer| {
            if asked.is_list() { list() } else { answer() }
        },
    );
    let target = middle.instead(&running, &target(&running, "covage"));
    work.write("rolo.toml", format!("{target}max_answer = \"1MiB\"\n"));
    work.write("people.csv", people(3));
    (work, running)
}

fn import(work: &Workdir, sheet: &str) -> Said {
    work.rolo(&["import", sheet, "--to", "there"])
}

fn contact(n: usize) -> Value {
    json!({"contact_uuid": format!("u{n}"), "first_name": "Anne", "last_name": format!("Durand{n}"),
        "email": format!("a{n}@example.fr")})
}

#[test]
fn a_list_may_be_larger_than_an_answer_and_each_row_is_read() {
    // Three of them are those of the sheet.
    let rows: Vec<Value> = (0..40_000).map(contact).collect();
    let body = Value::from(rows);
    assert!(body.to_string().len() > 3 << 20);
    let (work, running) = ready(move || Answered::json(&body));
    let out = [
        "export",
        "--from",
        "there",
        "-o",
        "out.ndjson",
        "--output",
        "json",
    ];
    let said = work.rolo(&out);
    assert_eq!(
        (said.code, &said.json()["totals"]["written"]),
        (0, &json!(40_000)),
        "{said:?}"
    );
    let said = work.rolo(&["import", "people.csv", "--to", "there", "--mode", "create"]);
    assert_eq!(
        (said.code, running.records("covage").len()),
        (0, 0),
        "{said:?}"
    );
}

#[test]
fn an_answer_that_is_too_large_is_refused_and_says_what_allows_it() {
    let one = json!([{"contact_uuid": "u1", "last_name": "x".repeat(2 << 20)}]);
    let page = Answered::text(503, "text/html", &"<p>".repeat(1 << 20));
    for list in [Answered::json(&one), page] {
        let (work, running) = ready(move || list.clone());
        let said = import(&work, "people.csv");
        assert_eq!(
            (said.code, running.records("covage").len()),
            (5, 0),
            "{said:?}"
        );
        assert!(said.stderr.contains("larger than 1 MiB"), "{said:?}");
        assert!(said.stderr.contains("max_answer"), "{said:?}");
    }
    let (work, _running) = ready(|| Answered::json(&json!([])));
    let bad = work.read("rolo.toml").replace("1MiB", "many");
    work.write("rolo.toml", bad);
    let said = import(&work, "people.csv");
    assert_eq!(said.code, 2, "{said:?}");
    assert!(
        said.stderr.contains("invalid max_answer `many`"),
        "{said:?}"
    );
}

#[cfg(unix)]
#[test]
fn what_has_no_end_is_no_sheet() {
    let (work, _running) = ready(|| Answered::json(&json!([])));
    let fifo = work.path("pipe");
    let made = Command::new("mkfifo").arg(&fifo).status();
    assert!(made.expect("mkfifo").success());
    for (sheet, why, hint) in [
        (
            "/dev/zero",
            "it is a device, which has no end",
            "into a file",
        ),
        ("pipe", "a pipe without a writer", "start what writes"),
    ] {
        for command in [
            &["check", sheet, "--for", "covage"][..],
            &["import", sheet, "--to", "there"],
        ] {
            let said = work.rolo(command);
            assert_eq!(said.code, 4, "{command:?}: {said:?}");
            for words in [&format!("`{sheet}`"), why, hint] {
                assert!(said.stderr.contains(words), "{command:?}: {said:?}");
            }
        }
    }
    let mut command = work.command(&["check", "-", "--for", "covage"]);
    let zero = File::open("/dev/zero").expect("a device");
    let said = said(
        &command
            .stdin(Stdio::from(zero))
            .output()
            .expect("it starts"),
    );
    assert_eq!(said.code, 4, "{said:?}");
    assert!(said.stderr.contains("has no end"), "{said:?}");
    // Nothing at all, and a pipe that ends, are read.
    let said = work.rolo(&["check", "/dev/null", "--for", "covage"]);
    assert_eq!(said.code, 4, "{said:?}");
    assert!(said.stderr.contains("is empty"), "{said:?}");
    let writer = std::thread::spawn(move || std::fs::write(fifo, people(3)));
    let said = work.rolo(&["check", "pipe", "--for", "covage"]);
    writer.join().expect("no panic").expect("written");
    assert_eq!(said.code, 0, "{said:?}");
}

#[cfg(unix)]
#[test]
fn settings_that_are_larger_than_any_are_refused() {
    let (work, _running) = ready(|| Answered::json(&json!([])));
    work.write("large", "x = 1\n".repeat(1 << 20));
    for more in [
        &["--config", "large"][..],
        &["--config", "/dev/zero"],
        &["--mapping", "large"],
    ] {
        let said = work.rolo(&[&["import", "people.csv", "--to", "there"], more].concat());
        assert_eq!(said.code, 2, "{more:?}: {said:?}");
        let is_told = ["larger than 4 MiB", "has no end"]
            .iter()
            .any(|words| said.stderr.contains(words));
        assert!(is_told, "{more:?}: {said:?}");
    }
    let export = [
        "export",
        "--from",
        "there",
        "-o",
        "out.csv",
        "--parents",
        "large",
    ];
    let said = work.rolo(&export);
    assert_eq!(said.code, 2, "{said:?}");
    let plain = work.read("rolo.toml");
    for (secret, why) in [
        ("{ command = [\"yes\"] }", "expected a secret of one line"),
        ("{ file = \"/dev/zero\" }", "has no end"),
        ("{ file = \"large\" }", "larger than 4 MiB"),
    ] {
        work.write(
            "rolo.toml",
            plain.replace("{ env = \"SANDBOX_PASSWORD\" }", secret),
        );
        let said = import(&work, "people.csv");
        assert_eq!(said.code, 2, "{secret}: {said:?}");
        assert!(said.stderr.contains(why), "{secret}: {said:?}");
    }
}

#[test]
fn one_text_of_a_phonebook_is_read_up_to_a_bound() {
    let work = Workdir::new();
    let text = "x".repeat(6 << 20);
    work.write(
        "book.xml",
        format!("<AddressBook><Contact><LastName>{text}</LastName></Contact></AddressBook>"),
    );
    let said = work.rolo(&["check", "book.xml", "--for", "covage"]);
    assert_eq!(said.code, 4, "{said:?}");
    assert!(said.stderr.contains("larger than 4 MiB"), "{said:?}");
}

/// A vendor that answers a byte a second: reads, or everything but reads.
fn slow(
    port: &TcpListener,
    running: &rolo::sandbox::Running,
    slow: &'static str,
) -> mpsc::Receiver<()> {
    let listener = port.try_clone().expect("a listener");
    let (say, begun) = mpsc::channel();
    let behind = running.port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let say = say.clone();
            std::thread::spawn(move || {
                let request = crate::middle::request(&mut stream);
                let path = request.split(' ').nth(1).unwrap_or_default();
                if !request.starts_with(slow) || !path.ends_with("/contacts/") {
                    let answer = crate::middle::handed_on(behind, &request);
                    let _ = stream.write_all(&answer.bytes());
                    return;
                }
                let head = "HTTP/1.1 200 X\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n[";
                let mut sent = stream.write_all(head.as_bytes());
                let _ = say.send(());
                while sent.is_ok() {
                    std::thread::sleep(Duration::from_secs(1));
                    sent = stream.write_all(b" ");
                }
            });
        }
    });
    begun
}

#[cfg(unix)]
#[test]
fn an_answer_of_a_byte_a_second_does_not_hold_up_a_stop() {
    for (verb, signal, code) in [("GET", "TERM", 143), ("POST", "INT", 130)] {
        let (work, running) = (Workdir::new(), vendors("limit=off"));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let begun = slow(&listener, &running, verb);
        let old = format!(":{}", running.port());
        let target = target(&running, "covage").replace(&old, &format!(":{port}"));
        work.write("rolo.toml", target);
        work.write("people.csv", people(1));
        let mut command = work.command(&["import", "people.csv", "--to", "there"]);
        let mut child = command
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("it starts");
        begun
            .recv_timeout(Duration::from_secs(60))
            .expect("it asks");
        let pid = child.id().to_string();
        let told = Command::new("kill")
            .args([&format!("-{signal}"), &pid])
            .status();
        assert!(told.expect("kill").success());
        let said = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("a child") {
                break status;
            }
            assert!(
                said.elapsed() < TEN_SECONDS,
                "{verb}: it goes on after a signal"
            );
            std::thread::sleep(Duration::from_millis(20));
        };
        let mut words = String::new();
        let mut errors = child.stderr.take().expect("a pipe");
        errors.read_to_string(&mut words).expect("text");
        assert_eq!(status.code(), Some(code), "{verb}: {words}");
        // What was being made is in doubt, and the ledger knows.
        let runs = work.rolo(&["runs", "--output", "json"]);
        let doubtful = runs.stdout.matches("\"in_doubt\": 1,").count();
        assert_eq!(doubtful, usize::from(verb == "POST"), "{runs:?}");
    }
}
