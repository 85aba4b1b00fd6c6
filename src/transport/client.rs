//! A client of one target: it signs in, keeps the pace, and sends a request as often as the retry table allows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use super::connection::{SendError, Transport};
use super::https::Https;
use super::outcome::{ExchangeOutcome, Halt};
use super::ratelimit::Pacer;
use super::retry::{Attempt, History, RetryDecision, RetryPolicy, leaves_open};
use super::stop::Stop;
use crate::backend::{Credentials, Pass, Vendor};
use crate::wire::{Effect, Exchange, Next, Refusal, Reply, Request, Secrets};

/// A target, reached over one connection pool at one pace.
pub struct Client<L = Https> {
    pub(super) transport: L,
    pub(super) vendor: Arc<dyn Vendor>,
    pub(super) credentials: Credentials,
    /// What must not be repeated of an answer: the credentials, and every pass that was got with them.
    pub(super) secrets: std::sync::Mutex<Secrets>,
    pub(super) pass: Mutex<Option<Pass>>,
    pub(super) pacer: Pacer,
    retry: RetryPolicy,
    /// How many lists are read side by side.
    lanes: usize,
    pub(super) stop: Stop,
    requests: AtomicU64,
    retries: AtomicU64,
}

impl<L: Transport> Client<L> {
    /// A client that has not signed in yet.
    pub fn new(
        transport: L,
        vendor: Arc<dyn Vendor>,
        credentials: Credentials,
        pacer: Pacer,
        stop: Stop,
    ) -> Self {
        let retry = RetryPolicy::default();
        Self {
            transport,
            vendor,
            secrets: std::sync::Mutex::new(credentials.secrets()),
            credentials,
            pass: Mutex::new(None),
            pacer,
            retry,
            stop,
            requests: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            lanes: 1,
        }
    }

    /// The vendor at the other end.
    pub fn vendor(&self) -> &dyn Vendor {
        self.vendor.as_ref()
    }

    /// The same with so many lanes: how many requests may be under way at once where several can be.
    #[must_use]
    pub fn with_lanes(self, lanes: usize) -> Self {
        let lanes = lanes.max(1);
        Self { lanes, ..self }
    }

    /// How many requests may be under way at once; one, unless it was said otherwise.
    pub fn lanes(&self) -> usize {
        self.lanes
    }

    /// How many requests were sent, sign-in and repeats included.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Whether one more retry is within the run's budget; if so, it is spent.
    fn may_retry(&self) -> bool {
        let spent = self.retries.fetch_add(1, Ordering::Relaxed);
        spent < self.retry.budget(self.requests())
    }

    /// Signs in, so that wrong credentials are known before anything is sent.
    pub async fn sign_in(&self) -> Result<(), Halt> {
        self.pass(&mut 0)
            .await
            .map(|_| ())
            .map_err(|missing| match missing {
                NoReply::NotSent(halt) => halt,
                NoReply::InDoubt(why) => Halt::Unavailable(why),
            })
    }

    /// Carries an exchange to its end; adds to `attempts` how many requests were sent.
    pub async fn ask<T>(&self, exchange: Exchange<T>, attempts: &mut u32) -> ExchangeOutcome<T> {
        let mut exchange = exchange;
        let mut done = None;
        loop {
            let Exchange {
                effect,
                request,
                read,
            } = exchange;
            let asked = (&mut *attempts, &mut Parts(None));
            let reply = self
                .reply(effect, request, RequestAccess::SignedIn, asked)
                .await;
            let failed = match reply.map(|reply| read(&reply)) {
                Ok(Ok(Next::Done(answer))) => return ExchangeOutcome::Done(answer),
                Ok(Ok(Next::Then { so_far, rest })) => {
                    done = so_far.or(done);
                    exchange = *rest;
                    continue;
                }
                Ok(Err(refusal)) => ExchangeOutcome::Refused(refusal),
                Err(NoReply::InDoubt(why)) => ExchangeOutcome::InDoubt(why),
                Err(NoReply::NotSent(halt)) => ExchangeOutcome::NotSent(halt),
            };
            return match done {
                Some(so_far) => ExchangeOutcome::Partly(so_far, failed.describe()),
                None => failed,
            };
        }
    }

    /// One answer to one request, however often it must be sent for it.
    pub(super) async fn reply(
        &self,
        effect: Effect,
        request: Request,
        access: RequestAccess,
        (attempts, parts): (&mut u32, &mut Parts<'_>),
    ) -> Result<Reply, NoReply> {
        let mut open = None;
        let reply = self
            .repeated(effect, request, parts, (access, attempts, &mut open))
            .await;
        match (reply, open) {
            // That a later try was not sent does not undo an earlier one.
            (Err(NoReply::NotSent(_)), Some(why)) if effect != Effect::Reads => {
                Err(NoReply::InDoubt(why))
            }
            (reply, _) => reply,
        }
    }

    /// Sends a request until it has an answer; `open` says why, once a try may have been applied.
    async fn repeated(
        &self,
        effect: Effect,
        mut request: Request,
        parts: &mut Parts<'_>,
        (access, attempts, open): (RequestAccess, &mut u32, &mut Option<String>),
    ) -> Result<Reply, NoReply> {
        let (mut sent, mut held, mut signed_in) = (0, 0, false);
        let own_headers = request.headers.len();
        loop {
            let pass = match (access, self.held_pass()) {
                (RequestAccess::Open, _) => None,
                (RequestAccess::SignedIn, None) => Some(Box::pin(self.pass(attempts)).await?),
                (RequestAccess::SignedIn, held) => held,
            };
            let Some(permit) = self.pacer.permit(&self.stop).await else {
                return Err(NoReply::NotSent(Halt::Stopped));
            };
            if let Some(pass) = &pass {
                // An earlier attempt may have had another pass.
                request.headers.truncate(own_headers);
                request = self.vendor.authorize(request, pass);
            }
            let answer = self.sent(permit, effect, &request, parts).await;
            sent += 1;
            self.requests.fetch_add(1, Ordering::Relaxed);
            *attempts += 1;
            let (event, why) = match &answer {
                Ok(reply) => (Attempt::Answered(reply), String::new()),
                Err(SendError::NeverLeft(why)) => (Attempt::NeverLeft, why.clone()),
                Err(SendError::NoAnswer(why) | SendError::TooLarge(why)) => {
                    (Attempt::NoAnswer, why.clone())
                }
            };
            if let Some(why) = left_open(&answer) {
                *open = Some(why);
            }
            let jitter = fastrand::f64();
            let history = History {
                sent,
                held,
                jitter,
                now: jiff::Timestamp::now(),
            };
            let mut verdict = self.retry.decide(effect, &event, &history);
            let is_final = matches!(answer, Err(SendError::TooLarge(_)));
            if matches!(verdict, RetryDecision::Retry(_)) && (is_final || !self.may_retry()) {
                verdict = RetryPolicy::last(&event);
            }
            match (verdict, answer) {
                (RetryDecision::Retry(wait), _) => self.wait(wait).await?,
                (RetryDecision::Hold(wait), _) => {
                    // A refused request was not applied, so it does not count as sent.
                    (sent, held) = (sent - 1, held + 1);
                    self.pacer.hold(wait);
                }
                (RetryDecision::SignIn, Ok(reply)) => {
                    let Some(pass) = pass else { return Ok(reply) };
                    let again = self.sign_in_anew(&pass).await;
                    if signed_in || !again {
                        let refusal = Refusal::of(&reply).to_string();
                        return Err(NoReply::NotSent(Halt::SignIn(refusal)));
                    }
                    (sent, signed_in) = (sent - 1, true);
                }
                (RetryDecision::InDoubt, Ok(reply)) => {
                    return Err(NoReply::InDoubt(Refusal::of(&reply).to_string()));
                }
                (RetryDecision::InDoubt, Err(_)) => return Err(NoReply::InDoubt(why)),
                (RetryDecision::GiveUp, Ok(reply)) => {
                    let refusal = Refusal::of(&reply).to_string();
                    return Err(NoReply::NotSent(Halt::Unavailable(refusal)));
                }
                (RetryDecision::Read, Ok(reply)) => return Ok(reply),
                (_, Err(_)) => return Err(NoReply::NotSent(Halt::Unavailable(why))),
            }
        }
    }

    async fn wait(&self, wait: std::time::Duration) -> Result<(), NoReply> {
        tokio::select! {
            () = self.stop.requested() => Err(NoReply::NotSent(Halt::Stopped)),
            () = tokio::time::sleep(wait) => Ok(()),
        }
    }
}

/// Why it is not known whether a request was applied, where that is so.
fn left_open(answer: &Result<Reply, SendError>) -> Option<String> {
    match answer {
        Ok(reply) if leaves_open(reply.status) => Some(Refusal::of(reply).to_string()),
        Err(SendError::NoAnswer(why) | SendError::TooLarge(why)) => Some(why.clone()),
        _ => None,
    }
}

/// Why a reply is missing.
pub(super) enum NoReply {
    InDoubt(String),
    NotSent(Halt),
}

/// Whether a request needs a pass.
#[derive(Clone, Copy)]
pub(super) enum RequestAccess {
    Open,
    SignedIn,
}

/// Who hears the parts of an answer before the last one; nobody, where it is no list.
pub(super) struct Parts<'a>(pub(super) Option<&'a mut dyn FnMut(Reply)>);
