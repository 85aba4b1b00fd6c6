//! What is wrong with a setting, and what a person does about it.

use std::error::Error;

use crate::backend::BadSetting;

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct ConfigError {
    /// What is wrong; its own sources are told too.
    pub what: Box<dyn Error + Send + Sync>,
    /// What a person does about it.
    pub hints: Vec<String>,
}

impl ConfigError {
    pub(super) fn new(
        what: impl Into<Box<dyn Error + Send + Sync>>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            what: what.into(),
            hints: vec![hint.into()],
        }
    }

    /// The same, with what was being done told first.
    pub(super) fn while_doing(mut self, what: String) -> Self {
        self.hints.insert(0, what);
        self
    }
}

impl From<BadSetting> for ConfigError {
    fn from(error: BadSetting) -> Self {
        let hint = error.help();
        Self::new(error, hint)
    }
}

impl From<std::io::Error> for ConfigError {
    fn from(error: std::io::Error) -> Self {
        Self::new(error, "look at the folder that rolo runs in")
    }
}
