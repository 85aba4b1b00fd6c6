//! A number as it was dialled.

/// A number without its punctuation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Dialled {
    /// Whether a + stands before the digits.
    pub(super) plus: bool,
    /// ASCII digits.
    pub(super) digits: String,
}
