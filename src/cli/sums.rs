//! What a plan comes to: how many steps of which kind, what is lost by them, how many requests they take, and when
//! they will have been sent at the target's pace.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Zoned;

use crate::plan::{Action, Step};
use crate::vendor::{Effort, Rate, Vendor};

/// What a plan holds, by action.
pub(super) type Counts = BTreeMap<&'static str, u64>;

/// The sums over a plan.
#[derive(Default)]
pub(super) struct Sums {
    counts: Counts,
    /// Values that find no place, by family of fields.
    lost: BTreeMap<String, u64>,
    /// Requests for all but creates.
    requests: u64,
    /// Requests for creates, if each went alone.
    creating: u64,
}

impl Sums {
    /// Counts a step.
    pub(super) fn add(&mut self, step: &Step, vendor: &dyn Vendor) {
        *self.counts.entry(step.action.name()).or_default() += 1;
        if step.action.is_sent() {
            for lost in &step.lost {
                *self.lost.entry(lost.family().to_owned()).or_default() += 1;
            }
        }
        *self.slot(step.action) += effort(step, vendor);
    }

    /// Takes a step back that becomes another.
    pub(super) fn take(&mut self, step: &Step, vendor: &dyn Vendor) {
        less(&mut self.counts, step.action.name());
        if step.action.is_sent() {
            for lost in &step.lost {
                less(&mut self.lost, lost.family());
            }
        }
        *self.slot(step.action) -= effort(step, vendor);
    }

    fn slot(&mut self, action: Action) -> &mut u64 {
        match action {
            Action::Create => &mut self.creating,
            _ => &mut self.requests,
        }
    }

    /// The steps by action.
    pub(super) fn counts(&self) -> &Counts {
        &self.counts
    }

    /// How many requests the plan takes, with so many looks at parents beside them.
    pub(super) fn requests(&self, vendor: &dyn Vendor, looks: u64) -> u64 {
        let batch = vendor.batch().max(1) as u64;
        let sent = self.requests + self.creating.div_ceil(batch);
        if sent == 0 { 0 } else { sent + looks }
    }

    /// What the steps that will be sent lose, in words.
    pub(super) fn losses(&self, vendor: &str) -> Option<String> {
        let parts: Vec<String> = self
            .lost
            .iter()
            .map(|(field, count)| format!("{field} {count}"))
            .collect();
        (!parts.is_empty()).then(|| {
            let list = parts.join(", ");
            format!("note: {vendor} cannot hold some values: {list}; --fail-on-loss rejects rows that lose them")
        })
    }
}

fn less<K: Ord + std::borrow::Borrow<str>>(counts: &mut BTreeMap<K, u64>, name: &str) {
    if let Some(count) = counts.get_mut(name) {
        *count -= 1;
        if *count == 0 {
            counts.remove(name);
        }
    }
}

fn effort(step: &Step, vendor: &dyn Vendor) -> u64 {
    let effort = match step.action {
        Action::Create => Effort::Create,
        Action::Update => Effort::Update,
        Action::Delete => Effort::Delete,
        _ => return 0,
    };
    step.payload
        .as_ref()
        .map_or(0, |payload| vendor.requests(effort, payload))
}

/// The counts in words: `10 to create, 1 unchanged`.
pub(super) fn words(counts: &Counts) -> String {
    let word = |action: &str| match action {
        "create" => "to create".to_owned(),
        "update" => "to update".to_owned(),
        "delete" => "to delete".to_owned(),
        "skip" => "skipped".to_owned(),
        "reject" => "rejected".to_owned(),
        "doubt" => "in doubt".to_owned(),
        other => other.to_owned(),
    };
    let parts: Vec<String> = counts
        .iter()
        .map(|(action, rows)| format!("{rows} {}", word(action)))
        .collect();
    if parts.is_empty() {
        "nothing to do".to_owned()
    } else {
        parts.join(", ")
    }
}

/// When so many requests will have been sent at this pace; `None` where there is nothing to send.
pub(super) fn forecast(requests: u64, rate: Rate, now: &Zoned) -> Option<String> {
    if requests == 0 {
        return None;
    }
    let count = u32::try_from(requests).unwrap_or(u32::MAX);
    let time = rate.interval().saturating_mul(count);
    let end = now
        .checked_add(time)
        .map(|end| end.strftime("%H:%M").to_string());
    let done = end
        .map(|end| format!(", done at {end}"))
        .unwrap_or_default();
    let unit = if requests == 1 { "request" } else { "requests" };
    Some(format!(
        "Forecast: {} {unit} at {rate}: {}{done}",
        grouped(requests),
        long(time)
    ))
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

/// A while as a person says it, rounded up.
fn long(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    let one = |n: u64, unit: &str| match n {
        1 => format!("1 {unit}"),
        n => format!("{n} {unit}s"),
    };
    match seconds {
        0..90 => one(seconds.max(1), "second"),
        90..5400 => one(seconds.div_ceil(60), "minute"),
        _ => {
            let minutes = seconds.div_ceil(60);
            format!(
                "{} {}",
                one(minutes / 60, "hour"),
                one(minutes % 60, "minute")
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forecast_tells_requests_time_and_end() {
        let now = jiff::civil::date(2026, 3, 2).at(14, 10, 30, 0);
        let now = now.to_zoned(jiff::tz::TimeZone::UTC).expect("a time");
        for (requests, rate, words) in [
            (0, Rate::per_second(1), None),
            (
                1,
                Rate::per_second(1),
                Some("Forecast: 1 request at 1/s: 1 second, done at 14:10"),
            ),
            (
                1240,
                Rate::per_minute(60),
                Some("Forecast: 1,240 requests at 60/min: 21 minutes, done at 14:31"),
            ),
            (
                7300,
                Rate::per_second(1),
                Some("Forecast: 7,300 requests at 1/s: 2 hours 2 minutes, done at 16:12"),
            ),
        ] {
            assert_eq!(forecast(requests, rate, &now).as_deref(), words);
        }
    }

    #[test]
    fn counts_are_told_in_words() {
        let counts = Counts::from([("create", 10), ("unchanged", 1)]);
        assert_eq!(words(&counts), "10 to create, 1 unchanged");
        assert_eq!(words(&Counts::new()), "nothing to do");
    }
}
