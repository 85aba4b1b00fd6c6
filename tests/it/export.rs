//! `rolo export`: what a target holds is written, and read back nothing changes.

use serde_json::{Value, json};

use rolo::backend;
use rolo::sandbox::{Running, VENDORS};

use crate::workdir::{Said, Workdir, sample, target, vendors};

fn lines(work: &Workdir, name: &str) -> Vec<Value> {
    work.read(name)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

fn import(work: &Workdir, sheet: &str) -> Said {
    work.rolo(&[
        "import", sheet, "--to", "there", "--report", "report", "--output", "json",
    ])
}

#[test]
fn what_is_exported_is_found_unchanged_when_it_is_imported_again() {
    for &vendor in VENDORS {
        let running = vendors("limit=off");
        let work = Workdir::new();
        work.write("rolo.toml", target(&running, vendor));
        let made = import(&work, &sample("eight.csv")).json()["totals"]["created"].clone();
        let said = work.rolo(&[
            "export",
            "--from",
            "there",
            "-o",
            "book.ndjson",
            "--output",
            "json",
        ]);
        assert_eq!(
            (said.code, &said.json()["totals"]["written"]),
            (0, &made),
            "{vendor}: {said:?}"
        );
        let contacts = lines(&work, "book.ndjson");
        assert!(
            contacts.iter().all(|contact| contact["key"].is_string()),
            "{vendor}: {contacts:?}"
        );
        let said = import(&work, "book.ndjson");
        assert_eq!(
            (said.code, &said.json()["totals"]["unchanged"]),
            (0, &made),
            "{vendor}: {said:?}"
        );
        let said = import(&work, &sample("eight.csv"));
        assert_eq!(
            said.json()["totals"]["unchanged"],
            made,
            "{vendor}: the sheet is still known"
        );
    }
}

#[test]
fn an_export_in_any_format_changes_nothing_when_it_is_imported_again() {
    for entry in backend::VENDORS {
        let vendor = entry.profile.id;
        let running = vendors("limit=off");
        let work = Workdir::new();
        work.write("rolo.toml", target(&running, vendor));
        for sheet in ["eight.csv", "contacts.csv"] {
            import(&work, &sample(sheet));
        }
        changes_nothing(&work, &running, vendor, &[&work, &Workdir::new()]);
        // Its people stand there more than once: only the ledger that made them tells them apart.
        import(&work, &sample("messy.csv"));
        changes_nothing(&work, &running, vendor, &[&work]);
    }
}

/// Exports in each format, and imports that with each of these ledgers.
fn changes_nothing(work: &Workdir, running: &Running, vendor: &str, ledgers: &[&Workdir]) {
    let held = running.records(vendor).len();
    assert!(held > 2, "{vendor}: {held}");
    for name in ["book.csv", "book.xlsx", "book.ndjson", "book.vcf"] {
        let said = work.rolo(&["export", "--from", "there", "-o", name]);
        assert_eq!(said.code, 0, "{vendor} {name}: {said:?}");
        let book = std::fs::read(work.path(name)).expect("a book");
        for other in ledgers {
            other.write("rolo.toml", work.read("rolo.toml"));
            other.write(name, &book);
            let said = import(other, name);
            assert_eq!(
                (said.code, &said.json()["totals"]["unchanged"]),
                (0, &json!(held)),
                "{vendor} {name}: {said:?}"
            );
        }
    }
}

#[test]
fn records_that_others_made_are_paired_by_their_id() {
    for &vendor in VENDORS {
        let running = vendors("limit=off");
        let other = Workdir::new();
        other.write("rolo.toml", target(&running, vendor));
        let made = import(&other, &sample("eight.csv")).json()["totals"]["created"].clone();
        // A folder that never saw this book before.
        let work = Workdir::new();
        work.write("rolo.toml", target(&running, vendor));
        work.rolo(&["export", "--from", "there", "-o", "book.ndjson"]);
        assert_eq!(
            import(&work, "book.ndjson").json()["totals"]["unchanged"],
            made,
            "{vendor}"
        );
        // And one whose ledger never saw the export: it finds that the records say it already.
        let third = Workdir::new();
        third.write("rolo.toml", target(&running, vendor));
        third.write("book.ndjson", work.read("book.ndjson"));
        let before = running.records(vendor).len();
        let said = import(&third, "book.ndjson");
        assert_eq!(
            (said.code, &said.json()["totals"]["unchanged"]),
            (0, &made),
            "{vendor}: {said:?}"
        );
        // Without a look, it sends what they say already, and makes none.
        let fourth = Workdir::new();
        fourth.write("rolo.toml", target(&running, vendor));
        fourth.write("book.ndjson", work.read("book.ndjson"));
        let ledger = [
            "import",
            "book.ndjson",
            "--to",
            "there",
            "--output",
            "json",
            "--compare",
            "ledger",
        ];
        let said = fourth.rolo(&ledger);
        assert_eq!(
            (said.code, &said.json()["totals"]["updated"]),
            (0, &made),
            "{vendor}: {said:?}"
        );
        assert_eq!(running.records(vendor).len(), before, "{vendor}");
    }
}

#[test]
fn parents_are_chosen_by_flag_or_by_file() {
    let running = vendors("limit=off");
    let work = Workdir::new();
    work.write("rolo.toml", target(&running, "orzame"));
    work.write("people.csv", "Nom,Compte\nDurand,1\nMartin,2\nBernard,2\n");
    work.rolo(&[
        "import",
        "people.csv",
        "--to",
        "there",
        "--column",
        "Compte=parent",
    ]);
    let count = |arguments: &[&str]| {
        let common = ["export", "--from", "there", "-o", "book.ndjson"];
        let said = work.rolo(&[&common[..], arguments].concat());
        assert_eq!(said.code, 0, "{said:?}");
        lines(&work, "book.ndjson").len()
    };
    assert_eq!(count(&["--parent", "2"]), 2);
    assert_eq!(count(&["--parent", "1,2"]), 3);
    work.write("parents.txt", "1\n\n");
    assert_eq!(count(&["--parents", "parents.txt"]), 1);
    let parents: Vec<Value> = lines(&work, "book.ndjson")
        .iter()
        .map(|c| c["parent"].clone())
        .collect();
    assert_eq!(parents, [json!("1")]);
}

#[test]
fn a_target_that_lets_nobody_in_leaves_the_file_alone() {
    let running = vendors("limit=off");
    let work = Workdir::new();
    work.write("rolo.toml", target(&running, "sonar"));
    work.write("book.ndjson", "before");
    let mut command = work.command(&["export", "--from", "there", "-o", "book.ndjson"]);
    let output = command
        .env("SANDBOX_PASSWORD", "wrong")
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(6));
    assert_eq!(work.read("book.ndjson"), "before");
}
