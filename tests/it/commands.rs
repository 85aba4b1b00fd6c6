//! The commands that only tell: check, map, vendors, explain, runs.

use serde_json::json;

use crate::workdir::{Workdir, sample, target, vendors};

#[test]
fn check_counts_what_it_read_and_sends_nothing() {
    let work = Workdir::new();
    let said = work.rolo(&[
        "check",
        &sample("messy.csv"),
        "--for",
        "covage",
        "--region",
        "FR",
        "--output",
        "json",
    ]);
    let document = said.json();
    let totals = &document["totals"];
    let count = |name: &str| totals[name].as_u64().expect("a number");
    assert_eq!(
        count("read"),
        count("valid") + count("rejected") + count("skipped"),
        "{totals}"
    );
    assert_eq!((said.code, document["exit_code"].as_u64()), (3, Some(3)));
    assert_eq!(document["source"]["header_row"], 3);
    let short = document["problems"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|p| p["code"] == "phone.too-short");
    let short = short.expect("row 5 has four digits");
    assert_eq!(
        (&short["row"], &short["severity"]),
        (&json!(5), &json!("error"))
    );
    for member in ["column", "field", "found", "message", "help", "suggestion"] {
        assert!(short.get(member).is_some(), "{short}");
    }
}

#[test]
fn check_for_all_is_one_table_with_a_column_each() {
    let work = Workdir::new();
    let arguments = [
        "check",
        &sample("contacts.csv"),
        "--for",
        "all",
        "--parent",
        "1",
    ];
    let said = work.rolo(&arguments);
    for vendor in rolo::sandbox::VENDORS {
        assert!(said.stdout.contains(vendor), "{vendor}: {said:?}");
    }
    assert!(said.stdout.contains("values lost"), "{said:?}");
    let mut json = arguments.to_vec();
    json.extend(["--output", "json"]);
    let document = work.rolo(&json).json();
    assert_eq!(
        document["targets"].as_array().map(Vec::len),
        Some(rolo::sandbox::VENDORS.len())
    );
    assert_eq!(document["targets"][0]["totals"]["read"], 12);
}

#[test]
fn check_writes_a_report_when_asked() {
    let work = Workdir::new();
    let said = work.rolo(&[
        "check",
        &sample("eight.csv"),
        "--for",
        "aalam",
        "--report",
        "out",
    ]);
    assert!(said.stdout.contains("out"), "{said:?}");
    assert_eq!(work.read("out/results.csv").matches("valid").count(), 7);
    assert!(work.read("out/report.html").contains("check of"));
}

#[test]
fn map_shows_every_column() {
    let work = Workdir::new();
    let said = work.rolo(&["map", &sample("eight.csv")]);
    assert_eq!(said.code, 0);
    for text in [
        "name.first",
        "name.last",
        "company",
        "phone.mobile",
        "email.work",
        "note",
    ] {
        assert!(said.stdout.contains(text), "{text}: {said:?}");
    }
    let document = work
        .rolo(&[
            "map",
            &sample("eight.csv"),
            "--output",
            "json",
            "--column",
            "Ville=groups",
        ])
        .json();
    assert_eq!(document["columns"][6]["target"], "groups");
    assert_eq!(document["columns"][0]["column"], "A");
}

#[test]
fn a_workbook_is_read_as_it_is_shown() {
    let work = Workdir::new();
    let said = work.rolo(&[
        "check",
        &sample("contacts.xlsx"),
        "--for",
        "covage",
        "--region",
        "FR",
        "--output",
        "json",
    ]);
    let document = said.json();
    assert_eq!(
        (&document["source"]["format"], &document["source"]["sheet"]),
        (&json!("xlsx"), &json!("Contacts"))
    );
    assert_eq!(document["totals"]["rejected"], 0, "{said:?}");
}

#[test]
fn vendors_tell_what_is_known_and_mark_what_is_assumed() {
    let work = Workdir::new();
    let list = work.rolo(&["vendors"]);
    let document = work.rolo(&["vendors", "--output", "json"]).json();
    for vendor in rolo::sandbox::VENDORS {
        assert!(list.stdout.contains(vendor), "{list:?}");
        let said = work.rolo(&["vendors", vendor]);
        for heading in [
            "Operations",
            "Fields it holds",
            "Rules",
            "Switches",
            "[targets.NAME]",
        ] {
            assert!(said.stdout.contains(heading), "{vendor}: {heading}");
        }
        assert!(said.stdout.contains("[assumed]"), "{vendor}: {said:?}");
    }
    for vendor in document["vendors"].as_array().expect("a list") {
        for told in [
            "operations",
            "fields",
            "slots",
            "limits",
            "rules",
            "switches",
        ] {
            let told = vendor[told].to_string();
            assert!(told.len() > 10, "{}: {told}", vendor["id"]);
        }
        let shared = vendor["rules"].to_string();
        assert!(shared.contains("vendor.nothing-to-send"), "{shared}");
    }
    assert_eq!(
        document["vendors"].as_array().map(Vec::len),
        Some(rolo::sandbox::VENDORS.len())
    );
    assert!(work.rolo(&["vendors", "persons"]).stdout.contains("Orzame"));
    assert_eq!(work.rolo(&["vendors", "nosuch"]).code, 2);
}

#[test]
fn explain_explains() {
    let work = Workdir::new();
    let said = work.rolo(&["explain", "phone.too-short"]);
    assert!(
        said.code == 0 && said.stdout.contains("What to do:"),
        "{said:?}"
    );
    assert!(work.rolo(&["explain"]).stdout.lines().count() > 20);
    let said = work.rolo(&["explain", "phone.nosuch"]);
    assert!(
        said.code == 2 && said.stderr.contains("phone.too-short"),
        "{said:?}"
    );
}

#[test]
fn runs_are_listed_and_told() {
    let running = vendors("limit=off");
    let work = Workdir::new();
    work.write("rolo.toml", target(&running, "sonar"));
    assert!(work.rolo(&["runs"]).stdout.contains("no runs yet"));
    let run = work
        .rolo(&[
            "import",
            &sample("eight.csv"),
            "--to",
            "there",
            "--output",
            "json",
        ])
        .json()["run"]
        .clone();
    let run = run.as_str().expect("an id");
    let list = work.rolo(&["runs"]);
    assert!(
        list.stdout.contains(run) && list.stdout.contains("7 created"),
        "{list:?}"
    );
    let story = work.rolo(&["runs", &run[..22].to_lowercase()]);
    assert!(
        story.stdout.contains("the name is missing") && story.stdout.contains("created"),
        "{story:?}"
    );
    assert_eq!(
        work.rolo(&["runs", run, "--output", "json"]).json()["totals"]["created"],
        7
    );
    assert_eq!(work.rolo(&["runs", "ZZZ"]).code, 2);
}

#[test]
fn a_sheet_comes_from_standard_input_too() {
    use std::io::Write as _;
    let work = Workdir::new();
    let mut child = work
        .command(&["check", "-", "--for", "covage", "--output", "json"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("piped");
    stdin
        .write_all("Nom,E-mail\nDurand,a@example.fr\n".as_bytes())
        .expect("written");
    drop(stdin);
    let said = crate::workdir::said(&child.wait_with_output().expect("it ended"));
    assert_eq!(said.json()["totals"]["valid"], 1);
}

#[test]
fn the_sandbox_in_this_process_keeps_its_book() {
    let work = Workdir::new();
    let import = [
        "import",
        &sample("contacts.csv"),
        "--to",
        "sandbox:covage",
        "--output",
        "json",
    ];
    let first = work.rolo(&import);
    assert_eq!(
        (first.code, first.json()["totals"]["created"].as_u64()),
        (0, Some(12)),
        "{first:?}"
    );
    let second = work.rolo(&import);
    assert_eq!(second.json()["totals"]["unchanged"], 12, "{second:?}");
    let book = work.read("state/rolo/sandbox/covage.ndjson");
    assert_eq!(book.matches("\"contact_uuid\"").count(), 12);
}
