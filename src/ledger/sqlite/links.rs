//! The links of the embedded ledger's books.

use std::collections::HashSet;

use rusqlite::{Transaction, TransactionBehavior};

use super::{Sqlite, contested, doubt, follow, known, link, witness};
use crate::backend::Snapshot;
use crate::ledger::{Lease, LedgerError, LinkSet, Links, Made, Runs as _, ScopedLink};
use crate::model::{BookId, ContactKey, ParentId, RemoteId, RunId, ScopedKey};
use crate::plan::{Change, IdentityDigest, Known};

impl Links for Sqlite {
    fn known(&self, book: &BookId, keys: &[ScopedKey]) -> Result<Known, LedgerError> {
        follow::follow_all(&self.database, book)?;
        known::known(&self.database, book, keys)
    }

    fn learn(&mut self, book: &BookId, links: &[ScopedLink]) -> Result<(), LedgerError> {
        follow::follow_all(&self.database, book)?;
        follow::learn(&mut self.database, book, links)?;
        self.files.check()
    }

    fn linked(
        &self,
        book: &BookId,
        which: LinkSet,
        after: Option<&ScopedKey>,
        most: usize,
    ) -> Result<Vec<(ScopedKey, RemoteId)>, LedgerError> {
        follow::follow_all(&self.database, book)?;
        link::page(&self.database, book, which, (after, most))
    }

    fn owns(&self, book: &BookId, remote: &RemoteId) -> Result<bool, LedgerError> {
        follow::follow_all(&self.database, book)?;
        link::owns(&self.database, book, remote)
    }

    fn key_of(&self, book: &BookId, remote: &RemoteId) -> Result<Option<ContactKey>, LedgerError> {
        follow::follow_all(&self.database, book)?;
        link::key_of(&self.database, book, remote)
    }

    fn keys_of_records(
        &self,
        book: &BookId,
        remotes: &[RemoteId],
    ) -> Result<Vec<Option<ContactKey>>, LedgerError> {
        follow::follow_all(&self.database, book)?;
        // Alone, each look would lock the file and free it again.
        let _looks = Transaction::new_unchecked(&self.database, TransactionBehavior::Deferred)?;
        let keys = remotes.iter();
        keys.map(|remote| link::key_of(&self.database, book, remote))
            .collect()
    }

    fn keys_of(&self, book: &BookId, remote: &RemoteId) -> Result<Vec<ScopedKey>, LedgerError> {
        follow::follow_all(&self.database, book)?;
        link::keys_of(&self.database, book, remote)
    }

    fn home_of(&self, book: &BookId, remote: &RemoteId) -> Result<Option<ParentId>, LedgerError> {
        follow::follow_all(&self.database, book)?;
        link::home_of(&self.database, book, remote)
    }

    fn whose(
        &self,
        book: &BookId,
        remote: &RemoteId,
    ) -> Result<Option<IdentityDigest>, LedgerError> {
        follow::follow_all(&self.database, book)?;
        link::whose(&self.database, book, remote)
    }

    fn last_sent(&self, book: &BookId, remote: &RemoteId) -> Result<Option<Snapshot>, LedgerError> {
        follow::follow_all(&self.database, book)?;
        link::last_sent(&self.database, book, remote)
    }

    fn last_changes(&self, book: &BookId, remote: &RemoteId) -> Result<Vec<Change>, LedgerError> {
        follow::follow_all(&self.database, book)?;
        link::last_changes(&self.database, book, remote)
    }

    fn survey(
        &mut self,
        lease: &Lease,
        parent: Option<&ParentId>,
        held: &[RemoteId],
    ) -> Result<(), LedgerError> {
        let n = self.number(lease.run())?;
        doubt::survey(&mut self.database, n, parent, held)
    }

    fn surveyed(
        &self,
        run: &RunId,
        parent: Option<&ParentId>,
    ) -> Result<Option<HashSet<RemoteId>>, LedgerError> {
        doubt::surveyed(&self.database, self.number(run)?, parent)
    }

    fn made(&self, run: &RunId, parent: Option<&ParentId>) -> Result<Vec<Made>, LedgerError> {
        follow::follow_all(&self.database, &self.run(run.as_str())?.about.book)?;
        witness::made(&self.database, self.number(run)?, parent)
    }

    fn contest(&mut self, lease: &Lease, remote: &RemoteId) -> Result<(), LedgerError> {
        follow::follow_all(&self.database, lease.book())?;
        contested::contest_one(&mut self.database, lease.book(), remote)
    }
}
