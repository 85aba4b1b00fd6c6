//! Plans an import, saves the plan, shows the requests that it would send, and then sends exactly those.
//!
//! `cargo run --example plan_and_apply -- samples/contacts.csv`

#![allow(clippy::print_stdout)] // An example prints.

use std::path::PathBuf;

use rolo::backend::Credentials;
use rolo::engine::{
    Account, Import, ImportSpec, OpenedSheet, RunHandle, Sending, Session, Silent, apply,
    write_requests,
};
use rolo::ledger::{Memory, Store};
use rolo::sandbox::{self, SandboxOptions};
use rolo::upload::Promise;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "samples/contacts.csv".to_owned());
    let file = PathBuf::from(file);
    let sandbox = sandbox::start(SandboxOptions::default())?;
    let base_url = sandbox.base_url("covage");
    let account = Account::at("covage", &base_url, "sandbox")?;
    let mut credentials = Credentials::default();
    for (name, value) in sandbox::credentials("covage") {
        credentials.set(name, *value);
    }
    let session = Session::connect(&account, &base_url, credentials)?;
    let spec = ImportSpec::of_sheet(file.clone(), &account);
    let ledger: Box<dyn Store> = Box::new(Memory::new());

    let mut sheet = OpenedSheet::open(&file, &spec.reading, None, None)?;
    let import = Import::of(&spec, &sheet, (&account, &session), &Silent)?;
    let (mut ledger, plan) = import.save(&mut sheet, ledger)?;
    let out = (
        &mut std::io::stdout() as &mut dyn std::io::Write,
        account.rate,
    );
    let estimate = write_requests(&account, &*ledger, &plan.run, out)?;
    println!("{} requests, {:?}", estimate.requests, estimate.time());

    let saved = ledger.run(plan.run.as_str())?;
    let lease = ledger.resume(&saved)?;
    let handle = RunHandle {
        ledger,
        lease,
        account: &account,
        session: &session,
        host: &Silent,
    };
    let sending = Sending {
        promise: Promise::Binding,
        ..Sending::of(&spec.delivery)
    };
    let (ledger, summary) = apply(handle, &saved, &spec.policy, &sending)?;
    println!(
        "{:?}: {:?}",
        summary.ended,
        ledger.run(summary.run.as_str())?.totals
    );
    Ok(())
}
