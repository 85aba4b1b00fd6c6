//! Rules that several vendors share, with what each of them fills in. They are about payloads and parents,
//! which `validate` does not know.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;

use crate::model::{Code, Contact, Diagnostic, Field, ParentId, Severity};
use crate::validate::{AcrossRows, FirstSeen, Longest, NAME_MISSING, Rule, Subject};

/// A contact of which the vendor can hold nothing.
pub(in crate::backend) static NOTHING_TO_SEND: Code = Code {
    id: "vendor.nothing-to-send",
    severity: Severity::Error,
    means: "The vendor has no place for anything that the row says of the contact; sent, it would be an empty record.",
    help: "fill in a name or a number, or leave the row out",
};

/// Demands one value that the vendor has a place for.
pub(in crate::backend) struct SomethingToSend {
    /// Whether there is one.
    pub(in crate::backend) sends: fn(&Contact) -> bool,
}

impl Rule for SomethingToSend {
    fn codes(&self) -> &'static [&'static Code] {
        const { &[&NOTHING_TO_SEND] }
    }

    fn check(&self, subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
        if !(self.sends)(subject.contact) {
            let place = crate::model::Place {
                row: subject.row,
                column: None,
            };
            let message = "nothing in the row has a place at the vendor";
            found.push(Diagnostic::new(&NOTHING_TO_SEND, place, None, "", message));
        }
    }
}

/// Whether a contact has a name in whatever form.
pub(in crate::backend) fn has_name(contact: &Contact) -> bool {
    !contact.name.is_empty()
}

/// What stands in for the name of a contact that has none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::backend) enum StandIn {
    /// Its company.
    Company,
    /// Nothing.
    Nothing,
}

/// Demands a name, or what may stand in for it.
pub(in crate::backend) struct NameOr(pub(in crate::backend) StandIn);

impl Rule for NameOr {
    fn codes(&self) -> &'static [&'static Code] {
        const { &[&NAME_MISSING] }
    }

    fn check(&self, subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
        let contact = subject.contact;
        let stands_in = self.0 == StandIn::Company && contact.company.is_some();
        if !has_name(contact) && !stands_in {
            found.push(subject.remark(&NAME_MISSING, Field::FullName, "", "the name is missing"));
        }
    }
}

/// Refuses a company without a person, where the person's policy says so.
pub(in crate::backend) struct NotCompanyAlone;

impl Rule for NotCompanyAlone {
    fn codes(&self) -> &'static [&'static Code] {
        const { &[&NAME_MISSING] }
    }

    fn check(&self, subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
        if subject.contact.company.is_some() && !has_name(subject.contact) {
            let message = "the row has a company and no person";
            found.push(subject.remark(&NAME_MISSING, Field::FullName, "", message));
        }
    }
}

/// Demands the parent under which the vendor keeps its contacts.
pub(in crate::backend) struct ParentRequired {
    /// What is said where it is missing.
    pub(in crate::backend) code: &'static [&'static Code; 1],
    /// The parent of contacts that name none.
    pub(in crate::backend) default: Option<ParentId>,
    /// What is said: `the account is missing`.
    pub(in crate::backend) message: &'static str,
}

impl Rule for ParentRequired {
    fn codes(&self) -> &'static [&'static Code] {
        self.code
    }

    fn check(&self, subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
        if subject.contact.parent.is_none() && self.default.is_none() {
            found.push(subject.remark(self.code[0], Field::Parent, "", self.message));
        }
    }
}

/// Warns of a second first contact of one parent.
pub(in crate::backend) struct OneFirst {
    /// What is said.
    pub(in crate::backend) code: &'static [&'static Code; 1],
    /// The parent of contacts that name none.
    pub(in crate::backend) default: Option<ParentId>,
    /// The row of each parent's first contact so far.
    pub(in crate::backend) rows: FirstSeen,
}

impl AcrossRows for OneFirst {
    fn codes(&self) -> &'static [&'static Code] {
        self.code
    }

    fn see(&mut self, subject: &Subject<'_>, found: &mut Vec<Diagnostic>) -> io::Result<()> {
        if subject.contact.primary != Some(true) {
            return Ok(());
        }
        let parent = subject.contact.parent.as_ref().or(self.default.as_ref());
        let first = self.rows.see(hash(&parent), subject.row)?;
        if first.is_some_and(|row| row != subject.row) {
            let message = "an earlier row is the first contact of the same parent already";
            found.push(subject.remark(self.code[0], Field::Primary, "true", message));
        }
        Ok(())
    }
}

/// 64 bits of a value: enough to tell rows apart within a run.
pub(in crate::backend) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

type ValueOf = fn(&Contact) -> Option<&str>;

/// Warns of texts beyond 255 characters, which is where such columns commonly end; no vendor documents it.
pub(in crate::backend) fn usual_lengths() -> Vec<Box<dyn Rule>> {
    let values: [(Field, ValueOf); 3] = [
        (Field::FullName, |contact| contact.name.full.as_deref()),
        (Field::Company, |contact| contact.company.as_deref()),
        (Field::Position, |contact| contact.position.as_deref()),
    ];
    let rule = |(field, value)| -> Box<dyn Rule> {
        Box::new(Longest {
            field,
            value,
            characters: 255,
        })
    };
    values.map(rule).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    static TWO: Code = Code {
        id: "x.two-first",
        severity: Severity::Warning,
        means: "",
        help: "",
    };

    #[test]
    fn the_second_first_contact_of_a_parent_is_told() {
        let mut rule = OneFirst {
            code: const { &[&TWO] },
            default: Some(ParentId::new("7")),
            rows: FirstSeen::default(),
        };
        let of = |parent: Option<&str>, primary| Contact {
            parent: parent.map(ParentId::new),
            primary,
            ..Contact::default()
        };
        let rows = [
            (of(None, Some(true)), 0),
            (of(Some("8"), Some(true)), 0),
            (of(Some("7"), None), 0),
            (of(Some("7"), Some(true)), 1),
        ];
        for (row, (contact, remarks)) in (2..).zip(rows) {
            let mut found = Vec::new();
            let column_of = &|_| None;
            let subject = Subject {
                contact: &contact,
                row,
                column_of,
            };
            rule.see(&subject, &mut found).expect("in memory");
            assert_eq!(found.len(), remarks, "row {row}");
        }
    }
}
