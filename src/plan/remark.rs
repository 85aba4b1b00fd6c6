//! What is said of a row, and which of its values are lost, as a ledger keeps it and a report shows it.

use std::borrow::Cow;

use super::IN_DOUBT;
use crate::backend::Loss;
use crate::model::{Code, Diagnostic};
use crate::wire::{JsonList, Listed};

/// One remark as it is kept and shown: the JSON shape of a problem.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Remark {
    /// Its code.
    pub code: Cow<'static, str>,
    /// What it weighs.
    pub severity: crate::model::Severity,
    /// The row's number.
    pub row: u64,
    /// The column's letters.
    pub column: Option<String>,
    /// The field's name.
    pub field: Option<Cow<'static, str>>,
    /// The value as found.
    pub found: String,
    /// What is wrong.
    pub message: Cow<'static, str>,
    /// What to do.
    pub help: Cow<'static, str>,
    /// The one value that would be right.
    pub suggestion: Option<String>,
}

impl Listed for Remark {
    const WHAT: &'static str = "remark";
}

impl Listed for Lost {
    const WHAT: &'static str = "loss";
}

impl From<&Diagnostic> for Remark {
    fn from(diagnostic: &Diagnostic) -> Self {
        Self {
            code: diagnostic.code.id.into(),
            severity: diagnostic.severity(),
            row: diagnostic.place.row,
            column: diagnostic.place.column.map(crate::model::column_letters),
            field: diagnostic.field.map(|field| field.name().into()),
            found: diagnostic.found.clone(),
            message: diagnostic.message.clone(),
            help: diagnostic.code.help.into(),
            suggestion: diagnostic.suggestion.clone(),
        }
    }
}

impl Remark {
    /// Remarks as a ledger keeps them: each as the list of its members, whose names would be half of the text.
    pub fn kept(diagnostics: &[Diagnostic]) -> JsonList<Self> {
        let members = |diagnostic: &Diagnostic| {
            let Remark {
                code,
                severity,
                row,
                column,
                field,
                found,
                message,
                help,
                suggestion,
            } = diagnostic.into();
            (
                code, severity, row, column, field, found, message, help, suggestion,
            )
        };
        JsonList::written(&diagnostics.iter().map(members).collect::<Vec<_>>())
    }
}

/// One value that is lost, as it is kept and shown.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Lost {
    /// The field's name.
    pub field: String,
    /// The column's name, for a value that no field claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The value.
    pub value: String,
}

impl Lost {
    /// Losses as a ledger keeps them, each as the list of its members.
    pub fn kept(losses: &[Loss<'_>]) -> JsonList<Self> {
        let members = losses
            .iter()
            .map(|Loss { field, name, value }| (field, name, value));
        JsonList::written(&members.collect::<Vec<_>>())
    }

    /// What losses are summed by: the first word of the field's name.
    pub fn family(&self) -> &str {
        self.field.split('.').next().unwrap_or(&self.field)
    }
}

/// The remark on a row that a run sent without getting an answer.
pub fn doubt(row: u64, run: &str) -> Remark {
    Remark::of_row(
        &IN_DOUBT,
        row,
        format!("run {run} sent it, and no answer came"),
    )
}

impl Remark {
    /// A remark about a row as a whole.
    pub fn of_row(code: &Code, row: u64, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code: code.id.into(),
            severity: code.severity,
            row,
            column: None,
            field: None,
            found: String::new(),
            message: message.into(),
            help: code.help.into(),
            suggestion: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Field, Place};

    #[test]
    fn a_loss_belongs_to_the_family_of_its_field() {
        let lost = Lost {
            field: "phone.mobile.extension".into(),
            name: None,
            value: "12".into(),
        };
        assert_eq!(lost.family(), "phone");
    }

    #[test]
    fn what_is_kept_without_its_names_is_read_like_what_is_kept_with_them() {
        let place = Place {
            row: 7,
            column: Some(1),
        };
        let said = Diagnostic::new(&IN_DOUBT, place, Some(Field::Note), "\"é", "no answer");
        let mut remarks = Remark::kept(std::slice::from_ref(&said));
        remarks.push(&Remark::from(&said));
        let read = remarks.read().expect("remarks");
        assert_eq!(read, [Remark::from(&said), Remark::from(&said)]);
        let loss = |name: Option<&'static str>| Loss {
            field: Field::Custom,
            name: name.map(Into::into),
            value: "12".into(),
        };
        let losses = [loss(None), loss(Some("Colour"))];
        let kept = Lost::kept(&losses).read().expect("losses");
        let named = JsonList::<Lost>::written(&losses).read().expect("losses");
        assert_eq!(kept, named);
        assert_eq!(kept[1].name.as_deref(), Some("Colour"));
    }
}
