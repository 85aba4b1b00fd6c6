//! When to stop: a time of day, or how long from now.

use jiff::civil::Time;
use jiff::{Span, Timestamp, Zoned};

use super::stop::{Stop, StopReason};

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline(Timestamp);

impl Deadline {
    /// Reads `06:00` (the next one, in the local time zone), `45m`, `2h`, or an RFC 3339 time.
    fn read(text: &str, now: &Zoned) -> Result<Self, String> {
        let text = text.trim();
        if let Ok(time) = text.parse::<Timestamp>() {
            return Ok(Self(time));
        }
        if let Ok(time) = Time::strptime("%H:%M", text) {
            return next(time, now).map(Self).map_err(|error| error.to_string());
        }
        let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let count: i64 = number.parse().map_err(|_| Self::wanted(text))?;
        let span = match &text[number.len()..] {
            "s" => Span::new().try_seconds(count),
            "m" | "min" => Span::new().try_minutes(count),
            "h" => Span::new().try_hours(count),
            _ => return Err(Self::wanted(text)),
        };
        let time = span
            .and_then(|span| now.checked_add(span))
            .map_err(|_| Self::wanted(text))?;
        Ok(Self(time.timestamp()))
    }

    fn wanted(text: &str) -> String {
        format!(
            "invalid deadline `{text}`: expected a time of day or a duration, for example 06:00, 45m or 2h"
        )
    }

    /// How long it is until then; nothing for a time that has passed.
    fn left(self) -> std::time::Duration {
        self.0
            .duration_since(Timestamp::now())
            .try_into()
            .unwrap_or_default()
    }

    /// Says the stop when the time is up, whatever is being done then.
    pub fn say(self, stop: &Stop) {
        let (stop, left) = (stop.clone(), self.left());
        // A thread that wakes at once still lets some requests by.
        if left.is_zero() {
            return stop.request(StopReason::Deadline);
        }
        std::thread::spawn(move || {
            std::thread::sleep(left);
            stop.request(StopReason::Deadline);
        });
    }
}

impl std::str::FromStr for Deadline {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::read(text, &Zoned::now())
    }
}

fn next(time: Time, now: &Zoned) -> Result<Timestamp, jiff::Error> {
    let today = now.with().time(time).build()?;
    let then = if today > *now {
        today
    } else {
        today.checked_add(Span::new().days(1))?
    };
    Ok(then.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_the_next_time_of_day_or_a_while_from_now() {
        let now: Timestamp = "2026-03-28T22:00:00Z".parse().expect("a time");
        let now = now.to_zoned(jiff::tz::TimeZone::UTC);
        for (text, then) in [
            ("06:00", "2026-03-29T06:00:00Z"),
            ("23:30", "2026-03-28T23:30:00Z"),
            ("22:00", "2026-03-29T22:00:00Z"),
            ("45m", "2026-03-28T22:45:00Z"),
            ("2h", "2026-03-29T00:00:00Z"),
            ("2026-04-01T00:00:00Z", "2026-04-01T00:00:00Z"),
        ] {
            let read = Deadline::read(text, &now).map(|deadline| deadline.0.to_string());
            assert_eq!(read.as_deref(), Ok(then), "{text}");
        }
        for wrong in ["", "tomorrow", "25:00", "5 parsecs", "h"] {
            assert!(Deadline::read(wrong, &now).is_err(), "{wrong}");
        }
    }
}
