//! One row through everything that looks at it alone.

use std::hash::BuildHasher as _;
use std::sync::OnceLock;

use foldhash::quality::FixedState;

use super::{CheckedRow, Pipeline, VendorVerdict};
use crate::mapping::HEADER_AGAIN;
use crate::model::{Diagnostic, ParentId, Place};
use crate::normalize::{self, Script};
use crate::sheet::Row;
use crate::validate::Subject;

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
            let accounted = vendor.account(&contact);
            if !line.must_keep.is_empty() {
                let losses = accounted.losses(&contact);
                line.must_keep.demand(&subject, &losses, &mut diagnostics);
            }
            VendorVerdict {
                diagnostics,
                accounted,
                repeats: false,
            }
        })
        .collect();
    let hashes = (DIGESTS.hash_one(contact.key_values()), of_cells(&row));
    CheckedRow {
        script: Script::of(&row),
        row,
        contact,
        key: OnceLock::new(),
        remarks,
        verdicts,
        hashes,
    }
}

/// Digests of 64 bits that are the same in every run. They stay in the memory of one.
const DIGESTS: FixedState = FixedState::with_seed(0);

/// The digest of a row's cells: rows with other cells have another one.
fn of_cells(row: &Row) -> u64 {
    let (text, ends, _) = row.raw();
    DIGESTS.hash_one((text, ends))
}

/// The digest of a key under a parent: there, it is another contact than under another one.
pub(super) fn under(key: u64, parent: Option<&ParentId>) -> u64 {
    parent.map_or(key, |parent| DIGESTS.hash_one((key, parent.as_str())))
}
