//! Pace: one permit for each request, at the target's rate, and a hold that all lanes obey. The rate is
//! governor's; the clock is tokio's, so that tests pause it. (governor's own waiting ignores a paused clock.)

use std::num::NonZeroU32;
use std::sync::Mutex;
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::{Instant, sleep_until};

use super::stop::Stop;
use crate::vendor::Rate;

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
    limiter: Limiter,
    held_until: Mutex<Option<Instant>>,
    /// Those who wait stand in line, so that one permit wakes one of them.
    line: tokio::sync::Mutex<()>,
}

/// How many permits may be given at once after a pause. Two make up for the timer's slop; governor's own
/// default is the whole quota, which a strict vendor refuses.
const BURST: NonZeroU32 = NonZeroU32::new(2).expect("two is not zero");

impl Pacer {
    /// A pacer for this rate.
    pub fn new(rate: Rate) -> Self {
        let interval = rate.interval().max(Duration::from_nanos(1));
        let quota = Quota::with_period(interval)
            .unwrap_or(Quota::per_second(NonZeroU32::MIN))
            .allow_burst(BURST);
        let limiter = Limiter::direct_with_clock(quota, TokioClock);
        Self {
            limiter,
            held_until: Mutex::new(None),
            line: tokio::sync::Mutex::new(()),
        }
    }

    /// Waits for a permit; `false` where the stop was said first.
    pub async fn permit(&self, stop: &Stop) -> bool {
        tokio::select! {
            biased;
            () = stop.said() => false,
            () = self.turn() => true,
        }
    }

    async fn turn(&self) {
        let _first = self.line.lock().await;
        loop {
            if let Some(until) = self.hold_left() {
                sleep_until(until).await;
            } else if let Err(wait) = self.limiter.check() {
                sleep_until(Instant::from_std(wait.earliest_possible())).await;
            } else {
                return;
            }
        }
    }

    fn hold_left(&self) -> Option<Instant> {
        let held = *self
            .held_until
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        held.filter(|until| *until > Instant::now())
    }

    /// Gives no permit for this long; a longer hold that stands already stays.
    pub fn hold(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut held = self
            .held_until
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *held = Some(held.map_or(until, |before| before.max(until)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::Word;

    #[tokio::test(start_paused = true)]
    async fn permits_come_at_the_rate() {
        let (pacer, stop, began) = (
            Pacer::new(Rate::per_second(10)),
            Stop::default(),
            Instant::now(),
        );
        for _ in 0..102 {
            assert!(pacer.permit(&stop).await);
        }
        // Two at once, then one every tenth of a second.
        let took = began.elapsed();
        assert!(
            took >= Duration::from_secs(10) && took < Duration::from_millis(10_050),
            "{took:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_hold_stops_every_lane_for_as_long_as_the_longest() {
        let (pacer, stop, began) = (
            Pacer::new(Rate::per_second(100)),
            Stop::default(),
            Instant::now(),
        );
        pacer.hold(Duration::from_secs(7));
        pacer.hold(Duration::from_secs(3));
        let lanes = (0..4).map(|_| pacer.permit(&stop));
        futures_util::future::join_all(lanes).await;
        assert!(
            began.elapsed() >= Duration::from_secs(7),
            "{:?}",
            began.elapsed()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_is_obeyed_while_waiting() {
        let (pacer, stop) = (Pacer::new(Rate::per_minute(1)), Stop::default());
        assert!(pacer.permit(&stop).await && pacer.permit(&stop).await);
        let waiting = pacer.permit(&stop);
        stop.say(Word::Person);
        assert!(!waiting.await);
        assert!(!pacer.permit(&stop).await);
    }
}
