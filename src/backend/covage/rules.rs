//! What must hold of a contact at Covage: all five values where the person says so, and French numbers.

use super::payload::{MEMBERS, phones, values};
use crate::backend::Settings;
use crate::backend::kit::{Consumer, phone_format};
use crate::model::{Code, Diagnostic, Field, Kind, Severity};
use crate::validate::{Rule, Subject};

/// Every code that Covage's own rules raise.
pub(super) const CODES: &[&Code] = &[&INCOMPLETE, &FOREIGN_PHONE];

static INCOMPLETE: Code = Code {
    id: "covage.incomplete",
    severity: Severity::Error,
    means: "Covage states that \"the information in full has to be sent\", and the switch `empty` says to reject rows that lack a part of it.",
    help: "fill in what is missing, or set the switch `empty` to `text`",
};

static FOREIGN_PHONE: Code = Code {
    id: "covage.foreign-phone",
    severity: Severity::Warning,
    means: "Covage's documented numbers are all French national ones; a number of another country is sent as E.164, and whether it is taken is not documented.",
    help: "check the record at the vendor after the import, or set the switch `phone_format`",
};

const FIELDS: [Field; 5] = [
    Field::FirstName,
    Field::LastName,
    Field::Phone(Kind::Work),
    Field::Phone(Kind::Mobile),
    Field::Email(Kind::Work),
];

/// Demands all five values, where `empty` is `reject`.
pub(super) struct Complete {
    settings: Settings,
}

impl Complete {
    pub(super) fn of(settings: &Settings) -> Self {
        let settings = settings.clone();
        Self { settings }
    }
}

impl Rule for Complete {
    fn codes(&self) -> &'static [&'static Code] {
        const { &[&INCOMPLETE] }
    }

    fn check(&self, subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
        if !self.settings.is("empty", "reject") {
            return;
        }
        let values = values(&mut Consumer::of(subject.contact), &self.settings);
        for ((name, field), value) in MEMBERS.iter().zip(FIELDS).zip(values) {
            if value.is_none() {
                let message = format!("{name} is missing");
                found.push(subject.remark(&INCOMPLETE, field, "", message));
            }
        }
    }
}

/// Warns of numbers of other countries, where `phone_format` is `fr_national`.
pub(super) struct French {
    settings: Settings,
}

impl French {
    pub(super) fn of(settings: &Settings) -> Self {
        let settings = settings.clone();
        Self { settings }
    }
}

impl Rule for French {
    fn codes(&self) -> &'static [&'static Code] {
        const { &[&FOREIGN_PHONE] }
    }

    fn check(&self, subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
        if !self.settings.is("phone_format", "fr_national") {
            return;
        }
        // Most rows have French numbers only: nothing need be worked out for those.
        if subject
            .contact
            .phones
            .iter()
            .all(|phone| phone_format::is_french(&phone.number))
        {
            return;
        }
        let sent = phones(&mut Consumer::of(subject.contact));
        for phone in sent.into_iter().flatten() {
            if !phone_format::is_french(&phone.number) {
                let (field, number) = (Field::Phone(phone.kind), phone.number.as_str());
                let message = "the number is not French and is sent as E.164";
                found.push(subject.remark(&FOREIGN_PHONE, field, number, message));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::backend::fixtures::{anne, codes, contact, vendor};

    #[test]
    fn what_is_missing_is_told_where_it_must_be_there() {
        let row =
            contact(json!({"name": {"last": "Durand"}, "emails": [{"address": "a@example.fr"}]}));
        let strict = vendor("covage", &[("empty", "reject")]);
        assert_eq!(codes(strict.as_ref(), &row), ["covage.incomplete"; 3]);
        assert_eq!(codes(strict.as_ref(), &anne()), [""; 0]);
        assert_eq!(codes(vendor("covage", &[]).as_ref(), &row), [""; 0]);
        let note = contact(json!({"note": "only"}));
        assert_eq!(
            codes(vendor("covage", &[]).as_ref(), &note),
            ["vendor.nothing-to-send"]
        );
    }

    #[test]
    fn a_foreign_number_is_told_once_and_only_if_it_is_sent() {
        let row = contact(json!({"phones": [
            {"kind": "work", "number": "+12025550123"}, {"kind": "work", "number": "+12025550124"}]}));
        assert_eq!(
            codes(vendor("covage", &[]).as_ref(), &row),
            ["covage.foreign-phone"]
        );
        let plain = vendor("covage", &[("phone_format", "e164")]);
        assert_eq!(codes(plain.as_ref(), &row), [""; 0]);
    }
}
