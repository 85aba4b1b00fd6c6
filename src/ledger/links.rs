//! What is asked of a store about links: which record each of our contacts is, in one book.

use std::collections::HashSet;

use super::{Lease, LedgerError, Made};
use crate::backend::Snapshot;
use crate::model::{BookId, ContactKey, ParentId, RemoteId, RunId, ScopedKey};
use crate::plan::{Change, IdentityDigest, Known, Link};

/// How many links are read at a time where all are wanted.
const PAGE: usize = 1000;

/// A key under its parent, and the record that it is linked to.
pub type ScopedLink = (ScopedKey, Link);

/// Which links of a book are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkSet {
    /// Those to a record that a run of ours has made.
    Made,
    /// Those whose key was made from the contact's values.
    Derived,
}

/// The links of a ledger's books, and what its runs saw of the records there. Whoever asks is told what follows from every
/// fate that was settled before, by whatever run.
pub trait Links {
    /// What is known of some keys in a book.
    fn known(&self, book: &BookId, keys: &[ScopedKey]) -> Result<Known, LedgerError>;
    /// Learns which records some contacts are, from a list of what the vendor holds; what is linked already stays.
    fn learn(&mut self, book: &BookId, links: &[ScopedLink]) -> Result<(), LedgerError>;
    /// The next links of a book, in the order of their keys, after one or from the first.
    fn linked(
        &self,
        book: &BookId,
        which: LinkSet,
        after: Option<&ScopedKey>,
        most: usize,
    ) -> Result<Vec<(ScopedKey, RemoteId)>, LedgerError>;

    /// Whether a record of a book belongs to one of our contacts.
    fn owns(&self, book: &BookId, remote: &RemoteId) -> Result<bool, LedgerError>;
    /// The key of the contact that a record belongs to; the one that was linked last, where several are.
    fn key_of(&self, book: &BookId, remote: &RemoteId) -> Result<Option<ContactKey>, LedgerError>;
    /// The same of several records, in their order.
    fn keys_of_records(
        &self,
        book: &BookId,
        remotes: &[RemoteId],
    ) -> Result<Vec<Option<ContactKey>>, LedgerError> {
        let keys = remotes.iter().map(|remote| self.key_of(book, remote));
        keys.collect()
    }
    /// The keys of every contact that is linked to a record.
    fn keys_of(&self, book: &BookId, remote: &RemoteId) -> Result<Vec<ScopedKey>, LedgerError>;
    /// What a record hangs under, as far as is known: by a link, else by what was sent for it last.
    fn home_of(&self, book: &BookId, remote: &RemoteId) -> Result<Option<ParentId>, LedgerError>;
    /// Whom a record is about, as far as is known: by the step that wrote it last, else by what its links keep.
    fn whose(
        &self,
        book: &BookId,
        remote: &RemoteId,
    ) -> Result<Option<IdentityDigest>, LedgerError>;
    /// What was sent last for a record.
    fn last_sent(&self, book: &BookId, remote: &RemoteId) -> Result<Option<Snapshot>, LedgerError>;
    /// What the last step that wrote a record changed of it; nothing for one that made it, or whose rows were pruned.
    fn last_changes(&self, book: &BookId, remote: &RemoteId) -> Result<Vec<Change>, LedgerError>;

    /// Keeps which records a parent held before the run made anything there.
    fn survey(
        &mut self,
        lease: &Lease,
        parent: Option<&ParentId>,
        held: &[RemoteId],
    ) -> Result<(), LedgerError>;
    /// Which records a parent held before the run; `None` where nobody looked.
    fn surveyed(
        &self,
        run: &RunId,
        parent: Option<&ParentId>,
    ) -> Result<Option<HashSet<RemoteId>>, LedgerError>;
    /// The records that a run, and later ones on its book, have made under a parent, and that are ours still.
    fn made(&self, run: &RunId, parent: Option<&ParentId>) -> Result<Vec<Made>, LedgerError>;
    /// Puts in doubt whatever runs of ours are said to have made under an id: the record there is not what they sent.
    fn contest(&mut self, lease: &Lease, remote: &RemoteId) -> Result<(), LedgerError>;

    /// Every link of a book that is meant, in the order of their keys, page by page.
    fn each_link(
        &self,
        book: &BookId,
        which: LinkSet,
        each: &mut dyn FnMut(ScopedKey, RemoteId) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let mut after = None;
        loop {
            let page = self.linked(book, which, after.as_ref(), PAGE)?;
            let is_last = page.len() < PAGE;
            after = page.last().map(|(key, _)| key.clone());
            for (key, remote) in page {
                each(key, remote)?;
            }
            if is_last {
                return Ok(());
            }
        }
    }
}
