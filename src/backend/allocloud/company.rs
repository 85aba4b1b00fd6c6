//! The one stated rule of `AlloCloud`: a company's name "need to contain only alphanumeric characters". Which
//! characters count is not said; ASCII letters and digits surely do, so a name is brought down to those.

use std::io;

use crate::backend::Settings;
use crate::backend::kit::shared_rules::hash;
use crate::model::{Code, Diagnostic, Field, Severity};
use crate::validate::{AcrossRows, FirstSeen, Rule, Subject};

/// Every code that `AlloCloud`'s own rules raise.
pub(super) const CODES: &[&Code] = &[&NOT_ALPHANUMERIC, &CLEANED, &COLLISION];

static NOT_ALPHANUMERIC: Code = Code {
    id: "allocloud.company-not-alphanumeric",
    severity: Severity::Error,
    means: "AlloCloud states that a company's name must contain only alphanumeric characters; spaces, accents and signs may be refused there.",
    help: "use the suggested name, or set the switch `company` to `transliterate`, `strip`, `letters` or `letters_spaces`",
};

static CLEANED: Code = Code {
    id: "allocloud.company-cleaned",
    severity: Severity::Fix,
    means: "The company's name was brought down to letters and digits, as the switch `company` says, because AlloCloud states that it takes no other characters.",
    help: "nothing, or set the switch `company` to `reject` to decide row by row",
};

static COLLISION: Code = Code {
    id: "allocloud.company-collision",
    severity: Severity::Warning,
    means: "Two different companies have the same name once it is brought down to ASCII letters and digits; in the phonebook they cannot be told apart.",
    help: "give one of them a name that differs in letters or digits",
};

/// Whether a name needs no change under the switch `company`.
fn is_clean(company: &str, settings: &Settings) -> bool {
    match settings.get("company") {
        "letters" | "letters_spaces" => sent(company, settings) == company,
        _ => company.bytes().all(|byte| byte.is_ascii_alphanumeric()),
    }
}

/// The letters and digits of a text, of whatever script.
fn letters(company: &str) -> String {
    company.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The same, with one space where there was space or a sign between words.
fn letters_and_spaces(company: &str) -> String {
    let words = company
        .split(|c: char| c.is_whitespace() || "&+-/_".contains(c))
        .map(letters);
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// The ASCII letters and digits of a text.
fn stripped(company: &str) -> String {
    company
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

/// The same after each letter has become its nearest ASCII ones. Signs go first, since they would become
/// words (`€` `EUR`).
fn transliterated(company: &str) -> String {
    company
        .chars()
        .filter(|c| c.is_alphanumeric())
        .filter_map(deunicode::deunicode_char)
        .flat_map(str::chars)
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

/// The company's name as it is sent.
pub(super) fn sent(company: &str, settings: &Settings) -> String {
    match settings.get("company") {
        "strip" => stripped(company),
        "transliterate" => transliterated(company),
        "letters" => letters(company),
        "letters_spaces" => letters_and_spaces(company),
        _ => company.to_owned(),
    }
}

/// Demands alphanumeric companies, or tells of those that were made so.
pub(super) struct Alphanumeric {
    settings: Settings,
}

impl Alphanumeric {
    pub(super) fn of(settings: &Settings) -> Self {
        let settings = settings.clone();
        Self { settings }
    }
}

impl Rule for Alphanumeric {
    fn codes(&self) -> &'static [&'static Code] {
        const { &[&NOT_ALPHANUMERIC, &CLEANED] }
    }

    fn check(&self, subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
        let Some(company) = subject.contact.company.as_deref() else {
            return;
        };
        if is_clean(company, &self.settings) {
            return;
        }
        let rejects = self.settings.is("company", "reject");
        let (code, message, clean) = if rejects {
            let message = "the company has characters that are not alphanumeric";
            (&NOT_ALPHANUMERIC, message, transliterated(company))
        } else {
            let message = "the company was cleaned as the switch says";
            (&CLEANED, message, sent(company, &self.settings))
        };
        let remark = subject.remark(code, Field::Company, company, message);
        found.push(if clean.is_empty() {
            remark
        } else {
            remark.suggest(clean)
        });
    }
}

/// Warns of companies that are the same once cleaned; keeps two hashes a company.
pub(super) struct Collisions {
    settings: Settings,
    seen: FirstSeen,
}

impl Collisions {
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            settings: settings.clone(),
            seen: FirstSeen::default(),
        }
    }
}

impl AcrossRows for Collisions {
    fn codes(&self) -> &'static [&'static Code] {
        const { &[&COLLISION] }
    }

    fn see(&mut self, subject: &Subject<'_>, found: &mut Vec<Diagnostic>) -> io::Result<()> {
        let Some(company) = subject.contact.company.as_deref() else {
            return Ok(());
        };
        let (clean, this) = (sent(company, &self.settings), hash(&company));
        let before = self.seen.see(hash(&clean), this)?;
        if before.is_some_and(|before| before != this) {
            let message = "an earlier row has another company of the same cleaned name";
            found.push(subject.remark(&COLLISION, Field::Company, company, message));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::backend::fixtures::{codes, codes_across, contact, lost, settings, vendor};
    use crate::model::Contact;

    fn at(company: &str) -> Contact {
        contact(json!({"name": {"last": "Durand"}, "company": company}))
    }

    #[test]
    fn a_name_is_brought_down_to_letters_and_digits() {
        for (company, strip, transliterate) in [
            ("Exemple42", "Exemple42", "Exemple42"),
            ("Société Générale", "SocitGnrale", "SocieteGenerale"),
            ("O'Neil & Söhne €", "ONeilShne", "ONeilSohne"),
            ("😀 ™", "", ""),
            ("東京", "", "DongJing"),
        ] {
            assert_eq!(stripped(company), strip);
            assert_eq!(transliterated(company), transliterate);
        }
    }

    #[test]
    fn a_company_that_is_not_alphanumeric_is_told() {
        for (switch, company, wanted) in [
            ("reject", "Exemple", vec![]),
            (
                "reject",
                "Exemple & Fils",
                vec!["allocloud.company-not-alphanumeric"],
            ),
            ("strip", "Exemple & Fils", vec!["allocloud.company-cleaned"]),
            ("letters", "Société", vec![]),
            ("letters", "Société A", vec!["allocloud.company-cleaned"]),
            ("letters_spaces", "Société A", vec![]),
            (
                "letters_spaces",
                "O'Neil & Söhne",
                vec!["allocloud.company-cleaned"],
            ),
        ] {
            let vendor = vendor("allocloud", &[("company", switch)]);
            assert_eq!(codes(vendor.as_ref(), &at(company)), wanted, "{company}");
        }
        let rule = Alphanumeric::of(&settings("allocloud", &[]));
        let mut found = Vec::new();
        let (contact, column_of) = (at("Cédric & Co"), &|_| None);
        rule.check(
            &Subject {
                contact: &contact,
                row: 2,
                column_of,
            },
            &mut found,
        );
        assert_eq!(found[0].suggestion.as_deref(), Some("CedricCo"));
        assert!(!found[0].message.contains("dric"));
    }

    #[test]
    fn letters_of_every_script_stay_where_the_switch_says_so() {
        for (company, without, with) in [
            ("Société Générale", "SociétéGénérale", "Société Générale"),
            ("O'Neil & Söhne", "ONeilSöhne", "ONeil Söhne"),
            ("A-B / C", "ABC", "A B C"),
            ("東京 ™", "東京", "東京"),
        ] {
            assert_eq!(letters(company), without);
            assert_eq!(letters_and_spaces(company), with);
        }
    }

    #[test]
    fn a_company_of_which_nothing_is_left_is_lost() {
        let vendor = vendor("allocloud", &[("company", "strip")]);
        assert_eq!(lost(vendor.as_ref(), &at("東京")), ["company"]);
        assert_eq!(
            codes(vendor.as_ref(), &contact(json!({"note": "only"}))),
            ["vendor.nothing-to-send"]
        );
    }

    #[test]
    fn two_companies_of_one_cleaned_name_are_told() {
        let vendor = vendor("allocloud", &[("company", "strip")]);
        let rows = ["A & B", "AB", "A & B", "C"].map(at);
        let none: Vec<&str> = vec![];
        let told = vec!["allocloud.company-collision"];
        assert_eq!(
            codes_across(vendor.as_ref(), &rows),
            [none.clone(), told, none.clone(), none]
        );
    }
}
