//! Checks a sheet against a vendor's rules and prints what is wrong with it, row by row. Nothing is sent.
//!
//! `cargo run --example check -- samples/messy.csv covage`

#![allow(clippy::print_stdout)] // An example prints.

use std::path::Path;
use std::sync::Arc;

use rolo::engine::{Account, Error, OpenedSheet, Reading};
use rolo::intake::{self, Pipeline};

fn main() -> Result<(), Error> {
    let mut words = std::env::args().skip(1);
    let file = words
        .next()
        .unwrap_or_else(|| "samples/messy.csv".to_owned());
    let vendor = words.next().unwrap_or_else(|| "covage".to_owned());
    let account = Account::at(&vendor, "https://vendor.example", "check")?;
    let mut sheet = OpenedSheet::open(Path::new(&file), &Reading::default(), None, None)?;
    let pipeline = Pipeline {
        mapping: sheet.mapping.clone(),
        normalize: rolo::normalize::Options::default(),
        vendors: vec![Arc::clone(&account.vendor)],
        must_keep: account.must_keep.clone(),
    };
    intake::run(
        &mut sheet.source,
        &pipeline,
        |rows| rows,
        |rows| {
            for row in rows {
                for problem in row.verdicts.iter().flat_map(|verdict| &verdict.diagnostics) {
                    println!("row {}: {}", row.row.number, problem.message);
                }
            }
            Ok(())
        },
    )
}
