//! What cannot be done is said clearly, with the design's exit code, and nothing is sent.

use crate::workdir::{Workdir, said, sample, target, vendors};

#[test]
fn bad_input_and_bad_settings_end_with_a_reason_and_a_hint() {
    let running = vendors("limit=off");
    let work = Workdir::new();
    let good = target(&running, "covage");
    work.write("rolo.toml", &good);
    work.write("people.csv", "Nom,E-mail\nDurand,a@example.fr\n");
    work.write("empty.csv", "");
    work.write("header.csv", "Nom,E-mail\n");
    work.write("numbers.csv", "1,2,3\n4,5,6\n");
    work.write("strange.csv", "Foo,Bar\nx,y\n");
    work.write("broken.xlsx", b"PK\x03\x04 this is no workbook");
    work.write(
        "quote.csv",
        "Nom,E-mail\n\"Durand,a@example.fr\nMartin,m@example.fr\n",
    );
    work.write("other.toml", good.replace("covage", "nosuch"));
    work.write("unknown.toml", format!("{good}colour = \"blue\"\n"));
    work.write(
        "unset.toml",
        good.replace("SANDBOX_PASSWORD", "UNSET_PASSWORD"),
    );
    work.write("lacking.toml", good.replace("email = ", "# email = "));
    work.write("clear.toml", good.replace("127.0.0.1", "host.example"));
    work.write(
        "switch.toml",
        format!("{good}[targets.there.switches]\nauth = \"v9\"\n"),
    );
    work.write("rate.toml", good.replace("5000/s", "fast"));
    let there = ["--to", "there"];
    let with = |config: &'static str| ["--to", "there", "--config", config];
    let cases: &[(&str, &[&str], i32, &str)] = &[
        ("missing.csv", &there, 4, "cannot open `missing.csv`"),
        ("empty.csv", &there, 4, "`empty.csv` is empty"),
        ("broken.xlsx", &there, 4, "broken.xlsx"),
        ("quote.csv", &there, 4, "quote.csv"),
        ("numbers.csv", &there, 2, "hint:"),
        ("strange.csv", &there, 2, "no column of row 1 is recognised"),
        (
            "people.csv",
            &["--to", "nosuch"],
            2,
            "there is no vendor or target `nosuch`",
        ),
        ("people.csv", &["--to", "sandbox:nosuch"], 2, "`nosuch`"),
        (
            "people.csv",
            &["--to", "covage"],
            2,
            "is a vendor, not a target",
        ),
        ("people.csv", &with("other.toml"), 2, "`nosuch`"),
        ("people.csv", &with("unknown.toml"), 2, "`colour`"),
        ("people.csv", &with("unset.toml"), 2, "UNSET_PASSWORD"),
        ("people.csv", &with("lacking.toml"), 2, "email and password"),
        ("people.csv", &with("clear.toml"), 2, "clear text"),
        ("people.csv", &with("switch.toml"), 2, "`v9`"),
        ("people.csv", &with("rate.toml"), 2, "invalid rate `fast`"),
        ("people.csv", &with("nowhere.toml"), 2, "nowhere.toml"),
        (
            "people.csv",
            &["--to", "there", "--set", "colour=blue"],
            2,
            "no switch `colour`",
        ),
        (
            "people.csv",
            &["--to", "there", "--region", "FRANCE"],
            2,
            "FRANCE",
        ),
        (
            "people.csv",
            &["--to", "there", "--sheet", "x", "--colour"],
            2,
            "--colour",
        ),
    ];
    for (sheet, more, code, words) in cases {
        let mut arguments = vec!["import", sheet];
        arguments.extend(*more);
        let said = work.rolo(&arguments);
        assert_eq!(said.code, *code, "{arguments:?}: {said:?}");
        assert!(said.stderr.contains(words), "{arguments:?}: {said:?}");
        assert!(
            said.stderr.starts_with("error:") && said.stdout.is_empty(),
            "{arguments:?}: {said:?}"
        );
        assert!(!said.stderr.contains("panicked"), "{said:?}");
    }
    for vendor in rolo::sandbox::VENDORS {
        assert_eq!(running.requests(vendor), [], "nothing was sent");
    }
}

#[test]
fn a_sheet_of_nothing_but_a_header_is_an_empty_import_where_that_is_allowed() {
    let running = vendors("limit=off");
    let work = Workdir::new();
    work.write("rolo.toml", target(&running, "covage"));
    work.write("header.csv", "Nom,E-mail\n");
    let mut arguments = vec!["import", "header.csv", "--to", "there", "--output", "json"];
    assert_eq!(work.rolo(&arguments).code, 7);
    arguments.push("--allow-empty");
    let said = work.rolo(&arguments);
    assert_eq!(
        (said.code, said.json()["totals"]["read"].as_u64()),
        (0, Some(0)),
        "{said:?}"
    );
}

#[test]
fn check_goes_on_where_nothing_is_recognised_and_says_so() {
    let work = Workdir::new();
    work.write("strange.csv", "Foo,Bar\nx,y\n");
    let said = work.rolo(&["check", "strange.csv", "--for", "aalam"]);
    assert!(said.stdout.contains("warning:"), "{said:?}");
}

#[test]
fn quiet_says_nothing_when_nothing_is_wrong() {
    let running = vendors("limit=off");
    let work = Workdir::new();
    work.write("rolo.toml", target(&running, "covage"));
    let said = work.rolo(&[
        "import",
        &sample("contacts.csv"),
        "--to",
        "there",
        "--quiet",
    ]);
    assert_eq!(
        (said.code, said.stdout.as_str(), said.stderr.as_str()),
        (0, "", ""),
        "{said:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_pipe_by_name_is_read_like_a_file() {
    let work = Workdir::new();
    let pipe = work.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo").success());
    let sheet = "Nom,E-mail\nDurand,a@example.fr\n";
    let writer = std::thread::spawn(move || std::fs::write(pipe, sheet));
    let said = work.rolo(&["check", "pipe", "--for", "covage", "--output", "json"]);
    assert_eq!(said.json()["totals"]["valid"], 1, "{said:?}");
    writer.join().expect("it ended").expect("written");
}

#[test]
fn a_sheet_whose_keys_find_no_place_ends_with_where_and_why() {
    let work = Workdir::new();
    let rows = (0..115_000).map(|n| format!("k{n},A\n"));
    work.write(
        "many.csv",
        format!("Key,Name\n{}", rows.collect::<String>()),
    );
    let mut command = work.command(&["check", "many.csv", "--for", "covage", "--report", "out"]);
    // Where temporary files are kept.
    let variables = ["TMPDIR", "TEMP", "TMP"].map(|name| (name, work.path("gone")));
    let output = command.envs(variables).output();
    let said = said(&output.expect("the program starts"));
    said.expect(1);
    let gone = work.path("gone").display().to_string();
    let wanted = [gone.as_str(), "caused by:", "the disk's free space"];
    for wanted in wanted {
        assert!(said.stderr.contains(wanted), "{wanted}: {said}");
    }
}
