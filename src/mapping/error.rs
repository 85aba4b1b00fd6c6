//! Why no mapping could be made. Each reason must say what is wrong and what a person does about it.

/// Why no mapping could be made; `help` says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// There is no row.
    #[error("the sheet has no rows")]
    Empty,
    /// The first row holds values, not names.
    #[error("row {row} holds a contact, not the names of the columns")]
    NoHeader {
        /// The first row.
        row: u64,
    },
    /// No column has a name that is known.
    #[error("no column of row {row} is recognised: {}", quoted(headers))]
    NothingRecognised {
        /// The row that was taken for the header.
        row: u64,
        /// What stands there.
        headers: Vec<String>,
    },
    /// Columns that no field claims, and the person wanted none.
    #[error("no field claims {}", quoted(headers))]
    Unmapped {
        /// Their headers.
        headers: Vec<String>,
    },
    /// The person named a column that is not there.
    #[error("there is no column `{name}`")]
    NoColumn {
        /// What was named.
        name: String,
        /// The headers that are there.
        headers: Vec<String>,
    },
    /// The mapping file is none.
    #[error("the mapping cannot be read: {why}")]
    File {
        /// What is wrong.
        why: String,
    },
    /// The sheet's columns are no longer those of the mapping file.
    #[error("the sheet has changed: {}", drift(gone, new))]
    Drifted {
        /// Columns that the file names and the sheet no longer has.
        gone: Vec<String>,
        /// Columns that the sheet has and the file does not name.
        new: Vec<String>,
        /// What they probably are.
        proposal: Vec<String>,
    },
    /// The person named a header row that is not among the first rows.
    #[error("row {row} is not among the first rows")]
    NoRow {
        /// What was named.
        row: u64,
    },
}

impl MappingError {
    /// What a person does about it.
    pub fn help(&self) -> String {
        match self {
            Self::Empty => "export the sheet again; nothing was read from it".to_owned(),
            Self::NoHeader { .. } => {
                "put a row with the names of the columns above the first contact".to_owned()
            }
            Self::NothingRecognised { .. } => {
                "name the columns (Nom, Prénom, Téléphone, E-mail…) or say what they are".to_owned()
            }
            Self::Unmapped { .. } => "say what they are, or let them be kept or dropped".to_owned(),
            Self::NoColumn { headers, .. } => format!("the columns are {}", quoted(headers)),
            Self::File { .. } => {
                "`rolo map SHEET -o mapping.toml` writes one to start from".to_owned()
            }
            Self::Drifted { proposal, .. } if proposal.is_empty() => {
                "put the columns back, or write the mapping anew with `rolo map`".to_owned()
            }
            Self::Drifted { proposal, .. } => {
                format!(
                    "{}; correct the mapping file, or the sheet",
                    proposal.join("; ")
                )
            }
            Self::NoRow { .. } => "say the number that the spreadsheet shows".to_owned(),
        }
    }
}

fn drift(gone: &[String], new: &[String]) -> String {
    let mut words = Vec::new();
    if !gone.is_empty() {
        words.push(format!("{} is gone", quoted(gone)));
    }
    if !new.is_empty() {
        words.push(format!("{} is new", quoted(new)));
    }
    words.join(", ")
}

fn quoted(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
