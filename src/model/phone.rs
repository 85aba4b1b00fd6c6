//! A phone number, with the text that it was written as.

use serde::{Deserialize, Serialize};

use super::Kind;

/// What can be dialled.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Number {
    /// `+` and up to 15 digits, the country code first (ITU E.164).
    International(String),
    /// The digits of a short or internal number, which has no country.
    Short(String),
}

impl Number {
    /// The number's text: E.164, or the digits of a short number.
    pub fn as_str(&self) -> &str {
        match self {
            Self::International(text) | Self::Short(text) => text,
        }
    }
}

impl From<String> for Number {
    fn from(text: String) -> Self {
        if text.starts_with('+') {
            Self::International(text)
        } else {
            Self::Short(text)
        }
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        match number {
            Number::International(text) | Number::Short(text) => text,
        }
    }
}

/// One phone number of a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phone {
    /// What it is for.
    pub kind: Kind,
    /// What is dialled.
    pub number: Number,
    /// Digits dialled after the call is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// The text as it stood in the sheet or the vendor's record.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub written: String,
}

/// The country in whose way a number without a country code is written: an ISO 3166-1 alpha-2 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Region([u8; 2]);

impl Region {
    /// The two capital letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("ZZ")
    }
}

impl std::fmt::Display for Region {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that is no region.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no region: two letters are wanted, such as FR")]
pub struct BadRegion(pub String);

impl std::str::FromStr for Region {
    type Err = BadRegion;

    fn from_str(text: &str) -> Result<Self, BadRegion> {
        match text.trim().as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Ok(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => Err(BadRegion(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_two_letters() {
        assert_eq!(
            "fr".parse::<Region>().map(|r| r.to_string()),
            Ok("FR".to_owned())
        );
        for wrong in ["", "F", "FRA", "33", "F1"] {
            assert!(wrong.parse::<Region>().is_err(), "{wrong}");
        }
    }
}
