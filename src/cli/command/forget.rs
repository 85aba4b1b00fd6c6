//! `rolo forget`: a person, erased from the ledger and from the reports that rolo wrote.

use std::collections::HashSet;

use serde_json::json;

use crate::cli::args::{Common, Forget, Output};
use crate::cli::failure::Failure;
use crate::cli::ledger::holding;
use crate::cli::view::screen::{self, Screen};
use crate::ledger::{Forgotten, Ledger as _, Reported, Run, Sought, Sqlite};
use crate::model::{BookId, ContactKey, Identity, RemoteId};
use crate::plan::{IdentityDigest, Step};
use crate::report::kept::{self, PersonFilter};
use crate::report::{Closing, Head, Report, ReportRow, Timings};

/// Runs the command.
pub(crate) fn run(forget: &Forget, common: &Common) -> Result<u8, Failure> {
    demand_telling(forget)?;
    let mut ledger = holding(None, common)?;
    let mut gone = ledger.forget_person(&|step| is_meant(forget, step), &sought(forget))?;
    let mut rewritten = 0;
    for report in ledger.reports()? {
        if !kept::is_of(&report.folder, report.run.id.as_str()) {
            continue;
        }
        let is_erased = gone.runs.iter().any(|run| run.id == report.run.id);
        if is_erased {
            rewrite(&ledger, &report)?;
        } else if report.has_rows || !without(forget, &report, &mut gone.records)? {
            continue;
        }
        strip(&report, &gone.records)?;
        rewritten += 1;
    }
    // What a report told of a person whose rows were pruned, the links may not have.
    let sought = Sought {
        records: std::mem::take(&mut gone.records),
        ..Sought::default()
    };
    gone.links += ledger.forget_person(&|_| false, &sought)?.links;
    tell(&gone, rewritten, common)
}

fn tell(gone: &Forgotten, rewritten: u64, common: &Common) -> Result<u8, Failure> {
    let Forgotten {
        runs, rows, links, ..
    } = gone;
    if common.output == Output::Json {
        let document = json!({
            "version": 1, "rows": rows, "runs": runs.iter().map(|run| &run.id).collect::<Vec<_>>(),
            "links": links, "reports": rewritten,
        });
        screen::print(&document.to_string())?;
        return Ok(0);
    }
    let mut screen = Screen::unless_quiet(common);
    screen.line(&format!(
        "{rows} rows of {} runs were erased, and {rewritten} reports written anew",
        runs.len()
    ))?;
    if *links > 0 {
        screen.line(&format!(
            "{links} links that outlived their rows were erased"
        ))?;
    }
    screen.line(
        "not touched: the vendors' records, the sheets, and reports that no run stands behind (checks, dry runs) or that \
         were moved; a later import of the person makes a new record",
    )?;
    screen.flush()?;
    Ok(0)
}

/// Who is meant, where only links tell of the person.
fn sought(forget: &Forget) -> Sought {
    let lower = |email: &String| email.trim().to_lowercase();
    let identity = Identity {
        emails: forget.email.iter().map(lower).collect(),
        phones: forget.phone.as_deref().map_or(Vec::new(), |phone| {
            let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
            let abroad = digits.strip_prefix("00").map(|number| format!("+{number}"));
            let international = abroad.unwrap_or_else(|| format!("+{digits}"));
            vec![international, digits]
        }),
        ..Identity::default()
    };
    Sought {
        key: forget.key.clone().map(ContactKey::new),
        identity: IdentityDigest::of(&identity),
        ..Sought::default()
    }
}

/// Writes the report of a run whose rows were pruned anew without the person; whether the person was in it. Whose records
/// they were is added to `records`.
fn without(
    forget: &Forget,
    report: &Reported,
    records: &mut HashSet<(BookId, RemoteId)>,
) -> Result<bool, Failure> {
    let book = &report.run.about.book;
    let is_theirs = |entry: &ReportRow| match (&entry.remote, &forget.key) {
        (Some(id), _) if records.contains(&(book.clone(), RemoteId::new(id.clone()))) => true,
        // Which column held the key is not known any more; a row that has a record is known by that.
        (None, Some(key)) => entry.cells.iter().flatten().any(|cell| cell == key),
        _ => is_told(forget, &entry.cells, ""),
    };
    let meant = PersonFilter {
        row: &is_theirs,
        text: &|text| is_told(forget, &[vec![text.to_owned()]], ""),
    };
    let found = kept::without(&report.folder, &head(&report.run), &meant)?;
    let is_there = !found.is_empty();
    let ids = found.into_iter().flatten();
    records.extend(ids.map(|id| (book.clone(), RemoteId::new(id))));
    Ok(is_there)
}

/// Takes out of a report what stands beside its rows and tells of these records.
fn strip(report: &Reported, records: &HashSet<(BookId, RemoteId)>) -> Result<(), Failure> {
    let own = records
        .iter()
        .filter(|(book, _)| *book == report.run.about.book);
    let ids = own.map(|(_, id)| id.as_str().to_owned()).collect();
    Ok(kept::strip(&report.folder, &ids)?)
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
            "too little to identify a person",
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
        .map(crate::backend::Payload::text)
        .unwrap_or_default();
    match &forget.key {
        Some(key) => step.key.as_str() == *key,
        None => is_told(forget, &step.cells, &payload),
    }
}

/// Whether cells, or a payload, tell of an address or a number that is to be forgotten.
fn is_told(forget: &Forget, cells: &[Vec<String>], payload: &str) -> bool {
    let mut cells = cells.iter().flatten();
    if let Some(email) = &forget.email {
        let email = email.trim().to_lowercase();
        return cells.any(|cell| holds_word(&cell.to_lowercase(), &email))
            || holds_word(&payload.to_lowercase(), &email);
    }
    let Some(phone) = forget.phone.as_deref().map(telling_digits) else {
        return false;
    };
    let ends = |text: &str| telling_digits(text).ends_with(&phone);
    !phone.is_empty() && (cells.any(|cell| ends(cell)) || payload.split('"').any(ends))
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

fn head(run: &Run) -> Head {
    let about = &run.about;
    Head {
        run: Some(run.id.as_str().to_owned()),
        command: about.command.clone(),
        target: about.target.clone(),
        vendor: about.vendor.clone(),
        source: about.source.clone(),
        headers: about.headers.clone(),
    }
}

/// Writes a report anew from the ledger, without whoever was erased.
fn rewrite(ledger: &Sqlite, Reported { run, folder, .. }: &Reported) -> Result<(), Failure> {
    let mut report = Report::begin(folder, &head(run))?;
    let mut broken = None;
    ledger.each_step(&run.id, &mut |settled| {
        if let Err(error) = report.add(&ReportRow::from(settled)) {
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
