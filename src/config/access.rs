//! The way to a target: its address book's id, its address, its secrets, the line to it. Apart from finding it, which
//! needs none of these: a check asks for no secret.

use super::error::ConfigError;
use super::file::{TargetTable, Targets};
use super::target::{Target, TargetPlace, text_of};
use super::{secret, size};
use crate::backend::{self, BaseUrl, Credential, Credentials};
use crate::engine::Account;
use crate::model::BookId;
use crate::transport::MOST_ANSWER;

/// How an account is reached.
pub struct Endpoint {
    /// All that stands before the vendor's own paths.
    pub base_url: String,
    /// The secrets, read now.
    pub credentials: Credentials,
}

impl Target {
    /// The id of its address book: the account, whatever parent its contacts hang under.
    pub fn book(&self) -> Result<BookId, ConfigError> {
        let id = self.profile().id;
        match &self.place {
            TargetPlace::Nowhere => Err(self.unreachable()),
            TargetPlace::Sandbox => Ok(BookId::of(id, "sandbox", "")),
            TargetPlace::Account(written) => {
                let account = self.account_name(written)?;
                Ok(BookId::of(id, &self.base_url(written)?, &account))
            }
        }
    }

    /// Another target that gets in by the same secrets, and is another book all the same: what tells accounts apart is
    /// no secret, and neither of them says `account`.
    pub fn twin<'a>(&self, targets: &'a Targets) -> Option<&'a str> {
        let TargetPlace::Account(own) = &self.place else {
            return None;
        };
        let (base_url, account) = (self.base_url(own).ok()?, self.account_name(own).ok()?);
        let secrets = |written: &TargetTable| -> Vec<Option<toml::Value>> {
            let names = self.profile().credentials.iter().copied().flatten();
            names.map(|c| written.rest.get(c.name).cloned()).collect()
        };
        let is_twin = |(name, other): &(&String, &TargetTable)| {
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
    fn account_name(&self, written: &TargetTable) -> Result<String, ConfigError> {
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

    fn base_url(&self, written: &TargetTable) -> Result<String, ConfigError> {
        let missing = |shape: &str| {
            ConfigError::new(
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
                        return Err(ConfigError::new(
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

    fn unreachable(&self) -> ConfigError {
        ConfigError::new(
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
    pub fn max_answer(&self) -> Result<usize, ConfigError> {
        let TargetPlace::Account(written) = &self.place else {
            return Ok(MOST_ANSWER);
        };
        let Some(text) = &written.max_answer else {
            return Ok(MOST_ANSWER);
        };
        size::bytes(text).ok_or_else(|| {
            ConfigError::new(
                format!("target `{}`: invalid max_answer `{text}`", self.name),
                "expected a number and a unit, for example \"16MiB\"",
            )
        })
    }

    /// How it is reached: its address and its secrets, which are read now; none for the sandbox, which whoever starts it
    /// knows.
    pub fn access(&self) -> Result<Option<Endpoint>, ConfigError> {
        match &self.place {
            TargetPlace::Nowhere => Err(self.unreachable()),
            TargetPlace::Sandbox => Ok(None),
            TargetPlace::Account(written) => Ok(Some(Endpoint {
                base_url: self.base_url(written)?,
                credentials: self.credentials(written)?,
            })),
        }
    }

    /// The target as the engine knows it.
    pub fn account(&self) -> Result<Account, ConfigError> {
        Ok(Account {
            name: self.name.clone(),
            vendor: self.vendor.clone(),
            book: self.book()?,
            region: self.region,
            must_keep: self.must_keep.clone(),
            parent: self.parent.clone(),
            rate: self.pace(None),
            lanes: self.lanes(None),
        })
    }

    /// The first alternative of which every credential is there.
    fn credentials(&self, written: &TargetTable) -> Result<Credentials, ConfigError> {
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
            return Err(ConfigError::new(
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
    pub fn hand_over(&self, credentials: &mut Credentials, name: &str, value: impl Into<String>) {
        let mut known = self.profile().credentials.iter().copied().flatten();
        let is_plain = known.any(|c| c.name == name && c.secret == backend::Secrecy::Plain);
        if is_plain {
            credentials.set_plain(name, value);
        } else {
            credentials.set(name, value);
        }
    }
}
