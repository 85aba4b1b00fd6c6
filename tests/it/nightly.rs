//! An import that nobody watches: folders and globs, what becomes of the files, and who is told.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use rolo::sandbox::Running;
use serde_json::{Value, json};

use crate::workdir::{Said, Workdir, target, vendors};

fn ready(faults: &str) -> (Workdir, Running) {
    let (work, running) = (Workdir::new(), vendors(faults));
    work.write("rolo.toml", target(&running, "covage"));
    std::fs::create_dir(work.path("inbox")).expect("made");
    (work, running)
}

/// A sheet of some people of their own.
fn people(letter: char, count: usize) -> String {
    let row = |n: usize| {
        format!("{letter}{n},Durand{letter}{n},{letter}{n}@example.fr,+33 1 99 00 12 {n:02}\n")
    };
    let rows: String = (0..count).map(row).collect();
    format!("Identifiant,Nom,E-mail,Téléphone\n{rows}")
}

const WRONG: &str = "Identifiant,Nom,Téléphone\nW1,Petit,0612\nW2,Grand,+33 1 99 00 34 56\n";

fn import(work: &Workdir, source: &str, more: &[&str]) -> Said {
    let mut arguments = vec!["import", source, "--to", "there"];
    arguments.extend(more);
    work.rolo(&arguments)
}

/// The names of the files in a folder.
fn files(work: &Workdir, folder: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(work.path(folder)) else {
        return Vec::new();
    };
    let entries = entries.map(|entry| entry.expect("an entry"));
    let files = entries.filter(|entry| entry.path().is_file());
    let mut names: Vec<String> = files
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// What somebody who listens on this machine was asked: the first line, and the body.
struct Heard(std::thread::JoinHandle<(String, String)>);

/// Listens for one request and answers it.
fn listen(answer: &'static str) -> (String, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!(
        "http://{}/ping/s3cret",
        listener.local_addr().expect("an address")
    );
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a caller");
        let (mut text, mut bytes) = (String::new(), [0; 4096]);
        loop {
            let read = stream.read(&mut bytes).expect("a request");
            text.push_str(&String::from_utf8_lossy(&bytes[..read]));
            let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
            let length = head
                .lines()
                .find_map(|line| {
                    let line = line.to_lowercase();
                    line.strip_prefix("content-length: ")?.parse().ok()
                })
                .unwrap_or(0);
            if read == 0 || text.contains("\r\n\r\n") && body.len() >= length {
                let head = format!(
                    "HTTP/1.1 {answer} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                );
                stream.write_all(head.as_bytes()).expect("answered");
                let first = head_line(&text);
                let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
                return (first, body.to_owned());
            }
        }
    });
    (url, Heard(thread))
}

fn head_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

impl Heard {
    fn told(self) -> (String, String) {
        self.0.join().expect("it was asked")
    }
}

fn nobody() -> String {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr());
    format!("http://{}/ping/s3cret", port.expect("a port"))
}

#[test]
fn every_sheet_of_a_folder_is_imported_and_put_aside() {
    let (work, running) = ready("limit=off");
    work.write("inbox/b.csv", people('b', 2));
    work.write("inbox/a.csv", people('a', 3));
    work.write("inbox/wrong.csv", WRONG);
    work.write("inbox/broken.xlsx", "PK\u{3}\u{4} no workbook");
    work.write("inbox/.hidden.csv", people('h', 1));
    work.write("inbox/~$b.xlsx", "lock");
    work.write("inbox/c.csv.part", people('p', 1));
    work.write("inbox/uploading.csv", "");
    let said = import(&work, "inbox", &["--report", "reports"]);
    assert_eq!(said.code, 4, "the most serious: {said:?}");
    assert_eq!(running.records("covage").len(), 6);
    assert_eq!(files(&work, "inbox/done"), ["a.csv", "b.csv"]);
    assert_eq!(files(&work, "inbox/failed"), ["broken.xlsx", "wrong.csv"]);
    assert_eq!(
        files(&work, "inbox"),
        [".hidden.csv", "c.csv.part", "uploading.csv", "~$b.xlsx"]
    );
    for name in ["a.csv", "b.csv", "wrong.csv"] {
        let summary = work.read(&format!("reports/{name}/summary.json"));
        let summary: Value = serde_json::from_str(&summary).expect("JSON");
        assert_eq!(summary["source"]["file"], format!("inbox/{name}"));
    }
    // Nothing is left to do: the next night is quiet, and an error where a sheet is expected.
    let said = import(&work, "inbox", &["--quiet"]);
    assert_eq!((said.code, said.stdout + &said.stderr), (0, String::new()));
    assert_eq!(import(&work, "inbox", &["--expect-files"]).code, 7);
}

#[test]
fn a_glob_means_its_files_only_and_a_folder_that_is_not_there_is_an_error() {
    let (work, running) = ready("limit=off");
    work.write("inbox/a.csv", people('a', 1));
    work.write("inbox/b.txt", people('b', 1));
    let said = import(&work, "inbox/*.csv", &[]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(running.records("covage").len(), 1);
    assert_eq!(files(&work, "inbox"), ["b.txt"]);
    assert_eq!(import(&work, "inbox/*.csv", &[]).code, 0);
    assert_eq!(import(&work, "inbx/*.csv", &[]).code, 4);
    // What is put into the inbox itself would never be read again.
    work.write("inbox/a.csv", people('a', 1));
    for source in ["inbox", "inbox/*.csv"] {
        assert_eq!(import(&work, source, &["--done", "./inbox/"]).code, 2);
    }
}

#[test]
fn a_single_sheet_stays_unless_a_flag_says_where_it_goes() {
    let (work, _running) = ready("limit=off");
    work.write("a.csv", people('a', 1));
    assert_eq!(import(&work, "a.csv", &[]).code, 0);
    assert!(work.path("a.csv").exists());
    assert_eq!(
        import(&work, "a.csv", &["--dry-run", "--done", "old"]).code,
        0
    );
    assert!(work.path("a.csv").exists());
    assert_eq!(import(&work, "a.csv", &["--done", "old"]).code, 0);
    assert_eq!(files(&work, "old"), ["a.csv"]);
    // What is there already is never replaced.
    work.write("a.csv", people('a', 2));
    let said = import(&work, "a.csv", &["--done", "old", "--output", "json"]);
    let run = said.json()["run"].as_str().expect("a run").to_owned();
    assert_eq!(
        files(&work, "old"),
        [format!("a-{run}.csv"), "a.csv".into()]
    );
    work.write("inbox/a.csv", people('a', 1));
    assert_eq!(import(&work, "inbox", &["--no-move"]).code, 0);
    assert_eq!(files(&work, "inbox"), ["a.csv"]);
}

#[test]
fn what_would_hit_every_sheet_stops_them_all_and_leaves_them_there() {
    let (work, running) = ready("limit=off");
    let wrong = target(&running, "covage").replace("{ env = \"SANDBOX_PASSWORD\" }", "\"wrong\"");
    work.write("rolo.toml", wrong);
    work.write("inbox/a.csv", people('a', 2));
    work.write("inbox/b.csv", people('b', 2));
    let said = import(&work, "inbox", &["--output", "json"]);
    assert_eq!(said.code, 6, "{said:?}");
    assert!(said.stderr.contains("1 further sheets stay"), "{said:?}");
    assert_eq!(files(&work, "inbox"), ["a.csv", "b.csv"]);
    let documents = said.json();
    assert_eq!(
        (
            &documents["exit_code"],
            documents["files"].as_array().map(Vec::len)
        ),
        (&json!(6), Some(1))
    );
    // The next night does it all, once.
    work.write("rolo.toml", target(&running, "covage"));
    let said = import(&work, "inbox", &["--output", "json"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(said.json()["files"][1]["totals"]["created"], 2);
    assert_eq!(running.records("covage").len(), 4);
    assert_eq!(files(&work, "inbox/done"), ["a.csv", "b.csv"]);
}

#[test]
fn a_limit_holds_over_all_sheets_and_the_rest_comes_the_next_night() {
    let (work, running) = ready("limit=off");
    for letter in ['a', 'b', 'c'] {
        work.write(&format!("inbox/{letter}.csv"), people(letter, 2));
    }
    let said = import(&work, "inbox", &["--limit", "3"]);
    assert_eq!(
        (said.code, running.records("covage").len()),
        (8, 3),
        "{said:?}"
    );
    assert_eq!(files(&work, "inbox"), ["b.csv", "c.csv"]);
    let said = import(&work, "inbox", &["--limit", "3"]);
    assert_eq!(
        (said.code, running.records("covage").len()),
        (0, 6),
        "{said:?}"
    );
    assert_eq!(files(&work, "inbox/done"), ["a.csv", "b.csv", "c.csv"]);
}

#[test]
fn a_sheet_that_was_put_aside_is_found_by_retry() {
    let (work, running) = ready("limit=off");
    work.write("inbox/wrong.csv", WRONG);
    let said = import(&work, "inbox/*.csv", &["--output", "json", "--report", "r"]);
    assert_eq!(said.code, 3, "{said:?}");
    let run = said.json()["files"][0]["run"]
        .as_str()
        .expect("a run")
        .to_owned();
    work.write(
        "inbox/failed/wrong.csv",
        WRONG.replace("0612", "+33 1 99 00 43 21"),
    );
    let story = work.rolo(&["runs", &run]).stdout;
    assert!(story.contains("put into inbox/failed/wrong.csv"), "{story}");
    let said = work.rolo(&["retry", &run]);
    assert_eq!(
        (said.code, running.records("covage").len()),
        (0, 2),
        "{said:?}"
    );
}

#[test]
fn quiet_says_nothing_unless_something_is_wrong() {
    let (work, _running) = ready("limit=off");
    work.write("inbox/a.csv", people('a', 3));
    let said = import(&work, "inbox", &["--quiet"]);
    assert_eq!((said.code, said.stdout + &said.stderr), (0, String::new()));
    work.write("inbox/wrong.csv", WRONG);
    let said = import(&work, "inbox", &["--quiet"]);
    assert_eq!((said.code, said.stdout.as_str()), (3, ""));
    assert!(
        said.stderr
            .contains("2 read, 1 created, 1 rejected; the report is"),
        "{said:?}"
    );
    assert!(
        said.stderr.contains("is now `inbox/failed/wrong.csv`"),
        "{said:?}"
    );
}

#[test]
fn a_failure_is_posted_without_any_contact_and_a_success_is_not() {
    let (work, _running) = ready("limit=off");
    work.write("inbox/a.csv", people('a', 1));
    work.write("inbox/wrong.csv", WRONG);
    let (url, heard) = listen("200");
    let said = import(
        &work,
        "inbox",
        &["--on-failure", &url, "--healthcheck", &nobody(), "--quiet"],
    );
    assert_eq!(said.code, 3, "{said:?}");
    let (first, body) = heard.told();
    assert_eq!(first, "POST /ping/s3cret HTTP/1.1");
    let told: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(
        (
            &told["exit_code"],
            &told["target"],
            &told["totals"]["read"],
            &told["totals"]["rejected"]
        ),
        (&json!(3), &json!("there"), &json!(3), &json!(1))
    );
    assert_eq!(told["files"][1]["file"], "wrong.csv");
    assert_eq!(told["run"], told["files"][1]["run"]);
    for private in ["Durand", "Petit", "0612", "example.fr"] {
        assert!(!body.contains(private), "{private}: {body}");
    }
    assert!(!said.stderr.contains("healthcheck"), "{said:?}");

    let (url, heard) = listen("200");
    work.write("inbox/b.csv", people('b', 1));
    let said = import(
        &work,
        "inbox",
        &["--on-failure", &nobody(), "--healthcheck", &url, "--quiet"],
    );
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    assert_eq!(heard.told().0, "GET /ping/s3cret HTTP/1.1");
}

#[test]
fn who_cannot_be_told_is_a_warning_and_no_address_is_shown_or_kept() {
    let (work, _running) = ready("limit=off");
    work.write("a.csv", people('a', 1));
    let (url, heard) = listen("404");
    let said = import(
        &work,
        "a.csv",
        &["--healthcheck", &url, &format!("--on-failure={}", nobody())],
    );
    heard.told();
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.stderr
            .contains("warning: the healthcheck at `127.0.0.1:"),
        "{said:?}"
    );
    work.write("broken.csv", "");
    let said = import(&work, "broken.csv", &["--on-failure", &nobody()]);
    assert_eq!(said.code, 4, "{said:?}");
    assert!(
        said.stderr.contains("warning: the webhook at `127.0.0.1:"),
        "{said:?}"
    );
    for (path, content) in work.everything() {
        let text = String::from_utf8_lossy(&content);
        assert!(!text.contains("s3cret"), "{}", path.display());
    }
    assert!(!said.stderr.contains("s3cret"), "{said:?}");
    // Clear text stays on this machine; nothing is sent then.
    let said = import(
        &work,
        "a.csv",
        &["--healthcheck", "http://hooks.example/s3cret"],
    );
    assert_eq!(said.code, 2, "{said:?}");
    assert!(!said.stderr.contains("s3cret"), "{said:?}");
}

#[cfg(unix)]
#[test]
fn a_command_is_told_by_variables_and_standard_input() {
    let (work, _running) = ready("limit=off");
    work.write("wrong.csv", WRONG);
    let command = "cat > told.txt; echo \"$ROLO_EXIT_CODE $ROLO_TARGET $ROLO_SOURCE $ROLO_TOTALS\" > variables.txt; \
                   test -f \"$ROLO_REPORT_DIR/results.csv\"; echo heard";
    let said = import(
        &work,
        "wrong.csv",
        &["--on-failure", command, "--output", "json"],
    );
    assert_eq!(said.code, 3, "{said:?}");
    assert_eq!(
        said.json()["totals"]["rejected"],
        1,
        "standard output is ours"
    );
    assert!(said.stderr.contains("heard"), "{said:?}");
    assert!(
        work.read("variables.txt")
            .starts_with("3 there wrong.csv {\"read\":2,")
    );
    let told = work.read("told.txt");
    assert!(
        told.starts_with("rolo import of wrong.csv to there ended with 3: "),
        "{told}"
    );
    assert!(!told.contains("Petit"), "{told}");
    let said = import(&work, "wrong.csv", &["--on-failure", "exit 9"]);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(
        said.stderr
            .contains("the command of --on-failure ended with exit status: 9")
    );
}

#[cfg(unix)]
#[test]
fn a_command_does_not_inherit_the_variables_that_hold_secrets() {
    let (work, running) = ready("limit=off");
    let other = "[targets.other]\nvendor = \"orzame\"\napi_key = { env = \"OTHER_KEY\" }\n";
    let own = "on_failure = { env = \"TOLD\" }\n";
    work.write("rolo.toml", target(&running, "covage") + own + other);
    work.write("wrong.csv", WRONG);
    let output = work
        .command(&["import", "wrong.csv", "--to", "there"])
        .env("OTHER_KEY", "k3y-of-another")
        .env("LANGUAGE", "fr")
        .env("TOLD", "env > told.txt")
        .output();
    let said = crate::workdir::said(&output.expect("it ran"));
    assert_eq!(said.code, 3, "{said:?}");
    let told = work.read("told.txt");
    assert!(told.contains("LANGUAGE=fr"), "{told}");
    for secret in ["SANDBOX_PASSWORD", "OTHER_KEY", "k3y-of-another", "TOLD="] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
}

#[cfg(unix)]
#[test]
fn failures_before_the_first_row_are_told_too_and_a_dry_run_tells_nobody() {
    let (work, _running) = ready("limit=off");
    work.write("a.csv", people('a', 1));
    let told = |work: &Workdir| {
        let text = std::fs::read_to_string(work.path("told.txt")).unwrap_or_default();
        let _ = std::fs::remove_file(work.path("told.txt"));
        text.trim().to_owned()
    };
    let command = ["--on-failure", "echo $ROLO_EXIT_CODE > told.txt"];
    assert_eq!(import(&work, "absent.csv", &command).code, 4);
    assert_eq!(told(&work), "4");
    work.rolo(&["import", "a.csv", "--to", "nowhere", command[0], command[1]]);
    assert_eq!(told(&work), "2");
    import(&work, "absent.csv", &["--dry-run", command[0], command[1]]);
    assert_eq!(told(&work), "");
    import(&work, "a.csv", &command);
    assert_eq!(told(&work), "");
    work.write("rolo.toml", "[targets.there]\nvendor = 3\n");
    assert_eq!(import(&work, "a.csv", &command).code, 2);
    assert_eq!(told(&work), "2");
}

#[test]
fn a_target_says_who_is_told_and_a_flag_comes_before_it() {
    let (work, running) = ready("limit=off");
    let (url, heard) = listen("200");
    let settings = format!(
        "metrics = \"rolo.prom\"\nhealthcheck = {{ env = \"PING_URL\" }}\non_failure = \"{}\"\n",
        nobody()
    );
    work.write("rolo.toml", target(&running, "covage") + &settings);
    work.write("a.csv", people('a', 1));
    let output = work
        .command(&["import", "a.csv", "--to", "there"])
        .env("PING_URL", &url)
        .output();
    let said = crate::workdir::said(&output.expect("it ran"));
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(heard.told().0, "GET /ping/s3cret HTTP/1.1");
    assert!(
        work.read("rolo.prom")
            .contains("rolo_last_run_exit_code{target=\"there\"} 0")
    );
    // A variable that is not set is told before anything is read.
    let said = import(&work, "a.csv", &["--on-failure", ""]);
    assert_eq!(said.code, 2, "{said:?}");
    let (url, heard) = listen("200");
    let said = import(
        &work,
        "a.csv",
        &["--healthcheck", &url, "--metrics", "other.prom"],
    );
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(heard.told().0, "GET /ping/s3cret HTTP/1.1");
    assert!(work.path("other.prom").exists());
}

#[test]
fn metrics_keep_the_last_success_and_can_be_read_by_all() {
    let (work, running) = ready("limit=off");
    work.write("a.csv", people('a', 2));
    let value = |work: &Workdir, name: &str| {
        let text = work.read("rolo.prom");
        let mut lines = text
            .lines()
            .filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let found = lines.next().map(str::to_owned);
        assert_eq!(lines.next(), None, "{name} stands there once");
        found
    };
    let success = "rolo_last_success_timestamp_seconds{target=\"there\"}";
    let code = "rolo_last_run_exit_code{target=\"there\"}";
    let created = "rolo_last_run_rows{target=\"there\",outcome=\"created\"}";
    assert_eq!(import(&work, "a.csv", &["--metrics", "rolo.prom"]).code, 0);
    let first = value(&work, success).expect("a success");
    assert_eq!(value(&work, created).as_deref(), Some("2"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let about = std::fs::metadata(work.path("rolo.prom")).expect("there");
        assert_eq!(about.permissions().mode() & 0o777, 0o644);
    }
    let second = target(&running, "covage").replace("targets.there", "targets.other");
    work.write("rolo.toml", target(&running, "covage") + &second);
    work.rolo(&["import", "a.csv", "--to", "other", "--metrics", "rolo.prom"]);
    assert_eq!(
        import(&work, "absent.csv", &["--metrics", "rolo.prom"]).code,
        4
    );
    assert_eq!(value(&work, code).as_deref(), Some("4"));
    assert_eq!(value(&work, success), Some(first));
    assert_eq!(value(&work, created).as_deref(), Some("0"));
    assert_eq!(
        value(&work, "rolo_last_run_exit_code{target=\"other\"}").as_deref(),
        Some("0")
    );
    let said = import(&work, "a.csv", &["--metrics", "a.csv"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.stderr.contains("warning: the metrics `a.csv`"),
        "{said:?}"
    );
    assert_eq!(work.read("a.csv"), people('a', 2));
}

/// An import of an inbox that is at its first sheet, and slow at it.
#[cfg(unix)]
fn at_work(work: &Workdir, running: &Running) -> std::process::Child {
    work.write("inbox/a.csv", people('a', 90));
    work.write("inbox/b.csv", people('b', 90));
    let arguments = [
        "import", "inbox", "--to", "there", "--quiet", "--rate", "50/s",
    ];
    let mut child = work
        .command(&arguments)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    while running.records("covage").len() < 3 {
        assert!(child.try_wait().expect("a child").is_none(), "it ended");
        std::thread::yield_now();
    }
    child
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_night_and_the_next_one_goes_on() {
    let (work, running) = ready("limit=off");
    let child = at_work(&work, &running);
    let id = child.id().to_string();
    let kill = std::process::Command::new("kill")
        .args(["-TERM", &id])
        .status();
    assert!(kill.expect("kill").success());
    let said = crate::workdir::said(&child.wait_with_output().expect("it ended"));
    assert_eq!(said.code, 143, "{said:?}");
    assert!(said.stderr.contains("1 further sheets stay"), "{said:?}");
    assert_eq!(files(&work, "inbox"), ["a.csv", "b.csv"]);
    let made = running.records("covage").len();
    assert!(made < 90, "{made}");
    assert_eq!(import(&work, "inbox", &["--quiet"]).code, 0);
    assert_eq!(running.records("covage").len(), 180);
    assert_eq!(files(&work, "inbox/done"), ["a.csv", "b.csv"]);
}

#[cfg(unix)]
#[test]
fn a_sheet_that_is_written_to_while_it_is_read_stays() {
    let (work, running) = ready("limit=off");
    let child = at_work(&work, &running);
    work.write("inbox/a.csv", people('a', 95));
    let said = crate::workdir::said(&child.wait_with_output().expect("it ended"));
    assert_eq!(said.code, 4, "{said:?}");
    assert!(
        said.stderr.contains("`inbox/a.csv` stays where it is"),
        "{said:?}"
    );
    assert_eq!(files(&work, "inbox"), ["a.csv"]);
    assert_eq!(files(&work, "inbox/done"), ["b.csv"]);
    assert_eq!(import(&work, "inbox", &["--quiet"]).code, 0);
    assert_eq!(running.records("covage").len(), 185);
}

#[test]
fn the_commands_of_the_templates_are_ones() {
    let (work, running) = ready("limit=off");
    work.write(
        "rolo.toml",
        target(&running, "covage").replace("targets.there", "targets.hq"),
    );
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut ran = 0;
    for template in ["cron", "rolo.service"] {
        let text = std::fs::read_to_string(root.join(template)).expect("a template");
        let is_command = |line: &&str| {
            line.starts_with(|c: char| c.is_ascii_digit())
                || line.starts_with("ExecStart=")
                || line.starts_with("# 0 ")
        };
        let lines = text.lines().filter(is_command);
        for command in lines.flat_map(|line| line.split("rolo ").skip(1)) {
            if command.starts_with("ended") {
                continue;
            }
            let command = command.split([';', '|', '&']).next().unwrap_or_default();
            let command = command.replace("\"reports/$(date +\\%F)\"", "reports/today");
            work.write("inbox/people.csv", people('a', 2));
            work.write("people.xlsx", people('b', 2));
            let said = work.rolo(&command.split_whitespace().collect::<Vec<_>>());
            let words = (said.code, said.stdout + &said.stderr);
            assert_eq!(words, (0, String::new()), "{command}");
            ran += 1;
        }
    }
    assert_eq!(ran, 5);
    assert_eq!(running.records("covage").len(), 4);
}
