//! The loop against a vendor of two lines, on a paused clock, with a ledger in memory.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::backend::{
    Accounted, Credentials, Cursor, Pass, Payload, Profile, Rate, Receipt, Record, RecordPage,
    Remote, SignIn, Vendor, WriteResults,
};
use crate::ledger::{Given, Lease, LedgerWriter, Memory, NewRun, Store};
use crate::model::{BookId, Contact, ContactKey, ParentId, RemoteId};
use crate::plan::{Action, Fate, Moment, Outcome, Step, Totals};
use crate::transport::{Client, Pacer, SendError, Stop, Transport};
use crate::validate::Rule;
use crate::wire::{Body, Effect, Exchange, JsonList, Method, Refusal, Reply, Request};

/// A vendor that takes a list of names and answers with a list of ids.
struct Listing {
    batch: usize,
    /// Whether it has a list; nobody is in it.
    lists: bool,
}

impl Vendor for Listing {
    fn profile(&self) -> &'static Profile {
        crate::backend::VENDORS[0].profile
    }
    fn rules(&self) -> &[Box<dyn Rule>] {
        &[]
    }
    fn account(&self, _: &Contact) -> Accounted {
        unreachable!("not asked for")
    }
    fn decode(&self, _: &Record) -> Result<Remote, Refusal> {
        unreachable!("not asked for")
    }
    fn sign_in(&self, _: &Credentials) -> SignIn {
        SignIn::Ready(Pass::new("pass"))
    }
    fn authorize(&self, request: Request, _: &Pass) -> Request {
        request
    }
    fn batch(&self) -> usize {
        self.batch
    }
    fn create(&self, payloads: &[&Payload]) -> Exchange<WriteResults> {
        let names: Vec<Value> = payloads
            .iter()
            .map(|payload| payload.body.to_value())
            .collect();
        let request = Request::new(Method::Put, "/names").json(json!(names));
        Exchange::new(Effect::Creates, request, |reply| match reply.value() {
            Some(Value::Array(ids)) if reply.is_success() => Ok(ids
                .iter()
                .map(|id| Ok(Receipt::of(RemoteId::new(id.to_string()))))
                .collect()),
            _ => Err(Refusal::of(reply)),
        })
    }
    fn update(&self, _: &[(&RemoteId, &Payload)]) -> Option<Exchange<WriteResults>> {
        None
    }
    fn delete(&self, _: &RemoteId, _: Option<&ParentId>) -> Option<Exchange<()>> {
        None
    }
    fn list(&self, _: Option<&Cursor>) -> Option<Exchange<RecordPage>> {
        let request = Request::new(Method::Get, "/names");
        let nobody = |_: &Reply| Ok(RecordPage::default());
        self.lists
            .then(|| Exchange::new(Effect::Reads, request, nobody))
    }
}

type Says = Box<dyn Fn(&[String]) -> Result<Reply, SendError> + Send + Sync>;

/// The names that each request carried.
type Carried = Arc<Mutex<Vec<Vec<String>>>>;

/// A line whose far end says what a function says, and that remembers the names it carried.
struct Told {
    says: Says,
    carried: Carried,
}

impl Transport for Told {
    async fn send(&self, request: &Request) -> Result<Reply, SendError> {
        let Body::Json(body) = &request.body else {
            return Ok(Reply::json(200, &json!([])));
        };
        let names: Vec<String> = body
            .as_array()
            .expect("names")
            .iter()
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect();
        self.carried.lock().expect("unpoisoned").push(names.clone());
        (self.says)(&names)
    }
}

struct Run {
    ended: Ended,
    totals: Totals,
    carried: Vec<Vec<String>>,
}

fn step(number: u64) -> Step {
    Step {
        number,
        row: number + 2,
        key: ContactKey::new(format!("k{number}")),
        parent: None,
        action: Action::Create,
        remote: None,
        payload: Some(Payload::of(json!(format!("n{number}")))),
        identity: None,
        record: None,
        cells: JsonList::default(),
        remarks: JsonList::default(),
        lost: JsonList::default(),
        changes: vec![],
    }
}

fn begun(ledger: &mut dyn Store, steps: u64) -> Lease {
    let run = NewRun {
        book: BookId::new("book"),
        target: "t".into(),
        vendor: "v".into(),
        command: "import".into(),
        source: json!({}),
        headers: vec![],
        given: Given::default(),
        spec: None,
    };
    let id = ledger.begin(&run).expect("a run");
    ledger
        .add(&id, &(0..steps).map(step).collect::<Vec<_>>())
        .expect("added");
    id
}

const SHOWS_NOBODY: Listing = Listing {
    batch: 1,
    lists: true,
};

/// A client of this vendor at a line whose far end says this; the names that the line carried, and its stop.
fn client(
    vendor: Listing,
    says: impl Fn(&[String]) -> Result<Reply, SendError> + Send + Sync + 'static,
) -> (Client<Told>, Carried, Stop) {
    let carried = Arc::new(Mutex::new(vec![]));
    let line = Told {
        says: Box::new(says),
        carried: carried.clone(),
    };
    let (stop, pacer) = (Stop::default(), Pacer::new(Rate::per_second(1000)));
    let (vendor, credentials) = (Arc::new(vendor), Credentials::default());
    let client = Client::new(line, vendor, credentials, pacer, stop.clone());
    (client, carried, stop)
}

const OPTIONS: DeliveryOptions = DeliveryOptions {
    lanes: 3,
    ahead: 4,
    stop_after: 10,
    max_errors: 0,
    limit: 0,
    canary: 0,
    settle_after: Duration::from_secs(2),
    promise: Promise::Told,
};

async fn run(
    steps: u64,
    batch: usize,
    says: impl Fn(&[String]) -> Result<Reply, SendError> + Send + Sync + 'static,
) -> Run {
    let mut ledger: Box<dyn Store> = Box::new(Memory::new());
    let id = begun(&mut *ledger, steps);
    let (client, carried, stop) = client(
        Listing {
            batch,
            lists: false,
        },
        says,
    );
    let keeper = LedgerWriter::start(ledger, id.clone());
    let mut heard = 0;
    let ended = upload(
        &client,
        &keeper,
        &stop,
        OPTIONS,
        Moment::default(),
        |outcomes| {
            heard += outcomes.len();
        },
    )
    .await;
    let mut ledger = keeper.close().expect("the ledger");
    let totals = ledger.end(id, 0).expect("ended");
    assert_eq!(totals.reconcile(), Ok(()));
    assert!(heard as u64 <= totals.read);
    let carried = carried.lock().expect("unpoisoned").clone();
    Run {
        ended: ended.expect("a ledger that writes"),
        totals,
        carried,
    }
}

fn ids(names: &[String]) -> Reply {
    Reply::json(
        200,
        &json!(
            names
                .iter()
                .map(|name| name[1..].parse().unwrap_or(0))
                .collect::<Vec<u64>>()
        ),
    )
}

#[tokio::test(start_paused = true)]
async fn every_step_is_sent_once() {
    let run = run(25, 1, |names| Ok(ids(names))).await;
    assert_eq!((run.ended, run.totals.created), (Ended::Finished, 25));
    let mut names: Vec<_> = run.carried.concat();
    names.sort_unstable();
    names.dedup();
    assert_eq!((run.carried.len(), names.len()), (25, 25));
}

#[tokio::test(start_paused = true)]
async fn a_refused_batch_is_halved_until_the_bad_row_stands_alone() {
    let bad = |names: &[String]| names.iter().any(|name| name == "n5");
    let run = run(8, 8, move |names| {
        Ok(if bad(names) {
            Reply::json(422, &json!({"message": "bad name"}))
        } else {
            ids(names)
        })
    })
    .await;
    assert_eq!((run.totals.created, run.totals.refused), (7, 1));
    // No name that was taken is carried again.
    let taken = run
        .carried
        .iter()
        .filter(|names| !bad(names))
        .flatten()
        .count();
    assert_eq!(taken, 7);
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_full_where_there_is_enough_to_fill_it() {
    // Four steps are claimed at a time, and three lanes are hungry.
    let run = run(11, 3, |names| Ok(ids(names))).await;
    let sizes: Vec<usize> = run.carried.iter().map(Vec::len).collect();
    assert_eq!((run.totals.created, sizes), (11, vec![3, 3, 3, 2]));
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_in_doubt_and_the_row_is_not_sent_again() {
    let run = run(3, 1, |names| {
        if names[0] == "n1" {
            Err(SendError::NoAnswer("reset".into()))
        } else {
            Ok(ids(names))
        }
    })
    .await;
    assert_eq!((run.totals.created, run.totals.in_doubt), (2, 1));
    assert_eq!(
        run.carried.iter().filter(|names| names[0] == "n1").count(),
        1
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_leaves_rows_out_leaves_them_in_doubt() {
    let run = run(4, 4, |names| Ok(ids(&names[..3]))).await;
    assert_eq!((run.totals.created, run.totals.in_doubt), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn the_same_no_ten_times_stops_the_run() {
    let run = run(40, 1, |names| {
        let words = format!("{} is not wanted", &names[0][1..]);
        Ok(Reply::json(403, &json!({"message": words})))
    })
    .await;
    assert!(matches!(run.ended, Ended::StopLoss(_)), "{:?}", run.ended);
    // Ten, and what the other lanes had sent by then.
    assert!((10..=12).contains(&run.totals.refused), "{:?}", run.totals);
    assert_eq!(run.totals.refused + run.totals.unsent, 40);
}

#[tokio::test(start_paused = true)]
async fn different_reasons_do_not_stop_it() {
    let run = run(30, 1, |names| {
        let odd = names[0].len() % 2 == 0 && names[0].ends_with(['1', '3', '5', '7', '9']);
        let words = if odd { "odd" } else { "even" };
        Ok(if names[0].ends_with('0') {
            ids(names)
        } else {
            Reply::json(422, &json!({"message": words}))
        })
    })
    .await;
    assert_eq!(
        (run.ended, run.totals.created, run.totals.refused),
        (Ended::Finished, 3, 27)
    );
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_cannot_be_reached_leaves_every_row_unsent() {
    let run = run(6, 1, |_| Err(SendError::NeverLeft("no route".into()))).await;
    assert!(
        matches!(run.ended, Ended::Unavailable(_)),
        "{:?}",
        run.ended
    );
    assert_eq!(run.totals.unsent, 6);
}

#[tokio::test]
async fn what_a_vendor_does_not_show_is_counted() {
    let mut ledger: Box<dyn Store> = Box::new(Memory::new());
    let id = begun(&mut *ledger, 2);
    let update = Step {
        action: Action::Update,
        remote: Some(RemoteId::new("7")),
        ..step(2)
    };
    ledger.add(&id, &[update]).expect("added");
    let listing = Listing {
        batch: 1,
        lists: false,
    };
    let (client, ..) = client(listing, |_| panic!("nobody is asked"));
    let seen = plan_snapshot(&client, &*ledger, id.run())
        .await
        .expect("nobody is asked");
    // The parent of the creates, which is the update's too, and the record.
    assert_eq!(
        (seen.unseen, seen.records, seen.parents),
        (2, vec![], vec![])
    );
}

/// Delivers to a vendor whose list shows nobody; returns how it ended, and the names that were sent.
async fn delivered(
    steps: u64,
    options: DeliveryOptions,
    says: impl Fn(&[String]) -> Result<Reply, SendError> + Send + Sync + 'static,
) -> (Run, Duration) {
    let mut ledger: Box<dyn Store> = Box::new(Memory::new());
    let id = begun(&mut *ledger, steps);
    let (client, carried, stop) = client(SHOWS_NOBODY, says);
    let began = tokio::time::Instant::now();
    let delivery = deliver(&client, ledger, &id, &stop, options, |_| {}).await;
    let Ok((mut ledger, delivered)) = delivery else {
        panic!("the ledger writes")
    };
    let totals = ledger.end(id, 0).expect("ended");
    assert_eq!(totals.reconcile(), Ok(()));
    let carried = carried.lock().expect("unpoisoned").clone();
    let run = Run {
        ended: delivered.ended,
        totals,
        carried,
    };
    (run, began.elapsed())
}

#[tokio::test(start_paused = true)]
async fn what_a_vendor_said_yes_to_is_not_sent_again_because_a_list_lacks_it() {
    let (run, _) = delivered(3, OPTIONS, |_| Ok(Reply::json(200, &json!([])))).await;
    assert_eq!(run.carried.len(), 3, "{:?}", run.carried);
    assert_eq!((run.totals.in_doubt, run.ended), (3, Ended::Finished));
}

#[tokio::test(start_paused = true)]
async fn rows_that_never_get_an_answer_are_sent_once_and_stay_in_doubt() {
    let lost = |_: &[String]| Err(SendError::NoAnswer("reset".into()));
    let (run, took) = delivered(3, OPTIONS, lost).await;
    // Nothing proves that the list, which shows nobody, is up to date.
    assert_eq!((run.totals.in_doubt, run.carried.len()), (3, 3));
    assert_eq!(run.ended, Ended::Finished);
    assert!(took >= OPTIONS.settle_after, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn doubt_is_looked_up_when_a_limit_ends_the_run_too() {
    let options = DeliveryOptions {
        limit: 2,
        lanes: 1,
        ..OPTIONS
    };
    let (run, took) = delivered(3, options, |_| Err(SendError::NoAnswer("reset".into()))).await;
    assert_eq!(run.ended, Ended::Limit(2));
    assert_eq!((run.totals.unsent, run.totals.in_doubt), (1, 2));
    assert!(took >= OPTIONS.settle_after, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_answers_nobody_is_not_sent_every_row() {
    let ill = |_: &[String]| Ok(Reply::json(500, &json!("oops")));
    let lost = |_: &[String]| Err(SendError::NoAnswer("reset".into()));
    let unnamed = |_: &[String]| Ok(Reply::json(200, &json!([])));
    for run in [
        delivered(40, OPTIONS, ill).await.0,
        delivered(40, OPTIONS, lost).await.0,
        delivered(40, OPTIONS, unnamed).await.0,
    ] {
        assert!(
            matches!(run.ended, Ended::Unanswered(10, _)),
            "{:?}",
            run.ended
        );
        // Ten, and what the other lanes had sent by then.
        assert!((10..=12).contains(&run.carried.len()), "{:?}", run.totals);
        let sent = run.carried.len() as u64;
        assert_eq!((run.totals.in_doubt, run.totals.unsent), (sent, 40 - sent));
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_killed_process_sent_may_arrive_before_it_is_looked_up() {
    let mut ledger: Box<dyn Store> = Box::new(Memory::new());
    let id = begun(&mut *ledger, 1);
    ledger.survey(&id, None, &[]).expect("surveyed");
    let lost = Outcome::new(0, Fate::InDoubt);
    ledger.settle(&id, &[lost]).expect("settled");
    let (client, _, stop) = client(SHOWS_NOBODY, |_| panic!("nothing is sent"));
    let began = tokio::time::Instant::now();
    let after = Duration::from_secs(7);
    let settled = reconcile_earlier(&client, &mut *ledger, &id, &stop, after).await;
    let settled = settled.expect("a list");
    assert_eq!((settled.to_send, settled.left), (0, 1), "no witness");
    assert!(began.elapsed() >= after);
}
