//! Fills a run with steps: every row through the line, paired with what the ledger knows, chunk by chunk.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::failure::Failure;
use super::opened::Opened;
use super::progress::Progress;
use super::target::Target;
use crate::intake::{self, Checked, Line};
use crate::ledger::{Ledger, Sqlite};
use crate::model::{BookId, ContactKey, Region, RunId};
use crate::normalize;
use crate::plan::{Action, KEY_REUSED, Step, is_another};
use crate::sheet::Row;

/// What a plan holds, by action.
pub(super) type Counts = BTreeMap<&'static str, u64>;

/// Which rows of the sheet are meant.
pub(super) enum Rows {
    /// All.
    All,
    /// Those with these keys, and those that still stand in these rows, corrected.
    Some {
        /// Keys of contacts.
        keys: HashSet<ContactKey>,
        /// Rows of a sheet without a key column, with what stood there.
        cells: HashMap<u64, Vec<String>>,
    },
}

impl Rows {
    fn holds(&self, checked: &Checked) -> bool {
        match self {
            Self::All => true,
            Self::Some { keys, cells } => {
                let before = cells.get(&checked.row.number);
                keys.contains(&checked.key)
                    || before.is_some_and(|before| is_same(before, &checked.row))
            }
        }
    }
}

/// Whether a row is the one that stood there, with something corrected: half of its values are the same.
fn is_same(before: &[String], row: &Row) -> bool {
    let filled = before.iter().filter(|cell| !cell.trim().is_empty()).count();
    let kept = before.iter().zip(row.cells()).filter(|(old, new)| {
        let (old, new) = (old.trim(), new.trim());
        !old.is_empty() && old == new
    });
    filled > 0 && kept.count() * 2 >= filled
}

/// What is to be planned, and by what.
pub(super) struct Asked<'a> {
    pub(super) target: &'a Target,
    pub(super) region: Option<Region>,
    /// Whether what a spreadsheet broke is left as it is.
    pub(super) as_is: bool,
    pub(super) book: &'a BookId,
    /// Who is asked what is linked already; without it, the ledger that the plan goes to.
    pub(super) known: Option<&'a dyn Ledger>,
    pub(super) rows: &'a Rows,
    pub(super) keys: Keys,
}

/// Whether a key may mean somebody else than it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keys {
    /// A key means one person for ever.
    MeanOne,
    /// A key may be given to somebody else.
    MayMove,
}

/// Whether a step would turn a record into somebody else's.
fn means_another(step: &Step, ledger: &Sqlite, book: &BookId) -> Result<bool, Failure> {
    let (Action::Update, Some(remote), Some(after)) = (step.action, &step.remote, &step.payload)
    else {
        return Ok(false);
    };
    let before = ledger.last_sent(book, remote)?;
    Ok(before.is_some_and(|before| is_another(&before, after)))
}

/// Plans the rows of the sheet into a run.
pub(super) fn plan(
    opened: &mut Opened,
    asked: &Asked<'_>,
    (into, run): (&mut Sqlite, &RunId),
    progress: &Progress,
) -> Result<Counts, Failure> {
    let secret = opened.secret_columns();
    let line = Line {
        mapping: opened.mapping.clone(),
        normalize: normalize::Options {
            region: asked.region.or(asked.target.region),
            as_is: asked.as_is,
        },
        vendors: vec![Arc::clone(&asked.target.vendor)],
        must_keep: asked.target.must_keep.clone(),
    };
    let mut counts = Counts::new();
    let mut lost = Lost::default();
    let mut number = 0;
    intake::run(&mut opened.source, &line, |mut chunk| {
        progress.add(chunk.len() as u64);
        chunk.retain(|checked| asked.rows.holds(checked));
        let keys: Vec<ContactKey> = chunk.iter().map(|checked| checked.key.clone()).collect();
        let known = match asked.known {
            Some(ledger) => ledger.known(asked.book, &keys)?,
            None => into.known(asked.book, &keys)?,
        };
        let mut steps = Vec::with_capacity(chunk.len());
        for checked in chunk {
            let mut step = Step::of(checked, number, &known, asked.book, &secret);
            if asked.keys == Keys::MeanOne && means_another(&step, into, asked.book)? {
                let message = "the key is that of another person in an earlier import";
                step = step.rejected(&KEY_REUSED, message);
            }
            if step.action.is_sent() {
                lost.see(&step);
            }
            *counts.entry(step.action.name()).or_default() += 1;
            number += 1;
            steps.push(step);
        }
        into.add(run, &steps)?;
        Ok::<(), Failure>(())
    })?;
    if let Some(words) = lost.words(asked.target.profile().name) {
        progress.say(&words);
    }
    Ok(counts)
}

/// What the rows that will be sent lose, by family of fields; summed before anything is sent.
#[derive(Default)]
struct Lost(BTreeMap<String, u64>);

impl Lost {
    fn see(&mut self, step: &Step) {
        for lost in &step.lost {
            *self.0.entry(lost.family().to_owned()).or_default() += 1;
        }
    }

    fn words(&self, vendor: &str) -> Option<String> {
        let parts: Vec<String> = self
            .0
            .iter()
            .map(|(field, count)| format!("{field} {count}"))
            .collect();
        (!parts.is_empty()).then(|| {
            let list = parts.join(", ");
            format!("note: {vendor} cannot hold some values: {list}; --fail-on-loss rejects rows that lose them")
        })
    }
}

/// The counts in words: `10 to create, 1 unchanged`.
pub(super) fn words(counts: &Counts) -> String {
    let word = |action: &str| match action {
        "create" => "to create".to_owned(),
        "update" => "to update".to_owned(),
        "delete" => "to delete".to_owned(),
        "skip" => "skipped".to_owned(),
        "reject" => "rejected".to_owned(),
        "doubt" => "in doubt".to_owned(),
        other => other.to_owned(),
    };
    let parts: Vec<String> = counts
        .iter()
        .map(|(action, rows)| format!("{rows} {}", word(action)))
        .collect();
    if parts.is_empty() {
        "nothing to do".to_owned()
    } else {
        parts.join(", ")
    }
}
