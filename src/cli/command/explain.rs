//! `rolo explain`: what a code means and what to do about it.

use std::io::Write as _;

use serde_json::json;

use crate::cli::args::{Common, Explain, Output};
use crate::cli::failure::Failure;
use crate::cli::text::pad;
use crate::cli::view::screen::{Screen, out};
use crate::model::Code;
use crate::report::codes;

/// Runs the command.
pub(crate) fn run(explain: &Explain, common: &Common) -> Result<u8, Failure> {
    let codes = codes();
    let wanted: Vec<&Code> = match &explain.code {
        None => codes,
        Some(name) => match codes.iter().find(|code| code.id == name.trim()) {
            Some(code) => vec![*code],
            None => return Err(unknown(name, &codes)),
        },
    };
    if common.output == Output::Json {
        let list: Vec<_> = wanted
            .iter()
            .map(|code| json!({"code": code.id, "severity": code.severity, "means": code.means, "help": code.help}))
            .collect();
        writeln!(out(), "{:#}", json!({"version": 1, "codes": list}))?;
        return Ok(0);
    }
    let mut screen = Screen::stdout();
    for code in &wanted {
        if explain.code.is_some() {
            screen.line(&format!("{} ({})", code.id, code.severity.name()))?;
            screen.line(&format!("\n{}", code.means))?;
            screen.line(&format!("\nWhat to do: {}", code.help))?;
        } else {
            screen.line(&format!("{} {}", pad(code.id, 36), code.severity.name()))?;
        }
    }
    screen.flush()?;
    Ok(0)
}

fn unknown(name: &str, codes: &[&Code]) -> Failure {
    let family = name.split('.').next().unwrap_or_default();
    let near: Vec<&str> = codes
        .iter()
        .map(|code| code.id)
        .filter(|id| id.split('.').next() == Some(family))
        .collect();
    let hint = if near.is_empty() {
        "`rolo explain` lists every code".to_owned()
    } else {
        format!("there are {}", near.join(", "))
    };
    Failure::usage(format!("there is no code `{name}`"), hint)
}
