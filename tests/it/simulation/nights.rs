//! Whole imports under every misfortune, night after night: the sheet is read, planned, paired with what the vendor shows,
//! and delivered by the engine, by a process that may die at any request. Some of its people are at the vendor already, and
//! so are strangers.
//!
//! However it goes: every person of the sheet is there exactly once in the end, whoever was there before is as they were,
//! and no row is sent more than twice without a person's word.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rolo::backend::{Credentials, MustKeep, Rate};
use rolo::engine::{
    Account, Doubtful, Import, ImportSpec, OpenedSheet, RunHandle, Sending, Session, Silent, resume,
};
use rolo::ledger::{Decision, Links as _, Memory, Run, Runs as _, Steps as _};
use rolo::model::{BookId, RemoteId, RunId};
use rolo::plan::{Action, Fate};
use rolo::transport::{Client, Pacer, SendError, Stop, StopReason, Transport};
use rolo::wire::{Reply, Request};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::Mistake;
use super::chance::Chance;
use super::mortal::Mortal;
use super::names::{Names, PAGE};
use super::trial::{lag, pages};
use super::world::{Kept, Pages, World};

/// So many nights are hostile.
const HOSTILE: u64 = 6;
/// So many nights there are at the most.
const NIGHTS: u64 = 40;

/// The way to the world for a process that may die on it: whatever it asks after that goes nowhere.
struct LastWire {
    world: Arc<Mutex<World>>,
    dead: Arc<Mutex<bool>>,
    stop: Stop,
}

impl Transport for LastWire {
    async fn send(&self, request: &Request) -> Result<Reply, SendError> {
        let nowhere = || Err(SendError::NeverLeft("the process is dead".into()));
        if *self.dead.lock().expect("unpoisoned") {
            return nowhere();
        }
        let answer = self.world.lock().expect("unpoisoned").answer(request);
        answer.unwrap_or_else(|| {
            *self.dead.lock().expect("unpoisoned") = true;
            self.stop.request(StopReason::Person);
            nowhere()
        })
    }
}

/// One sheet, night after night, under one seed.
pub(super) struct Nights {
    runtime: Arc<Runtime>,
    chance: Mutex<Chance>,
    ledger: Memory,
    world: Arc<Mutex<World>>,
    account: Account,
    spec: ImportSpec,
    sheet: PathBuf,
    _folder: tempfile::TempDir,
    /// The names of the sheet's people.
    people: Vec<String>,
    /// What was there before the first night.
    before: Vec<Value>,
    mistake: Mistake,
    /// How often each name may have been sent.
    allowed: Mutex<BTreeMap<String, usize>>,
}

fn person(who: u64) -> Value {
    json!({
        "name": format!("Person {who}"), "note": format!("note of {who}"),
        "email": format!("person{who}@example.org"),
    })
}

fn text<'a>(record: &'a Value, member: &str) -> &'a str {
    record[member].as_str().expect("a text")
}

/// A folder in memory where there is one: a sheet is written for each seed.
fn folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).expect("a folder")
    } else {
        tempfile::tempdir().expect("a folder")
    }
}

impl Nights {
    pub(super) fn new(seed: u64, mistake: Mistake, runtime: &Arc<Runtime>) -> Self {
        let mut chance = Chance(seed);
        let rows = 1 + chance.below(16);
        let people: Vec<Value> = (0..rows).map(person).collect();
        // Some of them are there already, word by word, and so are strangers, some of whom bear their names.
        let mut before: Vec<Value> = Vec::new();
        for known in &people {
            if chance.percent(25) {
                before.push(known.clone());
            }
            if chance.percent(20) {
                let email = format!("stranger{}@example.net", before.len());
                before.push(json!({"name": known["name"], "note": "a stranger", "email": email}));
            }
        }
        let hostility = chance.below(40);
        let (lag, pages) = (lag(&mut chance), pages(&mut chance));
        if pages == Pages::First {
            // Nobody could know of those whom no page shows.
            before.truncate(PAGE);
        }
        for (id, record) in (1..).zip(&mut before) {
            record["id"] = json!(id);
        }
        let folder = folder();
        let sheet = folder.path().join("people.csv");
        let row = |(n, one): (usize, &Value)| {
            let (name, email, note) = (text(one, "name"), text(one, "email"), text(one, "note"));
            format!("k{n},{name},{email},{note}\n")
        };
        let rows: String = people.iter().enumerate().map(row).collect();
        std::fs::write(
            &sheet,
            format!("Identifiant,Nom complet,E-mail,Notes\n{rows}"),
        )
        .expect("writable");
        let vendor = Arc::new(Names { mistake });
        let account = Account {
            name: "t".into(),
            vendor,
            book: BookId::new(format!("nights {mistake:?} {seed}")),
            region: None,
            must_keep: MustKeep::default(),
            parent: None,
            rate: Rate::per_second(1000),
            lanes: 3,
        };
        let mut spec = ImportSpec::of_sheet(sheet.clone(), &account);
        spec.delivery.stop_after = 0;
        let nonsense = if chance.percent(20) { 15 } else { 0 };
        let book: Vec<Kept> = before.iter().cloned().map(Kept::of_old).collect();
        let mut world = World::calm(Chance(chance.next()), book);
        (world.hostility, world.nonsense, world.lag, world.pages) =
            (hostility, nonsense, lag, pages);
        let names = people.iter().map(|one| text(one, "name").to_owned());
        Self {
            runtime: Arc::clone(runtime),
            chance: Mutex::new(chance),
            ledger: Memory::new(),
            world: Arc::new(Mutex::new(world)),
            account,
            spec,
            sheet,
            _folder: folder,
            allowed: Mutex::new(names.clone().map(|name| (name, 2)).collect()),
            people: names.collect(),
            before,
            mistake,
        }
    }

    fn world(&self) -> std::sync::MutexGuard<'_, World> {
        self.world.lock().expect("unpoisoned")
    }

    /// How the world is in one night; the last ones are spared.
    fn turn(&self, night: u64) {
        let mut world = self.world();
        world.listed = 0;
        let death = world.chance.below(4 + 4 * self.people.len() as u64);
        let applied = world.chance.percent(50);
        world.death = (night < HOSTILE && world.chance.percent(60)).then_some((death, applied));
        if night >= HOSTILE {
            (world.hostility, world.nonsense) = (0, 0);
        }
    }

    /// One night: the sheet comes again, or the run before is gone on with. A process that dies leaves what it had written.
    fn night(&self, night: u64) {
        let (stop, dead) = (Stop::default(), Arc::new(Mutex::new(false)));
        let wire = LastWire {
            world: self.world.clone(),
            dead: dead.clone(),
            stop: stop.clone(),
        };
        let pacer = Pacer::new(self.account.rate);
        let vendor = self.account.vendor.clone();
        let client = Client::new(wire, vendor, Credentials::default(), pacer, stop.clone());
        let client = client.with_lanes(self.account.lanes);
        let session = Session::on(Arc::clone(&self.runtime), client, stop);
        let ledger = Box::new(Mortal {
            ledger: self.ledger.clone(),
            dead,
            mistake: self.mistake,
        });
        let sending = Sending::of(&self.spec.delivery);
        let unfinished = self.ledger.unfinished().expect("readable");
        let takes_up = night > 0 && self.chance.lock().expect("unpoisoned").percent(40);
        match unfinished.first().filter(|_| takes_up) {
            Some(run) => self.take_up(run, &session, ledger, &sending),
            None => self.import(&session, ledger, &sending),
        }
    }

    fn import(&self, session: &Session<LastWire>, ledger: Box<Mortal>, sending: &Sending<'_>) {
        let reading = &self.spec.reading;
        let mut sheet = OpenedSheet::open(&self.sheet, reading, None, None).expect("a sheet");
        let import = Import::of(&self.spec, &sheet, (&self.account, session), &Silent);
        // What stops a night, the next one takes up.
        let _ = import.expect("an import").run(&mut sheet, ledger, sending);
    }

    fn take_up(
        &self,
        run: &Run,
        session: &Session<LastWire>,
        mut ledger: Box<Mortal>,
        sending: &Sending<'_>,
    ) {
        let lease = ledger.ledger.resume(run).expect("nobody else");
        self.plant(&mut ledger.ledger, &lease);
        let handle = RunHandle {
            ledger,
            lease,
            account: &self.account,
            session,
            host: &Silent,
        };
        let _ = resume(handle, run, Doubtful::Stay, sending);
    }

    /// What a faulty process would find in its ledger after a crash.
    fn plant(&self, ledger: &mut Memory, lease: &rolo::ledger::Lease) {
        if self.mistake == Mistake::SkipsTheLookUp {
            let doubtful = ledger.doubtful(lease.run()).expect("readable");
            let numbers: Vec<u64> = doubtful.iter().map(|step| step.number).collect();
            ledger.reopen(lease, &numbers).expect("writable");
        }
    }

    /// Nights until all is done; what broke says in what world.
    pub(super) fn run(&self) -> Result<(), String> {
        let _inside = self.runtime.enter();
        self.nights().map_err(|why| {
            let world = self.world();
            let (lag, pages, nonsense) = (world.lag, world.pages, world.nonsense);
            format!("{why}; lag {lag:?}, pages {pages:?}, nonsense {nonsense} %")
        })
    }

    fn nights(&self) -> Result<(), String> {
        for night in 0..NIGHTS {
            self.turn(night);
            self.night(night);
            self.keeps_the_law()?;
            if night >= HOSTILE && self.is_done() {
                return self.judge();
            }
            if night >= HOSTILE && night % 2 == 1 {
                self.a_person_looks();
            }
        }
        Err(format!("it is never done: {:?} are open", self.open()))
    }

    /// The rows that some run has sent and that are in doubt; a row that an earlier run left so is that one's.
    fn open(&self) -> Vec<(RunId, u64)> {
        let mut open = Vec::new();
        for run in self.ledger.runs(usize::MAX).expect("readable") {
            let told = self.ledger.each_step(&run.id, &mut |settled| {
                if settled.fate == Fate::InDoubt && settled.step.action != Action::Doubt {
                    open.push((run.id.clone(), settled.step.number));
                }
                Ok(())
            });
            told.expect("readable");
        }
        open
    }

    /// How often each name of the sheet is there, strangers aside.
    fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        let world = self.world();
        for record in world.records().filter(|record| !is_stranger(record)) {
            *counts.entry(text(record, "name").to_owned()).or_default() += 1;
        }
        counts
    }

    /// What holds after every night, whatever it met.
    fn keeps_the_law(&self) -> Result<(), String> {
        for (name, count) in self.counts() {
            if count > 1 {
                return Err(format!("{name} is there {count} times"));
            }
        }
        let world = self.world();
        let there: Vec<&Value> = world.records().take(self.before.len()).collect();
        if there != self.before.iter().collect::<Vec<_>>() {
            return Err("somebody who was there before has changed".to_owned());
        }
        for (name, allowed) in &*self.allowed.lock().expect("unpoisoned") {
            let sent = world.sent.iter().filter(|sent| *sent == name).count();
            if sent > *allowed {
                return Err(format!("{name} was sent {sent} times, of {allowed}"));
            }
        }
        Ok(())
    }

    /// Whether the last run has brought everybody there, and nothing is open.
    fn is_done(&self) -> bool {
        let runs = self.ledger.runs(usize::MAX).expect("readable");
        let last = runs.first().expect("a run");
        let fine = last.totals.created + last.totals.unchanged == self.people.len() as u64;
        fine && self.open().is_empty()
    }

    /// A person looks at what is really there, and says of each row in doubt which record it is, or that it is absent.
    fn a_person_looks(&self) {
        let mut ledger = self.ledger.clone();
        for run in ledger.doubtful_runs(&self.account.book).expect("readable") {
            let lease = ledger.resume(&run).expect("nobody else");
            for step in ledger.doubtful(&run.id).expect("readable") {
                let Some(payload) = &step.payload else {
                    continue;
                };
                let name = text(&payload.body.to_value(), "name").to_owned();
                let decision = self.whose(&name).map_or(Decision::Absent, Decision::Is);
                if decision == Decision::Absent {
                    let mut allowed = self.allowed.lock().expect("unpoisoned");
                    *allowed.entry(name).or_default() += 2;
                }
                // What another run has found meanwhile is its own.
                let _ = ledger.decide(&lease, step.number, &decision);
            }
            ledger.end(lease, 0).expect("ended");
        }
    }

    fn whose(&self, name: &str) -> Option<RemoteId> {
        let world = self.world();
        let new = world.records().skip(self.before.len());
        let mut new = new.filter(|record| record["name"] == *name);
        let id = new
            .next()
            .map(|record| RemoteId::new(record["id"].to_string()));
        id.filter(|id| !self.ledger.owns(&self.account.book, id).expect("readable"))
    }

    /// Everybody of the sheet is there once.
    fn judge(&self) -> Result<(), String> {
        let wanted: BTreeMap<String, usize> =
            self.people.iter().map(|name| (name.clone(), 1)).collect();
        let found = self.counts();
        if found == wanted {
            Ok(())
        } else {
            Err(format!("wanted {wanted:?}, found {found:?}"))
        }
    }
}

fn is_stranger(record: &Value) -> bool {
    record["note"] == "a stranger"
}
