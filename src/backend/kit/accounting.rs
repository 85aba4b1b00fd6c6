//! Accounting for a contact's values. A vendor *takes* each value that its payload has a place for; what was not taken
//! when it is done is lost, and named. So a value can be lost by the vendor's limits, but never by forgetting it.

use crate::model::{Contact, Derived, EmailAddress, Field, Kind, Phone, PostalAddress, Tagged};

/// Which values of a contact were taken. It knows the contact by the places of its values only.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::backend) struct TakenValues {
    /// A bit for each field that is one value.
    fields: u32,
    /// A bit for each of them whose value was handed out, and does not merely stand in another's.
    told: u32,
    /// The company as it is sent, where that is not as it stands in the contact.
    pub(super) company: Option<String>,
    pub(super) phones: u64,
    pub(super) extensions: u64,
    pub(super) emails: u64,
    pub(super) addresses: u64,
    /// How many of the free values are taken; they are taken in their order.
    pub(super) custom: usize,
}

impl TakenValues {
    /// Whether a field that is one value was taken.
    pub(super) fn has(&self, field: Field) -> bool {
        self.fields & flag(field) != 0
    }

    /// Whether the value of such a field was handed out.
    pub(super) fn is_told(&self, field: Field) -> bool {
        self.told & flag(field) != 0
    }
}

/// Takes a contact's values, each once, and knows what is left.
pub struct Consumer<'a> {
    contact: &'a Contact,
    pub(super) taken: TakenValues,
}

impl<'a> Consumer<'a> {
    /// Nothing is taken yet.
    pub fn of(contact: &'a Contact) -> Self {
        let taken = TakenValues::default();
        Self { contact, taken }
    }

    /// The contact itself, to look at.
    pub fn contact(&self) -> &'a Contact {
        self.contact
    }

    fn take(&mut self, field: Field) {
        self.taken.fields |= flag(field);
    }

    fn text(&mut self, field: Field, value: Option<&'a String>) -> Option<&'a str> {
        self.take(field);
        self.taken.told |= flag(field);
        value.map(String::as_str)
    }

    /// What was taken so far.
    #[cfg(test)]
    pub(in crate::backend) fn taken(&self) -> &TakenValues {
        &self.taken
    }

    /// The whole name; the parts that it is made of are taken with it.
    pub fn full_name(&mut self) -> Option<&'a str> {
        let name = &self.contact.name;
        if let Some(full) = &name.full {
            for (field, part) in [
                (Field::Prefix, &name.prefix),
                (Field::FirstName, &name.first),
                (Field::MiddleName, &name.middle),
                (Field::LastName, &name.last),
                (Field::Suffix, &name.suffix),
            ] {
                if part.as_ref().is_some_and(|part| holds_words(full, part)) {
                    self.take(field);
                }
            }
        }
        self.text(Field::FullName, name.full.as_ref())
    }

    /// First and last name; the whole name is taken with them where it says no more than they do.
    pub fn first_and_last(&mut self) -> (Option<&'a str>, Option<&'a str>) {
        let name = &self.contact.name;
        let first = self.text(Field::FirstName, name.first.as_ref());
        let last = self.text(Field::LastName, name.last.as_ref());
        let holds = |word: &str| {
            [first, last]
                .into_iter()
                .flatten()
                .any(|part| has_word(part, word))
        };
        let says_no_more = match &name.full {
            _ if name.derived != Derived::Nothing => true,
            Some(full) => full.split_whitespace().all(holds),
            None => true,
        };
        if says_no_more {
            self.take(Field::FullName);
        }
        (first, last)
    }

    /// The company.
    pub fn company(&mut self) -> Option<&'a str> {
        self.text(Field::Company, self.contact.company.as_ref())
    }

    /// The company, which the vendor is sent in other words than its own.
    pub fn company_as(&mut self, sent: &str) {
        if !self.taken.is_told(Field::Company) {
            self.taken.company = Some(sent.to_owned());
        }
        self.company();
    }

    /// The department.
    pub fn department(&mut self) -> Option<&'a str> {
        self.text(Field::Department, self.contact.department.as_ref())
    }

    /// The position.
    pub fn position(&mut self) -> Option<&'a str> {
        self.text(Field::Position, self.contact.position.as_ref())
    }

    /// The note.
    pub fn note(&mut self) -> Option<&'a str> {
        self.text(Field::Note, self.contact.note.as_ref())
    }

    /// A part of the name that is neither first nor last.
    pub fn name_part(&mut self, field: Field) -> Option<&'a str> {
        let name = &self.contact.name;
        let part = match field {
            Field::Prefix => &name.prefix,
            Field::MiddleName => &name.middle,
            Field::Suffix => &name.suffix,
            _ => &None,
        };
        self.text(field, part.as_ref())
    }

    /// Whether it is the first of its parent.
    pub fn primary(&mut self) -> Option<bool> {
        self.take(Field::Primary);
        self.contact.primary
    }

    /// The mailings that it gets.
    pub fn mail_categories(&mut self) -> Option<&'a [u32]> {
        self.take(Field::MailCategories);
        self.contact.mail_categories.as_deref()
    }

    /// The groups.
    pub fn groups(&mut self) -> &'a [String] {
        self.take(Field::Groups);
        &self.contact.groups
    }

    /// What it hangs under.
    pub fn parent(&mut self) {
        self.take(Field::Parent);
    }

    /// The portal's login name.
    pub fn username(&mut self) -> Option<&'a str> {
        let portal = self.contact.portal.as_ref()?;
        self.text(Field::Username, portal.username.as_ref())
    }

    /// The portal's login name and password.
    pub fn portal(&mut self) -> (Option<&'a str>, Option<&'a str>) {
        let Some(portal) = &self.contact.portal else {
            return (None, None);
        };
        let username = self.text(Field::Username, portal.username.as_ref());
        (
            username,
            self.text(Field::Password, portal.password.as_ref()),
        )
    }

    /// The next phone number of the first of these kinds that has one left; its extension is not taken.
    pub fn phone(&mut self, kinds: &[Kind]) -> Option<&'a Phone> {
        kinds
            .iter()
            .find_map(|kind| self.phone_where(|phone| phone.kind == *kind))
    }

    /// The next phone number for which `fits` holds; its extension is not taken.
    pub fn phone_where(&mut self, fits: impl Fn(&Phone) -> bool) -> Option<&'a Phone> {
        let left = |(n, phone): &(usize, &Phone)| !has(self.taken.phones, *n) && fits(phone);
        let (n, phone) = self.contact.phones.iter().enumerate().find(left)?;
        self.taken.phones |= bit(n);
        Some(phone)
    }

    /// The extension of a phone number that was taken.
    pub fn extension(&mut self, phone: &'a Phone) -> Option<&'a str> {
        let n = self
            .contact
            .phones
            .iter()
            .position(|other| std::ptr::eq(other, phone))?;
        self.taken.extensions |= bit(n);
        phone.extension.as_deref()
    }

    /// The next e-mail address.
    pub fn email(&mut self) -> Option<&'a Tagged<EmailAddress>> {
        let n = (0..self.contact.emails.len()).find(|n| !has(self.taken.emails, *n))?;
        self.taken.emails |= bit(n);
        Some(&self.contact.emails[n])
    }

    /// The next postal address.
    pub fn address(&mut self) -> Option<&'a Tagged<PostalAddress>> {
        let n = (0..self.contact.addresses.len()).find(|n| !has(self.taken.addresses, *n))?;
        self.taken.addresses |= bit(n);
        Some(&self.contact.addresses[n])
    }

    /// The next value that no field claims: its column's name, and the value.
    pub fn custom(&mut self) -> Option<&'a (String, String)> {
        let next = self.contact.custom.get(self.taken.custom)?;
        self.taken.custom += 1;
        Some(next)
    }
}

pub(in crate::backend) fn left<T>(list: &[T], taken: u64) -> impl Iterator<Item = (usize, &T)> {
    list.iter()
        .enumerate()
        .filter(move |(n, _)| !has(taken, *n))
}

/// The bit of the n-th value of a list; the 64th and all after it share one, so they are never taken.
fn bit(n: usize) -> u64 {
    if n < 64 { 1 << n } else { 0 }
}

pub(in crate::backend) fn has(taken: u64, n: usize) -> bool {
    taken & bit(n) != 0
}

/// The bit of a field that is one value; fields of which there may be several have none.
fn flag(field: Field) -> u32 {
    let n = match field {
        Field::Parent => 0,
        Field::FullName => 1,
        Field::Prefix => 2,
        Field::FirstName => 3,
        Field::MiddleName => 4,
        Field::LastName => 5,
        Field::Suffix => 6,
        Field::Company => 7,
        Field::Department => 8,
        Field::Position => 9,
        Field::Note => 10,
        Field::Groups => 11,
        Field::Primary => 12,
        Field::MailCategories => 13,
        Field::Username => 14,
        Field::Password => 15,
        Field::Key
        | Field::Phone(_)
        | Field::Extension(_)
        | Field::Written(_)
        | Field::Email(_)
        | Field::Address(..)
        | Field::Custom => return 0,
    };
    1 << n
}

/// Whether every word of `part` stands in `whole`.
fn holds_words(whole: &str, part: &str) -> bool {
    part.split_whitespace().all(|word| has_word(whole, word))
}

fn has_word(text: &str, word: &str) -> bool {
    text.split_whitespace().any(|other| other == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Number, PersonName};

    fn phone(kind: Kind, number: &str) -> Phone {
        let number = Number::from(number.to_owned());
        Phone {
            kind,
            number,
            extension: Some("12".into()),
            written: String::new(),
        }
    }

    #[test]
    fn what_nobody_took_is_lost() {
        let contact = Contact {
            name: PersonName {
                full: Some("Mme Anne Durand".into()),
                prefix: Some("Mme".into()),
                first: Some("Anne".into()),
                last: Some("Durand".into()),
                ..PersonName::default()
            },
            company: Some("Exemple".into()),
            phones: vec![
                phone(Kind::Work, "+33199001234"),
                phone(Kind::Fax, "+33199001235"),
            ],
            custom: vec![("Badge".into(), "A-12".into())],
            primary: Some(true),
            ..Contact::default()
        };
        let mut consumer = Consumer::of(&contact);
        assert_eq!(consumer.first_and_last(), (Some("Anne"), Some("Durand")));
        assert_eq!(
            consumer.phone(&[Kind::Mobile, Kind::Work]).map(|p| p.kind),
            Some(Kind::Work)
        );
        assert_eq!(consumer.phone(&[Kind::Mobile, Kind::Work]), None);
        let fields: Vec<_> = consumer
            .taken()
            .losses(&contact)
            .iter()
            .map(|loss| loss.field.to_string())
            .collect();
        assert_eq!(
            fields,
            [
                "name.full",
                "name.prefix",
                "company",
                "phone.work.extension",
                "phone.fax",
                "primary",
                "custom"
            ]
        );
    }

    #[test]
    fn a_whole_name_takes_its_parts_with_it() {
        let name = PersonName {
            full: Some("Anne Durand".into()),
            first: Some("Anne".into()),
            last: Some("Durand".into()),
            derived: Derived::Full,
            ..PersonName::default()
        };
        let contact = Contact {
            name,
            ..Contact::default()
        };
        let mut consumer = Consumer::of(&contact);
        consumer.full_name();
        assert_eq!(consumer.taken().losses(&contact), []);
    }
}
