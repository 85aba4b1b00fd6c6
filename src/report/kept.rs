//! A report that was written, once more: read, written anew without a person, or deleted. It is needed where the ledger has
//! no rows of the run any more. A folder is touched only where its summary names the run: another may have written there
//! since.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter};
use std::path::Path;

use serde::Deserialize;

use super::columns::COLUMNS;
use super::folder::Report;
use super::format::close;
use super::head::{Closing, Head, Timings};
use super::row::{LostValue, ReportRow};
use super::tally::{ProblemGroup, Tally};
use crate::plan::{Fate, Remark, Totals};
use crate::sheet::{CsvTable, read_table};

/// The files that a report may have, the summary last: while it is there, it is known whose report it is.
const FILES: [&str; 5] = ["results.csv", "report.html", REQUESTS, MAP, "summary.json"];
/// What a plan would send.
const REQUESTS: &str = "requests.ndjson";
/// Which record became which in a migration.
const MAP: &str = "map.csv";
/// What stands in the place of words that tell of whoever was forgotten.
const FORGOTTEN: &str = "forgotten";

/// What a summary says that its rows do not.
#[derive(Default, Deserialize)]
#[serde(default)]
struct KeptSummary {
    run: Option<String>,
    totals: Totals,
    problems: Vec<ProblemGroup>,
    losses: BTreeMap<String, u64>,
    stopped: Option<String>,
    exit_code: u8,
    timings: Timings,
}

fn summary(folder: &Path) -> io::Result<KeptSummary> {
    let file = BufReader::new(File::open(folder.join("summary.json"))?);
    Ok(serde_json::from_reader(file)?)
}

/// Whether a folder holds the report of this run.
pub fn is_of(folder: &Path, run: &str) -> bool {
    let named = summary(folder).ok().and_then(|summary| summary.run);
    named.as_deref() == Some(run)
}

/// Hands on the rows of a report as far as `results.csv` tells them. Which words belong to which code it does not tell:
/// they are the message.
pub fn each_entry(
    folder: &Path,
    each: &mut dyn FnMut(ReportRow<'static>) -> io::Result<()>,
) -> io::Result<()> {
    let mut open: Option<ReportRow<'static>> = None;
    let mut is_header = true;
    let file = BufReader::new(File::open(folder.join("results.csv"))?);
    read_table(file, &mut |cells| {
        if std::mem::take(&mut is_header) {
            return Ok(());
        }
        let (ours, own) = cells.split_at(COLUMNS.len().min(cells.len()));
        if let Some(next) = entry(ours, own) {
            return open.replace(next).map_or(Ok(()), &mut *each);
        }
        // A further row of the contact before.
        if let Some(before) = &mut open {
            before.cells.push(owned(own));
        }
        Ok(())
    })?;
    open.map_or(Ok(()), each)
}

fn entry(ours: &[String], own: &[String]) -> Option<ReportRow<'static>> {
    let [row, fate, id, codes, words, lost] = ours else {
        return None;
    };
    let row = row.parse().ok()?;
    let text = |text: &String| (!text.is_empty()).then(|| text.clone().into());
    Some(ReportRow {
        row,
        fate: Fate::named(fate)?,
        remote: text(id),
        remarks: codes
            .split_whitespace()
            .map(|code| remark(code, row))
            .collect(),
        message: text(words),
        lost: losses(lost),
        cells: vec![owned(own)],
    })
}

fn owned(cells: &[String]) -> Vec<Cow<'static, str>> {
    cells.iter().map(|cell| cell.clone().into()).collect()
}

/// A code; the words that belong to it stand with the others.
fn remark(code: &str, row: u64) -> Remark {
    Remark {
        code: code.to_owned().into(),
        severity: crate::model::Severity::Note,
        row,
        column: None,
        field: None,
        found: String::new(),
        message: Cow::default(),
        help: Cow::default(),
        suggestion: None,
    }
}

/// What is lost, of `name=value; name=value`; a value may hold a semicolon.
fn losses(text: &str) -> Vec<LostValue<'static>> {
    let mut lost: Vec<LostValue<'static>> = Vec::new();
    for part in text.split("; ").filter(|part| !part.is_empty()) {
        match (part.split_once('='), lost.last_mut()) {
            (Some((name, value)), _) => lost.push(LostValue {
                field: name.to_owned().into(),
                name: None,
                value: value.to_owned().into(),
            }),
            (None, Some(before)) => {
                let value = before.value.to_mut();
                value.push_str("; ");
                value.push_str(part);
            }
            (None, None) => {}
        }
    }
    lost
}

/// Who is to be forgotten in a report.
pub struct PersonFilter<'a> {
    /// Whether a row is about the person.
    pub row: &'a dyn Fn(&ReportRow<'_>) -> bool,
    /// Whether a text tells of the person.
    pub text: &'a dyn Fn(&str) -> bool,
}

/// Writes a report anew without a person; returns the records of the rows that were about the person, one for each row,
/// and touches nothing where there is no such row.
pub fn without(
    folder: &Path,
    head: &Head,
    meant: &PersonFilter<'_>,
) -> io::Result<Vec<Option<String>>> {
    let (mut records, mut said) = (Vec::new(), Vec::new());
    each_entry(folder, &mut |entry| {
        if (meant.row)(&entry) {
            said.extend(entry.message.clone());
            records.push(entry.remote.map(Cow::into_owned));
        }
        Ok(())
    })?;
    if records.is_empty() {
        return Ok(records);
    }
    let mut summary = summary(folder)?;
    for group in &mut summary.problems {
        let is_alone = group.rows == 1
            && said
                .iter()
                .any(|words| words.contains(group.message.as_str()));
        if is_alone || (meant.text)(&group.message) {
            FORGOTTEN.clone_into(&mut group.message);
        }
    }
    if let Some(words) = summary.stopped.as_mut()
        && (meant.text)(words)
    {
        FORGOTTEN.clone_into(words);
    }
    let tally = Tally::kept(summary.problems, summary.losses);
    let mut report = Report::again(folder, head, tally)?;
    each_entry(folder, &mut |entry| {
        let is_meant = (meant.row)(&entry);
        report.add(&if is_meant { blank(&entry) } else { entry })
    })?;
    report.finish(&Closing {
        totals: summary.totals,
        timings: summary.timings,
        exit_code: summary.exit_code,
        stopped: summary.stopped,
    })?;
    Ok(records)
}

/// A row of which only stands that it was there.
fn blank(entry: &ReportRow<'_>) -> ReportRow<'static> {
    ReportRow {
        row: entry.row,
        fate: entry.fate,
        remote: None,
        remarks: Cow::default(),
        message: None,
        lost: Vec::new(),
        cells: Vec::new(),
    }
}

/// Takes out of a report what stands beside its rows: the requests of a plan, which are others now, and the lines of a
/// migration's map that lead to these records.
pub fn strip(folder: &Path, records: &BTreeSet<String>) -> io::Result<()> {
    remove(&folder.join(REQUESTS))?;
    let map = folder.join(MAP);
    if !is_file(&map) {
        return Ok(());
    }
    let mut kept: Vec<Vec<String>> = Vec::new();
    read_table(BufReader::new(File::open(&map)?), &mut |cells| {
        if !cells.iter().any(|cell| records.contains(cell)) {
            kept.push(cells);
        }
        Ok(())
    })?;
    let Some((header, rows)) = kept.split_first() else {
        return Ok(());
    };
    let draft = tempfile::NamedTempFile::new_in(folder)?;
    let header = header.iter().map(String::as_str);
    let mut table = CsvTable::new(BufWriter::new(draft.reopen()?), header)?;
    for row in rows {
        table.row(row.iter().map(String::as_str))?;
    }
    close(table.finish()?)?;
    draft.persist(&map)?;
    Ok(())
}

/// Deletes a report: its files, and the folder if nothing else is in it. Nothing is followed that is a link.
pub fn delete(folder: &Path) -> io::Result<()> {
    for name in FILES {
        remove(&folder.join(name))?;
    }
    match fs::remove_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => Err(error),
        _ => Ok(()),
    }
}

/// Whether a folder is one, and no link to one.
pub fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.is_dir())
}

/// Whether a file is one, and no link to one.
fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.is_file())
}

fn remove(path: &Path) -> io::Result<()> {
    if is_file(path) {
        fs::remove_file(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_is_read_as_it_was_written() {
        let text = "phone.fax=+33 1; Badge=a; b=c; note=x; y";
        let written: Vec<String> = losses(text)
            .iter()
            .map(|lost| format!("{}={}", lost.field, lost.value))
            .collect();
        assert_eq!(written.join("; "), text);
        assert_eq!(losses("").len(), 0);
    }
}
