//! A postal address, in the parts that the vendors and the address-book formats share.

use serde::{Deserialize, Serialize};

/// One part of a postal address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AddressPart {
    /// Street, first line.
    Line1,
    /// Second line.
    Line2,
    /// Third line.
    Line3,
    /// Fourth line.
    Line4,
    /// Town.
    City,
    /// State, province or region.
    State,
    /// Postal code, as text: a leading zero belongs to it.
    PostalCode,
    /// Country, as written or as an ISO 3166-1 alpha-2 code.
    Country,
}

impl AddressPart {
    /// Every part, in the order in which an envelope shows them.
    pub const ALL: [Self; 8] = [
        Self::Line1,
        Self::Line2,
        Self::Line3,
        Self::Line4,
        Self::City,
        Self::State,
        Self::PostalCode,
        Self::Country,
    ];

    /// The part's name in mappings, reports and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Line1 => "line1",
            Self::Line2 => "line2",
            Self::Line3 => "line3",
            Self::Line4 => "line4",
            Self::City => "city",
            Self::State => "state",
            Self::PostalCode => "postal_code",
            Self::Country => "country",
        }
    }
}

/// A postal address; an absent part is `None`, never an empty text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PostalAddress {
    /// Street, first line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line1: Option<String>,
    /// Second line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    /// Third line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line3: Option<String>,
    /// Fourth line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line4: Option<String>,
    /// Town.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// State, province or region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Postal code, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Country, as written or as an ISO 3166-1 alpha-2 code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

impl PostalAddress {
    /// The value of one part.
    pub fn part(&self, part: AddressPart) -> Option<&str> {
        match part {
            AddressPart::Line1 => self.line1.as_deref(),
            AddressPart::Line2 => self.line2.as_deref(),
            AddressPart::Line3 => self.line3.as_deref(),
            AddressPart::Line4 => self.line4.as_deref(),
            AddressPart::City => self.city.as_deref(),
            AddressPart::State => self.state.as_deref(),
            AddressPart::PostalCode => self.postal_code.as_deref(),
            AddressPart::Country => self.country.as_deref(),
        }
    }

    /// Sets one part; a second value for a part is kept after the first, on the same line.
    pub fn set(&mut self, part: AddressPart, value: &str) {
        let slot = match part {
            AddressPart::Line1 => &mut self.line1,
            AddressPart::Line2 => &mut self.line2,
            AddressPart::Line3 => &mut self.line3,
            AddressPart::Line4 => &mut self.line4,
            AddressPart::City => &mut self.city,
            AddressPart::State => &mut self.state,
            AddressPart::PostalCode => &mut self.postal_code,
            AddressPart::Country => &mut self.country,
        };
        match slot {
            Some(before) => {
                before.push_str(", ");
                before.push_str(value);
            }
            None => *slot = Some(value.to_owned()),
        }
    }

    /// Every part that is there, in envelope order.
    pub fn parts(&self) -> impl Iterator<Item = (AddressPart, &str)> {
        AddressPart::ALL
            .into_iter()
            .filter_map(|part| Some((part, self.part(part)?)))
    }

    /// Whether no part is there.
    pub fn is_empty(&self) -> bool {
        self.parts().next().is_none()
    }

    /// The address as one line of text: `line1, line2, postal code city, state, country`.
    pub fn one_line(&self) -> String {
        self.parts()
            .map(|(_, text)| text)
            .collect::<Vec<_>>()
            .join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_value_for_a_part_is_not_lost() {
        let mut address = PostalAddress::default();
        address.set(AddressPart::Line1, "1 rue Haute");
        address.set(AddressPart::Line1, "bâtiment B");
        address.set(AddressPart::City, "Lille");
        assert_eq!(address.one_line(), "1 rue Haute, bâtiment B, Lille");
    }
}
