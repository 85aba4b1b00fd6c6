//! How a vendor lets us in: credentials, and the pass that they are or buy. All that must be kept from sight.

use std::sync::Arc;

use crate::wire::{Exchange, Secrets};

/// What opens the vendor's door for a while: a token, or what stands in its place. Each request takes a copy, so it
/// is shared.
#[derive(Clone)]
pub struct Pass(Arc<secrecy::SecretString>);

impl Pass {
    /// A pass from a token.
    pub fn new(token: impl Into<String>) -> Self {
        Self(Arc::new(token.into().into()))
    }

    /// The token.
    pub fn expose(&self) -> &str {
        use secrecy::ExposeSecret as _;
        self.0.expose_secret()
    }
}

/// How a pass is got.
pub enum SignIn {
    /// The credentials are the pass.
    Ready(Pass),
    /// It must be asked for.
    Ask(Exchange<Pass>),
}

/// A target's credentials by name, as `rolo.toml` names them.
#[derive(Clone, Default)]
pub struct Credentials {
    all: Vec<(String, secrecy::SecretString)>,
    /// The names of those that may be shown.
    plain: Vec<String>,
}

impl Credentials {
    /// Adds one that is a secret.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.all.push((name.to_owned(), value.into().into()));
    }

    /// Adds one that may be shown: an e-mail address, a login name.
    pub fn set_plain(&mut self, name: &str, value: impl Into<String>) {
        self.plain.push(name.to_owned());
        self.set(name, value);
    }

    /// Those that must not be shown.
    pub fn secrets(&self) -> Secrets {
        use secrecy::ExposeSecret as _;
        let secret = |(name, _): &&(String, secrecy::SecretString)| !self.plain.contains(name);
        let secrets = self.all.iter().filter(secret);
        Secrets::default().with(secrets.map(|(_, value)| value.expose_secret()))
    }

    /// The credential of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        use secrecy::ExposeSecret as _;
        self.all
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.expose_secret())
    }

    /// The credential of this name; empty where it is missing (settings are checked before they come here).
    pub fn required(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }
}
