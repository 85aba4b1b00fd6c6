//! The vendor's side, which lives on when the process dies: it loses requests and answers, applies late what it lost, lags
//! in its list, lies in its pages and in its ids, and repeats in its answers what it was sent.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rolo::transport::{SendError, Transport};
use rolo::wire::{Body, Method, Reply, Request};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::chance::Chance;
use super::names::PAGE;

/// How long a row whose answer was lost is looked for.
pub(super) const SETTLE_AFTER: Duration = Duration::from_secs(10);

/// So many pages no life of a process reads that ends by itself; one that asks for more is taken for hung, and killed.
pub(super) const FOR_EVER: u64 = 3_000;

/// How the list lags behind what was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lag {
    /// It does not.
    None,
    /// It shows what was there so long ago.
    Whole(Duration),
    /// It shows nothing that was made since the beginning, until the vendor is calm.
    Forever,
    /// Each record is shown after a time of its own, within the time for which it is looked for.
    Each,
    /// What was lost on its way is applied late, within that time.
    Late,
}

/// How the pages lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pages {
    /// They do not.
    Honest,
    /// Every page is the whole list.
    Whole,
    /// Every page is the first one.
    First,
    /// Behind the last page, it comes again and again.
    LastAgain,
}

/// A record of the book.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) value: Value,
    /// When it was, or will be, there.
    made: Instant,
    /// How long after that the list shows it.
    lag: Duration,
}

impl Kept {
    /// A record that was there before anything else.
    pub(super) fn of_old(value: Value) -> Self {
        Self {
            value,
            made: Instant::now(),
            lag: Duration::ZERO,
        }
    }
}

/// The vendor.
pub(super) struct World {
    pub(super) chance: Chance,
    pub(super) book: Vec<Kept>,
    pub(super) lag: Lag,
    pub(super) pages: Pages,
    /// How often it answers with an id that is none, in percent.
    pub(super) nonsense: u64,
    pub(super) token: String,
    pub(super) tokens: Vec<String>,
    pub(super) token_left: u64,
    /// How hostile it is, in percent of the requests.
    pub(super) hostility: u64,
    /// After how many more requests the process dies, and whether the last of them is applied.
    pub(super) death: Option<(u64, bool)>,
    /// The names of the creates that may have been applied.
    pub(super) sent: Vec<String>,
    /// How many pages were asked for in this life.
    pub(super) listed: u64,
    /// How many records stood there in the beginning.
    pub(super) old: usize,
    /// So many creates are lost on their way, whatever else happens.
    pub(super) to_lose: u64,
}

impl World {
    /// A vendor that tells the truth and is well, with these records.
    pub(super) fn calm(chance: Chance, book: Vec<Kept>) -> Self {
        Self {
            chance,
            old: book.len(),
            book,
            lag: Lag::None,
            pages: Pages::Honest,
            nonsense: 0,
            token: String::new(),
            tokens: vec![],
            token_left: 0,
            hostility: 0,
            death: None,
            sent: vec![],
            listed: 0,
            to_lose: 0,
        }
    }

    /// What is really there, now.
    pub(super) fn records(&self) -> impl Iterator<Item = &Value> {
        let now = Instant::now();
        let there = self.book.iter().filter(move |kept| kept.made <= now);
        there.map(|kept| &kept.value)
    }

    fn is_shown(&self, place: usize, kept: &Kept) -> bool {
        let now = Instant::now();
        let age = now.checked_duration_since(kept.made);
        match self.lag {
            Lag::None | Lag::Late => age.is_some(),
            _ if place < self.old => true,
            Lag::Forever => false,
            Lag::Whole(lag) => age.is_some_and(|age| age >= lag),
            Lag::Each => age.is_some_and(|age| age >= kept.lag),
        }
    }

    fn page(&mut self, page: usize) -> Value {
        self.listed += 1;
        let shown = self.book.iter().enumerate();
        let shown = shown.filter(|(place, kept)| self.is_shown(*place, kept));
        let shown: Vec<&Value> = shown.map(|(_, kept)| &kept.value).collect();
        let last = shown.len().saturating_sub(1) / PAGE + 1;
        let (from, most) = match self.pages {
            Pages::Honest => (page, PAGE),
            Pages::Whole => (1, usize::MAX),
            Pages::First => (1, PAGE),
            Pages::LastAgain => (page.min(last), PAGE),
        };
        let items: Vec<&Value> = shown
            .into_iter()
            .skip((from - 1) * PAGE)
            .take(most)
            .collect();
        json!({"items": items})
    }

    fn make(&mut self, body: &Value, late: Duration) -> u64 {
        let id = self.book.len() as u64 + 1;
        let mut value = body.clone();
        value["id"] = json!(id);
        let made = Instant::now() + late;
        let lag = Duration::from_millis(self.chance.below(9_000));
        self.book.push(Kept { value, made, lag });
        id
    }

    fn id_for(&mut self, id: u64) -> Value {
        if !self.chance.percent(self.nonsense) {
            return json!(id);
        }
        // Whose id it is can be found out only where the list shows the record.
        let all = self.lag == Lag::None && self.pages == Pages::Honest;
        match self.chance.below(if all { 7 } else { 4 }) {
            0 => json!(null),
            1 => json!(""),
            2 => json!([id]),
            3 => json!(7.5),
            // Another one's: of this run, or from before it.
            4 | 5 => json!(1 + self.chance.below(id)),
            _ => json!(1),
        }
    }

    fn apply(&mut self, request: &Request) -> Reply {
        let found = match (request.method, &*request.path, &request.body) {
            (Method::Post, "/token", _) => {
                self.token = format!("pass-{:016x}", self.chance.next());
                self.tokens.push(self.token.clone());
                self.token_left = 3 + self.chance.below(20);
                json!({"token": self.token})
            }
            (Method::Put, "/names", Body::Json(body)) => {
                let id = self.make(&body.to_value(), Duration::ZERO);
                json!({"id": self.id_for(id)})
            }
            (Method::Get, "/names", _) => {
                let page = request.query[0].1.parse().expect("a page");
                self.page(page)
            }
            other => panic!("{other:?}"),
        };
        Reply::json(200, &found)
    }

    fn is_let_in(&mut self, request: &Request) -> bool {
        if request.path == "/token" {
            return true;
        }
        let good = pass(request) == Some(&*self.token);
        if good && self.token_left > 0 {
            self.token_left -= 1;
            return true;
        }
        false
    }

    /// Notes a create that may have been applied.
    fn note(&mut self, request: &Request) {
        if let (Method::Put, Body::Json(body)) = (request.method, &request.body) {
            self.sent
                .push(body["name"].as_str().expect("a name").to_owned());
        }
    }

    /// What becomes of a request; `None` where the process dies before it hears.
    pub(super) fn answer(&mut self, request: &Request) -> Option<Result<Reply, SendError>> {
        match &mut self.death {
            _ if self.listed > FOR_EVER => return None,
            Some((0, _)) => {
                self.die(request);
                return None;
            }
            Some((left, _)) => *left -= 1,
            None => {}
        }
        if !self.is_let_in(request) {
            return Some(Ok(echo(401, "expired", request)));
        }
        if request.method == Method::Put && self.to_lose > 0 {
            self.to_lose -= 1;
            self.note(request);
            return Some(Err(SendError::NoAnswer("lost on the way".into())));
        }
        if !self.chance.percent(self.hostility) {
            self.note(request);
            return Some(Ok(self.apply(request)));
        }
        Some(self.hostile(request))
    }

    /// The last request of a process: it is in doubt, whether it is applied or not.
    fn die(&mut self, request: &Request) {
        self.note(request);
        if self.death.is_some_and(|(_, applied)| applied) && self.is_let_in(request) {
            self.apply(request);
        }
        self.death = Some((0, false));
    }

    fn hostile(&mut self, request: &Request) -> Result<Reply, SendError> {
        let busy = |status, after: &str| {
            let mut reply = echo(status, "busy", request);
            reply.headers.add("retry-after", after);
            Ok(reply)
        };
        let what = self.chance.below(8);
        if matches!(what, 1..=3 | 6..) {
            self.note(request);
        }
        match what {
            0 => Err(SendError::NeverLeft("refused".into())),
            1 => {
                if let (Lag::Late, Method::Put, Body::Json(body)) =
                    (self.lag, request.method, &request.body)
                {
                    let late = Duration::from_millis(self.chance.below(9_000));
                    self.make(&body.to_value(), late);
                }
                Err(SendError::NoAnswer("lost on the way".into()))
            }
            2 | 3 => {
                self.apply(request);
                Err(SendError::NoAnswer("lost on the way back".into()))
            }
            4 => busy(429, "2"),
            5 => busy(503, "1"),
            6 => Ok(echo(500, "broken before", request)),
            _ => {
                self.apply(request);
                Ok(echo(502, "broken after", request))
            }
        }
    }
}

fn pass(request: &Request) -> Option<&str> {
    let mut headers = request.headers.iter();
    let found = headers.find(|(name, _)| ["authorization", "x-names"].contains(name));
    found.map(|(_, token)| &**token)
}

/// A no that repeats what let the request in.
fn echo(status: u16, words: &str, request: &Request) -> Reply {
    let pass = pass(request).unwrap_or_default();
    Reply::json(
        status,
        &json!({"message": format!("{words}: authorization {pass}")}),
    )
}

/// The line to the world; a process that dies on it never hears an answer.
pub(super) struct Wire {
    pub(super) world: Arc<Mutex<World>>,
    pub(super) dies: Arc<Notify>,
}

impl Transport for Wire {
    async fn send(&self, request: &Request) -> Result<Reply, SendError> {
        let answer = self.world.lock().expect("unpoisoned").answer(request);
        let Some(answer) = answer else {
            self.dies.notify_one();
            return std::future::pending().await;
        };
        answer
    }
}
