//! `rolo migrate`: from any vendor to any other; done again it changes nothing.

use rolo::sandbox::{Running, VENDORS};
use serde_json::{Value, json};

use crate::known::{Known, has_parents};
use crate::workdir::{Said, Workdir, sample, target, vendors};

/// A folder with targets `there` and `beyond`.
fn ready(running: &Running, from: &str, to: &str) -> Workdir {
    let work = Workdir::new();
    let beyond = target(running, to)
        .replace("[targets.there]", "[targets.beyond]")
        .replace("\"7\"", "\"9\"");
    work.write("rolo.toml", format!("{}{beyond}", target(running, from)));
    work.write("parents.csv", "7,9\n");
    work
}

fn migrate(work: &Workdir, more: &[&str]) -> Said {
    let common = [
        "migrate", "--from", "there", "--to", "beyond", "--report", "report", "--output", "json",
    ];
    work.rolo(&[&common[..], more].concat())
}

#[test]
fn every_direction_moves_what_both_can_hold_and_moves_it_once() {
    for &from in VENDORS {
        for &to in VENDORS.iter().filter(|to| **to != from) {
            let running = vendors("limit=off");
            let work = ready(&running, from, to);
            let sheet = sample("eight.csv");
            let said = work.rolo(&["import", &sheet, "--to", "there", "--output", "json"]);
            let made = said.json()["totals"]["created"].as_u64().expect("a number");
            let map = ["--parent-map", "parents.csv"];
            let known = Known::of(to);
            let mut more = known.any_company();
            if has_parents(from) && has_parents(to) {
                more.extend(map);
            }
            let dry = migrate(&work, &[&more[..], &["--dry-run"]].concat());
            assert_eq!(running.records(to).len(), 0, "{from} to {to}: {dry:?}");
            let said = migrate(&work, &more);
            let totals = said.json()["totals"].clone();
            let moved = totals["created"].as_u64().expect("a number");
            assert_eq!(
                moved + totals["rejected"].as_u64().unwrap_or(0),
                made,
                "{from} to {to}: {said:?}"
            );
            assert!(moved > 0, "{from} to {to}: {said:?}");
            assert_eq!(running.records(to).len() as u64, moved, "{from} to {to}");
            let map = work.read("report/map.csv");
            assert_eq!(
                map.lines().count() as u64,
                moved + 1,
                "{from} to {to}: {map}"
            );
            let again = migrate(&work, &more);
            assert_eq!(
                again.json()["totals"]["unchanged"],
                json!(moved),
                "{from} to {to}: {again:?}"
            );
            assert_eq!(running.records(to).len() as u64, moved, "{from} to {to}");
        }
    }
}

#[test]
fn parents_without_a_counterpart_stop_it_before_anything_is_sent() {
    let running = vendors("limit=off");
    let work = ready(&running, "sonar", "orzame");
    work.rolo(&["import", &sample("eight.csv"), "--to", "there"]);
    let said = migrate(&work, &[]);
    assert!(
        said.code == 4
            && said
                .stderr
                .contains("1 parents of `there` have no counterpart: 7"),
        "{said:?}"
    );
    assert_eq!(running.records("orzame").len(), 0);
    let said = migrate(&work, &["--parent", "11"]);
    assert_eq!(said.code, 0, "{said:?}");
    let parents: Vec<Value> = running
        .records("orzame")
        .iter()
        .map(|record| record["contact_id"].clone())
        .collect();
    assert!(
        !parents.is_empty() && parents.iter().all(|parent| *parent == json!(11)),
        "{parents:?}"
    );
}

#[test]
fn a_book_is_not_moved_into_itself() {
    let running = vendors("limit=off");
    let work = Workdir::new();
    work.write("rolo.toml", target(&running, "covage"));
    let said = work.rolo(&["migrate", "--from", "there", "--to", "there"]);
    assert!(
        said.code == 2 && said.stderr.contains("the same address book"),
        "{said:?}"
    );
}

#[test]
fn what_goes_there_and_back_keeps_every_field_that_both_hold() {
    let running = vendors("limit=off");
    let work = ready(&running, "covage", "aalam");
    work.rolo(&["import", &sample("eight.csv"), "--to", "there"]);
    let before = running.records("covage");
    // One row has nothing but a number, and the other vendor keeps nobody without a name.
    assert_eq!(migrate(&work, &[]).code, 3);
    let back = [
        "migrate", "--from", "beyond", "--to", "there", "--output", "json", "--report", "back",
    ];
    let said = work.rolo(&back);
    // What came from there is known there: the same records, and nothing of them has changed.
    assert_eq!(
        said.json()["totals"]["unchanged"],
        json!(before.len() - 1),
        "{said:?}"
    );
    assert_eq!(running.records("covage"), before);
}

#[test]
fn an_empty_source_is_named_and_no_file_of_ours() {
    for (more, dry) in [(&[][..], "--quiet"), (&["--dry-run"], "--quiet")] {
        let running = vendors("limit=off");
        let work = ready(&running, "sonar", "covage");
        let said = migrate(&work, &[more, &[dry]].concat());
        assert_eq!(said.code, 4, "{said:?}");
        assert!(
            said.stderr.contains("error: `there` holds no contacts\n"),
            "{said:?}"
        );
        let shown = format!("{}{}", said.stdout, said.stderr);
        assert!(
            !shown.contains("ndjson") && !shown.contains("tmp"),
            "{shown}"
        );
        let under = migrate(&work, &["--parent-of-from", "8"]);
        assert!(
            under.stderr.contains("`there` holds no contacts under 8"),
            "{under:?}"
        );
    }
}
