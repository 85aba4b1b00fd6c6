//! Parents, as a person names them: ids, a file of ids, and a file that says what they are called at another target.

use std::io;
use std::path::{Path, PathBuf};

use super::migrate::ParentMap;
use crate::model::ParentId;
use crate::sheet::small_text;

/// Why a file of parents cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ParentFileError {
    /// It cannot be read.
    #[error("cannot read `{}`: {error}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What happened.
        error: io::Error,
        /// What the file should hold.
        wanted: &'static str,
    },
    /// A line is not what the file should hold.
    #[error("`{}`, line {number}: `{line}` is not a pair of ids", file.display())]
    NoPair {
        /// The file.
        file: PathBuf,
        /// The line's number.
        number: u64,
        /// The line.
        line: String,
    },
}

/// What a file of ids holds.
const IDS: &str = "the file holds one id a line";
/// What a file of pairs holds.
const PAIRS: &str = "the file holds a line `old,new` for each parent";

impl ParentFileError {
    /// What the file should hold.
    pub fn wanted(&self) -> &'static str {
        match self {
            Self::Unreadable { wanted, .. } => wanted,
            Self::NoPair { .. } => PAIRS,
        }
    }
}

fn read(file: &Path, wanted: &'static str) -> Result<String, ParentFileError> {
    small_text(file).map_err(|error| {
        let file = file.to_owned();
        ParentFileError::Unreadable {
            file,
            error,
            wanted,
        }
    })
}

/// The parents that are asked for: those that are named and those of a file, an id a line, or `None` for all.
pub fn parents_of(
    named: &[String],
    file: Option<&Path>,
) -> Result<Vec<Option<ParentId>>, ParentFileError> {
    let mut ids = named.to_vec();
    if let Some(file) = file {
        let text = read(file, IDS)?;
        let lines = text.lines().map(|line| line.trim().to_owned());
        ids.extend(lines.filter(|id| !id.is_empty()));
    }
    if ids.is_empty() {
        return Ok(vec![None]);
    }
    Ok(ids.into_iter().map(|id| Some(ParentId::new(id))).collect())
}

/// Reads a file of `old,new` lines; a comma, a semicolon or a tab stands between.
pub fn read_parent_map(file: &Path) -> Result<ParentMap, ParentFileError> {
    let text = read(file, PAIRS)?;
    let lines = (1..).zip(text.lines());
    let mut map = ParentMap::new();
    for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let pair = line
            .split_once([',', ';', '\t'])
            .map(|(old, new)| (old.trim(), new.trim()));
        match pair {
            Some((old, new)) if !old.is_empty() && !new.is_empty() => {
                map.insert(old.to_owned(), new.to_owned());
            }
            _ => {
                return Err(ParentFileError::NoPair {
                    file: file.to_owned(),
                    number,
                    line: line.to_owned(),
                });
            }
        }
    }
    Ok(map)
}
