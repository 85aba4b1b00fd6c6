//! `rolo vendors`: the vendors, and what is known of one, with what is assumed marked as such.

use std::io::Write as _;

use serde_json::{Value, json};

use crate::backend::{
    Evidence, Profile, VENDORS, VendorEntry, describe, find, rules, target_in_toml,
};
use crate::cli::args::{Common, Output, Vendors};
use crate::cli::failure::Failure;
use crate::cli::text::pad;
use crate::cli::view::screen::{Screen, Tone, out};

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

fn show(screen: &mut Screen, entry: &VendorEntry) -> Result<(), Failure> {
    let Profile {
        name,
        about,
        aliases,
        ..
    } = entry.profile;
    let heading = screen.tone(Tone::Bold, name);
    screen.line(&heading)?;
    screen.line(about)?;
    if !aliases.is_empty() {
        screen.line(&format!("also known as {}", aliases.join(", ")))?;
    }
    section(screen, "A target in rolo.toml")?;
    for line in target_in_toml(entry.profile) {
        screen.line(&format!("  {line}"))?;
    }
    let Profile {
        rate, concurrency, ..
    } = entry.profile;
    let pace = format!("{rate} at most, {concurrency} in flight");
    let evidence = mark(entry.profile.rate_evidence);
    screen.line(&format!("\n  Pace: {pace} {evidence}"))?;
    let compared = entry.profile.listing.compared();
    screen.line(&format!("  Rows are compared with {compared}"))?;
    section(screen, "Operations")?;
    for operation in entry.profile.operations {
        let request = pad(operation.request, 56);
        screen.line(&format!(
            "  {} {request} {}",
            pad(operation.name, 16),
            mark(operation.evidence)
        ))?;
    }
    section(screen, "Fields it holds")?;
    for held in entry.profile.holds {
        screen.line(&format!(
            "  {} {}",
            pad(&held.field.to_string(), 28),
            held.at
        ))?;
    }
    section(screen, "Numbers, in this order; what is left over is lost")?;
    for slot in entry.profile.slots {
        screen.line(&format!("  {} {}", pad(slot.at, 28), slot.words()))?;
    }
    section(screen, "Company without a person")?;
    screen.line(&format!("  {}", entry.profile.company_only))?;
    section(screen, "Limits")?;
    for (what, known_from) in entry.profile.limits {
        screen.line(&format!("  {what} {}", mark(*known_from)))?;
    }
    section(screen, "Rules")?;
    for code in rules(entry)? {
        screen.line(&format!(
            "  {} {} {}",
            pad(code.id, 36),
            pad(code.severity.name(), 8),
            code.means
        ))?;
    }
    switches(screen, entry.profile)
}

fn section(screen: &mut Screen, title: &str) -> Result<(), Failure> {
    let heading = screen.tone(Tone::Bold, title);
    screen.line(&format!("\n{heading}"))?;
    Ok(())
}

fn mark(mark: Evidence) -> String {
    format!("[{}]", mark.name())
}

fn switches(screen: &mut Screen, profile: &Profile) -> Result<(), Failure> {
    section(
        screen,
        "Switches ([targets.NAME.switches], or --set NAME=VALUE)",
    )?;
    if profile.switches.is_empty() {
        screen.line("  none")?;
    }
    for switch in profile.switches {
        screen.line(&format!(
            "  {} = {} {}",
            switch.name,
            switch.choices_in_words(),
            mark(switch.evidence)
        ))?;
        screen.line(&format!("      {}", switch.help))?;
    }
    Ok(())
}
