//! What a column is taken for, as a person writes it. Flags, mapping files and reports all speak it.

use serde::Serialize;

use crate::model::{Field, UnknownField};

/// What a column is taken for. In text: a field's name, `custom`, `custom:Badge` or `ignored`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MappingTarget {
    /// A field of the contact.
    Field(Field),
    /// A free value under this name.
    Custom(String),
    /// Nothing: the column is not read.
    Ignored,
}

impl MappingTarget {
    /// The same; a free value without a name takes that of its column.
    pub(super) fn named(self, header: &str) -> Self {
        match self {
            Self::Custom(name) if name.is_empty() => {
                Self::Custom(header.strip_prefix("custom:").unwrap_or(header).to_owned())
            }
            other => other,
        }
    }
}

impl std::fmt::Display for MappingTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Field(field) => write!(f, "{field}"),
            Self::Custom(name) if name.is_empty() => f.write_str("custom"),
            Self::Custom(name) => write!(f, "custom:{name}"),
            Self::Ignored => f.write_str("ignored"),
        }
    }
}

impl std::str::FromStr for MappingTarget {
    type Err = UnknownField;

    /// A target without a name, `custom`, takes the column's header.
    fn from_str(text: &str) -> Result<Self, UnknownField> {
        match text.trim() {
            "ignored" => Ok(Self::Ignored),
            "custom" => Ok(Self::Custom(String::new())),
            text => match text.strip_prefix("custom:") {
                Some(name) => Ok(Self::Custom(name.trim().to_owned())),
                None => text.parse().map(Self::Field),
            },
        }
    }
}

impl Serialize for MappingTarget {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
