//! What one target holds, as the sheet of another: its contacts, keyed by its own ids, so that it can be done again.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::account::Account;
use super::error::Error;
use super::export::{ExportKeys, ExportRequest, Exported, export};
use super::host::Host;
use super::session::Session;
use crate::backend::Parent;
use crate::ledger::Store;
use crate::model::{BookId, ParentId, RunId};
use crate::sheet::{CsvTable, Writer};
use crate::transport::Transport;

/// Parents' ids at the target that is read, and what they are at the one that is written to.
pub type ParentMap = BTreeMap<String, String>;

/// What is moved, and what its parents become.
pub struct Move<'a, L> {
    /// Whose contacts.
    pub from: &'a Account,
    /// The way there.
    pub session: &'a Session<L>,
    /// Whom they go to.
    pub to: &'a Account,
    /// What hangs under these; `None` among them is everything.
    pub parents: &'a [Option<ParentId>],
    /// What parents become, where that is stated.
    pub map: Option<&'a ParentMap>,
    /// What all contacts hang under at the target that is written to, where that is stated.
    pub all_under: Option<&'a str>,
    /// Who hears of it.
    pub host: &'a dyn Host,
}

/// Why nothing can be moved.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// The first target cannot be read.
    #[error(transparent)]
    Engine(#[from] Error),
    /// Parents have no counterpart at the target that is written to, where one is needed.
    #[error("{} parents of `{from}` have no counterpart: {}", missing.len(), first(missing))]
    Unmapped {
        /// The target that is read.
        from: String,
        /// The parents' ids there.
        missing: BTreeSet<String>,
    },
    /// There are no contacts.
    #[error("`{from}` holds no contacts{under}")]
    Empty {
        /// The target that is read.
        from: String,
        /// Under which parents, in words.
        under: String,
    },
    /// There are records, and none is understood.
    #[error("`{from}` holds {records} records{under}, and none was understood: {why}")]
    NotUnderstood {
        /// The target that is read.
        from: String,
        /// Under which parents, in words.
        under: String,
        /// How many records.
        records: usize,
        /// Why the first of them was not understood.
        why: String,
    },
}

fn first(ids: &BTreeSet<String>) -> String {
    let ids: Vec<&str> = ids.iter().take(10).map(String::as_str).collect();
    ids.join(", ")
}

impl<L: Transport> Move<'_, L> {
    /// Writes the contacts into a table that an import reads.
    pub fn read(&self, ledger: &mut dyn Store, out: Writer) -> Result<Exported, MoveError> {
        let missing = RefCell::new(BTreeSet::new());
        let counterpart = |old: &str| {
            let mapped = || self.map?.get(old).map(String::as_str);
            self.all_under.or_else(mapped)
        };
        let parent = |parent: &ParentId| {
            if let Some(new) = counterpart(parent.as_str()) {
                return ParentId::new(new.to_owned());
            }
            missing.borrow_mut().insert(parent.as_str().to_owned());
            parent.clone()
        };
        let request = ExportRequest {
            account: self.from,
            session: self.session,
            parents: self.parents,
            keys: ExportKeys::Records,
            parent: &parent,
            host: self.host,
        };
        let exported = export(&request, ledger, out)?;
        // What hangs under nothing at the second target is lost there, and counted; no map is needed for it.
        let needs_map = self.to.profile().parent != Parent::None && self.all_under.is_none();
        let missing = missing.into_inner();
        if needs_map && !missing.is_empty() {
            let from = self.from.name.clone();
            return Err(MoveError::Unmapped { from, missing });
        }
        if exported.written == 0 {
            return Err(self.nothing(exported.unread));
        }
        Ok(exported)
    }

    /// There is nothing to move, or nothing of it is understood.
    fn nothing(&self, unread: Vec<String>) -> MoveError {
        let parents = self.parents.iter().flatten();
        let ids: Vec<&str> = parents.map(ParentId::as_str).collect();
        let (from, records) = (self.from.name.clone(), unread.len());
        let under = if ids.is_empty() {
            String::new()
        } else {
            format!(" under {}", ids.join(", "))
        };
        match unread.into_iter().next() {
            None => MoveError::Empty { from, under },
            Some(why) => MoveError::NotUnderstood {
                from,
                under,
                records,
                why,
            },
        }
    }
}

/// Writes which record of the first target's book became which of the second, as the steps of a run tell.
pub fn write_map(
    ledger: &dyn Store,
    run: &RunId,
    from: &BookId,
    out: impl io::Write + Send + 'static,
) -> Result<(), Error> {
    let mut table = CsvTable::new(out, ["old_id", "new_id"])?;
    let mut broken = None;
    ledger.each_step(run, &mut |settled| {
        let step = settled.step;
        if let (Some(old), Some(new)) = (step.key.record_in(from), &step.remote)
            && let Err(error) = table.row([old.as_str(), new.as_str()])
        {
            broken.get_or_insert(error);
        }
        Ok(())
    })?;
    if let Some(error) = broken {
        return Err(error.into());
    }
    table.finish()?;
    Ok(())
}
