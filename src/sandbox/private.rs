//! Files for their owner only: a sandbox's book holds the contacts of whoever tries rolo with a sheet of their own.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

/// Makes a state folder that only its owner may enter. One that is there already is closed to others where it holds
/// nothing but a sandbox's own files; in any other folder the files alone are private.
pub(super) fn folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return if is_ours(path)? { close(path) } else { Ok(()) };
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// Opens a file to be written, empty and for its owner only, whoever could read it before.
pub(super) fn file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}

fn is_ours(folder: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        if name != "lock" && !name.ends_with(".ndjson") && !name.ends_with(".ndjson.new") {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(unix)]
fn close(folder: &Path) -> io::Result<()> {
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))
}

#[cfg(not(unix))]
fn close(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        let about = fs::metadata(path).expect("it is there");
        about.permissions().mode() & 0o777
    }

    fn widened(path: &Path) {
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("ours");
    }

    #[test]
    fn a_new_folder_and_its_files_are_for_their_owner_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = folder.path().join("deep/sandbox");
        super::folder(&state).expect("made");
        let book = state.join("covage.ndjson");
        file(&book).expect("made");
        assert_eq!((mode(&state), mode(&book)), (0o700, 0o600));
    }

    #[test]
    fn what_an_earlier_version_left_open_is_closed() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = folder.path().join("sandbox");
        super::folder(&state).expect("made");
        let book = state.join("covage.ndjson");
        file(&book).expect("made");
        for path in [&state, &book] {
            widened(path);
        }
        super::folder(&state).expect("closed");
        file(&book).expect("written anew");
        assert_eq!((mode(&state), mode(&book)), (0o700, 0o600));
    }

    #[test]
    fn a_folder_with_files_of_others_stays_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = folder.path().join("shared");
        fs::create_dir(&state).expect("made");
        widened(&state);
        fs::write(state.join("notes.txt"), "theirs").expect("writable");
        super::folder(&state).expect("used");
        file(&state.join("lock")).expect("made");
        assert_eq!((mode(&state), mode(&state.join("lock"))), (0o755, 0o600));
    }
}
