//! What a vendor's document leaves open, as settings with names, choices and defaults; and the values that a
//! person gave them, checked.

/// Where a statement about a vendor comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The vendor's own document.
    Stated,
    /// Other public material.
    Public,
    /// Our reading, where nothing is documented.
    Assumed,
}

impl Evidence {
    /// The word for it, as `rolo vendors` shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Public => "public source",
            Self::Assumed => "assumed",
        }
    }
}

/// Which values a switch takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choices {
    /// One of some words.
    OneOf(&'static [&'static str]),
    /// Any text.
    Text,
    /// A whole number from 1 up to this.
    Number(usize),
    /// Whole numbers, separated by commas; may be empty.
    Numbers,
}

/// One thing that a vendor's document leaves open.
#[derive(Clone, Copy, Debug)]
pub struct Switch {
    /// Its name: `phone_format`.
    pub name: &'static str,
    /// Which values it takes.
    pub choices: Choices,
    /// The value without a word from the person; empty means unset.
    pub default: &'static str,
    /// What it does: one or two sentences.
    pub help: &'static str,
    /// Where the default comes from.
    pub evidence: Evidence,
}

impl Choices {
    pub(super) fn allow(self, value: &str) -> bool {
        match self {
            Self::OneOf(words) => words.contains(&value),
            Self::Text => true,
            Self::Number(most) => value.parse().is_ok_and(|n: usize| (1..=most).contains(&n)),
            Self::Numbers => numbers(value).is_some(),
        }
    }
}

pub(super) fn numbers(value: &str) -> Option<Vec<u32>> {
    let parts = value
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts.map(|part| part.parse().ok()).collect()
}
