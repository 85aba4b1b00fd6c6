//! Imports a sheet into a vendor's sandbox on this machine, twice: the second time, nothing is left to do.
//!
//! `cargo run --example import_to_sandbox -- samples/contacts.csv covage`

#![allow(clippy::print_stdout)] // An example prints.

use std::path::PathBuf;

use rolo::backend::Credentials;
use rolo::engine::{Account, Import, ImportSpec, OpenedSheet, Sending, Session, Silent};
use rolo::ledger::{Sqlite, Store};
use rolo::sandbox::{self, SandboxOptions};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let file = PathBuf::from(
        words
            .next()
            .unwrap_or_else(|| "samples/contacts.csv".to_owned()),
    );
    let vendor = words.next().unwrap_or_else(|| "covage".to_owned());
    let sandbox = sandbox::start(SandboxOptions::default())?;
    let base_url = sandbox.base_url(&vendor);
    let account = Account::at(&vendor, &base_url, "sandbox")?;
    let mut credentials = Credentials::default();
    for (name, value) in sandbox::credentials(&vendor) {
        credentials.set(name, *value);
    }
    let session = Session::connect(&account, &base_url, credentials)?;
    let spec = ImportSpec::of_sheet(file.clone(), &account);
    let folder = tempfile::tempdir()?;
    let mut ledger: Box<dyn Store> = Box::new(Sqlite::open(&folder.path().join("ledger.sqlite3"))?);
    for time in ["first", "second"] {
        let mut sheet = OpenedSheet::open(&file, &spec.reading, None, None)?;
        let import = Import::of(&spec, &sheet, (&account, &session), &Silent)?;
        let done = import.run(&mut sheet, ledger, &Sending::of(&spec.delivery))?;
        println!("{time}: {:?}", done.counts);
        ledger = done.ledger;
    }
    println!("{} records", sandbox.records(&vendor).len());
    Ok(())
}
