//! Steps: claimed once, settled, told again.

use super::scene::*;

pub(super) fn steps_are_claimed_once_in_order_and_the_rest_needs_no_sending(open: Open<'_>) {
    let mut ledger = open();
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

pub(super) fn what_a_step_changes_is_told_again(open: Open<'_>) {
    let mut ledger = open();
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
    ledger.each_step(run.run(), each).expect("readable");
    assert_eq!(told, changes);
}

pub(super) fn a_made_record_is_linked_and_the_totals_reconcile(open: Open<'_>) {
    let mut ledger = open();
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
    let totals = ledger.end(run, 3).expect("ended");
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
        known(&*ledger, "a").links.get(&ContactKey::new("a").into()),
        Some(&link)
    );
    assert_eq!(known(&*ledger, "b"), Known::default());
}

pub(super) fn a_step_that_was_not_sent_after_all_waits_again(open: Open<'_>) {
    let mut ledger = open();
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
