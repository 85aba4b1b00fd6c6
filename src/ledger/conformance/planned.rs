//! Steps while a plan is made, and when an older plan meets what later runs have done.

use super::scene::*;

pub(super) fn a_step_is_amended_until_the_plan_is_whole(open: Open<'_>) {
    let mut ledger = open();
    let run = ledger.begin(&new_run()).expect("a run");
    let steps = [step(0, "a", Action::Create), step(1, "b", Action::Create)];
    ledger.add(&run, &steps).expect("added");
    let update = Step {
        remote: Some(RemoteId::new("77")),
        ..step(1, "b", Action::Update)
    };
    ledger.amend(&run, &[update]).expect("written");
    let held = crate::backend::Snapshot {
        payload: Payload::of(json!({"name": "Bob"})),
        identity: None,
        record: None,
    };
    ledger.hold(&run, &[(1, held.clone())]).expect("written");
    assert_eq!(ledger.parents(run.run()).expect("readable"), [None]);
    let prior = ledger.prior(run.run(), 1).expect("readable");
    assert_eq!(prior.map(|prior| prior.payload), Some(held.payload));
    assert_eq!(ledger.prior(run.run(), 0).expect("readable"), None);
    let both = ledger.steps(run.run(), &[1, 0, 7]).expect("readable");
    let told: Vec<_> = both
        .iter()
        .map(|settled| (settled.step.number, settled.step.action))
        .collect();
    assert_eq!(told, [(1, Action::Update), (0, Action::Create)]);
}

pub(super) fn an_older_plan_does_not_send_what_a_later_run_has_sent(open: Open<'_>) {
    let mut ledger = open();
    let run = ledger.begin(&new_run()).expect("a run");
    let keys = ["a", "b", "c"];
    let steps = |keys: &[&str]| -> Vec<Step> {
        let steps = (0..).zip(keys);
        steps.map(|(n, key)| step(n, key, Action::Create)).collect()
    };
    ledger.add(&run, &steps(&keys)).expect("added");
    ledger.planned(&run).expect("planned");
    let id = run.run().clone();
    ledger.end(run, 8).expect("ended");
    let later = ledger.begin(&new_run()).expect("a run");
    ledger.add(&later, &steps(&keys[..2])).expect("added");
    ledger.claim(&later, 9).expect("claimed");
    let outcomes = [
        outcome(0, Fate::Created, Some("77")),
        outcome(1, Fate::InDoubt, None),
    ];
    ledger.settle(&later, &outcomes).expect("settled");
    ledger.end(later, 10).expect("ended");
    let found = ledger.run(id.as_str()).expect("the run");
    let lease = ledger.resume(&found).expect("the book is free");
    ledger.supersede(&lease).expect("written");
    let fates: Vec<Fate> = story(&*ledger, &id)
        .into_iter()
        .map(|(fate, _)| fate)
        .collect();
    assert_eq!(fates, [Fate::Skipped, Fate::Skipped, Fate::Unsent]);
}

pub(super) fn a_report_is_known_until_it_is_deleted(open: Open<'_>) {
    let mut ledger = open();
    let run = ledger.begin(&new_run()).expect("a run");
    let steps = [step(0, "a", Action::Reject)];
    ledger.add(&run, &steps).expect("added");
    let id = run.run().clone();
    ledger.end(run, 3).expect("ended");
    for folder in ["reports/1", "reports/2"] {
        ledger.reported(&id, Path::new(folder)).expect("written");
    }
    let told = |ledger: &dyn Store| -> Vec<(String, bool)> {
        let reports = ledger.reports().expect("readable").into_iter();
        reports
            .map(|report| (report.folder.display().to_string(), report.has_rows))
            .collect()
    };
    let all = [
        ("reports/1".to_owned(), true),
        ("reports/2".to_owned(), true),
    ];
    assert_eq!(told(&*ledger), all);
    let later = "9999-01-01T00:00:00Z";
    assert_eq!(ledger.old_reports(later).expect("readable").len(), 2);
    ledger.prune(later).expect("pruned");
    ledger
        .unreported(&id, Path::new("reports/2"))
        .expect("written");
    assert_eq!(told(&*ledger), [("reports/1".to_owned(), false)]);
    assert_eq!(ledger.run(id.as_str()).expect("it").report, None);
}
