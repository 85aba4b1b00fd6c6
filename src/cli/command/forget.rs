//! `rolo forget`: a person, erased from the ledger and from the reports that rolo wrote.

use std::collections::HashSet;

use serde_json::json;

use crate::cli::args::{Common, Forget, Output};
use crate::cli::failure::Failure;
use crate::cli::ledger::holding;
use crate::cli::view::screen::{self, Screen};
use crate::ledger::{Forgotten, Person, Reported, Run, Sought, Store};
use crate::model::{BookId, ContactKey, RemoteId};
use crate::report::kept::{self, PersonFilter};
use crate::report::{Closing, Head, Report, ReportRow, Timings};

/// Runs the command.
pub(crate) fn run(forget: &Forget, common: &Common) -> Result<u8, Failure> {
    let person = person(forget)?;
    let mut ledger = holding(None, common)?;
    let mut gone = ledger.forget(&Sought {
        person: Some(person.clone()),
        ..Sought::default()
    })?;
    let mut rewritten = 0;
    for report in ledger.reports()? {
        if !kept::is_of(&report.folder, report.run.id.as_str()) {
            continue;
        }
        let is_erased = gone.runs.iter().any(|run| run.id == report.run.id);
        if is_erased {
            rewrite(&*ledger, &report)?;
        } else if report.has_rows || !without(&person, &report, &mut gone.records)? {
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
    gone.links += ledger.forget(&sought)?.links;
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

/// Writes the report of a run whose rows were pruned anew without the person; whether the person was in it. Whose records
/// they were is added to `records`.
fn without(
    person: &Person,
    report: &Reported,
    records: &mut HashSet<(BookId, RemoteId)>,
) -> Result<bool, Failure> {
    let book = &report.run.about.book;
    let is_theirs = |entry: &ReportRow| match (&entry.remote, person) {
        (Some(id), _) if records.contains(&(book.clone(), RemoteId::new(id.clone()))) => true,
        // Which column held the key is not known any more; a row that has a record is known by that.
        (None, Person::Key(key)) => entry
            .cells
            .iter()
            .flatten()
            .any(|cell| *cell == key.as_str()),
        _ => person.is_told(&entry.cells, ""),
    };
    let meant = PersonFilter {
        row: &is_theirs,
        text: &|text| person.is_told(&[vec![text.to_owned()]], ""),
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

/// Who is meant; a value that means everybody means nobody.
fn person(forget: &Forget) -> Result<Person, Failure> {
    let key = forget
        .key
        .clone()
        .map(|key| Person::Key(ContactKey::new(key)));
    let email = forget.email.clone().map(Person::Email);
    let phone = forget.phone.clone().map(Person::Phone);
    let person = key.or(email).or(phone).filter(Person::is_telling);
    person.ok_or_else(|| {
        Failure::usage(
            "too little to identify a person",
            "give a whole e-mail address, a phone number of six digits or more, or a key",
        )
    })
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
fn rewrite(ledger: &dyn Store, Reported { run, folder, .. }: &Reported) -> Result<(), Failure> {
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
