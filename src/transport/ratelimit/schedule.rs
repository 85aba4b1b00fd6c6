//! When the next request may leave. A schedule of absolute ticks: what a late timer loses at one tick, the
//! next makes up for, within a slack that a strict target's bucket of two forgives. Time is a parameter.

use std::time::Duration;

use tokio::time::Instant;

use super::adaptive::AdaptivePace;
use super::headers::{QuotaWindow, RateLimitHeaders, Spread};
use super::rtt::RoundTrip;
use crate::transport::retry::LONGEST_HOLD;
use crate::wire::Reply;

/// The ticks of one target.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    /// The time between two requests at the fastest.
    ceiling: Duration,
    pace: AdaptivePace,
    window: QuotaWindow,
    spread: Option<Spread>,
    /// The next tick.
    next: Option<Instant>,
    last: Option<Last>,
    trip: RoundTrip,
    held_until: Option<Instant>,
    /// Requests that were let go, and those whose answer, or its loss, is known.
    given: u64,
    answered: u64,
    /// A refusal of one of the first so many requests is part of a trouble that is known.
    known_trouble: u64,
}

/// Leave to send one request.
#[derive(Clone, Copy, Debug)]
#[must_use = "what becomes of the request is to be told"]
pub struct Permit {
    number: u64,
    given: Instant,
}

/// The request that left last.
#[derive(Clone, Copy, Debug)]
struct Last {
    permit: Permit,
    /// By how much its answer was later than usual, once that is known.
    late: Option<Duration>,
}

/// Until when to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PermitWait {
    /// A late timer's loss is made up for at the next tick.
    Until(Instant),
    /// Each millisecond counts.
    Exactly(Instant),
    /// For the answer to the last request, but no longer than this.
    Answer(Instant),
}

/// How late a timer wakes at the worst that is made up for, however fast the ceiling.
const TIMER: Duration = Duration::from_millis(2);

/// How far behind its ticks a schedule may be and still catch up.
pub(super) fn slack(ceiling: Duration) -> Duration {
    (ceiling / 2).max(TIMER)
}

impl Schedule {
    /// A schedule that allows one request in each `ceiling`.
    pub(super) fn new(ceiling: Duration) -> Self {
        Self {
            ceiling,
            pace: AdaptivePace::default(),
            window: QuotaWindow::default(),
            spread: None,
            next: None,
            last: None,
            trip: RoundTrip::default(),
            held_until: None,
            given: 0,
            answered: 0,
            known_trouble: 0,
        }
    }

    /// What the next request waits for; `None` where it may leave now.
    pub(super) fn due(&self, now: Instant) -> Option<PermitWait> {
        let due = self.next.max(self.held_until);
        let wait = match self.last.filter(|_| self.is_strict()) {
            None => PermitWait::Until(due?),
            Some(last) => {
                let apart = last.permit.given + self.gap();
                match last.late {
                    None if self.hears_in_time() => PermitWait::Answer(apart + self.ceiling),
                    late => PermitWait::Exactly(due.max(Some(apart + late.unwrap_or_default()))?),
                }
            }
        };
        (wait.until() > now).then_some(wait)
    }

    /// Whether the answer to one request is usually there before the next leaves.
    fn hears_in_time(&self) -> bool {
        self.trip
            .longest()
            .is_some_and(|longest| longest < self.ceiling)
    }

    /// Whether the target counts so strictly that early requests are refused.
    pub(super) fn is_strict(&self) -> bool {
        self.pace.is_strict()
    }

    /// The least time between two requests to a strict target: catching up must not undo its whole margin.
    fn gap(&self) -> Duration {
        let over = self
            .pace
            .interval(self.ceiling)
            .saturating_sub(self.ceiling);
        self.ceiling + over * 7 / 8
    }

    /// By which part of the ceiling requests differ in how late they come, where the answers tell.
    fn differ(&self) -> Option<f64> {
        let early = self.trip.early().filter(|_| self.hears_in_time())?;
        Some(early.div_duration_f64(self.ceiling))
    }

    /// A request leaves.
    pub(super) fn give(&mut self, now: Instant) -> Permit {
        let tick = self.next.unwrap_or(now);
        let tick = tick.max(now.checked_sub(slack(self.ceiling)).unwrap_or(now));
        self.next = Some(tick + self.interval(now));
        self.given += 1;
        let permit = Permit {
            number: self.given,
            given: now,
        };
        self.last = Some(Last { permit, late: None });
        permit
    }

    /// The time between two requests at present.
    pub(super) fn interval(&self, now: Instant) -> Duration {
        let interval = self.pace.interval(self.ceiling);
        let spread = self.spread.filter(|spread| spread.ends > now);
        spread.map_or(interval, |spread| interval.max(spread.apart))
    }

    /// Nothing leaves for this long; a longer hold that stands already stays.
    pub(super) fn hold(&mut self, wait: Duration, now: Instant) {
        let until = now + wait;
        self.held_until = self.held_until.max(Some(until));
        // Nothing is caught up with after a hold.
        self.next = self.next.max(self.held_until);
    }

    /// No answer came.
    pub(super) fn lost(&mut self, permit: Permit) {
        self.ended(permit, Duration::ZERO);
    }

    fn ended(&mut self, permit: Permit, late: Duration) {
        self.answered += 1;
        if let Some(last) = &mut self.last
            && last.permit.number == permit.number
        {
            last.late = Some(late);
        }
    }

    /// An answer came.
    pub(super) fn observe(&mut self, permit: Permit, reply: &Reply, now: Instant) {
        let late = self.trip.observe(now - permit.given, self.ceiling);
        self.ended(permit, late);
        let told = RateLimitHeaders::from_reply(reply, jiff::Timestamp::now);
        match (reply.status, told.wait) {
            (429, _) | (503, Some(_)) => self.refused(permit, now),
            (_, wait) => {
                self.pace.accepted(self.differ(), now);
                if let Some(wait) = wait {
                    self.hold(wait.min(LONGEST_HOLD), now);
                }
            }
        }
        let ahead = self.ahead();
        self.spread = self
            .window
            .observe(&told, ahead, self.ceiling, now)
            .or(self.spread);
        if let Some(spread) = self.spread.filter(|s| s.left == 0 && s.ends > now) {
            self.hold((spread.ends - now).min(LONGEST_HOLD), now);
        }
    }

    /// How many requests are on their way.
    pub(super) fn ahead(&self) -> u64 {
        self.given.saturating_sub(self.answered)
    }

    /// Lanes that were on their way when the target said no are told the same; that is one refusal.
    fn refused(&mut self, permit: Permit, now: Instant) {
        if permit.number > self.known_trouble {
            self.pace.refused(self.differ(), now);
            self.known_trouble = self.given;
        }
    }
}

impl PermitWait {
    pub(super) fn until(self) -> Instant {
        let (Self::Until(until) | Self::Exactly(until) | Self::Answer(until)) = self;
        until
    }
}
