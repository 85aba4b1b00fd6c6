//! What must hold of a contact at Sonar: a name, an account, a portal login of which both halves are there,
//! and one primary contact an account.

use crate::backend::Settings;
use crate::backend::kit::shared_rules::{
    NameOr, OneFirst, ParentRequired, SomethingToSend, StandIn, has_name, usual_lengths,
};
use crate::model::{Code, Contact, Diagnostic, Field, Kind, Severity};
use crate::validate::{AcrossRows, FirstSeen, Rule, Subject};

/// Every code that Sonar's own rules raise.
pub(super) const CODES: &[&Code] = &[
    &ACCOUNT_MISSING,
    &SECOND_PRIMARY,
    &PORTAL_INCOMPLETE,
    &USERNAME_SHORT,
    &PASSWORD_SHORT,
    &PORTAL_NOT_PRIMARY,
];

static ACCOUNT_MISSING: Code = Code {
    id: "sonar.account-missing",
    severity: Severity::Error,
    means: "Sonar keeps every contact under an account, and neither the row nor the target names one.",
    help: "map a column to `parent`, or set `parent` for the target",
};

static SECOND_PRIMARY: Code = Code {
    id: "sonar.second-primary",
    severity: Severity::Warning,
    means: "An account has one primary contact; making another contact primary takes it from the first, so the last such row wins.",
    help: "leave one primary contact in each account",
};

static PORTAL_INCOMPLETE: Code = Code {
    id: "sonar.portal-incomplete",
    severity: Severity::Error,
    means: "A portal login needs both its halves: Sonar refuses a login name without a password, and a password without a login name.",
    help: "fill in the other half, or set the switch `portal` to `skip`",
};

static USERNAME_SHORT: Code = Code {
    id: "sonar.username-short",
    severity: Severity::Error,
    means: "Sonar's own import sheet says that a portal login name has at least 5 characters.",
    help: "choose a longer login name, or set the switch `portal` to `skip`",
};

static PASSWORD_SHORT: Code = Code {
    id: "sonar.password-short",
    severity: Severity::Error,
    means: "Sonar's own import sheet says that a portal password has at least 8 characters.",
    help: "choose a longer password, or set the switch `portal` to `skip`",
};

static PORTAL_NOT_PRIMARY: Code = Code {
    id: "sonar.portal-not-primary",
    severity: Severity::Warning,
    means: "Sonar's portal lets in the primary contact of an account only; the login is stored with the contact and does not work there.",
    help: "make the contact the primary one of its account, or set the switch `portal` to `skip`",
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
        code: const { &[&ACCOUNT_MISSING] },
        default: settings.parent.clone(),
        message: "the account is missing",
    }));
    if settings.is("portal", "send") {
        rules.push(Box::new(Portal));
    }
    rules
}

/// The rule across rows: one primary contact an account (S).
pub(super) fn one_primary(settings: &Settings) -> Box<dyn AcrossRows> {
    Box::new(OneFirst {
        code: const { &[&SECOND_PRIMARY] },
        default: settings.parent.clone(),
        rows: FirstSeen::default(),
    })
}

fn sends(contact: &Contact) -> bool {
    let has_phone = contact.phones.iter().any(|phone| phone.kind != Kind::Pager);
    let has_text = contact.company.is_some() || contact.position.is_some();
    has_name(contact) || has_phone || has_text || !contact.emails.is_empty()
}

/// Demands whole portal logins (P: the notes in the vendor's import sheet).
struct Portal;

impl Rule for Portal {
    fn codes(&self) -> &'static [&'static Code] {
        const {
            &[
                &PORTAL_INCOMPLETE,
                &USERNAME_SHORT,
                &PASSWORD_SHORT,
                &PORTAL_NOT_PRIMARY,
            ]
        }
    }

    fn check(&self, subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
        let Some(portal) = &subject.contact.portal else {
            return;
        };
        let halves = [
            (
                Field::Username,
                portal.username.as_deref(),
                5,
                &USERNAME_SHORT,
            ),
            (
                Field::Password,
                portal.password.as_deref(),
                8,
                &PASSWORD_SHORT,
            ),
        ];
        if halves.iter().all(|(_, half, ..)| half.is_none()) {
            return;
        }
        if subject.contact.primary != Some(true) {
            let message = "the login belongs to a contact that is not primary";
            found.push(subject.remark(&PORTAL_NOT_PRIMARY, Field::Username, "", message));
        }
        for (field, half, least, code) in halves {
            match half {
                None => {
                    let message = "half of the portal login is missing";
                    found.push(subject.remark(&PORTAL_INCOMPLETE, field, "", message));
                }
                Some(text) if text.chars().count() < least => {
                    let message = format!("it has fewer than {least} characters");
                    found.push(subject.remark(code, field, text, message));
                }
                Some(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::backend::fixtures::{anne, codes, codes_across, contact, vendor};

    #[test]
    fn each_rule_has_its_code() {
        let send = ("portal", "send");
        for (switches, row, wanted) in [
            (
                vec![],
                json!({"name": {"full": "Anne"}, "parent": "5"}),
                vec![],
            ),
            (
                vec![("parent", "5")],
                json!({"name": {"full": "Anne"}}),
                vec![],
            ),
            (
                vec![],
                json!({"name": {"full": "Anne"}}),
                vec!["sonar.account-missing"],
            ),
            (vec![], json!({"company": "Exemple", "parent": "5"}), vec![]),
            (
                vec![("company_only", "reject")],
                json!({"company": "Exemple", "parent": "5"}),
                vec!["name.missing"],
            ),
            (
                vec![],
                json!({"note": "only", "parent": "5"}),
                vec!["vendor.nothing-to-send", "name.missing"],
            ),
            (
                vec![send],
                json!({"name": {"full": "Anne"}, "parent": "5", "portal": {"username": "anne"}}),
                vec![
                    "sonar.portal-not-primary",
                    "sonar.username-short",
                    "sonar.portal-incomplete",
                ],
            ),
            (
                vec![send],
                json!({"name": {"full": "Anne"}, "parent": "5", "primary": true,
                    "portal": {"username": "anned", "password": "short"}}),
                vec!["sonar.password-short"],
            ),
            (
                vec![],
                json!({"name": {"full": "Anne"}, "parent": "5", "portal": {"username": "anne"}}),
                vec![],
            ),
        ] {
            let vendor = vendor("sonar", &switches);
            assert_eq!(
                codes(vendor.as_ref(), &contact(row.clone())),
                wanted,
                "{row}"
            );
        }
    }

    #[test]
    fn a_second_primary_of_an_account_is_told() {
        let vendor = vendor("sonar", &[("parent", "5")]);
        let told = codes_across(vendor.as_ref(), &[anne(), anne()]);
        assert_eq!(told, [vec![], vec!["sonar.second-primary"]]);
    }
}
