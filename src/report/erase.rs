//! A person, erased: from the ledger, and from the reports that runs have written.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::error::ReportError;
use super::head::{Closing, Head, Timings};
use super::kept::{self, PersonFilter};
use super::of_run::ReportOfRun;
use super::row::ReportRow;
use crate::ledger::{Person, Reported, Sought, Store};
use crate::model::{BookId, RemoteId, RunId};

/// What was erased of a person.
#[derive(Clone, Debug, Default)]
pub struct Erasure {
    /// How many rows.
    pub rows: u64,
    /// The runs that held them.
    pub runs: Vec<RunId>,
    /// How many links that outlived their rows.
    pub links: u64,
    /// How many reports were written anew.
    pub reports: u64,
}

impl Erasure {
    /// The same as JSON.
    pub fn document(&self) -> Value {
        json!({
            "version": 1, "rows": self.rows, "runs": self.runs, "links": self.links, "reports": self.reports,
        })
    }
}

/// Erases a person from the ledger and from every report that a run of it wrote and that still stands.
pub fn forget(ledger: &mut dyn Store, person: &Person) -> Result<Erasure, ReportError> {
    let mut gone = ledger.forget(&Sought {
        person: Some(person.clone()),
        ..Sought::default()
    })?;
    let mut reports = 0;
    for report in ledger.reports()? {
        if !kept::is_of(&report.folder, report.run.id.as_str()) {
            continue;
        }
        let is_erased = gone.runs.iter().any(|run| run.id == report.run.id);
        if is_erased {
            rewrite(ledger, &report)?;
        } else if report.has_rows || !without(person, &report, &mut gone.records)? {
            continue;
        }
        strip(&report, &gone.records)?;
        reports += 1;
    }
    // What a report told of a person whose rows were pruned, the links may not have.
    let sought = Sought {
        records: std::mem::take(&mut gone.records),
        ..Sought::default()
    };
    let links = gone.links + ledger.forget(&sought)?.links;
    Ok(Erasure {
        rows: gone.rows,
        runs: gone.runs.into_iter().map(|run| run.id).collect(),
        links,
        reports,
    })
}

/// Writes the report of a run whose rows were pruned anew without the person; whether the person was in it. Whose records
/// they were is added to `records`.
fn without(
    person: &Person,
    report: &Reported,
    records: &mut HashSet<(BookId, RemoteId)>,
) -> Result<bool, ReportError> {
    let book = &report.run.about.book;
    let is_theirs = |entry: &ReportRow<'_>| match (&entry.remote, person) {
        (Some(id), _) if records.contains(&(book.clone(), RemoteId::new(&**id))) => true,
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
    let found = kept::without(
        &report.folder,
        &Head::of_run(&report.run.id, &report.run.about),
        &meant,
    )?;
    let is_there = !found.is_empty();
    let ids = found.into_iter().flatten();
    records.extend(ids.map(|id| (book.clone(), RemoteId::new(id))));
    Ok(is_there)
}

/// Takes out of a report what stands beside its rows and tells of these records.
fn strip(report: &Reported, records: &HashSet<(BookId, RemoteId)>) -> Result<(), ReportError> {
    let own = records
        .iter()
        .filter(|(book, _)| *book == report.run.about.book);
    let ids = own.map(|(_, id)| id.as_str().to_owned()).collect();
    Ok(kept::strip(&report.folder, &ids)?)
}

/// Writes a report anew from the ledger, without whoever was erased.
fn rewrite(ledger: &dyn Store, Reported { run, folder, .. }: &Reported) -> Result<(), ReportError> {
    let written = ReportOfRun::read(ledger, &run.id, &run.about, folder, None)?;
    let (began, ended) = (run.began.clone(), run.ended.clone().unwrap_or_default());
    written.report.finish(&Closing {
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
