//! Names as vendors hold them: whole, or as first and last. A contact may come with either; what is missing
//! is made here, and marked as derived, so that a round trip does not rewrite the original.

use super::Taking;
use crate::model::{Derived, Field, PersonName};

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

/// First and last name; a whole name without parts stands as the first.
pub(super) fn parts<'a>(taking: &mut Taking<'a>) -> (Option<&'a str>, Option<&'a str>) {
    match taking.first_and_last() {
        (None, None) => (taking.full_name(), None),
        both => both,
    }
}

/// A name that came whole: its last word is the last name (assumed).
pub(super) fn from_full(full: Option<String>) -> PersonName {
    let Some(full) = full else {
        return PersonName::default();
    };
    let (first, last) = match full.rsplit_once(char::is_whitespace) {
        Some((first, last)) => (first.trim_end().to_owned(), Some(last.to_owned())),
        None => (full.clone(), None),
    };
    PersonName {
        full: Some(full),
        first: Some(first),
        last,
        derived: Derived::Parts,
        ..PersonName::default()
    }
}

/// A name that came in parts.
pub(super) fn from_parts(first: Option<String>, last: Option<String>) -> PersonName {
    let both: Vec<_> = [&first, &last]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    if both.is_empty() {
        return PersonName::default();
    }
    PersonName {
        full: Some(both.join(" ")),
        first,
        last,
        derived: Derived::Full,
        ..PersonName::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Contact;

    #[test]
    fn a_whole_name_falls_into_first_and_last() {
        for (full, first, last) in [
            ("Anne Durand", "Anne", Some("Durand")),
            ("Anne de la Tour", "Anne de la", Some("Tour")),
            ("Cher", "Cher", None),
        ] {
            let name = from_full(Some(full.into()));
            assert_eq!(
                (name.first.as_deref(), name.last.as_deref()),
                (Some(first), last)
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
