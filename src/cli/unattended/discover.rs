//! Where sheets come from when nobody is there: a folder, or a glob. Which of its files are meant, in which order,
//! and in which folder a file belongs when it is done. It stands apart because it is about names only: what a
//! sheet holds, and what came of it, it does not know.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::cli::args::{Many, Moving};
use crate::cli::exit::ExitKind;
use crate::cli::failure::Failure;
pub(crate) use crate::cli::unattended::file_state::Sheet;

/// What a sheet on the command line is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Inbox {
    /// One file, or standard input.
    One,
    /// A folder, or a glob: the files that are there now, by name.
    Many(Vec<Sheet>),
}

/// What becomes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fits {
    /// Nothing is left to do.
    Done,
    /// Somebody has to look at it.
    Failed,
    /// The next run tries again.
    Left,
}

impl Fits {
    /// Each of them.
    pub(crate) const ALL: [Self; 3] = [Self::Done, Self::Failed, Self::Left];

    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Left => "left",
        }
    }
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

impl Inbox {
    /// What stands there now. A file that bears the very name is meant before any glob.
    pub(crate) fn look(given: &Path, moving: &Moving) -> Result<Self, Failure> {
        let text = given.to_string_lossy();
        if given.is_dir() {
            moving.refuse(given)?;
            let listed = std::fs::read_dir(given)
                .and_then(|entries| {
                    entries
                        .map(|entry| entry.map(|entry| entry.path()))
                        .collect()
                })
                .map_err(|error| unreadable(given, error))?;
            return Ok(Self::of(listed, given, moving));
        }
        if text == "-" || given.exists() || !text.contains(['*', '?', '[']) {
            return Ok(Self::One);
        }
        let folder = fixed(given);
        if !folder.is_dir() {
            let error = io::Error::from(io::ErrorKind::NotFound);
            return Err(unreadable(&folder, error));
        }
        moving.refuse(&folder)?;
        let options = glob::MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: true,
        };
        let found = glob::glob_with(&text, options).map_err(|error| {
            Failure::usage(
                format!("invalid glob `{text}`: {error}"),
                "write it as in a shell, in quotes: 'inbox/*.xlsx'",
            )
        })?;
        let found: Result<Vec<PathBuf>, _> = found.collect();
        let found = found.map_err(|error| {
            let path = error.path().to_owned();
            unreadable(&path, error.into())
        })?;
        Ok(Self::of(found, &folder, moving))
    }

    /// The files among them that are meant, by name; `base` is the folder that the person named.
    fn of(mut found: Vec<PathBuf>, base: &Path, moving: &Moving) -> Self {
        found.retain(|path| path.is_file() && is_meant(path, base, moving));
        found.sort();
        let sheets = found.into_iter().map(Sheet::of);
        let now = SystemTime::now();
        let is_begun = |sheet: &Sheet| match sheet.state {
            Some((0, written)) => now.duration_since(written).is_ok_and(|age| age > WRITING),
            _ => true,
        };
        Self::Many(sheets.filter(is_begun).collect())
    }
}

fn unreadable(path: &Path, error: io::Error) -> Failure {
    let mut failure = Failure::new(ExitKind::Input, error, "check the path and the permissions");
    let place = format!("`{}` is where the sheets should be", path.display());
    failure.hints.insert(0, place);
    failure
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
fn is_meant(path: &Path, base: &Path, moving: &Moving) -> bool {
    let folder = path.parent().unwrap_or(Path::new(""));
    let is_put = |chosen: &Option<PathBuf>| {
        let chosen = chosen.as_ref().and_then(|put| put.canonicalize().ok());
        chosen.is_some() && folder.canonicalize().ok() == chosen
    };
    let below = folder.strip_prefix(base).unwrap_or(folder);
    let beside = below
        .iter()
        .any(|part| FOLDERS.iter().any(|put| part == *put));
    let dealt_with = beside || is_put(&moving.done) || is_put(&moving.failed);
    is_sheet(path) && !dealt_with
}

/// Whether a file's name is one of a sheet: not hidden, no draft, no lock of an office program.
pub(crate) fn is_sheet(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let lower = name.to_lowercase();
    let draft = DRAFTS.iter().any(|end| lower.ends_with(end));
    !name.starts_with(['.', '~']) && !draft
}

impl Moving {
    /// Refuses an inbox as the place for what was dealt with: no sheet would ever be read.
    fn refuse(&self, inbox: &Path) -> Result<(), Failure> {
        let inbox = inbox.canonicalize().ok();
        let mut chosen = [&self.done, &self.failed].into_iter().flatten();
        let same = chosen.find(|put| inbox.is_some() && put.canonicalize().ok() == inbox);
        same.map_or(Ok(()), |folder| {
            Err(Failure::usage(
                format!("`{}` is the inbox itself", folder.display()),
                "name another folder with --done and --failed, or leave the sheets there with --no-move",
            ))
        })
    }

    /// The folder for a file, if it is to be put anywhere.
    pub(crate) fn folder(&self, sheet: &Sheet, fits: Fits, many: Many) -> Option<PathBuf> {
        let (chosen, default) = match fits {
            Fits::Done => (&self.done, FOLDERS[0]),
            Fits::Failed => (&self.failed, FOLDERS[1]),
            Fits::Left => return None,
        };
        let beside = || {
            let folder = sheet.path.parent().unwrap_or(Path::new(""));
            (many == Many::Yes && !self.no_move).then(|| folder.join(default))
        };
        chosen.clone().or_else(beside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(inbox: &Inbox) -> Vec<String> {
        match inbox {
            Inbox::One => panic!("it is no folder"),
            Inbox::Many(sheets) => sheets.iter().map(Sheet::name).collect(),
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
        let moving = Moving::default();
        let found = Inbox::look(folder.path(), &moving).expect("readable");
        assert_eq!(names(&found), ["a.csv", "b.xlsx"]);
        let look =
            |glob: &str| names(&Inbox::look(&folder.path().join(glob), &moving).expect("it"));
        assert_eq!(look("*.csv"), ["a.csv"]);
        assert_eq!(look("[ab].*"), ["a.csv", "b.xlsx"]);
        assert_eq!(look("*/*.csv"), [""; 0]);
        assert_eq!(look("*.ods"), [""; 0]);
    }

    #[test]
    fn a_file_by_its_name_is_one_even_where_it_looks_like_a_glob() {
        let folder = folder(&["a[1].csv"]);
        let moving = Moving::default();
        for one in ["a[1].csv", "absent.csv"] {
            let found = Inbox::look(&folder.path().join(one), &moving);
            assert_eq!(found.expect("readable"), Inbox::One, "{one}");
        }
        assert_eq!(
            Inbox::look(Path::new("-"), &moving).expect("it"),
            Inbox::One
        );
        let failure = Inbox::look(&folder.path().join("nowhere/*.csv"), &moving);
        assert_eq!(failure.expect_err("no folder").kind, ExitKind::Input);
    }

    #[test]
    fn an_empty_file_is_waited_for_and_then_is_one() {
        let folder = folder(&["a.csv"]);
        let path = folder.path().join("new.csv");
        let file = std::fs::File::create(&path).expect("made");
        let moving = Moving::default();
        let look = || names(&Inbox::look(folder.path(), &moving).expect("readable"));
        assert_eq!(look(), ["a.csv"]);
        let old = SystemTime::now() - WRITING - Duration::from_secs(60);
        file.set_modified(old).expect("set");
        assert_eq!(look(), ["a.csv", "new.csv"]);
    }
}
