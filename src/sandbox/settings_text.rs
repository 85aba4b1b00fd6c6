//! Settings as they are written: `sonar_messages=lists,sonar_accounts=500`. Each is one that a vendor of the list has.

use std::str::FromStr;

use super::MOCKS;
use super::setting::{Setting, Takes};
use super::settings::{PAGE_SIZE, SandboxSettings};

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
