//! Why a list of faults cannot be read.

/// Why a list of faults cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FaultError {
    /// A part that is no `name=value`.
    #[error("fault \"{0}\" is not written name=value")]
    Shape(String),
    /// A name that no fault has.
    #[error("unknown fault \"{0}\"")]
    Unknown(String),
    /// A value that the name cannot take.
    #[error("fault \"{name}\" cannot be \"{value}\", it takes {expected}")]
    Value {
        /// The name before the equals sign.
        name: String,
        /// What stood after it.
        value: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// Chances that add up to more than a whole.
    #[error("the chances of \"{0}\" add up to more than 100%")]
    TooMuch(String),
}
