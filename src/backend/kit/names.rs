//! Names as vendors hold them: whole, or as first and last. A contact may come with either; what is missing
//! is made here, and marked as derived, so that a round trip does not rewrite the original.

use super::Consumer;
use crate::backend::settings::Settings;
use crate::backend::switch::{Choices, Evidence, Switch};
use crate::model::{Contact, Derived, Field, PersonName};
use crate::normalize::complete_name;

/// The whole name, joined from its parts where the contact has only those.
pub(in crate::backend) fn whole(consumer: &mut Consumer<'_>) -> Option<String> {
    if let Some(full) = consumer.full_name() {
        return Some(full.to_owned());
    }
    let prefix = consumer.name_part(Field::Prefix);
    let (first, last) = consumer.first_and_last();
    let middle = consumer.name_part(Field::MiddleName);
    let suffix = consumer.name_part(Field::Suffix);
    let parts: Vec<_> = [prefix, first, middle, last, suffix]
        .into_iter()
        .flatten()
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// First and last name; a whole name without parts stands as the last.
pub(in crate::backend) fn parts<'a>(
    consumer: &mut Consumer<'a>,
) -> (Option<&'a str>, Option<&'a str>) {
    match consumer.first_and_last() {
        (None, None) => (None, consumer.full_name()),
        both => both,
    }
}

/// A name that came whole, or in parts; what is missing is derived in the way of `normalize`.
pub(in crate::backend) fn completed(name: PersonName) -> PersonName {
    let mut contact = Contact {
        name,
        ..Contact::default()
    };
    complete_name(&mut contact);
    contact.name
}

/// How a whole name is taken apart, for a vendor that has only whole names.
pub(in crate::backend) const NAME_SPLIT: Switch = Switch {
    name: "name_split",
    choices: Choices::OneOf(&["usual", "last_word", "first_word", "comma", "first", "last"]),
    default: "usual",
    help: "How a name that is read from there is taken apart: as names of sheets are, its last word is the last name, its first word is the first name, what stands before a comma is the last name, or all of it is the first or the last name. What was split is marked as derived.",
    evidence: Evidence::Assumed,
};

/// A name that came whole, taken apart as the switch `name_split` says.
pub(in crate::backend) fn from_full(full: Option<&str>, settings: &Settings) -> PersonName {
    let part = |text: Option<&str>| {
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        text.map(str::to_owned)
    };
    let name = |first: Option<&str>, last: Option<&str>| PersonName {
        full: full.map(str::to_owned),
        first: part(first),
        last: part(last),
        derived: Derived::Parts,
        ..PersonName::default()
    };
    let Some(text) = full else {
        return PersonName::default();
    };
    match settings.get("name_split") {
        "last_word" => match text.rsplit_once(' ') {
            Some((first, last)) => name(Some(first), Some(last)),
            None => name(None, Some(text)),
        },
        "first_word" => match text.split_once(' ') {
            Some((first, last)) => name(Some(first), Some(last)),
            None => name(Some(text), None),
        },
        "comma" => match text.split_once(',') {
            Some((last, first)) => name(Some(first), Some(last)),
            None => name(None, Some(text)),
        },
        "first" => name(Some(text), None),
        "last" => name(None, Some(text)),
        _ => completed(PersonName {
            full: full.map(str::to_owned),
            ..PersonName::default()
        }),
    }
}

/// A name that came in parts.
pub(in crate::backend) fn from_parts(first: Option<String>, last: Option<String>) -> PersonName {
    completed(PersonName {
        first,
        last,
        ..PersonName::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::fixtures::settings;

    #[test]
    fn a_whole_name_falls_into_first_and_last() {
        for (full, first, last) in [
            ("Anne Durand", Some("Anne"), "Durand"),
            ("Anne de la Tour", Some("Anne"), "de la Tour"),
            ("Madonna", None, "Madonna"),
        ] {
            let name = from_full(Some(full), &settings("sonar", &[]));
            assert_eq!(
                (name.first.as_deref(), name.last.as_deref()),
                (first, Some(last))
            );
        }
    }

    #[test]
    fn a_name_is_split_as_the_switch_says() {
        for (split, full, first, last) in [
            (
                "last_word",
                "Anne de la Tour",
                Some("Anne de la"),
                Some("Tour"),
            ),
            (
                "first_word",
                "Tour Anne Lise",
                Some("Tour"),
                Some("Anne Lise"),
            ),
            (
                "comma",
                "de la Tour, Anne",
                Some("Anne"),
                Some("de la Tour"),
            ),
            ("comma", "Anne Durand", None, Some("Anne Durand")),
            ("first", "Anne Durand", Some("Anne Durand"), None),
            ("last", "Anne Durand", None, Some("Anne Durand")),
        ] {
            let settings = settings("orzame", &[("name_split", split)]);
            let name = from_full(Some(full), &settings);
            let parts = (name.first.as_deref(), name.last.as_deref());
            assert_eq!(parts, (first, last), "{split}: {full}");
            assert_eq!(
                (name.full.as_deref(), name.derived),
                (Some(full), Derived::Parts)
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
        let mut consumer = Consumer::of(&contact);
        assert_eq!(whole(&mut consumer).as_deref(), Some("Anne B. Durand"));
        assert_eq!(consumer.taken().losses(&contact), []);
    }
}
