//! What a plan looks at before it pairs: the parts of the target that matter, or the ledger where nothing is read. Apart
//! from the pairing because it is on the network, and may be stopped.

use std::cell::RefCell;

use super::builder::{PairingError, PlanBuilder};
use crate::backend::{Parent, Snapshot};
use crate::engine::error::Error;
use crate::engine::host::Event;
use crate::engine::index::{MissingRecord, Whose};
use crate::ledger::{LedgerError, LinkSet};
use crate::model::{ParentId, RemoteId};
use crate::plan::{Action, Compare, Scope, Step};
use crate::transport::Transport;
use crate::upload::{self, Prefetched, RecordState};

/// Steps that are looked through at once.
const CHUNK: u64 = 1000;

impl<L: Transport> PlanBuilder<'_, L> {
    /// Takes from the ledger what may be the record of a row without a link, where the target is not read: contacts
    /// whose key was made from values that have changed since.
    pub(super) fn remember(&mut self) -> Result<(), Error> {
        let mut lost = Vec::new();
        let (known, book) = (self.known(), self.book());
        let lookup = &self.lookup;
        known.each_link(book, LinkSet::Derived, &mut |key, remote| {
            if !lookup.has_key(&key)?
                && let Some(sent) = known.last_sent(book, &remote)?
            {
                lost.push((remote, sent));
            }
            Ok(())
        })?;
        Ok(self.lookup.hold(&lost)?)
    }

    /// Reads what hangs under the parents of these rows.
    pub(super) fn look(&mut self, whose: Whose) -> Result<(), PairingError> {
        let session = self.request.session;
        let wants_all = self.scope == Scope::All;
        let parents = self.lookup.parents(whose)?;
        let (lookup, host) = (RefCell::new(&mut self.lookup), self.request.host);
        // What is a row's already need not be read to find another's.
        let wanted =
            |id: &RemoteId| wants_all || !lookup.borrow().is_settled(id).unwrap_or_default();
        let mut each = |records: &[(RemoteId, Snapshot)]| {
            host.hear(Event::Rows(records.len() as u64));
            Ok(lookup.borrow_mut().hold(records)?)
        };
        let place = (self.lease, &*parents);
        let looking = upload::prefetch(session.client(), self.into, place, wanted, &mut each);
        for (parent, looked) in session.run(looking)? {
            match (looked, parent) {
                (Prefetched::Whole, _) | (Prefetched::NoParent(_), None) => {}
                (Prefetched::NoParent(why), Some(parent)) => {
                    self.lookup.has_no_parent(&parent, &why)?;
                }
                (Prefetched::Partly(why), _) => self.hear(Event::Incomplete(&why)),
                (Prefetched::Refused(why), _) => return Ok(self.blind(&why)?),
                (Prefetched::Unreadable(why), _) => return Err(Error::Unreadable(why).into()),
            }
        }
        self.look_after_missing(whose)
    }

    /// What is done where the vendor does not let its contacts be listed.
    fn blind(&mut self, why: &str) -> Result<(), Error> {
        if self.policy().compare == Some(Compare::Target) || self.policy().mirror_all {
            return Err(Error::Unreadable(format!(
                "what the target holds cannot be read: {why}"
            )));
        }
        self.hear(Event::NotListed(why));
        self.remember()
    }

    /// Looks once more for records that a link leads to and that no list has shown: a list may be cut short, and what
    /// it does not show must not be made again for that.
    fn look_after_missing(&mut self, whose: Whose) -> Result<(), PairingError> {
        for missing in self.lookup.missing(whose)? {
            self.look_at(missing)?;
        }
        Ok(())
    }

    /// Looks at the records of rows whose key led to them when nobody kept whom they are about: a row that is to change
    /// one may be about somebody else.
    pub(super) fn look_at_unknown(&mut self) -> Result<(), PairingError> {
        for missing in self.lookup.missing(Whose::All)? {
            if self.is_of_nobody_known(&missing.key, &missing.remote)? {
                self.look_at(missing)?;
            }
        }
        Ok(())
    }

    /// Reads the records that updates are merged with, where nothing has read them: what they send follows from them.
    pub(super) fn read_what_is_merged(&mut self) -> Result<(), PairingError> {
        let mut next = 0;
        while next < self.number {
            let end = self.number.min(next + CHUNK);
            let numbers: Vec<u64> = (next..end).collect();
            let steps = self.into.steps(self.lease.run(), &numbers)?;
            next = end;
            let mut amended = Vec::new();
            for settled in steps {
                amended.extend(self.with_record(settled.step)?);
            }
            self.into.amend(self.lease, &amended)?;
        }
        Ok(())
    }

    /// The step with the record that it is merged with, if nothing has read that yet and it can be read.
    fn with_record(&self, step: Step) -> Result<Option<Step>, PairingError> {
        let (Action::Update, None, Some(remote)) = (step.action, &step.record, &step.remote) else {
            return Ok(None);
        };
        if !upload::merges(self.vendor(), &step) {
            return Ok(None);
        }
        let session = self.request.session;
        let read = upload::read_record(session.client(), remote, step.parent.as_ref());
        Ok(match session.run(read)? {
            RecordState::Present(held) => Some(Step {
                record: held.record,
                ..step
            }),
            RecordState::Gone | RecordState::Unknown => None,
        })
    }

    fn look_at(&mut self, missing: MissingRecord) -> Result<(), PairingError> {
        let MissingRecord {
            n, parent, remote, ..
        } = missing;
        if !self.is_where_it_was(parent.as_ref(), &remote)? {
            return Ok(());
        }
        let session = self.request.session;
        let read = upload::read_record(session.client(), &remote, parent.as_ref());
        match session.run(read)? {
            RecordState::Present(held) => self.lookup.hold(&[(remote, *held)])?,
            RecordState::Gone => self.lookup.lose(n)?,
            RecordState::Unknown => {}
        }
        Ok(())
    }

    /// Whether a record hung under the parent that its row has now: elsewhere it would not be found.
    fn is_where_it_was(
        &self,
        parent: Option<&ParentId>,
        remote: &RemoteId,
    ) -> Result<bool, LedgerError> {
        if self.vendor().profile().parent == Parent::None {
            return Ok(true);
        }
        let home = self.known().home_of(self.book(), remote)?;
        Ok(home.is_some() && home.as_ref() == parent)
    }
}
