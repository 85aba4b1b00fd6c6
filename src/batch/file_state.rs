//! A file that came: what it was when it was found, and which file of another night is the same.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A file, as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundSheet {
    /// Where it is.
    pub path: PathBuf,
    /// How large it was, and when it was written last.
    pub state: Option<(u64, SystemTime)>,
}

impl FoundSheet {
    /// A file, as it is now.
    pub fn of(path: PathBuf) -> Self {
        let state = state(&path);
        Self { path, state }
    }

    /// Its name, without the folder.
    pub fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        name.to_string_lossy().into_owned()
    }

    /// Whether somebody has written to it since it was found.
    pub fn has_changed(&self) -> bool {
        state(&self.path) != self.state
    }

    /// What tells the next night which sheet is the same: its folder and its name, dates and long numbers aside.
    pub fn feed(&self) -> String {
        let folder = std::path::absolute(&self.path).unwrap_or_default();
        let folder = folder.parent().unwrap_or(Path::new(""));
        folder.join(undated(&self.name())).display().to_string()
    }
}

fn state(path: &Path) -> Option<(u64, SystemTime)> {
    let about = std::fs::metadata(path).ok()?;
    Some((about.len(), about.modified().ok()?))
}

/// A name in which dates, times and long numbers are `#`: six digits or more, with what stands between them. A short
/// number at the end of a word belongs to the word.
fn undated(name: &str) -> String {
    let mut undated = String::new();
    let mut rest = name;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        undated.push_str(before);
        let number = digits(from);
        let of_a_word = undated.ends_with(char::is_alphabetic) && number < 4;
        let span = if of_a_word { number } else { dated(from) };
        undated.push_str(if of_a_word || span == 0 {
            &from[..number]
        } else {
            "#"
        });
        rest = &from[span.max(number)..];
    }
    undated.push_str(rest);
    undated
}

/// How many digits a text begins with.
fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// How long the date or the number at the beginning of a text is; 0 for less than six digits.
fn dated(text: &str) -> usize {
    let between = |c: char| matches!(c, '-' | '_' | '.' | ':' | ' ' | 'T');
    let end = text.find(|c: char| !c.is_ascii_digit() && !between(c));
    let span = text[..end.unwrap_or(text.len())].trim_end_matches(between);
    let digits = span.bytes().filter(u8::is_ascii_digit).count();
    if digits >= 6 { span.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_long_numbers_make_no_other_feed() {
        for (name, feed) in [
            ("people.xlsx", "people.xlsx"),
            ("people-2026-10-01.xlsx", "people-#.xlsx"),
            ("people_20261001_020000.csv", "people_#.csv"),
            ("20261001.csv", "#.csv"),
            ("branch1.csv", "branch1.csv"),
            ("branch2-2026-10-01.csv", "branch2-#.csv"),
            ("week-40-v2.csv", "week-40-v2.csv"),
        ] {
            assert_eq!(undated(name), feed);
        }
    }

    #[test]
    fn a_file_that_is_written_to_has_changed() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.csv"), "Nom\n").expect("written");
        let sheet = FoundSheet::of(folder.path().join("a.csv"));
        assert!(!sheet.has_changed());
        std::fs::write(&sheet.path, "Nom\nDurand\nMartin\n").expect("written");
        assert!(sheet.has_changed());
    }
}
