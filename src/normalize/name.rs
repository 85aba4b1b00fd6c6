//! Names: the whole from its parts, and the parts from the whole, in a stated way that is marked as derived. No split
//! of a name is right for everybody, and the rule must be one to be found.
//!
//! The whole is `first middle last`. A whole with one comma is `last, first`; otherwise its last word is the last
//! name, with the particles before it (`de la Tour`); a single word is a last name. A title before it and a
//! suffix behind it are taken off first. A whole that is the company's name, or ends like one, is not split.

use crate::model::{Contact, Derived, PersonName};

const PARTICLES: [&str; 27] = [
    "de", "du", "des", "d'", "la", "le", "les", "van", "von", "der", "den", "ter", "ten", "da",
    "das", "do", "dos", "del", "della", "di", "el", "al", "ben", "bin", "zu", "zum", "af",
];
const TITLES: [&str; 17] = [
    "m.", "mr", "mr.", "mme", "mme.", "mlle", "mlle.", "mrs", "mrs.", "ms", "ms.", "dr", "dr.",
    "me", "pr", "pr.", "prof.",
];
const SUFFIXES: [&str; 10] = [
    "jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "phd", "ph.d.", "md",
];
const COMPANIES: [&str; 22] = [
    "sa", "s.a.", "sas", "sasu", "sarl", "s.a.r.l.", "eurl", "sci", "scop", "snc", "inc", "inc.",
    "ltd", "ltd.", "llc", "gmbh", "ag", "spa", "s.p.a.", "bv", "c.v.", "plc",
];

/// Completes what can be derived of the contact's name.
pub fn complete(contact: &mut Contact) {
    let company = contact.company.as_deref();
    let name = &mut contact.name;
    let parts = [&name.first, &name.middle, &name.last]
        .iter()
        .any(|part| part.is_some());
    match (&name.full, parts) {
        (None, true) => {
            name.full = Some(joined(name));
            name.derived = Derived::Full;
        }
        (Some(full), false) if !is_company(full, company) => {
            let full = full.clone();
            split(name, &full);
        }
        // What a table says twice, as an export does, is told once: the whole is what its parts make.
        (Some(full), true) if *full == joined(name) => name.derived = Derived::Full,
        _ => {}
    }
}

/// The whole name that the parts make.
fn joined(name: &PersonName) -> String {
    let parts = [&name.first, &name.middle, &name.last];
    let parts = || parts.into_iter().flatten();
    let mut whole = String::with_capacity(parts().map(|part| part.len() + 1).sum());
    for part in parts() {
        if !whole.is_empty() {
            whole.push(' ');
        }
        whole.push_str(part);
    }
    whole
}

/// Whether a word of a name is a title, a particle or a suffix: people who share it share nothing.
pub fn is_part_of_many(word: &str) -> bool {
    let bare = |word: &str| word.trim_end_matches('.').to_lowercase();
    let word = bare(word);
    let lists = [&TITLES[..], &SUFFIXES, &PARTICLES];
    let mut words = lists.into_iter().flatten();
    words.any(|known| bare(known) == word)
}

fn is_company(full: &str, company: Option<&str>) -> bool {
    let last = full
        .split_whitespace()
        .next_back()
        .unwrap_or_default()
        .to_lowercase();
    let several = full.split_whitespace().count() > 1;
    company == Some(full) || (several && COMPANIES.contains(&last.as_str()))
}

fn split(name: &mut PersonName, full: &str) {
    let mut rest = full;
    if let Some((title, after)) = rest.split_once(' ')
        && TITLES.contains(&title.to_lowercase().as_str())
    {
        name.prefix.get_or_insert_with(|| title.to_owned());
        rest = after;
    }
    if let Some((before, suffix)) = rest.rsplit_once([' ', ','])
        && SUFFIXES.contains(&suffix.trim().to_lowercase().as_str())
        && !before.trim().is_empty()
    {
        name.suffix.get_or_insert_with(|| suffix.trim().to_owned());
        rest = before.trim_end_matches([' ', ',']);
    }
    let (first, last) = match rest.split_once(',') {
        Some((last, first)) if !first.contains(',') => (first.trim(), last.trim()),
        Some(_) => ("", rest),
        None => words(rest),
    };
    let part = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    (name.first, name.last) = (part(first), part(last));
    name.derived = Derived::Parts;
}

/// First and last name of a text without comma.
fn words(text: &str) -> (&str, &str) {
    let mut at = text.rfind(' ').map_or(0, |blank| blank + 1);
    while at > 0 {
        let before = text[..at].trim_end();
        let start = before.rfind(' ').map_or(0, |blank| blank + 1);
        if start == 0 || !PARTICLES.contains(&before[start..].to_lowercase().as_str()) {
            break;
        }
        at = start;
    }
    (text[..at].trim_end(), &text[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(full: &str) -> (Option<String>, Option<String>) {
        let mut contact = Contact::default();
        contact.name.full = Some(full.to_owned());
        complete(&mut contact);
        (contact.name.first, contact.name.last)
    }

    #[test]
    fn a_whole_name_is_split_in_the_stated_way() {
        for (full, first, last) in [
            ("Anne Durand", "Anne", "Durand"),
            ("Durand, Anne", "Anne", "Durand"),
            ("Anne-Sophie de la Tour", "Anne-Sophie", "de la Tour"),
            ("Jean Pierre Van den Berg", "Jean Pierre", "Van den Berg"),
            ("De Gaulle", "De", "Gaulle"),
            ("Madonna", "", "Madonna"),
            ("Mme Anne Durand", "Anne", "Durand"),
            ("John Doe Jr.", "John", "Doe"),
            ("John Doe, PhD", "John", "Doe"),
            ("M. Petit", "", "Petit"),
            ("Exemple SARL", "", ""),
            ("Alestra, S. de R.L. de C.V.", "", ""),
        ] {
            let wanted = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            assert_eq!(parts(full), (wanted(first), wanted(last)), "{full}");
        }
    }

    #[test]
    fn parts_make_the_whole_and_nothing_stays_nothing() {
        let mut contact = Contact::default();
        complete(&mut contact);
        assert_eq!(contact.name, PersonName::default());
        contact.name.first = Some("Anne".to_owned());
        contact.name.last = Some("Durand".to_owned());
        complete(&mut contact);
        assert_eq!(contact.name.full.as_deref(), Some("Anne Durand"));
        assert_eq!(contact.name.derived, Derived::Full);
    }

    #[test]
    fn a_whole_that_the_parts_make_is_derived_from_them() {
        for (full, derived) in [
            ("Anne Lise Durand", Derived::Full),
            ("Anne Durand", Derived::Nothing),
            ("Durand, Anne Lise", Derived::Nothing),
            ("Mme Anne Lise Durand", Derived::Nothing),
        ] {
            let text = |text: &str| Some(text.to_owned());
            let mut contact = Contact::default();
            let name = &mut contact.name;
            (name.full, name.prefix) = (text(full), text("Mme"));
            (name.first, name.middle, name.last) = (text("Anne"), text("Lise"), text("Durand"));
            complete(&mut contact);
            assert_eq!(contact.name.derived, derived, "{full}");
            assert_eq!(contact.name.full.as_deref(), Some(full));
        }
    }

    #[test]
    fn a_company_is_no_person() {
        let mut contact = Contact {
            company: Some("Acme Europe".to_owned()),
            ..Contact::default()
        };
        contact.name.full = Some("Acme Europe".to_owned());
        complete(&mut contact);
        assert_eq!(
            (contact.name.last, contact.name.derived),
            (None, Derived::Nothing)
        );
    }
}
