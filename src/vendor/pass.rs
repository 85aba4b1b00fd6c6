//! How a vendor lets us in: credentials, and the pass that they are or buy. Apart from everything else, so that
//! what must be kept from sight is in one place.

use std::sync::Arc;

use crate::wire::Exchange;

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
pub struct Credentials(Vec<(String, secrecy::SecretString)>);

impl Credentials {
    /// Adds one.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into().into()));
    }

    /// The credential of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        use secrecy::ExposeSecret as _;
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.expose_secret())
    }

    /// The credential of this name; empty where it is missing (settings are checked before they come here).
    pub fn expect(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }
}
