//! Columns to fields: which column of a sheet holds what, how surely, and each row seen through that. It is the one
//! guess that a person must be able to see, correct and keep.
//!
//! ```
//! use rolo::mapping::{Mapping, Options};
//! use rolo::model::Field;
//! use rolo::sheet::{Hints, Source};
//!
//! let folder = tempfile::tempdir()?;
//! let file = folder.path().join("people.csv");
//! std::fs::write(&file, "Nom complet,Adresse e-mail\nAnne Example,anne@example.org\n")?;
//! let source = Source::open(&file, &Hints::default())?;
//! let mapping = Mapping::guess(&source.preview, &Options::default())?;
//! assert_eq!(mapping.column_of(Field::FullName), Some(0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod column;
mod date;
mod draft;
mod drift;
mod error;
mod file;
mod guess;
mod header;
mod layouts;
mod report;
mod rule;
mod rules;
mod shape;
mod target;
mod value;
mod vocabulary;

use serde::{Deserialize, Serialize};

use crate::model::{AddressPart, Code, Field, Severity};
use crate::sheet::Row;

pub use column::{Certainty, Column};
pub use date::{Date, DateOrder, Dated, read as read_date};
pub use draft::Draft;
pub use drift::Taken;
pub use error::MappingError;
pub use file::{Kept, KeptColumn, KeptJoin};
pub use report::Original;
use rule::{Constant, Join};
pub use target::MappingTarget;
pub use value::Value;

/// What becomes of a column that no field claims.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unmapped {
    /// Its values are kept under its header.
    #[default]
    Custom,
    /// It is not read.
    Drop,
    /// It stops the run.
    Error,
}

impl std::str::FromStr for Unmapped {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "custom" => Ok(Self::Custom),
            "drop" => Ok(Self::Drop),
            "error" => Ok(Self::Error),
            other => Err(format!("`{other}` is none of custom, drop, error")),
        }
    }
}

/// What the person says of the mapping.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What becomes of columns that no field claims.
    pub unmapped: Unmapped,
    /// Columns, by header or by letters, with their targets.
    pub given: Vec<(String, MappingTarget)>,
    /// The row of the header, as a spreadsheet or an editor numbers it; 0 says that there is none.
    pub header_row: Option<u64>,
}

/// Which column holds what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mapping {
    /// The row of the header; `None` where every row is a contact.
    pub header_row: Option<u64>,
    /// The columns, in the order of the sheet.
    pub columns: Vec<Column>,
    /// The column whose equal values make rows that follow each other one contact.
    #[serde(skip)]
    pub merge_by: Option<u32>,
    #[serde(skip)]
    constants: Vec<Constant>,
    #[serde(skip)]
    joins: Vec<Join>,
    /// What every row is asked for, found out once.
    #[serde(skip)]
    traits: Traits,
}

/// What the columns of a mapping have, so that plain rows pay for nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Traits {
    /// The columns of countries.
    countries: Vec<u32>,
    /// The columns that rolo added to a report.
    own: Vec<u32>,
    /// Whether a column says the kind of another.
    labelled: bool,
    /// Whether more is done than to name columns.
    ruled: bool,
}

impl Mapping {
    /// A mapping of these columns and nothing more.
    pub(crate) fn plain(header_row: Option<u64>, columns: Vec<Column>) -> Self {
        let mut mapping = Self {
            header_row,
            columns,
            merge_by: None,
            constants: Vec::new(),
            joins: Vec::new(),
            traits: Traits::default(),
        };
        mapping.look();
        mapping
    }

    /// Finds out what its rows are asked for; to be done again when its columns have changed.
    fn look(&mut self) {
        let country = |column: &&Column| {
            matches!(
                column.target,
                MappingTarget::Field(Field::Address(_, AddressPart::Country))
            )
        };
        let columns = &self.columns;
        self.traits = Traits {
            countries: columns
                .iter()
                .filter(country)
                .map(|column| column.index)
                .collect(),
            own: columns
                .iter()
                .filter(|column| column.is_own())
                .map(|column| column.index)
                .collect(),
            labelled: columns.iter().any(|column| column.labels),
            ruled: !self.constants.is_empty()
                || !self.joins.is_empty()
                || columns.iter().any(|column| column.rule.is_some()),
        };
    }

    /// Whether a row is of the same contact as the one before it.
    pub fn continues(&self, before: &Row, row: &Row) -> bool {
        self.merge_by.is_some_and(|key| {
            let key = (before.cell(key).trim(), row.cell(key).trim());
            !key.0.is_empty() && key.0 == key.1
        })
    }

    /// Finds the header among the first rows and takes each column for a field.
    pub fn guess(preview: &[Row], options: &Options) -> Result<Self, MappingError> {
        guess::guess(preview, options)
    }

    /// The mapping of a sheet of which nothing is recognised: every column is kept under its header, or under
    /// its letters where the first row is no header, or where the person said that there is none; e-mails and
    /// phones are then known by their values.
    pub fn custom(preview: &[Row], options: &Options) -> Self {
        guess::custom(preview, options.header_row == Some(0))
    }

    /// Whether a row is a contact: it stands below the header, and has more than what a report says of it.
    pub fn holds(&self, row: &Row) -> bool {
        let own = &self.traits.own;
        self.header_row.is_none_or(|header| row.number > header)
            && (own.is_empty() || !row.is_blank_but(own))
    }

    /// The fields that have a column of their own, and nothing in any such column of this row; each once.
    pub fn empty_fields(&self, row: &Row) -> Vec<Field> {
        let columns = self.columns.iter();
        let plain = columns.filter(|column| column.rule.is_none() && column.kind_from.is_none());
        let (mut filled, mut empty) = (Vec::new(), Vec::new());
        for column in plain {
            if let MappingTarget::Field(field) = column.target {
                let list = if row.cell(column.index).trim().is_empty() {
                    &mut empty
                } else {
                    &mut filled
                };
                if !list.contains(&field) {
                    list.push(field);
                }
            }
        }
        empty.retain(|field| !filled.contains(field));
        empty
    }

    /// Whether a row below the header is the header again, as in a sheet that several were put together in.
    pub fn repeats_header(&self, row: &Row) -> bool {
        let is_header = |column: &Column| {
            let cell = row.cell(column.index).trim();
            cell == column.header.trim() || cell.is_empty() && column.nameless
        };
        let named = self.header_row.is_some_and(|header| header > 0);
        named
            && self.columns.len() > 1
            && row.attached().is_empty()
            && self
                .columns
                .iter()
                .filter(|column| !column.is_own())
                .all(is_header)
    }

    /// The first column of a field, from 0.
    pub fn column_of(&self, field: Field) -> Option<u32> {
        let mut columns = self.columns.iter();
        columns
            .find(|column| column.target == MappingTarget::Field(field))
            .map(|column| column.index)
    }

    /// The headers, in the order of the sheet.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.header.as_str())
    }

    /// The header of a column; empty where there is none.
    fn header_of(&self, index: u32) -> &str {
        let mut columns = self.columns.iter();
        columns
            .find(|column| column.index == index)
            .map_or("", |column| column.header.as_str())
    }

    /// Whether any column is taken for a field.
    pub fn recognises(&self) -> bool {
        self.columns
            .iter()
            .any(|column| matches!(column.target, MappingTarget::Field(_)))
    }
}

/// A row has more cells than the header.
pub static EXTRA_CELL: Code = Code {
    id: "row.extra-cell",
    severity: Severity::Warning,
    means: "The row has a value to the right of the last column that has a header. Often a delimiter \
            stands unquoted inside a value, and what follows it is shifted.",
    help: "quote the value that holds the delimiter, or give the column a header",
};

/// A row is the header again.
pub static HEADER_AGAIN: Code = Code {
    id: "row.header-again",
    severity: Severity::Error,
    means: "The row holds the names of the columns, as the header does: the sheet was put together from several. It \
            is no contact, and it is not sent.",
    help: "remove the row",
};

/// Everything that this stage can say about a row.
pub const CODES: &[&Code] = &[&EXTRA_CELL, &HEADER_AGAIN];
