//! Lists that come in pages: nothing twice, nothing left out.

use super::scene::*;
use crate::ledger::LinkSet;
use crate::model::ScopedKey;

pub(super) fn a_page_begins_behind_the_one_before(open: Open<'_>) {
    let mut ledger = open();
    let run = ledger.begin(&new_run()).expect("a run");
    let steps: Vec<Step> = (0..5).map(|n| step(n, "k", Action::Reject)).collect();
    ledger.add(&run, &steps).expect("added");
    let page = |after, most| {
        let page = ledger.page(run.run(), after, most).expect("readable");
        let numbers = page.iter().map(|settled| settled.step.number);
        numbers.collect::<Vec<_>>()
    };
    assert_eq!(page(None, 2), [0, 1]);
    assert_eq!(page(Some(1), 2), [2, 3]);
    assert_eq!(page(Some(3), 9), [4]);
    assert_eq!(page(Some(4), 9), [0; 0]);
}

pub(super) fn links_are_listed_by_how_they_came_to_be(open: Open<'_>) {
    let mut ledger = open();
    let book = new_run().book;
    let derived = ContactKey::derived(&["Anne"]);
    let read: Vec<_> = [("7", Some("a")), ("7", Some("b")), ("8", None)]
        .into_iter()
        .map(|(id, parent)| {
            let (key, parent) = (derived.clone(), parent.map(ParentId::new));
            let link = Link {
                remote: RemoteId::new(id),
                fingerprint: Fingerprint::of(id),
                identity: None,
            };
            (ScopedKey { key, parent }, link)
        })
        .collect();
    ledger.learn(&book, &read).expect("written");
    killed_after(open, Action::Create, Fate::Created, "Anne");
    let listed = |which, most| {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = ledger.linked(&book, which, after.as_ref(), most);
            let page = page.expect("readable");
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            all.extend(page.into_iter().map(|(_, remote)| remote.to_string()));
        }
        all
    };
    // A record is learnt under one parent: under the last that was told.
    assert_eq!(listed(LinkSet::Derived, 1), ["8", "7"]);
    assert_eq!(listed(LinkSet::Derived, 9), ["8", "7"]);
    assert_eq!(listed(LinkSet::Made, 9), ["77"]);
}
