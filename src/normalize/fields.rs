//! The fields that hold one plain text, a yes or no, or a list. Each of them is a line or two, and they are read best
//! side by side.

use std::borrow::Cow;

use super::{Making, codes};
use crate::mapping::Value;
use crate::model::{ContactKey, Field, ParentId};

impl Making {
    /// Takes a value of a field that is no phone number, e-mail or postal address.
    pub(super) fn take_plain(&mut self, value: &Value<'_>, text: Cow<'_, str>) {
        match value.field {
            Field::Groups => return self.take_groups(&text),
            Field::Primary => return self.take_primary(value, &text),
            Field::MailCategories => return self.take_mail_categories(value, &text),
            Field::Key => return self.take_key(value, &text),
            Field::Parent => return self.take_parent(value, &text),
            _ => {}
        }
        let contact = &mut self.contact;
        let slot = match value.field {
            Field::FullName => &mut contact.name.full,
            Field::Prefix => &mut contact.name.prefix,
            Field::FirstName => &mut contact.name.first,
            Field::MiddleName => &mut contact.name.middle,
            Field::LastName => &mut contact.name.last,
            Field::Suffix => &mut contact.name.suffix,
            Field::Company => &mut contact.company,
            Field::Department => &mut contact.department,
            Field::Position => &mut contact.position,
            Field::Note => &mut contact.note,
            Field::Username => &mut contact.portal.get_or_insert_default().username,
            _ => return self.keep(value, &text),
        };
        if slot.is_some() {
            return self.keep_second(value, &text);
        }
        *slot = Some(text.into_owned());
    }

    fn take_key(&mut self, value: &Value<'_>, text: &str) {
        if self.contact.key.is_some() {
            return self.keep_second(value, text);
        }
        self.contact.key = Some(ContactKey::new(text));
    }

    fn take_parent(&mut self, value: &Value<'_>, text: &str) {
        if self.contact.parent.is_some() {
            return self.keep_second(value, text);
        }
        self.contact.parent = Some(ParentId::new(text));
    }

    fn keep_second(&mut self, value: &Value<'_>, text: &str) {
        let message = format!("the row has a second {}", value.field);
        self.remark(&codes::VALUE_REPEATED, value, text, message);
        self.keep(value, text);
    }

    fn take_groups(&mut self, text: &str) {
        let parts = text.split([';', ',', '\n']);
        if text.contains(':') {
            self.push_groups(parts.flat_map(|part| part.split(":::")));
        } else {
            self.push_groups(parts);
        }
    }

    fn push_groups<'g>(&mut self, groups: impl Iterator<Item = &'g str>) {
        for group in groups.map(str::trim) {
            if !group.is_empty() && !self.contact.groups.iter().any(|before| before == group) {
                self.contact.groups.push(group.to_owned());
            }
        }
    }

    fn take_primary(&mut self, value: &Value<'_>, text: &str) {
        if self.contact.primary.is_some() {
            return self.keep_second(value, text);
        }
        self.contact.primary = match text.to_lowercase().as_str() {
            "oui" | "o" | "yes" | "y" | "true" | "vrai" | "1" | "x" | "✓" | "✔" | "ja" | "j"
            | "sí" | "si" | "sì" | "s" | "sim" | "wahr" | "verdadero" | "verdadeiro" | "vero"
            | "waar" => Some(true),
            "non" | "n" | "no" | "false" | "faux" | "0" | "nein" | "nee" | "não" | "nao"
            | "falsch" | "falso" | "onwaar" => Some(false),
            _ => None,
        };
        if self.contact.primary.is_none() {
            self.remark(
                &codes::PRIMARY_UNCLEAR,
                value,
                text,
                "the value is neither yes nor no",
            );
            self.keep(value, text);
        }
    }

    fn take_mail_categories(&mut self, value: &Value<'_>, text: &str) {
        let words = text.split([';', ',', ' ']).filter(|word| !word.is_empty());
        match words.map(str::parse).collect::<Result<Vec<u32>, _>>() {
            Ok(numbers) if self.contact.mail_categories.is_none() && !numbers.is_empty() => {
                self.contact.mail_categories = Some(numbers);
            }
            Ok(_) => self.keep_second(value, text),
            Err(_) => {
                let message = "the value is not a list of numbers";
                self.remark(&codes::MAIL_CATEGORIES_UNCLEAR, value, text, message);
                self.keep(value, text);
            }
        }
    }
}
