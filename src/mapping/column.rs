//! One column of a sheet: where it stands, what it is taken for, and how surely.

use serde::Serialize;

use super::date::DateOrder;
use super::rule::ColumnRule;
use super::target::MappingTarget;
use crate::model::{Field, column_letters};

/// How surely a column was taken for its target; the surer is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Nothing is known of the header.
    None,
    /// The header is spelt nearly like a known one.
    Similar,
    /// The header is a known name of the field.
    Alias,
    /// The header is the field's own name.
    Exact,
    /// The person said so.
    Given,
}

/// One column of the sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Where it stands, from 0; in JSON, its letters.
    #[serde(rename = "column", serialize_with = "letters")]
    pub index: u32,
    /// Its header, or its letters where it has none.
    pub header: String,
    /// What it is taken for.
    pub target: MappingTarget,
    /// Which of several values of that field it belongs to, from 1: the second phone at work, its extension.
    #[serde(skip_serializing_if = "is_first")]
    pub slot: u32,
    /// The column, from 0, that says in each row what the value is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind_from: Option<u32>,
    /// Whether it is the first that the kind's column speaks of: a word that names no kind is kept once.
    #[serde(skip)]
    pub labels: bool,
    /// Where its values are dates, their order of day and month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<DateOrder>,
    /// What is done to its values before they are read.
    #[serde(skip)]
    pub(super) rule: Option<Box<ColumnRule>>,
    /// Whether it has no header of its own.
    #[serde(skip)]
    pub(super) nameless: bool,
    /// How surely.
    pub certainty: Certainty,
    /// Up to three of its values; none of a secret.
    pub samples: Vec<String>,
    /// How it was decided, where that is not plain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// The field that it might be, where the likeness is too weak to decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<Field>,
}

impl Column {
    /// A column that is what somebody says.
    pub fn given(index: u32, header: &str, target: MappingTarget) -> Self {
        Self {
            index,
            header: header.to_owned(),
            target,
            slot: 1,
            kind_from: None,
            labels: false,
            dates: None,
            rule: None,
            nameless: false,
            certainty: Certainty::Given,
            samples: Vec::new(),
            remark: None,
            suggestion: None,
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde hands out references
fn is_first(slot: &u32) -> bool {
    *slot == 1
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde hands out references
fn letters<S: serde::Serializer>(column: &u32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&column_letters(*column))
}
