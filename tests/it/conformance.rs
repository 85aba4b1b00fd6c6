//! One suite for every vendor, against its sandbox: what it makes is listed and understood as what was sent, what it
//! changes is changed, what it removes is gone; it is refused, turned away and shut out, and nothing is lost by that.
//! A vendor is asked for what it returns `Some` for. A further vendor is picked up by itself, and fails by name until
//! it has a sandbox and wire samples.

use std::collections::{BTreeMap, BTreeSet};

use rolo::backend::{self, Credentials, Cursor, Parent, SignIn, VENDORS, VendorEntry};
use rolo::model::{Contact, ParentId, RemoteId};
use rolo::sandbox;
use rolo::transport::{ExchangeOutcome, Halt};
use serde_json::json;

use crate::bench::{Bench, anne, block, bob, contact};
use crate::known::{Known, folder};

/// Runs a test for every vendor that there is.
fn each<F: Future<Output = ()>>(test: impl Fn(&'static VendorEntry) -> F) {
    for entry in VENDORS {
        let id = entry.profile.id;
        assert!(sandbox::VENDORS.contains(&id), "{id} has no sandbox");
        assert!(folder(id).is_dir(), "{id} has no wire samples");
        block(test(entry));
    }
}

/// People with names of many scripts, each with an e-mail address and a number of their own.
fn people(count: usize) -> Vec<Contact> {
    let names = [
        ("Zoë", "Ångström-Łukasz"),
        ("小龙", "李"),
        ("محمد", "عبد"),
        ("Sean", "O'Neil"),
        ("Ελένη", "Παπαδοπούλου"),
        ("Ana 😀", "Núñez"),
        ("Søren", "\"Quote\" & <Tag>"),
    ];
    (0..count)
        .map(|n| {
            let (first, last) = names[n % names.len()];
            let email = format!("person{n}@example.org");
            let number = format!("+3319900{n:04}");
            contact(json!({
                "name": {"first": first, "last": last},
                "emails": [{"kind": "work", "address": email}],
                "phones": [{"kind": "work", "number": number}]
            }))
        })
        .collect()
}

async fn live(entry: &VendorEntry, switches: &[(&str, &str)]) {
    live_with(Bench::new(entry, Some("5"), switches)).await;
}

async fn live_with(bench: Bench) {
    let a = made(&bench).await;
    changed(&bench, &a).await;
    removed(&bench, &a).await;
}

fn numbers(contact: &Contact) -> Vec<&str> {
    let numbers = contact.phones.iter();
    numbers.map(|phone| phone.number.as_str()).collect()
}

/// Every other shape in which an answer is reported to come.
#[test]
fn answers_are_understood_in_every_reported_shape() {
    for entry in VENDORS {
        for settings in Known::of(entry.profile.id).shapes {
            let bench = || Bench::with(entry, Some("5"), &[], ("limit=off", &settings));
            block(async {
                live_with(bench()).await;
                refused(bench()).await;
            });
        }
    }
}

/// Two contacts are made; what is read back is what was sent.
async fn made(bench: &Bench) -> RemoteId {
    let vendor = bench.client.vendor();
    let id = vendor.profile().id;
    let (a, b) = (bench.create(&anne()).await, bench.create(&bob()).await);
    let book = bench.book().await;
    assert_eq!((book.len(), a == b), (2, false), "{id}");
    assert_eq!(book[&a].name.full.as_deref(), Some("Anne Durand"), "{id}");
    let anne = anne();
    let (sent, again) = (vendor.encode(&anne), vendor.encode(&book[&a]));
    assert_eq!(again.payload, sent.payload, "{id}");
    a
}

/// A change of one thing leaves the others, of this contact and of the other one.
async fn changed(bench: &Bench, a: &RemoteId) {
    let id = bench.client.vendor().profile().id;
    let before = bench.book().await;
    let name = json!({"first": "Anna", "last": "Petit"});
    bench.update(a, &contact(json!({ "name": name }))).await;
    let book = bench.book().await;
    assert_eq!(book[a].name.full.as_deref(), Some("Anna Petit"), "{id}");
    assert_eq!(numbers(&book[a]), numbers(&before[a]), "{id}");
    assert_eq!(
        (&book[a].company, &book[a].emails),
        (&before[a].company, &before[a].emails),
        "{id}"
    );

    let phones = json!([{"kind": "work", "number": "+33199001299"}]);
    bench
        .update(a, &contact(json!({"name": name, "phones": phones})))
        .await;
    let book = bench.book().await;
    assert_eq!(numbers(&book[a])[0], "+33199001299", "{id}");
    let others = |book: &BTreeMap<RemoteId, Contact>| -> Vec<Contact> {
        book.iter()
            .filter(|(id, _)| *id != a)
            .map(|(_, contact)| contact.clone())
            .collect()
    };
    assert_eq!(others(&book), others(&before), "{id}");
}

/// What is removed is gone, reads as gone, and may be removed again.
async fn removed(bench: &Bench, a: &RemoteId) {
    let vendor = bench.client.vendor();
    let read = || vendor.read(a, None).expect("it can read one");
    let record = bench.ask(read()).await.expect("it is there");
    let remote = vendor.decode(&record).expect("a record");
    assert_eq!(
        (&remote.id, remote.contact),
        (a, bench.book().await.remove(a).expect("in the list"))
    );
    for _ in 0..2 {
        let delete = bench
            .client
            .vendor()
            .delete(a, None)
            .expect("it can delete");
        bench.ask(delete).await;
    }
    let book = bench.book().await;
    assert_eq!((book.len(), book.contains_key(a)), (1, false));
    assert_eq!(bench.ask(read()).await, None);
}

#[test]
fn a_contact_is_made_read_changed_and_removed() {
    each(|entry| live(entry, &[]));
}

#[test]
fn the_other_ways_that_the_sandbox_knows_work_too() {
    for entry in VENDORS {
        let known = Known::of(entry.profile.id);
        for switches in known.ways() {
            block(live(entry, &switches));
        }
    }
}

#[test]
fn names_of_every_script_are_kept() {
    each(|entry| async {
        let bench = Bench::new(entry, Some("5"), &[]);
        let people = people(7);
        let mut made = BTreeMap::new();
        for person in &people {
            made.insert(bench.create(person).await, person);
        }
        for (id, held) in bench.book().await {
            let sent = made.remove(&id).expect("one of them");
            assert_eq!(held.name.full, sent.name.full, "{}", entry.profile.id);
            // It is changed into another one, and back to itself.
            bench.update(&id, &people[0]).await;
            bench.update(&id, sent).await;
            let again = bench.book().await.remove(&id).expect("it is there");
            assert_eq!(again, held, "{}", entry.profile.id);
        }
        assert!(
            made.is_empty(),
            "{}: {made:?} are not listed",
            entry.profile.id
        );
    });
}

/// The switch by which a vendor asks for small pages, where it chooses their size itself.
fn small_pages(entry: &VendorEntry) -> Vec<(&'static str, &'static str)> {
    let has = |name: &str| {
        entry
            .profile
            .switches
            .iter()
            .any(|switch| switch.name == name)
    };
    if has("page_size") {
        vec![("page_size", "3")]
    } else {
        vec![]
    }
}

#[test]
fn every_page_of_a_list_is_read_once() {
    each(|entry| async {
        let id = entry.profile.id;
        let bench = Bench::with(
            entry,
            Some("5"),
            &small_pages(entry),
            ("limit=off", "page_size=3"),
        );
        let mut made = BTreeSet::new();
        for person in people(10) {
            made.insert(bench.create(&person).await);
        }
        let before = bench.running.requests(id).len();
        let book = bench.book().await;
        assert_eq!(book.into_keys().collect::<BTreeSet<_>>(), made, "{id}");
        let first = bench
            .ask(bench.client.vendor().list(None).expect("a list"))
            .await;
        let asked = bench.running.requests(id).len() - before - 1;
        // Pages of three, or each contact by itself, or all at once.
        let wanted = match (first.records.len(), first.next.len(), first.paging) {
            (3, 0, Some(_)) => 4,
            (0, 10, None) => 11,
            (10, 0, None) => 1,
            other => panic!("{id}: {other:?}"),
        };
        assert_eq!(asked, wanted, "{id}");
    });
}

#[test]
fn contacts_of_given_parents_are_listed_alone_and_those_of_all_together() {
    let settings = (
        "limit=off",
        "sonar_accounts=4,orzame_contacts=4,page_size=3",
    );
    each(|entry| async {
        if entry.profile.parent == Parent::None {
            return;
        }
        let id = entry.profile.id;
        let bench = Bench::with(entry, None, &small_pages(entry), settings);
        let parents = ["2", "4"].map(ParentId::new);
        let mut made = Vec::new();
        for parent in &parents {
            for person in [anne(), bob()] {
                let parent = Some(parent.clone());
                made.push(bench.create(&Contact { parent, ..person }).await);
            }
        }
        let vendor = bench.client.vendor();
        for (n, parent) in parents.iter().enumerate() {
            let list = vendor
                .list(Some(&Cursor::of_parent(parent.clone())))
                .expect("a list");
            let records = bench.ask(list).await.records;
            let remotes: Vec<_> = records
                .iter()
                .map(|r| vendor.decode(r).expect("a record"))
                .collect();
            let ids: BTreeSet<&RemoteId> = remotes.iter().map(|remote| &remote.id).collect();
            assert_eq!(ids, made[2 * n..2 * n + 2].iter().collect(), "{id}");
            assert!(
                remotes
                    .iter()
                    .all(|remote| remote.contact.parent.as_ref() == Some(parent)),
                "{id}"
            );
        }
        let book = bench.book().await;
        assert_eq!(
            book.into_keys().collect::<BTreeSet<_>>(),
            made.into_iter().collect(),
            "{id}"
        );
    });
}

#[test]
fn a_refusal_is_told_in_the_vendors_words_and_changes_nothing() {
    each(|entry| refused(Bench::new(entry, Some("5"), &[])));
}

async fn refused(bench: Bench) {
    let id = bench.client.vendor().profile().id;
    let a = bench.create(&anne()).await;
    let before = bench.running.records(id);
    let vendor = bench.client.vendor();
    let mut payload = vendor.encode(&bob()).payload;
    let mut body = payload.body.to_value();
    body["nosuch"] = json!(1);
    payload.body = body.into();
    payload.after = None;
    let refusal = match bench.client.ask(vendor.create(&[&payload]), &mut 0).await {
        ExchangeOutcome::Refused(refusal) => refusal,
        other => panic!("{id}: {other:?}"),
    };
    assert!((400..500).contains(&refusal.status), "{id}: {refusal}");
    assert!(refusal.message.contains("nosuch"), "{id}: {refusal}");
    assert_eq!(bench.running.records(id), before, "{id}");
    // A record that is not there is not changed, and none is made in its place.
    bench
        .ask(vendor.delete(&a, None).expect("it can delete"))
        .await;
    let payload = vendor.encode(&bob()).payload;
    let update = vendor.update(&[(&a, &payload)]).expect("it can update");
    let answer = bench.client.ask(update, &mut 0).await;
    assert!(
        matches!(answer, ExchangeOutcome::Refused(_)),
        "{id}: {answer:?}"
    );
    assert!(bench.running.records(id).is_empty(), "{id}");
}

#[test]
fn a_pass_that_expires_is_got_anew_and_nothing_is_sent_twice() {
    each(|entry| async {
        let id = entry.profile.id;
        let bench = Bench::with(entry, Some("5"), &[], ("limit=off,expire=2", ""));
        let mut made = Vec::new();
        for person in people(7) {
            made.push(bench.create(&person).await);
        }
        for id in &made {
            bench.update(id, &bob()).await;
        }
        assert_eq!(bench.running.records(id).len(), 7, "{id}");
        let shut_out = bench
            .running
            .requests(id)
            .iter()
            .filter(|seen| seen.status == Some(401))
            .count();
        let credentials = Credentials::default();
        let asks = matches!(bench.client.vendor().sign_in(&credentials), SignIn::Ask(_));
        assert_eq!(
            shut_out > 0,
            asks,
            "{id}: only a pass that is asked for expires"
        );
    });
}

#[test]
fn wrong_credentials_end_it_before_anything_is_made() {
    each(|entry| async {
        let id = entry.profile.id;
        let bench = Bench::with_credentials(entry, "wrong");
        let vendor = bench.client.vendor();
        let payload = vendor.encode(&anne()).payload;
        let answer = bench.client.ask(vendor.create(&[&payload]), &mut 0).await;
        let ExchangeOutcome::NotSent(Halt::SignIn(why)) = answer else {
            panic!("{id}: {answer:?}");
        };
        assert!(why.contains("HTTP 401"), "{id}: {why}");
        assert!(
            bench.running.records(id).is_empty() && bench.running.requests(id).len() <= 2,
            "{id}"
        );
    });
}

#[test]
fn a_vendor_that_says_too_fast_gets_everything_once() {
    each(|entry| async {
        let id = entry.profile.id;
        let faults = "limit=off,429=25%,retry_after=0,seed=5";
        let bench = Bench::with(entry, Some("5"), &[], (faults, ""));
        for person in people(25) {
            bench.create(&person).await;
        }
        assert_eq!(bench.book().await.len(), 25, "{id}");
        let told = bench
            .running
            .requests(id)
            .iter()
            .filter(|seen| seen.status == Some(429))
            .count();
        assert!(told > 0, "{id}: it was never told");
    });
}

#[test]
fn what_a_vendor_can_do_besides_works_too() {
    let mut found = BTreeSet::new();
    let mut note = |what: &'static str| found.insert(what);
    for entry in VENDORS {
        let bench = Bench::new(entry, Some("5"), &[]);
        let vendor = bench.client.vendor();
        let id = entry.profile.id;
        block(async {
            let (a, b) = (bench.create(&anne()).await, bench.create(&bob()).await);
            if let Some(find) = vendor.find(&anne()) {
                let page = bench.ask(find).await;
                let ids = page.next.iter().filter_map(|next| next.parent.clone());
                let ids: Vec<RemoteId> = ids.map(|id| RemoteId::new(id.into_string())).collect();
                assert_eq!(ids, std::slice::from_ref(&a), "{id}");
                note("find");
            }
            if let Some(version) = vendor.version() {
                assert!(!bench.ask(version).await.is_empty(), "{id}");
                note("version");
            }
            if let Some(mailings) = vendor.mailings() {
                assert!(!bench.ask(mailings).await.is_empty(), "{id}");
                note("mailings");
            }
            if let Some(many) = vendor.delete_many(&[&a, &b]) {
                assert_eq!(bench.ask(many).await, [a, b], "{id}");
                assert!(bench.book().await.is_empty(), "{id}");
                note("delete_many");
            }
        });
    }
    let all = ["delete_many", "find", "mailings", "version"];
    assert_eq!(found, all.into());
}

#[test]
fn a_pass_can_be_renewed_where_that_is_published() {
    let entry = backend::find("covage").expect("a vendor");
    let bench = Bench::new(entry, None, &[("auth", "v1")]);
    let vendor = bench.client.vendor();
    let mut credentials = Credentials::default();
    for (name, value) in sandbox::credentials("covage") {
        credentials.set(name, *value);
    }
    let SignIn::Ask(ask) = vendor.sign_in(&credentials) else {
        panic!("a pass is asked for");
    };
    block(async {
        let ExchangeOutcome::Done(pass) = bench.client.ask(ask, &mut 0).await else {
            panic!("no pass");
        };
        let renew = vendor.renew(&pass).expect("a renewal");
        let ExchangeOutcome::Done(renewed) = bench.client.ask(renew, &mut 0).await else {
            panic!("no further pass");
        };
        assert_ne!(renewed.expose(), pass.expose());
    });
}

#[test]
fn a_probe_finds_the_spelling_that_is_taken() {
    let entry = backend::find("aalam").expect("a vendor");
    for (spelling, refused) in [("first_name", 0), ("fist_name", 1)] {
        let settings = format!("aalam_first_name={spelling}");
        let switches = [("first_name_key", "probe")];
        let bench = Bench::with(entry, None, &switches, ("limit=off", &settings));
        block(async {
            for person in people(4) {
                bench.create(&person).await;
            }
        });
        let seen = bench.running.requests("aalam");
        let told = seen.iter().filter(|seen| seen.status == Some(400)).count();
        assert_eq!(
            (told, bench.running.records("aalam").len()),
            (refused, 4),
            "{spelling}"
        );
    }
}
