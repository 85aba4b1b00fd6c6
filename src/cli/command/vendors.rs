//! `rolo vendors`: the vendors, and what is known of one, with what is assumed marked as such.

use std::io::Write as _;

use serde_json::{Value, json};

use crate::backend::{VENDORS, VendorEntry, describe, find};
use crate::cli::args::{Common, Output, Vendors};
use crate::cli::failure::Failure;
use crate::cli::text::pad;
use crate::cli::view::screen::{Screen, out};
use crate::cli::view::vendor::show;

/// Runs the command.
pub(crate) fn run(vendors: &Vendors, common: &Common) -> Result<u8, Failure> {
    let chosen: Vec<&VendorEntry> = match &vendors.vendor {
        None => VENDORS.iter().collect(),
        Some(name) => vec![find(name).ok_or_else(|| unknown(name))?],
    };
    if common.output == Output::Json {
        let list: Result<Vec<Value>, _> = chosen.iter().map(|entry| describe(entry)).collect();
        writeln!(out(), "{:#}", json!({"version": 1, "vendors": list?}))?;
        return Ok(0);
    }
    let mut screen = Screen::stdout();
    match (&vendors.vendor, chosen.as_slice()) {
        (Some(_), [entry]) => show(&mut screen, entry)?,
        _ => list(&mut screen)?,
    }
    screen.flush()?;
    Ok(0)
}

fn unknown(name: &str) -> Failure {
    let ids: Vec<&str> = VENDORS.iter().map(|entry| entry.profile.id).collect();
    Failure::usage(
        format!("there is no vendor `{name}`"),
        format!("the vendors are {}", ids.join(", ")),
    )
}

fn list(screen: &mut Screen) -> Result<(), Failure> {
    for VendorEntry { profile, .. } in VENDORS {
        let pace = format!("{} ({})", profile.rate, profile.rate_evidence.name());
        screen.line(&format!(
            "{} {} {}",
            pad(profile.id, 10),
            pad(&pace, 24),
            profile.about
        ))?;
    }
    screen.line("\n`rolo vendors VENDOR` tells what is known of one")?;
    Ok(())
}
