//! `--mode mirror`: what rolo made in the book and the sheet no longer has is deleted; with `--mirror-all`, what others
//! made too. Where contacts hang under parents, only those parents are mirrored that the sheet's rows name, by a column or
//! by the target's own. It stops before anything is sent if that is more than was
//! allowed, or if the sheet has nothing: a sheet that lost its rows must not empty a book.

use std::collections::HashSet;

use super::builder::PlanBuilder;
use crate::backend::{Parent, Payload};
use crate::engine::error::{Error, GuardError};
use crate::engine::host::Event;
use crate::engine::index::Whose;
use crate::ledger::{LedgerError, LinkSet};
use crate::model::{ContactKey, ParentId, RemoteId, ScopedKey};
use crate::plan::{Action, Change, MIRROR_GONE, Remark, Step};
use crate::transport::Transport;
use crate::wire::JsonList;

/// A record that a mirror may delete.
struct Mirrored {
    remote: RemoteId,
    key: ContactKey,
    /// What it hangs under; `None` where there are no parents, or where that is not known.
    parent: Option<ParentId>,
}

impl<L: Transport> PlanBuilder<'_, L> {
    /// Adds a step for each record that the sheet does not have, behind those of the rows.
    pub(super) fn mirror(&mut self) -> Result<(), Error> {
        let records = self.records()?;
        let mut steps = Vec::new();
        for record in &records {
            if let Some(step) = self.removal(record)? {
                self.number += 1;
                steps.push(step);
            }
        }
        self.guard_deletes(steps.len() as u64, records.len() as u64)?;
        for step in &steps {
            self.sums.add(step, &[""; 0], self.vendor());
        }
        Ok(self.into.add(self.lease, &steps)?)
    }

    /// Stops a mirror that would delete too much.
    fn guard_deletes(&self, deletes: u64, records: u64) -> Result<(), Error> {
        if deletes == 0 {
            return Ok(());
        }
        if self.lookup.is_empty()? {
            return Err(GuardError::EmptyMirror { deletes }.into());
        }
        let allowed = self.policy().max_delete.of(records);
        if deletes > allowed {
            let found = GuardError::Deletes {
                deletes,
                records,
                allowed,
            };
            return Err(found.into());
        }
        Ok(())
    }

    /// The records that a mirror may delete: what rolo made in the book, and all that was read, if that is wanted; where
    /// there are parents, under those that the sheet names.
    fn records(&self) -> Result<Vec<Mirrored>, LedgerError> {
        let (known, book) = (self.known(), self.book());
        let mut keys = std::collections::BTreeMap::new();
        if self.policy().mirror_all {
            for remote in self.lookup.all_held()? {
                keys.insert(remote.clone(), ContactKey::of_record(book, &remote));
            }
        }
        known.each_link(book, LinkSet::Made, &mut |scoped, remote| {
            keys.insert(remote, scoped.key);
            Ok(())
        })?;
        let has_parents = self.vendor().profile().parent != Parent::None;
        let named: HashSet<_> = self.lookup.parents(Whose::Sheet)?.into_iter().collect();
        let mut records = Vec::new();
        for (remote, key) in keys {
            let parent = match self.lookup.held(&remote)? {
                _ if !has_parents => None,
                Some(held) => held.payload.parent,
                None => known.home_of(book, &remote)?,
            };
            // What hangs nobody knows where is told, and left.
            if !has_parents || parent.is_none() || named.contains(&parent) {
                records.push(Mirrored {
                    remote,
                    key,
                    parent,
                });
            }
        }
        Ok(records)
    }

    /// The step that deletes a record; none for one that the sheet has, or may have.
    fn removal(&self, record: &Mirrored) -> Result<Option<Step>, Error> {
        let (known, book, lookup) = (self.known(), self.book(), &self.lookup);
        let (remote, key, parent) = (&record.remote, &record.key, record.parent.clone());
        let scoped = ScopedKey {
            key: key.clone(),
            parent: parent.clone(),
        };
        if lookup.is_wanted(remote)? || lookup.has_key(&scoped)? || lookup.is_moving(key)? {
            return Ok(None);
        }
        let says = match lookup.held(remote)? {
            Some(held) => Some(held),
            None => known.last_sent(book, remote)?,
        };
        if let Some(says) = &says
            && lookup.is_perhaps_wanted(says)?
        {
            return Ok(None);
        }
        if parent.is_none() && self.vendor().profile().parent != Parent::None {
            self.hear(Event::Homeless(remote));
            return Ok(None);
        }
        let payload = Payload {
            parent: parent.clone(),
            ..Payload::of(serde_json::Value::Null)
        };
        let message = "the sheet has no row for it any more";
        Ok(Some(Step {
            number: self.number,
            row: 0,
            key: key.clone(),
            parent,
            action: Action::Delete,
            remote: Some(remote.clone()),
            payload: Some(payload),
            identity: None,
            record: None,
            cells: JsonList::default(),
            remarks: JsonList::written(&[Remark::of_row(&MIRROR_GONE, 0, message)]),
            lost: JsonList::default(),
            changes: says.map_or(Vec::new(), |says| Change::all_gone(&says.payload)),
        }))
    }
}
