//! A card that is being read.

use super::property::Property;

/// A card that is being read.
#[derive(Default)]
pub(super) struct OpenCard {
    pub(super) row: u64,
    /// The properties, in their order.
    pub(super) properties: Vec<Property>,
    /// Whether the file ended before the card did.
    pub(super) cut: bool,
    pub(super) role: Role,
    /// Whether an AGENT was named whose card comes next.
    pub(super) awaits: bool,
    /// Cards that began and ended inside it, and are no agents.
    pub(super) inside: Vec<OpenCard>,
    /// Whether another card began before it ended.
    pub(super) broken: bool,
    /// Lines that are no properties.
    pub(super) strange: Vec<String>,
}

/// What a card is to the one that it stands in.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Role {
    /// A contact of its own.
    #[default]
    Contact,
    /// The value of its AGENT.
    Agent,
}

impl OpenCard {
    pub(super) fn at(row: u64) -> Self {
        Self {
            row,
            ..Self::default()
        }
    }

    pub(super) fn agent(row: u64) -> Self {
        Self {
            role: Role::Agent,
            ..Self::at(row)
        }
    }
}

impl OpenCard {
    /// The card, and those that are no part of it.
    pub(super) fn unpacked(mut self) -> Vec<Self> {
        let inside = std::mem::take(&mut self.inside);
        std::iter::once(self).chain(inside).collect()
    }

    /// Keeps an agent's name.
    pub(super) fn take_agent(&mut self, agent: Self) {
        let mut properties = agent.properties.into_iter();
        let name = properties.find(|found| found.name == "FN");
        self.properties.extend(name.map(|name| Property {
            name: "AGENT".to_owned(),
            ..name
        }));
    }
}
