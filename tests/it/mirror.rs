//! `--mode mirror`: what the sheet no longer has is deleted, if rolo made it, and never more than was allowed.

use std::collections::BTreeSet;

use rolo::sandbox::{Running, VENDORS};
use serde_json::{Value, json};

use crate::workdir::{Said, Workdir, target, vendors};

fn folder(running: &Running, vendor: &str) -> Workdir {
    let work = Workdir::new();
    work.write("rolo.toml", target(running, vendor));
    work
}

fn import(work: &Workdir, more: &[&str]) -> Said {
    let common = [
        "import",
        "people.csv",
        "--to",
        "there",
        "--report",
        "report",
        "--output",
        "json",
    ];
    work.rolo(&[&common[..], more].concat())
}

/// A sheet of these people, with or without keys.
fn people(numbers: impl IntoIterator<Item = u32>, header: &str) -> String {
    let row = |n: u32| {
        let key = if header.starts_with("Id") {
            format!("K{n},")
        } else {
            String::new()
        };
        format!("{key}Anne,Durand{n},a{n}@example.fr,+33 1 99 00 00 {n:02}\n")
    };
    let rows: String = numbers.into_iter().map(row).collect();
    format!("{header}\n{rows}")
}

const KEYED: &str = "Id,Prénom,Nom,E-mail,Téléphone";
const PLAIN: &str = "Prénom,Nom,E-mail,Téléphone";

/// The numbers of the people that a vendor holds.
fn there(running: &Running, vendor: &str) -> BTreeSet<u32> {
    let number = |record: &Value| {
        let text = record.to_string();
        let at = text.find("Durand").expect("one of ours") + "Durand".len();
        let digits: String = text[at..]
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse().expect("a number")
    };
    running.records(vendor).iter().map(number).collect()
}

fn total(said: &Said, name: &str) -> Value {
    said.json()["totals"][name].clone()
}

#[test]
fn a_mirror_deletes_what_it_made_and_nothing_else() {
    for &vendor in VENDORS {
        for header in [KEYED, PLAIN] {
            let running = vendors("limit=off");
            let (work, other) = (folder(&running, vendor), folder(&running, vendor));
            other.write("people.csv", people(20..25, header));
            import(&other, &[]);
            // Two of the others' people are in our sheet too: they are found, and are not ours for that.
            work.write("people.csv", people((0..8).chain([20, 21]), header));
            let said = import(&work, &[]);
            assert_eq!(total(&said, "created"), 8, "{vendor}: {said:?}");
            work.write("people.csv", people(1..8, header));
            let dry = import(&work, &["--mode", "mirror", "--dry-run"]);
            assert_eq!(there(&running, vendor).len(), 13, "{vendor}: {dry:?}");
            let said = import(&work, &["--mode", "mirror"]);
            assert_eq!(
                (
                    said.code,
                    total(&said, "deleted"),
                    total(&said, "unchanged")
                ),
                (0, json!(1), json!(7)),
                "{vendor} {header}: {said:?}"
            );
            let left: BTreeSet<u32> = (1..8).chain(20..25).collect();
            assert_eq!(there(&running, vendor), left, "{vendor}");
            let again = import(&work, &["--mode", "mirror"]);
            assert_eq!(total(&again, "deleted"), 0, "{vendor}: {again:?}");
            // A row that comes back is made again.
            work.write("people.csv", people(0..8, header));
            let back = import(&work, &["--mode", "mirror"]);
            assert_eq!(total(&back, "created"), 1, "{vendor}: {back:?}");
        }
    }
}

#[test]
fn what_a_mirror_deletes_was_not_read() {
    let running = vendors("limit=off");
    let work = folder(&running, "covage");
    work.write("people.csv", people(0..20, KEYED));
    import(&work, &[]);
    work.write("people.csv", people(0..12, KEYED));
    let mirror = ["--mode", "mirror", "--max-delete", "8"];
    for more in [&["--dry-run"][..], &[]] {
        let said = import(&work, &[&mirror[..], more].concat());
        let names = ["read", "removals", "unchanged", "valid"];
        let totals = names.map(|name| total(&said, name));
        let wanted = [12, 8, 12, 12].map(|rows| json!(rows));
        assert_eq!((said.code, totals), (0, wanted), "{more:?}: {said:?}");
    }
    let summary: Value = serde_json::from_str(&work.read("report/summary.json")).expect("JSON");
    assert_eq!(summary["totals"]["deleted"], 8);
    let page = work.read("report/report.html");
    assert!(page.contains("<b>12</b> rows read") && page.contains("of 20 rows"));
    // Seven rows are more than half of the twelve that were read, and less than half of twenty.
    work.write("people.csv", people(0..7, KEYED));
    let said = import(&work, &["--dry-run"]);
    assert_eq!(said.code, 0, "{said:?}");
}

#[test]
fn what_a_mirror_deleted_is_not_made_again_by_an_undo_and_that_is_said() {
    let running = vendors("limit=off");
    let work = folder(&running, "covage");
    work.write("people.csv", people(0..4, KEYED));
    import(&work, &[]);
    work.write("people.csv", people(1..5, KEYED));
    let said = import(&work, &["--mode", "mirror"]);
    let run = said.json()["run"].as_str().expect("a run").to_owned();
    let said = work.rolo(&["undo", &run, "--output", "json"]);
    let totals = ["deleted", "skipped", "read"].map(|name| total(&said, name));
    assert_eq!(
        (said.code, totals),
        (3, [1, 1, 2].map(|rows| json!(rows))),
        "{said:?}"
    );
    assert!(said.stdout.contains("undo.deleted"), "{said:?}");
    assert_eq!(there(&running, "covage"), (1..4).collect());
    assert_eq!(work.rolo(&["undo", &run]).code, 9, "nothing else is left");
}

#[test]
fn a_mirror_that_would_delete_too_much_stops_before_anything_is_sent() {
    let running = vendors("limit=off");
    let work = folder(&running, "covage");
    work.write("people.csv", people(0..30, KEYED));
    import(&work, &[]);
    work.write("people.csv", people((0..25).chain([40]), KEYED));
    for (more, deleted) in [
        (&[][..], None),
        (&["--max-delete", "4"], None),
        (&["--max-delete", "13%"], None),
        (&["--max-delete", "50,10%"], None),
        (&["--max-delete", "17%"], Some(5)),
    ] {
        let said = import(&work, &[&["--mode", "mirror"][..], more].concat());
        match deleted {
            None => {
                assert_eq!(said.code, 7, "{more:?}: {said:?}");
                assert!(
                    said.stderr.contains("would delete 5 of 30")
                        && said.stderr.contains("--max-delete 5"),
                    "{said:?}"
                );
                assert_eq!(there(&running, "covage").len(), 30, "{more:?}");
            }
            Some(count) => assert_eq!(total(&said, "deleted"), count, "{more:?}: {said:?}"),
        }
    }
    assert_eq!(there(&running, "covage").len(), 26);
}

#[test]
fn an_empty_sheet_never_empties_a_book() {
    let running = vendors("limit=off");
    let work = folder(&running, "covage");
    work.write("people.csv", people(0..3, KEYED));
    import(&work, &[]);
    for sheet in [people([], KEYED), format!("{KEYED}\nK9,,,broken,\n")] {
        work.write("people.csv", sheet);
        for more in [
            &["--max-delete", "100%"][..],
            &["--max-delete", "1000", "--mirror-all"],
        ] {
            let said = import(&work, &[&["--mode", "mirror"][..], more].concat());
            assert_eq!(said.code, 7, "{said:?}");
        }
    }
    assert_eq!(there(&running, "covage").len(), 3);
}

#[test]
fn a_row_that_is_wrong_today_keeps_its_record() {
    for header in [KEYED, PLAIN] {
        let running = vendors("limit=off");
        let work = folder(&running, "covage");
        work.write("people.csv", people(0..5, header));
        import(&work, &[]);
        let broken = people(0..5, header)
            .replace("00 00 03", "00 00 03,")
            .replace("+33 1 99 00 00 03", "+33 1 9");
        work.write("people.csv", broken.replace("Durand3", "Durand3 "));
        let said = import(&work, &["--mode", "mirror", "--max-delete", "100%"]);
        assert_eq!(total(&said, "deleted"), 0, "{said:?}");
        assert_eq!(there(&running, "covage").len(), 5);
    }
}

#[test]
fn everything_else_goes_too_where_that_is_wanted() {
    for &vendor in VENDORS {
        let running = vendors("limit=off");
        let (work, other) = (folder(&running, vendor), folder(&running, vendor));
        other.write("people.csv", people(20..25, KEYED));
        import(&other, &[]);
        work.write("people.csv", people(0..3, KEYED));
        let more = ["--mode", "mirror", "--mirror-all", "--max-delete", "5"];
        let said = import(&work, &more);
        assert_eq!(
            (said.code, total(&said, "deleted"), total(&said, "created")),
            (0, json!(5), json!(3)),
            "{vendor}: {said:?}"
        );
        assert_eq!(there(&running, vendor), (0..3).collect(), "{vendor}");
    }
}

#[test]
fn a_retry_of_a_mirror_deletes_nothing() {
    let running = vendors("limit=off");
    let work = folder(&running, "covage");
    work.write("people.csv", people(0..4, KEYED));
    import(&work, &[]);
    work.write(
        "people.csv",
        people(0..4, KEYED).replace("a2@example.fr", "nothing"),
    );
    let said = import(&work, &["--mode", "mirror"]);
    let run = said.json()["run"].clone();
    work.write("people.csv", people(0..4, KEYED).replace("a2@", "b2@"));
    work.rolo(&["retry", run.as_str().expect("a run")]);
    assert_eq!(there(&running, "covage").len(), 4);
}
