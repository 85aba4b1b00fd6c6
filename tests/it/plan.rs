//! `rolo plan` and `rolo apply`: what is shown is what is sent, or nothing is.

use rolo::sandbox::{Running, VENDORS};
use serde_json::{Value, json};

use crate::scene::{import, people, ready, run, total};
use crate::workdir::{Said, Workdir, target};

fn plan(work: &Workdir, more: &[&str]) -> Said {
    run(
        work,
        &[&["plan", "people.csv", "--to", "there"], more].concat(),
    )
}

fn id(said: &Said) -> String {
    let document = said.json();
    document["run"].as_str().expect("an id").to_owned()
}

/// Every text of a record, and of a sheet of records.
fn holds(records: &[Value], text: &str) -> bool {
    records
        .iter()
        .any(|record| record.to_string().contains(text))
}

/// The requests that a report shows.
fn shown(work: &Workdir) -> Vec<Value> {
    work.read("report/requests.ndjson")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// The requests that changed the book from the `from`th on, as a report shows them.
fn changed(running: &Running, vendor: &str, from: usize) -> Vec<Value> {
    let seen = running.requests(vendor).into_iter().skip(from);
    seen.filter(|seen| seen.applied)
        .map(|seen| {
            let mut shown = json!({"method": seen.method, "path": seen.path});
            if let Ok(body) = serde_json::from_slice::<Value>(&seen.body) {
                shown["body"] = body;
            }
            shown
        })
        .collect()
}

#[test]
fn a_plan_sends_nothing_and_apply_sends_what_it_shows() {
    for &vendor in VENDORS {
        let (work, running) = ready(vendor);
        work.write("people.csv", people(6));
        let planned = plan(&work, &[]);
        assert_eq!(
            (planned.code, total(&planned, "unsent")),
            (0, 6),
            "{vendor}: {planned:?}"
        );
        assert_eq!(planned.json()["plan"]["create"], 6, "{vendor}");
        let wrote = |seen: &rolo::sandbox::SeenRequest| seen.applied;
        assert!(!running.requests(vendor).iter().any(wrote), "{vendor}");
        let promised = shown(&work);
        // The sheet is gone: what is sent is what was planned.
        work.write("people.csv", "Nom\nNobody\n");
        let said = run(&work, &["apply", &id(&planned), "--concurrency", "1"]);
        said.expect(0).totals(&[("created", 6)]);
        let sent = changed(&running, vendor, 0);
        for (n, request) in promised.iter().enumerate() {
            assert_eq!(sent.get(n), Some(request), "{vendor}");
        }
        assert_eq!(id(&said), id(&planned), "{vendor}: it is the same run");
    }
}

#[test]
fn batches_are_those_that_the_plan_shows_at_any_pace() {
    let (work, running) = ready("allocloud");
    let text = target(&running, "allocloud").replace("5000/s", "40/s");
    work.write(
        "rolo.toml",
        format!("{text}[targets.there.switches]\nbatch = 4\n"),
    );
    work.write("people.csv", people(10));
    let planned = plan(&work, &[]);
    let promised = shown(&work);
    assert_eq!(promised.len(), 3, "{planned:?}");
    let said = run(&work, &["apply", &id(&planned), "--concurrency", "1"]);
    said.expect(0).totals(&[("created", 10)]);
    assert_eq!(changed(&running, "allocloud", 0), promised);
}

#[test]
fn a_plan_is_applied_once() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(3));
    let planned = id(&plan(&work, &[]));
    assert_eq!(run(&work, &["apply", &planned]).code, 0);
    let again = run(&work, &["apply", &planned]);
    assert!(
        again.code == 9 && again.stderr.contains("was applied already"),
        "{again:?}"
    );
    assert_eq!(running.records("covage").len(), 3);
    let import = import(&work, &[]);
    assert_eq!(total(&import, "unchanged"), 3, "{import:?}");
    let no_plan = run(&work, &["apply", &id(&import)]);
    assert!(
        no_plan.code == 2 && no_plan.stderr.contains("is not a saved plan"),
        "{no_plan:?}"
    );
}

#[test]
fn what_would_change_is_shown_to_a_person() {
    let (work, _running) = ready("covage");
    work.write("people.csv", people(3));
    import(&work, &[]);
    let sheet = people(30).replace("Durand1,", "Martin\u{1b}[31m,");
    work.write(
        "people.csv",
        format!("{sheet}K99,Zoé,Zola,z@example.fr,0612\n"),
    );
    let said = work.rolo(&["plan", "people.csv", "--to", "there", "--report", "report"]);
    assert_eq!(said.code, 3, "{said:?}");
    for words in [
        "27 to create, 1 rejected, 2 unchanged, 1 to update",
        "  ~ row 3 Anne Martin",
        "      last_name: `Durand1` → `Martin",
        "  + row 5 Anne Durand3\n",
        "  … and 8 more; --all shows them",
        "phone has 4 digits",
        "\nForecast: 29 requests at 5000/s: a second, done at ",
        "` sends exactly this",
    ] {
        assert!(said.stdout.contains(words), "{words}: {}", said.stdout);
    }
    assert!(!said.stdout.contains('\u{1b}'), "{said:?}");
    let all = work.rolo(&["plan", "people.csv", "--to", "there", "--all"]);
    assert!(all.stdout.contains("  + row 31 Anne Durand29"), "{all:?}");
    let document = plan(&work, &[]).json();
    let changes = document["changes"].as_array().expect("a list");
    assert_eq!(changes.len(), 28, "{document}");
    assert_eq!(
        (&changes[0]["row"], &changes[0]["action"]),
        (&json!(3), &json!("update"))
    );
    assert!(
        document["forecast"]["requests"].as_u64() >= Some(28),
        "{document}"
    );
}

#[test]
fn the_exit_code_says_whether_something_would_change() {
    let (work, _running) = ready("covage");
    work.write("people.csv", people(2));
    assert_eq!(plan(&work, &[]).code, 0);
    let said = plan(&work, &["--detailed-exitcode"]);
    assert_eq!((said.code, &said.json()["exit_code"]), (2, &json!(2)));
    import(&work, &[]);
    assert_eq!(plan(&work, &["--detailed-exitcode"]).code, 0);
    work.write("people.csv", format!("{}K9,Zoé,Zola,,0612\n", people(3)));
    assert_eq!(plan(&work, &["--detailed-exitcode"]).code, 3);
    let said = plan(&work, &["--limit", "1"]);
    assert!(
        said.code == 2 && said.stderr.contains("`--limit`"),
        "{said:?}"
    );
}

#[test]
fn a_plan_without_changes_is_applied_as_nothing() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(2));
    import(&work, &[]);
    let planned = id(&plan(&work, &[]));
    let before = running.requests("covage").len();
    let said = run(&work, &["apply", &planned]);
    said.expect(0).totals(&[("unchanged", 2)]);
    assert_eq!(running.requests("covage").len(), before, "nobody was asked");
    assert_eq!(run(&work, &["apply", &planned]).code, 9);
}

#[test]
fn a_saved_plan_is_not_resumed_by_accident() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(3));
    let planned = id(&plan(&work, &[]));
    assert_eq!(work.rolo(&["resume"]).code, 9);
    let said = work.rolo(&["resume", &planned]);
    assert!(
        said.code == 2 && said.stderr.contains("rolo apply"),
        "{said:?}"
    );
    let list = work.rolo(&["runs"]);
    assert!(list.stdout.contains("planned, not applied"), "{list:?}");
    assert_eq!(running.records("covage").len(), 0);
    // It holds no lock, and somebody else may write the book.
    work.write("people.csv", people(1).replace("K0", "X0"));
    assert_eq!(import(&work, &[]).code, 0);
    let said = work.rolo(&["runs", "prune", "--older-than", "0d"]);
    assert_eq!(said.code, 0, "{said:?}");
}

#[test]
fn a_limited_apply_is_resumed_and_undone_like_an_import() {
    for &vendor in VENDORS {
        let (work, running) = ready(vendor);
        work.write("people.csv", people(5));
        let planned = id(&plan(&work, &[]));
        let said = run(&work, &["apply", &planned, "--limit", "2"]);
        said.expect(8).totals(&[("created", 2)]);
        let again = run(&work, &["apply", &planned]);
        assert!(
            again.code == 9 && again.stderr.contains("rolo resume"),
            "{again:?}"
        );
        assert_eq!(run(&work, &["resume"]).code, 0, "{vendor}");
        assert_eq!(running.records(vendor).len(), 5, "{vendor}");
        let said = run(&work, &["undo", &planned]);
        said.expect(0).totals(&[("deleted", 5)]);
        assert_eq!(running.records(vendor).len(), 0, "{vendor}");
    }
}

/// Plans two updates and a create beside three people who are there, and returns the plan's run.
fn planned_changes(work: &Workdir) -> String {
    work.write("people.csv", people(3));
    import(work, &[]);
    std::fs::copy(
        work.path("state/rolo/ledger.sqlite3"),
        work.path("other.sqlite3"),
    )
    .expect("copied");
    let sheet = people(4)
        .replace("Durand1", "Martin")
        .replace("Durand2", "Martin");
    work.write("people.csv", sheet);
    let said = plan(work, &[]);
    assert_eq!(said.json()["plan"]["update"], 2, "{said:?}");
    id(&said)
}

/// Somebody else, who keeps a ledger of their own, imports a sheet.
fn somebody(work: &Workdir, sheet: &str) {
    work.write("other.csv", sheet);
    let other = work.path("other.sqlite3").display().to_string();
    let said = work.rolo(&["import", "other.csv", "--to", "there", "--ledger", &other]);
    assert_eq!(said.code, 0, "{said:?}");
}

#[test]
fn a_plan_is_refused_where_somebody_changed_a_record_that_it_would_change() {
    for &vendor in VENDORS {
        let (work, running) = ready(vendor);
        let planned = planned_changes(&work);
        somebody(&work, &people(3).replace("Durand1", "Zola"));
        let before = running.records(vendor);
        let said = run(&work, &["apply", &planned]);
        assert_eq!(said.code, 7, "{vendor}: {said:?}");
        assert!(
            said.stderr.contains("row 3: record ")
                && said.stderr.contains("has changed")
                && !said.stderr.contains("row 4")
                && said.stderr.contains("`rolo plan` again"),
            "{vendor}: {said:?}"
        );
        assert_eq!(running.records(vendor), before, "{vendor}");
        let said = run(&work, &["apply", &planned, "--even-if-changed"]);
        said.expect(0).totals(&[("updated", 2)]);
        assert!(!holds(&running.records(vendor), "Zola"), "{vendor}");
    }
}

#[test]
fn a_plan_stands_where_somebody_changed_what_it_does_not_touch() {
    for &vendor in VENDORS {
        let (work, running) = ready(vendor);
        let planned = planned_changes(&work);
        somebody(&work, &people(3).replace("Durand0", "Zola"));
        let said = run(&work, &["apply", &planned]);
        said.expect(0).totals(&[("updated", 2)]);
        assert!(holds(&running.records(vendor), "Zola"), "{vendor}");
    }
}

#[test]
fn a_plan_is_refused_where_a_record_is_gone() {
    for &vendor in VENDORS {
        let (work, running) = ready(vendor);
        let planned = planned_changes(&work);
        let other = work.path("other.sqlite3").display().to_string();
        let runs = work.rolo(&["runs", "--output", "json", "--ledger", &other]);
        let first = runs.json()["runs"][0]["run"]
            .as_str()
            .expect("it")
            .to_owned();
        let said = work.rolo(&["undo", &first, "--ledger", &other]);
        assert_eq!(said.code, 0, "{said:?}");
        let said = run(&work, &["apply", &planned]);
        assert!(
            said.code == 7
                && said.stderr.contains("row 3: record ")
                && said.stderr.contains("is gone"),
            "{vendor}: {said:?}"
        );
        assert_eq!(running.records(vendor).len(), 0, "{vendor}");
    }
}

#[test]
fn a_plan_is_refused_where_somebody_made_records_beside_its_own() {
    for &vendor in VENDORS {
        let (work, running) = ready(vendor);
        let planned = planned_changes(&work);
        somebody(&work, &people(5).replace("K4", "X4").replace("K3,", "X3,"));
        let said = run(&work, &["apply", &planned]);
        assert!(
            said.code == 7 && said.stderr.contains("2 records are new there: "),
            "{vendor}: {said:?}"
        );
        assert_eq!(running.records(vendor).len(), 5, "{vendor}");
        // Asking twice makes nobody a known one.
        assert_eq!(run(&work, &["apply", &planned]).code, 7, "{vendor}");
    }
}

#[test]
fn a_plan_is_refused_where_a_later_import_wrote_its_contacts() {
    for &vendor in VENDORS {
        let (work, running) = ready(vendor);
        let planned = planned_changes(&work);
        assert_eq!(import(&work, &[]).code, 0, "{vendor}");
        let said = run(&work, &["apply", &planned]);
        assert!(
            said.code == 7 && said.stderr.contains("row 5: another run has written it"),
            "{vendor}: {said:?}"
        );
        let said = run(&work, &["apply", &planned, "--even-if-changed"]);
        said.expect(0).totals(&[("skipped", 3)]);
        assert_eq!(running.records(vendor).len(), 4, "{vendor}");
    }
}

#[test]
fn a_plan_waits_for_nobody_and_another_run_turns_it_away() {
    use rolo::ledger::{Runs as _, Sqlite};
    let (work, _running) = ready("covage");
    work.write("people.csv", people(2));
    let planned = id(&plan(&work, &[]));
    let mut held = Sqlite::open(&work.path("state/rolo/ledger.sqlite3")).expect("a ledger");
    let about = held.run(&planned).expect("it").about;
    let other = held.begin(&about).expect("the book is free");
    assert_eq!(run(&work, &["apply", &planned]).code, 11);
    held.end(other, 0).expect("ended");
    assert_eq!(run(&work, &["apply", &planned]).code, 0);
}

#[test]
fn a_plan_is_refused_where_other_requests_would_be_sent() {
    let (work, running) = ready("allocloud");
    work.write("people.csv", people(2));
    let planned = id(&plan(&work, &[]));
    let said = run(&work, &["apply", &planned, "--set", "create_style=single"]);
    assert!(
        said.code == 7 && said.stderr.contains("the requests would differ"),
        "{said:?}"
    );
    assert_eq!(running.records("allocloud").len(), 0);
    assert_eq!(run(&work, &["apply", &planned]).code, 0);
}

#[test]
fn many_records_are_looked_at_by_their_list() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(60));
    import(&work, &[]);
    std::fs::copy(
        work.path("state/rolo/ledger.sqlite3"),
        work.path("other.sqlite3"),
    )
    .expect("copied");
    work.write("people.csv", people(60).replace("Anne", "Zoé"));
    let before = running.requests("covage").len();
    let planned = id(&plan(&work, &[]));
    let asked = running.requests("covage").len() - before;
    assert!((1..60).contains(&asked), "{asked}");
    somebody(&work, &people(60).replace("Durand33,", "Zola,"));
    let said = run(&work, &["apply", &planned]);
    assert!(
        said.code == 7 && said.stderr.contains("plan was made for: row 35: record "),
        "{said:?}"
    );
}

#[test]
fn whoever_came_in_between_is_not_taken_for_a_lost_answer() {
    use rolo::ledger::{Links as _, Sqlite};
    use rolo::model::RunId;
    let (work, running) = ready("covage");
    let planned = planned_changes(&work);
    somebody(&work, &people(5).replace("K4", "X4").replace("K3,", "X3,"));
    let said = run(&work, &["apply", &planned, "--even-if-changed"]);
    said.expect(0).totals(&[("created", 1)]);
    assert_eq!(running.records("covage").len(), 6);
    let ledger = Sqlite::open(&work.path("state/rolo/ledger.sqlite3")).expect("a ledger");
    let known = ledger
        .surveyed(&RunId::new(planned), None)
        .expect("readable");
    assert_eq!(known.map(|ids| ids.len()), Some(5));
}
