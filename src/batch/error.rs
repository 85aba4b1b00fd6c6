//! What stops a batch before its first sheet, and what a person does about it.

use std::io;
use std::path::PathBuf;

use crate::config::ConfigError;
use crate::transport::WebhookError;

/// What stops a batch before its first sheet.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// The place where the sheets should be cannot be read.
    #[error("{error}")]
    Unreadable {
        /// The folder or file.
        place: PathBuf,
        /// What happened.
        error: io::Error,
    },
    /// A glob is none.
    #[error("invalid glob `{glob}`: {error}")]
    Glob {
        /// As it was given.
        glob: String,
        /// What is wrong with it.
        error: glob::PatternError,
    },
    /// The place for what was dealt with is the one where sheets come.
    #[error("`{}` is the inbox itself", .0.display())]
    IsSource(PathBuf),
    /// Sheets were expected, and there is none.
    #[error("there is no sheet in `{0}`")]
    NoSheet(String),
    /// One name was given to any number of sheets.
    #[error("`--source-name {name}` names one sheet, and `{source_of_many}` holds any number")]
    OneName {
        /// The name.
        name: String,
        /// The folder or glob.
        source_of_many: String,
    },
    /// Whoever is to be told has no address that can be used.
    #[error("{name}: {error}")]
    Hook {
        /// The setting.
        name: &'static str,
        /// What is wrong with it.
        error: WebhookError,
    },
    /// The settings cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Where done sheets should be is no folder.
    #[error("`{}` is not a folder", .0.display())]
    NoFolder(PathBuf),
    /// The folder of done sheets cannot be read.
    #[error("cannot read `{}`: {error}", place.display())]
    DoneUnreadable {
        /// The folder.
        place: PathBuf,
        /// What happened.
        error: io::Error,
    },
}

impl BatchError {
    /// What a person does about it.
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Unreadable { place, .. } => {
                let place = format!("`{}` is where the sheets should be", place.display());
                return vec![place, "check the path and the permissions".to_owned()];
            }
            Self::Glob { .. } => "write it as in a shell, in quotes: 'inbox/*.xlsx'",
            Self::IsSource(_) => {
                "name another folder with --done and --failed, or leave the sheets there with --no-move"
            }
            Self::NoSheet(_) => {
                "check the program that delivers the files, or drop --expect-files to allow an empty folder"
            }
            Self::OneName { .. } => {
                "leave it out: each sheet of a folder or a glob is compared with the last one of its own name"
            }
            Self::Hook { name, .. } => {
                let hint =
                    "is an https URL; http is for this machine only; nothing was read or sent";
                return vec![format!("{name} {hint}")];
            }
            Self::Config(error) => return error.hints.clone(),
            Self::NoFolder(_) => {
                "name the folder that `rolo import FOLDER` reads: what was imported is in `done` of it"
            }
            Self::DoneUnreadable { .. } => "check the permissions",
        };
        vec![hint.to_owned()]
    }
}
