//! What a nightly import costs by the number of rows: the same sheet is imported into an empty sandbox, then once more with
//! `--compare ledger`, and with `--compare target`, which reads all that is there; both find every row unchanged. Beside
//! them stands what `rolo check` takes for the sheet. The time of a row must not grow with the number of rows: `x` is that
//! time beside the time of a row of the smallest sheet. The sandbox is in the same process, so memory is not told here.
//!
//! `cargo bench --bench compare -- covage 10000 30000` runs one vendor, and other numbers of rows.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use rolo::backend::{Parent, VENDORS, VendorEntry};

const ROWS: [u32; 3] = [10_000, 30_000, 100_000];

fn write_rows(path: &Path, rows: u32) -> io::Result<()> {
    let mut out = BufWriter::new(std::fs::File::create(path)?);
    writeln!(out, "Identifiant,Prénom,Nom,E-mail,Téléphone")?;
    for n in 0..rows {
        let number = n % 10_000;
        writeln!(
            out,
            "K{n},Anne,Durand{n},a{n}@example.fr,+33 1 99 00 {:02} {:02}",
            number / 100,
            number % 100
        )?;
    }
    out.flush()
}

/// Imports the sheet in this folder; how many seconds it took.
fn import(folder: &Path, entry: &VendorEntry, more: &[&str]) -> f64 {
    let profile = entry.profile;
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolo"));
    let to = format!("sandbox:{}", profile.id);
    command.args(["import", "sheet.csv", "--to", &to, "--report", "report"]);
    command.args(["--rate", "100000/s", "--quiet"]).args(more);
    if profile.parent != Parent::None {
        command.args(["--parent", "7"]);
    }
    command.current_dir(folder).env("XDG_STATE_HOME", folder);
    let began = Instant::now();
    let output = command.output().expect("the program starts");
    let took = began.elapsed().as_secs_f64();
    assert!(
        output.status.success(),
        "{}: {}",
        profile.id,
        String::from_utf8_lossy(&output.stderr)
    );
    took
}

/// Checks the sheet in this folder, with a report; how many seconds it took.
fn check(folder: &Path, entry: &VendorEntry) -> f64 {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolo"));
    command.args(["check", "sheet.csv", "--for", entry.profile.id]);
    command
        .args(["--report", "checked", "--quiet"])
        .current_dir(folder);
    let began = Instant::now();
    let output = command.output().expect("the program starts");
    assert!(output.status.code().is_some(), "{output:?}");
    began.elapsed().as_secs_f64()
}

fn compare(entry: &VendorEntry, sizes: &[u32]) {
    let mut smallest = None;
    for &rows in sizes {
        let folder = tempfile::tempdir().expect("a folder");
        write_rows(&folder.path().join("sheet.csv"), rows).expect("written");
        let made = import(folder.path(), entry, &[]);
        let ledger = import(folder.path(), entry, &["--compare", "ledger"]);
        let target = import(folder.path(), entry, &["--compare", "target"]);
        let check = check(folder.path(), entry);
        let each = [made, ledger, target].map(|seconds| seconds * 1e6 / f64::from(rows));
        let first = *smallest.get_or_insert(each);
        let grown: Vec<f64> = each
            .iter()
            .zip(first)
            .map(|(now, then)| now / then)
            .collect();
        println!(
            "{:10} {rows:7} rows: check {check:.2} s; import {made:.2} s, {:.0} µs a row ({:.1} x); again, ledger \
             {ledger:.2} s ({:.1} x), {:.1} times the check; again, target {target:.2} s ({:.1} x), {:.1} times the check",
            entry.profile.id,
            each[0],
            grown[0],
            grown[1],
            ledger / check,
            grown[2],
            target / check,
        );
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let sizes: Vec<u32> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let sizes = if sizes.is_empty() { &ROWS[..] } else { &sizes };
    let named = |entry: &&VendorEntry| words.iter().any(|word| word == entry.profile.id);
    let all = !VENDORS.iter().any(|entry| named(&entry));
    for entry in VENDORS.iter().filter(|entry| all || named(entry)) {
        compare(entry, sizes);
    }
}
