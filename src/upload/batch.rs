//! Some steps as one request, and its answer as one outcome for each; a refused batch is halved until the bad
//! row stands alone.

use super::batching::exchange;
use super::promise::Promise;
use crate::backend::{Receipt, WriteResults};
use crate::plan::{Action, Fate, Moment, Outcome, Step};
use crate::transport::{Client, ExchangeOutcome, Halt, Transport};
use crate::wire::{Refusal, RefusalKind};

/// What came of some steps that were sent together.
#[derive(Debug, Default)]
pub(super) struct BatchResult {
    /// One for each step.
    pub outcomes: Vec<Outcome>,
    /// Why nothing more can be sent.
    pub halt: Option<Halt>,
    /// When the first request left.
    pub left: Moment,
}

impl BatchResult {
    /// Notes with each outcome what the order of things depends on: when what was made left, and when what is in doubt
    /// was given up, which is now.
    pub(super) fn note(&mut self, now: &mut Moment) {
        let given_up = now.advance();
        for outcome in &mut self.outcomes {
            outcome.moment = match outcome.fate {
                Fate::Created => Some(self.left),
                Fate::InDoubt => Some(given_up),
                _ => None,
            };
        }
    }

    /// Why it has no usable answer, if none of its steps has one.
    pub(super) fn unanswered(&self) -> Option<&str> {
        let all = |outcome: &Outcome| outcome.fate == Fate::InDoubt;
        let last = self.outcomes.last()?;
        let words = last.message.as_deref().unwrap_or("no answer came");
        self.outcomes.iter().all(all).then_some(words)
    }
}

/// Sends steps, and smaller parts of them where the vendor refuses the whole.
pub(super) async fn send<L: Transport>(
    client: &Client<L>,
    steps: &[Step],
    (left, promise): (Moment, Promise),
) -> BatchResult {
    let mut sent = BatchResult {
        left,
        ..BatchResult::default()
    };
    let mut ahead = vec![steps];
    while let Some(part) = ahead.pop() {
        if sent.halt.is_some() {
            sent.outcomes
                .extend(part.iter().map(|step| outcome(step, Fate::Unsent, None, 0)));
            continue;
        }
        let mut attempts = 0;
        let answer = match exchange(client.vendor(), part) {
            Some(exchange) => {
                let exchange = promise.hold(exchange, client.vendor(), part);
                client.ask(exchange, &mut attempts).await
            }
            None => ExchangeOutcome::NotSent(Halt::Unavailable(
                "the vendor can neither change nor remove a record".into(),
            )),
        };
        if let ExchangeOutcome::Refused(refusal) = &answer
            && part.len() > 1
            && matches!(refusal.status, 400 | 422)
        {
            let (front, back) = part.split_at(part.len() / 2);
            ahead.extend([back, front]);
            continue;
        }
        settle(part, answer, attempts, &mut sent);
    }
    sent
}

fn settle(
    steps: &[Step],
    answer: ExchangeOutcome<WriteResults>,
    attempts: u32,
    sent: &mut BatchResult,
) {
    let all = |fate, message: Option<String>| {
        steps
            .iter()
            .map(move |step| outcome(step, fate, message.clone(), attempts))
    };
    match answer {
        ExchangeOutcome::Done(written) => {
            sent.outcomes.extend(each(steps, written, None, attempts));
        }
        ExchangeOutcome::Partly(written, why) => {
            sent.outcomes
                .extend(each(steps, written, Some(&why), attempts));
        }
        ExchangeOutcome::Refused(refusal) => {
            let each = steps.iter().map(|step| refused(step, &refusal, attempts));
            sent.outcomes.extend(each);
        }
        ExchangeOutcome::InDoubt(why) => sent.outcomes.extend(all(Fate::InDoubt, Some(why))),
        ExchangeOutcome::NotSent(halt) => {
            sent.outcomes.extend(all(Fate::Unsent, None));
            sent.halt = Some(halt);
        }
    }
}

/// One outcome for each step; a step that the answer leaves out is in doubt.
fn each<'a>(
    steps: &'a [Step],
    written: WriteResults,
    remark: Option<&'a str>,
    attempts: u32,
) -> impl Iterator<Item = Outcome> + 'a {
    let mut written = written.into_iter();
    steps.iter().map(move |step| match written.next() {
        Some(Ok(Receipt { id, remark: own })) => {
            let fate = done(step.action);
            let message = own.or_else(|| remark.map(str::to_owned));
            Outcome {
                remote: Some(id),
                ..outcome(step, fate, message, attempts)
            }
        }
        Some(Err(refusal)) => refused(step, &refusal, attempts),
        None => {
            let message = "the vendor's answer leaves this contact out".to_owned();
            Outcome {
                accepted: true,
                ..outcome(step, Fate::InDoubt, Some(message), attempts)
            }
        }
    })
}

/// What a step is when it is done.
fn done(action: Action) -> Fate {
    match action {
        Action::Create => Fate::Created,
        Action::Delete => Fate::Deleted,
        _ => Fate::Updated,
    }
}

/// A yes that names no record, or cannot be read, leaves open what was done.
fn refused(step: &Step, refusal: &Refusal, attempts: u32) -> Outcome {
    let (fate, accepted) = match refusal.kind {
        RefusalKind::Refused => (Fate::Refused, false),
        RefusalKind::NoId | RefusalKind::Unreadable => (Fate::InDoubt, true),
    };
    Outcome {
        accepted,
        ..outcome(step, fate, Some(refusal.to_string()), attempts)
    }
}

fn outcome(step: &Step, fate: Fate, message: Option<String>, attempts: u32) -> Outcome {
    Outcome {
        message,
        attempts,
        ..Outcome::new(step.number, fate)
    }
}
