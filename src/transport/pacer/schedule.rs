//! When the next request may leave. A schedule of absolute ticks: what a late timer loses at one tick, the
//! next makes up for, within a slack that a strict target's bucket of two forgives. Time is a parameter.

use std::time::Duration;

use tokio::time::Instant;

use super::pace::Pace;
use super::told::{Spread, Told, Window};
use crate::transport::patience::LONGEST_HOLD;
use crate::wire::Reply;

/// The ticks of one target.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    /// The time between two requests at the fastest.
    ceiling: Duration,
    pace: Pace,
    window: Window,
    spread: Option<Spread>,
    /// The next tick.
    next: Option<Instant>,
    /// When the last request left.
    last: Option<Instant>,
    held_until: Option<Instant>,
    /// Requests that were let go, and those whose answer, or its loss, is known.
    given: u64,
    answered: u64,
    /// A refusal of one of the first so many requests is part of a trouble that is known.
    known_trouble: u64,
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
            pace: Pace::default(),
            window: Window::default(),
            spread: None,
            next: None,
            last: None,
            held_until: None,
            given: 0,
            answered: 0,
            known_trouble: 0,
        }
    }

    /// When the next request may leave; `None` where it may now.
    pub(super) fn due(&self, now: Instant) -> Option<Instant> {
        let strict = self
            .is_strict()
            .then(|| self.last.map(|last| last + self.gap()));
        [self.next, self.held_until, strict.flatten()]
            .into_iter()
            .flatten()
            .max()
            .filter(|due| *due > now)
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

    /// A request leaves.
    pub(super) fn give(&mut self, now: Instant) {
        let tick = self.next.unwrap_or(now);
        let tick = tick.max(now.checked_sub(slack(self.ceiling)).unwrap_or(now));
        self.next = Some(tick + self.interval(now));
        self.last = Some(now);
        self.given += 1;
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
    pub(super) fn lost(&mut self) {
        self.answered += 1;
    }

    /// An answer came.
    pub(super) fn heard(&mut self, reply: &Reply, now: Instant) {
        self.answered += 1;
        let told = Told::by(reply, jiff::Timestamp::now);
        match (reply.status, told.wait) {
            (429, _) | (503, Some(_)) => self.refused(now),
            (_, wait) => {
                self.pace.accepted(now);
                if let Some(wait) = wait {
                    self.hold(wait.min(LONGEST_HOLD), now);
                }
            }
        }
        let ahead = self.given.saturating_sub(self.answered);
        self.spread = self
            .window
            .see(&told, ahead, self.ceiling, now)
            .or(self.spread);
        if let Some(spread) = self.spread.filter(|s| s.left == 0 && s.ends > now) {
            self.hold((spread.ends - now).min(LONGEST_HOLD), now);
        }
    }

    /// Lanes that were on their way when the target said no are told the same; that is one refusal.
    fn refused(&mut self, now: Instant) {
        if self.answered > self.known_trouble {
            self.pace.refused(now);
            self.known_trouble = self.given;
        }
    }
}
