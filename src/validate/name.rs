//! Names: a vendor that keeps people by name needs one.

use super::{Rule, Subject};
use crate::model::{Code, Diagnostic, Field, Severity};

/// A contact without the name that its vendor requires.
pub static NAME_MISSING: Code = Code {
    id: "name.missing",
    severity: Severity::Error,
    means: "The vendor keeps every contact under a name, and this row has none.",
    help: "fill in a name, or set the vendor's policy for company-only rows if it has one",
};

/// Demands a whole name (Sonar and Orzame: `name`, required; S).
pub struct NameRequired;

impl Rule for NameRequired {
    fn codes(&self) -> &'static [&'static Code] {
        const { &[&NAME_MISSING] }
    }

    fn check(&self, subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
        if subject.contact.name.full.is_none() {
            found.push(subject.remark(&NAME_MISSING, Field::FullName, "", "the name is missing"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Contact, PersonName};

    #[test]
    fn a_contact_without_a_name_is_refused_here() {
        let named = PersonName {
            full: Some("Anne".into()),
            ..PersonName::default()
        };
        for (name, errors) in [(PersonName::default(), 1), (named, 0)] {
            let contact = Contact {
                name,
                ..Contact::default()
            };
            let subject = Subject {
                contact: &contact,
                row: 2,
                column_of: &|_| None,
            };
            let mut found = Vec::new();
            NameRequired.check(&subject, &mut found);
            assert_eq!(found.len(), errors);
        }
    }
}
