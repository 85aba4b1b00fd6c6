//! Pace: one permit for each request, at the target's rate, and a hold that all lanes obey. A schedule of
//! ticks says when the next request may leave, and listens to the answers; governor guards the ceiling, whatever
//! the schedule thinks. The clock is tokio's, so that tests pause it. (governor's own waiting ignores that.)

mod pace;
mod schedule;
mod told;

use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::{Instant, sleep_until};

use super::stop::Stop;
use crate::vendor::Rate;
use crate::wire::Reply;
use schedule::Schedule;

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
}

/// Until when to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// A late timer's loss is made up for at the next tick.
    Until(Instant),
    /// Each millisecond counts.
    Exactly(Instant),
}

/// tokio's timers know whole milliseconds.
const TICK: Duration = Duration::from_millis(1);

impl Pacer {
    /// A pacer for this rate, which is never exceeded.
    pub fn new(rate: Rate) -> Self {
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
            schedule: Mutex::new(Schedule::new(interval)),
            line: tokio::sync::Mutex::new(()),
        }
    }

    /// Waits for a permit; `false` where the stop was said first. What becomes of the request that leaves is
    /// told by `heard`.
    pub async fn permit(&self, stop: &Stop) -> bool {
        if stop.is_said() {
            return false;
        }
        // Nobody waits: no line, no timer.
        if let Ok(_first) = self.line.try_lock()
            && self.take().is_ok()
        {
            return true;
        }
        tokio::select! {
            biased;
            () = stop.said() => false,
            () = self.turn() => true,
        }
    }

    async fn turn(&self) {
        let _first = self.line.lock().await;
        while let Err(wait) = self.take() {
            match wait {
                Wait::Until(due) => sleep_until(due).await,
                Wait::Exactly(due) => sleep_exactly(due).await,
            }
        }
    }

    fn take(&self) -> Result<(), Wait> {
        let mut schedule = self.schedule();
        let now = Instant::now();
        if let Some(due) = schedule.due(now) {
            return Err(if schedule.is_strict() {
                Wait::Exactly(due)
            } else {
                Wait::Until(due)
            });
        }
        let early = |early: governor::NotUntil<_>| early.earliest_possible();
        if let Err(due) = self.ceiling.check().map_err(early) {
            return Err(Wait::Until(Instant::from_std(due)));
        }
        schedule.give(now);
        Ok(())
    }

    /// Gives no permit for this long; a longer hold that stands already stays.
    pub fn hold(&self, wait: Duration) {
        self.schedule().hold(wait, Instant::now());
    }

    /// Hears the answer to a request that had a permit; `None` where none came. A refusal for coming too soon
    /// slows the pace, and so do headers that say how little is left.
    pub fn heard(&self, reply: Option<&Reply>) {
        match reply {
            Some(reply) => self.schedule().heard(reply, Instant::now()),
            None => self.schedule().lost(),
        }
    }

    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sleeps past whole milliseconds with tokio's timer, and the rest to the microsecond. The thread is blocked for
/// less than one; that is asked for only by a target that refuses what comes a millisecond early.
async fn sleep_exactly(due: Instant) {
    let mut now = Instant::now();
    if due > now + TICK {
        sleep_until(due - TICK).await;
        now = Instant::now();
    }
    if due > now {
        std::thread::sleep(due - now);
        if Instant::now() == now {
            // The clock stands still for those who do not wait on it.
            sleep_until(due).await;
        }
    }
}

#[cfg(test)]
mod tests;
