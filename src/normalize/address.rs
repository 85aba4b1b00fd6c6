//! Postal addresses: their parts, gathered by what the address is for. An address is spread over several columns, and
//! a cell may hold several of its lines.

use std::borrow::Cow;

use super::{Making, codes, country};
use crate::mapping::Value;
use crate::model::{AddressPart, Kind, PostalAddress, Tagged};

const LINES: [AddressPart; 4] = [
    AddressPart::Line1,
    AddressPart::Line2,
    AddressPart::Line3,
    AddressPart::Line4,
];

/// Countries whose postal codes have five digits, and may begin with a zero.
const FIVE: [&str; 6] = ["FR", "DE", "ES", "IT", "US", "MC"];

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
        let coded = match part {
            AddressPart::Country => country::code(text),
            _ => None,
        };
        let text = restored.as_deref().or(coded).unwrap_or(text);
        let address = self.address(kind, value.slot);
        let Some(first) = LINES.iter().position(|line| *line == part) else {
            let line = if text.contains('\n') {
                Cow::Owned(text.replace('\n', ", "))
            } else {
                Cow::Borrowed(text)
            };
            return address.set(part, &line);
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

    /// A postal code that a spreadsheet took for a quantity: its leading zero is gone, or `.0` is added. The zero comes
    /// back only where the country's codes have five digits and the row or the cell says enough.
    fn restored_code(
        &mut self,
        value: &Value<'_>,
        part: AddressPart,
        text: &str,
    ) -> Option<String> {
        if part != AddressPart::PostalCode || self.options.as_is {
            return None;
        }
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let bare = text.trim_start_matches('\'');
        let whole = bare.strip_suffix(".0").unwrap_or(bare);
        let said = self.region.filter(|_| value.number || whole != text);
        let region = self.stated.or(said);
        let five = region.is_some_and(|region| FIVE.contains(&region.as_str()));
        let code = if five && whole.len() == 4 && digits(whole) {
            format!("0{whole}")
        } else if whole != text && !whole.is_empty() && digits(whole) {
            whole.to_owned()
        } else {
            return None;
        };
        let message = "the postal code got its digits back";
        self.remark_with(
            &codes::ADDRESS_RESTORED,
            value,
            text,
            message,
            Some(code.clone()),
        );
        Some(code)
    }
}
