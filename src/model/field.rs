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

/// The names of one field of each kind, in the order of [`Kind::ALL`].
macro_rules! of_kinds {
    ($family:literal, $rest:literal) => {
        [
            concat!($family, ".work", $rest),
            concat!($family, ".home", $rest),
            concat!($family, ".mobile", $rest),
            concat!($family, ".fax", $rest),
            concat!($family, ".pager", $rest),
            concat!($family, ".main", $rest),
            concat!($family, ".other", $rest),
        ]
    };
}

const PHONES: [&str; 7] = of_kinds!("phone", "");
const EXTENSIONS: [&str; 7] = of_kinds!("phone", ".extension");
const WRITINGS: [&str; 7] = of_kinds!("phone", ".written");
const EMAILS: [&str; 7] = of_kinds!("email", "");
/// In the order of [`AddressPart::ALL`].
const ADDRESSES: [[&str; 7]; 8] = [
    of_kinds!("address", ".line1"),
    of_kinds!("address", ".line2"),
    of_kinds!("address", ".line3"),
    of_kinds!("address", ".line4"),
    of_kinds!("address", ".city"),
    of_kinds!("address", ".state"),
    of_kinds!("address", ".postal_code"),
    of_kinds!("address", ".country"),
];

impl Field {
    /// The field's name in mappings, reports and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::FullName => "name.full",
            Self::Prefix => "name.prefix",
            Self::FirstName => "name.first",
            Self::MiddleName => "name.middle",
            Self::LastName => "name.last",
            Self::Suffix => "name.suffix",
            Self::Phone(kind) => PHONES[kind as usize],
            Self::Extension(kind) => EXTENSIONS[kind as usize],
            Self::Written(kind) => WRITINGS[kind as usize],
            Self::Email(kind) => EMAILS[kind as usize],
            Self::Address(kind, part) => ADDRESSES[part as usize][kind as usize],
            Self::Username => "portal.username",
            Self::Password => "portal.password",
            _ => self.family(),
        }
    }
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Field {
    type Err = UnknownField;

    fn from_str(text: &str) -> Result<Self, UnknownField> {
        Self::all()
            .into_iter()
            .find(|field| field.name() == text)
            .ok_or_else(|| UnknownField(text.to_owned()))
    }
}

impl Serialize for Field {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_found_again_by_its_name() {
        for field in Field::all() {
            assert_eq!(field.name().parse(), Ok(field));
            let mut parts = field.name().split('.');
            assert_eq!(parts.next(), Some(field.family()));
            let (kind, part) = match field {
                Field::Phone(kind) | Field::Email(kind) => (Some(kind), None),
                Field::Extension(kind) => (Some(kind), Some("extension")),
                Field::Written(kind) => (Some(kind), Some("written")),
                Field::Address(kind, part) => (Some(kind), Some(part.name())),
                _ => continue,
            };
            assert_eq!(parts.next(), kind.map(Kind::name), "{field}");
            assert_eq!(parts.next(), part, "{field}");
        }
    }
}
