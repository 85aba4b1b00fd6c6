//! Postal addresses: their parts, gathered by what the address is for. It stands alone because an address is
//! spread over several columns, and a cell may hold several of its lines.

use super::{Making, codes};
use crate::mapping::Value;
use crate::model::{AddressPart, Kind, PostalAddress, Tagged};

const LINES: [AddressPart; 4] = [
    AddressPart::Line1,
    AddressPart::Line2,
    AddressPart::Line3,
    AddressPart::Line4,
];

impl Making {
    /// Takes one part of the address of a kind; the lines of a cell become lines of the address.
    pub(super) fn take_address(
        &mut self,
        value: &Value<'_>,
        kind: Kind,
        part: AddressPart,
        text: &str,
    ) {
        let restored = self.restored_code(value, part, text);
        let text = restored.as_deref().unwrap_or(text);
        let address = self.address(kind, value.slot);
        let Some(first) = LINES.iter().position(|line| *line == part) else {
            address.set(part, &text.replace('\n', ", "));
            return;
        };
        for (place, line) in text.split('\n').filter(|line| !line.is_empty()).enumerate() {
            address.set(LINES[(first + place).min(LINES.len() - 1)], line);
        }
    }

    /// The address of a kind and a slot; a new one where there is none.
    fn address(&mut self, kind: Kind, slot: u32) -> &mut PostalAddress {
        let addresses = &mut self.contact.addresses;
        let place = addresses
            .iter()
            .zip(&self.address_slots)
            .position(|(address, own)| address.kind == kind && *own == slot)
            .unwrap_or_else(|| {
                addresses.push(Tagged {
                    kind,
                    value: PostalAddress::default(),
                });
                self.address_slots.push(slot);
                addresses.len() - 1
            });
        &mut addresses[place].value
    }

    /// A French postal code whose leading zero a spreadsheet has eaten.
    fn restored_code(
        &mut self,
        value: &Value<'_>,
        part: AddressPart,
        text: &str,
    ) -> Option<String> {
        let french = self
            .options
            .region
            .is_some_and(|region| region.as_str() == "FR");
        let eaten = value.number && text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
        (part == AddressPart::PostalCode && french && eaten).then(|| {
            let message = "the postal code got its leading zero back";
            self.remark(&codes::ADDRESS_RESTORED, value, text, message);
            format!("0{text}")
        })
    }
}
