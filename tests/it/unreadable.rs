//! What the target holds cannot be read: an import that would not know whom it makes again ends before anything is sent.

use serde_json::json;

use rolo::sandbox::VENDORS;

use crate::known::{Known, with_parents};
use crate::middle::{Answered, Asked, Middle};
use crate::scene::people;
use crate::workdir::{Said, Workdir, target, vendors};

/// Answers that are no list, each with words of the vendor that a person must read.
fn nonsense() -> Vec<(&'static str, Answered, &'static str)> {
    let json = |text: &str| Answered::text(200, "application/json", text);
    let moved = Answered {
        headers: "location: /login\r\n".to_owned(),
        ..Answered::text(302, "text/html", "Moved to the login page")
    };
    let page = "<html><h1>Maintenance tonight</h1></html>";
    let refused = r#"{"error": {"message": "page is not known"}}"#;
    vec![
        (
            "HTML",
            Answered::text(200, "text/html", page),
            "Maintenance",
        ),
        (
            "an error",
            json(r#"{"error": "quota exceeded"}"#),
            "quota exceeded",
        ),
        (
            "an error beside a list",
            json(r#"{"data": [], "error": "no database"}"#),
            "no database",
        ),
        ("302", moved, "login page"),
        ("cut off", json(r#"{"data": [{"id": 1"#), r#"[{"id": 1"#),
        ("nothing", json(""), ""),
        ("null", json("null"), "null"),
        ("nulls", json("[null]"), ""),
        (
            "nulls in data",
            json(r#"{"data": [null, null]}"#),
            "single value",
        ),
        ("numbers", json(r#"{"data": [1, 2]}"#), "single value"),
        ("texts", json(r#"{"data": ["x"]}"#), "single value"),
        (
            "no ids",
            json(r#"{"data": [{"colour": "blue"}]}"#),
            "`colour`",
        ),
        (
            "another thing",
            json(r#"{"contacts_are": "elsewhere"}"#),
            "elsewhere",
        ),
        (
            "400",
            Answered::text(400, "application/json", refused),
            "page is not known",
        ),
        (
            "418",
            Answered::text(418, "text/plain", "short and stout"),
            "short and stout",
        ),
    ]
}

/// A target whose lists are answered by this; a sheet of three rows.
fn ready(vendor: &str, list: Answered) -> (Workdir, rolo::sandbox::Running, Middle) {
    let (work, running) = (Workdir::new(), vendors("limit=off"));
    let middle = Middle::before(&running, move |asked, answer| {
        if asked.is_list() {
            list.clone()
        } else {
            answer()
        }
    });
    work.write(
        "rolo.toml",
        middle.instead(&running, &target(&running, vendor)),
    );
    work.write("people.csv", people(3));
    (work, running, middle)
}

fn import(work: &Workdir, more: &[&str]) -> Said {
    let fixed = [
        "import",
        "people.csv",
        "--to",
        "there",
        "--settle-after",
        "0",
    ];
    work.rolo(&[&fixed, more].concat())
}

#[test]
fn nothing_is_sent_where_what_is_there_cannot_be_read() {
    for &vendor in VENDORS {
        for (what, list, words) in nonsense() {
            // The rows stand where the vendor puts them.
            let under = format!("\"{}\"", Known::of(vendor).list.under);
            let body = String::from_utf8(list.body).expect("text");
            let list = Answered {
                body: body.replace("\"data\"", &under).into_bytes(),
                ..list
            };
            let (work, running, middle) = ready(vendor, list);
            let said = import(&work, &[]);
            assert_eq!(said.code, 5, "{vendor}, {what}: {said:?}");
            for wanted in [
                "what the target holds cannot be read",
                "--compare ledger",
                words,
            ] {
                assert!(
                    said.stderr.contains(wanted),
                    "{vendor}, {what}: {wanted}: {said:?}"
                );
            }
            assert!(running.records(vendor).is_empty(), "{vendor}, {what}");
            assert!(
                middle.heard().iter().any(Asked::is_list),
                "{vendor}, {what}"
            );
        }
    }
}

#[test]
fn a_mirror_a_plan_and_a_dry_run_end_alike_and_a_person_may_say_otherwise() {
    for &vendor in VENDORS {
        let page = Answered::text(200, "text/html", "<h1>Maintenance</h1>");
        let (work, running, _middle) = ready(vendor, page);
        for more in [
            &["--mode", "mirror"][..],
            &["--dry-run"],
            &["--compare", "target"],
        ] {
            let said = import(&work, more);
            assert_eq!(said.code, 5, "{vendor} {more:?}: {said:?}");
        }
        let said = work.rolo(&["plan", "people.csv", "--to", "there"]);
        assert_eq!(said.code, 5, "{vendor}: {said:?}");
        assert!(running.records(vendor).is_empty(), "{vendor}");
        let said = import(&work, &["--compare", "ledger"]);
        assert_eq!(
            (said.code, running.records(vendor).len()),
            (0, 3),
            "{vendor}: {said:?}"
        );
    }
}

#[test]
fn a_vendor_that_lets_nobody_list_is_only_warned_of() {
    for &vendor in VENDORS {
        for status in [403, 405, 410, 501] {
            let body = json!({"error": {"message": "listing is not for you"}}).to_string();
            let (work, running, _middle) =
                ready(vendor, Answered::text(status, "application/json", &body));
            let said = import(&work, &[]);
            assert_eq!(
                (said.code, running.records(vendor).len()),
                (0, 3),
                "{vendor} {status}: {said:?}"
            );
            assert!(
                said.stderr.contains("listing is not for you"),
                "{vendor} {status}: {said:?}"
            );
        }
    }
}

#[test]
fn a_parent_that_is_not_there_is_empty_and_its_rows_are_refused_by_the_vendor() {
    for vendor in with_parents() {
        let (work, running) = (Workdir::new(), vendors("limit=off"));
        let target = target(&running, vendor).replace("parent = \"7\"", "parent = \"700000\"");
        work.write("rolo.toml", target);
        work.write("people.csv", people(3));
        let said = import(&work, &[]);
        assert_eq!(said.code, 3, "{vendor}: {said:?}");
    }
}

#[test]
fn a_plan_is_not_applied_to_what_cannot_be_read() {
    for &vendor in VENDORS {
        let (work, running) = (Workdir::new(), vendors("limit=off"));
        let ill = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let is_ill = ill.clone();
        let middle = Middle::before(&running, move |asked, answer| {
            if asked.is_list() && is_ill.load(std::sync::atomic::Ordering::Relaxed) {
                Answered::text(200, "text/html", "<h1>Maintenance</h1>")
            } else {
                answer()
            }
        });
        work.write(
            "rolo.toml",
            middle.instead(&running, &target(&running, vendor)),
        );
        work.write("people.csv", people(3));
        let said = work.rolo(&["plan", "people.csv", "--to", "there", "--output", "json"]);
        let run = said.json()["run"].as_str().expect("a run").to_owned();
        assert_eq!(said.code, 0, "{vendor}: {said:?}");
        ill.store(true, std::sync::atomic::Ordering::Relaxed);
        let said = work.rolo(&["apply", &run]);
        assert_eq!(said.code, 5, "{vendor}: {said:?}");
        assert!(said.stderr.contains("Maintenance"), "{vendor}: {said:?}");
        assert!(running.records(vendor).is_empty(), "{vendor}");
        let said = work.rolo(&["apply", &run, "--even-if-changed"]);
        assert_eq!(
            (said.code, running.records(vendor).len()),
            (0, 3),
            "{vendor}: {said:?}"
        );
    }
}
