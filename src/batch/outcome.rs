//! What becomes of a file once its import has ended.

/// What becomes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileOutcome {
    /// Nothing is left to do.
    Done,
    /// Somebody has to look at it.
    Failed,
    /// The next run tries again.
    Left,
}

impl FileOutcome {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Done, Self::Failed, Self::Left];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Left => "left",
        }
    }
}
