//! Pace: one permit for each request, at the target's rate, and a hold that all lanes obey.
//!
//! Two limiters stand in series. The schedule says when the next request may leave; it listens to the answers, slows
//! down, speeds up again and catches up with late timers, and has all the ways to be wrong that this brings. governor knows
//! nothing of answers: it counts permits against the rate that the target was given, and is the ceiling whatever the
//! schedule thinks. While the schedule is right, governor never makes anybody wait.
//!
//! The clock is tokio's, so that tests pause it. (governor's own waiting ignores that.)

mod adaptive;
mod headers;
mod rtt;
mod schedule;

use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::stop::Stop;
use crate::backend::Rate;
use crate::wire::Reply;
pub(super) use schedule::Permit;
use schedule::{PermitWait, Schedule};

/// tokio's clock, as governor reads clocks.
#[derive(Clone, Copy, Debug, Default)]
struct TokioClock;

impl Clock for TokioClock {
    type Instant = std::time::Instant;

    fn now(&self) -> std::time::Instant {
        Instant::now().into_std()
    }
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<std::time::Instant>>;

/// Gives permits to send at one target's pace.
pub struct Pacer {
    ceiling: Limiter,
    schedule: Mutex<Schedule>,
    /// Those who wait stand in line, so that one permit wakes one of them.
    line: tokio::sync::Mutex<()>,
    /// Told of each answer.
    answers: Notify,
}

/// tokio's timers know whole milliseconds, and wake up to two of them late.
const TICK: Duration = Duration::from_millis(2);

/// The system's timers wake a little late too.
const WAKES: Duration = Duration::from_micros(100);

impl Pacer {
    /// A pacer for this rate, which is never exceeded.
    pub fn new(rate: Rate) -> Self {
        Self::of(rate, Schedule::new)
    }

    /// A pacer with this rate for a ceiling, whatever its schedule does.
    fn of(rate: Rate, schedule: impl Fn(Duration) -> Schedule) -> Self {
        let interval = rate.interval().max(Duration::from_nanos(1));
        // The schedule catches up within its slack, and the ceiling lets it: governor's own default is a burst
        // of the whole quota, which a strict vendor refuses.
        let ahead = schedule::slack(interval)
            .as_nanos()
            .div_ceil(interval.as_nanos());
        let burst = NonZeroU32::MIN.saturating_add(u32::try_from(ahead).unwrap_or(u32::MAX));
        let quota = Quota::with_period(interval)
            .unwrap_or(Quota::per_second(NonZeroU32::MIN))
            .allow_burst(burst);
        Self {
            ceiling: Limiter::direct_with_clock(quota, TokioClock),
            schedule: Mutex::new(schedule(interval)),
            line: tokio::sync::Mutex::new(()),
            answers: Notify::new(),
        }
    }

    /// Waits for a permit; `None` where the stop was said first. What becomes of the request that leaves is
    /// told by `observe`.
    pub async fn permit(&self, stop: &Stop) -> Option<Permit> {
        if stop.is_requested() {
            return None;
        }
        // Nobody waits: no line, no timer.
        if let Ok(_first) = self.line.try_lock()
            && let Ok(permit) = self.take()
        {
            return Some(permit);
        }
        tokio::select! {
            biased;
            () = stop.requested() => None,
            permit = self.turn() => Some(permit),
        }
    }

    async fn turn(&self) -> Permit {
        let _first = self.line.lock().await;
        loop {
            match self.take() {
                Ok(permit) => return permit,
                Err(PermitWait::Until(due)) => sleep_until(due).await,
                Err(PermitWait::Exactly(due)) => sleep_exactly(due).await,
                Err(PermitWait::Answer(due)) => tokio::select! {
                    () = self.answers.notified() => {}
                    () = sleep_until(due) => {}
                },
            }
        }
    }

    fn take(&self) -> Result<Permit, PermitWait> {
        let mut schedule = self.schedule();
        let now = Instant::now();
        if let Some(wait) = schedule.due(now) {
            return Err(wait);
        }
        let early = |early: governor::NotUntil<_>| early.earliest_possible();
        if let Err(due) = self.ceiling.check().map_err(early) {
            return Err(PermitWait::Until(Instant::from_std(due)));
        }
        Ok(schedule.give(now))
    }

    /// Gives no permit for this long; a longer hold that stands already stays.
    pub fn hold(&self, wait: Duration) {
        self.schedule().hold(wait, Instant::now());
    }

    /// Hears the answer to the request that had this permit; `None` where none came. A refusal for coming too
    /// soon slows the pace, and so do headers that say how little is left.
    pub fn observe(&self, permit: Permit, reply: Option<&Reply>) {
        let mut schedule = self.schedule();
        match reply {
            Some(reply) => schedule.observe(permit, reply, Instant::now()),
            None => schedule.lost(permit),
        }
        drop(schedule);
        self.answers.notify_one();
    }

    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that has its permit. One that nobody waits for any more is over too: its answer will not be heard.
pub(super) struct OnItsWay<'a> {
    pacer: &'a Pacer,
    permit: Option<Permit>,
}

impl<'a> OnItsWay<'a> {
    pub(super) fn new(pacer: &'a Pacer, permit: Permit) -> Self {
        Self {
            pacer,
            permit: Some(permit),
        }
    }

    /// Its answer came, or was lost.
    pub(super) fn ended(mut self, reply: Option<&Reply>) {
        if let Some(permit) = self.permit.take() {
            self.pacer.observe(permit, reply);
        }
    }
}

impl Drop for OnItsWay<'_> {
    fn drop(&mut self) {
        if let Some(permit) = self.permit.take() {
            self.pacer.observe(permit, None);
        }
    }
}

/// Sleeps past whole milliseconds with tokio's timer, and the rest to the microsecond. The thread is blocked for
/// less than two of them; that is asked for only by a target that refuses what comes a millisecond early.
async fn sleep_exactly(due: Instant) {
    if due > Instant::now() + TICK {
        sleep_until(due - TICK).await;
    }
    let rest = due.saturating_duration_since(Instant::now());
    let end = std::time::Instant::now() + rest;
    std::thread::sleep(rest.saturating_sub(WAKES));
    while std::time::Instant::now() < end {
        std::hint::spin_loop();
    }
    if Instant::now() < due {
        // A paused clock stands still for those who do not wait on it.
        sleep_until(due).await;
    }
}

#[cfg(test)]
mod tests;
