//! An undo among other runs: it waits for its turn, looks only when the book is its own, and says what is in doubt.

use rolo::ledger::Runs as _;
use serde_json::{Value, json};

use crate::scene::{hold_the_book, import, killed, make_twin, people, ready, run, total};
use crate::workdir::{Said, Workdir};

/// The id of the run that a command said.
fn id(said: &Said) -> String {
    said.json()["run"].as_str().expect("an id").to_owned()
}

/// The run that began last.
fn last(work: &Workdir) -> Value {
    work.rolo(&["runs", "--output", "json"]).json()["runs"][0].clone()
}

#[test]
fn an_undo_looks_at_nothing_while_another_run_writes() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(2));
    let id = id(&import(&work, &[]));
    let (mut held, other) = hold_the_book(&work, &running);
    let asked = running.requests("covage").len();
    let said = work.rolo(&["undo", &id]);
    assert_eq!(said.code, 11, "{said:?}");
    assert_eq!(running.requests("covage").len(), asked, "nobody was asked");
    held.end(other, 0).expect("ended");
    assert_eq!(total(&run(&work, &["undo", &id]), "deleted"), 2);
}

#[test]
fn an_undo_waits_for_another_run_where_that_is_wanted() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(2));
    let id = id(&import(&work, &[]));
    let (mut held, other) = hold_the_book(&work, &running);
    let mut child = work
        .command(&["undo", &id, "--quiet", "--wait"])
        .spawn()
        .expect("the program starts");
    // Whoever does not wait is at its end by the time that others, begun later, are at theirs.
    for _ in 0..5 {
        assert_eq!(work.rolo(&["undo", &id]).code, 11);
    }
    let ended = child.try_wait().expect("a child");
    assert!(ended.is_none(), "it does not wait: {ended:?}");
    held.end(other, 0).expect("ended");
    assert_eq!(child.wait().expect("it ended").code(), Some(0));
    assert_eq!(running.records("covage").len(), 0);
}

#[test]
fn an_undo_that_cannot_look_ends_and_can_be_done_later() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(2));
    let id = id(&import(&work, &[]));
    let settings = work.read("rolo.toml");
    let nowhere = settings.replace("SANDBOX_PASSWORD", "WRONG_PASSWORD");
    work.write("rolo.toml", nowhere);
    let mut wrong = work.command(&["undo", &id]);
    let said = wrong.env("WRONG_PASSWORD", "wrong").output();
    assert_eq!(said.expect("it ended").status.code(), Some(6));
    let undo = last(&work);
    assert_eq!(undo["command"], "undo");
    assert!(undo["ended"].is_string(), "{undo}");
    assert_eq!(undo["exit_code"], json!(6), "{undo}");
    work.write("rolo.toml", settings);
    assert_eq!(total(&run(&work, &["undo", &id]), "deleted"), 2);
    assert_eq!(running.records("covage").len(), 0);
}

#[cfg(unix)]
#[test]
fn what_the_run_left_in_doubt_is_settled_and_taken_back() {
    let (work, running) = killed();
    let id = last(&work)["run"].as_str().expect("an id").to_owned();
    let said = run(&work, &["undo", &id]);
    said.expect(0).totals(&[("deleted", 1)]);
    assert_eq!(running.records("covage").len(), 0);
}

#[cfg(unix)]
#[test]
fn what_stays_in_doubt_is_told_and_left_alone() {
    let (work, running) = killed();
    make_twin(&running);
    let id = last(&work)["run"].as_str().expect("an id").to_owned();
    let said = work.rolo(&["undo", &id]);
    assert_eq!(said.code, 10, "{said:?}");
    assert!(
        said.stdout.contains("note: 1 row of that run is in doubt"),
        "{said:?}"
    );
    assert_eq!(running.records("covage").len(), 2, "nothing was sent");
    let dry = run(&work, &["undo", &id, "--dry-run"]);
    assert_eq!((dry.code, total(&dry, "in_doubt")), (10, 1), "{dry:?}");
}

#[test]
fn what_a_run_put_where_nothing_stood_is_taken_away_again() {
    // Where there is one place for all numbers, a second number changes nothing.
    let has_places = |entry: &&rolo::backend::VendorEntry| entry.profile.slots.len() > 1;
    for entry in rolo::backend::VENDORS.iter().filter(has_places) {
        let vendor = entry.profile.id;
        let (work, running) = ready(vendor);
        let sheet = |mobile: &str| {
            format!(
                "ID,First name,Last name,Phone,Mobile,E-mail\n\
                 K0,Anne,Durand,+33199000001,{mobile},anne@example.fr\n"
            )
        };
        work.write("people.csv", sheet(""));
        import(&work, &[]);
        let before = running.records(vendor);
        work.write("people.csv", sheet("+33636000001"));
        let changed = import(&work, &[]);
        assert_eq!(total(&changed, "updated"), 1, "{vendor}: {changed:?}");
        assert_ne!(running.records(vendor), before, "{vendor}");
        let said = run(&work, &["undo", &id(&changed)]);
        said.expect(0).totals(&[("updated", 1)]);
        let held = |records: Vec<Value>| records.iter().map(told).collect::<Vec<_>>();
        assert_eq!(held(running.records(vendor)), held(before), "{vendor}");
    }
}

/// What a record tells: neither what is empty in it, nor when it was changed, nor the ids of its parts.
fn told(record: &Value) -> Value {
    let is_ours = |name: &str| !name.contains("updated") && name != "id" && name != "modified";
    match record {
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| is_ours(name))
            .map(|(name, value)| (name.clone(), told(value)))
            .filter(|(_, value)| !matches!(value, Value::Null) && *value != json!(""))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(told).collect(),
        other => other.clone(),
    }
}
