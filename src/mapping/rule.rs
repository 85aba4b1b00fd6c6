//! What a kept mapping says beyond naming columns, as data.

use super::target::MappingTarget;

/// What is done to a column's values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ColumnRule {
    pub(super) default: Option<String>,
    /// Values in lower case, and what stands for them.
    pub(super) values: Vec<(String, String)>,
    pub(super) split: Option<String>,
    pub(super) into: Vec<MappingTarget>,
}

/// A value for every contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Constant {
    pub(super) target: MappingTarget,
    pub(super) text: String,
}

/// Several columns as one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Join {
    pub(super) target: MappingTarget,
    pub(super) columns: Vec<u32>,
    pub(super) with: String,
}
