//! The line up to the plan: rows are read on one thread, mapped, normalized, validated and encoded on all
//! cores, and handed on in their order, some thousands at a time. Nothing here holds the whole sheet.
//!
//! ```
//! use std::path::Path;
//! use std::sync::Arc;
//!
//! use rolo::engine::{Account, Error, OpenedSheet, Reading};
//! use rolo::intake::{self, Pipeline};
//!
//! let account = Account::at("covage", "https://vendor.example", "hq")?;
//! let mut sheet = OpenedSheet::open(Path::new("samples/contacts.csv"), &Reading::default(), None, None)?;
//! let pipeline = Pipeline {
//!     mapping: sheet.mapping.clone(),
//!     normalize: rolo::normalize::Options::default(),
//!     vendors: vec![Arc::clone(&account.vendor)],
//!     must_keep: account.must_keep.clone(),
//! };
//! let mut good = 0;
//! intake::run(&mut sheet.source, &pipeline, |rows| {
//!     good += rows.iter().filter(|row| !row.verdicts[0].is_rejected()).count();
//!     Ok::<(), Error>(())
//! })?;
//! assert_eq!(good, 12);
//! # Ok::<(), Error>(())
//! ```

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use rayon::prelude::*;

use crate::backend::{Encoded, MustKeep, Vendor};
use crate::mapping::{HEADER_AGAIN, Mapping};
use crate::model::{Contact, ContactKey, Diagnostic, Field, ParentId, Place, ScopedKey, Severity};
use crate::normalize::{self, Script};
use crate::sheet::{Row, SheetError, Source};
use crate::validate::{AcrossRows, EarlierRows, Repeats, Subject, Together};

/// What a row passes through.
pub struct Pipeline {
    /// Which column holds what.
    pub mapping: Mapping,
    /// How texts are read.
    pub normalize: normalize::Options,
    /// Whom it is checked for: each gets a verdict of its own.
    pub vendors: Vec<Arc<dyn Vendor>>,
    /// What must not be lost: a row that loses it is rejected.
    pub must_keep: MustKeep,
}

/// A row that has passed through the line.
#[derive(Debug)]
pub struct CheckedRow {
    /// The row as it was read.
    pub row: Row,
    /// Who it is.
    pub contact: Contact,
    /// What identifies it.
    pub key: ContactKey,
    /// What the reading of the row has to say, whoever the vendor is.
    pub remarks: Vec<Diagnostic>,
    /// One for each vendor.
    pub verdicts: Vec<VendorVerdict>,
    /// How its letters read.
    script: Script,
    /// A digest of the key, and one of the cells.
    hashes: (u64, u64),
}

impl CheckedRow {
    /// What its link is kept under at the first vendor that it was checked for.
    pub fn scoped(&self) -> ScopedKey {
        let verdict = self.verdicts.first();
        ScopedKey {
            key: self.key.clone(),
            parent: verdict.and_then(|verdict| verdict.encoded.payload.parent.clone()),
        }
    }
}

/// What one vendor's rules say of a row.
#[derive(Debug)]
pub struct VendorVerdict {
    /// What is to be said about it.
    pub diagnostics: Vec<Diagnostic>,
    /// What would be sent.
    pub encoded: Encoded,
    /// Whether it repeats an earlier row, cell by cell.
    pub repeats: bool,
}

impl VendorVerdict {
    /// Whether a rule stops the row.
    pub fn is_rejected(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// Whether something in the row was repaired.
    pub fn is_fixed(&self) -> bool {
        let is_fix = |remark: &Diagnostic| remark.severity() == Severity::Fix;
        self.diagnostics.iter().any(is_fix)
    }
}

/// Rows in one chunk: enough to keep the cores busy, few enough to keep memory flat.
const CHUNK: usize = 1024;
/// Chunks that wait between two stages.
const DEPTH: usize = 2;

/// Passes every row below the header through the line; `each` gets them in their order, chunk by chunk.
pub fn run<E: From<SheetError>>(
    source: &mut Source,
    line: &Pipeline,
    mut each: impl FnMut(Vec<CheckedRow>) -> Result<(), E>,
) -> Result<(), E> {
    std::thread::scope(|scope| {
        let (rows_out, rows_in) = sync_channel(DEPTH);
        let (checked_out, checked_in) = sync_channel(DEPTH);
        let reader = scope.spawn(move || read(source, &line.mapping, &rows_out));
        scope.spawn(move || check_all(line, &rows_in, &checked_out));
        let mut sequences: Vec<_> = line.vendors.iter().map(Sequence::of).collect();
        let mut together = Together::default();
        for mut chunk in checked_in {
            for checked in &mut chunk {
                gather(&mut together, line, checked);
                see(&mut sequences, line, checked);
            }
            each(chunk)?;
        }
        match reader.join() {
            Ok(read) => Ok(read?),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Reads chunks until the table ends or nobody listens.
fn read(
    source: &mut Source,
    mapping: &Mapping,
    out: &SyncSender<Vec<Row>>,
) -> Result<(), SheetError> {
    let mut chunk = Vec::with_capacity(CHUNK);
    source.rows(&mut |row| {
        if !mapping.holds(&row) {
            return ControlFlow::Continue(());
        }
        if let Some(before) = chunk.last_mut()
            && mapping.continues(before, &row)
        {
            before.attach(row);
            return ControlFlow::Continue(());
        }
        // A full chunk waits for the row after it, which may still belong to its last.
        if chunk.len() == CHUNK {
            let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK));
            if out.send(full).is_err() {
                return ControlFlow::Break(());
            }
        }
        chunk.push(row);
        ControlFlow::Continue(())
    })?;
    // Nobody listens any more where a later stage has failed; it says why.
    let _ = out.send(chunk);
    Ok(())
}

fn check_all(line: &Pipeline, rows: &Receiver<Vec<Row>>, out: &SyncSender<Vec<CheckedRow>>) {
    for chunk in rows {
        let checked = chunk.into_par_iter().map(|row| check(line, row)).collect();
        if out.send(checked).is_err() {
            return;
        }
    }
}

/// One row through everything that looks at it alone.
pub fn check(line: &Pipeline, row: Row) -> CheckedRow {
    let draft = line.mapping.draft(&row);
    let (contact, mut remarks) = normalize::contact(&draft, &line.normalize);
    if line.mapping.repeats_header(&row) {
        let place = Place {
            row: row.number,
            column: None,
        };
        let message = "the row is the header again";
        remarks = vec![Diagnostic::new(&HEADER_AGAIN, place, None, "", message)];
    }
    let key = contact.identity();
    let column_of = |field| line.mapping.column_of(field);
    let subject = Subject {
        contact: &contact,
        row: row.number,
        column_of: &column_of,
    };
    let verdicts = line
        .vendors
        .iter()
        .map(|vendor| {
            let mut diagnostics = remarks.clone();
            for rule in vendor.rules() {
                rule.check(&subject, &mut diagnostics);
            }
            let encoded = vendor.encode(&contact);
            line.must_keep
                .demand(&subject, &encoded.losses, &mut diagnostics);
            VendorVerdict {
                diagnostics,
                encoded,
                repeats: false,
            }
        })
        .collect();
    let hashes = (
        hash(key.as_str()),
        row.cells().fold(DefaultHasher::new(), cell_hash).finish(),
    );
    CheckedRow {
        script: Script::of(&row),
        row,
        contact,
        key,
        remarks,
        verdicts,
        hashes,
    }
}

fn hash(text: &str) -> u64 {
    cell_hash(DefaultHasher::new(), text).finish()
}

/// The hash of a key under a parent: there, it is another contact than under another one.
fn under(key: u64, parent: Option<&ParentId>) -> u64 {
    let Some(parent) = parent else { return key };
    let mut hasher = DefaultHasher::new();
    (key, parent.as_str()).hash(&mut hasher);
    hasher.finish()
}

fn cell_hash(mut hasher: DefaultHasher, cell: &str) -> DefaultHasher {
    cell.hash(&mut hasher);
    hasher
}

/// What a row says together with those before it, for every vendor.
fn gather(together: &mut Together, line: &Pipeline, checked: &mut CheckedRow) {
    let found = together.see(&checked.row, checked.script, line.mapping.merge_by);
    for verdict in &mut checked.verdicts {
        verdict.diagnostics.extend_from_slice(&found);
    }
    checked.remarks.extend(found);
}

/// The rules of one vendor that need the rows in their order.
struct Sequence {
    repeats: Repeats,
    across: Vec<Box<dyn AcrossRows>>,
}

impl Sequence {
    fn of(vendor: &Arc<dyn Vendor>) -> Self {
        Self {
            repeats: Repeats::default(),
            across: vendor.across(),
        }
    }
}

/// One row through everything that looks at it among the others; rejected rows claim nothing.
fn see(sequences: &mut [Sequence], line: &Pipeline, checked: &mut CheckedRow) {
    let column_of = |field| line.mapping.column_of(field);
    let (contact, row) = (&checked.contact, checked.row.number);
    let subject = Subject {
        contact,
        row,
        column_of: &column_of,
    };
    for (sequence, verdict) in sequences.iter_mut().zip(&mut checked.verdicts) {
        if verdict.is_rejected() {
            continue;
        }
        let (key, cells) = checked.hashes;
        let key = under(key, verdict.encoded.payload.parent.as_ref());
        let seen = sequence.repeats.see(key, row, cells);
        let remark = seen.remark(row, column_of(Field::Key), &checked.key);
        verdict.diagnostics.extend(remark);
        verdict.repeats = matches!(seen, EarlierRows::Same { .. });
        if seen == EarlierRows::New {
            for rule in &mut sequence.across {
                rule.see(&subject, &mut verdict.diagnostics);
            }
        }
    }
}
