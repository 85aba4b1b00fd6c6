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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_are_those_of_the_flag_and_of_the_file_or_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("ids");
        std::fs::write(&file, "7\n\n 8 \n").expect("written");
        let ids = |named: &[String], file| {
            let parents = parents_of(named, file).expect("readable");
            let ids = parents.into_iter().map(|id| id.map(ParentId::into_string));
            ids.collect::<Vec<_>>()
        };
        let all = ids(&["6".to_owned()], Some(file.as_path()));
        assert_eq!(all, ["6", "7", "8"].map(|id| Some(id.to_owned())));
        assert_eq!(ids(&[], None), [None]);
    }

    #[test]
    fn a_map_of_parents_has_a_pair_on_each_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("map");
        std::fs::write(&file, "1,11\n\n2; 12\n3\t13\n").expect("written");
        let map = read_parent_map(&file).expect("readable");
        let pairs: Vec<_> = map
            .iter()
            .map(|(old, new)| format!("{old}>{new}"))
            .collect();
        assert_eq!(pairs, ["1>11", "2>12", "3>13"]);
        std::fs::write(&file, "1,11\n2,\n").expect("written");
        let error = read_parent_map(&file).expect_err("no pair");
        assert!(
            error
                .to_string()
                .ends_with("line 2: `2,` is not a pair of ids")
        );
        assert_eq!(error.wanted(), PAIRS);
    }
}
