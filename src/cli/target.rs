//! A target, ready to be used: from `rolo.toml`, from the flags, or the sandbox in this process.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::aims::Compare;
use super::args::{Common, Tuning};
use super::config::{Targets, Written, state_folder};
use super::failure::{Failure, Kind};
use super::secret;
use crate::model::{ParentId, Region};
use crate::vendor::{self, Entry, MustKeep, Profile, Rate, Settings, Vendor};

pub(super) use super::reach::Reached;

/// What the in-process sandbox is asked at; it is our own, so that nobody waits for it.
const SANDBOX_RATE: Rate = Rate::per_second(100);

/// One account at a vendor, without its secrets.
pub(super) struct Target {
    /// Its name, as it was asked for.
    pub name: String,
    /// The vendor, with the target's settings.
    pub vendor: Arc<dyn Vendor>,
    /// The region of numbers without a country code, if the target states one.
    pub region: Option<Region>,
    /// The pace that the target states.
    pub rate: Option<Rate>,
    /// The lanes that the target states.
    pub concurrency: Option<u16>,
    /// What rows are compared with, if the target states it.
    pub compare: Option<Compare>,
    /// What must not be lost on the way to it.
    pub must_keep: MustKeep,
    /// What contacts without a parent of their own hang under.
    pub(super) parent: Option<ParentId>,
    pub(super) place: Place,
}

/// Where a target is.
pub(super) enum Place {
    /// A vendor by its bare name: it can be checked for, not sent to.
    Nowhere,
    /// The sandbox in this process.
    Sandbox,
    /// An account.
    Written(Box<Written>),
}

impl Target {
    /// Finds a target by name: `sandbox:VENDOR`, a target of the files, or a vendor.
    pub(super) fn find(name: &str, targets: &Targets, tuning: &Tuning) -> Result<Self, Failure> {
        if let Some(vendor) = name.strip_prefix("sandbox:") {
            return Self::make(name, entry(vendor, targets)?, None, Place::Sandbox, tuning);
        }
        if let Some(written) = targets.known.get(name) {
            let entry = entry(&written.vendor, targets)?;
            let place = Place::Written(Box::new(written.clone()));
            return Self::make(name, entry, Some(written), place, tuning);
        }
        let entry = entry(name, targets)?;
        Self::make(entry.profile.id, entry, None, Place::Nowhere, tuning)
    }

    fn make(
        name: &str,
        entry: &Entry,
        written: Option<&Written>,
        place: Place,
        tuning: &Tuning,
    ) -> Result<Self, Failure> {
        let mut given = written
            .map(|w| switches(name, w, entry.profile))
            .transpose()?
            .unwrap_or_default();
        for set in &tuning.set {
            let (name, value) = set.split_once('=').ok_or_else(|| {
                Failure::usage(
                    format!("`--set {set}` has no `=`"),
                    "write --set NAME=VALUE",
                )
            })?;
            given.insert(name.trim().to_owned(), value.trim().to_owned());
        }
        let mut settings = Settings::resolve(entry.profile, &given)?;
        let field = |text: &Option<String>| text.clone();
        settings.region = written
            .and_then(|w| field(&w.region))
            .map(|r| usage(r.parse(), name))
            .transpose()?;
        let parent = match (&tuning.parent, written.and_then(|w| w.parent.as_ref())) {
            (Some(id), _) => Some(id.clone()),
            (None, Some(value)) => Some(text_of(name, "parent", value)?),
            (None, None) => None,
        };
        settings.parent = parent.map(ParentId);
        Ok(Self {
            name: name.to_owned(),
            region: settings.region,
            rate: written
                .and_then(|w| field(&w.rate))
                .map(|r| usage(r.parse(), name))
                .transpose()?,
            concurrency: written.and_then(|w| w.concurrency),
            compare: written
                .and_then(|w| field(&w.compare))
                .map(|c| comparing(&c, name))
                .transpose()?,
            must_keep: tuning.fail_on_loss.clone(),
            parent: settings.parent.clone(),
            vendor: Arc::from((entry.build)(settings)),
            place,
        })
    }

    /// What is known of its vendor.
    pub(super) fn profile(&self) -> &'static Profile {
        self.vendor.profile()
    }

    /// The pace: the flag's, the target's, the vendor's.
    pub(super) fn pace(&self, flag: Option<Rate>) -> Rate {
        let default = match self.place {
            Place::Sandbox => SANDBOX_RATE,
            _ => self.profile().rate,
        };
        flag.or(self.rate).unwrap_or(default)
    }

    /// The lanes: the flag's, the target's, the vendor's.
    pub(super) fn lanes(&self, flag: Option<u16>) -> usize {
        flag.or(self.concurrency)
            .map_or(self.profile().concurrency, usize::from)
            .max(1)
    }
}

fn usage<T, E: std::error::Error + Send + Sync + 'static>(
    parsed: Result<T, E>,
    target: &str,
) -> Result<T, Failure> {
    parsed.map_err(|error| Failure::new(Kind::Usage, error, format!("look at [targets.{target}]")))
}

fn comparing(text: &str, target: &str) -> Result<Compare, Failure> {
    <Compare as clap::ValueEnum>::from_str(text, true).map_err(|_| {
        Failure::usage(
            format!("target `{target}`: `{text}` is nothing to compare with"),
            "compare is \"ledger\" or \"target\"",
        )
    })
}

fn entry(name: &str, targets: &Targets) -> Result<&'static Entry, Failure> {
    vendor::find(name).ok_or_else(|| {
        let vendors = vendor::VENDORS
            .iter()
            .map(|entry| entry.profile.id)
            .collect::<Vec<_>>();
        let mut hint = format!("the vendors are {}", vendors.join(", "));
        if targets.known.is_empty() {
            hint.push_str("; no rolo.toml with targets was found");
        } else {
            hint.push_str("; the targets are ");
            hint.push_str(&secret::names(&targets.known));
        }
        Failure::usage(format!("there is no vendor or target `{name}`"), hint)
    })
}

/// The switches and further settings of a target, as texts; what is neither those nor a credential is an error.
fn switches(
    name: &str,
    written: &Written,
    profile: &'static Profile,
) -> Result<BTreeMap<String, String>, Failure> {
    let mut given = BTreeMap::new();
    for (switch, value) in &written.switches {
        given.insert(switch.clone(), text_of(name, switch, value)?);
    }
    for (key, value) in &written.rest {
        let credential = profile
            .credentials
            .iter()
            .copied()
            .flatten()
            .any(|c| c.name == key);
        if profile.options.iter().any(|option| option.name == key) {
            given.insert(key.clone(), text_of(name, key, value)?);
        } else if !credential && key != "account" {
            return Err(Failure::usage(
                format!(
                    "target `{name}` has a setting `{key}`, which {} does not know",
                    profile.id
                ),
                format!("`rolo vendors {}` lists what a target holds", profile.id),
            ));
        }
    }
    Ok(given)
}

/// A plain value of `rolo.toml` as text; a list is joined by commas.
pub(super) fn text_of(target: &str, name: &str, value: &toml::Value) -> Result<String, Failure> {
    match value {
        toml::Value::String(text) => Ok(text.clone()),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Boolean(truth) => Ok(truth.to_string()),
        toml::Value::Array(list) => {
            let texts: Result<Vec<_>, _> = list
                .iter()
                .map(|value| text_of(target, name, value))
                .collect();
            Ok(texts?.join(","))
        }
        _ => Err(Failure::usage(
            format!("`{name}` of target `{target}` is no plain value"),
            "write a text, a number, or a list of numbers",
        )),
    }
}

impl Common {
    /// Where the ledger is.
    pub(super) fn ledger_path(&self) -> Result<std::path::PathBuf, Failure> {
        match &self.ledger {
            Some(path) => Ok(path.clone()),
            None => Ok(state_folder()?.join("ledger.sqlite3")),
        }
    }
}
