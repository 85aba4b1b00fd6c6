//! One row of a report, and what is said of it.

use crate::ledger::Settled;
use crate::model::RemoteId;
use crate::plan::{Fate, Lost, Remark};

/// One row and what became of it.
#[derive(Clone, Debug)]
pub struct ReportRow {
    /// The row's number in its sheet.
    pub row: u64,
    /// What became of it.
    pub fate: Fate,
    /// The vendor's id of the record.
    pub remote: Option<String>,
    /// What is to be said about it.
    pub remarks: Vec<Remark>,
    /// The vendor's words, or ours.
    pub message: Option<String>,
    /// What the vendor cannot hold of it.
    pub lost: Vec<Lost>,
    /// The cells of its rows as they were read, in the original columns, secrets left out: one row, or several that are
    /// one contact.
    pub cells: Vec<Vec<String>>,
}

impl From<Settled> for ReportRow {
    fn from(settled: Settled) -> Self {
        let Settled {
            step,
            fate,
            message,
            ..
        } = settled;
        Self {
            row: step.row,
            fate,
            remote: step.remote.map(RemoteId::into_string),
            remarks: step.remarks,
            message,
            lost: step.lost,
            cells: step.cells,
        }
    }
}

impl ReportRow {
    /// Everything said about the row, on one line.
    pub fn words(&self) -> String {
        let mut words: Vec<String> = self.remarks.iter().map(said).collect();
        words.extend(self.message.clone());
        words.retain(|words| !words.is_empty());
        words.join("; ")
    }

    /// The codes of the remarks, each once.
    pub fn codes(&self) -> Vec<&str> {
        let mut codes: Vec<&str> = Vec::new();
        for remark in &self.remarks {
            if !codes.contains(&remark.code.as_str()) {
                codes.push(&remark.code);
            }
        }
        codes
    }
}

fn said(remark: &Remark) -> String {
    let place = remark
        .column
        .as_ref()
        .map(|column| format!("{column}{}: ", remark.row));
    let found = if remark.found.is_empty() {
        String::new()
    } else {
        format!(" `{}`", remark.found)
    };
    let right = remark
        .suggestion
        .as_ref()
        .map(|right| format!(" (perhaps `{right}`)"));
    let (place, right) = (place.unwrap_or_default(), right.unwrap_or_default());
    format!("{place}{}{found}{right}", remark.message)
}
