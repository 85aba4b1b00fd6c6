//! The ledger's promises, on a real file.

#[cfg(unix)]
mod displaced;
mod doubted;
mod ended;
mod forgotten;
mod together;

use serde_json::json;

use super::*;
use crate::backend::Payload;
use crate::ledger::{Given, Saved};
use crate::plan::Action;
use crate::plan::{Fate, Link};

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    fn open(&self) -> Sqlite {
        Sqlite::open(&self.folder.path().join("state/ledger.sqlite3")).expect("a ledger")
    }
}

fn new_run() -> NewRun {
    NewRun {
        book: BookId::of("v", "https://a.example", "me"),
        target: "hq".into(),
        vendor: "v".into(),
        command: "import".into(),
        source: json!({"file": "people.csv"}),
        headers: vec!["Name".into()],
        given: Given::default(),
        spec: None,
    }
}

fn step(number: u64, key: &str, action: Action) -> Step {
    Step {
        number,
        row: number + 2,
        key: ContactKey::new(key),
        parent: None,
        action,
        remote: None,
        payload: action.is_sent().then(|| Payload::of(json!({"name": key}))),
        identity: None,
        record: None,
        cells: vec![vec![key.into()]],
        remarks: vec![],
        lost: vec![],
        changes: vec![],
    }
}

fn outcome(number: u64, fate: Fate, remote: Option<&str>) -> Outcome {
    let remote = remote.map(RemoteId::new);
    Outcome {
        remote,
        attempts: 1,
        ..Outcome::new(number, fate)
    }
}

fn known(ledger: &Sqlite, key: &str) -> Known {
    ledger
        .known(&new_run().book, &[ContactKey::new(key).into()])
        .expect("readable")
}

#[test]
fn steps_are_claimed_once_in_order_and_the_rest_needs_no_sending() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = ledger.begin(&new_run()).expect("a run");
    let steps = [
        step(0, "a", Action::Create),
        step(1, "b", Action::Reject),
        step(2, "c", Action::Create),
        step(3, "d", Action::Unchanged),
        step(4, "e", Action::Create),
    ];
    ledger.add(&run, &steps).expect("added");
    let numbers = |steps: Vec<Step>| steps.iter().map(|step| step.number).collect::<Vec<_>>();
    assert_eq!(numbers(ledger.claim(&run, 2).expect("claimed")), [0, 2]);
    assert_eq!(numbers(ledger.claim(&run, 2).expect("claimed")), [4]);
    assert_eq!(
        numbers(ledger.claim(&run, 2).expect("claimed")),
        [] as [u64; 0]
    );
}

#[test]
fn what_a_step_changes_is_told_again() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = ledger.begin(&new_run()).expect("a run");
    let changes = vec![crate::plan::Change {
        field: "name".into(),
        before: Some("Anne".into()),
        after: None,
    }];
    let update = Step {
        changes: changes.clone(),
        ..step(0, "a", Action::Update)
    };
    ledger.add(&run, &[update]).expect("added");
    let mut told = Vec::new();
    let each = &mut |settled: Settled| {
        told.extend(settled.step.changes);
        Ok(())
    };
    ledger.each_step(&run, each).expect("readable");
    assert_eq!(told, changes);
}

#[test]
fn a_made_record_is_linked_and_the_totals_reconcile() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = ledger.begin(&new_run()).expect("a run");
    ledger
        .add(
            &run,
            &[step(0, "a", Action::Create), step(1, "b", Action::Create)],
        )
        .expect("added");
    ledger.claim(&run, 9).expect("claimed");
    let outcomes = [
        outcome(0, Fate::Created, Some("77")),
        outcome(1, Fate::Refused, None),
    ];
    ledger.settle(&run, &outcomes).expect("settled");
    let totals = ledger.end(&run, 3).expect("ended");
    assert_eq!(
        (totals.read, totals.created, totals.refused, totals.valid),
        (2, 1, 1, 2)
    );
    assert_eq!(totals.reconcile(), Ok(()));
    let print = Payload::of(json!({"name": "a"})).fingerprint();
    let link = Link {
        remote: RemoteId::new("77"),
        fingerprint: print,
        identity: None,
    };
    assert_eq!(
        known(&ledger, "a").links.get(&ContactKey::new("a").into()),
        Some(&link)
    );
    assert_eq!(known(&ledger, "b"), Known::default());
}

#[test]
fn what_a_dead_run_had_sent_is_in_doubt_and_what_it_had_not_is_unsent() {
    let place = Place::new();
    let mut dead = place.open();
    let first = dead.begin(&new_run()).expect("a run");
    dead.add(
        &first,
        &[step(0, "a", Action::Create), step(1, "b", Action::Create)],
    )
    .expect("added");
    dead.claim(&first, 1).expect("claimed");
    drop(dead);

    let mut ledger = place.open();
    let totals = ledger.run(first.as_str()).expect("the run").totals;
    assert_eq!((totals.in_doubt, totals.unsent), (1, 1));
    ledger
        .begin(&new_run())
        .expect("the dead run's lock is free");
    assert_eq!(
        known(&ledger, "a").doubts.get(&ContactKey::new("a").into()),
        Some(&first)
    );
    assert_eq!(known(&ledger, "b"), Known::default());
}

#[test]
fn a_step_that_was_not_sent_after_all_waits_again() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = ledger.begin(&new_run()).expect("a run");
    ledger
        .add(&run, &[step(0, "a", Action::Create)])
        .expect("added");
    ledger.claim(&run, 1).expect("claimed");
    ledger
        .settle(&run, &[outcome(0, Fate::Unsent, None)])
        .expect("settled");
    assert_eq!(ledger.claim(&run, 1).expect("claimed").len(), 1);
}

#[test]
fn a_book_has_one_run_at_a_time() {
    let place = Place::new();
    let (mut one, mut two) = (place.open(), place.open());
    let run = one.begin(&new_run()).expect("a run");
    assert!(matches!(
        two.begin(&new_run()),
        Err(LedgerError::Held { .. })
    ));
    one.end(&run, 0).expect("ended");
    assert!(two.begin(&new_run()).is_ok());
}

#[test]
fn runs_are_found_by_the_beginning_of_their_id() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = ledger.begin(&new_run()).expect("a run");
    ledger.end(&run, 0).expect("ended");
    assert_eq!(
        ledger
            .run(&run.as_str()[..20].to_lowercase())
            .expect("found")
            .id,
        run
    );
    assert!(matches!(ledger.run("ZZZ"), Err(LedgerError::NoRun(_))));
    assert!(matches!(ledger.run(""), Err(LedgerError::NoRun(_))));
    let again = ledger.begin(&new_run()).expect("a run");
    let ids: Vec<_> = ledger
        .runs(9)
        .expect("listed")
        .into_iter()
        .map(|run| run.id)
        .collect();
    assert_eq!(ids, [again, run]);
    assert!(matches!(ledger.run("0"), Err(LedgerError::AmbiguousRun(_))));
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    place.open().begin(&new_run()).expect("a run");
    for entry in std::fs::read_dir(place.folder.path().join("state")).expect("a folder") {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("metadata").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?}", entry.file_name());
    }
}

#[test]
fn a_ledger_from_a_newer_rolo_is_left_alone() {
    let place = Place::new();
    place
        .open()
        .database
        .pragma_update(None, "user_version", 99)
        .expect("writable");
    let path = place.folder.path().join("state/ledger.sqlite3");
    assert!(matches!(
        Sqlite::open(&path),
        Err(LedgerError::Newer { found: 99, .. })
    ));
}

/// A plan of a create, an update and a delete, put aside.
fn saved(ledger: &mut Sqlite) -> RunId {
    let first = ledger.begin(&new_run()).expect("a run");
    let steps = [step(0, "b", Action::Create), step(1, "c", Action::Create)];
    ledger.add(&first, &steps).expect("added");
    let made = [
        outcome(0, Fate::Created, Some("72")),
        outcome(1, Fate::Created, Some("73")),
    ];
    ledger.settle(&first, &made).expect("settled");
    ledger.end(&first, 0).expect("ended");
    let run = ledger.begin(&new_run()).expect("a run");
    let at = |n, key, action, id: &str| Step {
        remote: Some(RemoteId::new(id)),
        ..step(n, key, action)
    };
    let steps = [
        step(0, "a", Action::Create),
        at(1, "b", Action::Update, "72"),
        at(2, "c", Action::Delete, "73"),
    ];
    ledger.add(&run, &steps).expect("added");
    ledger
        .save(&run, &Fingerprint::of("requests"))
        .expect("saved");
    let held = [
        (1, Some(Fingerprint::new("x"))),
        (2, Some(Fingerprint::new("y"))),
    ];
    ledger.sighted(&run, When::Planned, &held).expect("kept");
    ledger.planned(&run).expect("planned");
    ledger.end(&run, 0).expect("ended");
    run
}

/// What is stale, in short: `1 changed`.
fn stale(ledger: &Sqlite, run: &RunId) -> Vec<String> {
    let list = ledger.stale(run).expect("readable");
    list.into_iter()
        .map(|stale| format!("{} {:?}", stale.number, stale.why))
        .collect()
}

#[test]
fn a_saved_plan_is_not_taken_up_until_it_is_applied() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = saved(&mut ledger);
    assert!(ledger.unfinished().expect("readable").is_empty());
    assert_eq!(
        ledger.run(run.as_str()).expect("it").saved,
        Some(Saved::Waiting)
    );
    ledger.apply(&run).expect("applied");
    let unfinished = ledger.unfinished().expect("readable");
    assert_eq!(
        unfinished.iter().map(|run| &run.id).collect::<Vec<_>>(),
        [&run]
    );
    assert_eq!(unfinished[0].saved, Some(Saved::Applied));
}

#[test]
fn a_plan_notices_what_moved_under_it() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = saved(&mut ledger);
    let touched: Vec<String> = ledger
        .touched(&run)
        .expect("readable")
        .into_iter()
        .map(|touched| touched.remote.into_string())
        .collect();
    assert_eq!(touched, ["72", "73"]);
    // Nobody has looked again: what is not seen does not stand.
    assert_eq!(stale(&ledger, &run), ["1 Changed", "2 Changed"]);
    let print = |text: &str| Some(Fingerprint::new(text));
    let see = |ledger: &mut Sqlite, one, two| {
        let found = [(1, one), (2, two)];
        ledger.sighted(&run, When::Applied, &found).expect("kept");
    };
    see(&mut ledger, print("x"), print("y"));
    assert_eq!(stale(&ledger, &run), [""; 0]);
    see(&mut ledger, print("z"), None);
    assert_eq!(stale(&ledger, &run), ["1 Changed", "2 Gone"]);
    see(&mut ledger, print("x"), print("y"));

    let other = ledger.begin(&new_run()).expect("a run");
    let update = Step {
        remote: Some(RemoteId::new("72")),
        payload: Some(Payload::of(json!({"name": "otherwise"}))),
        ..step(1, "b", Action::Update)
    };
    ledger
        .add(&other, &[step(0, "a", Action::Create), update])
        .expect("added");
    assert_eq!(ledger.claim(&other, 1).expect("claimed").len(), 1);
    let lost = [outcome(0, Fate::InDoubt, None)];
    ledger.settle(&other, &lost).expect("settled");
    assert_eq!(stale(&ledger, &run), ["0 InDoubt"]);
    let outcomes = [
        outcome(0, Fate::Created, Some("74")),
        outcome(1, Fate::Updated, Some("72")),
    ];
    ledger.settle(&other, &outcomes).expect("settled");
    assert_eq!(stale(&ledger, &run), ["0 Written", "1 Written"]);
}

#[test]
fn a_pruned_plan_is_dropped() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = saved(&mut ledger);
    ledger.prune("9999-01-01T00:00:00Z").expect("pruned");
    assert_eq!(
        ledger.run(run.as_str()).expect("it").saved,
        Some(Saved::Dropped)
    );
    assert_eq!(ledger.touched(&run).expect("readable"), []);
}

/// A run that made or changed the contact `a`, and was killed before it ended.
fn killed_after(place: &Place, action: Action, fate: Fate, payload: &str) -> RunId {
    let mut ledger = place.open();
    let run = ledger.begin(&new_run()).expect("a run");
    let payload = Some(Payload::of(json!({ "name": payload })));
    let remote = (action != Action::Create).then(|| RemoteId::new("77"));
    let step = Step {
        remote,
        payload,
        ..step(0, "a", action)
    };
    ledger.add(&run, &[step]).expect("added");
    ledger.planned(&run).expect("planned");
    ledger.claim(&run, 9).expect("claimed");
    ledger
        .settle(&run, &[outcome(0, fate, Some("77"))])
        .expect("settled");
    run
}

fn said(ledger: &Sqlite) -> Option<Fingerprint> {
    let links = known(ledger, "a").links;
    links.into_values().next().map(|link| link.fingerprint)
}

#[test]
fn a_settled_fate_is_linked_for_whoever_asks_though_the_run_was_killed() {
    let place = Place::new();
    killed_after(&place, Action::Create, Fate::Created, "Anne");
    let ledger = place.open();
    let print = Payload::of(json!({"name": "Anne"})).fingerprint();
    assert_eq!(said(&ledger), Some(print));
    let (book, remote) = (new_run().book, RemoteId::new("77"));
    assert!(ledger.owns(&book, &remote).expect("readable"));
    let last = ledger.last_sent(&book, &remote).expect("readable");
    let last = last.map(|sent| sent.payload);
    assert_eq!(last, Some(Payload::of(json!({"name": "Anne"}))));
}

#[test]
fn a_later_runs_word_stands_and_a_deleted_record_has_no_link_whoever_is_resumed() {
    let place = Place::new();
    let first = killed_after(&place, Action::Create, Fate::Created, "Anne");
    let second = killed_after(&place, Action::Update, Fate::Updated, "Anna");
    let anna = Payload::of(json!({"name": "Anna"})).fingerprint();
    let mut ledger = place.open();
    let run = ledger.run(first.as_str()).expect("the run");
    ledger.resume(&run).expect("the book is free");
    ledger.end(&first, 0).expect("ended");
    assert_eq!(said(&ledger), Some(anna));
    let run = ledger.run(second.as_str()).expect("the run");
    let prior = ledger.prior(&run, 0).expect("readable");
    let prior = prior.map(|prior| prior.payload);
    assert_eq!(prior, Some(Payload::of(json!({"name": "Anne"}))));
    drop(ledger);
    killed_after(&place, Action::Delete, Fate::Deleted, "Anna");
    let mut ledger = place.open();
    assert_eq!(said(&ledger), None);
    ledger.resume(&run).expect("the book is free");
    ledger.end(&second, 0).expect("ended");
    assert_eq!(said(&ledger), None);
}

#[test]
fn whoever_only_asks_is_told_of_a_dead_runs_doubt_too() {
    let place = Place::new();
    let mut dead = place.open();
    let run = dead.begin(&new_run()).expect("a run");
    dead.add(&run, &[step(0, "a", Action::Create)])
        .expect("added");
    dead.claim(&run, 1).expect("claimed");
    drop(dead);
    let doubts = known(&place.open(), "a").doubts;
    assert_eq!(doubts.get(&ContactKey::new("a").into()), Some(&run));
}

#[test]
fn a_run_is_unfinished_while_something_waits_or_is_in_doubt() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = ledger.begin(&new_run()).expect("a run");
    let steps = [
        step(0, "a", Action::Create),
        step(1, "b", Action::Unchanged),
    ];
    ledger.add(&run, &steps).expect("added");
    ledger.planned(&run).expect("planned");
    ledger.end(&run, 8).expect("ended");
    let unfinished = |ledger: &Sqlite| ledger.unfinished().expect("readable").len();
    assert_eq!(unfinished(&ledger), 1);
    let found = ledger.run(run.as_str()).expect("the run");
    ledger.resume(&found).expect("the book is free");
    ledger.claim(&run, 9).expect("claimed");
    ledger
        .settle(&run, &[outcome(0, Fate::InDoubt, None)])
        .expect("settled");
    ledger.end(&run, 10).expect("ended");
    assert_eq!(unfinished(&ledger), 1);
    ledger.resume(&found).expect("the book is free");
    ledger
        .settle(&run, &[outcome(0, Fate::Created, Some("77"))])
        .expect("settled");
    ledger.end(&run, 0).expect("ended");
    assert_eq!(unfinished(&ledger), 0);
}

#[test]
fn the_latest_planned_run_of_a_book_is_found_and_keeps_where_its_sheet_went() {
    let place = Place::new();
    let mut ledger = place.open();
    let ended = |ledger: &mut Sqlite, rows: u64, planned: bool| {
        let run = ledger.begin(&new_run()).expect("a run");
        let steps: Vec<Step> = (0..rows)
            .map(|n| step(n, &format!("k{n}"), Action::Reject))
            .collect();
        ledger.add(&run, &steps).expect("added");
        if planned {
            ledger.planned(&run).expect("planned");
        }
        ledger.end(&run, 3).expect("ended");
        run
    };
    let full = ended(&mut ledger, 5, true);
    let empty = ended(&mut ledger, 0, true);
    ended(&mut ledger, 3, false);
    let book = new_run().book;
    let latest = |ledger: &Sqlite, least: u64| {
        let found = ledger.latest(&book, &|run| run.totals.read >= least);
        found
            .expect("readable")
            .map(|run| (run.id, run.totals.read))
    };
    assert_eq!(latest(&ledger, 0), Some((empty, 0)));
    assert_eq!(latest(&ledger, 1), Some((full.clone(), 5)));
    assert_eq!(latest(&ledger, 6), None);
    let other = ledger.latest(&BookId::new("another"), &|_| true);
    assert!(other.expect("readable").is_none());

    ledger
        .moved(&full, Path::new("in/done/a.csv"))
        .expect("kept");
    let about = ledger.run(full.as_str()).expect("a run").about;
    assert_eq!(about.source["moved_to"], "in/done/a.csv");
}

#[test]
fn a_file_that_is_no_ledger_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("l");
    std::fs::write(&path, "Name,Email\nAnne,a@example.fr\n".repeat(40)).expect("written");
    let Err(error) = Sqlite::open(&path) else {
        panic!("it is a sheet")
    };
    assert!(matches!(error, LedgerError::NoLedger { .. }), "{error:?}");
    assert!(error.to_string().contains(&path.display().to_string()));
}
