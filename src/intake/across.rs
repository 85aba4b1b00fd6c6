//! What rows say together. It sees them in the order of the sheet, one at a time.

use std::io;
use std::sync::Arc;

use super::check::under;
use super::{CheckedRow, Pipeline};
use crate::backend::Vendor;
use crate::model::Field;
use crate::validate::{AcrossRows, EarlierRows, Repeats, Subject, Together};

/// The rows so far.
pub(super) struct RowsSoFar {
    together: Together,
    /// One for each vendor.
    sequences: Vec<Sequence>,
}

impl RowsSoFar {
    pub(super) fn none(line: &Pipeline) -> Self {
        Self {
            together: Together::default(),
            sequences: line.vendors.iter().map(Sequence::of).collect(),
        }
    }

    /// Sees the next rows. It fails where what is kept of them cannot be kept.
    pub(super) fn see(&mut self, line: &Pipeline, rows: &mut [CheckedRow]) -> io::Result<()> {
        for checked in rows {
            gather(&mut self.together, line, checked)?;
            see(&mut self.sequences, line, checked)?;
        }
        Ok(())
    }
}

/// What a row says together with those before it, for every vendor.
fn gather(together: &mut Together, line: &Pipeline, checked: &mut CheckedRow) -> io::Result<()> {
    let found = together.see(&checked.row, checked.script, line.mapping.merge_by)?;
    for verdict in &mut checked.verdicts {
        verdict.diagnostics.extend_from_slice(&found);
    }
    checked.remarks.extend(found);
    Ok(())
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
fn see(sequences: &mut [Sequence], line: &Pipeline, checked: &mut CheckedRow) -> io::Result<()> {
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
        let key = under(key, verdict.accounted.payload.parent.as_ref());
        let seen = sequence.repeats.see(key, row, cells)?;
        let remark = seen.remark(row, column_of(Field::Key), contact.key.as_ref());
        verdict.diagnostics.extend(remark);
        verdict.repeats = matches!(seen, EarlierRows::Same { .. });
        if seen == EarlierRows::New {
            for rule in &mut sequence.across {
                rule.see(&subject, &mut verdict.diagnostics)?;
            }
        }
    }
    Ok(())
}
