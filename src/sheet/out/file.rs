//! The file that contacts are written into: it is written beside its place, and put there when it is whole.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A file that is being written.
pub struct OutputFile {
    place: PathBuf,
    draft: NamedTempFile,
}

/// A file that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write `{}`: {error}", place.display())]
pub struct UnwritableFile {
    /// The file.
    pub place: PathBuf,
    /// What happened.
    pub error: io::Error,
}

impl OutputFile {
    /// Begins one that will stand in this place.
    pub fn begin(place: &Path) -> Result<Self, UnwritableFile> {
        let folder = place.parent();
        let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
        let draft = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")));
        let place = place.to_owned();
        match draft {
            Ok(draft) => Ok(Self { place, draft }),
            Err(error) => Err(UnwritableFile { place, error }),
        }
    }

    /// The file, to be written.
    pub fn open(&self) -> io::Result<File> {
        self.draft.reopen()
    }

    /// Puts the finished file in its place, readable as what stood there was; a new one is its owner's.
    pub fn keep(self) -> Result<(), UnwritableFile> {
        let Self { place, draft } = self;
        keep(draft, &place).map_err(|error| UnwritableFile { place, error })
    }
}

fn keep(draft: NamedTempFile, out: &Path) -> io::Result<()> {
    draft.as_file().sync_all()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(out).map_or(0o600, |before| before.permissions().mode());
        std::fs::set_permissions(draft.path(), std::fs::Permissions::from_mode(mode & 0o777))?;
    }
    draft.persist(out)?;
    Ok(())
}
