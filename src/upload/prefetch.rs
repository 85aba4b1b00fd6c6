//! A look at what a target holds before a plan is made of it: records are handed on as payloads, with whom they are
//! about, so that they can be compared with what would be sent. The look serves as the run's survey too: the target is not listed twice.

use crate::backend::{Snapshot, Vendor};
use crate::fetch::{Extent, FetchError, ListItem, fetch_of};
use crate::ledger::{Ledger, LedgerError};
use crate::model::{ParentId, RemoteId, RunId};
use crate::transport::{Client, Transport};

use super::error::UploadError;
use super::record_state::record_snapshot;

/// How much of what hangs under a parent was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prefetched {
    /// All of it, but for records that were not wanted.
    Whole,
    /// Not all, or not for certain; what is wrong.
    Partly(String),
    /// Nothing: the vendor does not let its contacts be listed; its words.
    Refused(String),
    /// Nothing: what was answered is no list; its words.
    Unreadable(String),
    /// Nothing: the vendor knows no such parent; its words.
    NoParent(String),
}

/// Hears of records, some hundreds at a time.
type RecordConsumer<'a> = dyn FnMut(&[(RemoteId, Snapshot)]) -> Result<(), LedgerError> + 'a;

/// Records that are handed on at once.
const GROUP: usize = 500;

/// Reads what hangs under a parent (everything, for `None`), and notes it as the run's survey. Where the vendor lists
/// ids only, a record is asked for if it is `wanted`.
pub async fn prefetch<L: Transport>(
    client: &Client<L>,
    ledger: &mut impl Ledger,
    (run, parent): (&RunId, Option<&ParentId>),
    wanted: impl Fn(&RemoteId) -> bool,
    each: &mut RecordConsumer<'_>,
) -> Result<Prefetched, UploadError> {
    let mut seen = RecordGroup {
        ids: Vec::new(),
        group: Vec::new(),
        unread: 0,
        broken: None,
    };
    let vendor = client.vendor();
    let fetched = fetch_of(client, parent, wanted, |found| {
        seen.see(vendor, found, each);
    })
    .await;
    seen.hand_on(each);
    if let Some(error) = seen.broken {
        return Err(error.into());
    }
    let extent = match fetched {
        Ok(extent) => extent,
        Err(FetchError::Halted(halt)) => return Err(UploadError::Halted(halt)),
        Err(FetchError::NoParent(refusal)) if parent.is_some() && seen.ids.is_empty() => {
            return Ok(Prefetched::NoParent(refusal.to_string()));
        }
        Err(FetchError::NoParent(_)) => Extent::Whole,
        Err(error @ FetchError::Unreadable(_)) => {
            return Ok(Prefetched::Unreadable(error.to_string()));
        }
        Err(error) => return Ok(Prefetched::Refused(error.to_string())),
    };
    ledger.survey(run, parent, &seen.ids)?;
    Ok(match (seen.unread, extent) {
        (_, Extent::Short(why)) => Prefetched::Partly(why),
        (0, Extent::Whole) => Prefetched::Whole,
        (1, Extent::Whole) => {
            Prefetched::Partly("one of its records cannot be understood".to_owned())
        }
        (unread, Extent::Whole) => {
            Prefetched::Partly(format!("{unread} of its records cannot be understood"))
        }
    })
}

struct RecordGroup {
    ids: Vec<RemoteId>,
    group: Vec<(RemoteId, Snapshot)>,
    unread: u64,
    broken: Option<LedgerError>,
}

impl RecordGroup {
    fn see(&mut self, vendor: &dyn Vendor, found: ListItem, each: &mut RecordConsumer<'_>) {
        match found {
            ListItem::Id(id) => self.ids.push(id),
            ListItem::Record(record) => match record_snapshot(vendor, &record) {
                Some((id, mut held)) => {
                    self.ids.push(id.clone());
                    held.record = vendor.lists_whole().then(|| record.value.into());
                    self.group.push((id, held));
                }
                None => self.unread += 1,
            },
        }
        if self.group.len() >= GROUP {
            self.hand_on(each);
        }
    }

    fn hand_on(&mut self, each: &mut RecordConsumer<'_>) {
        let told = each(&self.group);
        self.group.clear();
        if let Err(error) = told {
            self.broken.get_or_insert(error);
        }
    }
}
