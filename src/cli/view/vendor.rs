//! What is known of a vendor, as a person sees it, with what is assumed marked as such.

use super::screen::{Screen, Tone};
use crate::backend::{Evidence, Profile, VendorEntry, rules, target_in_toml};
use crate::cli::failure::Failure;
use crate::cli::text::pad;

/// Shows all that is known of a vendor.
pub(crate) fn show(screen: &mut Screen, entry: &VendorEntry) -> Result<(), Failure> {
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
