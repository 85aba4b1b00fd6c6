//! Delivery under every misfortune, by seed, on a paused clock: a vendor that loses requests and answers, is busy,
//! breaks before and after applying, and expires tokens, and a process that dies at any point, also between the
//! vendor's applying and its answering. However it goes, every contact ends up there exactly once.
//!
//! The same with mistakes planted must fail, or the simulation proves nothing.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use rolo::ledger::{
    Given, Ledger, LedgerError, NewRun, Run, ScopedLink, Settled, Sqlite, Stale, Touched, When,
};
use rolo::model::{
    BookId, Contact, ContactKey, Fingerprint, ParentId, PersonName, RemoteId, RunId, ScopedKey,
};
use rolo::plan::{Action, Known, Outcome, Step, Totals};
use rolo::transport::{Broken, Client, Line, Pacer, Stop};
use rolo::upload::{self, Options};
use rolo::validate::Rule;
use rolo::vendor::{
    Credentials, Cursor, Encoded, Page, Paging, Pass, Payload, Profile, Rate, Receipt, Record,
    Remote, SignIn, Snapshot, Taking, Vendor, Written,
};
use rolo::wire::{Body, Effect, Exchange, Method, Refusal, Reply, Request};
use serde_json::{Value, json};
use tokio::sync::Notify;

/// How many seeds are tried; more for a long night.
fn seeds() -> u64 {
    std::env::var("ROLO_SEEDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(300)
}

/// A mistake in the delivery, planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mistake {
    None,
    /// A create without an answer is sent again.
    RetriesCreates,
    /// What is sent is not marked as sent.
    SkipsTheClaim,
    /// What is in doubt is sent again without a look.
    SkipsTheLookUp,
}

/// A generator by seed: splitmix64.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }

    fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// A vendor of names, as plain as can be.
struct Names {
    mistake: Mistake,
}

fn number(reply: &Reply, member: &str) -> Result<String, Refusal> {
    let value = reply.value().filter(|_| reply.is_success());
    let id = value
        .as_ref()
        .and_then(|value| value.get(member))
        .map(ToString::to_string);
    id.ok_or_else(|| Refusal::of(reply))
}

impl Vendor for Names {
    fn profile(&self) -> &'static Profile {
        rolo::vendor::VENDORS[0].profile
    }
    fn rules(&self) -> &[Box<dyn Rule>] {
        &[]
    }
    fn encode(&self, contact: &Contact) -> Encoded {
        let payload = Payload::of(json!({"name": contact.name.full, "note": contact.note}));
        let mut taking = Taking::of(contact);
        taking.full_name();
        taking.note();
        taking.encoded(payload)
    }
    fn decode(&self, record: &Record) -> Result<Remote, Refusal> {
        let text = |member: &str| record.value[member].as_str().map(str::to_owned);
        let name = PersonName {
            full: text("name"),
            ..PersonName::default()
        };
        let contact = Contact {
            name,
            note: text("note"),
            ..Contact::default()
        };
        Ok(Remote {
            id: RemoteId(record.value["id"].to_string()),
            contact,
        })
    }
    fn sign_in(&self, _: &Credentials) -> SignIn {
        let request = Request::new(Method::Post, "/token");
        SignIn::Ask(Exchange::new(Effect::Reads, request, |reply| {
            number(reply, "token").map(Pass::new)
        }))
    }
    fn authorize(&self, request: Request, pass: &Pass) -> Request {
        request.header("authorization", pass.expose())
    }
    fn create(&self, payloads: &[&Payload]) -> Exchange<Written> {
        let effect = match self.mistake {
            Mistake::RetriesCreates => Effect::Replaces,
            _ => Effect::Creates,
        };
        let request = Request::new(Method::Put, "/names").json(payloads[0].body.clone());
        Exchange::new(effect, request, |reply| {
            number(reply, "id").map(|id| vec![Ok(Receipt::of(RemoteId(id)))])
        })
    }
    fn update(&self, _: &[(&RemoteId, &Payload)]) -> Option<Exchange<Written>> {
        None
    }
    fn delete(&self, _: &RemoteId, _: Option<&ParentId>) -> Option<Exchange<()>> {
        None
    }
    fn list(&self, at: Option<&Cursor>) -> Option<Exchange<Page>> {
        let page = at.map_or(1, |cursor| cursor.page);
        let request = Request::new(Method::Get, "/names").query("page", &page);
        Some(Exchange::new(Effect::Reads, request, move |reply| {
            let value = reply
                .value()
                .filter(|_| reply.is_success())
                .ok_or_else(|| Refusal::of(reply))?;
            let items = value["items"].as_array().cloned().unwrap_or_default();
            let next = Paging {
                size: Some(PAGE),
                ..Paging::to(Cursor {
                    parent: None,
                    page: page + 1,
                })
            };
            let record = |value| Record {
                parent: None,
                value,
            };
            Ok(Page {
                records: items.into_iter().map(record).collect(),
                next: Vec::new(),
                paging: Some(next),
            })
        }))
    }
}

const PAGE: usize = 7;

/// The vendor's side, which lives on when the process dies.
struct World {
    chance: Chance,
    book: Vec<Value>,
    token: u64,
    token_left: u64,
    /// How hostile it is, in percent of the requests.
    hostility: u64,
    /// After how many more requests the process dies, and whether the last of them is applied.
    death: Option<(u64, bool)>,
}

impl World {
    fn apply(&mut self, request: &Request) -> Reply {
        let found = match (request.method, &*request.path, &request.body) {
            (Method::Post, "/token", _) => {
                self.token += 1;
                self.token_left = 3 + self.chance.below(20);
                json!({"token": self.token})
            }
            (Method::Put, "/names", Body::Json(body)) => {
                let id = self.book.len() as u64 + 1;
                let mut record = Value::clone(body);
                record["id"] = json!(id);
                self.book.push(record);
                json!({"id": id})
            }
            (Method::Get, "/names", _) => {
                let page: usize = request.query[0].1.parse().expect("a page");
                let items: Vec<&Value> = self
                    .book
                    .iter()
                    .skip((page - 1) * PAGE)
                    .take(PAGE)
                    .collect();
                json!({"items": items})
            }
            other => panic!("{other:?}"),
        };
        Reply::json(200, &found)
    }

    fn is_let_in(&mut self, request: &Request) -> bool {
        if request.path == "/token" {
            return true;
        }
        let pass = request
            .headers
            .iter()
            .find(|(name, _)| *name == "authorization");
        let good = pass.is_some_and(|(_, token)| *token == self.token.to_string());
        if good && self.token_left > 0 {
            self.token_left -= 1;
            return true;
        }
        false
    }

    /// What becomes of a request; `None` where the process dies before it hears.
    fn answer(&mut self, request: &Request) -> Option<Result<Reply, Broken>> {
        if let Some((left, applied)) = &mut self.death {
            if *left == 0 {
                if *applied && self.is_let_in(request) {
                    self.apply(request);
                }
                return None;
            }
            *left -= 1;
        }
        if !self.is_let_in(request) {
            return Some(Ok(Reply::json(401, &json!("expired"))));
        }
        if !self.chance.percent(self.hostility) {
            return Some(Ok(self.apply(request)));
        }
        let busy = |status, after: &str| {
            let mut reply = Reply::json(status, &json!("busy"));
            reply.headers.add("retry-after", after);
            Ok(reply)
        };
        Some(match self.chance.below(8) {
            0 => Err(Broken::NeverLeft("refused".into())),
            1 => Err(Broken::NoAnswer("lost on the way".into())),
            2 | 3 => {
                self.apply(request);
                Err(Broken::NoAnswer("lost on the way back".into()))
            }
            4 => busy(429, "2"),
            5 => busy(503, "1"),
            6 => Ok(Reply::json(500, &json!("broken before"))),
            _ => {
                self.apply(request);
                Ok(Reply::json(502, &json!("broken after")))
            }
        })
    }
}

/// The line to the world; a process that dies on it never hears an answer.
struct Wire {
    world: Arc<Mutex<World>>,
    dies: Arc<Notify>,
}

impl Line for Wire {
    async fn send(&self, request: &Request) -> Result<Reply, Broken> {
        let answer = self.world.lock().expect("unpoisoned").answer(request);
        let Some(answer) = answer else {
            self.dies.notify_one();
            return std::future::pending().await;
        };
        answer
    }
}

/// A ledger that does nothing more once its process is dead.
struct Mortal {
    ledger: Sqlite,
    dead: Arc<Mutex<bool>>,
}

impl Mortal {
    fn alive(&self) -> Result<(), LedgerError> {
        if *self.dead.lock().expect("unpoisoned") {
            Err(LedgerError::Gone)
        } else {
            Ok(())
        }
    }
}

type Kept<T> = Result<T, LedgerError>;

impl Ledger for Mortal {
    fn begin(&mut self, run: &NewRun) -> Kept<RunId> {
        self.ledger.begin(run)
    }
    fn resume(&mut self, run: &Run) -> Kept<()> {
        self.ledger.resume(run)
    }
    fn add(&mut self, run: &RunId, steps: &[Step]) -> Kept<()> {
        self.ledger.add(run, steps)
    }
    fn planned(&mut self, run: &RunId) -> Kept<()> {
        self.ledger.planned(run)
    }
    fn claim(&mut self, run: &RunId, most: usize) -> Kept<Vec<Step>> {
        self.alive()?;
        self.ledger.claim(run, most)
    }
    fn settle(&mut self, run: &RunId, outcomes: &[Outcome]) -> Kept<()> {
        self.alive()?;
        self.ledger.settle(run, outcomes)
    }
    fn reopen(&mut self, run: &RunId, numbers: &[u64]) -> Kept<()> {
        self.alive()?;
        self.ledger.reopen(run, numbers)
    }
    fn parents(&self, run: &RunId) -> Kept<Vec<Option<ParentId>>> {
        self.ledger.parents(run)
    }
    fn survey(&mut self, run: &RunId, parent: Option<&ParentId>, held: &[RemoteId]) -> Kept<()> {
        self.alive()?;
        self.ledger.survey(run, parent, held)
    }
    fn surveyed(&self, run: &RunId, parent: Option<&ParentId>) -> Kept<Option<HashSet<RemoteId>>> {
        self.ledger.surveyed(run, parent)
    }
    fn learn(&mut self, book: &BookId, links: &[ScopedLink]) -> Kept<()> {
        self.ledger.learn(book, links)
    }
    fn key_of(&self, book: &BookId, remote: &RemoteId) -> Kept<Option<ContactKey>> {
        self.ledger.key_of(book, remote)
    }
    fn doubtful(&self, run: &RunId) -> Kept<Vec<Step>> {
        self.ledger.doubtful(run)
    }
    fn accepted(&self, run: &RunId) -> Kept<HashSet<u64>> {
        self.ledger.accepted(run)
    }
    fn doubtful_runs(&self, book: &BookId) -> Kept<Vec<Run>> {
        self.ledger.doubtful_runs(book)
    }
    fn owns(&self, book: &BookId, remote: &RemoteId) -> Kept<bool> {
        self.ledger.owns(book, remote)
    }
    fn unfinished(&self) -> Kept<Vec<Run>> {
        self.ledger.unfinished()
    }
    fn save(&mut self, run: &RunId, requests: &Fingerprint) -> Kept<()> {
        self.ledger.save(run, requests)
    }
    fn apply(&mut self, run: &RunId) -> Kept<()> {
        self.ledger.apply(run)
    }
    fn touched(&self, run: &RunId) -> Kept<Vec<Touched>> {
        self.ledger.touched(run)
    }
    fn sighted(
        &mut self,
        run: &RunId,
        when: When,
        records: &[(u64, Option<Fingerprint>)],
    ) -> Kept<()> {
        self.ledger.sighted(run, when, records)
    }
    fn stale(&self, run: &RunId) -> Kept<Vec<Stale>> {
        self.ledger.stale(run)
    }
    fn steps(&self, run: &RunId, numbers: &[u64]) -> Kept<Vec<Settled>> {
        self.ledger.steps(run, numbers)
    }
    fn supersede(&mut self, run: &RunId) -> Kept<()> {
        self.ledger.supersede(run)
    }
    fn last_sent(&self, book: &BookId, remote: &RemoteId) -> Kept<Option<Snapshot>> {
        self.ledger.last_sent(book, remote)
    }
    fn prior(&self, run: &Run, number: u64) -> Kept<Option<Snapshot>> {
        self.ledger.prior(run, number)
    }
    fn reported(&mut self, run: &RunId, folder: &Path) -> Kept<()> {
        self.ledger.reported(run, folder)
    }
    fn latest(&self, book: &BookId, is_meant: &dyn Fn(&Run) -> bool) -> Kept<Option<Run>> {
        self.ledger.latest(book, is_meant)
    }
    fn moved(&mut self, run: &RunId, place: &Path) -> Kept<()> {
        self.ledger.moved(run, place)
    }
    fn forget(&mut self, is_meant: &dyn Fn(&Step) -> bool) -> Kept<(Vec<Run>, u64)> {
        self.ledger.forget(is_meant)
    }
    fn prune(&mut self, before: &str) -> Kept<u64> {
        self.ledger.prune(before)
    }
    fn check(&self) -> Kept<Vec<String>> {
        self.ledger.check()
    }
    fn end(&mut self, run: &RunId, exit_code: u8) -> Kept<Totals> {
        self.ledger.end(run, exit_code)
    }
    fn known(&self, book: &BookId, keys: &[ScopedKey]) -> Kept<Known> {
        self.ledger.known(book, keys)
    }
    fn runs(&self, most: usize) -> Kept<Vec<Run>> {
        self.ledger.runs(most)
    }
    fn run(&self, id: &str) -> Kept<Run> {
        self.ledger.run(id)
    }
    fn each_step(&self, run: &RunId, each: &mut dyn FnMut(Settled) -> Kept<()>) -> Kept<()> {
        self.ledger.each_step(run, each)
    }
}

/// One run under one seed.
struct Trial<'a> {
    ledger: &'a Path,
    world: Arc<Mutex<World>>,
    book: BookId,
    steps: Vec<Step>,
    mistake: Mistake,
}

fn payload(who: u64) -> Payload {
    Payload::of(json!({"name": format!("Person {who}"), "note": format!("note of {who}")}))
}

impl<'a> Trial<'a> {
    fn new(ledger: &'a Path, seed: u64, mistake: Mistake) -> Self {
        let mut chance = Chance(seed);
        let rows = 1 + chance.below(24);
        // Every fifth contact says the same as another: identical rows are settled by count.
        let who: Vec<u64> = (0..rows)
            .map(|row| {
                if row > 0 && chance.percent(20) {
                    chance.below(row)
                } else {
                    row
                }
            })
            .collect();
        let steps = (0..).zip(&who).map(|(number, who)| Step {
            number,
            row: number + 2,
            key: ContactKey(format!("k{number}")),
            parent: None,
            action: Action::Create,
            remote: None,
            payload: Some(payload(*who)),
            identity: None,
            record: None,
            cells: vec![],
            remarks: vec![],
            lost: vec![],
            changes: vec![],
        });
        let steps: Vec<Step> = steps.collect();
        // Somebody else has made some of them already, word by word.
        let there = (0..chance.below(10)).map(|n| chance.below(rows + n));
        let there: Vec<u64> = there.collect();
        let book = (1..)
            .zip(there)
            .map(|(id, who)| {
                let mut record = payload(who).body.to_value();
                record["id"] = json!(id);
                record
            })
            .collect();
        let hostility = chance.below(45);
        let world = World {
            chance,
            book,
            token: 0,
            token_left: 0,
            hostility,
            death: None,
        };
        let book = BookId(format!("{mistake:?} {seed}"));
        Self {
            ledger,
            world: Arc::new(Mutex::new(world)),
            book,
            steps,
            mistake,
        }
    }

    fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for record in &self.world.lock().expect("unpoisoned").book {
            *counts.entry(record["name"].to_string()).or_default() += 1;
        }
        counts
    }

    fn about(&self) -> NewRun {
        NewRun {
            book: self.book.clone(),
            target: "t".into(),
            vendor: "v".into(),
            command: "import".into(),
            source: json!({}),
            headers: vec![],
            given: Given::default(),
            spec: None,
        }
    }

    /// One life of the process: begins or resumes the run, and delivers until it is done or dead.
    async fn live(&self, run: Option<&RunId>) -> RunId {
        let mut ledger = Sqlite::open(self.ledger).expect("a ledger");
        let id = match run {
            None => {
                let id = ledger.begin(&self.about()).expect("a run");
                ledger.add(&id, &self.steps).expect("added");
                ledger.planned(&id).expect("planned");
                id
            }
            Some(id) => {
                let run = ledger.run(&id.0).expect("the run");
                ledger.resume(&run).expect("resumed");
                self.plant(&mut ledger, id);
                id.clone()
            }
        };
        let dead = Arc::new(Mutex::new(false));
        let ledger = Mortal {
            ledger,
            dead: dead.clone(),
        };
        let dies = Arc::new(Notify::new());
        tokio::select! {
            () = self.deliver(ledger, &id, dies.clone()) => {}
            () = dies.notified() => *dead.lock().expect("unpoisoned") = true,
        }
        // The dead process's threads end with it.
        while Arc::strong_count(&dead) > 1 {
            std::thread::yield_now();
        }
        id
    }

    /// What a faulty process would find in its ledger after a crash: steps that were never marked as sent, or steps
    /// in doubt that nobody looks up.
    fn plant(&self, ledger: &mut Sqlite, run: &RunId) {
        let mut planted = Vec::new();
        ledger
            .each_step(run, &mut |settled| {
                let crashed =
                    settled.message.as_deref() == Some("the run ended before an answer came");
                let doubtful = settled.fate == rolo::plan::Fate::InDoubt;
                if match self.mistake {
                    Mistake::SkipsTheClaim => doubtful && crashed,
                    Mistake::SkipsTheLookUp => doubtful && !crashed,
                    Mistake::None | Mistake::RetriesCreates => false,
                } {
                    planted.push(settled.step.number);
                }
                Ok(())
            })
            .expect("readable");
        ledger.reopen(run, &planted).expect("writable");
    }

    async fn deliver(&self, mut ledger: Mortal, run: &RunId, dies: Arc<Notify>) {
        let (stop, pacer) = (Stop::default(), Pacer::new(Rate::per_second(1000)));
        let vendor = Arc::new(Names {
            mistake: self.mistake,
        });
        let line = Wire {
            world: self.world.clone(),
            dies,
        };
        let client = Client::new(line, vendor, Credentials::default(), pacer, stop.clone());
        let settle_after = std::time::Duration::from_secs(2);
        let options = Options {
            lanes: 3,
            ahead: 4,
            stop_after: 0,
            max_errors: 0,
            limit: 0,
            canary: 0,
            settle_after,
            promise: upload::Promise::Told,
        };
        let settled =
            upload::settle_earlier(&client, &mut ledger, &self.book, &stop, settle_after).await;
        if settled.is_err() {
            return;
        }
        ledger.supersede(run).expect("writable");
        // A delivery that ends early is taken up again by the next life.
        if let Ok((mut ledger, _)) =
            upload::deliver(&client, ledger, (run, &self.book), &stop, options, |_| {}).await
        {
            ledger.end(run, 0).expect("ended");
        }
    }

    /// Lives until all is done; the last lives are spared.
    async fn run(&self) -> Result<(), String> {
        let before = self.counts();
        let mut id = None;
        for life in 0..40 {
            {
                let mut world = self.world.lock().expect("unpoisoned");
                let death = world.chance.below(3 + 3 * self.steps.len() as u64);
                let applied = world.chance.percent(50);
                world.death = (life < 8 && world.chance.percent(70)).then_some((death, applied));
                if life >= 8 {
                    world.hostility = 0;
                }
            }
            id = Some(self.live(id.as_ref()).await);
            let run = id.as_ref().expect("a run");
            let totals = Sqlite::open(self.ledger)
                .and_then(|ledger| ledger.run(&run.0))
                .expect("it")
                .totals;
            if totals.created == self.steps.len() as u64 {
                return self.judge(&before);
            }
        }
        Err("it is never done".to_owned())
    }

    /// Every contact is there once more than before: as often as the run has it.
    fn judge(&self, before: &BTreeMap<String, usize>) -> Result<(), String> {
        let mut wanted = before.clone();
        for step in &self.steps {
            let name = step.payload.as_ref().expect("a payload").body["name"].to_string();
            *wanted.entry(name).or_default() += 1;
        }
        let found = self.counts();
        if found == wanted {
            Ok(())
        } else {
            Err(format!("wanted {wanted:?}, found {found:?}"))
        }
    }
}

/// The seeds, of so many, under which a contact was lost or made twice.
fn failures(mistake: Mistake, seeds: impl IntoIterator<Item = u64>) -> Vec<(u64, String)> {
    let seeds: Vec<u64> = seeds.into_iter().collect();
    let share = seeds.len().div_ceil(THREADS).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> = seeds
            .chunks(share)
            .map(|seeds| scope.spawn(move || failures_of(mistake, seeds)))
            .collect();
        let found = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        found.flat_map(|found| found.expect("no panic")).collect()
    })
}

/// How many seeds are tried at once: each waits for the disk most of the time.
const THREADS: usize = 4;

fn failures_of(mistake: Mistake, seeds: &[u64]) -> Vec<(u64, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = folder.path().join("ledger.sqlite3");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let failed = |&seed: &u64| {
        let trial = Trial::new(&ledger, seed, mistake);
        runtime.block_on(trial.run()).err().map(|why| (seed, why))
    };
    seeds.iter().filter_map(failed).collect()
}

#[test]
fn every_contact_ends_up_there_exactly_once() {
    assert_eq!(failures(Mistake::None, 0..seeds()), []);
}

#[test]
fn a_list_that_breaks_for_a_while_is_no_refusal_to_list() {
    // Under these seeds the first look at the book failed as often as it was tried.
    assert_eq!(failures(Mistake::None, [943, 1404]), []);
}

#[test]
fn planted_mistakes_are_found() {
    for mistake in [
        Mistake::RetriesCreates,
        Mistake::SkipsTheClaim,
        Mistake::SkipsTheLookUp,
    ] {
        let found = failures(mistake, 0..40).len();
        assert!(found > 0, "{mistake:?} goes unnoticed");
    }
}
