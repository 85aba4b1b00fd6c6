//! A target, ready to be used: from `rolo.toml`, from the flags, or the sandbox in this process.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::args::{Common, Tuning};
use super::config::{Targets, Written, state_folder};
use super::failure::{Failure, Kind};
use super::secret;
use crate::model::{BookId, ParentId, Region};
use crate::sandbox;
use crate::transport::{Client, Https, Pacer, Stop};
use crate::vendor::{
    self, BaseUrl, Credential, Credentials, Entry, MustKeep, Parent, Profile, Rate, Settings,
    Vendor,
};

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
    /// What must not be lost on the way to it.
    pub must_keep: MustKeep,
    parent: Option<ParentId>,
    place: Place,
}

enum Place {
    /// A vendor by its bare name: it can be checked for, not sent to.
    Nowhere,
    /// The sandbox in this process.
    Sandbox,
    /// An account.
    Written(Box<Written>),
}

/// A target that can be sent to. The sandbox in this process ends with it.
pub(super) struct Reached {
    /// What sends.
    pub client: Client,
    /// Says that nothing new is to start.
    pub stop: Stop,
    _sandbox: Option<sandbox::Running>,
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

    /// The id of its address book.
    pub(super) fn book(&self) -> Result<BookId, Failure> {
        let id = self.profile().id;
        let parent = match self.profile().parent {
            Parent::None => None,
            Parent::Required(_) => self.parent.as_ref(),
        };
        match &self.place {
            Place::Nowhere => Err(self.unreachable()),
            Place::Sandbox => Ok(BookId::of(id, "sandbox", "", parent)),
            Place::Written(written) => {
                let account = self.account(written)?;
                Ok(BookId::of(id, &self.base_url(written)?, &account, parent))
            }
        }
    }

    /// What tells accounts at one address apart: `account`, the credential that names it, or the target's name.
    fn account(&self, written: &Written) -> Result<String, Failure> {
        let plain = self.profile().credentials.iter().copied().flatten();
        let plain = plain
            .filter(|c| c.secret == vendor::Secrecy::Plain)
            .map(|c| c.name);
        for name in std::iter::once("account").chain(plain) {
            if let Some(value) = written.rest.get(name) {
                return text_of(&self.name, name, value);
            }
        }
        Ok(self.name.clone())
    }

    fn base_url(&self, written: &Written) -> Result<String, Failure> {
        let missing = |shape: &str| {
            Failure::usage(
                format!("target `{}` has no base_url", self.name),
                format!("write base_url = \"{shape}\" into it"),
            )
        };
        match (&written.base_url, self.profile().base_url) {
            (Some(url), _) => Ok(url.clone()),
            (None, BaseUrl::Fixed(url)) => Ok(url.to_owned()),
            (None, BaseUrl::Required(shape)) => Err(missing(shape)),
            (None, BaseUrl::PerAccount(shape)) => match written.rest.get("account") {
                Some(account) => {
                    let account = text_of(&self.name, "account", account)?;
                    let label = |c: char| c.is_ascii_alphanumeric() || c == '-';
                    if account.is_empty() || !account.chars().all(label) {
                        return Err(Failure::usage(
                            format!("target `{}`: `{account}` is no account name", self.name),
                            format!("it is the first part of {shape}"),
                        ));
                    }
                    Ok(shape.replace("{account}", &account))
                }
                None => Err(missing(shape)),
            },
        }
    }

    fn unreachable(&self) -> Failure {
        Failure::usage(
            format!(
                "`{}` is a vendor, not a target: there is no account to send to",
                self.name
            ),
            format!(
                "write a [targets.NAME] table into rolo.toml, or try it with --to sandbox:{}",
                self.profile().id
            ),
        )
    }

    /// Makes the line to it; secrets are read now.
    pub(super) fn reach(&self, rate: Rate) -> Result<Reached, Failure> {
        let (base_url, credentials, running) = match &self.place {
            Place::Nowhere => return Err(self.unreachable()),
            Place::Sandbox => {
                let running = start_sandbox()?;
                let id = self.profile().id;
                let mut credentials = Credentials::default();
                for (name, value) in sandbox::credentials(id) {
                    credentials.set(name, *value);
                }
                (running.base_url(id), credentials, Some(running))
            }
            Place::Written(written) => (self.base_url(written)?, self.credentials(written)?, None),
        };
        let stop = Stop::default();
        let line = Https::new(&base_url)?;
        let client = Client::new(
            line,
            self.vendor.clone(),
            credentials,
            Pacer::new(rate),
            stop.clone(),
        );
        Ok(Reached {
            client,
            stop,
            _sandbox: running,
        })
    }

    /// The first alternative of which every credential is there.
    fn credentials(&self, written: &Written) -> Result<Credentials, Failure> {
        let alternatives = self.profile().credentials;
        let complete =
            |list: &&&[Credential]| list.iter().all(|c| written.rest.contains_key(c.name));
        let Some(list) = alternatives.iter().find(complete) else {
            let names = |list: &&[Credential]| {
                list.iter()
                    .map(|c| c.name)
                    .collect::<Vec<_>>()
                    .join(" and ")
            };
            let wanted = alternatives
                .iter()
                .map(names)
                .collect::<Vec<_>>()
                .join(", or ");
            return Err(Failure::usage(
                format!("target `{}` lacks its credentials: {wanted}", self.name),
                format!(
                    "write them into [targets.{}] as {{ env = \"NAME\" }}",
                    self.name
                ),
            ));
        };
        let mut credentials = Credentials::default();
        for Credential { name, secret } in *list {
            let value = secret::read(
                &self.name,
                name,
                &written.rest[*name],
                *secret,
                &written.file,
            )?;
            credentials.set(name, value);
        }
        Ok(credentials)
    }
}

fn usage<T, E: std::error::Error + Send + Sync + 'static>(
    parsed: Result<T, E>,
    target: &str,
) -> Result<T, Failure> {
    parsed.map_err(|error| Failure::new(Kind::Usage, error, format!("look at [targets.{target}]")))
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
fn text_of(target: &str, name: &str, value: &toml::Value) -> Result<String, Failure> {
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

fn start_sandbox() -> Result<sandbox::Running, Failure> {
    let faults = "limit=off"
        .parse()
        .map_err(|error| Failure::new(Kind::Internal, error, ""))?;
    let state = Some(state_folder()?.join("sandbox"));
    let options = sandbox::Options {
        state,
        faults,
        ..sandbox::Options::default()
    };
    sandbox::start(options).map_err(|error| {
        let kind = match error {
            sandbox::SandboxError::Busy { .. } => Kind::Held,
            _ => Kind::Internal,
        };
        Failure::new(
            kind,
            error,
            "another rolo may be using the sandbox; wait until it has ended",
        )
    })
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
