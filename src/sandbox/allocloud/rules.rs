//! What an `allocloud` contact has to look like.

use serde_json::Value;

use crate::sandbox::check::{self, Flaw, JsonKind, Key, Presence, text};

/// Whether a contact has its identifier yet.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum ContactForm {
    New,
    Known,
}

/// What alphanumeric means.
#[derive(Clone, Copy)]
pub(super) enum CompanyRule {
    /// A to Z and digits only.
    Ascii,
    /// Letters and digits of any script.
    Letters,
    /// Letters and digits of any script, and spaces.
    LettersAndSpaces,
}

/// Adds what is wrong with a contact.
pub(super) fn contact_flaws(
    contact: &Value,
    at: &str,
    form: ContactForm,
    rule: CompanyRule,
    flaws: &mut Vec<Flaw>,
) {
    let mut keys = vec![
        Key("details", JsonKind::Object, Presence::Must),
        Key("phonebook", JsonKind::Text, Presence::Must),
        Key("user_id", JsonKind::Any, Presence::May),
    ];
    if form == ContactForm::Known {
        keys.push(Key("id", JsonKind::Id, Presence::Must));
    }
    check::object(contact, at, &keys, flaws);
    if let Some(details) = contact.get("details").filter(|details| details.is_object()) {
        details_flaws(details, &check::join(at, "details"), rule, flaws);
    }
}

fn details_flaws(details: &Value, at: &str, rule: CompanyRule, flaws: &mut Vec<Flaw>) {
    const NAMES: &[Key] = &[
        Key("first", JsonKind::Text, Presence::Must),
        Key("last", JsonKind::Text, Presence::Must),
    ];
    const COMPANY: &[Key] = &[Key("name", JsonKind::Text, Presence::Must)];
    const LINES: [&str; 3] = ["land_lines", "mobiles", "faxes"];
    let keys =
        ["names", "company", "phone_numbers"].map(|key| Key(key, JsonKind::Object, Presence::Must));
    check::object(details, at, &keys, flaws);
    let groups: [(&str, &[Key]); 3] = [
        ("names", NAMES),
        ("company", COMPANY),
        (
            "phone_numbers",
            &LINES.map(|key| Key(key, JsonKind::List, Presence::Must)),
        ),
    ];
    for (group, keys) in groups {
        if let Some(inner) = details.get(group).filter(|inner| inner.is_object()) {
            check::object(inner, &check::join(at, group), keys, flaws);
        }
    }
    let numbers = LINES
        .iter()
        .filter_map(|line| details["phone_numbers"][line].as_array())
        .flatten();
    if numbers.into_iter().any(|number| !number.is_string()) {
        flaws.push(check::wrong(
            &check::join(at, "phone_numbers"),
            JsonKind::Text,
        ));
    }
    if !company_passes(text(&details["company"], "name"), rule) {
        let field = check::join(at, "company.name");
        flaws.push(Flaw::new(
            field,
            "need to contain only alphanumeric characters",
        ));
    }
}

/// Alphanumeric (S); which characters that are, and that an empty name passes, is *assumed*.
fn company_passes(name: &str, rule: CompanyRule) -> bool {
    name.chars().all(|letter| match rule {
        CompanyRule::Ascii => letter.is_ascii_alphanumeric(),
        CompanyRule::Letters => letter.is_alphanumeric(),
        CompanyRule::LettersAndSpaces => letter.is_alphanumeric() || letter == ' ',
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn company_names_are_judged() {
        let cases = [
            ("Acme42", [true, true, true]),
            ("", [true, true, true]),
            ("Société", [false, true, true]),
            ("Two Words", [false, false, true]),
            ("A&B", [false, false, false]),
        ];
        for (name, wanted) in cases {
            let rules = [
                CompanyRule::Ascii,
                CompanyRule::Letters,
                CompanyRule::LettersAndSpaces,
            ];
            assert_eq!(
                rules.map(|rule| company_passes(name, rule)),
                wanted,
                "{name}"
            );
        }
    }
}
