//! The lists of many parents over a connection that takes its time, on a paused clock.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::*;
use crate::backend::{Credentials, Rate, Settings, find};
use crate::fetch::ListItem;
use crate::model::RemoteId;
use crate::transport::{Halt, Pacer, SendError, Stop, StopReason};
use crate::wire::{Reply, Request};

/// How long an answer takes.
const TAKES: Duration = Duration::from_millis(100);

/// What the connection has seen.
#[derive(Default)]
struct Traffic {
    /// How many requests are under way, and the most that were.
    now: AtomicUsize,
    most: AtomicUsize,
    /// When each left.
    left: Mutex<Vec<Instant>>,
}

/// A connection to accounts with one contact each, of which one cannot be read.
struct Accounts {
    traffic: Arc<Traffic>,
    broken: Option<usize>,
}

impl Transport for Accounts {
    async fn send(&self, request: &Request) -> Result<Reply, SendError> {
        let now = self.traffic.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.traffic.most.fetch_max(now, Ordering::Relaxed);
        self.traffic
            .left
            .lock()
            .expect("unpoisoned")
            .push(Instant::now());
        tokio::time::sleep(TAKES).await;
        self.traffic.now.fetch_sub(1, Ordering::Relaxed);
        let account: usize = request
            .path
            .split('/')
            .rev()
            .nth(1)
            .and_then(|account| account.parse().ok())
            .expect("an account");
        if Some(account) == self.broken {
            return Ok(Reply::json(200, &json!("a page for people")));
        }
        let contact = json!({"id": account + 1000, "name": format!("Anne {account}")});
        Ok(Reply::json(200, &json!({"data": [contact]})))
    }
}

/// The ids in a list, and how many such readers there are.
struct Ids {
    ids: Vec<String>,
    open: Arc<AtomicUsize>,
}

impl ListReader for Ids {
    fn wants(&self, _: &RemoteId) -> bool {
        true
    }

    fn take(&mut self, item: ListItem) {
        if let ListItem::Record(record) = item {
            self.ids.push(record.value["id"].to_string());
        }
    }
}

impl Drop for Ids {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What came of a reading.
struct Outcome {
    read: Result<(), FetchError>,
    /// The ids, by their parent.
    seen: BTreeMap<String, Vec<String>>,
    traffic: Arc<Traffic>,
    /// The most readers that there were at a time.
    readers: usize,
    took: Duration,
}

/// Reads sixty accounts over so many lanes, and says the stop after this long.
async fn read(lanes: usize, rate: Rate, broken: Option<usize>, stop_at: Duration) -> Outcome {
    let entry = find("sonar").expect("a vendor");
    let settings = Settings::resolve(entry.profile, &BTreeMap::new()).expect("settings");
    let traffic = Arc::new(Traffic::default());
    let connection = Accounts {
        traffic: traffic.clone(),
        broken,
    };
    let mut credentials = Credentials::default();
    for name in ["username", "password"] {
        credentials.set(name, "invented-for-this-test");
    }
    let stop = Stop::default();
    let vendor = Arc::from((entry.build)(settings));
    let client = Client::new(
        connection,
        vendor,
        credentials,
        Pacer::new(rate),
        stop.clone(),
    )
    .with_lanes(lanes);
    let (open, most) = (Arc::new(AtomicUsize::new(0)), AtomicUsize::new(0));
    let lists = (0..60).map(|account: usize| {
        most.fetch_max(open.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
        let reader = Ids {
            ids: vec![],
            open: open.clone(),
        };
        Ok((Some(ParentId::new(account.to_string())), reader))
    });
    let mut seen = BTreeMap::new();
    let began = Instant::now();
    let reading = fetch_lists(&client, lists, |parent, list, end| {
        let _ = end?;
        seen.insert(parent.expect("a parent").into_string(), list.ids.clone());
        Ok(())
    });
    let stopping = async {
        tokio::time::sleep(stop_at).await;
        stop.request(StopReason::Person);
        std::future::pending::<()>().await;
    };
    let read = tokio::select! {
        read = reading => read,
        () = stopping => unreachable!("a stop is waited for by the reading"),
    };
    Outcome {
        read,
        seen,
        traffic,
        readers: most.load(Ordering::Relaxed),
        took: began.elapsed(),
    }
}

const NEVER: Duration = Duration::from_secs(3600);

#[tokio::test(start_paused = true)]
async fn parents_are_read_side_by_side_and_never_more_than_there_are_lanes() {
    let outcome = read(8, Rate::per_second(1000), None, NEVER).await;
    outcome.read.expect("every list");
    assert_eq!(outcome.seen.len(), 60);
    assert_eq!(outcome.seen["7"], ["1007"]);
    assert_eq!(outcome.traffic.most.load(Ordering::Relaxed), 8);
    assert_eq!(outcome.readers, 8);
    // Eight rounds of a tenth of a second, in place of sixty.
    assert!(outcome.took < TAKES * 10, "{:?}", outcome.took);
    let alone = read(1, Rate::per_second(1000), None, NEVER).await;
    assert_eq!(alone.traffic.most.load(Ordering::Relaxed), 1);
    assert_eq!(alone.seen, outcome.seen);
}

#[tokio::test(start_paused = true)]
async fn every_request_keeps_the_pace() {
    let outcome = read(8, Rate::per_second(20), None, NEVER).await;
    outcome.read.expect("every list");
    let left = outcome.traffic.left.lock().expect("unpoisoned").clone();
    let apart = left.windows(2).map(|two| two[1] - two[0]);
    // Within what a schedule may catch up with.
    let least = apart.min().expect("several");
    assert!(least >= Duration::from_millis(25), "{least:?}");
    assert!(
        outcome.took >= Duration::from_millis(59 * 50),
        "{:?}",
        outcome.took
    );
}

#[tokio::test(start_paused = true)]
async fn one_that_fails_ends_it_with_its_error() {
    let outcome = read(8, Rate::per_second(1000), Some(20), NEVER).await;
    let error = outcome.read.expect_err("no list");
    assert!(matches!(error, FetchError::Unreadable(_)), "{error:?}");
    let left = outcome.traffic.left.lock().expect("unpoisoned").len();
    assert!((21..=28).contains(&left), "{left}");
}

#[tokio::test(start_paused = true)]
async fn a_stop_breaks_it_off() {
    let stop_at = Duration::from_millis(250);
    let outcome = read(8, Rate::per_second(1000), None, stop_at).await;
    let error = outcome.read.expect_err("a stop");
    assert!(
        matches!(
            error,
            FetchError::Halted(Halt::Stopped | Halt::Unavailable(_))
        ),
        "{error:?}"
    );
    assert!(
        outcome.took < stop_at + Duration::from_millis(20),
        "{:?}",
        outcome.took
    );
    assert!(outcome.seen.len() < 60);
}
