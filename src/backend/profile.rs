//! What is known of a vendor before a word is spoken with it: names, pace, limits, fields, credentials.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::slot::Slot;
use super::switch::{Evidence, Switch};
use crate::model::Field;

/// How many requests in how long; in JSON, as a person writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rate {
    /// How many; at least 1.
    pub requests: u32,
    /// In how long.
    pub per: Duration,
}

impl Rate {
    /// So many a second.
    pub const fn per_second(requests: u32) -> Self {
        Self {
            requests,
            per: Duration::from_secs(1),
        }
    }

    /// So many a minute.
    pub const fn per_minute(requests: u32) -> Self {
        Self {
            requests,
            per: Duration::from_secs(60),
        }
    }

    /// The time between two requests.
    pub fn interval(self) -> Duration {
        self.per / self.requests.max(1)
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = match self.per.as_secs() {
            60 => "min",
            3600 => "h",
            _ => "s",
        };
        write!(f, "{}/{unit}", self.requests)
    }
}

impl From<Rate> for String {
    fn from(rate: Rate) -> Self {
        rate.to_string()
    }
}

impl TryFrom<String> for Rate {
    type Error = BadRate;

    fn try_from(text: String) -> Result<Self, BadRate> {
        text.parse()
    }
}

/// A text that is no rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid rate `{0}`: expected a number and a unit, for example 10/s, 60/min or 500/h")]
pub struct BadRate(pub String);

impl std::str::FromStr for Rate {
    type Err = BadRate;

    fn from_str(text: &str) -> Result<Self, BadRate> {
        let bad = || BadRate(text.to_owned());
        let (requests, unit) = text.trim().split_once('/').ok_or_else(bad)?;
        let requests = requests
            .trim()
            .parse()
            .ok()
            .filter(|n| (1..=100_000).contains(n));
        let seconds = match unit.trim() {
            "s" | "sec" | "second" => 1,
            "m" | "min" | "minute" => 60,
            "h" | "hour" => 3600,
            _ => return Err(bad()),
        };
        Ok(Self {
            requests: requests.ok_or_else(bad)?,
            per: Duration::from_secs(seconds),
        })
    }
}

/// Where a vendor's service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaseUrl {
    /// One address for everybody.
    Fixed(&'static str),
    /// An address that holds the account's name in place of `{account}`.
    PerAccount(&'static str),
    /// The person must say; this is what it looks like.
    Required(&'static str),
}

/// One credential that a target holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Its name in `rolo.toml`.
    pub name: &'static str,
    /// Whether it must be kept from sight.
    pub secret: Secrecy,
}

/// Whether a credential must be kept from sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    /// It names the account.
    Plain,
    /// It opens the account.
    Secret,
}

impl Credential {
    /// A credential that names the account.
    pub const fn plain(name: &'static str) -> Self {
        Self {
            name,
            secret: Secrecy::Plain,
        }
    }

    /// A credential that opens the account.
    pub const fn secret(name: &'static str) -> Self {
        Self {
            name,
            secret: Secrecy::Secret,
        }
    }
}

/// One thing that can be asked of a vendor.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// What it does: `create`.
    pub name: &'static str,
    /// The request: `POST /api/contacts/`.
    pub request: &'static str,
    /// Where it is known from.
    pub evidence: Evidence,
}

impl Operation {
    /// One thing that can be asked.
    pub const fn new(name: &'static str, request: &'static str, evidence: Evidence) -> Self {
        Self {
            name,
            request,
            evidence,
        }
    }
}

/// A field that a vendor holds, and where.
#[derive(Clone, Copy, Debug)]
pub struct HeldField {
    /// The field.
    pub field: Field,
    /// Its place in the vendor's record: `details.names.first`.
    pub at: &'static str,
}

impl HeldField {
    /// A field and its place.
    pub const fn new(field: Field, at: &'static str) -> Self {
        Self { field, at }
    }
}

/// Whether a vendor's contacts hang under something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// They stand alone.
    None,
    /// Each belongs to one; this is what the vendor calls it.
    Required(&'static str),
}

/// What a look at all that a vendor holds costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// One request, or one a page: the list holds every contact whole.
    Whole,
    /// One request for the ids, and one more for each contact.
    EachContact,
    /// One request for each parent, or one a page of it.
    EachParent,
}

/// A vendor's profile.
#[derive(Debug)]
pub struct Profile {
    /// The id in files and on the command line.
    pub id: &'static str,
    /// Other names that are taken for the id.
    pub aliases: &'static [&'static str],
    /// The name for people.
    pub name: &'static str,
    /// What it is: one sentence.
    pub about: &'static str,
    /// Where it is: all that stands before the document's own paths.
    pub base_url: BaseUrl,
    /// The credentials, in alternatives: any one list will do.
    pub credentials: &'static [&'static [Credential]],
    /// Further settings of a target, beside its credentials.
    pub options: &'static [Switch],
    /// What the document leaves open: at most ten.
    pub switches: &'static [Switch],
    /// The pace without `--rate`.
    pub rate: Rate,
    /// Where the pace is known from.
    pub rate_evidence: Evidence,
    /// Requests in flight without `--concurrency`.
    pub concurrency: usize,
    /// What contacts hang under.
    pub parent: Parent,
    /// What a look at all that it holds costs.
    pub listing: Listing,
    /// What is known of limits beside the pace: a sentence each, and where it is known from. Empty: none is known.
    pub limits: &'static [(&'static str, Evidence)],
    /// What can be asked.
    pub operations: &'static [Operation],
    /// The fields it holds.
    pub holds: &'static [HeldField],
    /// Its places for phone numbers, in the order in which they are filled.
    pub slots: &'static [Slot],
    /// What becomes of a row that has a company and no person: one sentence.
    pub company_only: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_and_a_unit() {
        for (text, milliseconds) in [
            ("10/s", 100),
            ("60/min", 1000),
            (" 2 / s ", 500),
            ("3600/h", 1000),
        ] {
            let rate: Rate = text.parse().expect(text);
            assert_eq!(
                rate.interval(),
                Duration::from_millis(milliseconds),
                "{text}"
            );
        }
        for wrong in ["", "10", "0/s", "-1/s", "x/s", "10/fortnight", "1000000/s"] {
            assert!(wrong.parse::<Rate>().is_err(), "{wrong}");
        }
    }
}
