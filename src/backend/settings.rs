//! The switches of one target, each with the value that it has there.

use std::collections::BTreeMap;

use super::profile::Profile;
use super::switch::{Choices, numbers};
use crate::model::{ParentId, Region};

/// A setting that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSetting {
    /// There is no such switch.
    #[error("{vendor} has no switch `{name}`")]
    Unknown {
        /// The vendor's id.
        vendor: &'static str,
        /// The name given.
        name: String,
        /// The names there are.
        known: Vec<&'static str>,
    },
    /// The switch does not take the value.
    #[error("{vendor}: `{name}` cannot be `{value}`")]
    Value {
        /// The vendor's id.
        vendor: &'static str,
        /// The switch.
        name: &'static str,
        /// The value given.
        value: String,
        /// What it takes.
        choices: Choices,
    },
}

impl BadSetting {
    /// What a person does about it.
    pub fn help(&self) -> String {
        match self {
            Self::Unknown { known, .. } if known.is_empty() => "it has none".to_owned(),
            Self::Unknown { known, .. } => format!("its switches are {}", known.join(", ")),
            Self::Value { choices, .. } => match choices {
                Choices::OneOf(words) => format!("it takes one of {}", words.join(", ")),
                Choices::Text => "it takes a text".to_owned(),
                Choices::Number(most) => format!("it takes a whole number from 1 to {most}"),
                Choices::Numbers => "it takes whole numbers separated by commas".to_owned(),
            },
        }
    }
}

/// The settings of one target: every switch of its vendor with a value that it takes.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Some ten of them, in the order of their names: they are asked for at every contact.
    values: Vec<(&'static str, String)>,
    /// The region of numbers that a record holds without a country code.
    pub region: Option<Region>,
    /// The parent of contacts that name none.
    pub parent: Option<ParentId>,
}

impl Settings {
    /// The vendor's defaults, with what the person gave in their place.
    pub fn resolve(
        profile: &'static Profile,
        given: &BTreeMap<String, String>,
    ) -> Result<Self, BadSetting> {
        let switches = || profile.options.iter().chain(profile.switches);
        let mut values: BTreeMap<_, _> = switches()
            .map(|switch| (switch.name, switch.default.to_owned()))
            .collect();
        for (name, value) in given {
            let Some(switch) = switches().find(|switch| switch.name == name) else {
                let known = switches().map(|switch| switch.name).collect();
                let name = name.clone();
                return Err(BadSetting::Unknown {
                    vendor: profile.id,
                    name,
                    known,
                });
            };
            if !switch.choices.allow(value) {
                let (name, choices) = (switch.name, switch.choices);
                let value = value.clone();
                return Err(BadSetting::Value {
                    vendor: profile.id,
                    name,
                    value,
                    choices,
                });
            }
            values.insert(switch.name, value.clone());
        }
        Ok(Self {
            values: values.into_iter().collect(),
            region: None,
            parent: None,
        })
    }

    /// Every switch with its value.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let values = self.values.iter();
        values.map(|(name, value)| (*name, value.as_str()))
    }

    /// A switch's value; empty for a switch that the vendor does not have.
    pub fn get(&self, name: &str) -> &str {
        let found = self.values.iter().find(|(own, _)| *own == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// Whether a switch has this value.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == value
    }

    /// The value of a switch that takes a number.
    pub fn number(&self, name: &str) -> usize {
        self.get(name).parse().unwrap_or(1)
    }

    /// The value of a switch that takes numbers; `None` where it is unset.
    pub fn numbers(&self, name: &str) -> Option<Vec<u32>> {
        numbers(self.get(name)).filter(|list| !list.is_empty())
    }
}
