//! A book is an account: what hangs under which parent is a property of its contacts. However a parent is said (by a
//! column, a flag, the target), the same contacts are found again, and those of another parent are left alone.

use rolo::backend::{self, Parent, Secrecy, VENDORS, VendorEntry};
use rolo::ledger::{Given, NewRun, Runs as _, Sqlite};
use rolo::model::{BookId, ContactKey, ParentId, RemoteId};
use rolo::sandbox::{self, Running};
use serde_json::{Value, json};

use crate::known::with_parents;
use crate::workdir::{Said, Workdir, target, vendors};

fn has_parents(entry: &VendorEntry) -> bool {
    entry.profile.parent != Parent::None
}

/// A folder whose target `there` states this parent, or none.
fn folder(running: &Running, vendor: &str, parent: Option<&str>) -> Workdir {
    let work = Workdir::new();
    let mut text = target(running, vendor).replace("parent = \"7\"\n", "");
    if let Some(parent) = parent {
        text.extend(["parent = \"", parent, "\"\n"]);
    }
    work.write("rolo.toml", text);
    work
}

/// So many people, with a column of keys or without; each row names this parent, if any.
fn people(count: usize, keys: bool, parent: Option<&str>) -> String {
    let cell = |text: String, is_there: bool| if is_there { text + "," } else { String::new() };
    let line = |key: String, under: &str, rest: String| {
        cell(key, keys) + &cell(under.to_owned(), parent.is_some()) + &rest + "\n"
    };
    let header = "Prénom,Nom,E-mail,Téléphone".to_owned();
    let person = |n: usize| format!("Anne,Durand{n},a{n}@example.fr,+33 1 99 00 00 {n:02}");
    let rows = (1..=count).map(|n| line(n.to_string(), parent.unwrap_or_default(), person(n)));
    let header = line("Identifiant".to_owned(), "Contact parent", header);
    std::iter::once(header).chain(rows).collect()
}

fn import(work: &Workdir, sheet: &str, more: &[&str]) -> Said {
    let common = [
        "import", sheet, "--to", "there", "--report", "report", "--output", "json",
    ];
    work.rolo(&[&common[..], more].concat())
}

fn export(work: &Workdir, file: &str, more: &[&str]) -> Said {
    let common = ["export", "--from", "there", "-o", file, "--output", "json"];
    work.rolo(&[&common[..], more].concat())
}

/// The totals that are not nothing, without what was read and what was valid.
fn came(said: &Said) -> Value {
    let mut totals = said.json()["totals"].clone();
    totals
        .as_object_mut()
        .expect("an object")
        .retain(|name, count| {
            *count != json!(0) && !["read", "valid", "removals"].contains(&name.as_str())
        });
    totals
}

fn codes(said: &Said) -> Vec<Value> {
    let problems = said.json()["problems"].clone();
    let list = problems.as_array().expect("a list").clone();
    let code = |problem: Value| problem["code"].clone();
    list.into_iter().map(code).collect()
}

/// Imports a sheet whose every row must be met by this fate.
fn assert_all(work: &Workdir, sheet: &str, more: &[&str], fate: &str, rows: u64) {
    let said = import(work, sheet, more);
    assert_eq!(
        came(&said),
        json!({fate: rows}),
        "{sheet} {more:?}: {said:?}"
    );
}

/// How the parent is said: what the target states, what the rows name, and the flag.
const WAYS: [(Option<&str>, Option<&str>, &[&str]); 4] = [
    (None, None, &["--parent", "3"]),
    (None, Some("3"), &[]),
    (Some("3"), None, &[]),
    (Some("9"), Some("3"), &[]),
];

#[test]
fn what_is_exported_changes_nothing_when_it_is_imported_however_its_parent_is_said() {
    for entry in VENDORS {
        let under = if has_parents(entry) {
            &["--parent", "3"][..]
        } else {
            &[]
        };
        let ways = if has_parents(entry) { 4 } else { 1 };
        for (way, keys) in WAYS[..ways]
            .iter()
            .flat_map(|way| [(way, true), (way, false)])
        {
            let running = vendors("limit=off");
            let work = folder(&running, entry.profile.id, way.0);
            work.write("people.csv", people(3, keys, way.1));
            assert_all(&work, "people.csv", way.2, "created", 3);
            // Without a flag, a target that states a parent shows what hangs under that one.
            let all = if way.0 == Some("9") { under } else { &[] };
            export(&work, "all.csv", all);
            export(&work, "under.csv", under);
            for (sheet, more) in [
                ("under.csv", under),
                ("under.csv", &[]),
                ("all.csv", way.2),
                ("all.csv", &["--compare", "ledger"]),
                ("people.csv", way.2),
            ] {
                assert_all(&work, sheet, more, "unchanged", 3);
            }
            let held = running.records(entry.profile.id).len();
            assert_eq!(held, 3, "{} {way:?}", entry.profile.id);
        }
    }
}

#[test]
fn sheets_that_count_from_one_under_two_parents_are_two_lists_of_people() {
    for vendor in with_parents() {
        let running = vendors("limit=off");
        let work = folder(&running, vendor, None);
        let others = people(5, true, None)
            .replace("Anne,Durand", "Bob,Roy")
            .replace(",a", ",b")
            .replace(" 99 00 00 ", " 99 12 34 ");
        work.write("three.csv", people(5, true, None));
        work.write("four.csv", others);
        let sheets = [
            ("three.csv", ["--parent", "3"]),
            ("four.csv", ["--parent", "4"]),
        ];
        for fate in ["created", "unchanged", "unchanged"] {
            for (sheet, flag) in sheets {
                let said = import(&work, sheet, &flag);
                assert_eq!(
                    (came(&said), codes(&said)),
                    (json!({fate: 5}), vec![]),
                    "{vendor}"
                );
            }
        }
        // All of them together, and each part by itself.
        export(&work, "all.csv", &[]);
        assert_all(&work, "all.csv", &[], "unchanged", 10);
        for (file, flag) in [("3.csv", ["--parent", "3"]), ("4.csv", ["--parent", "4"])] {
            export(&work, file, &flag);
            assert_all(&work, file, &flag, "unchanged", 5);
            assert_all(&work, file, &[], "unchanged", 5);
        }
        assert_eq!(running.records(vendor).len(), 10, "{vendor}");
    }
}

#[test]
fn one_key_under_two_parents_of_one_sheet_is_two_contacts() {
    for vendor in with_parents() {
        for key in ["K1", ""] {
            let running = vendors("limit=off");
            let work = folder(&running, vendor, None);
            let row = |parent: &str| format!("{key},{parent},Anne,Durand,a@example.fr\n");
            let header = "Identifiant,Contact parent,Prénom,Nom,E-mail\n";
            work.write("people.csv", format!("{header}{}{}", row("3"), row("4")));
            assert_all(&work, "people.csv", &[], "created", 2);
            assert_all(&work, "people.csv", &[], "unchanged", 2);
            export(&work, "all.csv", &[]);
            assert_all(&work, "all.csv", &[], "unchanged", 2);
            // Under one parent, it is one contact.
            work.write("people.csv", format!("{header}{}{}", row("3"), row("3")));
            let said = import(&work, "people.csv", &[]);
            assert_eq!(
                came(&said),
                json!({"unchanged": 1, "skipped": 1}),
                "{vendor}"
            );
        }
    }
}

#[test]
fn a_row_that_names_another_parent_is_made_there_and_the_other_record_is_told() {
    for vendor in with_parents() {
        let running = vendors("limit=off");
        let work = folder(&running, vendor, None);
        let sheet = |parent: &str| {
            let rows = people(12, true, Some("3"));
            rows.replacen("\n2,3,", &format!("\n2,{parent},"), 1)
        };
        work.write("people.csv", sheet("3"));
        assert_all(&work, "people.csv", &[], "created", 12);
        work.write("people.csv", sheet("4"));
        let mirror = ["--mode", "mirror"];
        for more in [&["--dry-run"][..], &mirror] {
            let said = import(&work, "people.csv", more);
            let made = if more == mirror { "created" } else { "unsent" };
            assert_eq!(
                came(&said),
                json!({made: 1, "unchanged": 11}),
                "{vendor}: {said:?}"
            );
            assert_eq!(codes(&said), ["match.moved"], "{vendor}");
            let message = said.json()["problems"][0]["message"].clone();
            assert!(
                message.as_str().expect("words").contains("parent 3"),
                "{message}"
            );
        }
        assert_eq!(
            running.records(vendor).len(),
            13,
            "the other record is not gone yet"
        );
        assert_all(&work, "people.csv", &[], "unchanged", 12);
        let said = import(&work, "people.csv", &mirror);
        assert_eq!(
            came(&said),
            json!({"deleted": 1, "unchanged": 12}),
            "{vendor}: {said:?}"
        );
        assert_all(&work, "people.csv", &mirror, "unchanged", 12);
    }
}

#[test]
fn a_row_that_lost_its_parent_keeps_its_record_in_a_mirror() {
    for vendor in with_parents() {
        let running = vendors("limit=off");
        let work = folder(&running, vendor, None);
        let sheet = people(12, true, Some("3"));
        work.write("people.csv", &sheet);
        assert_all(&work, "people.csv", &[], "created", 12);
        work.write("people.csv", sheet.replacen("\n2,3,", "\n2,,", 1));
        let said = import(&work, "people.csv", &["--mode", "mirror"]);
        assert_eq!(
            came(&said),
            json!({"rejected": 1, "unchanged": 11}),
            "{vendor}: {said:?}"
        );
    }
}

#[test]
fn a_mirror_of_one_parent_leaves_the_others_alone() {
    for vendor in with_parents() {
        let running = vendors("limit=off");
        let work = folder(&running, vendor, None);
        work.write("people.csv", people(12, true, None));
        for parent in ["3", "4"] {
            assert_all(&work, "people.csv", &["--parent", parent], "created", 12);
        }
        work.write("fewer.csv", people(11, true, None));
        let mirror = ["--mode", "mirror", "--parent", "4"];
        let said = import(&work, "fewer.csv", &mirror);
        assert_eq!(
            came(&said),
            json!({"deleted": 1, "unchanged": 11}),
            "{vendor}: {said:?}"
        );
        work.write("fewer.csv", people(10, true, Some("4")));
        let said = import(&work, "fewer.csv", &["--mode", "mirror"]);
        assert_eq!(
            came(&said),
            json!({"deleted": 1, "unchanged": 10}),
            "{vendor}: {said:?}"
        );
        assert_all(&work, "people.csv", &["--parent", "3"], "unchanged", 12);
    }
}

#[test]
fn imports_under_two_parents_of_one_account_take_turns() {
    let running = vendors("limit=off");
    for entry in VENDORS {
        let vendor = entry.profile.id;
        let work = folder(&running, vendor, None);
        work.write("people.csv", people(1, true, None));
        let mut text = work.read("rolo.toml");
        if !text.contains("\naccount = ") {
            text.push_str("account = \"sandbox\"\n");
        }
        work.write("rolo.toml", text);
        let mut ledger = Sqlite::open(&work.path("state/rolo/ledger.sqlite3")).expect("a ledger");
        let new = NewRun {
            book: BookId::of(vendor, &running.base_url(vendor), "sandbox"),
            target: "there".into(),
            vendor: vendor.into(),
            command: "import".into(),
            source: json!({}),
            headers: vec![],
            given: Given::default(),
            spec: None,
        };
        let run = ledger.begin(&new).expect("a run");
        for parent in ["3", "4"] {
            let said = import(&work, "people.csv", &["--parent", parent]);
            assert_eq!(said.code, 11, "{vendor}: {said:?}");
        }
        ledger.end(run, 0).expect("ended");
        assert_all(&work, "people.csv", &["--parent", "3"], "created", 1);
    }
}

#[test]
fn two_targets_with_the_same_secrets_are_told_to_name_their_account() {
    let running = vendors("limit=off");
    // Its one credential is a secret.
    let work = folder(&running, "orzame", Some("3"));
    let one = work.read("rolo.toml");
    let other = one
        .replace("[targets.there]", "[targets.beyond]")
        .replace("\"3\"", "\"4\"");
    work.write("rolo.toml", format!("{one}{other}"));
    work.write("people.csv", people(1, true, None));
    let said = import(&work, "people.csv", &[]);
    assert!(said.stderr.contains("`there` and `beyond`"), "{said:?}");
    let account = "account = \"ours\"\n";
    work.write("rolo.toml", format!("{one}{account}{other}{account}"));
    let said = import(&work, "people.csv", &[]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{said:?}");
    let to = ["import", "people.csv", "--to", "beyond", "--quiet"];
    assert_eq!(work.rolo(&to).code, 0);
    let ledger = Sqlite::open(&work.path("state/rolo/ledger.sqlite3")).expect("a ledger");
    let runs = ledger.runs(2).expect("readable");
    assert_eq!(runs[0].about.book, runs[1].about.book);
}

#[test]
fn sheets_of_one_name_for_two_parents_are_compared_with_their_own() {
    for vendor in with_parents() {
        let running = vendors("limit=off");
        let work = folder(&running, vendor, None);
        for (rows, parent, code) in [(30, "3", 0), (3, "4", 0), (3, "3", 7), (3, "4", 0)] {
            work.write("people.csv", people(rows, true, None));
            let said = import(&work, "people.csv", &["--parent", parent]);
            assert_eq!(said.code, code, "{vendor} {rows} {parent}: {said:?}");
        }
    }
}

/// What names the account in a book of the sandbox: the credential that is no secret, else the target.
fn account(vendor: &str) -> &'static str {
    let entry = backend::find(vendor).expect("a vendor");
    let is_plain = |name: &str| {
        let mut known = entry.profile.credentials.iter().copied().flatten();
        known.any(|one| one.name == name && one.secret == Secrecy::Plain)
    };
    let mut credentials = sandbox::credentials(vendor).iter();
    let plain = credentials.find(|(name, _)| is_plain(name));
    plain.map_or("there", |(_, value)| value)
}

#[test]
fn a_key_of_an_older_export_still_names_its_record() {
    for vendor in with_parents() {
        let running = vendors("limit=off");
        let other = folder(&running, vendor, Some("7"));
        other.write("people.csv", people(3, true, None));
        assert_all(&other, "people.csv", &[], "created", 3);
        // Exported while the target's parent was a part of the book; this ledger never saw it.
        let account = account(vendor);
        let book = BookId::of(vendor, &running.base_url(vendor), account);
        let part = book.part(&ParentId::new("7"));
        let ids = running.records(vendor).into_iter();
        let ids = ids.map(|record| RemoteId::new(record["id"].to_string()));
        let keys: Vec<String> = ids
            .map(|id| ContactKey::of_record(&part, &id).into_string())
            .collect();
        let mut sheet = people(3, true, Some("7"));
        for (n, key) in (1..).zip(&keys) {
            sheet = sheet.replace(&format!("\n{n},"), &format!("\n{key},"));
        }
        // Nothing but the key tells who they are.
        let sheet = sheet.replace(",a", ",new").replace("+33 1 99", "+33 1 98");
        let work = folder(&running, vendor, Some("7"));
        work.write("people.csv", sheet);
        assert_all(&work, "people.csv", &[], "updated", 3);
        assert_eq!(running.records(vendor).len(), 3, "{vendor}");
    }
}
