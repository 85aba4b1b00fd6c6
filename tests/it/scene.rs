//! A folder with one target and a sheet of people: where most tests of what happens to a run begin.

use rolo::sandbox::Running;

use crate::workdir::{Said, Workdir, target, vendors};

pub(crate) const VENDORS: [&str; 5] = ["aalam", "allocloud", "covage", "orzame", "sonar"];

/// A folder whose target `there` is a sandbox of this vendor.
pub(crate) fn ready(vendor: &str) -> (Workdir, Running) {
    let (work, running) = (Workdir::new(), vendors("limit=off"));
    work.write("rolo.toml", target(&running, vendor));
    (work, running)
}

/// A sheet of so many people.
pub(crate) fn people(count: usize) -> String {
    let row = |n: usize| format!("K{n},Anne,Durand{n},a{n}@example.fr,+33 1 99 00 00 {n:02}\n");
    let rows: String = (0..count).map(row).collect();
    format!("Identifiant,Prénom,Nom,E-mail,Téléphone\n{rows}")
}

/// Runs a command; its document is on standard output, its report in `report`.
pub(crate) fn run(work: &Workdir, arguments: &[&str]) -> Said {
    let common = ["--output", "json", "--report", "report"];
    work.rolo(&[arguments, &common[..]].concat())
}

/// Imports `people.csv`.
pub(crate) fn import(work: &Workdir, more: &[&str]) -> Said {
    run(
        work,
        &[&["import", "people.csv", "--to", "there"], more].concat(),
    )
}

/// How many rows met a fate.
pub(crate) fn total(said: &Said, name: &str) -> u64 {
    said.json()["totals"][name]
        .as_u64()
        .unwrap_or_else(|| panic!("{name}: {said:?}"))
}
