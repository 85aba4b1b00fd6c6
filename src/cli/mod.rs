//! The command line: arguments in, exit code out. Only this module prints, and only it knows of clap and indicatif.
//! `args` are the words that come in, `view` those that go out, `command` has one file for each command, and `unattended`
//! is what a batch of sheets is run by. What a command does is done by the modules before this one.

mod args;
mod command;
mod connect;
mod exit;
mod failure;
mod interrupt;
mod ledger;
mod run_import;
mod text;
mod unattended;
mod view;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use args::{Arguments, Command};
use command::{
    apply, check, convert, explain, export, forget, map, migrate, plan, read_workbook, resume,
    retry, runs, sandbox, undo, vendors,
};
use exit::ExitKind;
use failure::Failure;

/// Runs the program and says how it ended.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // A reader that has gone away is no failure.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() {
                ExitKind::Usage as u8
            } else {
                0
            });
        }
    };
    match run(&arguments) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            let _ = write!(std::io::stderr(), "{}", failure.render());
            ExitCode::from(failure.kind as u8)
        }
    }
}

fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let common = &arguments.common;
    match &arguments.command {
        Command::Check(check) => check::run(check, common),
        Command::Import(import) => Ok(command::import::run(import, common)),
        Command::Plan(plan) => plan::run(plan, common),
        Command::Apply(apply) => apply::run(apply, common),
        Command::Convert(convert) => convert::run(convert, common),
        Command::Map(map) => map::run(map, common),
        Command::Migrate(migrate) => migrate::run(migrate, common),
        Command::Vendors(vendors) => vendors::run(vendors, common),
        Command::Explain(explain) => explain::run(explain, common),
        Command::Export(export) => export::run(export, common),
        Command::Sandbox(sandbox) => sandbox::run(sandbox),
        Command::Runs(runs) => runs::run(runs, common),
        Command::Resume(resume) => resume::run(resume, common),
        Command::Retry(retry) => retry::run(retry, common),
        Command::Undo(undo) => undo::run(undo, common),
        Command::Forget(forget) => forget::run(forget, common),
        Command::ReadWorkbook(workbook) => read_workbook::run(workbook),
    }
}
