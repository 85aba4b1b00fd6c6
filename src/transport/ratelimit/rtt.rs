//! How long an answer takes: its mean and its mean deviation, as RFC 6298 keeps them for TCP. What comes later
//! than usual tells that the request may have arrived late, and that the next one would come too soon after it.

use std::time::Duration;

/// The usual time between a request and its answer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RoundTrip {
    known: Option<RttEstimate>,
}

#[derive(Clone, Copy, Debug)]
struct RttEstimate {
    smoothed: Duration,
    variation: Duration,
    /// How many answers that is known from, as far as that still counts.
    answers: u32,
}

impl RoundTrip {
    /// An answer came after this long, where one request leaves in each `ceiling`; returns by how much it was
    /// later than usual, a whole `ceiling` at the most. Where answers differ so much that to wait for the later half of them would cost much
    /// of the ceiling, what is within their spread is not late.
    pub(super) fn observe(&mut self, took: Duration, ceiling: Duration) -> Duration {
        let Some(known) = &mut self.known else {
            self.known = Some(RttEstimate {
                smoothed: took,
                variation: took / 8,
                answers: 1,
            });
            return Duration::ZERO;
        };
        let before = *known;
        // One odd delay must not hide the next.
        let seen = took.min(before.longest());
        known.answers = (before.answers + 1).min(REMEMBERED);
        let mix = |old: Duration, new: Duration| (old * (known.answers - 1) + new) / known.answers;
        known.variation = mix(before.variation, before.smoothed.abs_diff(seen));
        known.smoothed = mix(before.smoothed, seen);
        let is_even = before.variation * WITHIN < ceiling / 10;
        if took <= before.longest() && !is_even {
            return Duration::ZERO;
        }
        took.saturating_sub(before.smoothed).min(ceiling)
    }

    /// The longest that is usual; `None` before the first answer.
    pub(super) fn longest(&self) -> Option<Duration> {
        self.known.map(|known| known.longest())
    }

    /// By how much a request may come earlier than usual; `None` before the first answer.
    pub(super) fn early(&self) -> Option<Duration> {
        self.known.map(|known| known.variation * EARLY)
    }
}

/// The mean of the last answers is steadier than TCP's eighth, and follows a way that changes within a second.
const REMEMBERED: u32 = 32;

/// A round trip within this many mean deviations of the mean counts as normal.
const WITHIN: u32 = 4;

/// The way has a shortest time, so that what is early is less so than what is late.
const EARLY: u32 = 2;

impl RttEstimate {
    fn longest(&self) -> Duration {
        self.smoothed + self.variation * WITHIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);
    /// A ceiling of which a late answer's wait would be much, and one of which it would be little.
    const SHORT: Duration = Duration::from_millis(30);
    const LONG: Duration = Duration::from_millis(300);

    /// Answers that take 20 or 22 ms.
    fn steady() -> RoundTrip {
        let mut trip = RoundTrip::default();
        (0..100).for_each(|number| {
            trip.observe(MS * (20 + number % 2 * 2), SHORT);
        });
        trip
    }

    #[test]
    fn what_differs_as_always_is_not_late() {
        let mut trip = steady();
        assert_eq!(trip.observe(MS * 22, SHORT), Duration::ZERO);
        assert!(trip.longest() < Some(MS * 27), "{trip:?}");
    }

    #[test]
    fn every_delay_counts_where_waiting_for_it_costs_little() {
        let late = steady().observe(MS * 22, LONG);
        assert!(late > Duration::ZERO && late < MS * 2, "{late:?}");
    }

    #[test]
    fn a_late_answer_hides_no_other_and_counts_for_a_ceiling_at_most() {
        let mut trip = steady();
        for _ in 0..3 {
            let late = trip.observe(MS * 40, SHORT);
            assert!(late > MS * 17 && late < MS * 20, "{late:?}");
            assert_eq!(trip.observe(MS * 900, SHORT), SHORT);
        }
    }

    #[test]
    fn a_way_that_has_become_longer_becomes_usual() {
        let mut trip = steady();
        let late = (0..100)
            .filter(|_| trip.observe(MS * 200, SHORT) > MS)
            .count();
        assert!(late < 40, "{late}");
        assert_eq!(trip.observe(MS * 201, SHORT), Duration::ZERO);
    }
}
