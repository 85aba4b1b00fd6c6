//! `rolo vendors`: the vendors, and what is known of one, with what is assumed marked as such.

use std::collections::BTreeMap;
use std::io::Write as _;

use serde_json::{Value, json};

use crate::backend::{
    BaseUrl, Choices, Evidence, Listing, Parent, Profile, Secrecy, Settings, Slot, Switch, VENDORS,
    VendorEntry, find,
};
use crate::cli::args::{Common, Output, Vendors};
use crate::cli::failure::Failure;
use crate::cli::text::pad;
use crate::cli::view::screen::{Screen, Tone};
use crate::model::Code;

/// Runs the command.
pub(crate) fn run(vendors: &Vendors, common: &Common) -> Result<u8, Failure> {
    let chosen: Vec<&VendorEntry> = match &vendors.vendor {
        None => VENDORS.iter().collect(),
        Some(name) => vec![find(name).ok_or_else(|| unknown(name))?],
    };
    if common.output == Output::Json {
        let list: Result<Vec<Value>, Failure> =
            chosen.iter().map(|entry| document(entry)).collect();
        writeln!(
            crate::cli::view::screen::out(),
            "{:#}",
            json!({"version": 1, "vendors": list?})
        )?;
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
    target(screen, entry.profile)?;
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

/// The codes that can be raised for the vendor: its own, and those of the rules that it shares.
fn rules(entry: &VendorEntry) -> Result<Vec<&'static Code>, Failure> {
    let vendor = (entry.build)(Settings::resolve(entry.profile, &BTreeMap::new())?);
    let mut codes = entry.codes.to_vec();
    let across = vendor.across();
    let shared = vendor.rules().iter().flat_map(|rule| rule.codes());
    for code in shared.chain(across.iter().flat_map(|rule| rule.codes())) {
        if !codes.iter().any(|known| known.id == code.id) {
            codes.push(code);
        }
    }
    Ok(codes)
}

/// What rows are compared with, unless that is said.
fn compared(profile: &Profile) -> &'static str {
    match profile.listing {
        Listing::Whole => "the target: its list holds every contact",
        Listing::EachContact => {
            "the ledger, and rows without a link with the target: a request for each contact there"
        }
        Listing::EachParent => {
            "the ledger, and rows without a link with the target: a request for each of their parents"
        }
    }
}

fn section(screen: &mut Screen, title: &str) -> Result<(), Failure> {
    let heading = screen.tone(Tone::Bold, title);
    screen.line(&format!("\n{heading}"))?;
    Ok(())
}

fn mark(mark: Evidence) -> String {
    format!("[{}]", mark.name())
}

/// A target as `rolo.toml` would hold it, and the pace.
fn target(screen: &mut Screen, profile: &Profile) -> Result<(), Failure> {
    section(screen, "A target in rolo.toml")?;
    screen.line("  [targets.NAME]")?;
    screen.line(&format!("  vendor = \"{}\"", profile.id))?;
    match profile.base_url {
        BaseUrl::Fixed(url) => screen.line(&format!("  # base_url = \"{url}\""))?,
        BaseUrl::PerAccount(shape) => screen.line(&format!("  # base_url = \"{shape}\""))?,
        BaseUrl::Required(shape) => screen.line(&format!("  base_url = \"{shape}\""))?,
    }
    for (n, alternative) in profile.credentials.iter().enumerate() {
        if n > 0 {
            screen.line("  # or")?;
        }
        for credential in *alternative {
            let value = match credential.secret {
                Secrecy::Plain => "\"…\"",
                Secrecy::Secret => "{ env = \"…\" }",
            };
            screen.line(&format!("  {} = {value}", credential.name))?;
        }
    }
    if let Parent::Required(what) = profile.parent {
        screen.line(&format!(
            "  parent = \"…\"  # {what}, for rows that name none"
        ))?;
    }
    for option in profile.options {
        screen.line(&format!(
            "  {} = \"{}\"  # {}",
            option.name, option.default, option.help
        ))?;
    }
    let pace = format!(
        "{} at most, {} in flight",
        profile.rate, profile.concurrency
    );
    screen.line(&format!("\n  Pace: {pace} {}", mark(profile.rate_evidence)))?;
    screen.line(&format!("  Rows are compared with {}", compared(profile)))?;
    Ok(())
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
        let choices = choices(switch);
        screen.line(&format!(
            "  {} = {choices} {}",
            switch.name,
            mark(switch.evidence)
        ))?;
        screen.line(&format!("      {}", switch.help))?;
    }
    Ok(())
}

/// The values of a switch, the default first and marked.
fn choices(switch: &Switch) -> String {
    match switch.choices {
        Choices::OneOf(words) => {
            let default = format!("{} (default)", switch.default);
            let others = words.iter().filter(|word| **word != switch.default);
            std::iter::once(default.as_str())
                .chain(others.copied())
                .collect::<Vec<_>>()
                .join(" | ")
        }
        Choices::Text => format!("`{}` (default), or another text", switch.default),
        Choices::Number(most) => format!("{} (default), or up to {most}", switch.default),
        Choices::Numbers => format!(
            "`{}` (default), or numbers separated by commas",
            switch.default
        ),
    }
}

fn document(entry: &VendorEntry) -> Result<Value, Failure> {
    let profile = entry.profile;
    let switch = |switch: &Switch| {
        let choices = match switch.choices {
            Choices::OneOf(words) => json!(words),
            Choices::Text => json!("text"),
            Choices::Number(most) => json!({"from": 1, "to": most}),
            Choices::Numbers => json!("numbers"),
        };
        json!({"name": switch.name, "choices": choices, "default": switch.default, "help": switch.help, "source": switch.evidence.name()})
    };
    let operation = |operation: &crate::backend::Operation| json!({"name": operation.name, "request": operation.request, "source": operation.evidence.name()});
    let limit = |(what, mark): &(&str, Evidence)| json!({"what": what, "source": mark.name()});
    let slot = |slot: &Slot| json!({"at": slot.at, "takes": slot.words()});
    let credentials = |list: &&[crate::backend::Credential]| {
        list.iter()
            .map(|credential| credential.name)
            .collect::<Vec<_>>()
    };
    let rule = |code: &&crate::model::Code| json!({"code": code.id, "severity": code.severity, "means": code.means});
    Ok(json!({
        "id": profile.id,
        "aliases": profile.aliases,
        "name": profile.name,
        "about": profile.about,
        "credentials": profile.credentials.iter().map(credentials).collect::<Vec<_>>(),
        "rate": profile.rate.to_string(),
        "rate_source": profile.rate_evidence.name(),
        "concurrency": profile.concurrency,
        "operations": profile.operations.iter().map(operation).collect::<Vec<_>>(),
        "fields": profile.holds.iter().map(|held| (held.field.to_string(), Value::from(held.at))).collect::<serde_json::Map<_, _>>(),
        "slots": profile.slots.iter().map(slot).collect::<Vec<_>>(),
        "company_only": profile.company_only,
        "limits": profile.limits.iter().map(limit).collect::<Vec<_>>(),
        "rules": rules(entry)?.iter().map(rule).collect::<Vec<_>>(),
        "options": profile.options.iter().map(switch).collect::<Vec<_>>(),
        "switches": profile.switches.iter().map(switch).collect::<Vec<_>>(),
    }))
}
