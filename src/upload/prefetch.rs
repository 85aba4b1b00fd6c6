//! A look at what a target holds before a plan is made of it: records are handed on as payloads, with whom they are
//! about, so that they can be compared with what would be sent. The look serves as the run's survey too: the target is not listed twice.

use std::cell::RefCell;

use super::error::UploadError;
use super::record_state::record_snapshot;
use crate::backend::{Snapshot, Vendor};
use crate::fetch::{Extent, FetchError, ListItem, ListReader, fetch_lists};
use crate::ledger::{Lease, LedgerError, Store};
use crate::model::{ParentId, RemoteId};
use crate::transport::{Client, Transport};

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

/// Reads what hangs under these parents (everything, for `None`), side by side, and notes it as the run's survey. Where the
/// vendor lists ids only, a record is asked for if it is `wanted`.
///
/// What was seen of each parent is given back in the order of the parents. A list that is refused, or is none, ends it:
/// the parents that were not read by then are left out.
pub async fn prefetch<T: Transport>(
    client: &Client<T>,
    ledger: &mut dyn Store,
    (lease, parents): (&Lease, &[Option<ParentId>]),
    wanted: impl Fn(&RemoteId) -> bool,
    each: &mut RecordConsumer<'_>,
) -> Result<Vec<(Option<ParentId>, Prefetched)>, UploadError> {
    let (vendor, each) = (client.vendor(), RefCell::new(each));
    let (wanted, each): (&dyn Fn(&RemoteId) -> bool, _) = (&wanted, &each);
    let lists = parents.iter().map(|parent| {
        let reader = GroupReader {
            vendor,
            wanted,
            each,
            ids: Vec::new(),
            group: Vec::new(),
            unread: 0,
            broken: None,
        };
        Ok((parent.clone(), reader))
    });
    let mut seen = Vec::new();
    let read = fetch_lists(client, lists, |parent, list, end| {
        let (ids, prefetched) = list.end(parent.as_ref(), end).map_err(Some)?;
        if let Some(ids) = ids {
            let noted = ledger.survey(lease, parent.as_ref(), &ids);
            noted.map_err(|error| Some(error.into()))?;
        }
        let is_end = matches!(
            prefetched,
            Prefetched::Refused(_) | Prefetched::Unreadable(_)
        );
        seen.push((parent, prefetched));
        if is_end { Err(None) } else { Ok(()) }
    });
    if let Err(Some(error)) = read.await {
        return Err(error);
    }
    let place = |parent: &Option<ParentId>| parents.iter().position(|one| one == parent);
    seen.sort_by_cached_key(|(parent, _)| place(parent));
    Ok(seen)
}

/// The records of a list, handed on in groups, and the ids in it.
struct GroupReader<'a, 'b> {
    vendor: &'a dyn Vendor,
    wanted: &'a dyn Fn(&RemoteId) -> bool,
    /// Who hears of the records; shared by the lists that are read side by side.
    each: &'a RefCell<&'a mut RecordConsumer<'b>>,
    ids: Vec<RemoteId>,
    group: Vec<(RemoteId, Snapshot)>,
    /// How many records cannot be understood.
    unread: u64,
    broken: Option<LedgerError>,
}

impl GroupReader<'_, '_> {
    fn hand_on(&mut self) {
        let heard = (self.each.borrow_mut())(&self.group);
        self.group.clear();
        if let Err(error) = heard {
            self.broken.get_or_insert(error);
        }
    }

    /// What was seen, with the ids that are to be noted, if any are.
    fn end(
        mut self,
        parent: Option<&ParentId>,
        end: Result<Extent, FetchError>,
    ) -> Result<(Option<Vec<RemoteId>>, Prefetched), UploadError> {
        self.hand_on();
        if let Some(error) = self.broken {
            return Err(error.into());
        }
        let extent = match end {
            Ok(extent) => extent,
            Err(FetchError::Halted(halt)) => return Err(UploadError::Halted(halt)),
            Err(FetchError::NoParent(refusal)) if parent.is_some() && self.ids.is_empty() => {
                return Ok((None, Prefetched::NoParent(refusal.to_string())));
            }
            Err(FetchError::NoParent(_)) => Extent::Whole,
            Err(error @ FetchError::Unreadable(_)) => {
                return Ok((None, Prefetched::Unreadable(error.to_string())));
            }
            Err(error) => return Ok((None, Prefetched::Refused(error.to_string()))),
        };
        let prefetched = match (self.unread, extent) {
            (_, Extent::Short(why)) => Prefetched::Partly(why),
            (0, Extent::Whole) => Prefetched::Whole,
            (1, Extent::Whole) => {
                Prefetched::Partly("one of its records cannot be understood".to_owned())
            }
            (unread, Extent::Whole) => {
                Prefetched::Partly(format!("{unread} of its records cannot be understood"))
            }
        };
        Ok((Some(self.ids), prefetched))
    }
}

impl ListReader for GroupReader<'_, '_> {
    fn wants(&self, id: &RemoteId) -> bool {
        (self.wanted)(id)
    }

    fn take(&mut self, item: ListItem) {
        match item {
            ListItem::Id(id) => self.ids.push(id),
            ListItem::Record(record) => match record_snapshot(self.vendor, &record) {
                Some((id, mut held)) => {
                    self.ids.push(id.clone());
                    held.record = self.vendor.lists_whole().then(|| record.value.into());
                    self.group.push((id, held));
                }
                None => self.unread += 1,
            },
        }
        if self.group.len() >= GROUP {
            self.hand_on();
        }
    }
}
