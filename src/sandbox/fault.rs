//! What goes wrong on demand: refusals, broken gateways, cut connections, slow answers, short-lived
//! tokens. Chosen by a seeded generator, so that a run that failed can be run again.

use std::str::FromStr;
use std::time::Duration;

use super::fault_error::FaultError;
use super::pace::Limit;

/// One way for a request to go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// 429 with Retry-After; nothing applied.
    TooMany,
    /// 500; nothing applied.
    Internal,
    /// 502; nothing applied.
    BadGateway,
    /// 503, about half of them with Retry-After; nothing applied.
    Unavailable,
    /// 504; nothing applied.
    GatewayTimeout,
    /// Applied, then 500.
    InternalAfter,
    /// The connection is cut; nothing applied.
    DropBefore,
    /// Applied, then the connection is cut.
    DropAfter,
}

const NAMES: &[(&str, Fault)] = &[
    ("429", Fault::TooMany),
    ("500", Fault::Internal),
    ("502", Fault::BadGateway),
    ("503", Fault::Unavailable),
    ("504", Fault::GatewayTimeout),
    ("500_after", Fault::InternalAfter),
    ("drop_before", Fault::DropBefore),
    ("drop_after", Fault::DropAfter),
];

/// A whole, in the parts that chances are counted in.
const WHOLE: u64 = 1_000_000;

/// Which rate the vendors hold their clients to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Limits {
    /// Each vendor's own: Orzame's 60 a minute (P23), none elsewhere.
    #[default]
    Documented,
    /// None at all.
    Off,
    /// The same for every vendor.
    All(Limit),
}

/// What goes wrong, and how often. The default is nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults {
    /// Each fault and its chance in parts per million.
    pub chances: Vec<(Fault, u32)>,
    /// Seconds of every Retry-After; without it 1, or what the rate limit says.
    pub retry_after: Option<u64>,
    /// How long every answer takes.
    pub delay: Duration,
    /// How many requests a token from a sign-in is good for.
    pub expire: Option<u32>,
    /// Where the generator starts.
    pub seed: u64,
    /// The rate that clients are held to.
    pub limit: Limits,
    /// How names are stored.
    pub names: NameStorage,
}

/// How the vendors store the names that they are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NameStorage {
    /// As they are sent.
    #[default]
    Kept,
    /// In capitals, and nothing is said of it.
    Capitals,
}

impl FromStr for Faults {
    type Err = FaultError;

    /// Reads `429=5%,drop_after=1%,delay=50ms,expire=20,retry_after=0,limit=off,names=capitals,seed=7`.
    fn from_str(text: &str) -> Result<Self, FaultError> {
        let mut faults = Self::default();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let shape = || FaultError::Shape(part.to_owned());
            let (name, value) = part.split_once('=').ok_or_else(shape)?;
            faults.set(name.trim(), value.trim())?;
        }
        let sum: u64 = faults
            .chances
            .iter()
            .map(|(_, chance)| u64::from(*chance))
            .sum();
        if sum > WHOLE {
            Err(FaultError::TooMuch(text.to_owned()))
        } else {
            Ok(faults)
        }
    }
}

impl Faults {
    fn set(&mut self, name: &str, value: &str) -> Result<(), FaultError> {
        let wrong = |expected| FaultError::Value {
            name: name.to_owned(),
            value: value.to_owned(),
            expected,
        };
        if let Some((_, fault)) = NAMES.iter().find(|(known, _)| *known == name) {
            let chance = chance(value).ok_or_else(|| wrong("a chance such as 5% or 0.5%"))?;
            self.chances.retain(|(known, _)| known != fault);
            self.chances.push((*fault, chance));
            return Ok(());
        }
        match name {
            "retry_after" => {
                let seconds = value.parse().map_err(|_| wrong("a number of seconds"))?;
                self.retry_after = Some(seconds);
            }
            "delay" => {
                self.delay = duration(value).ok_or_else(|| wrong("a time such as 50ms or 2s"))?;
            }
            "expire" => {
                let uses = value.parse().ok().filter(|uses| *uses > 0);
                self.expire = Some(uses.ok_or_else(|| wrong("a number of requests from 1"))?);
            }
            "seed" => self.seed = value.parse().map_err(|_| wrong("a whole number"))?,
            "names" if value == "capitals" => self.names = NameStorage::Capitals,
            "names" => return Err(wrong("capitals")),
            "limit" if value == "off" => self.limit = Limits::Off,
            "limit" => self.limit = Limits::All(value.parse()?),
            _ => return Err(FaultError::Unknown(name.to_owned())),
        }
        Ok(())
    }
}

fn chance(text: &str) -> Option<u32> {
    let number = text.strip_suffix('%')?;
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 4 {
        return None;
    }
    let parts = whole.parse::<u32>().ok()?.checked_mul(10_000)?;
    let rest = format!("{part:0<4}").parse::<u32>().ok()?;
    parts
        .checked_add(rest)
        .filter(|chance| u64::from(*chance) <= WHOLE)
}

fn duration(text: &str) -> Option<Duration> {
    match text.strip_suffix("ms") {
        Some(number) => number.parse().ok().map(Duration::from_millis),
        None => text
            .strip_suffix('s')?
            .parse()
            .ok()
            .map(Duration::from_secs),
    }
}

/// The generator: splitmix64, the same numbers for the same seed everywhere.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Which fault strikes the next request; one roll for all, so that the chances are exact.
    pub(super) fn fault(&mut self, faults: &Faults) -> Option<Fault> {
        let mut roll = self.roll() % WHOLE;
        for (fault, chance) in &faults.chances {
            let chance = u64::from(*chance);
            if roll < chance {
                return Some(*fault);
            }
            roll -= chance;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_read() {
        let text = "429=5%,500=1%,503=0.25%,drop_before=1%,drop_after=1%, delay=50ms,expire=20,\
                    retry_after=0,limit=200/s:2,names=capitals,seed=7";
        let faults: Faults = text.parse().expect("faults");
        assert_eq!(faults.chances[0], (Fault::TooMany, 50_000));
        assert_eq!(faults.chances[2], (Fault::Unavailable, 2_500));
        assert_eq!(faults.chances.len(), 5);
        assert_eq!(faults.delay, Duration::from_millis(50));
        assert_eq!(
            (faults.expire, faults.retry_after, faults.seed),
            (Some(20), Some(0), 7)
        );
        assert!(matches!(
            faults.limit,
            Limits::All(Limit {
                capacity: Some(2),
                ..
            })
        ));
        assert_eq!(faults.names, NameStorage::Capitals);
        assert_eq!("".parse::<Faults>(), Ok(Faults::default()));
        assert_eq!(
            "limit=off".parse::<Faults>().map(|faults| faults.limit),
            Ok(Limits::Off)
        );
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let cases = [
            ("429", "fault \"429\" is not written name=value"),
            ("418=5%", "unknown fault \"418\""),
            (
                "429=5",
                "fault \"429\" cannot be \"5\", it takes a chance such as 5% or 0.5%",
            ),
            (
                "429=-5%",
                "fault \"429\" cannot be \"-5%\", it takes a chance such as 5% or 0.5%",
            ),
            (
                "429=101%",
                "fault \"429\" cannot be \"101%\", it takes a chance such as 5% or 0.5%",
            ),
            (
                "delay=5",
                "fault \"delay\" cannot be \"5\", it takes a time such as 50ms or 2s",
            ),
            (
                "expire=0",
                "fault \"expire\" cannot be \"0\", it takes a number of requests from 1",
            ),
            (
                "429=60%,500=60%",
                "the chances of \"429=60%,500=60%\" add up to more than 100%",
            ),
            (
                "names=small",
                "fault \"names\" cannot be \"small\", it takes capitals",
            ),
            (
                "limit=fast",
                "fault \"limit\" cannot be \"fast\", it takes off, or a rate such as 60/min or 200/s:2",
            ),
        ];
        for (text, wanted) in cases {
            let error = text.parse::<Faults>().expect_err(text);
            assert_eq!(error.to_string(), wanted);
        }
    }

    #[test]
    fn the_same_seed_rolls_the_same_faults_about_as_often_as_asked() {
        let faults: Faults = "429=5%,drop_after=20%".parse().expect("faults");
        let roll = |seed| {
            let mut dice = Dice::new(seed);
            (0..10_000).map(|_| dice.fault(&faults)).collect::<Vec<_>>()
        };
        assert_eq!(roll(7), roll(7));
        assert_ne!(roll(7), roll(8));
        let count = |fault| roll(7).iter().filter(|found| **found == fault).count();
        assert!((400..600).contains(&count(Some(Fault::TooMany))));
        assert!((1_850..2_150).contains(&count(Some(Fault::DropAfter))));
    }
}
