//! Runs of a rolo that kept their command line and nothing else. It is parsed as it was given, without the variables of
//! today's shell; what cannot be understood is refused, since a run that is taken up by defaults is another run.

use std::ffi::OsString;

use clap::builder::Resettable;
use clap::{CommandFactory as _, FromArgMatches as _};

use super::spec::Asked;
use super::unattended::Many;
use super::{Arguments, Command};
use crate::cli::failure::Failure;
use crate::config::Targets;
use crate::engine::StateError;
use crate::ledger::Run;

/// What a run has to be known for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Its steps are sent, which stand in the ledger.
    Steps,
    /// Its sheet is read again.
    Sheet,
}

/// What a run was asked, by its command line; relative paths are those of the folder where it was given.
pub(crate) fn asked(run: &Run, targets: &Targets, need: Need) -> Result<Asked, Failure> {
    let given = &run.about.given;
    let arguments = parse(&given.arguments).map_err(|error| unknown(run, &error))?;
    let mut import = match arguments.command {
        Command::Import(import) => import,
        Command::Plan(plan) => plan.import,
        Command::Migrate(migrate) => {
            return Asked::of_migration(&migrate, targets, std::collections::BTreeMap::new());
        }
        _ => return Err(StateError::NoSheet(run.id.clone()).into()),
    };
    let reading = &mut import.reading;
    if reading.sheet_file.as_os_str() != "-" {
        reading.sheet_file = given.folder.join(&reading.sheet_file);
    }
    reading.mapping = reading
        .mapping
        .as_ref()
        .filter(|_| need == Need::Sheet)
        .map(|file| given.folder.join(file));
    Asked::of(&import, targets, Many::No)
}

/// Parses a command line as if no variable were set.
pub(crate) fn parse<T: Into<OsString> + Clone>(
    line: impl IntoIterator<Item = T>,
) -> Result<Arguments, clap::Error> {
    let matches = without_variables(Arguments::command()).try_get_matches_from(line)?;
    Arguments::from_arg_matches(&matches)
}

/// A command that reads no variables.
fn without_variables(command: clap::Command) -> clap::Command {
    command
        .mut_args(|arg| arg.env(Resettable::Reset))
        .mut_subcommands(without_variables)
}

fn unknown(run: &Run, error: &clap::Error) -> Failure {
    let text = error.to_string();
    let why = text.lines().next().unwrap_or_default();
    let why = why.strip_prefix("error: ").unwrap_or(why);
    let mut failure = Failure::usage(
        format!("what was asked of run {} is not known", run.id),
        "import the sheet again, with the flags that the run had: what was created stays linked",
    );
    failure.hints.insert(
        0,
        format!(
            "an earlier rolo kept the command line only, without what ROLO_* variables said, and this rolo cannot \
             read it: {why}"
        ),
    );
    failure
}
