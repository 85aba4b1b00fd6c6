//! What decides whether a lost row may be sent again, and what a person may say of it.

use super::scene::*;
use crate::ledger::Decision;

/// A run of so many creates, all of them claimed.
fn claimed(ledger: &mut dyn Store, keys: &[&str]) -> Lease {
    let run = ledger.begin(&new_run()).expect("a run");
    let steps = (0..).zip(keys);
    let steps: Vec<Step> = steps
        .map(|(number, key)| step(number, key, Action::Create))
        .collect();
    ledger.add(&run, &steps).expect("added");
    ledger.planned(&run).expect("planned");
    ledger.claim(&run, keys.len()).expect("claimed");
    run
}

fn at(moment: u64, outcome: Outcome) -> Outcome {
    let moment = Some(Moment(moment));
    Outcome { moment, ..outcome }
}

fn fates(ledger: &dyn Store, run: &Lease) -> Vec<Fate> {
    let mut fates = Vec::new();
    let told = ledger.each_step(run.run(), &mut |settled| {
        fates.push(settled.fate);
        Ok(())
    });
    told.expect("readable");
    fates
}

fn made(ledger: &dyn Store, run: &RunId) -> Vec<(String, Option<u64>)> {
    let made = ledger.made(run, None).expect("readable");
    let told = |made: Made| {
        (
            made.remote.to_string(),
            made.moment.map(|Moment(moment)| moment),
        )
    };
    made.into_iter().map(told).collect()
}

pub(super) fn what_happened_on_a_book_has_an_order_over_its_runs_and_their_deaths(open: Open<'_>) {
    let mut ledger = open();
    let first = claimed(&mut *ledger, &["a", "b", "c"]);
    let outcomes = [
        at(4, outcome(0, Fate::Created, Some("1"))),
        at(6, outcome(1, Fate::InDoubt, None)),
    ];
    ledger.settle(&first, &outcomes).expect("settled");
    assert_eq!(ledger.moment(first.run()).expect("readable"), Moment(6));
    drop(ledger);
    let first = died(first);
    // The process died: the third step was given up after all that it had noted, and before all that comes.
    let mut ledger = open();
    let second = claimed(&mut *ledger, &["d"]);
    assert_eq!(ledger.moment(second.run()).expect("readable"), Moment(7));
    let sent = at(9, outcome(0, Fate::Created, Some("2")));
    ledger.settle(&second, &[sent]).expect("settled");
    let doubts = ledger.doubts(&first).expect("readable");
    let given_up = |number: u64| doubts.get(&number).map(|doubt| doubt.given_up);
    assert_eq!(
        (given_up(1), given_up(2)),
        (Some(Moment(6)), Some(Moment(7)))
    );
    let all = [("1".to_owned(), Some(4)), ("2".to_owned(), Some(9))];
    assert_eq!(made(&*ledger, &first), all);
    assert_eq!(
        made(&*ledger, second.run()),
        all[1..],
        "not what was before it"
    );
    assert_eq!(
        ledger
            .made(&first, Some(&ParentId::new("7")))
            .expect("readable"),
        []
    );
}

pub(super) fn a_row_is_sent_again_once_by_whatever_run_until_a_person_says_so(open: Open<'_>) {
    let mut ledger = open();
    let lost = |moment| at(moment, outcome(0, Fate::InDoubt, None));
    let is_resent = |ledger: &dyn Store, run: &Lease| {
        let doubts = ledger.doubts(run.run()).expect("readable");
        doubts.get(&0).map(|doubt| doubt.resent)
    };
    let first = claimed(&mut *ledger, &["a"]);
    ledger.settle(&first, &[lost(2)]).expect("settled");
    assert_eq!(is_resent(&*ledger, &first), Some(false));
    ledger.send_again(&first, &[0]).expect("written");
    assert_eq!(ledger.end(first, 0).expect("ended").unsent, 1);
    // The same contact, lost by the next run, was sent twice by then.
    let second = claimed(&mut *ledger, &["a"]);
    ledger.settle(&second, &[lost(5)]).expect("settled");
    assert_eq!(is_resent(&*ledger, &second), Some(true));
    ledger
        .decide(&second, 0, &Decision::Absent)
        .expect("decided");
    assert_eq!(fates(&*ledger, &second), [Fate::Unsent]);
    assert_eq!(ledger.claim(&second, 9).expect("claimed").len(), 1);
    ledger.settle(&second, &[lost(8)]).expect("settled");
    assert_eq!(is_resent(&*ledger, &second), Some(false), "it counts anew");
}

pub(super) fn an_id_that_is_named_twice_is_nobodys(open: Open<'_>) {
    let mut ledger = open();
    let run = claimed(&mut *ledger, &["a", "b", "c"]);
    let same = ["7", "7", "8"];
    let outcomes: Vec<Outcome> = (0..)
        .zip(same)
        .map(|(number, id)| at(1 + number, outcome(number, Fate::Created, Some(id))))
        .collect();
    // The first is linked by the time that the second comes.
    ledger.settle(&run, &outcomes[..1]).expect("settled");
    assert_eq!(known(&*ledger, "a").links.len(), 1);
    ledger.settle(&run, &outcomes[1..]).expect("settled");
    let doubtful = ledger.doubtful(run.run()).expect("readable");
    let numbers: Vec<u64> = doubtful.iter().map(|step| step.number).collect();
    assert_eq!(numbers, [0, 1]);
    let doubts = ledger.doubts(run.run()).expect("readable");
    assert!(doubts.values().all(|doubt| doubt.accepted), "{doubts:?}");
    for (key, links) in [("a", 0), ("b", 0), ("c", 1)] {
        assert_eq!(known(&*ledger, key).links.len(), links, "{key}");
    }
}

pub(super) fn an_id_that_was_there_before_or_is_another_contacts_is_no_answer(open: Open<'_>) {
    let mut ledger = open();
    let earlier = claimed(&mut *ledger, &["z"]);
    let sent = outcome(0, Fate::Created, Some("9"));
    ledger.settle(&earlier, &[sent]).expect("settled");
    ledger.end(earlier, 0).expect("ended");
    let run = claimed(&mut *ledger, &["a", "b", "c"]);
    let there = [RemoteId::new("3")];
    ledger.survey(&run, None, &there).expect("written");
    let outcomes: Vec<Outcome> = (0..)
        .zip(["9", "3", "4"])
        .map(|(number, id)| outcome(number, Fate::Created, Some(id)))
        .collect();
    ledger.settle(&run, &outcomes).expect("settled");
    let totals = ledger.end(run.clone(), 0).expect("ended");
    assert_eq!(totals.in_doubt, 2);
    assert_eq!(
        fates(&*ledger, &run),
        [Fate::InDoubt, Fate::InDoubt, Fate::Created]
    );
    assert_eq!(known(&*ledger, "z").links.len(), 1, "it is whose it was");
}

pub(super) fn a_person_names_a_record_that_is_nobodys(open: Open<'_>) {
    let mut ledger = open();
    let run = claimed(&mut *ledger, &["a", "b"]);
    ledger
        .survey(&run, None, &[RemoteId::new("3")])
        .expect("written");
    let outcomes = [
        outcome(0, Fate::Created, Some("1")),
        outcome(1, Fate::InDoubt, None),
    ];
    ledger.settle(&run, &outcomes).expect("settled");
    let is = |id: &str| Decision::Is(RemoteId::new(id));
    assert_eq!(known(&*ledger, "a").links.len(), 1);
    let taken = ledger.decide(&run, 1, &is("1"));
    assert!(matches!(taken, Err(LedgerError::Taken { .. })), "{taken:?}");
    // That it had been there before is what the person knows better.
    ledger.decide(&run, 1, &is("3")).expect("decided");
    assert_eq!(known(&*ledger, "b").links.len(), 1);
    assert_eq!(fates(&*ledger, &run), [Fate::Created; 2]);
}
