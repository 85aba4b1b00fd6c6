//! What is told of a record: whose it is, where it hangs, what was sent for it last.

use super::scene::*;
use crate::model::{Identity, ScopedKey};
use crate::plan::{Change, IdentityDigest};

fn named(name: &str) -> Identity {
    Identity {
        person: Some(name.to_owned()),
        emails: vec!["anne@durand.example".to_owned()],
        ..Identity::default()
    }
}

/// A record that one run made under a parent, and another changed.
fn written_twice(ledger: &mut dyn Store) {
    let parent = Some(ParentId::new("9"));
    let payload = |name: &str| {
        let mut payload = Payload::of(json!({ "name": name }));
        payload.parent = Some(ParentId::new("9"));
        Some(payload)
    };
    let create = Step {
        parent: parent.clone(),
        payload: payload("Anne"),
        identity: Some(named("Anne Durand")),
        ..step(0, "a", Action::Create)
    };
    let update = Step {
        parent,
        remote: Some(RemoteId::new("77")),
        payload: payload("Anna"),
        identity: Some(named("Anna Durand")),
        changes: vec![Change {
            field: "name".into(),
            before: Some("Anne".into()),
            after: Some("Anna".into()),
        }],
        ..step(0, "a", Action::Update)
    };
    for (step, fate) in [(create, Fate::Created), (update, Fate::Updated)] {
        let run = ledger.begin(&new_run()).expect("a run");
        ledger.add(&run, &[step]).expect("added");
        ledger.planned(&run).expect("planned");
        ledger.claim(&run, 9).expect("claimed");
        let outcome = outcome(0, fate, Some("77"));
        ledger.settle(&run, &[outcome]).expect("settled");
        ledger.end(run, 0).expect("ended");
    }
}

pub(super) fn the_last_that_wrote_a_record_says_what_it_is(open: Open<'_>) {
    let mut ledger = open();
    written_twice(&mut *ledger);
    let (book, remote) = (new_run().book, RemoteId::new("77"));
    let key = ScopedKey {
        key: ContactKey::new("a"),
        parent: Some(ParentId::new("9")),
    };
    assert_eq!(ledger.keys_of(&book, &remote).expect("readable"), [key]);
    let home = ledger.home_of(&book, &remote).expect("readable");
    assert_eq!(home, Some(ParentId::new("9")));
    let whose = ledger.whose(&book, &remote).expect("readable");
    assert_eq!(whose, Some(IdentityDigest::of(&named("Anna Durand"))));
    let changes = ledger.last_changes(&book, &remote).expect("readable");
    assert_eq!(changes.len(), 1);
    let sent = ledger.last_sent(&book, &remote).expect("readable");
    let sent = sent.map(|sent| sent.payload.body);
    assert_eq!(sent, Some(Payload::of(json!({"name": "Anna"})).body));
    let last = &ledger.runs(1).expect("listed")[0];
    let prior = ledger.prior(&last.id, 0).expect("readable");
    let prior = prior.map(|prior| prior.payload.body);
    assert_eq!(prior, Some(Payload::of(json!({"name": "Anne"})).body));
}

pub(super) fn a_record_whose_rows_are_old_is_still_somebodys(open: Open<'_>) {
    let mut ledger = open();
    written_twice(&mut *ledger);
    let (book, remote) = (new_run().book, RemoteId::new("77"));
    let never = "2000-01-01T00:00:00Z";
    assert_eq!(ledger.prune(never).expect("pruned"), 0);
    let later = "9999-01-01T00:00:00Z";
    assert_eq!(ledger.count_old_rows(later).expect("readable"), 2);
    assert_eq!(ledger.prune(later).expect("pruned"), 2);
    assert_eq!(ledger.count_old_rows(later).expect("readable"), 0);
    assert!(ledger.owns(&book, &remote).expect("readable"));
    assert_eq!(ledger.last_sent(&book, &remote).expect("readable"), None);
    let whose = ledger.whose(&book, &remote).expect("readable");
    assert_eq!(whose, Some(IdentityDigest::of(&named("Anna Durand"))));
    let last = &ledger.runs(1).expect("listed")[0];
    assert_eq!(last.totals.updated, 1, "as it ended");

    // Nothing but the link tells of the person, and what it tells is enough to be forgotten by.
    let mut forget = |email: &str| {
        let sought = Sought {
            person: Some(Person::Email(email.to_owned())),
            ..Sought::default()
        };
        let gone = ledger.forget(&sought).expect("the book is free");
        (gone.rows, gone.links, gone.records.len())
    };
    assert_eq!(forget("bob@durand.example"), (0, 0, 0));
    assert_eq!(forget(" Anne@durand.example"), (0, 1, 1));
    assert!(!ledger.owns(&book, &remote).expect("readable"));
}

pub(super) fn what_a_list_shows_is_learnt_and_what_was_sent_stays(open: Open<'_>) {
    let mut ledger = open();
    written_twice(&mut *ledger);
    let book = new_run().book;
    let read = |key: &str, parent: &str, id: &str| {
        let (key, parent) = (ContactKey::new(key), Some(ParentId::new(parent)));
        let link = Link {
            remote: RemoteId::new(id),
            fingerprint: Fingerprint::of(id),
            identity: None,
        };
        (ScopedKey { key, parent }, link)
    };
    let known = |ledger: &dyn Store, key: &str, parent: &str| {
        let (key, parent) = (ContactKey::new(key), Some(ParentId::new(parent)));
        let known = ledger.known(&book, &[ScopedKey { key, parent }]);
        let known = known.expect("readable");
        let link = known.links.into_values().next();
        let other = known.elsewhere.into_values().next();
        (
            link.map(|link| link.fingerprint),
            other.map(|other| other.remote),
        )
    };
    let sent = known(&*ledger, "a", "9").0.expect("it was sent");
    let lists = [read("a", "9", "77"), read("b", "9", "78")];
    ledger.learn(&book, &lists).expect("written");
    assert_eq!(known(&*ledger, "a", "9").0, Some(sent));
    let learnt = Some(Fingerprint::of("78"));
    assert_eq!(known(&*ledger, "b", "9").0, learnt);
    // Somebody has moved the record: its link moves along, and is under one parent only.
    ledger
        .learn(&book, &[read("b", "8", "78")])
        .expect("written");
    assert_eq!(known(&*ledger, "b", "8").0, learnt);
    let elsewhere = (None, Some(RemoteId::new("78")));
    assert_eq!(known(&*ledger, "b", "9"), elsewhere);
    let remotes = ["79", "78"].map(RemoteId::new);
    let keys = ledger.keys_of_records(&book, &remotes).expect("readable");
    assert_eq!(keys, [None, Some(ContactKey::new("b"))]);
    assert_eq!(
        ledger.key_of(&book, &remotes[1]).expect("readable"),
        keys[1]
    );
}

pub(super) fn a_record_that_is_anothers_puts_what_made_it_in_doubt(open: Open<'_>) {
    let first = killed_after(open, Action::Create, Fate::Created, "Anne");
    let mut ledger = open();
    let lease = ledger.begin(&new_run()).expect("the book is free");
    ledger
        .contest(&lease, &RemoteId::new("78"))
        .expect("written");
    assert_eq!(story(&*ledger, &first)[0].0, Fate::Created);
    ledger
        .contest(&lease, &RemoteId::new("77"))
        .expect("written");
    let (fate, message) = story(&*ledger, &first).remove(0);
    assert_eq!(fate, Fate::InDoubt);
    assert!(message.contains("77"), "{message}");
    assert_eq!(known(&*ledger, "a").links.len(), 0);
    let doubts = ledger.doubts(&first).expect("readable");
    assert!(doubts[&0].accepted);
}
