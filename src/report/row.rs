//! One row of a report, and what is said of it. It borrows: of most rows nothing is kept when they are written.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::backend::Loss;
use crate::ledger::Settled;
use crate::plan::{Fate, Remark};
use crate::wire::DamagedList;

/// One row and what became of it.
#[derive(Clone, Debug)]
pub struct ReportRow<'a> {
    /// The row's number in its sheet.
    pub row: u64,
    /// What became of it.
    pub fate: Fate,
    /// The vendor's id of the record.
    pub remote: Option<Cow<'a, str>>,
    /// What is to be said about it.
    pub remarks: Cow<'a, [Remark]>,
    /// The vendor's words, or ours.
    pub message: Option<Cow<'a, str>>,
    /// What the vendor cannot hold of it.
    pub lost: Vec<LostValue<'a>>,
    /// The cells of its rows as they were read, in the original columns, secrets left out: one row, or several that are
    /// one contact.
    pub cells: Vec<Vec<Cow<'a, str>>>,
}

/// A value that finds no place at the vendor.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct LostValue<'a> {
    /// The field's name.
    #[serde(borrow)]
    pub field: Cow<'a, str>,
    /// The column's name, for a value that no field claims.
    #[serde(default)]
    pub name: Option<Cow<'a, str>>,
    /// The value.
    #[serde(borrow)]
    pub value: Cow<'a, str>,
}

impl LostValue<'_> {
    /// What a person calls it: the column's name, else the field's.
    pub fn called(&self) -> &str {
        self.name.as_ref().unwrap_or(&self.field)
    }
}

impl<'a> From<Loss<'a>> for LostValue<'a> {
    fn from(loss: Loss<'a>) -> Self {
        Self {
            field: loss.field.name().into(),
            name: loss.name,
            value: loss.value,
        }
    }
}

/// A text that borrows of what it is read from, where it can.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> ReportRow<'a> {
    /// The row of a step of a run.
    pub fn of(settled: &'a Settled) -> Result<Self, DamagedList> {
        let Settled {
            step,
            fate,
            message,
            ..
        } = settled;
        let cells: Vec<Vec<Borrowed<'a>>> = step.cells.read_as()?;
        let bare = |cells: Vec<Borrowed<'a>>| cells.into_iter().map(|cell| cell.0).collect();
        Ok(Self {
            row: step.row,
            fate: *fate,
            remote: step.remote.as_ref().map(|id| id.as_str().into()),
            remarks: step.remarks.read()?.into(),
            message: message.as_deref().map(Cow::Borrowed),
            lost: step.lost.read_as()?,
            cells: cells.into_iter().map(bare).collect(),
        })
    }
}

/// Bytes that most of what is said of a row fits into.
const USUAL: usize = 128;

impl ReportRow<'_> {
    /// Everything said about the row, on one line.
    pub fn words(&self) -> String {
        if self.remarks.is_empty() && self.message.is_none() {
            return String::new();
        }
        let mut words = String::with_capacity(USUAL);
        for remark in self.remarks.iter() {
            add(&mut words, |words| say(words, remark));
        }
        if let Some(message) = &self.message {
            add(&mut words, |words| words.push_str(message));
        }
        words
    }

    /// The codes of the remarks, each once.
    pub fn codes(&self) -> Vec<&str> {
        let mut codes: Vec<&str> = Vec::new();
        for remark in self.remarks.iter() {
            if !codes.contains(&&*remark.code) {
                codes.push(&remark.code);
            }
        }
        codes
    }
}

/// Adds what is said, if anything is, behind what was said before.
fn add(words: &mut String, say: impl FnOnce(&mut String)) {
    let before = words.len();
    if before > 0 {
        words.push_str("; ");
    }
    let start = words.len();
    say(words);
    if words.len() == start {
        words.truncate(before);
    }
}

fn say(words: &mut String, remark: &Remark) {
    if let Some(column) = &remark.column {
        words.push_str(column);
        // A text takes whatever is written to it.
        let _ = write!(words, "{}: ", remark.row);
    }
    words.push_str(&remark.message);
    if !remark.found.is_empty() {
        words.push_str(" `");
        words.push_str(&remark.found);
        words.push('`');
    }
    if let Some(right) = &remark.suggestion {
        words.extend([" (perhaps `", right, "`)"]);
    }
}
