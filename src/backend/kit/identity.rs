//! Who a contact is to a vendor: its name, addresses and numbers, restricted to what was taken. It is computed here
//! for every vendor, on both sides: a record is decoded to a contact, and encoded again.

use super::accounting::{TakenValues, has};
use crate::model::{Contact, Derived, Field, Identity, PersonName};

impl TakenValues {
    /// Who the contact is, by what was taken of it.
    pub(in crate::backend) fn identity(&self, contact: &Contact) -> Identity {
        let person = self.person(&contact.name);
        let company = || {
            let sent = self.company.as_ref().or(contact.company.as_ref());
            sent.filter(|_| self.is_told(Field::Company)).cloned()
        };
        let emails = contact.emails.iter().enumerate();
        let phones = contact.phones.iter().enumerate();
        Identity {
            company: if person.is_some() { None } else { company() },
            person,
            emails: emails
                .filter(|(n, _)| has(self.emails, *n))
                .map(|(_, email)| email.value.as_str().to_lowercase())
                .collect(),
            phones: phones
                .filter(|(n, _)| has(self.phones, *n))
                .map(|(_, phone)| phone.number.as_str().to_owned())
                .collect(),
        }
    }

    /// The name by its parts and as a whole, whichever were taken. A whole that was taken apart says what its parts
    /// say, and in other words.
    fn person(&self, name: &PersonName) -> Option<String> {
        let parts = [
            (Field::Prefix, &name.prefix),
            (Field::FirstName, &name.first),
            (Field::MiddleName, &name.middle),
            (Field::LastName, &name.last),
            (Field::Suffix, &name.suffix),
        ];
        let parts = parts
            .into_iter()
            .filter(|(field, _)| self.is_told(*field))
            .filter_map(|(_, part)| part.as_deref());
        let is_apart = name.derived == Derived::Parts && self.is_told(Field::FirstName);
        let whole = name
            .full
            .as_deref()
            .filter(|_| self.is_told(Field::FullName) && !is_apart);
        let known = whole.map(Identity::words_of).unwrap_or_default();
        let is_new = |word: &&str| !Identity::words_of(word).is_subset(&known);
        let parts = parts.flat_map(str::split_whitespace).filter(is_new);
        let words: Vec<&str> = whole.into_iter().chain(parts).collect();
        (!words.is_empty()).then(|| words.join(" "))
    }
}
