//! Which row is which record: what is there is found and changed, never made twice; and what a plan finds right after
//! a run is nothing to do.

use rolo::sandbox::{Running, VENDORS};
use serde_json::{Value, json};

use crate::workdir::{Said, Workdir, sample, target, vendors};

/// A folder with a ledger of its own, and the target `there` in it.
fn folder(running: &Running, vendor: &str) -> Workdir {
    let work = Workdir::new();
    work.write("rolo.toml", target(running, vendor));
    work
}

fn import(work: &Workdir, sheet: &str, more: &[&str]) -> Said {
    let common = [
        "import", sheet, "--to", "there", "--report", "report", "--output", "json",
    ];
    work.rolo(&[&common[..], more].concat())
}

/// The totals that are not nothing, without what was read and what was valid.
fn came(said: &Said) -> Value {
    let mut totals = said.json()["totals"].clone();
    totals
        .as_object_mut()
        .expect("an object")
        .retain(|name, count| *count != json!(0) && name != "read" && name != "valid");
    totals
}

fn codes(said: &Said) -> Vec<Value> {
    let problems = said.json()["problems"].clone();
    let list = problems.as_array().expect("a list").clone();
    list.into_iter()
        .map(|problem| problem["code"].clone())
        .collect()
}

/// How many requests have written something.
fn writes(running: &Running, vendor: &str) -> usize {
    let seen = running.requests(vendor);
    seen.iter()
        .filter(|seen| seen.applied && seen.method != "GET")
        .count()
}

#[test]
fn right_after_a_run_there_is_nothing_to_do_whatever_it_is_compared_with() {
    for &vendor in VENDORS {
        for sheet in ["eight.csv", "messy.csv"] {
            let running = vendors("limit=off");
            let work = folder(&running, vendor);
            let first = import(&work, &sample(sheet), &[]);
            let made = first.json()["totals"]["created"].clone();
            assert!(made.as_u64() > Some(0), "{vendor} {sheet}: {first:?}");
            let before = writes(&running, vendor);
            for compare in [&[][..], &["--compare", "ledger"], &["--compare", "target"]] {
                let again = import(&work, &sample(sheet), compare);
                let totals = again.json()["totals"].clone();
                assert_eq!(
                    (&totals["unchanged"], &totals["created"], &totals["updated"]),
                    (&made, &json!(0), &json!(0)),
                    "{vendor} {sheet} {compare:?}: {again:?}"
                );
                assert_eq!(writes(&running, vendor), before, "{vendor} {sheet}");
            }
            if sheet == "messy.csv" {
                // Its people stand there more than once.
                continue;
            }
            // With an empty ledger, the people are found by what tells who they are.
            let other = folder(&running, vendor);
            let found = import(&other, &sample(sheet), &[]);
            let totals = found.json()["totals"].clone();
            assert_eq!(
                (&totals["created"], &totals["updated"], &totals["unchanged"]),
                (&json!(0), &json!(0), &made),
                "{vendor} {sheet}: {found:?}"
            );
            assert_eq!(writes(&running, vendor), before, "{vendor} {sheet}");
            // And from now on they are linked.
            let linked = import(&other, &sample(sheet), &["--compare", "ledger"]);
            assert_eq!(
                linked.json()["totals"]["unchanged"],
                made,
                "{vendor}: {linked:?}"
            );
        }
    }
}

const PEOPLE: &str = "Id,Prénom,Nom,E-mail,Téléphone\n\
    K1,Anne,Durand,anne@example.fr,+33 1 99 00 00 01\n\
    K2,Bob,Roy,bob@example.fr,+33 1 99 00 00 02\n\
    K3,Zoé,Zola,zoe@example.fr,+33 1 99 00 00 03\n";

fn holds_emails(vendor: &str) -> bool {
    let entry = rolo::backend::find(vendor).expect("a vendor");
    let mut held = entry.profile.holds.iter();
    held.any(|held| held.field.family() == "email")
}

#[test]
fn what_somebody_changed_there_is_put_right_where_the_target_is_compared() {
    for &vendor in VENDORS {
        let running = vendors("limit=off");
        let (work, other) = (folder(&running, vendor), folder(&running, vendor));
        work.write("people.csv", PEOPLE);
        other.write("people.csv", PEOPLE.replace("00 00 02", "00 00 99"));
        import(&work, "people.csv", &[]);
        let before = running.records(vendor);
        // Where no e-mail address is held, whose number has changed is somebody else.
        if !holds_emails(vendor) {
            continue;
        }
        let changed = import(&other, "people.csv", &[]);
        assert_eq!(
            came(&changed),
            json!({"unchanged": 2, "updated": 1}),
            "{vendor}: {changed:?}"
        );
        let ledger = import(&work, "people.csv", &["--compare", "ledger"]);
        assert_eq!(
            came(&ledger),
            json!({"unchanged": 3}),
            "{vendor}: {ledger:?}"
        );
        let dry = import(&work, "people.csv", &["--compare", "target", "--dry-run"]);
        assert_eq!(
            came(&dry),
            json!({"unchanged": 2, "unsent": 1}),
            "{vendor}: {dry:?}"
        );
        let looked = import(&work, "people.csv", &["--compare", "target"]);
        assert_eq!(
            came(&looked),
            json!({"unchanged": 2, "updated": 1}),
            "{vendor}: {looked:?}"
        );
        let strip = |mut records: Vec<Value>| {
            for record in &mut records {
                if let Some(members) = record.as_object_mut() {
                    members.retain(|name, _| !name.contains("_at"));
                }
            }
            records
        };
        assert_eq!(strip(running.records(vendor)), strip(before), "{vendor}");
        // What it put right can be taken back, though this ledger never sent what stood there.
        let run = looked.json()["run"].as_str().expect("a run").to_owned();
        let undone = work.rolo(&["undo", &run, "--output", "json"]);
        assert_eq!(came(&undone), json!({"updated": 1}), "{vendor}: {undone:?}");
        let text = json!(running.records(vendor)).to_string();
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        assert!(digits.contains("199000099"), "{vendor}: {text}");
    }
}

#[test]
fn without_a_key_column_a_person_who_changes_name_or_address_is_the_same() {
    for compare in [&[][..], &["--compare", "ledger"], &["--compare", "target"]] {
        let running = vendors("limit=off");
        let work = folder(&running, "covage");
        let sheet = "Prénom,Nom,E-mail,Téléphone\n\
            Anne,Durand,anne@example.fr,+33 1 99 00 00 01\nBob,Roy,bob@example.fr,+33 1 99 00 00 02\n";
        work.write("people.csv", sheet);
        import(&work, "people.csv", &[]);
        work.write(
            "people.csv",
            sheet.replace("Durand", "Martin").replace("bob@", "b.roy@"),
        );
        let said = import(&work, "people.csv", compare);
        assert_eq!(came(&said), json!({"updated": 2}), "{compare:?}: {said:?}");
        assert_eq!(running.records("covage").len(), 2);
        let again = import(&work, "people.csv", compare);
        assert_eq!(
            came(&again),
            json!({"unchanged": 2}),
            "{compare:?}: {again:?}"
        );
    }
}

#[test]
fn people_who_share_a_switchboard_or_an_address_stay_apart() {
    for &vendor in VENDORS {
        let running = vendors("limit=off");
        let (first, second) = (folder(&running, vendor), folder(&running, vendor));
        let row = |name: &str| format!("{name},info@example.fr,+33 1 99 00 00 01\n");
        let header = "Prénom,Nom,E-mail,Téléphone\n";
        first.write(
            "people.csv",
            [header, &row("Anne,Durand"), &row("Bob,Roy")].concat(),
        );
        assert_eq!(
            came(&import(&first, "people.csv", &[])),
            json!({"created": 2}),
            "{vendor}"
        );
        let rows = [
            header,
            &row("Zoé,Zola"),
            &row("Bob,Roy"),
            &row("Anne,Durand"),
        ]
        .concat();
        second.write("people.csv", rows);
        let said = import(&second, "people.csv", &[]);
        assert_eq!(
            came(&said),
            json!({"created": 1, "unchanged": 2}),
            "{vendor}: {said:?}"
        );
        assert_eq!(running.records(vendor).len(), 3, "{vendor}");
        let again = import(&first, "people.csv", &[]);
        assert_eq!(came(&again), json!({"unchanged": 2}), "{vendor}: {again:?}");
    }
}

#[test]
fn what_cannot_be_told_apart_is_an_error_that_names_the_records() {
    let running = vendors("limit=off");
    let work = folder(&running, "covage");
    // Two records of one person, which two ledgers made that knew nothing of each other.
    let anne = "Id,Prénom,Nom,E-mail\nK1,Anne,Durand,anne@example.fr\n";
    for key in ["K1", "K2"] {
        let other = folder(&running, "covage");
        other.write("people.csv", anne.replace("K1", key));
        import(&other, "people.csv", &["--compare", "ledger"]);
    }
    let ids: Vec<String> = running
        .records("covage")
        .iter()
        .map(|record| record["contact_uuid"].as_str().expect("an id").to_owned())
        .collect();
    assert_eq!(ids.len(), 2);
    work.write("people.csv", anne);
    let said = import(&work, "people.csv", &[]);
    assert_eq!(
        (said.code, codes(&said)),
        (3, vec![json!("match.ambiguous")]),
        "{said:?}"
    );
    let message = said.json()["problems"][0]["message"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert!(ids.iter().all(|id| message.contains(id)), "{message}");
    // One record, and two rows that are it.
    let running = vendors("limit=off");
    let (one, two) = (folder(&running, "covage"), folder(&running, "covage"));
    one.write("people.csv", anne);
    import(&one, "people.csv", &[]);
    two.write(
        "people.csv",
        format!("{anne}K2,Anne,Durand,anne@example.fr\n"),
    );
    let said = import(&two, "people.csv", &[]);
    assert_eq!(came(&said), json!({"rejected": 2}), "{said:?}");
    // The two rows are one person by the same rule.
    assert_eq!(
        codes(&said),
        ["match.taken", "person.repeated", "match.taken"]
    );
    assert_eq!(running.records("covage").len(), 1);
}

#[test]
fn strangers_who_share_a_column_stay_two() {
    for &vendor in VENDORS {
        for (anne, bob) in [
            (
                "Anne,Durand,+33 1 99 00 12 34,@acme",
                "Bob,Martin,+33 4 99 00 98 76,@acme",
            ),
            (
                "Anne,Durand,+33 1 99 00 12 34,2024",
                "Anne,Durand,+33 4 99 00 98 76,2024",
            ),
            (
                "Anne,Durand,+33 1 99 00 12 34,1980-05-12",
                "Anne,Durand,+33 4 99 00 98 76,1980-05-12",
            ),
        ] {
            let running = vendors("limit=off");
            let work = folder(&running, vendor);
            for row in [anne, bob] {
                let sheet = format!("Prénom,Nom,Téléphone,Remarque interne\n{row}\n");
                work.write("people.csv", sheet);
                let column = ["--column", "Remarque interne=custom", "--compare", "target"];
                let said = import(&work, "people.csv", &column);
                assert_eq!(
                    came(&said),
                    json!({"created": 1}),
                    "{vendor} {row}: {said:?}"
                );
            }
            let held = json!(running.records(vendor)).to_string();
            let digits: String = held.chars().filter(char::is_ascii_digit).collect();
            for number in ["199001234", "499009876"] {
                assert!(digits.contains(number), "{vendor} {number}: {held}");
            }
        }
    }
}

#[test]
fn two_records_that_fit_by_number_make_no_third() {
    for &vendor in VENDORS {
        let running = vendors("limit=off");
        let sheet =
            |key: &str| format!("Id,Prénom,Nom,Téléphone\n{key},Anne,Durand,+33 1 99 00 12 34\n");
        for key in ["K1", "K2"] {
            let work = folder(&running, vendor);
            work.write("people.csv", sheet(key));
            import(&work, "people.csv", &["--compare", "ledger"]);
        }
        assert_eq!(running.records(vendor).len(), 2, "{vendor}");
        let work = folder(&running, vendor);
        work.write("people.csv", sheet("K3"));
        let said = import(&work, "people.csv", &[]);
        assert_eq!(
            (said.code, codes(&said)),
            (3, vec![json!("match.ambiguous")]),
            "{vendor}: {said:?}"
        );
        assert_eq!(running.records(vendor).len(), 2, "{vendor}");
    }
}

#[test]
fn a_ledger_that_does_not_know_who_its_records_are_overwrites_nobody() {
    let forget = |work: &Workdir| {
        let ledger = rusqlite::Connection::open(work.path("state/rolo/ledger.sqlite3"));
        let forget = "UPDATE content SET identity = NULL, held_identity = NULL; UPDATE link SET identity = NULL";
        ledger
            .expect("a ledger")
            .execute_batch(forget)
            .expect("forgotten");
    };
    let moved = PEOPLE.replace("00 00 02", "00 00 99");
    let strangers = PEOPLE.replace(
        "K1,Anne,Durand,anne@example.fr,+33 1 99 00 00 01",
        "K1,Max,Weber,max@example.fr,+33 1 99 00 00 04",
    );
    for &vendor in VENDORS {
        let running = vendors("limit=off");
        let work = folder(&running, vendor);
        let import = |sheet: &str, more: &[&str]| {
            work.write("people.csv", sheet);
            import(&work, "people.csv", more)
        };
        import(PEOPLE, &[]);
        let before = running.records(vendor);
        forget(&work);
        // Nothing is read: a changed row may be anybody.
        for sheet in [&strangers, &moved] {
            let said = import(sheet, &["--compare", "ledger"]);
            assert_eq!(
                came(&said),
                json!({"rejected": 1, "unchanged": 2}),
                "{vendor}: {said:?}"
            );
            assert_eq!(codes(&said), ["key.reused"], "{vendor}");
        }
        assert_eq!(running.records(vendor), before, "{vendor}");
        // The record itself tells who it is.
        let said = import(&strangers, &[]);
        assert_eq!(
            came(&said),
            json!({"rejected": 1, "unchanged": 2}),
            "{vendor}: {said:?}"
        );
        assert_eq!(running.records(vendor), before, "{vendor}");
        let said = import(&moved, &[]);
        assert_eq!(
            came(&said),
            json!({"unchanged": 2, "updated": 1}),
            "{vendor}: {said:?}"
        );
        // And from now on the ledger knows.
        let said = import(PEOPLE, &["--compare", "ledger"]);
        assert_eq!(
            came(&said),
            json!({"unchanged": 2, "updated": 1}),
            "{vendor}: {said:?}"
        );
    }
}

#[test]
fn a_record_of_another_key_is_nobody_elses() {
    let running = vendors("limit=off");
    let work = folder(&running, "covage");
    let header = "Id,Prénom,Nom,E-mail\n";
    work.write(
        "people.csv",
        format!("{header}K1,Anne,Durand,info@example.fr\n"),
    );
    import(&work, "people.csv", &[]);
    work.write(
        "people.csv",
        format!("{header}K2,Bob,Roy,info@example.fr\n"),
    );
    let said = import(&work, "people.csv", &[]);
    assert_eq!(came(&said), json!({"created": 1}), "{said:?}");
    assert_eq!(running.records("covage").len(), 2);
}

#[test]
fn a_record_that_was_deleted_there_is_made_again_and_said() {
    for &vendor in VENDORS {
        let running = vendors("limit=off");
        let (work, other) = (folder(&running, vendor), folder(&running, vendor));
        for work in [&work, &other] {
            work.write("people.csv", PEOPLE);
        }
        import(&other, "people.csv", &[]);
        import(&work, "people.csv", &[]);
        let run = other.rolo(&["runs", "--output", "json"]).json()["runs"][0]["run"].clone();
        let undone = other.rolo(&["undo", run.as_str().expect("an id")]);
        assert_eq!(
            (undone.code, running.records(vendor).len()),
            (0, 0),
            "{vendor}: {undone:?}"
        );
        let update = ["--compare", "target", "--mode", "update"];
        let skipped = import(&work, "people.csv", &update);
        assert_eq!(
            came(&skipped),
            json!({"skipped": 3}),
            "{vendor}: {skipped:?}"
        );
        let said = import(&work, "people.csv", &["--compare", "target"]);
        assert_eq!(came(&said), json!({"created": 3}), "{vendor}: {said:?}");
        assert!(codes(&said).contains(&json!("match.gone")), "{vendor}");
    }
}

#[test]
fn modes_make_or_change_only_and_existing_records_are_left_or_refused() {
    for (more, wanted) in [
        (
            &["--mode", "upsert"][..],
            json!({"created": 1, "unchanged": 2, "updated": 1}),
        ),
        (&["--mode", "create"], json!({"created": 1, "skipped": 3})),
        (
            &["--mode", "update"],
            json!({"skipped": 1, "unchanged": 2, "updated": 1}),
        ),
        (
            &["--on-existing", "skip"],
            json!({"created": 1, "skipped": 1, "unchanged": 2}),
        ),
        (
            &["--on-existing", "fail"],
            json!({"created": 1, "rejected": 1, "unchanged": 2}),
        ),
    ] {
        for linked in [true, false] {
            let running = vendors("limit=off");
            let work = folder(&running, "covage");
            let first = if linked {
                &work
            } else {
                &folder(&running, "covage")
            };
            first.write("people.csv", PEOPLE);
            import(first, "people.csv", &[]);
            let changed = PEOPLE.replace("00 00 02", "00 00 99");
            work.write(
                "people.csv",
                format!("{changed}K4,Max,Weber,max@example.fr,\n"),
            );
            let said = import(&work, "people.csv", more);
            assert_eq!(came(&said), wanted, "{more:?} {linked}: {said:?}");
        }
    }
}

#[test]
fn an_empty_cell_leaves_what_stands_there() {
    for &vendor in VENDORS {
        let running = vendors("limit=off");
        let work = folder(&running, vendor);
        work.write("people.csv", PEOPLE);
        import(&work, "people.csv", &[]);
        let before = running.records(vendor);
        work.write("people.csv", PEOPLE.replace("+33 1 99 00 00 02", ""));
        for compare in ["ledger", "target"] {
            let said = import(&work, "people.csv", &["--compare", compare]);
            assert_eq!(
                came(&said),
                json!({"unchanged": 3}),
                "{vendor} {compare}: {said:?}"
            );
        }
        assert_eq!(running.records(vendor), before, "{vendor}");
    }
}

#[test]
fn an_empty_cell_takes_away_what_stands_there_where_that_is_said() {
    for &vendor in VENDORS {
        for compare in ["target", "ledger"] {
            let running = vendors("limit=off");
            let work = folder(&running, vendor);
            work.write("people.csv", PEOPLE);
            import(&work, "people.csv", &[]);
            work.write("people.csv", PEOPLE.replace("+33 1 99 00 00 02", ""));
            let clear = ["--clear-empty", "--compare", compare];
            let said = import(&work, "people.csv", &clear);
            let wanted = json!({"unchanged": 2, "updated": 1});
            assert_eq!(came(&said), wanted, "{vendor} {compare}: {said:?}");
            let records = Value::from(running.records(vendor)).to_string();
            for (number, is_there) in [("99000001", true), ("99000002", false)] {
                let written = records.contains(number);
                assert_eq!(written, is_there, "{vendor} {number}: {records}");
            }
            assert!(records.contains("Roy"), "{vendor}: {records}");
            for clear in [&clear[..], &["--clear-empty"], &["--compare", compare]] {
                let again = import(&work, "people.csv", clear);
                assert_eq!(
                    came(&again),
                    json!({"unchanged": 3}),
                    "{vendor} {compare} {clear:?}: {again:?}"
                );
            }
        }
    }
}

#[test]
fn what_the_vendor_cannot_take_away_is_said_of_the_row() {
    let running = vendors("limit=off");
    let work = folder(&running, "sonar");
    let sheet = "Id,Nom complet,Identifiant portail\nK1,Anne Durand,anned\n";
    let import = |more: &[&str]| {
        let column = ["--column", "Identifiant portail=portal.username"];
        import(&work, "people.csv", &[&column[..], more].concat())
    };
    work.write("people.csv", sheet);
    import(&[]);
    work.write("people.csv", sheet.replace("anned", ""));
    let said = import(&["--clear-empty"]);
    assert_eq!(codes(&said), ["clear.impossible"], "{said:?}");
    // A record that is made has nothing to take away.
    work.write(
        "people.csv",
        sheet.replace("anned", "").replace("K1,Anne", "K2,Zoé"),
    );
    assert_eq!(codes(&import(&["--clear-empty"])), [] as [&str; 0]);
}

#[test]
fn a_book_of_the_same_people_is_paired_by_a_migration() {
    for (from, to) in [
        ("covage", "aalam"),
        ("aalam", "covage"),
        ("sonar", "orzame"),
    ] {
        let running = vendors("limit=off");
        let work = Workdir::new();
        let beyond = target(&running, to)
            .replace("[targets.there]", "[targets.beyond]")
            .replace("\"7\"", "\"9\"");
        work.write("rolo.toml", format!("{}{beyond}", target(&running, from)));
        work.write("people.csv", PEOPLE);
        import(&work, "people.csv", &[]);
        let other = Workdir::new();
        other.write("rolo.toml", work.read("rolo.toml"));
        other.write("people.csv", PEOPLE);
        other.rolo(&["import", "people.csv", "--to", "beyond"]);
        let migrate = [
            "migrate", "--from", "there", "--to", "beyond", "--parent", "9", "--output", "json",
        ];
        let said = work.rolo(&migrate);
        assert_eq!(
            came(&said),
            json!({"unchanged": 3}),
            "{from} to {to}: {said:?}"
        );
        assert_eq!(running.records(to).len(), 3, "{from} to {to}");
    }
}

#[test]
fn a_run_that_was_disturbed_is_done_again_without_a_copy() {
    for &vendor in VENDORS {
        let faults = "limit=off,drop_after=10%,drop_before=6%,500_after=4%,seed=5";
        let running = vendors(faults);
        let row = |n| format!("P{n},Durand{n},p{n}@example.fr,+33 1 99 00 01 {n:02}\n");
        let people: String = (0..40).map(row).collect();
        let sheet = format!("Prénom,Nom,E-mail,Téléphone\n{people}");
        for _ in 0..3 {
            // A ledger of its own each time: whoever is there is found by what tells who it is.
            let work = folder(&running, vendor);
            work.write("people.csv", &sheet);
            for compare in ["target", "ledger"] {
                let more = ["--compare", compare, "--settle-after", "0"];
                let said = import(&work, "people.csv", &more);
                assert_eq!(said.code, 0, "{vendor}: {said:?}");
            }
            assert_eq!(running.records(vendor).len(), 40, "{vendor}");
        }
    }
}
