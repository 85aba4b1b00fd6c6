//! Ledgers that an earlier rolo wrote: they open, what they know is known, and their runs can be taken up and taken back.

use rolo::ledger::{Run, Runs as _, Sqlite};
use serde_json::json;

use crate::workdir::{Said, Workdir};

/// A folder with the state in which an earlier rolo left it, and the sheets that it read.
fn left(name: &str) -> Workdir {
    let kept = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ledgers");
    let read = |file: String| std::fs::read_to_string(kept.join(file)).expect("kept");
    let work = Workdir::new();
    for sheet in ["people", "others", "all", "three"] {
        work.write(&format!("{sheet}.csv"), read(format!("{name}.{sheet}.csv")));
    }
    std::fs::create_dir_all(work.path("state/rolo/sandbox")).expect("made");
    let book = read(format!("{name}.orzame.ndjson"));
    work.write("state/rolo/sandbox/orzame.ndjson", book);
    let ledger = work.write("state/rolo/ledger.sqlite3", "");
    let database = rusqlite::Connection::open(ledger).expect("a file");
    let dump = read(format!("{name}.sql"));
    database.execute_batch(&dump).expect("a dump");
    work
}

/// Imports into the account, and says the totals that are not nothing.
fn import(work: &Workdir, sheet: &str, more: &[&str]) -> serde_json::Value {
    let common = [
        "import",
        sheet,
        "--to",
        "sandbox:orzame",
        "--output",
        "json",
    ];
    came(&work.rolo(&[&common[..], more].concat()))
}

fn came(said: &Said) -> serde_json::Value {
    let mut totals = said.json()["totals"].clone();
    totals
        .as_object_mut()
        .expect("an object")
        .retain(|name, count| *count != json!(0) && name != "read" && name != "valid");
    totals
}

/// The runs, the first one first.
fn runs(work: &Workdir) -> Vec<Run> {
    let ledger = Sqlite::open(&work.path("state/rolo/ledger.sqlite3")).expect("a ledger");
    let mut runs = ledger.runs(99).expect("readable");
    runs.reverse();
    runs
}

#[test]
fn the_parts_of_an_account_become_one_book_and_nothing_is_made_again() {
    let work = left("parts");
    for (sheet, more) in [
        ("others.csv", &["--parent", "4"][..]),
        ("all.csv", &[]),
        ("three.csv", &["--parent", "3"]),
        ("three.csv", &[]),
    ] {
        for compare in ["ledger", "target"] {
            let more = [more, &["--compare", compare]].concat();
            let totals = import(&work, sheet, &more);
            let rows = work.read(sheet).lines().count() - 1;
            assert_eq!(totals, json!({"unchanged": rows}), "{sheet} {more:?}");
        }
    }
    let books = runs(&work)
        .into_iter()
        .map(|run| run.about.book.into_string());
    let books: std::collections::BTreeSet<String> = books.collect();
    assert_eq!(books.into_iter().collect::<Vec<_>>(), ["orzame sandbox "]);
}

#[test]
fn runs_of_a_part_are_resumed_retried_and_undone() {
    let work = left("parts");
    let ids: Vec<String> = runs(&work)
        .into_iter()
        .map(|run| run.id.into_string())
        .collect();
    // The third row of the first run was never sent.
    let said = work.rolo(&["resume", &ids[0], "--output", "json"]);
    assert_eq!(
        (said.code, came(&said)),
        (0, json!({"created": 3})),
        "{said:?}"
    );
    assert_eq!(work.rolo(&["retry", &ids[0]]).code, 9);
    assert_eq!(
        import(&work, "people.csv", &["--parent", "3"]),
        json!({"unchanged": 3})
    );
    // What the fourth made twice, and what the fifth changed.
    for (run, totals) in [(3, json!({"deleted": 2})), (4, json!({"updated": 2}))] {
        let said = work.rolo(&["undo", &ids[run], "--output", "json"]);
        assert_eq!((said.code, came(&said)), (0, totals), "{said:?}");
    }
    let said = work.rolo(&["export", "--from", "sandbox:orzame", "-o", "now.ndjson"]);
    assert_eq!(said.code, 0, "{said:?}");
    let now = work.read("now.ndjson");
    assert_eq!(
        (now.lines().count(), now.contains("Chef")),
        (6, false),
        "{now}"
    );
    for (sheet, more) in [
        ("people.csv", ["--parent", "3"]),
        ("three.csv", ["--parent", "3"]),
    ] {
        let rows = work.read(sheet).lines().count() - 1;
        assert_eq!(
            import(&work, sheet, &more),
            json!({"unchanged": rows}),
            "{sheet}"
        );
    }
    assert_eq!(import(&work, "now.ndjson", &[]), json!({"unchanged": 6}));
}
