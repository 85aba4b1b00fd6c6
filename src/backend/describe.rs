//! A vendor's profile as it is told: as a document for a program, and in the words of its parts for a person.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::profile::{BaseUrl, Credential, Listing, Operation, Parent, Profile, Secrecy};
use super::settings::{BadSetting, Settings};
use super::slot::Slot;
use super::switch::{Choices, Evidence, Switch};
use super::vendor::VendorEntry;
use crate::model::Code;

/// The codes that can be raised for the vendor: its own, and those of the rules that it shares.
pub fn rules(entry: &VendorEntry) -> Result<Vec<&'static Code>, BadSetting> {
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

impl Listing {
    /// What rows are compared with, unless that is said.
    pub fn compared(self) -> &'static str {
        match self {
            Self::Whole => "the target: its list holds every contact",
            Self::EachContact => {
                "the ledger, and rows without a link with the target: a request for each contact there"
            }
            Self::EachParent => {
                "the ledger, and rows without a link with the target: a request for each of their parents"
            }
        }
    }
}

impl Switch {
    /// Its values, the default first and marked.
    pub fn choices_in_words(&self) -> String {
        match self.choices {
            Choices::OneOf(words) => {
                let default = format!("{} (default)", self.default);
                let others = words.iter().filter(|word| **word != self.default);
                std::iter::once(default.as_str())
                    .chain(others.copied())
                    .collect::<Vec<_>>()
                    .join(" | ")
            }
            Choices::Text => format!("`{}` (default), or another text", self.default),
            Choices::Number(most) => format!("{} (default), or up to {most}", self.default),
            Choices::Numbers => format!(
                "`{}` (default), or numbers separated by commas",
                self.default
            ),
        }
    }
}

/// A target as `rolo.toml` would hold it, line by line.
pub fn target_in_toml(profile: &Profile) -> Vec<String> {
    let mut lines = Vec::new();
    lines.push("[targets.NAME]".to_owned());
    lines.push(format!("vendor = \"{}\"", profile.id));
    match profile.base_url {
        BaseUrl::Fixed(url) => lines.push(format!("# base_url = \"{url}\"")),
        BaseUrl::PerAccount(shape) => lines.push(format!("# base_url = \"{shape}\"")),
        BaseUrl::Required(shape) => lines.push(format!("base_url = \"{shape}\"")),
    }
    for (n, alternative) in profile.credentials.iter().enumerate() {
        if n > 0 {
            lines.push("# or".to_owned());
        }
        for credential in *alternative {
            let value = match credential.secret {
                Secrecy::Plain => "\"…\"",
                Secrecy::Secret => "{ env = \"…\" }",
            };
            lines.push(format!("{} = {value}", credential.name));
        }
    }
    if let Parent::Required(what) = profile.parent {
        lines.push(format!("parent = \"…\"  # {what}, for rows that name none"));
    }
    for option in profile.options {
        lines.push(format!(
            "{} = \"{}\"  # {}",
            option.name, option.default, option.help
        ));
    }
    lines
}

/// All that is known of a vendor, as JSON.
pub fn describe(entry: &VendorEntry) -> Result<Value, BadSetting> {
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
    let operation = |operation: &Operation| json!({"name": operation.name, "request": operation.request, "source": operation.evidence.name()});
    let limit = |(what, mark): &(&str, Evidence)| json!({"what": what, "source": mark.name()});
    let slot = |slot: &Slot| json!({"at": slot.at, "takes": slot.words()});
    let credentials = |list: &&[Credential]| {
        list.iter()
            .map(|credential| credential.name)
            .collect::<Vec<_>>()
    };
    let rule =
        |code: &&Code| json!({"code": code.id, "severity": code.severity, "means": code.means});
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
