//! The ledger in memory: for tests, for examples, and for whoever embeds rolo and remembers by other means. It keeps every
//! promise of a store but one: nothing of it outlives the process.

mod basis;
mod erase;
mod follow;
mod kept;
mod links;
mod runs;
mod step;
mod steps;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::kept::{Basis, KeptLink, KeptRun, KeptStep, LinkPlace, MemoryState, Sighting, StepState};
use super::{Hold, Lease, LedgerError, NewRun};
use crate::model::{BookId, RunId};

/// A ledger in memory. A clone of it is the same ledger, opened once more.
#[derive(Clone, Default)]
pub struct Memory {
    kept: Arc<Mutex<MemoryState>>,
    held: Arc<Mutex<BTreeSet<BookId>>>,
}

impl Memory {
    /// An empty ledger.
    pub fn new() -> Self {
        Self::default()
    }

    /// What is kept. Whoever panicked while it was theirs has left it as whole as it was.
    fn kept(&self) -> MutexGuard<'_, MemoryState> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The hold of a book; `None` where another run has it.
    fn take(&self, book: &BookId) -> Option<HeldBook> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert(book.clone()).then(|| HeldBook {
            all: Arc::clone(&self.held),
            book: book.clone(),
        })
    }

    fn lease(&self, about: &NewRun, run: RunId) -> Result<Lease, LedgerError> {
        let hold = self.take(&about.book).ok_or_else(|| LedgerError::Held {
            target: about.target.clone(),
        })?;
        Ok(Lease::new(run, about.book.clone(), 0, hold))
    }
}

/// A book that is held, until this is dropped.
struct HeldBook {
    all: Arc<Mutex<BTreeSet<BookId>>>,
    book: BookId,
}

impl Hold for HeldBook {
    fn check(&self) -> Result<(), LedgerError> {
        Ok(())
    }
}

impl Drop for HeldBook {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&self.book);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::conformance;

    #[test]
    fn it_keeps_what_every_store_promises() {
        conformance::holds(&|| {
            let place = Memory::new();
            Box::new(move || Box::new(place.clone()))
        });
    }
}
