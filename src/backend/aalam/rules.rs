//! What must hold of a contact at Aalam: a first name, a last name or a text about it (S).

use crate::backend::Settings;
use crate::backend::kit::shared_rules::{SomethingToSend, has_name, usual_lengths};
use crate::model::{Code, Contact, Diagnostic, Field, Severity};
use crate::validate::{Rule, Subject};

/// Every code that Aalam's own rules raise.
pub(super) const CODES: &[&Code] = &[&NAME_MISSING];

static NAME_MISSING: Code = Code {
    id: "aalam.name-missing",
    severity: Severity::Error,
    means: "Aalam refuses a contact that has neither first name, last name nor other information (the note).",
    help: "fill in a name or a note, or set the switch `company_only` to `other_info` for rows that have a company",
};

/// Every rule about one contact.
pub(super) fn all(settings: &Settings) -> Vec<Box<dyn Rule>> {
    let settings = settings.clone();
    let mut rules = usual_lengths();
    rules.push(Box::new(SomethingToSend { sends }));
    rules.push(Box::new(NameOrInfo { settings }));
    rules
}

/// Everything but a password and a parent has a place, and a login alone is nobody.
fn sends(contact: &Contact) -> bool {
    let texts = [
        &contact.company,
        &contact.department,
        &contact.position,
        &contact.note,
    ];
    has_name(contact)
        || texts.into_iter().any(Option::is_some)
        || !contact.phones.is_empty()
        || !contact.emails.is_empty()
        || !contact.addresses.is_empty()
        || !contact.groups.is_empty()
        || !contact.custom.is_empty()
        || contact.primary.is_some()
        || contact.mail_categories.is_some()
}

struct NameOrInfo {
    settings: Settings,
}

impl Rule for NameOrInfo {
    fn codes(&self) -> &'static [&'static Code] {
        const { &[&NAME_MISSING] }
    }

    fn check(&self, subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
        let contact = subject.contact;
        let name = &contact.name;
        let is_named = name.first.is_some() || name.last.is_some() || name.full.is_some();
        let stands_in = super::payload::stand_in(contact, &self.settings).is_some();
        if !is_named && contact.note.is_none() && !stands_in {
            let message = "first name, last name and note are missing";
            found.push(subject.remark(&NAME_MISSING, Field::FullName, "", message));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::backend::fixtures::{codes, contact, vendor};

    #[test]
    fn a_contact_needs_a_name_or_a_text() {
        let reject = ("company_only", "reject");
        for (switches, row, wanted) in [
            (vec![], json!({"name": {"last": "Durand"}}), vec![]),
            (vec![], json!({"note": "only"}), vec![]),
            (vec![], json!({"company": "Exemple"}), vec![]),
            (
                vec![reject],
                json!({"company": "Exemple"}),
                vec!["aalam.name-missing"],
            ),
            (
                vec![],
                json!({"emails": [{"address": "a@example.fr"}]}),
                vec!["aalam.name-missing"],
            ),
            (
                vec![],
                json!({"portal": {"username": "anned"}}),
                vec!["vendor.nothing-to-send", "aalam.name-missing"],
            ),
        ] {
            let vendor = vendor("aalam", &switches);
            assert_eq!(
                codes(vendor.as_ref(), &contact(row.clone())),
                wanted,
                "{row}"
            );
        }
    }
}
