//! Fills a run with steps: every row through the line, paired with what the ledger knows, chunk by chunk.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::failure::Failure;
use super::opened::Opened;
use super::progress::Progress;
use super::target::Target;
use crate::intake::{self, Line};
use crate::ledger::Ledger;
use crate::model::{BookId, ContactKey, Region, RunId};
use crate::normalize;
use crate::plan::Step;

/// What a plan holds, by action.
pub(super) type Counts = BTreeMap<&'static str, u64>;

/// Plans every row of the sheet: `known` is asked what is linked already, `run` of `into` gets the steps.
pub(super) fn plan<B: Ledger>(
    opened: &mut Opened,
    target: &Target,
    region: Option<Region>,
    book: &BookId,
    known: Option<&dyn Ledger>,
    (into, run): (&mut B, &RunId),
    progress: &Progress,
) -> Result<Counts, Failure> {
    let secret = opened.secret_columns();
    let line = Line {
        mapping: opened.mapping.clone(),
        normalize: normalize::Options {
            region: region.or(target.region),
        },
        vendors: vec![Arc::clone(&target.vendor)],
        must_keep: target.must_keep.clone(),
    };
    let mut counts = Counts::new();
    let mut lost = Lost::default();
    let mut number = 0;
    intake::run(&mut opened.source, &line, |chunk| {
        let keys: Vec<ContactKey> = chunk.iter().map(|checked| checked.key.clone()).collect();
        let known = match known {
            Some(ledger) => ledger.known(book, &keys)?,
            None => into.known(book, &keys)?,
        };
        progress.add(chunk.len() as u64);
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
    if let Some(words) = lost.words(target.profile().name) {
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
