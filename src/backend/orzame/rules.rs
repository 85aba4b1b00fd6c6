//! What must hold of a contact at Orzame: a name, a contact to hang under, and one default person for each.

use super::payload::KINDS;
use crate::backend::Settings;
use crate::backend::kit::shared_rules::{
    NameOr, OneFirst, ParentRequired, SomethingToSend, StandIn, has_name, usual_lengths,
};
use crate::model::{Code, Contact, Severity};
use crate::validate::{AcrossRows, FirstSeen, Rule};

/// Every code that Orzame's own rules raise.
pub(super) const CODES: &[&Code] = &[&CONTACT_MISSING, &SECOND_DEFAULT];

static CONTACT_MISSING: Code = Code {
    id: "orzame.contact-missing",
    severity: Severity::Error,
    means: "Orzame keeps every person under a contact (a company or client), and neither the row nor the target names one.",
    help: "map a column to `parent`, or set `parent` for the target",
};

static SECOND_DEFAULT: Code = Code {
    id: "orzame.second-default",
    severity: Severity::Warning,
    means: "Two rows are the default person of one contact; which of them keeps the mark is not documented (assumed: the last).",
    help: "leave one default person for each contact",
};

/// Every rule about one contact.
pub(super) fn all(settings: &Settings) -> Vec<Box<dyn Rule>> {
    let stand_in = match settings.get("company_only") {
        "name" => StandIn::Company,
        _ => StandIn::Nothing,
    };
    let mut rules = usual_lengths();
    rules.push(Box::new(SomethingToSend { sends }));
    rules.push(Box::new(NameOr(stand_in)));
    rules.push(Box::new(ParentRequired {
        code: const { &[&CONTACT_MISSING] },
        default: settings.parent.clone(),
        message: "the contact to hang under is missing",
    }));
    rules
}

/// The rule across rows: one default person a contact.
pub(super) fn one_default(settings: &Settings) -> Box<dyn AcrossRows> {
    Box::new(OneFirst {
        code: const { &[&SECOND_DEFAULT] },
        default: settings.parent.clone(),
        rows: FirstSeen::default(),
    })
}

fn sends(contact: &Contact) -> bool {
    let has_phone = contact.phone(KINDS).is_some();
    let has_text = contact.company.is_some() || contact.position.is_some();
    has_name(contact) || has_phone || has_text || !contact.emails.is_empty()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::backend::fixtures::{anne, codes, codes_across, contact, vendor};

    #[test]
    fn each_rule_has_its_code() {
        for (switches, row, wanted) in [
            (
                vec![],
                json!({"name": {"full": "Anne"}, "parent": "120"}),
                vec![],
            ),
            (
                vec![("parent", "120")],
                json!({"company": "Exemple"}),
                vec![],
            ),
            (
                vec![],
                json!({"name": {"full": "Anne"}}),
                vec!["orzame.contact-missing"],
            ),
            (
                vec![("company_only", "reject")],
                json!({"company": "Exemple", "parent": "120"}),
                vec!["name.missing"],
            ),
            (
                vec![],
                json!({"note": "only", "parent": "120"}),
                vec!["vendor.nothing-to-send", "name.missing"],
            ),
        ] {
            let vendor = vendor("orzame", &switches);
            assert_eq!(
                codes(vendor.as_ref(), &contact(row.clone())),
                wanted,
                "{row}"
            );
        }
    }

    #[test]
    fn a_second_default_of_a_contact_is_told() {
        let vendor = vendor("orzame", &[("parent", "120")]);
        let told = codes_across(vendor.as_ref(), &[anne(), anne()]);
        assert_eq!(told, [vec![], vec!["orzame.second-default"]]);
    }
}
