//! What a target's headers tell of its limit: `X-RateLimit-*`, the drafts of `RateLimit`, and a Retry-After on
//! an answer that is no refusal. Headers are advice: what is not understood is passed over.

use std::time::Duration;

use tokio::time::Instant;

use crate::transport::retry::{LONGEST_HOLD, retry_after};
use crate::wire::Reply;

/// The numbers that an answer carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RateLimitHeaders {
    /// How many requests a window holds.
    pub(super) limit: Option<u32>,
    /// How many of them are left.
    pub(super) remaining: Option<u32>,
    /// How long until the window begins anew.
    pub(super) reset: Option<Duration>,
    /// How long to wait before the next request.
    pub(super) wait: Option<Duration>,
}

/// A reset beyond this is a moment in Unix time, not a number of seconds: about three years.
const MOMENT: u64 = 100_000_000;

impl RateLimitHeaders {
    /// Reads the headers of a reply.
    pub(super) fn from_reply(reply: &Reply, now: impl Fn() -> jiff::Timestamp) -> Self {
        let mut told = Self::default();
        for (name, value) in reply.headers.iter() {
            if name.eq_ignore_ascii_case("retry-after") {
                told.wait = retry_after(value, now());
                continue;
            }
            let plain = after(name, "x-").unwrap_or(name);
            let Some(what) = after(plain, "ratelimit") else {
                continue;
            };
            match what.to_ascii_lowercase().as_str() {
                "-limit" => told.limit = leading(value),
                "-remaining" => told.remaining = leading(value),
                "-reset" => told.reset = leading(value).map(|reset| until(reset, now())),
                "" | "-policy" => told.structured(value),
                _ => {}
            }
        }
        told
    }

    /// `limit=10, remaining=5, reset=7`, or `"default";r=5;t=7` with `"default";q=10;w=60` beside it.
    fn structured(&mut self, value: &str) {
        for part in value.split([',', ';']) {
            let Some((name, value)) = part.split_once('=') else {
                continue;
            };
            match name.trim() {
                "limit" | "q" => self.limit = leading(value),
                "remaining" | "r" => self.remaining = leading(value),
                "reset" | "t" => self.reset = leading(value).map(Duration::from_secs),
                _ => {}
            }
        }
    }
}

/// What follows a beginning, whatever its case.
fn after<'a>(name: &'a str, beginning: &str) -> Option<&'a str> {
    let (head, rest) = name.split_at_checked(beginning.len())?;
    head.eq_ignore_ascii_case(beginning).then_some(rest)
}

/// The number that a value begins with: `60`, or `100, 100;w=60` as older drafts write it.
fn leading<T: std::str::FromStr>(value: &str) -> Option<T> {
    let value = value.trim();
    let end = value.find(|c: char| !c.is_ascii_digit());
    value[..end.unwrap_or(value.len())].parse().ok()
}

fn until(reset: u64, now: jiff::Timestamp) -> Duration {
    if reset < MOMENT {
        return Duration::from_secs(reset);
    }
    let now = u64::try_from(now.as_second()).unwrap_or(0);
    Duration::from_secs(reset.saturating_sub(now))
}

/// Whether a window may last so long. Nothing is held longer than `LONGEST_HOLD`, and a spread is a hold between two
/// requests: a longer end is often one in milliseconds. Where it is true after all, the target says no when the window
/// is used up, and the end is believed once it is near.
fn is_likely(lasts: &Duration) -> bool {
    *lasts <= LONGEST_HOLD
}

/// The window that the headers speak of.
#[derive(Clone, Debug, Default)]
pub(super) struct QuotaWindow {
    left: Option<u32>,
    ends: Option<Instant>,
}

impl QuotaWindow {
    /// Sees the numbers of an answer; returns how far apart requests are to be until the window ends, where
    /// it says that. `ahead` requests are on their way and count against what is left; a window whose length is
    /// not told, or not likely, lasts, at the most, as long as `ceiling` takes to fill it.
    pub(super) fn observe(
        &mut self,
        told: &RateLimitHeaders,
        ahead: u64,
        ceiling: Duration,
        now: Instant,
    ) -> Option<Spread> {
        let remaining = told.remaining?;
        let limit = told.limit.unwrap_or(0);
        // A window opens full; a bucket's level rises by ones and tells of no end.
        let opens = remaining >= limit.div_ceil(2) && self.left.is_none_or(|left| remaining > left);
        self.left = Some(remaining);
        let assumed = || ceiling.checked_mul(limit).filter(|_| opens && limit > 1);
        let lasts = told.reset.filter(is_likely);
        if let Some(lasts) = lasts.or_else(|| assumed().filter(is_likely)) {
            self.ends = Some(now + lasts);
        }
        let ends = self.ends.filter(|ends| *ends > now)?;
        if u64::from(remaining) * 4 > u64::from(limit) && limit > 0 {
            return None;
        }
        let left = u32::try_from(u64::from(remaining).saturating_sub(ahead)).unwrap_or(0);
        let apart = (ends - now) / left.max(1);
        Some(Spread { ends, apart, left })
    }
}

/// How requests are spread over what is left of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spread {
    /// When the window ends.
    pub(super) ends: Instant,
    /// How far apart requests are until then.
    pub(super) apart: Duration,
    /// How many are left; with none, nothing is sent until the window ends.
    pub(super) left: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn told(headers: &[(&str, &str)]) -> RateLimitHeaders {
        let reply = Reply {
            status: 200,
            headers: headers.iter().copied().collect(),
            ..Reply::default()
        };
        let now = "2026-01-01T00:00:00Z".parse().expect("a time");
        RateLimitHeaders::from_reply(&reply, || now)
    }

    fn numbers(limit: u32, remaining: u32, reset: Option<u64>) -> RateLimitHeaders {
        RateLimitHeaders {
            limit: Some(limit),
            remaining: Some(remaining),
            reset: reset.map(Duration::from_secs),
            wait: None,
        }
    }

    #[test]
    fn every_way_of_writing_it_is_read() {
        let wanted = numbers(60, 12, Some(30));
        for headers in [
            &[
                ("X-RateLimit-Limit", "60"),
                ("x-ratelimit-remaining", "12"),
                ("x-ratelimit-reset", "30"),
            ][..],
            &[
                ("ratelimit-limit", "60, 60;w=60"),
                ("ratelimit-remaining", "12"),
                ("ratelimit-reset", "30"),
            ],
            &[
                ("x-ratelimit-limit", "60"),
                ("x-ratelimit-remaining", "12"),
                ("x-ratelimit-reset", "1767225630"),
            ],
            &[("RateLimit", "limit=60, remaining=12, reset=30")],
            &[
                ("RateLimit-Policy", "\"default\";q=60;w=60"),
                ("RateLimit", "\"default\";r=12;t=30"),
            ],
        ] {
            assert_eq!(told(headers), wanted, "{headers:?}");
        }
        let wait = Some(7 * SECOND);
        assert_eq!(
            told(&[("Retry-After", "7")]),
            RateLimitHeaders {
                wait,
                ..RateLimitHeaders::default()
            }
        );
        let odd = [("x-ratelimit-remaining", "many"), ("content-type", "x")];
        assert_eq!(told(&odd), RateLimitHeaders::default());
    }

    #[tokio::test(start_paused = true)]
    async fn a_bucket_near_its_bottom_slows_nothing() {
        let (mut window, now) = (QuotaWindow::default(), Instant::now());
        for left in [1, 0, 1, 0, 0] {
            let spread = window.observe(&numbers(200, left, None), 0, SECOND / 200, now);
            assert_eq!(spread, None);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_left_of_a_window_is_spread_over_it() {
        let (mut window, began) = (QuotaWindow::default(), Instant::now());
        let mut see = |left, ahead, after: u32| {
            let now = began + SECOND * after;
            window.observe(&numbers(60, left, None), ahead, SECOND, now)
        };
        let ends = began + 60 * SECOND;
        assert_eq!(see(59, 0, 0), None);
        // Another program took forty of them.
        let apart = 5 * SECOND;
        assert_eq!(
            see(12, 2, 10),
            Some(Spread {
                ends,
                apart,
                left: 10
            })
        );
        assert_eq!(see(1, 2, 20).map(|spread| spread.left), Some(0));
        // The next window.
        assert_eq!(see(59, 0, 61), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_told_end_is_believed() {
        let (mut window, now) = (QuotaWindow::default(), Instant::now());
        let spread = window.observe(&numbers(60, 2, Some(10)), 0, SECOND, now);
        let (ends, apart) = (now + 10 * SECOND, 5 * SECOND);
        assert_eq!(
            spread,
            Some(Spread {
                ends,
                apart,
                left: 2
            })
        );
    }

    #[test]
    fn no_number_is_too_large_to_be_read() {
        for number in [
            "4294967295",
            "4294967296",
            "18446744073709551615",
            "18446744073709551616",
            "-1",
        ] {
            for names in [
                ["x-ratelimit-limit", "x-ratelimit-remaining"],
                ["x-ratelimit-reset", "retry-after"],
            ] {
                told(&names.map(|name| (name, number)));
            }
            told(&[(
                "ratelimit",
                &format!("limit={number};r={number};t={number}"),
            )]);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn numbers_that_make_no_sense_are_passed_over() {
        let now = Instant::now();
        for (limit, reset) in [
            (60, Some(u64::MAX)),
            (60, Some(1_767_225_630_000)),
            (u32::MAX, None),
            (u32::MAX, Some(u64::MAX)),
        ] {
            for ceiling in [SECOND / 200, SECOND, Duration::MAX] {
                let mut window = QuotaWindow::default();
                for left in [limit, 1, 0] {
                    let spread =
                        window.observe(&numbers(limit, left, reset), u64::MAX, ceiling, now);
                    let ends = spread.map_or(Duration::ZERO, |spread| spread.ends - now);
                    assert!(
                        ends <= LONGEST_HOLD,
                        "{limit} {reset:?} {ceiling:?}: {ends:?}"
                    );
                }
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_end_in_milliseconds_is_not_believed() {
        let (mut window, began) = (QuotaWindow::default(), Instant::now());
        // The window's length is that of the ceiling then.
        for (left, after) in [(59, 0), (10, 30)] {
            let now = began + SECOND * after;
            let reset = u64::from(60 - after) * 1000;
            let spread = window.observe(&numbers(60, left, Some(reset)), 0, SECOND, now);
            let apart = (left == 10).then_some(3 * SECOND);
            assert_eq!(spread.map(|spread| spread.apart), apart);
        }
        // Nothing is known of a window that was not seen from its beginning.
        let spread =
            QuotaWindow::default().observe(&numbers(60, 10, Some(30_000)), 0, SECOND, began);
        assert_eq!(spread, None);
    }
}
