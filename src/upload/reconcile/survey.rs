//! What is noted before a run makes anything: the ids that each parent holds. What is there afterwards and was not there
//! then may be an answer that was lost.

use crate::fetch::{FetchError, ListItem, fetch_of};
use crate::ledger::Ledger;
use crate::model::RunId;
use crate::transport::{Client, Transport};
use crate::upload::error::UploadError;

/// Notes which records are under each parent that the run will make things under. A vendor that refuses to list
/// leaves nothing noted, and what comes into doubt then stays there.
pub async fn survey<L: Transport>(
    client: &Client<L>,
    ledger: &mut impl Ledger,
    run: &RunId,
) -> Result<(), UploadError> {
    for parent in ledger.parents(run)? {
        if ledger.surveyed(run, parent.as_ref())?.is_some() {
            continue;
        }
        let mut held = Vec::new();
        let vendor = client.vendor();
        let fetched = fetch_of(
            client,
            parent.as_ref(),
            |_| false,
            |found| match found {
                ListItem::Id(id) => held.push(id),
                ListItem::Record(record) => {
                    held.extend(vendor.decode(&record).ok().map(|remote| remote.id));
                }
            },
        )
        .await;
        match fetched {
            Ok(_) => ledger.survey(run, parent.as_ref(), &held)?,
            Err(FetchError::Halted(halt)) => return Err(UploadError::Halted(halt)),
            // A parent that is not there holds nothing; its rows will be refused in the vendor's own words.
            Err(FetchError::NoParent(_)) => ledger.survey(run, parent.as_ref(), &[])?,
            Err(_) => {}
        }
    }
    Ok(())
}
