//! The command line: arguments in, exit code out. Only this module prints, and only it knows of clap and
//! indicatif. One file for each command; what a command does is said by the modules before it.

mod aims;
mod alarm;
mod apply;
mod args;
mod arrival;
mod aside;
mod back;
mod came;
mod check;
mod config;
mod convert;
mod converted;
mod deadline;
mod decide;
mod desk;
mod diff;
mod documents;
mod explain;
mod export;
mod failure;
mod flags;
mod forecast;
mod forget;
mod guards;
mod import;
mod inbox;
mod interrupt;
mod looking;
mod map;
mod matrix;
mod metrics;
mod migrate;
mod mirror;
mod night;
mod nightly;
mod notify;
mod opened;
mod pairing;
mod past;
mod plan;
mod planning;
mod progress;
mod prune;
mod reach;
mod recall;
mod repeated;
mod resume;
mod running;
mod runs;
mod sandbox;
mod screen;
mod secret;
mod sending;
mod size;
mod spec;
mod sums;
mod target;
mod timing;
mod turn;
mod undo;
mod undoing;
mod vendors;
mod workbook;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use args::{Arguments, Command};
use failure::{Failure, Kind};

/// Runs the program and says how it ended.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // A reader that has gone away is no failure.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() {
                Kind::Usage as u8
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
        Command::Import(import) => Ok(nightly::run(import, common)),
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
        Command::Resume(resume) => resume::resume(resume, common),
        Command::Retry(retry) => resume::retry(retry, common),
        Command::Undo(undo) => undo::run(undo, common),
        Command::Forget(forget) => forget::run(forget, common),
        Command::ReadWorkbook(workbook) => workbook::run(workbook),
    }
}
