//! Why a spec that was kept cannot be followed.

/// A spec that cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum SpecError {
    /// A newer rolo wrote it.
    #[error(
        "what was asked of the run is kept in version {found}, and this rolo knows versions up to {known}"
    )]
    Newer {
        /// Its version.
        found: u64,
        /// The newest that is known here.
        known: u32,
    },
    /// It is no spec.
    #[error("what was asked of the run cannot be understood")]
    Damaged(#[from] serde_json::Error),
}

impl SpecError {
    /// What a person does about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Newer { .. } => {
                "use the newer rolo that began the run, or import the sheet again"
            }
            Self::Damaged(_) => "import the sheet again: what was created stays linked",
        }
    }
}
