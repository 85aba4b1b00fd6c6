//! Lengths: a text that is longer than the vendor is known, or stated, to keep.

use super::{Rule, Subject};
use crate::model::{Code, Contact, Diagnostic, Field, Severity};

/// A text longer than the limit.
pub(super) static TOO_LONG: Code = Code {
    id: "text.too-long",
    severity: Severity::Warning,
    means: "The text is longer than is usual for the field; no vendor documents its limits, so it is sent as it is and may be refused or cut there.",
    help: "shorten the text, or check the record at the vendor after the import",
};

/// Warns of a text that is longer than so many characters.
pub struct Longest {
    /// The field.
    pub field: Field,
    /// Its value.
    pub value: fn(&Contact) -> Option<&str>,
    /// The limit, in characters.
    pub characters: usize,
}

impl Rule for Longest {
    fn codes(&self) -> &'static [&'static Code] {
        const { &[&TOO_LONG] }
    }

    fn check(&self, subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
        let Some(value) = (self.value)(subject.contact) else {
            return;
        };
        // Bytes are never fewer than characters, and counting them costs nothing.
        if value.len() > self.characters && value.chars().count() > self.characters {
            let message = format!("the text has more than {} characters", self.characters);
            found.push(subject.remark(&TOO_LONG, self.field, value, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_not_bytes() {
        let rule = Longest {
            field: Field::Company,
            value: |c| c.company.as_deref(),
            characters: 3,
        };
        for (company, warnings) in [("ééé", 0), ("éééé", 1)] {
            let contact = Contact {
                company: Some(company.into()),
                ..Contact::default()
            };
            let mut found = Vec::new();
            rule.check(
                &Subject {
                    contact: &contact,
                    row: 2,
                    column_of: &|_| Some(4),
                },
                &mut found,
            );
            assert_eq!(found.len(), warnings);
        }
    }
}
