//! What outlives a run's rows: its report, the sheet in `done/`, the links. A person is forgotten in them too, and they can
//! expire.

use serde_json::Value;

use crate::scene::{import, people, ready, run, total};
use crate::workdir::{Said, Workdir};

fn prune(work: &Workdir, more: &[&str]) -> Said {
    let common = ["runs", "prune", "--output", "json"];
    work.rolo(&[&common[..], more].concat())
}

/// Prunes until so many rows are erased, or would be, and returns what was said last. A run that ended in this very second
/// is not older than nothing, in the next it is; of two runs, one may go first.
fn prune_all(work: &Workdir, rows: u64, more: &[&str]) -> Value {
    let is_dry = more.contains(&"--dry-run");
    let more = [&["--older-than", "0d"], more].concat();
    let mut erased = 0;
    let pruned = (0..).find_map(|_| {
        let said = prune(work, &more).json();
        let now = said["rows"].as_u64().expect("a number");
        erased = if is_dry { now } else { erased + now };
        (erased == rows).then_some(said)
    });
    pruned.expect("at last")
}

fn forget(work: &Workdir, more: &[&str]) -> Value {
    let common = ["forget", "--output", "json"];
    let said = work.rolo(&[&common[..], more].concat());
    assert_eq!(said.code, 0, "{said:?}");
    said.json()
}

/// Whether nothing in the folder tells of the second of the people.
fn is_forgotten(work: &Workdir) {
    for (path, content) in work.everything() {
        let text = String::from_utf8_lossy(&content).to_lowercase();
        for gone in ["a1@example.fr", "durand1", "0199000001", "+33199000001"] {
            assert!(!text.contains(gone), "{gone} in {}", path.display());
        }
    }
}

/// A folder with a pruned run of three people, and no sheet.
fn pruned() -> (Workdir, rolo::sandbox::Running) {
    let (work, running) = ready("covage");
    work.write("people.csv", people(3));
    assert_eq!(import(&work, &[]).code, 0);
    std::fs::remove_file(work.path("people.csv")).expect("it is there");
    prune_all(&work, 3, &[]);
    (work, running)
}

#[test]
fn a_person_is_forgotten_in_the_report_of_a_pruned_run() {
    for wanted in [
        ["--email", "A1@example.fr"],
        ["--phone", "01 99 00 00 01"],
        ["--phone", "+33 1 99 00 00 01"],
        ["--key", "K1"],
    ] {
        let (work, _running) = pruned();
        let before = work.read("report/results.csv");
        let timings = |work: &Workdir| -> Value {
            let summary: Value =
                serde_json::from_str(&work.read("report/summary.json")).expect("JSON");
            assert_eq!(summary["totals"]["created"], 3);
            summary["timings"].clone()
        };
        let times = timings(&work);
        let said = forget(&work, &wanted);
        assert_eq!(
            (&said["reports"], &said["links"]),
            (&1.into(), &1.into()),
            "{wanted:?}"
        );
        is_forgotten(&work);
        assert_eq!(timings(&work), times);
        // The others stand as they stood, byte by byte.
        let after = work.read("report/results.csv");
        let theirs = |text: &str| -> Vec<String> {
            let lines = text.lines().filter(|line| !line.starts_with("3,"));
            lines.map(str::to_owned).collect()
        };
        assert_eq!(theirs(&after), theirs(&before), "{wanted:?}");
        assert!(
            after.lines().any(|line| line.starts_with("3,created,,")),
            "{after}"
        );
        // A second time there is nothing.
        assert_eq!(forget(&work, &wanted)["reports"], 0);
    }
}

#[test]
fn a_folder_that_holds_a_later_runs_report_is_not_written_over() {
    for prunes in [true, false] {
        let (work, _running) = ready("covage");
        work.write("people.csv", people(3));
        assert_eq!(import(&work, &[]).code, 0);
        // The same folder, other people.
        work.write(
            "people.csv",
            "Identifiant,Nom,E-mail\nK9,Zola,zola@example.fr\n",
        );
        assert_eq!(
            import(&work, &["--max-shrink", "100%", "--allow-drift"]).code,
            0
        );
        if prunes {
            prune_all(&work, 4, &[]);
        }
        let before = work.read("report/results.csv");
        assert!(before.contains("zola@example.fr"));
        let said = forget(&work, &["--email", "a1@example.fr"]);
        assert_eq!(said["reports"], 0, "{prunes}: {said}");
        assert_eq!(work.read("report/results.csv"), before, "{prunes}");
        let gone = prune(&work, &["--older-than", "1d", "--reports"]);
        assert_eq!(gone.json()["reports"], serde_json::json!([]));
    }
}

#[test]
fn the_requests_of_a_plan_are_forgotten_with_the_person() {
    let (work, _running) = ready("covage");
    work.write("people.csv", people(3));
    let said = run(&work, &["plan", "people.csv", "--to", "there"]);
    assert_eq!(total(&said, "unsent"), 3, "{said:?}");
    std::fs::remove_file(work.path("people.csv")).expect("it is there");
    assert_eq!(forget(&work, &["--email", "a1@example.fr"])["reports"], 1);
    is_forgotten(&work);
}

#[test]
fn reports_expire_where_that_is_asked() {
    let (work, _running) = ready("covage");
    work.write("people.csv", people(3));
    let import = |folder: &str| {
        let to = ["import", "people.csv", "--to", "there", "--report", folder];
        assert_eq!(work.rolo(&to).code, 0);
    };
    import("first");
    import("second");
    work.write("second/notes.txt", "a person's own");
    let young = prune(&work, &["--older-than", "1d", "--reports"]).json();
    assert_eq!(
        (&young["rows"], &young["reports"]),
        (&0.into(), &serde_json::json!([]))
    );
    let dry = prune_all(&work, 6, &["--reports", "--dry-run"]);
    let listed: Vec<String> = serde_json::from_value(dry["reports"].clone()).expect("paths");
    assert!(
        listed[0].ends_with("first") && listed[1].ends_with("second"),
        "{dry}"
    );
    assert!(work.path("first/results.csv").is_file());
    let gone = prune_all(&work, 6, &["--reports"]);
    assert_eq!(gone["reports"], dry["reports"]);
    assert!(!work.path("first").exists());
    // What rolo did not write stays, and so does its folder.
    assert_eq!(work.read("second/notes.txt"), "a person's own");
    assert!(
        !work.path("second/summary.json").exists() && !work.path("second/results.csv").exists()
    );
    let again = prune(&work, &["--older-than", "0d", "--reports"]).json();
    assert_eq!(again["reports"], serde_json::json!([]));
}

#[cfg(unix)]
#[test]
fn no_link_is_followed_to_what_is_deleted() {
    use std::os::unix::fs::symlink;
    let (work, _running) = ready("covage");
    work.write("people.csv", people(2));
    assert_eq!(import(&work, &[]).code, 0);
    let precious = work.write("precious.html", "keep me");
    std::fs::remove_file(work.path("report/report.html")).expect("it is there");
    symlink(&precious, work.path("report/report.html")).expect("a link");
    prune_all(&work, 2, &["--reports"]);
    assert_eq!(work.read("precious.html"), "keep me");
    assert!(work.path("report/report.html").is_symlink());
    assert!(!work.path("report/summary.json").exists());

    std::fs::create_dir_all(work.path("inbox/done")).expect("folders");
    symlink(&precious, work.path("inbox/done/people.csv")).expect("a link");
    let said = prune(&work, &["--older-than", "0d", "--sheets", "inbox"]);
    assert_eq!(said.json()["sheets"], serde_json::json!([]), "{said:?}");
    assert_eq!(work.read("precious.html"), "keep me");
}

#[test]
fn sheets_that_are_done_expire_where_that_is_asked() {
    let (work, _running) = ready("covage");
    std::fs::create_dir_all(work.path("inbox")).expect("a folder");
    work.write("inbox/people.csv", people(2));
    let none = prune(&work, &["--older-than", "0d", "--sheets", "inbox"]);
    assert_eq!(none.json()["sheets"], serde_json::json!([]), "{none:?}");
    assert_eq!(work.rolo(&["import", "inbox", "--to", "there"]).code, 0);
    let done: Vec<_> = std::fs::read_dir(work.path("inbox/done"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    assert_eq!(done.len(), 1);
    work.write("inbox/new.csv", people(1));
    work.write("inbox/done/.hidden", "x");
    let young = prune(&work, &["--older-than", "1d", "--sheets", "inbox"]).json();
    assert_eq!(young["sheets"], serde_json::json!([]));
    let dry = prune(
        &work,
        &["--older-than", "0d", "--sheets", "inbox", "--dry-run"],
    )
    .json();
    assert_eq!(dry["sheets"].as_array().map(Vec::len), Some(1), "{dry}");
    assert!(done[0].is_file());
    let gone = prune(&work, &["--older-than", "0d", "--sheets", "inbox"]).json();
    assert_eq!(gone["sheets"], dry["sheets"]);
    assert!(!done[0].exists());
    assert!(work.path("inbox/new.csv").is_file() && work.path("inbox/done/.hidden").is_file());
    let nowhere = prune(&work, &["--older-than", "0d", "--sheets", "elsewhere"]);
    assert_eq!(nowhere.code, 2, "{nowhere:?}");
}
