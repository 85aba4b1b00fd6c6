//! Names as vendors hold them: whole, or as first and last. A contact may come with either; what is missing
//! is made here, and marked as derived, so that a round trip does not rewrite the original.

use super::Taking;
use crate::model::{Contact, Field, PersonName};
use crate::normalize::complete_name;

/// The whole name, joined from its parts where the contact has only those.
pub(super) fn whole(taking: &mut Taking<'_>) -> Option<String> {
    if let Some(full) = taking.full_name() {
        return Some(full.to_owned());
    }
    let prefix = taking.name_part(Field::Prefix);
    let (first, last) = taking.first_and_last();
    let middle = taking.name_part(Field::MiddleName);
    let suffix = taking.name_part(Field::Suffix);
    let parts: Vec<_> = [prefix, first, middle, last, suffix]
        .into_iter()
        .flatten()
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// First and last name; a whole name without parts stands as the last.
pub(super) fn parts<'a>(taking: &mut Taking<'a>) -> (Option<&'a str>, Option<&'a str>) {
    match taking.first_and_last() {
        (None, None) => (None, taking.full_name()),
        both => both,
    }
}

/// A name that came whole, or in parts; what is missing is derived in the way of `normalize`.
pub(super) fn completed(name: PersonName) -> PersonName {
    let mut contact = Contact {
        name,
        ..Contact::default()
    };
    complete_name(&mut contact);
    contact.name
}

/// A name that came whole.
pub(super) fn from_full(full: Option<String>) -> PersonName {
    completed(PersonName {
        full,
        ..PersonName::default()
    })
}

/// A name that came in parts.
pub(super) fn from_parts(first: Option<String>, last: Option<String>) -> PersonName {
    completed(PersonName {
        first,
        last,
        ..PersonName::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_name_falls_into_first_and_last() {
        for (full, first, last) in [
            ("Anne Durand", Some("Anne"), "Durand"),
            ("Anne de la Tour", Some("Anne"), "de la Tour"),
            ("Madonna", None, "Madonna"),
        ] {
            let name = from_full(Some(full.into()));
            assert_eq!(
                (name.first.as_deref(), name.last.as_deref()),
                (first, Some(last))
            );
        }
    }

    #[test]
    fn parts_make_a_whole_name_and_nothing_is_lost() {
        let mut name = from_parts(Some("Anne".into()), Some("Durand".into()));
        assert_eq!(name.full.as_deref(), Some("Anne Durand"));
        name.full = None;
        name.middle = Some("B.".into());
        let contact = Contact {
            name,
            ..Contact::default()
        };
        let mut taking = Taking::of(&contact);
        assert_eq!(whole(&mut taking).as_deref(), Some("Anne B. Durand"));
        assert_eq!(taking.losses(), []);
    }
}
