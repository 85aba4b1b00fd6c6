//! The flags of an import that nobody watches: where sheets are put, and who is told.

use std::path::PathBuf;

use clap::Args;

use crate::batch::{ArchiveFolders, HookFlags};

/// Where files are put.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Moving {
    /// Put a sheet here when it is done [default: done/ beside it, where SHEET is a folder or a glob]
    #[arg(long, value_name = "DIR")]
    pub(crate) done: Option<PathBuf>,
    /// Put a sheet here when somebody has to look at it [default: failed/ beside it, where SHEET is a folder or a
    /// glob]
    #[arg(long, value_name = "DIR")]
    pub(crate) failed: Option<PathBuf>,
    /// Leave every sheet where it is
    #[arg(long, conflicts_with_all = ["done", "failed"])]
    pub(crate) no_move: bool,
    /// Stop with 7 where a folder or a glob holds no sheet, instead of ending with 0
    #[arg(long)]
    pub(crate) expect_files: bool,
}

impl From<&Moving> for ArchiveFolders {
    fn from(flags: &Moving) -> Self {
        Self {
            done: flags.done.clone(),
            failed: flags.failed.clone(),
            no_move: flags.no_move,
        }
    }
}

/// Who is told.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Telling {
    /// Run this command in a shell, or POST a JSON document to this URL, when the exit code is not 0 [default: the
    /// target's `on_failure`]
    #[arg(
        long,
        value_name = "COMMAND|URL",
        env = "ROLO_ON_FAILURE",
        hide_env_values = true
    )]
    pub(crate) on_failure: Option<String>,
    /// GET this URL when the exit code is 0; its silence is the alarm [default: the target's `healthcheck`]
    #[arg(
        long,
        value_name = "URL",
        env = "ROLO_HEALTHCHECK",
        hide_env_values = true
    )]
    pub(crate) healthcheck: Option<String>,
    /// Write what the import came to into this file, for `node_exporter`'s textfile collector [default: the target's
    /// `metrics`]
    #[arg(long, value_name = "FILE.prom", env = "ROLO_METRICS")]
    pub(crate) metrics: Option<PathBuf>,
}

impl From<&Telling> for HookFlags {
    fn from(flags: &Telling) -> Self {
        Self {
            on_failure: flags.on_failure.clone(),
            healthcheck: flags.healthcheck.clone(),
            metrics: flags.metrics.clone(),
        }
    }
}

/// The flags whose values may be secrets.
const SECRET: [&str; 2] = ["--on-failure", "--healthcheck"];

/// A command line as it may be kept: without the flags whose values may be secrets.
pub(crate) fn without_secrets(arguments: impl Iterator<Item = String>) -> Vec<String> {
    let (mut kept, mut skip, mut flags) = (Vec::new(), false, true);
    for word in arguments {
        if std::mem::take(&mut skip) {
            continue;
        }
        flags &= word != "--";
        let name = word.split('=').next().unwrap_or_default();
        if flags && SECRET.contains(&name) {
            skip = !word.contains('=');
        } else {
            kept.push(word);
        }
    }
    kept
}

/// Whether the sheet is one of a folder or a glob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Many {
    /// It is.
    Yes,
    /// It was named by itself.
    No,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_kept_without_its_secrets() {
        let words = "rolo import a.csv --healthcheck https://h.example/k --to hq \
                     --on-failure=https://h.example/k --quiet --on-failure-not x -- --healthcheck";
        let kept = without_secrets(words.split_whitespace().map(str::to_owned));
        assert_eq!(
            kept.join(" "),
            "rolo import a.csv --to hq --quiet --on-failure-not x -- --healthcheck"
        );
    }
}
