//! What the vendors' documents leave open, by name: each vendor says which of its points can be had otherwise, and how.
//! Every default is *assumed*, none is documented. The other choices let a client be tried against the other readings.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::MOCKS;

/// One thing that a document leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Setting {
    /// How it is named: the vendor's id, and what it is about.
    pub(super) name: &'static str,
    /// What it may be.
    pub(super) takes: Takes,
}

/// What a setting may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// One of these; the first is assumed.
    OneOf(&'static [&'static str]),
    /// A whole number from 1; this one is assumed.
    Count(u64),
}

/// Most records on a page, where a vendor has pages.
const PAGE_SIZE: Setting = Setting {
    name: "page_size",
    takes: Takes::Count(100),
};

/// What is assumed otherwise than by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SandboxSettings {
    chosen: BTreeMap<&'static str, String>,
}

/// Why a list of settings cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SettingError {
    /// A part that is no `name=value`.
    #[error("setting \"{0}\" is not written name=value")]
    Shape(String),
    /// A name that no setting has.
    #[error("unknown setting \"{0}\"")]
    Unknown(String),
    /// A value that the name cannot take.
    #[error("setting \"{name}\" cannot be \"{value}\", it takes {expected}")]
    Value {
        /// The name before the equals sign.
        name: String,
        /// What stood after it.
        value: String,
        /// What may stand there.
        expected: String,
    },
}

impl FromStr for SandboxSettings {
    type Err = SettingError;

    /// Reads `allocloud_token=top,sonar_messages=lists,sonar_accounts=500`.
    fn from_str(text: &str) -> Result<Self, SettingError> {
        let mut settings = Self::default();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let shape = || SettingError::Shape(part.to_owned());
            let (name, value) = part.split_once('=').ok_or_else(shape)?;
            settings.set(name.trim(), value.trim())?;
        }
        Ok(settings)
    }
}

impl SandboxSettings {
    /// Sets one thing by its name.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), SettingError> {
        let setting = known(name).ok_or_else(|| SettingError::Unknown(name.to_owned()))?;
        let (fits, expected) = match setting.takes {
            Takes::OneOf(choices) => (choices.contains(&value), choices.join(" or ")),
            Takes::Count(_) => {
                let is_count = value.parse::<u64>().is_ok_and(|count| count > 0);
                (is_count, "a whole number from 1".to_owned())
            }
        };
        if !fits {
            return Err(SettingError::Value {
                name: name.to_owned(),
                value: value.to_owned(),
                expected,
            });
        }
        self.chosen.insert(setting.name, value.to_owned());
        Ok(())
    }

    /// What was chosen; without a choice, the first that there is. Empty for a setting that takes a number.
    pub(super) fn choice(&self, setting: &Setting) -> &str {
        match (self.chosen.get(setting.name), setting.takes) {
            (Some(chosen), _) => chosen,
            (None, Takes::OneOf(choices)) => choices.first().copied().unwrap_or_default(),
            (None, Takes::Count(_)) => "",
        }
    }

    /// The number of a setting that takes one.
    pub(super) fn count(&self, setting: &Setting) -> u64 {
        let chosen = self.chosen.get(setting.name);
        let assumed = match setting.takes {
            Takes::Count(assumed) => assumed,
            Takes::OneOf(_) => 0,
        };
        chosen
            .and_then(|chosen| chosen.parse().ok())
            .unwrap_or(assumed)
    }

    /// Most records on a page.
    pub(super) fn page_size(&self) -> usize {
        usize::try_from(self.count(&PAGE_SIZE)).unwrap_or(usize::MAX)
    }
}

fn known(name: &str) -> Option<&'static Setting> {
    let own = MOCKS.iter().flat_map(|mock| mock.settings);
    let mut all = [&PAGE_SIZE].into_iter().chain(own);
    all.find(|setting| setting.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_takes_what_it_says_and_nothing_else() {
        let own = MOCKS.iter().flat_map(|mock| {
            let of_its_own = |setting: &&Setting| setting.name.starts_with(mock.name);
            assert!(mock.settings.iter().all(|setting| of_its_own(&setting)));
            mock.settings
        });
        for setting in [&PAGE_SIZE].into_iter().chain(own) {
            let name = setting.name;
            let values: &[&str] = match setting.takes {
                Takes::OneOf(choices) => choices,
                Takes::Count(_) => &["1", "500"],
            };
            for value in values {
                let settings: SandboxSettings = format!("{name}={value}").parse().expect(name);
                let got = match setting.takes {
                    Takes::OneOf(_) => settings.choice(setting).to_owned(),
                    Takes::Count(_) => settings.count(setting).to_string(),
                };
                assert_eq!(got, *value, "{name}");
            }
            for wrong in ["", "0", "-1", "nothing"] {
                let read = format!("{name}={wrong}").parse::<SandboxSettings>();
                assert!(read.is_err(), "{name}={wrong}");
            }
        }
    }

    #[test]
    fn without_a_choice_the_assumed_one_holds() {
        let settings: SandboxSettings = "".parse().expect("nothing");
        assert_eq!(settings, SandboxSettings::default());
        assert_eq!(settings.page_size(), 100);
        for setting in MOCKS.iter().flat_map(|mock| mock.settings) {
            match setting.takes {
                Takes::OneOf(choices) => assert_eq!(settings.choice(setting), choices[0]),
                Takes::Count(assumed) => assert_eq!(settings.count(setting), assumed),
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let cases = [
            (
                "aalam_rows",
                "setting \"aalam_rows\" is not written name=value",
            ),
            ("rows=arrays", "unknown setting \"rows\""),
            (
                "aalam_rows=lists",
                "setting \"aalam_rows\" cannot be \"lists\", it takes objects or arrays",
            ),
            (
                "page_size=0",
                "setting \"page_size\" cannot be \"0\", it takes a whole number from 1",
            ),
        ];
        for (text, wanted) in cases {
            assert_eq!(
                text.parse::<SandboxSettings>().expect_err(text).to_string(),
                wanted
            );
        }
    }
}
