//! How long a plan would take to send, in words and as JSON.

use std::time::Duration;

use jiff::Zoned;
use serde_json::{Value, json};

use super::estimate::Estimate;

impl Estimate {
    /// In words, for requests that are sent now; none where nothing would be sent.
    pub fn words(&self) -> Option<String> {
        words_at(self, &Zoned::now())
    }

    /// As JSON: requests, and seconds.
    pub fn document(&self) -> Value {
        json!({"requests": self.requests, "seconds": self.time().as_secs_f64().ceil()})
    }
}

fn words_at(estimate: &Estimate, now: &Zoned) -> Option<String> {
    let requests = match estimate.requests {
        0 => return None,
        1 => "1 request".to_owned(),
        more => format!("{} requests", grouped(more)),
    };
    let end = now.checked_add(estimate.time()).ok();
    let done = end.map_or(String::new(), |end| {
        let shape = if end.date() == now.date() {
            "%H:%M"
        } else {
            "%F %H:%M"
        };
        format!(", done at {}", end.strftime(shape))
    });
    let (rate, took) = (estimate.rate, took(estimate.time()));
    Some(format!("Forecast: {requests} at {rate}: {took}{done}"))
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
    use crate::backend::Rate;

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
                words_at(&Estimate { requests, rate }, &now).as_deref(),
                words
            );
        }
        let estimate = Estimate {
            requests: 150,
            rate: Rate::per_minute(60),
        };
        assert_eq!(
            estimate.document(),
            json!({"requests": 150, "seconds": 150.0})
        );
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
