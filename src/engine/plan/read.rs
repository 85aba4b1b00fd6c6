//! The first half of a plan: every row through the line and into the ledger, with what a link says of it, and into the
//! index by which records are found.

use std::sync::Arc;

use super::builder::PlanBuilder;
use super::duplicates::duplicate;
use super::read_row::{DraftMaker, ReadRow};
use crate::engine::error::Error;
use crate::engine::host::Event;
use crate::engine::index::{Standing, WantedRow};
use crate::engine::sheet::OpenedSheet;
use crate::intake::{self, CheckedRow, Pipeline};
use crate::model::{Diagnostic, Place, RemoteId, ScopedKey};
use crate::normalize;
use crate::plan::{Action, CLEAR_IMPOSSIBLE, Known, Mode, RowWorth, Scope, Step, Trust};
use crate::transport::Transport;

/// Rows whose links are looked up, and whose steps are kept, in one transaction each.
const GROUP: usize = 1024;

impl<L: Transport> PlanBuilder<'_, L> {
    /// Every row through the line.
    pub(super) fn read(&mut self, sheet: &mut OpenedSheet) -> Result<(), Error> {
        let (account, reading) = (self.request.account, &self.request.spec.reading);
        let line = Pipeline {
            mapping: sheet.mapping.clone(),
            normalize: normalize::Options {
                region: reading.region.or(account.region),
                as_is: reading.no_repair,
            },
            vendors: vec![Arc::clone(&account.vendor)],
            must_keep: account.must_keep.clone(),
        };
        let reader = DraftMaker {
            account,
            rows: self.request.rows,
            original: sheet.mapping.original(),
            // A mirror asks more of the records than what they say.
            compares: self.scope == Scope::All && self.policy().mode != Mode::Mirror,
        };
        let clears = self.policy().clear_empty;
        let read = |mut checked: CheckedRow| {
            if clears {
                clear(&mut checked, &line);
            }
            reader.read(checked)
        };
        let make = |chunk: Vec<CheckedRow>| chunk.into_iter().filter_map(read).collect::<Vec<_>>();
        let mut waiting: Vec<ReadRow> = Vec::with_capacity(GROUP);
        intake::run(&mut sheet.source, &line, make, |rows| {
            waiting.extend(rows);
            if waiting.len() < GROUP {
                return Ok(());
            }
            self.take(std::mem::take(&mut waiting))
        })?;
        self.take(waiting)
    }

    /// Some rows of the sheet: a step for each that is meant, and a place in the look-up for each.
    fn take(&mut self, chunk: Vec<ReadRow>) -> Result<(), Error> {
        self.hear(Event::Rows(chunk.len() as u64));
        let keys: Vec<ScopedKey> = chunk.iter().map(|read| read.draft.scoped.clone()).collect();
        let known = self.known().known(self.book(), &keys)?;
        let trust = match self.scope {
            Scope::All => Trust::Nothing,
            Scope::New | Scope::Nothing => Trust::Links,
        };
        let mut steps = Vec::with_capacity(chunk.len());
        let mut wanted = Vec::with_capacity(chunk.len());
        for read in chunk {
            let same_as = self.persons.see(&read, self.policy().duplicates)?;
            let mut row = self.row(&read, &known);
            let repeats = read.draft.worth == RowWorth::Repeated;
            if read.is_meant {
                let step = Step::of(read.draft, self.number, (&known, trust), self.book());
                let step = duplicate(step, same_as, self.policy().duplicates);
                row.number = Some(self.number);
                row.standing = match standing(step.action) {
                    Standing::Linked if !known.links.contains_key(&row.scoped) => Standing::Named,
                    standing => standing,
                };
                self.number += 1;
                self.sums.add(&step, &read.families, self.vendor());
                steps.push(step);
            }
            // A row that stands there twice is one contact.
            if !repeats {
                row.matches = read.matches;
                wanted.push(row);
            }
        }
        self.lookup.want(&wanted)?;
        Ok(self.into.add(self.lease, &steps)?)
    }

    /// A row as it is looked up, before anything is decided of it.
    fn row(&self, read: &ReadRow, known: &Known) -> WantedRow {
        let draft = &read.draft;
        let scoped = draft.scoped.clone();
        let link = known.links.get(&scoped);
        let is_trusted = link.is_some_and(|link| draft.print.as_ref() == Some(&link.fingerprint));
        let elsewhere = known.elsewhere.get(&scoped);
        let named = || -> Option<RemoteId> { scoped.key.record_in(self.book()) };
        WantedRow {
            number: None,
            row: draft.row,
            remote: link
                .map(|link| link.remote.clone())
                .or_else(|| named().filter(|_| elsewhere.is_none())),
            elsewhere: elsewhere.map(|other| other.remote.clone()),
            standing: Standing::Apart,
            says: read.says.filter(|_| is_trusted),
            matches: Vec::new(),
            scoped,
        }
    }
}

/// Lets empty cells take away what stands at the vendor, and says where they cannot.
fn clear(checked: &mut CheckedRow, line: &Pipeline) {
    let fields = line.mapping.empty_fields(&checked.row);
    for (vendor, verdict) in line.vendors.iter().zip(&mut checked.verdicts) {
        for field in vendor.clear(&mut verdict.accounted.payload, &fields) {
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
