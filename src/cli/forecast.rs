//! How long a plan would take to send: its requests, at the target's pace.

use std::time::Duration;

use jiff::Zoned;
use serde_json::{Value, json};

use super::sums::effort;
use crate::backend::{Rate, Vendor};
use crate::plan::Step;

/// What sending a plan would take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Forecast {
    requests: u64,
    rate: Rate,
}

impl Forecast {
    /// Nothing to send, at this pace.
    pub(super) fn new(rate: Rate) -> Self {
        Self { requests: 0, rate }
    }

    /// A request is sent.
    pub(super) fn request(&mut self) {
        self.requests += 1;
    }

    /// So many requests.
    pub(super) fn of(requests: u64, rate: Rate) -> Self {
        Self { requests, rate }
    }

    /// What a step needs beside the request that sends it: many a vendor's record is read before it is changed, and
    /// what a second request carries is a request.
    pub(super) fn see(&mut self, step: &Step, vendor: &dyn Vendor) {
        self.requests += effort(step, vendor).saturating_sub(1);
    }

    fn time(&self) -> Duration {
        let nanos = self.rate.interval().as_nanos() * u128::from(self.requests);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// The forecast in words, for requests that are sent now; none where nothing would be sent.
    pub(super) fn words(&self) -> Option<String> {
        self.words_at(&Zoned::now())
    }

    fn words_at(&self, now: &Zoned) -> Option<String> {
        let requests = match self.requests {
            0 => return None,
            1 => "1 request".to_owned(),
            more => format!("{} requests", grouped(more)),
        };
        let end = now.checked_add(self.time()).ok();
        let done = end.map_or(String::new(), |end| {
            let shape = if end.date() == now.date() {
                "%H:%M"
            } else {
                "%F %H:%M"
            };
            format!(", done at {}", end.strftime(shape))
        });
        let (rate, took) = (self.rate, took(self.time()));
        Some(format!("Forecast: {requests} at {rate}: {took}{done}"))
    }

    /// The forecast as JSON: requests, and seconds.
    pub(super) fn json(&self) -> Value {
        json!({"requests": self.requests, "seconds": self.time().as_secs_f64().ceil()})
    }
}

/// A number with a comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A time in words, to the unit that matters.
fn took(time: Duration) -> String {
    match time.as_secs() {
        0..=1 => "a second".to_owned(),
        seconds @ ..120 => format!("{seconds} seconds"),
        seconds @ ..7200 => format!("{} minutes", seconds.div_ceil(60)),
        seconds => format!("{} hours {} minutes", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_take_their_time_at_the_targets_pace() {
        let now = jiff::civil::date(2026, 3, 2).at(14, 10, 30, 0);
        let now = now.to_zoned(jiff::tz::TimeZone::UTC).expect("a time");
        for (requests, rate, words) in [
            (0, Rate::per_second(1), None),
            (
                1,
                Rate::per_second(1),
                Some("Forecast: 1 request at 1/s: a second, done at 14:10"),
            ),
            (
                1240,
                Rate::per_minute(60),
                Some("Forecast: 1,240 requests at 60/min: 21 minutes, done at 14:31"),
            ),
            (
                72_000,
                Rate::per_second(1),
                Some(
                    "Forecast: 72,000 requests at 1/s: 20 hours 0 minutes, done at 2026-03-03 10:10",
                ),
            ),
        ] {
            assert_eq!(
                Forecast::of(requests, rate).words_at(&now).as_deref(),
                words
            );
        }
        let forecast = Forecast::of(150, Rate::per_minute(60));
        assert_eq!(forecast.json(), json!({"requests": 150, "seconds": 150.0}));
    }
    #[test]
    fn a_time_is_told_in_the_unit_that_matters() {
        for (seconds, words) in [
            (0, "a second"),
            (59, "59 seconds"),
            (3601, "61 minutes"),
            (9000, "2 hours 30 minutes"),
        ] {
            assert_eq!(took(Duration::from_secs(seconds)), words);
        }
    }
}
