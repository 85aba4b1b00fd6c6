//! The way to a target: its address book's id, its address, its secrets, the line to it. Apart from finding it, which
//! needs none of these: a check asks for no secret.

use super::config::{Targets, Written, state_folder};
use super::deadline::Deadline;
use super::failure::{Failure, Kind};
use super::interrupt::Interrupted;
use super::secret;
use super::size;
use super::target::{Place, Target, text_of};
use crate::backend::{self, BaseUrl, Credential, Credentials, Parent, Rate};
use crate::model::{BookId, ParentId};
use crate::sandbox;
use crate::transport::{Client, Https, MOST_ANSWER, Pacer, Stop, StopReason};

/// A target that can be sent to. The sandbox in this process ends with it.
pub(super) struct Reached {
    /// What sends.
    pub client: Client,
    /// Says that nothing new is to start.
    pub stop: Stop,
    /// Whether a signal came.
    pub(super) interrupted: Interrupted,
    _sandbox: Option<sandbox::Running>,
}

impl Reached {
    /// Says the stop when the time is up, whatever is being done then.
    pub(super) fn end_at(&self, deadline: Option<Deadline>) {
        let Some(deadline) = deadline else { return };
        let stop = self.stop.clone();
        let left = deadline.left();
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

impl Target {
    /// The id of its address book: the account, whatever parent its contacts hang under.
    pub(super) fn book(&self) -> Result<BookId, Failure> {
        let id = self.profile().id;
        match &self.place {
            Place::Nowhere => Err(self.unreachable()),
            Place::Sandbox => Ok(BookId::of(id, "sandbox", "")),
            Place::Written(written) => {
                let account = self.account(written)?;
                Ok(BookId::of(id, &self.base_url(written)?, &account))
            }
        }
    }

    /// What contacts hang under that name no parent themselves; none where the vendor has no parents.
    pub(super) fn default_parent(&self) -> Option<&ParentId> {
        match self.profile().parent {
            Parent::None => None,
            Parent::Required(_) => self.parent.as_ref(),
        }
    }

    /// Another target that gets in by the same secrets, and is another book all the same: what tells accounts apart is
    /// no secret, and neither of them says `account`.
    pub(super) fn twin<'a>(&self, targets: &'a Targets) -> Option<&'a str> {
        let Place::Written(own) = &self.place else {
            return None;
        };
        let (base_url, account) = (self.base_url(own).ok()?, self.account(own).ok()?);
        let secrets = |written: &Written| -> Vec<Option<toml::Value>> {
            let names = self.profile().credentials.iter().copied().flatten();
            names.map(|c| written.rest.get(c.name).cloned()).collect()
        };
        let is_twin = |(name, other): &(&String, &Written)| {
            let vendor = backend::find(&other.vendor).map(|entry| entry.profile.id);
            **name != self.name
                && account == self.name
                && !other.rest.contains_key("account")
                && vendor == Some(self.profile().id)
                && self.base_url(other).is_ok_and(|url| url == base_url)
                && secrets(other) == secrets(own)
        };
        let mut others = targets.known.iter();
        others.find(is_twin).map(|(name, _)| name.as_str())
    }

    /// What tells accounts at one address apart: `account`, the credential that names it, or the target's name.
    fn account(&self, written: &Written) -> Result<String, Failure> {
        let plain = self.profile().credentials.iter().copied().flatten();
        let plain = plain
            .filter(|c| c.secret == backend::Secrecy::Plain)
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
                            format!("target `{}`: invalid account name `{account}`", self.name),
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

    /// How large an answer of it may be, in bytes.
    fn max_answer(&self) -> Result<usize, Failure> {
        let Place::Written(written) = &self.place else {
            return Ok(MOST_ANSWER);
        };
        let Some(text) = &written.max_answer else {
            return Ok(MOST_ANSWER);
        };
        size::bytes(text).ok_or_else(|| {
            Failure::usage(
                format!("target `{}`: invalid max_answer `{text}`", self.name),
                "expected a number and a unit, for example \"16MiB\"",
            )
        })
    }

    /// Makes the line to it; secrets are read now.
    pub(super) fn reach(&self, rate: Rate) -> Result<Reached, Failure> {
        let most = self.max_answer()?;
        let (base_url, credentials, running) = match &self.place {
            Place::Nowhere => return Err(self.unreachable()),
            Place::Sandbox => {
                let running = start_sandbox()?;
                let id = self.profile().id;
                let mut credentials = Credentials::default();
                for (name, value) in sandbox::credentials(id) {
                    self.hand_over(&mut credentials, name, *value);
                }
                (running.base_url(id), credentials, Some(running))
            }
            Place::Written(written) => (self.base_url(written)?, self.credentials(written)?, None),
        };
        let stop = Stop::default();
        let line = Https::new(&base_url)?.at_most(most);
        let client = Client::new(
            line,
            self.vendor.clone(),
            credentials,
            Pacer::new(rate),
            stop.clone(),
        );
        let interrupted = Interrupted::of(stop.clone());
        interrupted.listen();
        Ok(Reached {
            client,
            stop,
            interrupted,
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
            self.hand_over(&mut credentials, name, value);
        }
        Ok(credentials)
    }

    /// Adds a credential as what it is: a secret, or what may be shown.
    fn hand_over(&self, credentials: &mut Credentials, name: &str, value: impl Into<String>) {
        let mut known = self.profile().credentials.iter().copied().flatten();
        let is_plain = known.any(|c| c.name == name && c.secret == backend::Secrecy::Plain);
        if is_plain {
            credentials.set_plain(name, value);
        } else {
            credentials.set(name, value);
        }
    }
}

fn start_sandbox() -> Result<sandbox::Running, Failure> {
    let faults = "limit=off"
        .parse()
        .map_err(|error| Failure::new(Kind::Internal, error, ""))?;
    let state = Some(state_folder()?.join("sandbox"));
    let options = sandbox::SandboxOptions {
        state,
        faults,
        ..sandbox::SandboxOptions::default()
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
