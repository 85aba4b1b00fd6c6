//! A target, ready to be used: from `rolo.toml`, from the flags, or the sandbox in this process.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::error::ConfigError;
use super::file::{TargetTable, Targets};
use super::secret;
use crate::backend::{self, MustKeep, Profile, Rate, Settings, Vendor, VendorEntry};
use crate::engine::TargetSpec;
use crate::model::{ParentId, Region};
use crate::plan::{Compare, DeleteLimit};

/// What the in-process sandbox is asked at; it is our own, so that nobody waits for it.
const SANDBOX_RATE: Rate = Rate::per_second(100);

/// What is said of a target instead of what the files say.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Switches: `NAME=VALUE`.
    pub set: Vec<String>,
    /// What contacts without a parent of their own hang under.
    pub parent: Option<String>,
    /// What must not be lost.
    pub fail_on_loss: MustKeep,
}

/// One account at a vendor, without its secrets.
pub struct Target {
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
    /// What must not be lost on the way to it.
    pub must_keep: MustKeep,
    /// What contacts without a parent of their own hang under.
    pub parent: Option<ParentId>,
    /// Where it is.
    pub place: TargetPlace,
}

/// Where a target is.
pub enum TargetPlace {
    /// A vendor by its bare name: it can be checked for, not sent to.
    Nowhere,
    /// The sandbox in this process.
    Sandbox,
    /// An account.
    Account(Box<TargetTable>),
}

impl Target {
    /// Finds a target by name, as the files and these flags say: `sandbox:VENDOR`, a target of the files, or a vendor.
    pub fn find(name: &str, targets: &Targets, overrides: &Overrides) -> Result<Self, ConfigError> {
        Self::of(&resolve(name, targets, overrides)?, targets)
    }

    /// A target as it was meant, at the address and the pace that the files state.
    pub fn of(spec: &TargetSpec, targets: &Targets) -> Result<Self, ConfigError> {
        let entry = entry(&spec.vendor, targets)?;
        let place = place(spec, targets)?;
        let mut settings = Settings::resolve(entry.profile, &spec.settings)?;
        settings.region = spec.region;
        settings.parent.clone_from(&spec.parent);
        let written = match &place {
            TargetPlace::Account(written) => Some(written),
            TargetPlace::Nowhere | TargetPlace::Sandbox => None,
        };
        Ok(Self {
            name: spec.name.clone(),
            region: spec.region,
            rate: written
                .and_then(|written| written.rate.as_ref())
                .map(|rate| usage(rate.parse(), &spec.name))
                .transpose()?,
            concurrency: written.and_then(|written| written.concurrency),
            must_keep: spec.fail_on_loss.clone(),
            parent: spec.parent.clone(),
            vendor: Arc::from((entry.build)(settings)),
            place,
        })
    }

    /// What is known of its vendor.
    pub fn profile(&self) -> &'static Profile {
        self.vendor.profile()
    }

    /// The pace: the flag's, the target's, the vendor's.
    pub fn pace(&self, flag: Option<Rate>) -> Rate {
        let default = match self.place {
            TargetPlace::Sandbox => SANDBOX_RATE,
            _ => self.profile().rate,
        };
        flag.or(self.rate).unwrap_or(default)
    }

    /// The lanes: the flag's, the target's, the vendor's.
    pub fn lanes(&self, flag: Option<u16>) -> usize {
        flag.or(self.concurrency)
            .map_or(self.profile().concurrency, usize::from)
            .max(1)
    }
}

/// What a target is meant to be: what the files say of it, and these flags.
pub fn resolve(
    name: &str,
    targets: &Targets,
    overrides: &Overrides,
) -> Result<TargetSpec, ConfigError> {
    let (name, entry, written) = match (name.strip_prefix("sandbox:"), targets.known.get(name)) {
        (Some(vendor), _) => (name, entry(vendor, targets)?, None),
        (None, Some(written)) => (name, entry(&written.vendor, targets)?, Some(written)),
        (None, None) => {
            let entry = entry(name, targets)?;
            (entry.profile.id, entry, None)
        }
    };
    let mut given = written
        .map(|written| switches(name, written, entry.profile))
        .transpose()?
        .unwrap_or_default();
    let flags = set_switches(&mut given, &overrides.set)?;
    let settings = Settings::resolve(entry.profile, &given)?;
    let parent = match (&overrides.parent, written.and_then(|w| w.parent.as_ref())) {
        (Some(id), _) => Some(id.clone()),
        (None, Some(value)) => Some(text_of(name, "parent", value)?),
        (None, None) => None,
    };
    Ok(TargetSpec {
        name: name.to_owned(),
        vendor: entry.profile.id.to_owned(),
        file: written
            .map(|written| std::path::absolute(&written.file))
            .transpose()?,
        settings: settings
            .all()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        stated: flags
            .into_iter()
            .chain(overrides.parent.as_ref().map(|_| "parent".to_owned()))
            .collect(),
        region: written
            .and_then(|written| written.region.as_ref())
            .map(|region| usage(region.parse(), name))
            .transpose()?,
        parent: parent.map(ParentId::new),
        fail_on_loss: overrides.fail_on_loss.clone(),
    })
}

/// Takes in what `--set` says; returns the names of what was set.
pub fn set_switches(
    settings: &mut BTreeMap<String, String>,
    flags: &[String],
) -> Result<BTreeSet<String>, ConfigError> {
    let mut stated = BTreeSet::new();
    for flag in flags {
        let (name, value) = flag.split_once('=').ok_or_else(|| {
            let what = format!("`--set {flag}` has no `=`");
            ConfigError::new(what, "write --set NAME=VALUE")
        })?;
        settings.insert(name.trim().to_owned(), value.trim().to_owned());
        stated.insert(name.trim().to_owned());
    }
    Ok(stated)
}

/// Where a target is now. One that is at another vendor by now is not the one that was meant.
fn place(spec: &TargetSpec, targets: &Targets) -> Result<TargetPlace, ConfigError> {
    if spec.name.starts_with("sandbox:") {
        return Ok(TargetPlace::Sandbox);
    }
    let Some(written) = targets.known.get(&spec.name) else {
        entry(&spec.name, targets)?;
        return Ok(TargetPlace::Nowhere);
    };
    let vendor = entry(&written.vendor, targets)?.profile.id;
    if vendor != spec.vendor {
        let (name, then) = (&spec.name, &spec.vendor);
        return Err(ConfigError::new(
            format!("target `{name}` is at {vendor} now, and was at {then} when the run began"),
            "name the file that holds the run's own target with --config, or import the sheet again",
        ));
    }
    Ok(TargetPlace::Account(Box::new(written.clone())))
}

fn usage<T, E: std::error::Error + Send + Sync + 'static>(
    parsed: Result<T, E>,
    target: &str,
) -> Result<T, ConfigError> {
    parsed.map_err(|error| ConfigError::new(error, format!("look at [targets.{target}]")))
}

impl TargetTable {
    /// What rows are compared with, if the target states it.
    pub fn compare(&self, target: &str) -> Result<Option<Compare>, ConfigError> {
        let Some(text) = &self.compare else {
            return Ok(None);
        };
        match text.to_ascii_lowercase().as_str() {
            "ledger" => Ok(Some(Compare::Ledger)),
            "target" => Ok(Some(Compare::Target)),
            _ => Err(ConfigError::new(
                format!("target `{target}`: `{text}` is nothing to compare with"),
                "compare is \"ledger\" or \"target\"",
            )),
        }
    }

    /// How many matched records may be changed, if the target states it.
    pub fn max_update(&self, target: &str) -> Result<Option<DeleteLimit>, ConfigError> {
        let text = self.max_update.as_ref();
        let text = text
            .map(|value| text_of(target, "max_update", value))
            .transpose()?;
        text.map(|text| usage(text.parse(), target)).transpose()
    }
}

fn entry(name: &str, targets: &Targets) -> Result<&'static VendorEntry, ConfigError> {
    backend::find(name).ok_or_else(|| {
        let vendors = backend::VENDORS
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
        ConfigError::new(format!("there is no vendor or target `{name}`"), hint)
    })
}

/// The switches and further settings of a target, as texts; what is neither those nor a credential is an error.
fn switches(
    name: &str,
    written: &TargetTable,
    profile: &'static Profile,
) -> Result<BTreeMap<String, String>, ConfigError> {
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
            return Err(ConfigError::new(
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
pub(super) fn text_of(
    target: &str,
    name: &str,
    value: &toml::Value,
) -> Result<String, ConfigError> {
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
        _ => Err(ConfigError::new(
            format!("`{name}` of target `{target}` is not a plain value"),
            "write a text, a number, or a list of numbers",
        )),
    }
}
