//! `rolo import`: one sheet, or those of a folder or a glob, as nobody may be watching.

use crate::cli::args::{Common, ImportArgs};
use crate::cli::unattended;

/// Runs the command, and says what failed.
pub(crate) fn run(import: &ImportArgs, common: &Common) -> u8 {
    unattended::run(import, common)
}
