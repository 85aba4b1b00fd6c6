//! The retry table: what follows from what happened, decided by the exchange's effect and by whether the
//! request left, never by the HTTP verb. Pure, so that each cell of the table is one line of a test.

use std::time::Duration;

use crate::wire::{Effect, Reply};

/// What happened to a request.
#[derive(Clone, Debug)]
pub enum Attempt<'a> {
    /// It never left: name, connection or TLS failed.
    NeverLeft,
    /// It left, or may have, and no answer came.
    NoAnswer,
    /// It was answered.
    Answered(&'a Reply),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RetryDecision {
    /// The vendor's answer is final: read it.
    Read,
    /// Send it again after this long.
    Retry(Duration),
    /// Send nothing at all to the target for this long, then this again.
    Hold(Duration),
    /// Sign in anew, then send it again.
    SignIn,
    /// Whether it was applied is not known; it must not be sent again.
    InDoubt,
    /// It was tried often enough, and was surely not applied.
    GiveUp,
}

/// How often and how long.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// How often one request is sent at the most.
    pub tries: u32,
    /// The wait before the second try; doubled for each further one.
    pub first: Duration,
    /// The longest wait between tries.
    pub longest: Duration,
    /// How often one request is held back at the most.
    pub holds: u32,
    /// The longest hold, whatever the vendor asks for.
    pub longest_hold: Duration,
    /// How many retries a run has to begin with; a fifth of its requests is added.
    pub retries: u64,
}

/// The longest that a target is held, whatever it asks for.
pub(super) const LONGEST_HOLD: Duration = Duration::from_secs(15 * 60);

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            tries: 5,
            first: Duration::from_millis(500),
            longest: Duration::from_secs(30),
            holds: 20,
            longest_hold: LONGEST_HOLD,
            retries: 50,
        }
    }
}

/// What stands behind a request that happened: how often it was sent and held before, and a number in
/// `0.0..1.0` that spreads the waits.
#[derive(Clone, Copy, Debug)]
pub struct History {
    /// How often it was sent, this time included.
    pub sent: u32,
    /// How often it was held back.
    pub held: u32,
    /// Spreads the waits.
    pub jitter: f64,
    /// The present, for a Retry-After that is a date.
    pub now: jiff::Timestamp,
}

impl RetryPolicy {
    /// How many retries a run may have spent when it has sent so many requests: a vendor that is ill is not helped
    /// by being asked five times as much.
    pub fn budget(&self, requests: u64) -> u64 {
        self.retries + requests / 5
    }

    /// What is to be done instead of trying again.
    pub fn last(event: &Attempt<'_>) -> RetryDecision {
        match event {
            Attempt::NeverLeft => RetryDecision::GiveUp,
            Attempt::NoAnswer => RetryDecision::InDoubt,
            Attempt::Answered(_) => RetryDecision::Read,
        }
    }

    /// The table.
    pub fn decide(&self, effect: Effect, event: &Attempt<'_>, history: &History) -> RetryDecision {
        match event {
            Attempt::NoAnswer if effect == Effect::Creates => RetryDecision::InDoubt,
            Attempt::NeverLeft | Attempt::NoAnswer => self.again(history, Self::last(event)),
            Attempt::Answered(reply) => self.answered(effect, reply, history),
        }
    }

    fn answered(&self, effect: Effect, reply: &Reply, history: &History) -> RetryDecision {
        let asked = reply
            .header("retry-after")
            .and_then(|text| retry_after(text, history.now));
        match (reply.status, asked) {
            (429, asked) => self.hold(asked, history),
            (503, Some(asked)) => self.hold(Some(asked), history),
            (status, _) if leaves_open(status) && effect == Effect::Creates => {
                RetryDecision::InDoubt
            }
            // The vendor's last words are worth more than our having tried.
            (status, _) if leaves_open(status) => self.again(history, RetryDecision::Read),
            (401, _) => RetryDecision::SignIn,
            _ => RetryDecision::Read,
        }
    }

    fn again(&self, history: &History, otherwise: RetryDecision) -> RetryDecision {
        if history.sent < self.tries {
            RetryDecision::Retry(self.wait(history))
        } else {
            otherwise
        }
    }

    fn hold(&self, asked: Option<Duration>, history: &History) -> RetryDecision {
        if history.held >= self.holds {
            return RetryDecision::GiveUp;
        }
        RetryDecision::Hold(
            asked
                .unwrap_or_else(|| self.wait(history))
                .min(self.longest_hold),
        )
    }

    /// Exponential, with full jitter above the half.
    fn wait(&self, history: &History) -> Duration {
        let doublings = (history.sent + history.held).saturating_sub(1).min(16);
        let wait = self.first.saturating_mul(1 << doublings).min(self.longest);
        wait.mul_f64(0.5 + history.jitter.clamp(0.0, 1.0) / 2.0)
    }
}

/// A Retry-After, in seconds or as a date (RFC 9110 10.2.3); a date in the past is no wait at all.
pub(super) fn retry_after(text: &str, now: jiff::Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(text)
        .ok()?;
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

/// Whether an answer leaves open if the request was applied: the vendor, or a gateway before it, is ill or gave up
/// waiting. What is not implemented was not applied.
pub(super) fn leaves_open(status: u16) -> bool {
    status == 408 || (500..600).contains(&status) && !matches!(status, 501 | 505)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Effect::{Creates, Reads, Replaces};

    fn history(sent: u32) -> History {
        let now = "2026-01-01T00:00:00Z".parse().expect("a time");
        History {
            sent,
            held: 0,
            jitter: 1.0,
            now,
        }
    }

    fn reply(status: u16, retry_after: Option<&str>) -> Reply {
        let header = |text| ("retry-after", text);
        Reply {
            status,
            headers: retry_after.map(header).into_iter().collect(),
            ..Reply::default()
        }
    }

    /// The first letter of a verdict, so that the table below reads as the design's.
    fn letter(verdict: &RetryDecision) -> char {
        match verdict {
            RetryDecision::Read => '.',
            RetryDecision::Retry(_) => 'r',
            RetryDecision::Hold(_) => 'h',
            RetryDecision::SignIn => 's',
            RetryDecision::InDoubt => '?',
            RetryDecision::GiveUp => 'x',
        }
    }

    #[test]
    fn the_table() {
        let answers = [
            (reply(429, None), "hhh"),
            (reply(429, Some("3")), "hhh"),
            (reply(503, Some("3")), "hhh"),
            (reply(503, None), "rr?"),
            (reply(500, None), "rr?"),
            (reply(502, None), "rr?"),
            (reply(504, None), "rr?"),
            // Gateways that waited no longer: the vendor behind them may be done since.
            (reply(408, None), "rr?"),
            (reply(520, None), "rr?"),
            (reply(524, None), "rr?"),
            (reply(501, None), "..."),
            (reply(401, None), "sss"),
            (reply(200, None), "..."),
            (reply(400, None), "..."),
            (reply(403, None), "..."),
            (reply(404, None), "..."),
            (reply(409, None), "..."),
            (reply(422, None), "..."),
            (reply(302, None), "..."),
        ];
        let mut table: Vec<_> = answers
            .iter()
            .map(|(r, l)| (Attempt::Answered(r), *l))
            .collect();
        table.extend([(Attempt::NeverLeft, "rrr"), (Attempt::NoAnswer, "rr?")]);
        for (event, letters) in &table {
            let retry = RetryPolicy::default();
            let row: String = [Reads, Replaces, Creates]
                .map(|effect| letter(&retry.decide(effect, event, &history(1))))
                .iter()
                .collect();
            assert_eq!(row, *letters, "{event:?}");
        }
    }

    #[test]
    fn patience_ends() {
        let retry = RetryPolicy::default();
        let last = history(retry.tries);
        assert_eq!(
            retry.decide(Creates, &Attempt::NeverLeft, &last),
            RetryDecision::GiveUp
        );
        assert_eq!(
            retry.decide(Replaces, &Attempt::NoAnswer, &last),
            RetryDecision::InDoubt
        );
        let broken = reply(500, None);
        assert_eq!(
            retry.decide(Reads, &Attempt::Answered(&broken), &last),
            RetryDecision::Read
        );
        let held = History {
            held: retry.holds,
            ..history(1)
        };
        let busy = reply(429, Some("1"));
        assert_eq!(
            retry.decide(Creates, &Attempt::Answered(&busy), &held),
            RetryDecision::GiveUp
        );
    }

    #[test]
    fn waits_double_up_to_the_longest_and_are_spread() {
        let retry = RetryPolicy::default();
        let wait = |sent, jitter| {
            retry
                .wait(&History {
                    jitter,
                    ..history(sent)
                })
                .as_millis()
        };
        assert_eq!(
            (wait(1, 1.0), wait(2, 1.0), wait(3, 1.0)),
            (500, 1000, 2000)
        );
        assert_eq!((wait(1, 0.0), wait(40, 1.0)), (250, 30_000));
    }

    #[test]
    fn the_vendors_own_wait_is_obeyed_in_both_forms() {
        let retry = RetryPolicy::default();
        for (text, seconds) in [
            ("2", 2),
            (" 120 ", 120),
            ("Thu, 01 Jan 2026 00:00:30 GMT", 30),
            ("Wed, 31 Dec 2025 23:00:00 GMT", 0),
            ("999999", 900),
            ("18446744073709551615", 900),
            ("Thu, 30 Dec 9999 12:00:00 GMT", 900),
        ] {
            let busy = reply(429, Some(text));
            let verdict = retry.decide(Creates, &Attempt::Answered(&busy), &history(1));
            assert_eq!(
                verdict,
                RetryDecision::Hold(Duration::from_secs(seconds)),
                "{text}"
            );
        }
    }
}
