//! What is noted before a run makes anything: the ids that each parent holds. What is there afterwards and was not there
//! then may be an answer that was lost.

use crate::backend::Vendor;
use crate::fetch::{FetchError, ListItem, ListReader, fetch_lists};
use crate::ledger::{Lease, Store};
use crate::model::RemoteId;
use crate::transport::{Client, Transport};
use crate::upload::error::UploadError;

/// Notes which records are under each parent that the run will make things under. A vendor that refuses to list
/// leaves nothing noted, and what comes into doubt then stays there.
pub async fn survey<T: Transport>(
    client: &Client<T>,
    ledger: &mut dyn Store,
    lease: &Lease,
) -> Result<(), UploadError> {
    let mut unknown = Vec::new();
    for parent in ledger.parents(lease.run())? {
        if ledger.surveyed(lease.run(), parent.as_ref())?.is_none() {
            unknown.push(parent);
        }
    }
    let vendor = client.vendor();
    let lists = unknown.into_iter().map(|parent| {
        let ids = Vec::new();
        Ok((parent, IdReader { vendor, ids }))
    });
    fetch_lists(client, lists, |parent, list, end| {
        match end {
            Ok(_) => ledger.survey(lease, parent.as_ref(), &list.ids)?,
            Err(FetchError::Halted(halt)) => return Err(UploadError::Halted(halt)),
            // A parent that is not there holds nothing; its rows will be refused in the vendor's own words.
            Err(FetchError::NoParent(_)) => ledger.survey(lease, parent.as_ref(), &[])?,
            Err(_) => {}
        }
        Ok(())
    })
    .await
}

/// The ids in a list.
struct IdReader<'a> {
    vendor: &'a dyn Vendor,
    ids: Vec<RemoteId>,
}

impl ListReader for IdReader<'_> {
    fn wants(&self, _: &RemoteId) -> bool {
        false
    }

    fn take(&mut self, item: ListItem) {
        match item {
            ListItem::Id(id) => self.ids.push(id),
            ListItem::Record(record) => {
                let remote = self.vendor.decode(&record).ok();
                self.ids.extend(remote.map(|remote| remote.id));
            }
        }
    }
}
