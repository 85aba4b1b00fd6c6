//! Where sheets come from when nobody is there: a folder, or a glob. Which of its files are meant, in which order,
//! and in which folder a file belongs when it is done. It is about names only.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::error::BatchError;
use super::file_state::FoundSheet;
use super::outcome::FileOutcome;

/// Where sheets can be put when they were dealt with.
#[derive(Clone, Debug, Default)]
pub struct ArchiveFolders {
    /// Where a sheet is put when it is done, if that was said.
    pub done: Option<PathBuf>,
    /// Where a sheet is put when somebody has to look at it, if that was said.
    pub failed: Option<PathBuf>,
    /// Whether every sheet stays where it is.
    pub no_move: bool,
}

/// What was named to be imported.
#[derive(Debug, PartialEq, Eq)]
pub enum SheetSource {
    /// One file, or standard input.
    One,
    /// A folder, or a glob: the files that are there now, by name.
    Many(Vec<FoundSheet>),
}

/// The folders of what was dealt with, beside the files.
const FOLDERS: [&str; 2] = ["done", "failed"];
/// How long an empty file may be one that somebody is still writing.
const WRITING: Duration = Duration::from_secs(600);
/// How the names of files end that somebody is still writing, or that no person wrote.
const DRAFTS: [&str; 8] = [
    "~",
    ".tmp",
    ".part",
    ".partial",
    ".filepart",
    ".crdownload",
    "desktop.ini",
    "thumbs.db",
];

impl SheetSource {
    /// What stands there now. A file that bears the very name is meant before any glob.
    pub fn look(given: &Path, folders: &ArchiveFolders) -> Result<Self, BatchError> {
        let text = given.to_string_lossy();
        if given.is_dir() {
            folders.refuse(given)?;
            let listed = std::fs::read_dir(given)
                .and_then(|entries| {
                    entries
                        .map(|entry| entry.map(|entry| entry.path()))
                        .collect()
                })
                .map_err(|error| unreadable(given, error))?;
            return Ok(Self::of(listed, given, folders));
        }
        if text == "-" || given.exists() || !text.contains(['*', '?', '[']) {
            return Ok(Self::One);
        }
        let folder = fixed(given);
        if !folder.is_dir() {
            let error = io::Error::from(io::ErrorKind::NotFound);
            return Err(unreadable(&folder, error));
        }
        folders.refuse(&folder)?;
        let options = glob::MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: true,
        };
        let found = glob::glob_with(&text, options).map_err(|error| {
            let glob = text.into_owned();
            BatchError::Glob { glob, error }
        })?;
        let found: Result<Vec<PathBuf>, _> = found.collect();
        let found = found.map_err(|error| {
            let path = error.path().to_owned();
            unreadable(&path, error.into())
        })?;
        Ok(Self::of(found, &folder, folders))
    }

    /// The files among them that are meant, by name; `base` is the folder that the person named.
    fn of(mut found: Vec<PathBuf>, base: &Path, folders: &ArchiveFolders) -> Self {
        found.retain(|path| path.is_file() && is_meant(path, base, folders));
        found.sort();
        let sheets = found.into_iter().map(FoundSheet::of);
        let now = SystemTime::now();
        let is_begun = |sheet: &FoundSheet| match sheet.state {
            Some((0, written)) => now.duration_since(written).is_ok_and(|age| age > WRITING),
            _ => true,
        };
        Self::Many(sheets.filter(is_begun).collect())
    }
}

fn unreadable(place: &Path, error: io::Error) -> BatchError {
    let place = place.to_owned();
    BatchError::Unreadable { place, error }
}

/// The part of a glob before its first pattern.
fn fixed(glob: &Path) -> PathBuf {
    let is_fixed = |part: &std::path::Component<'_>| {
        let text = part.as_os_str().to_string_lossy();
        !text.contains(['*', '?', '['])
    };
    let fixed: PathBuf = glob.components().take_while(is_fixed).collect();
    if fixed.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        fixed
    }
}

/// Whether a file is a sheet that came: not hidden, no draft, no lock of an office program, and not one that was
/// dealt with already.
fn is_meant(path: &Path, base: &Path, folders: &ArchiveFolders) -> bool {
    let folder = path.parent().unwrap_or(Path::new(""));
    let is_put = |chosen: &Option<PathBuf>| {
        let chosen = chosen.as_ref().and_then(|put| put.canonicalize().ok());
        chosen.is_some() && folder.canonicalize().ok() == chosen
    };
    let below = folder.strip_prefix(base).unwrap_or(folder);
    let beside = below
        .iter()
        .any(|part| FOLDERS.iter().any(|put| part == *put));
    let dealt_with = beside || is_put(&folders.done) || is_put(&folders.failed);
    is_sheet(path) && !dealt_with
}

/// Whether a file's name is one of a sheet: not hidden, no draft, no lock of an office program.
pub(super) fn is_sheet(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let lower = name.to_lowercase();
    let draft = DRAFTS.iter().any(|end| lower.ends_with(end));
    !name.starts_with(['.', '~']) && !draft
}

impl ArchiveFolders {
    /// Refuses an inbox as the place for what was dealt with: no sheet would ever be read.
    fn refuse(&self, inbox: &Path) -> Result<(), BatchError> {
        let inbox = inbox.canonicalize().ok();
        let mut chosen = [&self.done, &self.failed].into_iter().flatten();
        let same = chosen.find(|put| inbox.is_some() && put.canonicalize().ok() == inbox);
        same.map_or(Ok(()), |folder| Err(BatchError::IsSource(folder.clone())))
    }

    /// The folder for a file, if it is to be put anywhere.
    pub fn folder(
        &self,
        sheet: &FoundSheet,
        outcome: FileOutcome,
        is_one_of_many: bool,
    ) -> Option<PathBuf> {
        let (chosen, default) = match outcome {
            FileOutcome::Done => (&self.done, FOLDERS[0]),
            FileOutcome::Failed => (&self.failed, FOLDERS[1]),
            FileOutcome::Left => return None,
        };
        let beside = || {
            let folder = sheet.path.parent().unwrap_or(Path::new(""));
            (is_one_of_many && !self.no_move).then(|| folder.join(default))
        };
        chosen.clone().or_else(beside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(inbox: &SheetSource) -> Vec<String> {
        match inbox {
            SheetSource::One => panic!("it is no folder"),
            SheetSource::Many(sheets) => sheets.iter().map(FoundSheet::name).collect(),
        }
    }

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, "Nom\nDurand\n").expect("written");
        }
        folder
    }

    #[test]
    fn the_sheets_of_a_folder_come_by_name_and_drafts_do_not() {
        let folder = folder(&[
            "b.xlsx",
            "a.csv",
            ".hidden.csv",
            "~$b.xlsx",
            ".~lock.b.ods#",
            "c.csv.part",
            "d.csv~",
            "Thumbs.db",
            "done/old.csv",
            "failed/bad.csv",
        ]);
        let folders = ArchiveFolders::default();
        let found = SheetSource::look(folder.path(), &folders).expect("readable");
        assert_eq!(names(&found), ["a.csv", "b.xlsx"]);
        let look = |glob: &str| {
            names(&SheetSource::look(&folder.path().join(glob), &folders).expect("it"))
        };
        assert_eq!(look("*.csv"), ["a.csv"]);
        assert_eq!(look("[ab].*"), ["a.csv", "b.xlsx"]);
        assert_eq!(look("*/*.csv"), [""; 0]);
        assert_eq!(look("*.ods"), [""; 0]);
    }

    #[test]
    fn a_file_by_its_name_is_one_even_where_it_looks_like_a_glob() {
        let folder = folder(&["a[1].csv"]);
        let folders = ArchiveFolders::default();
        for one in ["a[1].csv", "absent.csv"] {
            let found = SheetSource::look(&folder.path().join(one), &folders);
            assert_eq!(found.expect("readable"), SheetSource::One, "{one}");
        }
        assert_eq!(
            SheetSource::look(Path::new("-"), &folders).expect("it"),
            SheetSource::One
        );
        let failure = SheetSource::look(&folder.path().join("nowhere/*.csv"), &folders);
        assert!(matches!(failure, Err(BatchError::Unreadable { .. })));
    }

    #[test]
    fn an_empty_file_is_waited_for_and_then_is_one() {
        let folder = folder(&["a.csv"]);
        let path = folder.path().join("new.csv");
        let file = std::fs::File::create(&path).expect("made");
        let folders = ArchiveFolders::default();
        let look = || names(&SheetSource::look(folder.path(), &folders).expect("readable"));
        assert_eq!(look(), ["a.csv"]);
        let old = SystemTime::now() - WRITING - Duration::from_secs(60);
        file.set_modified(old).expect("set");
        assert_eq!(look(), ["a.csv", "new.csv"]);
    }
}
