//! Fills a run with steps: every row through the line, paired with what the ledger knows, chunk by chunk.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::failure::Failure;
use super::opened::Opened;
use super::progress::Progress;
use super::target::Target;
use crate::intake::{self, Checked, Line};
use crate::ledger::{Ledger, Sqlite};
use crate::model::{BookId, ContactKey, Region, RunId};
use crate::normalize;
use crate::plan::Step;

/// What a plan holds, by action.
pub(super) type Counts = BTreeMap<&'static str, u64>;

/// Which rows of the sheet are meant.
pub(super) enum Rows {
    /// All.
    All,
    /// Those with these keys, and those that stand in these rows.
    Some {
        /// Keys of contacts.
        keys: HashSet<ContactKey>,
        /// Numbers of rows.
        numbers: HashSet<u64>,
    },
}

impl Rows {
    fn holds(&self, checked: &Checked) -> bool {
        match self {
            Self::All => true,
            Self::Some { keys, numbers } => {
                keys.contains(&checked.key) || numbers.contains(&checked.row.number)
            }
        }
    }
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
            let step = Step::of(checked, number, &known, &secret);
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
