//! The fields of a contact by name: one vocabulary for mappings, rules, changes, losses and reports.

use serde::{Deserialize, Serialize};

use super::AddressPart;

/// What a phone number, an e-mail address or a postal address is for.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// At work.
    #[default]
    Work,
    /// At home.
    Home,
    /// A mobile phone.
    Mobile,
    /// A fax machine.
    Fax,
    /// A pager.
    Pager,
    /// A switchboard, or the one to try first.
    Main,
    /// None of these.
    Other,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Work,
        Self::Home,
        Self::Mobile,
        Self::Fax,
        Self::Pager,
        Self::Main,
        Self::Other,
    ];

    /// The kind's name in mappings, reports and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Home => "home",
            Self::Mobile => "mobile",
            Self::Fax => "fax",
            Self::Pager => "pager",
            Self::Main => "main",
            Self::Other => "other",
        }
    }
}

/// One field of a contact. Its name (`phone.mobile`, `address.work.city`) is what files and reports show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The sheet's own id column.
    Key,
    /// What the contact hangs under at the vendor.
    Parent,
    /// The whole name.
    FullName,
    /// A title before the name.
    Prefix,
    /// First name.
    FirstName,
    /// Middle name.
    MiddleName,
    /// Last name.
    LastName,
    /// What follows the name.
    Suffix,
    /// Company or organisation.
    Company,
    /// Department.
    Department,
    /// Position, role or job title.
    Position,
    /// A phone number.
    Phone(Kind),
    /// The extension of a phone number.
    Extension(Kind),
    /// A phone number as it was once written; a remark beside the number, never dialled.
    Written(Kind),
    /// An e-mail address.
    Email(Kind),
    /// A part of a postal address.
    Address(Kind, AddressPart),
    /// Free text.
    Note,
    /// Groups or labels.
    Groups,
    /// Whether this is the first contact of its parent.
    Primary,
    /// Which mailings the contact gets, as the vendor's numbers.
    MailCategories,
    /// Login name for a customer portal.
    Username,
    /// Password for a customer portal: a secret.
    Password,
    /// A value that no field claims.
    Custom,
}

/// A text that names no field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown field `{0}`")]
pub struct UnknownField(String);

impl Field {
    /// Every field.
    pub fn all() -> Vec<Self> {
        let mut all = vec![
            Self::Key,
            Self::Parent,
            Self::FullName,
            Self::Prefix,
            Self::FirstName,
            Self::MiddleName,
            Self::LastName,
            Self::Suffix,
            Self::Company,
            Self::Department,
            Self::Position,
        ];
        all.extend(Kind::ALL.map(Self::Phone));
        all.extend(Kind::ALL.map(Self::Extension));
        all.extend(Kind::ALL.map(Self::Written));
        let places = [Kind::Work, Kind::Home, Kind::Other];
        all.extend(places.map(Self::Email));
        for kind in places {
            all.extend(AddressPart::ALL.map(|part| Self::Address(kind, part)));
        }
        all.extend([
            Self::Note,
            Self::Groups,
            Self::Primary,
            Self::MailCategories,
            Self::Username,
            Self::Password,
            Self::Custom,
        ]);
        all
    }

    /// The first word of the field's name: what losses are summed by, and what a person calls it.
    pub fn family(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Parent => "parent",
            Self::FullName
            | Self::Prefix
            | Self::FirstName
            | Self::MiddleName
            | Self::LastName
            | Self::Suffix => "name",
            Self::Company => "company",
            Self::Department => "department",
            Self::Position => "position",
            Self::Phone(_) | Self::Extension(_) | Self::Written(_) => "phone",
            Self::Email(_) => "email",
            Self::Address(..) => "address",
            Self::Note => "note",
            Self::Groups => "groups",
            Self::Primary => "primary",
            Self::MailCategories => "mail_categories",
            Self::Username | Self::Password => "portal",
            Self::Custom => "custom",
        }
    }

    /// Whether its values must be shown nowhere.
    pub fn is_secret(self) -> bool {
        self == Self::Password
    }
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let family = self.family();
        match self {
            Self::FullName => write!(f, "{family}.full"),
            Self::Prefix => write!(f, "{family}.prefix"),
            Self::FirstName => write!(f, "{family}.first"),
            Self::MiddleName => write!(f, "{family}.middle"),
            Self::LastName => write!(f, "{family}.last"),
            Self::Suffix => write!(f, "{family}.suffix"),
            Self::Phone(kind) | Self::Email(kind) => write!(f, "{family}.{}", kind.name()),
            Self::Extension(kind) => write!(f, "{family}.{}.extension", kind.name()),
            Self::Written(kind) => write!(f, "{family}.{}.written", kind.name()),
            Self::Address(kind, part) => write!(f, "{family}.{}.{}", kind.name(), part.name()),
            Self::Username => write!(f, "{family}.username"),
            Self::Password => write!(f, "{family}.password"),
            _ => f.write_str(family),
        }
    }
}

impl std::str::FromStr for Field {
    type Err = UnknownField;

    fn from_str(text: &str) -> Result<Self, UnknownField> {
        Self::all()
            .into_iter()
            .find(|field| field.to_string() == text)
            .ok_or_else(|| UnknownField(text.to_owned()))
    }
}

impl Serialize for Field {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_found_again_by_its_name() {
        for field in Field::all() {
            assert_eq!(field.to_string().parse(), Ok(field));
            assert!(field.to_string().starts_with(field.family()));
        }
    }
}
