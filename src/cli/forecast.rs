//! How long a plan would take to send: its requests, at the target's pace.

use std::time::Duration;

use serde_json::{Value, json};

use crate::plan::{Action, Step};
use crate::vendor::Rate;

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

    /// What a step needs beside the request that sends it: a change is read first by most vendors, and what a second
    /// request carries is a request.
    pub(super) fn see(&mut self, step: &Step) {
        let follows = step
            .payload
            .as_ref()
            .and_then(|payload| payload.after.as_ref());
        self.requests += u64::from(follows.is_some());
        self.requests += u64::from(step.action == Action::Update);
    }

    fn time(&self) -> Duration {
        let nanos = self.rate.interval().as_nanos() * u128::from(self.requests);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// The forecast in words; none where nothing would be sent.
    pub(super) fn words(&self) -> Option<String> {
        let ends = jiff::Zoned::now().checked_add(self.time()).ok();
        let ends = ends.map_or(String::new(), |at| {
            let day = at.date() != jiff::Zoned::now().date();
            let shape = if day { "%F %H:%M" } else { "%H:%M" };
            format!("; sent now, it would end at about {}", at.strftime(shape))
        });
        let requests = match self.requests {
            0 => return None,
            1 => "1 request".to_owned(),
            more => format!("{more} requests"),
        };
        let took = took(self.time());
        Some(format!("About {requests}, {took} at {}{ends}", self.rate))
    }

    /// The forecast as JSON: requests, and seconds.
    pub(super) fn json(&self) -> Value {
        json!({"requests": self.requests, "seconds": self.time().as_secs_f64().ceil()})
    }
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
        let mut forecast = Forecast::new(Rate::per_minute(60));
        assert_eq!(forecast.words(), None);
        (0..150).for_each(|_| forecast.request());
        let words = forecast.words().unwrap_or_default();
        assert!(
            words.starts_with("About 150 requests, 3 minutes at 60/min; "),
            "{words}"
        );
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
