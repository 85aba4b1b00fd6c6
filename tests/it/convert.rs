//! `rolo convert`, as a person runs it: what comes out of a file, whatever it is called.

use serde_json::Value;

use crate::workdir::{Said, Workdir, sample};

/// Converts a file to neutral contacts; gives what the program said, and the contacts.
fn converted(work: &Workdir, file: &str, arguments: &[&str]) -> (Said, Vec<Value>) {
    let mut all = vec!["convert", file, "-o", "out.ndjson", "--output", "json"];
    all.extend(arguments);
    let said = work.rolo(&all);
    let lines = if work.path("out.ndjson").exists() {
        work.read("out.ndjson")
    } else {
        String::new()
    };
    let contacts = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("a JSON object a line"))
        .collect();
    (said, contacts)
}

#[test]
fn every_row_is_written_and_counted_those_with_problems_too() {
    let work = Workdir::new();
    let (said, contacts) = converted(&work, &sample("messy.csv"), &["--region", "FR"]);
    let document = said.json();
    let count = |name: &str| document["totals"][name].as_u64().expect("a number");
    assert_eq!(count("read"), contacts.len() as u64);
    assert_eq!(count("read"), count("valid") + count("rejected"));
    assert!(count("rejected") > 0 && said.code == 3, "{said:?}");
    assert_eq!(document["target"], "ndjson");
    assert_eq!(document["run"], Value::Null);
    let short = contacts
        .iter()
        .find(|contact| contact["row"] == 5)
        .expect("row 5 is written");
    let kept = short["custom"].to_string();
    assert!(kept.contains("0612") || kept.contains("0199"), "{short}");
    assert!(short.get("note").is_none_or(|note| note != ""), "{short}");
}

#[test]
fn the_output_says_its_format_by_its_ending() {
    let work = Workdir::new();
    let said = work.rolo(&["convert", &sample("contacts.csv"), "-o", "out.doc"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains(".ndjson"), "{said:?}");
    assert!(!work.path("out.doc").exists());
}
