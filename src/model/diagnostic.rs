//! What is to be said about a row. Bad rows are data: a diagnostic travels with its row and stops nothing.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Field;

/// How much a diagnostic weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row is not sent.
    Error,
    /// The row is sent; a person should look.
    Warning,
    /// A value was repaired.
    Fix,
    /// Good to know.
    Note,
}

impl Severity {
    /// The severity's name in reports and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Fix => "fix",
            Self::Note => "note",
        }
    }
}

/// One thing that can be said about a row; `rolo explain` prints it.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Its name: `phone.too-short`.
    pub id: &'static str,
    /// What it weighs.
    pub severity: Severity,
    /// What it means, and why it matters: one or two sentences.
    pub means: &'static str,
    /// What a person does about it.
    pub help: &'static str,
}

/// Where a value stands: the row as a spreadsheet or an editor numbers it, and the column if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Row number, from 1.
    pub row: u64,
    /// Column, from 0.
    pub column: Option<u32>,
}

/// A column's letters as a spreadsheet shows them: 0 is `A`, 26 is `AA`.
pub fn column_letters(column: u32) -> String {
    if let Ok(one @ 0..26) = u8::try_from(column) {
        return char::from(b'A' + one).to_string();
    }
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.column {
            Some(column) => write!(f, "{}{}", column_letters(column), self.row),
            None => write!(f, "row {}", self.row),
        }
    }
}

/// One remark about one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What it is; carries the severity and the general help.
    pub code: &'static Code,
    /// Where it is.
    pub place: Place,
    /// Which field it is about.
    pub field: Option<Field>,
    /// The value, as found; empty for a value that is missing or secret.
    pub found: String,
    /// What is wrong, without the value, so that equal causes read alike.
    pub message: Cow<'static, str>,
    /// The one value that would be right, where there is exactly one.
    pub suggestion: Option<String>,
}

impl Diagnostic {
    /// A remark with the value that it is about.
    pub fn new(
        code: &'static Code,
        place: Place,
        field: Option<Field>,
        found: &str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        let secret = field.is_some_and(Field::is_secret);
        let found = if secret {
            String::new()
        } else {
            found.to_owned()
        };
        Self {
            code,
            place,
            field,
            found,
            message: message.into(),
            suggestion: None,
        }
    }

    /// The same with the one value that would be right.
    #[must_use]
    pub fn suggest(mut self, value: impl Into<String>) -> Self {
        self.suggestion = Some(value.into());
        self
    }

    /// What it weighs.
    pub fn severity(&self) -> Severity {
        self.code.severity
    }

    /// Whether it keeps its row from being sent.
    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_a_spreadsheet() {
        for (column, letters) in [
            (0, "A"),
            (5, "F"),
            (25, "Z"),
            (26, "AA"),
            (701, "ZZ"),
            (702, "AAA"),
            (16383, "XFD"),
        ] {
            assert_eq!(column_letters(column), letters);
        }
        assert_eq!(
            Place {
                row: 14,
                column: Some(5)
            }
            .to_string(),
            "F14"
        );
        assert_eq!(
            Place {
                row: 14,
                column: None
            }
            .to_string(),
            "row 14"
        );
    }

    #[test]
    fn a_secret_is_never_shown() {
        static CODE: Code = Code {
            id: "x",
            severity: Severity::Error,
            means: "",
            help: "",
        };
        let place = Place {
            row: 2,
            column: None,
        };
        let remark = Diagnostic::new(&CODE, place, Some(Field::Password), "hunter22", "too short");
        assert_eq!(remark.found, "");
    }
}
