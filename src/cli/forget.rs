//! `rolo forget`: a person, erased from the ledger and from the reports that rolo wrote.

use std::path::Path;

use serde_json::json;

use super::args::{Common, Forget, Output};
use super::failure::Failure;
use super::resume::ledger;
use super::screen::{self, Screen};
use crate::ledger::{Ledger as _, Run, Sqlite};
use crate::plan::Step;
use crate::report::{Closing, Entry, Head, Report, Timings};

/// Runs the command.
pub(super) fn run(forget: &Forget, common: &Common) -> Result<u8, Failure> {
    demand_telling(forget)?;
    let mut ledger = ledger(common, None)?;
    let (runs, rows) = ledger.forget(&|step| is_meant(forget, step))?;
    let mut rewritten = 0;
    for run in &runs {
        if let Some(folder) = run.report.as_deref().filter(|folder| folder.exists()) {
            rewrite(&ledger, run, folder)?;
            rewritten += 1;
        }
    }
    if common.output == Output::Json {
        let document = json!({
            "version": 1, "rows": rows, "runs": runs.iter().map(|run| &run.id).collect::<Vec<_>>(),
            "reports": rewritten,
        });
        screen::print(&document.to_string())?;
        return Ok(0);
    }
    let mut screen = if common.quiet {
        Screen::dark()
    } else {
        Screen::stdout()
    };
    screen.line(&format!(
        "{rows} rows of {} runs were erased, and {rewritten} reports written anew",
        runs.len()
    ))?;
    screen.line(
        "not touched: the vendors' records, the sheets, and reports that no run stands behind (checks, dry runs, \
         pruned runs); a later import of the person makes a new record",
    )?;
    screen.flush()?;
    Ok(0)
}

/// A value that means everybody means nobody.
fn demand_telling(forget: &Forget) -> Result<(), Failure> {
    let email = forget
        .email
        .as_deref()
        .map(|email| email.trim().contains('@'));
    let phone = forget
        .phone
        .as_deref()
        .map(|phone| !telling_digits(phone).is_empty());
    let key = forget.key.as_deref().map(|key| !key.trim().is_empty());
    if [email, phone, key].contains(&Some(false)) {
        return Err(Failure::usage(
            "that tells nobody apart",
            "give a whole e-mail address, a phone number of six digits or more, or a key",
        ));
    }
    Ok(())
}

/// Whether a row is about whoever is to be forgotten.
fn is_meant(forget: &Forget, step: &Step) -> bool {
    let payload = step
        .payload
        .as_ref()
        .map(crate::vendor::Payload::text)
        .unwrap_or_default();
    if let Some(key) = &forget.key {
        return step.key.0 == *key;
    }
    if let Some(email) = &forget.email {
        let email = email.trim().to_lowercase();
        return step
            .cells
            .iter()
            .flatten()
            .any(|cell| holds_word(&cell.to_lowercase(), &email))
            || holds_word(&payload.to_lowercase(), &email);
    }
    let Some(phone) = forget.phone.as_deref().map(telling_digits) else {
        return false;
    };
    !phone.is_empty()
        && (step
            .cells
            .iter()
            .flatten()
            .any(|cell| telling_digits(cell).ends_with(&phone))
            || payload
                .split('"')
                .any(|text| telling_digits(text).ends_with(&phone)))
}

/// Whether a text holds an address that is not a part of a longer one.
fn holds_word(text: &str, word: &str) -> bool {
    let inner = |c: char| c.is_alphanumeric() || "._%+-@".contains(c);
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(inner) && !after.is_some_and(inner)
    })
}

/// The digits of a number that do not depend on how it is written: the last nine; none for a short one.
fn telling_digits(text: &str) -> String {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 6 {
        String::new()
    } else {
        digits[digits.len().saturating_sub(9)..].iter().collect()
    }
}

/// Writes a report anew from the ledger, without whoever was erased.
fn rewrite(ledger: &Sqlite, run: &Run, folder: &Path) -> Result<(), Failure> {
    let about = &run.about;
    let head = Head {
        run: Some(run.id.0.clone()),
        command: about.command.clone(),
        target: about.target.clone(),
        vendor: about.vendor.clone(),
        source: about.source.clone(),
        headers: about.headers.clone(),
    };
    let mut report = Report::begin(folder, &head)?;
    let mut broken = None;
    ledger.each_step(&run.id, &mut |settled| {
        if let Err(error) = report.add(&Entry::from(settled)) {
            broken.get_or_insert(error);
        }
        Ok(())
    })?;
    if let Some(error) = broken {
        return Err(error.into());
    }
    let (began, ended) = (run.began.clone(), run.ended.clone().unwrap_or_default());
    report.finish(&Closing {
        totals: run.totals,
        timings: Timings {
            began,
            ended,
            ..Timings::default()
        },
        exit_code: run.exit_code.unwrap_or_default(),
        stopped: None,
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        let wanted = telling_digits("+33 1 99 00 12 34");
        for written in ["01 99 00 12 34", "0033199001234", "+33(0)1.99.00.12.34"] {
            assert_eq!(telling_digits(written), wanted, "{written}");
        }
        assert_ne!(telling_digits("01 99 00 12 35"), wanted);
        assert_eq!(telling_digits("12 34"), "");
    }

    #[test]
    fn an_address_is_not_a_part_of_a_longer_one() {
        assert!(holds_word("anne <a@example.fr>", "a@example.fr"));
        for other in ["aa@example.fr", "a@example.fr.example", "x.a@example.fr"] {
            assert!(!holds_word(other, "a@example.fr"), "{other}");
        }
    }
}
