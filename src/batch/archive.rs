//! Puts a file aside: nothing in the folder is replaced, and no moment leaves less than one whole copy.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::model::RunId;

/// Puts a file into a folder, which is made if need be; replaces nothing there. Returns where it is now.
pub(super) fn put(file: &Path, folder: &Path, run: Option<&RunId>) -> io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let place = reserve(file, folder, run)?;
    let moved = match std::fs::rename(file, &place) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => carry(file, folder, &place),
        other => other,
    };
    if let Err(error) = moved {
        // What was reserved is ours, and empty.
        let _ = std::fs::remove_file(&place);
        return Err(error);
    }
    Ok(place)
}

/// Takes a name in the folder that nobody else has: the file's own, else with the run's id or the time.
fn reserve(file: &Path, folder: &Path, run: Option<&RunId>) -> io::Result<PathBuf> {
    let name = file.file_name().unwrap_or_default();
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let ending = file
        .extension()
        .map(|ending| format!(".{}", ending.to_string_lossy()));
    let ending = ending.unwrap_or_default();
    let mark = run.map_or_else(
        || {
            jiff::Timestamp::now()
                .strftime("%Y%m%dT%H%M%SZ")
                .to_string()
        },
        ToString::to_string,
    );
    let first = folder.join(name);
    let marked = folder.join(format!("{stem}-{mark}{ending}"));
    let further = (2..1000).map(|n| folder.join(format!("{stem}-{mark}-{n}{ending}")));
    for place in [first, marked].into_iter().chain(further) {
        match OpenOptions::new().write(true).create_new(true).open(&place) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(_) => return Ok(place),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Moves a file to another file system: the original goes only when the copy is on the disk.
fn carry(file: &Path, folder: &Path, place: &Path) -> io::Result<()> {
    let mut original = File::open(file)?;
    let about = original.metadata()?;
    let mut copy = tempfile::Builder::new()
        .prefix(".rolo-move-")
        .tempfile_in(folder)?;
    io::copy(&mut original, copy.as_file_mut())?;
    copy.as_file().set_permissions(about.permissions())?;
    if let Ok(written) = about.modified() {
        copy.as_file().set_modified(written)?;
    }
    copy.as_file().sync_all()?;
    copy.persist(place).map_err(|error| error.error)?;
    if let Ok(folder) = File::open(folder) {
        folder.sync_all()?;
    }
    std::fs::remove_file(file)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_file_is_put_aside_and_replaces_nothing() {
        let folder = folder(&["a.csv", "done/a.csv"]);
        let (file, done) = (folder.path().join("a.csv"), folder.path().join("done"));
        let run = RunId::new("01RUN");
        let place = put(&file, &done, Some(&run)).expect("moved");
        assert_eq!(place, done.join("a-01RUN.csv"));
        std::fs::write(&file, "another").expect("written");
        let place = put(&file, &done, Some(&run)).expect("moved");
        assert_eq!(place, done.join("a-01RUN-2.csv"));
        assert_eq!(std::fs::read_to_string(place).expect("there"), "another");
        assert!(!file.exists() && done.join("a.csv").exists());
        assert!(put(&file, &done, None).is_err());
        assert_eq!(std::fs::read_dir(&done).expect("there").count(), 3);
    }

    #[test]
    fn another_file_system_gets_a_whole_copy() {
        let folder = folder(&["a.csv"]);
        let file = folder.path().join("a.csv");
        let place = folder.path().join("b.csv");
        carry(&file, folder.path(), &place).expect("carried");
        assert_eq!(
            std::fs::read_to_string(place).expect("there"),
            "Nom\nDurand\n"
        );
        assert!(!file.exists());
    }
}
