//! How many requests a vendor takes: a window as the vendors count, or a bucket as gateways do.
//! The time is a parameter, so that a minute costs a test nothing.

use std::str::FromStr;
use std::time::Duration;

use super::fault_error::FaultError;

/// So many requests in so much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// How many requests.
    pub requests: u32,
    /// In how much time.
    pub per: Duration,
    /// Size of the bucket; without it requests are counted in windows that the first one opens.
    pub capacity: Option<u32>,
}

impl FromStr for Limit {
    type Err = FaultError;

    /// Reads `60/min`, `5/s`, `1000/h`, and `200/s:2` with the size of the bucket.
    fn from_str(text: &str) -> Result<Self, FaultError> {
        parse(text).ok_or_else(|| FaultError::Value {
            name: "limit".to_owned(),
            value: text.to_owned(),
            expected: "off, or a rate such as 60/min or 200/s:2",
        })
    }
}

fn parse(text: &str) -> Option<Limit> {
    let (requests, rest) = text.split_once('/')?;
    let (unit, capacity) = match rest.split_once(':') {
        Some((unit, size)) => (unit, Some(size.parse().ok().filter(|size| *size > 0)?)),
        None => (rest, None),
    };
    let per = match unit {
        "s" => Duration::from_secs(1),
        "min" => Duration::from_secs(60),
        "h" => Duration::from_secs(3600),
        _ => return None,
    };
    let requests = requests.parse().ok().filter(|requests| *requests > 0)?;
    Some(Limit {
        requests,
        per,
        capacity,
    })
}

/// What became of a request at the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gate {
    Open { left: u32 },
    Shut { wait: Duration },
}

/// A limit and what was taken of it.
#[derive(Debug, Clone)]
pub(super) struct RateWindow {
    pub(super) limit: Limit,
    opened: Option<Duration>,
    taken: u32,
    /// When the bucket will be full again.
    full: Duration,
}

impl RateWindow {
    pub(super) fn new(limit: Limit) -> Self {
        Self {
            limit,
            opened: None,
            taken: 0,
            full: Duration::ZERO,
        }
    }

    /// Lets one request in at a moment counted from any fixed start.
    pub(super) fn admit(&mut self, now: Duration) -> Gate {
        match self.limit.capacity {
            Some(capacity) => self.admit_from_bucket(now, capacity),
            None => self.admit_in_window(now),
        }
    }

    fn admit_in_window(&mut self, now: Duration) -> Gate {
        let open = self
            .opened
            .map(|opened| opened + self.limit.per)
            .filter(|ends| now < *ends);
        let Some(ends) = open else {
            self.opened = Some(now);
            self.taken = 1;
            return Gate::Open {
                left: self.limit.requests - 1,
            };
        };
        if self.taken == self.limit.requests {
            return Gate::Shut {
                wait: ends.saturating_sub(now),
            };
        }
        self.taken += 1;
        Gate::Open {
            left: self.limit.requests - self.taken,
        }
    }

    fn admit_from_bucket(&mut self, now: Duration, capacity: u32) -> Gate {
        let each = self.limit.per / self.limit.requests;
        let owed = self.full.saturating_sub(now);
        let room = each * (capacity - 1);
        if owed > room {
            return Gate::Shut {
                wait: owed.saturating_sub(room),
            };
        }
        let owed = owed + each;
        self.full = now + owed;
        let taken = owed.as_nanos().div_ceil(each.as_nanos().max(1));
        Gate::Open {
            left: capacity.saturating_sub(u32::try_from(taken).unwrap_or(capacity)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn a_window_opens_with_its_first_request() {
        let mut window = RateWindow::new("60/min".parse().expect("a limit"));
        for left in (0..60).rev() {
            assert_eq!(window.admit(seconds(100)), Gate::Open { left });
        }
        assert_eq!(window.admit(seconds(101)), Gate::Shut { wait: seconds(59) });
        assert_eq!(window.admit(seconds(159)), Gate::Shut { wait: seconds(1) });
        assert_eq!(window.admit(seconds(160)), Gate::Open { left: 59 });
    }

    #[test]
    fn a_bucket_fills_evenly() {
        let mut window = RateWindow::new("2/s:2".parse().expect("a limit"));
        let half = Duration::from_millis(500);
        assert_eq!(window.admit(seconds(10)), Gate::Open { left: 1 });
        assert_eq!(window.admit(seconds(10)), Gate::Open { left: 0 });
        assert_eq!(window.admit(seconds(10)), Gate::Shut { wait: half });
        assert_eq!(window.admit(seconds(10) + half), Gate::Open { left: 0 });
        assert_eq!(window.admit(seconds(60)), Gate::Open { left: 1 });
    }

    #[test]
    fn limits_are_read_or_refused() {
        let per = |requests, per, capacity| {
            Some(Limit {
                requests,
                per,
                capacity,
            })
        };
        let cases = [
            ("60/min", per(60, seconds(60), None)),
            ("200/s:2", per(200, seconds(1), Some(2))),
            ("7/h", per(7, seconds(3600), None)),
            ("0/s", None),
            ("5/s:0", None),
            ("5", None),
            ("5/day", None),
            ("-5/s", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(text.parse::<Limit>().ok(), wanted, "{text}");
        }
    }
}
