//! Fills a run with steps: every row through the line and into the ledger, chunk by chunk, with the record that a
//! link leads to; then, when all rows are known, the records of the others are found, and each step is decided.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::failure::Failure;
use super::looking::Broken;
use super::mirror;
use super::opened::Opened;
use super::pairing;
use super::progress::Progress;
use super::repeated::duplicate;
use super::sums::Sums;
use super::target::{Reached, Target};
use crate::backend::Vendor;
use crate::engine::{Guards, Policy};
use crate::engine::{MatchIndex, Standing, WantedRow};
use crate::intake::{self, CheckedRow, Pipeline};
use crate::ledger::{Ledger as _, Sqlite};
use crate::mapping::Original;
use crate::model::{BookId, ContactKey, Diagnostic, Place, Region, RemoteId, RunId, ScopedKey};
use crate::normalize;
use crate::plan::{Action, CLEAR_IMPOSSIBLE, Compare, Known, MatchKey, Mode, Scope, Step, Trust};
use crate::transport::Halt;
use crate::upload::Ended;

pub(super) use super::sums::{Counts, words};

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
    fn holds(&self, checked: &CheckedRow, original: &Original) -> bool {
        match self {
            Self::All => true,
            Self::Some { keys, cells } => {
                let before = cells.get(&checked.row.number);
                let now = || original.rows(&checked.row, &checked.remarks).concat();
                keys.contains(&checked.key) || before.is_some_and(|before| is_same(before, &now()))
            }
        }
    }
}

/// Whether a row is the one that stood there, with something corrected: half of its values are the same.
fn is_same(before: &[String], now: &[String]) -> bool {
    let filled = before.iter().filter(|cell| !cell.trim().is_empty()).count();
    let kept = before.iter().zip(now).filter(|(old, new)| {
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
    pub(super) known: Option<&'a Sqlite>,
    pub(super) rows: &'a Rows,
    pub(super) policy: &'a Policy,
    pub(super) guards: &'a Guards,
    /// Stops where so many rows are too few; asked before the target is.
    pub(super) gate: &'a dyn Fn(u64) -> Result<(), Failure>,
    /// Whether the requests of the plan are shown before anything is sent.
    pub(super) shows: bool,
    /// The way to what the target holds.
    pub(super) reached: &'a Reached,
}

/// A plan in the making.
pub(super) struct Making<'a> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) into: &'a mut Sqlite,
    pub(super) run: &'a RunId,
    pub(super) progress: &'a Progress,
    pub(super) lookup: MatchIndex,
    pub(super) sums: Sums,
    pub(super) scope: Scope,
    /// The number of the next step.
    pub(super) number: u64,
    /// How many parents are still to be looked at before anything is made there.
    pub(super) looks: u64,
}

/// What was planned.
pub(super) struct Planned {
    /// The steps by action.
    pub(super) counts: Counts,
    /// How many requests they take.
    pub(super) requests: u64,
    /// Why the target could not be read: then the rows are not decided, and nothing of them may be sent.
    pub(super) halt: Option<Halt>,
}

impl Planned {
    /// The plan, if every row is decided.
    pub(super) fn whole(self) -> Result<Self, Failure> {
        match self.halt {
            None => Ok(self),
            Some(halt) => {
                let mut failure = Failure::from(halt);
                let hint = "--compare ledger plans by what was sent last, and reads nothing";
                failure.hints.push(hint.to_owned());
                Err(failure)
            }
        }
    }

    /// How a run ends that sends nothing.
    pub(super) fn ended(&self, reached: &Reached) -> Ended {
        match &self.halt {
            Some(halt) => Ended::of(halt.clone(), &reached.stop),
            None => Ended::Finished,
        }
    }
}

/// Plans the rows of the sheet into a run.
pub(super) fn plan(
    opened: &mut Opened,
    asked: &Asked<'_>,
    (into, run): (&mut Sqlite, &RunId),
    progress: &Progress,
) -> Result<Planned, Failure> {
    let mut making = Making {
        asked,
        into,
        run,
        progress,
        lookup: MatchIndex::new()?,
        sums: Sums::default(),
        scope: asked.policy.scope(asked.target.profile().listing),
        number: 0,
        looks: 0,
    };
    making.read(opened)?;
    (asked.gate)(making.number)?;
    let mut halt = match pairing::pair(&mut making) {
        Ok(()) => None,
        Err(Broken::Halted(halt)) => Some(halt),
        Err(Broken::Failed(failure)) => return Err(failure),
    };
    // Some rows of a sheet are no sheet: what they change, and what they lack, tells nothing.
    if halt.is_none() && matches!(asked.rows, Rows::All) {
        making.guard_updates()?;
        if asked.policy.mode == Mode::Mirror {
            mirror::mirror(&mut making)?;
        }
    }
    if asked.shows && halt.is_none() && asked.policy.compare != Some(Compare::Ledger) {
        halt = making.foresee()?;
    }
    let vendor = asked.target.vendor.as_ref();
    if let Some(words) = making.sums.losses(vendor.profile().name) {
        progress.say(&words);
    }
    Ok(Planned {
        counts: making.sums.counts().clone(),
        requests: making.sums.requests(vendor, making.looks),
        halt,
    })
}

impl Making<'_> {
    /// The ledger that knows what is linked already.
    pub(super) fn known(&self) -> &Sqlite {
        self.asked.known.unwrap_or(self.into)
    }

    pub(super) fn vendor(&self) -> &dyn Vendor {
        self.asked.target.vendor.as_ref()
    }

    /// Reads what updates are merged with, so that what they send can be shown; why it could not be read.
    fn foresee(&mut self) -> Result<Option<Halt>, Failure> {
        match self.read_what_is_merged() {
            Ok(()) => Ok(None),
            Err(Broken::Halted(halt)) => Ok(Some(halt)),
            Err(Broken::Failed(failure)) => Err(failure),
        }
    }

    /// Stops where too many of the records would change that rows were matched with.
    fn guard_updates(&self) -> Result<(), Failure> {
        let updates = self.sums.counts().get(Action::Update.name());
        let updates = updates.copied().unwrap_or_default();
        let matched = self.lookup.count_matched()?;
        self.asked.guards.updates(updates, matched)
    }

    /// Every row through the line.
    fn read(&mut self, opened: &mut Opened) -> Result<(), Failure> {
        let original = opened.mapping.original();
        let asked = self.asked;
        let line = Pipeline {
            mapping: opened.mapping.clone(),
            normalize: normalize::Options {
                region: asked.region.or(asked.target.region),
                as_is: asked.as_is,
            },
            vendors: vec![Arc::clone(&asked.target.vendor)],
            must_keep: asked.target.must_keep.clone(),
        };
        intake::run(&mut opened.source, &line, |mut chunk| {
            if asked.policy.clear_empty {
                for checked in &mut chunk {
                    clear(checked, &line);
                }
            }
            self.take(chunk, &original)
        })
    }

    /// Some rows of the sheet: a step for each that is meant, and a place in the look-up for each.
    fn take(&mut self, mut chunk: Vec<CheckedRow>, original: &Original) -> Result<(), Failure> {
        self.progress.add(chunk.len() as u64);
        let asked = self.asked;
        for checked in &mut chunk {
            self.rebase(checked);
        }
        let keys: Vec<ScopedKey> = chunk.iter().map(CheckedRow::scoped).collect();
        let known = self.known().known(asked.book, &keys)?;
        let trust = match self.scope {
            Scope::All => Trust::Nothing,
            Scope::New | Scope::Nothing => Trust::Links,
        };
        let mut earlier = self.same_persons(&chunk)?.into_iter();
        let mut steps = Vec::with_capacity(chunk.len());
        let mut wanted = Vec::with_capacity(chunk.len());
        for checked in chunk {
            let same_as = earlier.next().flatten();
            let mut row = self.row(&checked, &known);
            let repeats = checked
                .verdicts
                .first()
                .is_some_and(|verdict| verdict.repeats);
            if asked.rows.holds(&checked, original) {
                let step = Step::of(checked, self.number, (&known, trust), asked.book, original);
                let step = duplicate(step, same_as, asked.policy.duplicates);
                row.number = Some(self.number);
                row.standing = match standing(step.action) {
                    Standing::Linked if !known.links.contains_key(&row.scoped) => Standing::Named,
                    standing => standing,
                };
                self.number += 1;
                self.sums.add(&step, asked.target.vendor.as_ref());
                steps.push(step);
            }
            // A row that stands there twice is one contact.
            if !repeats {
                wanted.push(row);
            }
        }
        self.lookup.want(&wanted)?;
        Ok(self.into.add(self.run, &steps)?)
    }

    /// Takes the key of an export that was made when a parent was a part of the book for what it is now.
    fn rebase(&self, checked: &mut CheckedRow) {
        let own = checked.scoped().parent;
        for parent in own.iter().chain(self.asked.target.default_parent()) {
            let book = self.asked.book;
            checked.key = checked.key.rebased(book, &book.part(parent));
        }
    }

    /// A row as it is looked up, before anything is decided of it.
    fn row(&self, checked: &CheckedRow, known: &Known) -> WantedRow {
        let encoded = checked.verdicts.first().map(|verdict| &verdict.encoded);
        let scoped = checked.scoped();
        let link = known.links.get(&scoped).map(|link| link.remote.clone());
        let elsewhere = known.elsewhere.get(&scoped);
        let named = || -> Option<RemoteId> { checked.key.record_in(self.asked.book) };
        WantedRow {
            number: None,
            row: checked.row.number,
            remote: link.or_else(|| named().filter(|_| elsewhere.is_none())),
            elsewhere: elsewhere.map(|other| other.remote.clone()),
            scoped,
            standing: Standing::Apart,
            matches: encoded.map(MatchKey::of_row).unwrap_or_default(),
        }
    }
}

/// Lets empty cells take away what stands at the vendor, and says where they cannot.
fn clear(checked: &mut CheckedRow, line: &Pipeline) {
    let fields = line.mapping.empty_fields(&checked.row);
    for (vendor, verdict) in line.vendors.iter().zip(&mut checked.verdicts) {
        for field in vendor.clear(&mut verdict.encoded.payload, &fields) {
            let place = Place {
                row: checked.row.number,
                column: line.mapping.column_of(field),
            };
            let message = format!("{} cannot take a {field} away", vendor.profile().name);
            let remark = Diagnostic::new(&CLEAR_IMPOSSIBLE, place, Some(field), "", message);
            verdict.diagnostics.push(remark);
        }
    }
}

fn standing(action: Action) -> Standing {
    match action {
        Action::Create => Standing::Open,
        Action::Update => Standing::Linked,
        Action::Unchanged => Standing::Done,
        Action::Delete | Action::Skip | Action::Reject | Action::Doubt => Standing::Apart,
    }
}
