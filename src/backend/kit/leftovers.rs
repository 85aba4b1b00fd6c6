//! What is left of a contact once a vendor has taken what it can hold: the losses, value by value, in the order
//! of the fields.

use std::borrow::Cow;

use super::accounting::{TakenValues, has, left};
use crate::backend::loss::{Loss, lost};
use crate::model::{Contact, Derived, Field, Phone};

/// How many values most contacts lose at most.
const USUAL: usize = 16;

impl TakenValues {
    /// What was not taken of the contact.
    pub(in crate::backend) fn losses<'c>(&self, contact: &'c Contact) -> Vec<Loss<'c>> {
        let mut losses = Vec::with_capacity(USUAL);
        self.lost_texts(contact, &mut losses);
        self.lost_lists(contact, &mut losses);
        losses
    }

    fn lost_texts<'c>(&self, contact: &'c Contact, losses: &mut Vec<Loss<'c>>) {
        let Contact {
            name,
            company,
            department,
            position,
            note,
            portal,
            ..
        } = contact;
        let portal = portal.as_ref();
        let full = name.full.as_ref().filter(|_| name.derived != Derived::Full);
        let (first, last) = match name.derived {
            Derived::Parts => (None, None),
            _ => (name.first.as_ref(), name.last.as_ref()),
        };
        for (field, value) in [
            (Field::FullName, full),
            (Field::Prefix, name.prefix.as_ref()),
            (Field::FirstName, first),
            (Field::MiddleName, name.middle.as_ref()),
            (Field::LastName, last),
            (Field::Suffix, name.suffix.as_ref()),
            (Field::Company, company.as_ref()),
            (Field::Department, department.as_ref()),
            (Field::Position, position.as_ref()),
            (Field::Note, note.as_ref()),
            (
                Field::Username,
                portal.and_then(|portal| portal.username.as_ref()),
            ),
            (
                Field::Password,
                portal.and_then(|portal| portal.password.as_ref()),
            ),
        ] {
            if let Some(value) = value
                && !self.has(field)
            {
                losses.push(lost(field, value.as_str()));
            }
        }
    }

    fn lost_lists<'c>(&self, contact: &'c Contact, losses: &mut Vec<Loss<'c>>) {
        let is_left = |field: Field| !self.has(field);
        for (n, phone) in contact.phones.iter().enumerate() {
            if !has(self.phones, n) {
                losses.push(lost(Field::Phone(phone.kind), written(phone)));
            } else if let Some(extension) = &phone.extension
                && !has(self.extensions, n)
            {
                losses.push(lost(Field::Extension(phone.kind), extension.as_str()));
            }
        }
        for (_, email) in left(&contact.emails, self.emails) {
            losses.push(lost(Field::Email(email.kind), email.value.as_str()));
        }
        for (_, address) in left(&contact.addresses, self.addresses) {
            losses.extend(
                address
                    .value
                    .parts()
                    .map(|(part, text)| lost(Field::Address(address.kind, part), text)),
            );
        }
        if is_left(Field::Groups) {
            losses.extend(
                contact
                    .groups
                    .iter()
                    .map(|group| lost(Field::Groups, group.as_str())),
            );
        }
        if let Some(parent) = contact.parent.as_ref().filter(|_| is_left(Field::Parent)) {
            losses.push(lost(Field::Parent, parent.as_str()));
        }
        if contact.primary == Some(true) && is_left(Field::Primary) {
            losses.push(lost(Field::Primary, "true"));
        }
        if let Some(list) = contact
            .mail_categories
            .as_ref()
            .filter(|list| !list.is_empty() && is_left(Field::MailCategories))
        {
            let list = list
                .iter()
                .map(u32::to_string)
                .collect::<Vec<_>>()
                .join(",");
            losses.push(lost(Field::MailCategories, list));
        }
        for (name, value) in contact.custom.iter().skip(self.custom) {
            losses.push(Loss {
                name: Some(name.as_str().into()),
                ..lost(Field::Custom, value.as_str())
            });
        }
    }
}

fn written(phone: &Phone) -> Cow<'_, str> {
    match &phone.extension {
        Some(extension) => format!("{} x{extension}", phone.number.as_str()).into(),
        None => phone.number.as_str().into(),
    }
}
