//! Why a sheet cannot be read. Every reader ends in one of these, and each of them must say which file, what is wrong
//! and what to do.

/// Why a file could not be read; each says which file, and `help` says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// There is no such file, or it may not be read.
    #[error("cannot open `{file}`")]
    Open {
        /// The path as given.
        file: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Reading broke off.
    #[error("cannot read `{file}` beyond row {row}")]
    Read {
        /// The path as given.
        file: String,
        /// The last row that was read.
        row: u64,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file holds nothing.
    #[error("`{file}` is empty")]
    Empty {
        /// The path as given.
        file: String,
    },
    /// The content is of a kind that is not read.
    #[error("unsupported file type: `{file}` is {what}")]
    Unsupported {
        /// The path as given.
        file: String,
        /// What it is: `a PDF document`.
        what: String,
        /// What to do.
        help: String,
    },
    /// The workbook is broken, locked, or not what it seems.
    #[error("cannot read the workbook `{file}`: {why}")]
    Workbook {
        /// The path as given.
        file: String,
        /// What is wrong.
        why: String,
        /// What to do.
        help: String,
    },
    /// The text is broken in a way that would lose rows.
    #[error("`{file}`, row {row}: {why}")]
    Text {
        /// The path as given.
        file: String,
        /// Where it starts.
        row: u64,
        /// What is wrong.
        why: String,
        /// What to do.
        help: String,
    },
    /// A hint cannot be followed: no such sheet, no such encoding.
    #[error("`{file}`: {why}")]
    Hint {
        /// The path as given.
        file: String,
        /// What is wrong.
        why: String,
        /// What to do.
        help: String,
    },
}

impl SheetError {
    /// What a person does about it.
    pub fn help(&self) -> String {
        match self {
            Self::Open { source, .. } => super::opening::help(source)
                .unwrap_or("check the path and the permissions")
                .to_owned(),
            Self::Read { .. } => "copy the file to a local disk and try again".to_owned(),
            Self::Empty { .. } => "export the sheet again; nothing was read from it".to_owned(),
            Self::Unsupported { help, .. }
            | Self::Workbook { help, .. }
            | Self::Text { help, .. }
            | Self::Hint { help, .. } => help.clone(),
        }
    }
}
