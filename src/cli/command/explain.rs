//! `rolo explain`: what a code means and what to do about it.

use std::io::Write as _;

use serde_json::json;

use crate::cli::args::{Common, Explain, Output};
use crate::cli::failure::Failure;
use crate::cli::text::pad;
use crate::cli::view::screen::Screen;
use crate::model::Code;

/// Every code that can stand in a report, by name.
pub(crate) fn codes() -> Vec<&'static Code> {
    let line = crate::sheet::CODES
        .iter()
        .chain(crate::mapping::CODES)
        .chain(crate::normalize::CODES)
        .chain(crate::validate::CODES)
        .chain(crate::plan::CODES)
        .copied();
    let mut codes: Vec<&'static Code> = line.chain(crate::backend::codes()).collect();
    codes.sort_by_key(|code| code.id);
    codes.dedup_by_key(|code| code.id);
    codes
}

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
        writeln!(
            crate::cli::view::screen::out(),
            "{:#}",
            json!({"version": 1, "codes": list})
        )?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_explained_and_named_alike() {
        let codes = codes();
        assert!(codes.len() > 20, "{}", codes.len());
        for code in codes {
            let Code {
                id, means, help, ..
            } = code;
            assert!(means.len() > 20 && help.len() > 5, "{id}");
            assert!(
                means.ends_with('.') && !help.ends_with('.'),
                "{id}: a sentence, and a hint"
            );
            let letters = |c: char| c.is_ascii_lowercase() || "-_.".contains(c);
            assert!(
                id.chars().all(letters) && id.matches('.').count() == 1,
                "{id}"
            );
        }
    }
}
