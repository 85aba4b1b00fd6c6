//! How a client is let in, and what must not be repeated for that: every answer comes in here, and nothing that others say
//! leaves this place without the secrets that it might quote.

use std::sync::PoisonError;
use std::time::Duration;

use super::client::{Client, NoReply, Parts, RequestAccess};
use super::connection::{SendError, Transport};
use super::outcome::Halt;
use super::ratelimit::{OnItsWay, Permit};
use crate::backend::{Pass, SignIn};
use crate::wire::{Effect, Exchange, Method, Next, Refusal, Reply, Request, Secrets};

/// How long an answer to a change is waited for once the stop was said: whoever says it gives a program ten seconds.
const GRACE: Duration = Duration::from_secs(7);

impl<L: Transport> Client<L> {
    /// Sends a request once; what comes of it knows what must not be repeated of it.
    pub(super) async fn sent(
        &self,
        permit: Permit,
        effect: Effect,
        request: &Request,
        parts: &mut Parts<'_>,
    ) -> Result<Reply, SendError> {
        let on_its_way = OnItsWay::new(&self.pacer, permit);
        let before = self.secrets().with(request.secrets());
        let sending = async {
            let Some(each) = &mut parts.0 else {
                return self.transport.send(request).await;
            };
            let mut part = |reply: Reply| {
                let secrets = before.clone();
                each(Reply { secrets, ..reply });
            };
            self.transport.send_for_list(request, &mut part).await
        };
        let answer = tokio::select! {
            biased;
            answer = sending => answer,
            () = self.given_up(effect) => Err(SendError::NoAnswer(
                "the run was stopped before the answer was there".to_owned(),
            )),
        };
        on_its_way.ended(answer.as_ref().ok());
        let secrets = self.secrets().with(request.secrets());
        let masked = |why: String| secrets.mask(&why).into_owned();
        match answer {
            Ok(reply) => Ok(Reply { secrets, ..reply }),
            Err(SendError::NeverLeft(why)) => Err(SendError::NeverLeft(masked(why))),
            Err(SendError::NoAnswer(why)) => Err(SendError::NoAnswer(masked(why))),
            Err(SendError::TooLarge(why)) => Err(SendError::TooLarge(masked(why))),
        }
    }

    /// Waits until an answer is not worth waiting for any more: the stop was said, and what only reads is of no use then,
    /// while a change has some seconds left to be answered.
    async fn given_up(&self, effect: Effect) {
        self.stop.requested().await;
        if effect != Effect::Reads {
            tokio::time::sleep(GRACE).await;
        }
    }

    fn secrets(&self) -> Secrets {
        let known = self.secrets.lock();
        known.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Learns a pass as it stands on a request.
    fn learn(&self, pass: &Pass) {
        let shown = Request::new(Method::Get, "/");
        let request = self.vendor.authorize(shown, pass);
        let mut known = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        *known = known.with(request.secrets().into_iter().chain([pass.expose()]));
    }

    /// The present pass, if it can be had without waiting.
    pub(super) fn held_pass(&self) -> Option<Pass> {
        self.pass.try_lock().ok()?.clone()
    }

    /// The present pass; asks for one where there is none. One asks, the others wait for it.
    pub(super) async fn pass(&self, attempts: &mut u32) -> Result<Pass, NoReply> {
        let mut held = self.pass.lock().await;
        if let Some(pass) = &*held {
            return Ok(pass.clone());
        }
        let pass = match self.vendor.sign_in(&self.credentials) {
            SignIn::Ready(pass) => pass,
            SignIn::Ask(exchange) => self.asked_pass(exchange, attempts).await?,
        };
        self.learn(&pass);
        *held = Some(pass.clone());
        Ok(pass)
    }

    async fn asked_pass(&self, ask: Exchange<Pass>, attempts: &mut u32) -> Result<Pass, NoReply> {
        let parts = &mut Parts(None);
        let asked = (attempts, parts);
        let reply = Box::pin(self.reply(ask.effect, ask.request, RequestAccess::Open, asked));
        let reply = reply.await.map_err(|missing| match missing {
            // Nothing is applied by a sign-in, but nobody gets in without its answer.
            NoReply::InDoubt(why) => NoReply::NotSent(Halt::Unavailable(why)),
            halted @ NoReply::NotSent(_) => halted,
        })?;
        match (ask.read)(&reply) {
            Ok(Next::Done(pass)) => Ok(pass),
            Ok(Next::Then { .. }) => {
                let why = "the sign-in asks for a second step".to_owned();
                Err(NoReply::NotSent(Halt::SignIn(why)))
            }
            Err(refusal) => {
                let refusal = without_pass(refusal, &reply);
                Err(NoReply::NotSent(Halt::SignIn(refusal.to_string())))
            }
        }
    }

    /// Gives up a pass that was refused; `false` where signing in anew would bring the same one.
    pub(super) async fn sign_in_anew(&self, refused: &Pass) -> bool {
        let mut held = self.pass.lock().await;
        // Another lane may have signed in anew since.
        if held
            .as_ref()
            .is_some_and(|pass| pass.expose() == refused.expose())
        {
            if matches!(self.vendor.sign_in(&self.credentials), SignIn::Ready(_)) {
                return false;
            }
            *held = None;
        }
        true
    }
}

/// The refusal of an answer to a sign-in. A yes that could not be read may hold a pass all the same, which nobody knows for
/// one yet: of such an answer only the words are kept that say what is wrong, and otherwise the names of what it holds.
fn without_pass(refusal: Refusal, reply: &Reply) -> Refusal {
    /// Where vendors say what is wrong.
    const WORDS: [&str; 4] = ["error", "errors", "message", "detail"];
    let Some(value) = reply.value().filter(|_| reply.is_success()) else {
        return match reply.body.trim_ascii_start().first() {
            // A page of whatever stands before the vendor, and no pass.
            Some(b'<') | None => refusal,
            _ if !reply.is_success() => refusal,
            _ => Refusal {
                message: "the answer to the sign-in is no JSON".to_owned(),
                ..refusal
            },
        };
    };
    let mut said = serde_json::Map::new();
    let mut names = Vec::new();
    for (name, member) in value.as_object().into_iter().flatten() {
        names.push(name.as_str());
        if WORDS.contains(&name.as_str()) && !member.is_null() {
            said.insert(name.clone(), member.clone());
        }
    }
    if said.is_empty() {
        let names = reply.secrets.mask(&names.join("`, `")).into_owned();
        let message =
            format!("the answer to the sign-in holds no token: its members are `{names}`");
        return Refusal { message, ..refusal };
    }
    let body = serde_json::Value::from(said).to_string().into_bytes();
    let reply = Reply {
        body,
        ..reply.clone()
    };
    Refusal::of(&reply)
}
