//! Extensions: at the end of a number, or in a column of their own. Libphonenumber takes `ext.` for digits and a
//! second number for an extension, so they are parted before it sees either.

use super::{Making, Pending, codes};
use crate::model::{Diagnostic, Field, Phone};

/// The words and signs before an extension, in lower case.
const MARKS: [&str; 9] = [
    "ext",
    "extension",
    "x",
    "poste",
    "p",
    "#",
    "int",
    "interne",
    "extn",
];

/// How many digits an extension has at most.
const LONGEST: usize = 7;

/// A number and the extension behind it: `01 99 00 12 34 p. 12` is `01 99 00 12 34` and `12`.
pub(super) fn part(text: &str) -> (&str, Option<&str>) {
    let end = text.trim_end_matches([' ', ')']);
    let head = end.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &end[head.len()..];
    let head = head.trim_end_matches([' ', '.', ':', '=', '°']);
    let number = match head.strip_suffix('#') {
        Some(number) => number,
        None => head.trim_end_matches(char::is_alphabetic),
    };
    let mark = head[number.len()..].to_lowercase();
    let enough = number.bytes().filter(u8::is_ascii_digit).count() >= 2;
    if !enough || digits.is_empty() || digits.len() > LONGEST || !MARKS.contains(&mark.as_str()) {
        return (text, None);
    }
    (
        number.trim_end_matches([' ', ',', ';', '(', '-', '/', '.']),
        Some(digits),
    )
}

impl Making {
    /// The phone beside which a value stands: of its slot, without extension before one that has it.
    fn phone_of(&mut self, pending: &Pending) -> Option<&mut Phone> {
        let phones = self.contact.phones.iter().zip(&self.phone_slots);
        let of =
            |(phone, slot): &(&Phone, &u32)| phone.kind == pending.kind && **slot == pending.slot;
        let free = |(phone, slot): (&Phone, &u32)| of(&(phone, slot)) && phone.extension.is_none();
        let place = phones.clone().position(free);
        let place = place.or_else(|| phones.clone().position(|found| of(&found)));
        self.contact.phones.get_mut(place?)
    }

    /// Gives the phones the texts that they were once written as.
    pub(super) fn attach_writings(&mut self) {
        for pending in std::mem::take(&mut self.writings) {
            match self.phone_of(&pending) {
                Some(phone) => phone.written = pending.text,
                None => self.contact.custom.push((pending.header, pending.text)),
            }
        }
    }

    /// Gives every extension to the first phone of its kind that has none.
    pub(super) fn attach_extensions(&mut self) {
        for pending in std::mem::take(&mut self.extensions) {
            let digits = pending
                .text
                .trim_start_matches(|c: char| !c.is_ascii_digit());
            let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            let mark = pending.text[..pending.text.len() - digits.len()].to_lowercase();
            let mark = mark.trim_matches([' ', '.', ':']);
            let sound = number && (mark.is_empty() || MARKS.contains(&mark));
            let phone = self
                .phone_of(&pending)
                .filter(|phone| phone.extension.is_none());
            let message = match phone {
                Some(phone) if sound && digits.len() <= LONGEST => {
                    phone.extension = Some(digits.to_owned());
                    continue;
                }
                Some(_) => "the extension is not a short number",
                None => "no phone number stands beside the extension",
            };
            let place = self.place(pending.column);
            let field = Some(Field::Extension(pending.kind));
            let code = &codes::PHONE_EXTENSION;
            self.remarks
                .push(Diagnostic::new(code, place, field, &pending.text, message));
            self.contact.custom.push((pending.header, pending.text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_is_parted_from_its_number() {
        for (text, number, extension) in [
            ("01 99 00 12 34", "01 99 00 12 34", None),
            ("01 99 00 12 34 p. 12", "01 99 00 12 34", Some("12")),
            ("01 99 00 12 34 poste 12", "01 99 00 12 34", Some("12")),
            ("01 99 00 12 34 (poste 12)", "01 99 00 12 34", Some("12")),
            ("01 99 00 12 34 ext. 12", "01 99 00 12 34", Some("12")),
            ("801-555-7712x4563", "801-555-7712", Some("4563")),
            ("0199001234, Ext: 7", "0199001234", Some("7")),
            ("0199001234#12", "0199001234", Some("12")),
            ("p1234p5678w9", "p1234p5678w9", None),
            ("poste 12", "poste 12", None),
            ("0199001234 x 12345678", "0199001234 x 12345678", None),
            ("été", "été", None),
        ] {
            assert_eq!(part(text), (number, extension), "{text}");
        }
    }
}
