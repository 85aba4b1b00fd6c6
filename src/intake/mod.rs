//! The line up to the plan: rows are read on one thread; mapped, normalized, validated and encoded on all cores; seen in
//! their order by what looks across rows; and made into whatever the caller makes of them, on all cores again. What was
//! made is handed on in the rows' order, some hundred rows at a time. Nothing here holds the whole sheet.
//!
//! ```
//! use std::path::Path;
//! use std::sync::{Arc, OnceLock};
//!
//! use rolo::engine::{Account, Error, OpenedSheet, Reading};
//! use rolo::intake::{self, CheckedRow, Pipeline};
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
//! let count = |rows: Vec<CheckedRow>| rows.iter().filter(|row| !row.verdicts[0].is_rejected()).count();
//! intake::run(&mut sheet.source, &pipeline, count, |some| {
//!     good += some;
//!     Ok::<(), Error>(())
//! })?;
//! assert_eq!(good, 12);
//! # Ok::<(), Error>(())
//! ```

mod across;
mod check;
mod turns;
mod workers;

use std::sync::{Arc, OnceLock};

use crate::backend::{Accounted, Encoded, MustKeep, Vendor};
use crate::mapping::Mapping;
use crate::model::{Contact, ContactKey, Diagnostic, ScopedKey, Severity};
use crate::normalize::{self, Script};
use crate::sheet::Row;

pub use check::check;
pub use workers::run;

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
    /// What the reading of the row has to say, whoever the vendor is.
    pub remarks: Vec<Diagnostic>,
    /// One for each vendor.
    pub verdicts: Vec<VendorVerdict>,
    /// How its letters read.
    script: Script,
    /// What identifies it, once somebody has asked for it: most commands do not.
    key: OnceLock<ContactKey>,
    /// A digest of what the key is made of, and one of the cells.
    hashes: (u64, u64),
}

impl CheckedRow {
    /// What identifies it.
    pub fn key(&self) -> &ContactKey {
        self.key.get_or_init(|| self.contact.identity())
    }

    /// Gives it another key than that of its contact.
    pub fn rekey(&mut self, key: ContactKey) {
        self.key = OnceLock::from(key);
    }

    /// What its link is kept under at the first vendor that it was checked for.
    pub fn scoped(&self) -> ScopedKey {
        let verdict = self.verdicts.first();
        ScopedKey {
            key: self.key().clone(),
            parent: verdict.and_then(|verdict| verdict.accounted.payload.parent.clone()),
        }
    }
}

/// What one vendor's rules say of a row.
#[derive(Debug)]
pub struct VendorVerdict {
    /// What is to be said about it.
    pub diagnostics: Vec<Diagnostic>,
    /// What would be sent, and what was taken for it.
    pub accounted: Accounted,
    /// Whether it repeats an earlier row, cell by cell.
    pub repeats: bool,
}

impl VendorVerdict {
    /// What would be sent for the row's contact, what finds no place, and who that is.
    pub fn encoded<'c>(&self, contact: &'c Contact) -> Encoded<'c> {
        self.accounted.clone().encoded(contact)
    }

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
