//! Losses: values that find no place at a vendor. Each is named, and a person can demand that some are not lost:
//! a row that loses one of those is rejected before anything is sent.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::model::{Code, Diagnostic, Field, Severity};
use crate::validate::Subject;

/// A value that found no place in a payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Loss<'a> {
    /// Its field.
    pub field: Field,
    /// The column's name, for a value that no field claims.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Cow<'a, str>>,
    /// The value; empty for a secret.
    pub value: Cow<'a, str>,
}

impl Loss<'_> {
    /// What losses are summed by: the first word of the field's name.
    pub fn family(&self) -> &'static str {
        let name = self.field.name();
        name.split('.').next().unwrap_or(name)
    }
}

pub(super) fn lost<'a>(field: Field, value: impl Into<Cow<'a, str>>) -> Loss<'a> {
    let shown = || value.into();
    Loss {
        field,
        name: None,
        value: if field.is_secret() {
            "".into()
        } else {
            shown()
        },
    }
}

/// A value that must not be lost, and has no place.
pub(super) static VALUE_LOST: Code = Code {
    id: "value.lost",
    severity: Severity::Error,
    means: "The vendor has no place for the value, and `--fail-on-loss` says that such values must not be lost, so the row is not sent.",
    help: "leave the field out of --fail-on-loss, move the value to a field that the vendor holds, or send the row elsewhere",
};

/// Which values must not be lost: families of fields (`phone`), single fields (`phone.fax`), or all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MustKeep {
    names: Vec<String>,
}

/// The word that stands for every field.
const ALL: &str = "all";

impl MustKeep {
    /// Whether a loss is one that must not be.
    pub fn names(&self, loss: &Loss<'_>) -> bool {
        if self.names.is_empty() {
            return false;
        }
        let field = loss.field.name();
        let covers = |name: &String| {
            let below = || field.strip_prefix(name.as_str())?.strip_prefix('.');
            name == ALL || *name == field || name == loss.field.family() || below().is_some()
        };
        self.names.iter().any(covers)
    }

    /// Whether anything may be lost.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Adds a remark for each value that is lost and must not be.
    pub fn demand(&self, subject: &Subject<'_>, losses: &[Loss<'_>], found: &mut Vec<Diagnostic>) {
        for loss in losses.iter().filter(|loss| self.names(loss)) {
            let message = "the vendor has no place for it, and it must not be lost";
            found.push(subject.remark(&VALUE_LOST, loss.field, &loss.value, message));
        }
    }
}

/// A word that names no field and no family of fields.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown field `{name}`: expected {known} or a field that `rolo map` shows")]
pub struct NoSuchField {
    name: String,
    known: String,
}

impl std::str::FromStr for MustKeep {
    type Err = NoSuchField;

    /// Reads `phone,email`.
    fn from_str(text: &str) -> Result<Self, NoSuchField> {
        let fields = Field::all();
        let parts = text.split(',').map(str::trim);
        let mut names = Vec::new();
        for name in parts.filter(|part| !part.is_empty()) {
            let below = |field: &str| field.strip_prefix(name).is_some_and(|r| r.starts_with('.'));
            let known = fields.iter().any(|field| {
                let own = field.to_string();
                name == own || name == field.family() || below(&own)
            });
            if !known && name != ALL {
                let mut families: Vec<&str> = fields.iter().map(|field| field.family()).collect();
                families.dedup();
                let known = format!("{ALL}, {}", families.join(", "));
                let name = name.to_owned();
                return Err(NoSuchField { name, known });
            }
            names.push(name.to_owned());
        }
        Ok(Self { names })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AddressPart, Kind};

    #[test]
    fn a_family_a_part_of_it_or_all_can_be_named() {
        let fax = lost(Field::Phone(Kind::Fax), "4021");
        let city = lost(Field::Address(Kind::Work, AddressPart::City), "Lille");
        let extension = lost(Field::Extension(Kind::Work), "12");
        for (text, wanted) in [
            ("", [false, false, false]),
            ("phone", [true, false, true]),
            ("phone.fax", [true, false, false]),
            ("phone.work, address.work", [false, true, true]),
            ("email", [false, false, false]),
            ("all", [true, true, true]),
        ] {
            let keep: MustKeep = text.parse().expect(text);
            let named = [&fax, &city, &extension].map(|loss| keep.names(loss));
            assert_eq!(named, wanted, "{text}");
        }
        for wrong in ["phones", "fax", "phone.pigeon", "email,nothing"] {
            assert!(wrong.parse::<MustKeep>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_value_that_must_be_kept_is_named_with_its_column() {
        let contact = crate::model::Contact::default();
        let column_of = &|field| (field == Field::Note).then_some(3);
        let subject = Subject {
            contact: &contact,
            row: 9,
            column_of,
        };
        let losses = [
            lost(Field::Note, "two lines"),
            lost(Field::Company, "Exemple"),
        ];
        let keep: MustKeep = "note".parse().expect("a field");
        let mut found = Vec::new();
        keep.demand(&subject, &losses, &mut found);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].place.to_string().as_str(), found[0].found.as_str()),
            ("D9", "two lines")
        );
        assert!(found[0].is_error());
    }
}
