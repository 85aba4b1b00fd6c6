//! Files that only their owner may read, since they hold people: each has its permissions from its first moment, not a
//! moment after it was made.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Makes a file that is not there yet.
pub(crate) fn create_new(path: &Path) -> io::Result<File> {
    options().write(true).create_new(true).open(path)
}

/// Makes a file anew, in the place of one that may be there.
pub(crate) fn replace(path: &Path) -> io::Result<File> {
    if path.exists() {
        std::fs::remove_file(path)?;
    }
    create_new(path)
}

/// Opens a file to be written, and makes it where it is not there yet. One that is there stays as it is.
pub(crate) fn open_or_create(path: &Path) -> io::Result<File> {
    options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

/// Whether somebody beside the owner has any right to a file.
#[cfg(unix)]
pub(crate) fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o077 != 0)
}

/// Whether somebody beside the owner has any right to a file: not known here.
#[cfg(not(unix))]
pub(crate) fn is_open_to_others(_: &Path) -> bool {
    false
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::{Permissions, set_permissions};
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(file: &File) -> u32 {
        file.metadata().expect("metadata").permissions().mode() & 0o777
    }

    #[test]
    fn a_file_is_its_owners_from_its_first_moment() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, make) in [
            ("new", create_new as fn(&Path) -> io::Result<File>),
            ("opened", open_or_create),
        ] {
            let path = folder.path().join(name);
            // What the system made of the call, before anything is done to the file.
            assert_eq!(mode(&make(&path).expect("made")), 0o600, "{name}");
            assert!(!is_open_to_others(&path), "{name}");
        }
    }

    #[test]
    fn a_file_that_is_there_is_refused_or_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("theirs");
        std::fs::write(&path, "theirs").expect("written");
        set_permissions(&path, Permissions::from_mode(0o644)).expect("ours");
        assert!(is_open_to_others(&path));
        let refused = create_new(&path).expect_err("it is there");
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        let mut opened = open_or_create(&path).expect("opened");
        assert_eq!(mode(&opened), 0o644);
        opened.write_all(b"T").expect("written");
        assert_eq!(std::fs::read_to_string(&path).expect("it"), "Theirs");
    }

    #[test]
    fn a_file_that_is_not_there_is_open_to_nobody() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(!is_open_to_others(&folder.path().join("none")));
    }
}
