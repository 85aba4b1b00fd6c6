//! One seed: a sheet, a vendor, and the lives of the processes that bring the one to the other.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rolo::backend::{Credentials, Payload, Rate};
use rolo::ledger::{
    Decision, Given, Lease, Links as _, Memory, NewRun, Runs as _, Steps as _, Store,
};
use rolo::model::{BookId, ContactKey, RemoteId, RunId, ScopedKey};
use rolo::plan::{Action, Fate, Step};
use rolo::transport::{Client, Pacer, Stop};
use rolo::upload::{self, DeliveryOptions};
use rolo::wire::JsonList;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::Mistake;
use super::chance::Chance;
use super::mortal::Mortal;
use super::names::Names;
use super::world::{FOR_EVER, Kept, Lag, Pages, SETTLE_AFTER, Wire, World};

/// So many lives are hostile.
const HOSTILE: u64 = 8;
/// So many lives there are at the most.
const LIVES: u64 = 60;

/// One sheet under one seed.
pub(super) struct Trial {
    ledger: Memory,
    world: Arc<Mutex<World>>,
    book: BookId,
    steps: Vec<Step>,
    mistake: Mistake,
    /// How often each name may have been sent: twice for each row, and twice more for each word of a person.
    allowed: Mutex<BTreeMap<String, usize>>,
}

fn payload(who: u64) -> Payload {
    Payload::of(json!({"name": format!("Person {who}"), "note": format!("note of {who}")}))
}

fn name_of(step: &Step) -> String {
    name(&step.payload.as_ref().expect("a payload").body)
}

fn name(record: &Value) -> String {
    record["name"].as_str().expect("a name").to_owned()
}

fn create(number: u64, who: u64) -> Step {
    Step {
        number,
        row: number + 2,
        key: ContactKey::new(format!("k{number}")),
        parent: None,
        action: Action::Create,
        remote: None,
        payload: Some(payload(who)),
        identity: None,
        record: None,
        cells: JsonList::default(),
        remarks: JsonList::default(),
        lost: JsonList::default(),
        changes: vec![],
    }
}

fn scoped(step: &Step) -> ScopedKey {
    ScopedKey {
        key: step.key.clone(),
        parent: None,
    }
}

pub(super) fn lag(chance: &mut Chance) -> Lag {
    match chance.below(10) {
        0..=3 => Lag::None,
        4 | 5 => Lag::Whole(Duration::from_millis(chance.below(25_000))),
        6 => Lag::Forever,
        7 | 8 => Lag::Each,
        _ => Lag::Late,
    }
}

pub(super) fn pages(chance: &mut Chance) -> Pages {
    match chance.below(10) {
        0..=6 => Pages::Honest,
        7 => Pages::Whole,
        8 => Pages::First,
        _ => Pages::LastAgain,
    }
}

impl Trial {
    pub(super) fn new(seed: u64, mistake: Mistake) -> Self {
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
        let steps = (0..).zip(&who).map(|(number, who)| create(number, *who));
        let steps: Vec<Step> = steps.collect();
        // Somebody else has made some of them already, word by word.
        let there = (0..chance.below(10)).map(|n| chance.below(rows + n));
        let there: Vec<u64> = there.collect();
        let old = |(id, who): (u64, u64)| {
            let mut record = payload(who).body.to_value();
            record["id"] = json!(id);
            Kept::of_old(record)
        };
        let book: Vec<Kept> = (1..).zip(there).map(old).collect();
        let hostility = chance.below(45);
        let (lag, pages) = (lag(&mut chance), pages(&mut chance));
        let nonsense = if chance.percent(20) { 15 } else { 0 };
        let mut world = World::calm(chance, book);
        (world.lag, world.pages) = (lag, pages);
        (world.nonsense, world.hostility) = (nonsense, hostility);
        let mut allowed = BTreeMap::new();
        for step in &steps {
            *allowed.entry(name_of(step)).or_default() += 2;
        }
        Self {
            allowed: Mutex::new(allowed),
            ledger: Memory::new(),
            world: Arc::new(Mutex::new(world)),
            book: BookId::new(format!("{mistake:?} {seed}")),
            steps,
            mistake,
        }
    }

    /// So many rows to a vendor that tells the truth and is well, but for the first creates, which never arrive; how many
    /// rows are created and in doubt after one life, and how many creates were sent.
    pub(super) async fn lost(rows: u64, lost: u64) -> (u64, u64, usize) {
        let mut trial = Self::new(0, Mistake::None);
        trial.steps = (0..rows).map(|row| create(row, row)).collect();
        {
            let mut world = trial.world();
            (world.hostility, world.nonsense, world.to_lose) = (0, 0, lost);
            (world.lag, world.pages) = (Lag::None, Pages::Honest);
        }
        let run = trial.live(None).await;
        let totals = trial.open().run(run.as_str()).expect("it").totals;
        let sent = trial.world().sent.len();
        (totals.created, totals.in_doubt, sent)
    }

    fn world(&self) -> std::sync::MutexGuard<'_, World> {
        self.world.lock().expect("unpoisoned")
    }

    fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for record in self.world().records() {
            *counts.entry(name(record)).or_default() += 1;
        }
        counts
    }

    fn open(&self) -> Memory {
        self.ledger.clone()
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

    /// One life of the process: takes a run up again, or begins one with what no run has brought there yet, and delivers
    /// until it is done or dead.
    async fn live(&self, taken_up: Option<&RunId>) -> RunId {
        let mut ledger = self.open();
        let lease = match taken_up {
            None => ledger.begin(&self.about()).expect("a run"),
            Some(id) => {
                let run = ledger.run(id.as_str()).expect("the run");
                let lease = ledger.resume(&run).expect("resumed");
                self.plant(&mut ledger, &lease);
                lease
            }
        };
        let dead = Arc::new(Mutex::new(false));
        let ledger = Mortal {
            ledger,
            dead: dead.clone(),
            mistake: self.mistake,
        };
        let dies = Arc::new(Notify::new());
        tokio::select! {
            () = self.deliver(ledger, &lease, (taken_up.is_none(), dies.clone())) => {}
            () = dies.notified() => *dead.lock().expect("unpoisoned") = true,
        }
        // The dead process's threads end with it.
        while Arc::strong_count(&dead) > 1 {
            std::thread::yield_now();
        }
        lease.run().clone()
    }

    /// What a faulty process would find in its ledger after a crash: steps that were never marked as sent, or steps
    /// in doubt that nobody looks up.
    fn plant(&self, ledger: &mut Memory, lease: &Lease) {
        let mut planted = Vec::new();
        ledger
            .each_step(lease.run(), &mut |settled| {
                let crashed =
                    settled.message.as_deref() == Some("the run ended before an answer came");
                let doubtful = settled.fate == Fate::InDoubt;
                if match self.mistake {
                    Mistake::SkipsTheClaim => doubtful && crashed,
                    Mistake::SkipsTheLookUp => doubtful && !crashed,
                    _ => false,
                } {
                    planted.push(settled.step.number);
                }
                Ok(())
            })
            .expect("readable");
        ledger.reopen(lease, &planted).expect("writable");
    }

    /// The contacts of the sheet that a new run sends: those that are neither linked nor in doubt.
    fn plan(&self, ledger: &mut dyn Store, lease: &Lease) {
        let keys: Vec<ScopedKey> = self.steps.iter().map(scoped).collect();
        let known = ledger.known(&self.book, &keys).expect("readable");
        let is_new = |step: &&Step| {
            let key = scoped(step);
            !known.links.contains_key(&key) && !known.doubts.contains_key(&key)
        };
        let steps: Vec<Step> = self.steps.iter().filter(is_new).cloned().collect();
        ledger.add(lease, &steps).expect("added");
        ledger.planned(lease).expect("planned");
    }

    async fn deliver(
        &self,
        mut ledger: Mortal,
        lease: &Lease,
        (is_new, dies): (bool, Arc<Notify>),
    ) {
        let (stop, pacer) = (Stop::default(), Pacer::new(Rate::per_second(1000)));
        let vendor = Arc::new(Names {
            mistake: self.mistake,
        });
        let line = Wire {
            world: self.world.clone(),
            dies,
        };
        let client = Client::new(line, vendor, Credentials::default(), pacer, stop.clone());
        let options = DeliveryOptions {
            lanes: 3,
            ahead: 4,
            stop_after: 0,
            max_errors: 0,
            limit: 0,
            canary: 0,
            settle_after: SETTLE_AFTER,
            promise: upload::Promise::Told,
        };
        let earlier =
            upload::reconcile_earlier(&client, &mut ledger, lease, &stop, SETTLE_AFTER).await;
        if is_new {
            self.plan(&mut ledger, lease);
        }
        if earlier.is_err() {
            return;
        }
        ledger.supersede(lease).expect("writable");
        // A delivery that ends early is taken up again by the next life.
        if let Ok((mut ledger, _)) =
            upload::deliver(&client, Box::new(ledger), lease, &stop, options, |_| {}).await
        {
            ledger.end(lease.clone(), 0).expect("ended");
        }
    }

    /// How the world is in one life; the last ones are spared.
    fn turn(&self, life: u64) {
        let mut world = self.world();
        world.listed = 0;
        let death = world.chance.below(3 + 3 * self.steps.len() as u64);
        let applied = world.chance.percent(50);
        world.death = (life < HOSTILE && world.chance.percent(70)).then_some((death, applied));
        if life >= HOSTILE {
            (world.hostility, world.nonsense) = (0, 0);
        }
    }

    /// Lives until all is done; what broke says in what world.
    pub(super) async fn run(&self) -> Result<(), String> {
        self.lives().await.map_err(|why| {
            let world = self.world();
            let (lag, pages, nonsense) = (world.lag, world.pages, world.nonsense);
            format!("{why}; lag {lag:?}, pages {pages:?}, nonsense {nonsense} %")
        })
    }

    async fn lives(&self) -> Result<(), String> {
        let before = self.counts();
        let mut runs: Vec<RunId> = Vec::new();
        for life in 0..LIVES {
            self.turn(life);
            let taken_up = self.taken_up(&runs, life);
            let run = self.live(taken_up.as_ref()).await;
            if !runs.contains(&run) {
                runs.push(run);
            }
            self.keeps_the_law(&before, &runs)?;
            if self.is_done(&runs) {
                return self.judge(&before);
            }
            if life >= HOSTILE && life % 2 == 1 {
                self.a_person_looks(&runs);
            }
        }
        Err("it is never done".to_owned())
    }

    /// Which run a life takes up: mostly the latest; now and then a sheet comes again, or an older run is resumed.
    fn taken_up(&self, runs: &[RunId], life: u64) -> Option<RunId> {
        let chance = &mut self.world().chance;
        let which = match runs.len() {
            0 => return None,
            _ if life < HOSTILE && chance.percent(20) => return None,
            many if chance.percent(30) || life >= HOSTILE => {
                usize::try_from(chance.below(many as u64)).expect("few")
            }
            many => many - 1,
        };
        Some(runs[which].clone())
    }

    /// Whether every contact is linked, and nothing waits or is in doubt.
    fn is_done(&self, runs: &[RunId]) -> bool {
        let ledger = self.open();
        let keys: Vec<ScopedKey> = self.steps.iter().map(scoped).collect();
        let known = ledger.known(&self.book, &keys).expect("readable");
        let is_open = |run: &RunId| {
            let totals = ledger.run(run.as_str()).expect("it").totals;
            totals.in_doubt > 0
        };
        known.links.len() == keys.len() && !runs.iter().any(is_open)
    }

    /// What holds at the end of every life, whatever it met.
    fn keeps_the_law(
        &self,
        before: &BTreeMap<String, usize>,
        runs: &[RunId],
    ) -> Result<(), String> {
        let wanted = self.wanted(before);
        for (name, count) in self.counts() {
            if count > wanted.get(&name).copied().unwrap_or_default() {
                return Err(format!("{name} is there {count} times"));
            }
        }
        let world = self.world();
        for (name, allowed) in &*self.allowed.lock().expect("unpoisoned") {
            let sent = world.sent.iter().filter(|sent| *sent == name).count();
            if sent > *allowed {
                return Err(format!("{name} was sent {sent} times, of {allowed}"));
            }
        }
        if world.listed > FOR_EVER {
            return Err("a list was read for ever".to_owned());
        }
        self.says_what_it_should(&world, runs)
    }

    /// Every row in doubt has a reason, and no reason holds a secret.
    fn says_what_it_should(&self, world: &World, runs: &[RunId]) -> Result<(), String> {
        let ledger = self.open();
        let mut wrong = None;
        for run in runs {
            // Of a dead run the next one says what it left.
            let is_over = ledger.run(run.as_str()).expect("it").ended.is_some();
            let told = ledger.each_step(run, &mut |settled| {
                let number = settled.step.number;
                let said = settled.message.unwrap_or_default();
                if settled.fate == Fate::InDoubt && is_over && said.is_empty() {
                    wrong = Some(format!("row {number} is in doubt without a word"));
                }
                if world.tokens.iter().any(|token| said.contains(token)) {
                    wrong = Some(format!("row {number} tells a secret"));
                }
                Ok(())
            });
            told.expect("readable");
        }
        wrong.map_or(Ok(()), Err)
    }

    fn wanted(&self, before: &BTreeMap<String, usize>) -> BTreeMap<String, usize> {
        let mut wanted = before.clone();
        for step in &self.steps {
            *wanted.entry(name_of(step)).or_default() += 1;
        }
        wanted
    }

    /// A person looks at what is really there, and says of each row in doubt which record it is, or that it is absent; from
    /// then on that counts as the first time it was sent.
    fn a_person_looks(&self, runs: &[RunId]) {
        let mut ledger = self.open();
        for run in runs {
            let doubtful: Vec<Step> = ledger.doubtful(run).expect("readable");
            if doubtful.is_empty() {
                continue;
            }
            let about = ledger.run(run.as_str()).expect("it");
            let lease = ledger.resume(&about).expect("nobody else");
            for step in doubtful {
                let decision = match self.whose(&ledger, &step) {
                    Some(id) => Decision::Is(id),
                    None => Decision::Absent,
                };
                ledger
                    .decide(&lease, step.number, &decision)
                    .expect("written");
                if decision == Decision::Absent {
                    let mut allowed = self.allowed.lock().expect("unpoisoned");
                    *allowed.entry(name_of(&step)).or_default() += 2;
                }
            }
            ledger.end(lease, 0).expect("ended");
        }
    }

    /// A record that says what the step says, that was not there before, and that is nobody's.
    fn whose(&self, ledger: &Memory, step: &Step) -> Option<RemoteId> {
        let world = self.world();
        let old: HashSet<u64> = (1..=world.old as u64).collect();
        let name = name_of(step);
        let says = |record: &&Value| {
            let id = record["id"].as_u64().expect("an id");
            record["name"] == *name && !old.contains(&id)
        };
        let ids = world.records().filter(says);
        let mut ids = ids.map(|record| RemoteId::new(record["id"].to_string()));
        ids.find(|id| !ledger.owns(&self.book, id).expect("readable"))
    }

    /// Every contact is there once more than before: as often as the sheet has it.
    fn judge(&self, before: &BTreeMap<String, usize>) -> Result<(), String> {
        let (wanted, found) = (self.wanted(before), self.counts());
        if found == wanted {
            Ok(())
        } else {
            Err(format!("wanted {wanted:?}, found {found:?}"))
        }
    }
}
