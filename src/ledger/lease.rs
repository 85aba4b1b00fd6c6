//! The hold that a run has of its book: whoever has it may write the book, and nobody else.

use std::sync::Arc;

use super::LedgerError;
use crate::model::{BookId, RunId};

/// What keeps others away from a book, and lets them in when it is dropped: a lock on a file, a row of a server.
pub trait Hold: Send + Sync {
    /// Whether it still keeps others away. It is asked at each commit of the run, and may answer from what is known: a
    /// server's is renewed on a connection of its own, and says [`LedgerError::Lost`] by its own clock.
    fn check(&self) -> Result<(), LedgerError>;
}

/// A run that is under way, with its hold of the book. The book is free when the last copy of it is gone, whether the run
/// was ended or not; what it had sent and not settled by then is in doubt.
#[derive(Clone)]
pub struct Lease {
    run: RunId,
    book: BookId,
    epoch: u64,
    hold: Arc<dyn Hold>,
}

impl Lease {
    /// A lease as a store gives it.
    pub fn new(run: RunId, book: BookId, epoch: u64, hold: impl Hold + 'static) -> Self {
        Self {
            run,
            book,
            epoch,
            hold: Arc::new(hold),
        }
    }

    /// The run.
    pub fn run(&self) -> &RunId {
        &self.run
    }

    /// The book that is held.
    pub fn book(&self) -> &BookId {
        &self.book
    }

    /// How often the book has changed hands, where a store counts it: what was allowed under a lower one counts no more.
    /// Zero where the hold ends with the process, so that nobody can come back with an old one.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The same hold, over another run of the book: what that one left in doubt is settled under it.
    #[must_use]
    pub fn over(&self, run: &RunId) -> Self {
        Self {
            run: run.clone(),
            ..self.clone()
        }
    }

    /// Whether it still keeps others away.
    pub fn check(&self) -> Result<(), LedgerError> {
        self.hold.check()
    }
}

impl std::fmt::Debug for Lease {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            run, book, epoch, ..
        } = self;
        write!(f, "Lease({} of {}, {epoch})", run.as_str(), book.as_str())
    }
}
