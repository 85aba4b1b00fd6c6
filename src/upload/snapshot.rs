//! What a target holds of that which a plan would touch: looked at when the plan is made, and once more before it is
//! applied. It changes nothing, and keeps digests only.

use std::collections::{BTreeMap, HashMap};

use crate::backend::{Record, Vendor};
use crate::fetch::{Extent, FetchError, ListItem, fetch_of};
use crate::ledger::{Ledger, LedgerError, Touched, When};
use crate::model::{Fingerprint, ParentId, RemoteId, RunId};
use crate::transport::{Client, Transport};

use super::error::UploadError;
use super::record_state::{SingleRecord, single_record};

/// Up to so many records are asked for one by one; for more, the list that they stand in is read.
const FEW: usize = 50;

/// Records that a plan touches under one parent, and the steps that touch them.
type TouchedRecords = HashMap<RemoteId, Vec<u64>>;

/// What was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanSnapshot {
    /// What stands under each parent that the plan makes something under; parents that cannot be listed are left out.
    pub parents: Vec<(Option<ParentId>, Vec<RemoteId>)>,
    /// Digests of the records that its steps are about, by the step's number; none for one that is not there. What
    /// the vendor does not show is left out.
    pub records: Vec<(u64, Option<Fingerprint>)>,
    /// How many records and parents the vendor does not show.
    pub unseen: u64,
    /// Why one of the lists could not be read, where what was answered is no list.
    pub unreadable: Option<String>,
}

impl PlanSnapshot {
    /// Keeps what was seen as what the plan stands on. Who is there is noted only where the plan itself did not look:
    /// whoever came since that look was not seen by the plan, and turns it away when it is applied.
    pub fn keep(&self, ledger: &mut impl Ledger, run: &RunId) -> Result<(), LedgerError> {
        for (parent, held) in &self.parents {
            if ledger.surveyed(run, parent.as_ref())?.is_none() {
                ledger.survey(run, parent.as_ref(), held)?;
            }
        }
        ledger.sighted(run, When::Planned, &self.records)
    }

    /// Notes who is there, so that nobody of them is taken for an answer that was lost.
    pub fn note(&self, ledger: &mut impl Ledger, run: &RunId) -> Result<(), LedgerError> {
        for (parent, held) in &self.parents {
            ledger.survey(run, parent.as_ref(), held)?;
        }
        Ok(())
    }

    /// The records that stand where the plan makes something, and that it has not seen.
    pub fn newcomers(
        &self,
        ledger: &impl Ledger,
        run: &RunId,
    ) -> Result<Vec<RemoteId>, LedgerError> {
        let mut new = Vec::new();
        for (parent, held) in &self.parents {
            if let Some(before) = ledger.surveyed(run, parent.as_ref())? {
                new.extend(held.iter().filter(|id| !before.contains(id)).cloned());
            }
        }
        Ok(new)
    }
}

/// Looks at what a planned run would touch.
pub async fn plan_snapshot<L: Transport>(
    client: &Client<L>,
    ledger: &impl Ledger,
    run: &RunId,
) -> Result<PlanSnapshot, UploadError> {
    let mut wanted: BTreeMap<Option<ParentId>, TouchedRecords> = BTreeMap::new();
    for Touched {
        number,
        remote,
        parent,
    } in ledger.touched(run)?
    {
        let under = wanted.entry(parent).or_default();
        under.entry(remote).or_default().push(number);
    }
    let mut seen = PlanSnapshot::default();
    for parent in ledger.parents(run)? {
        let under = wanted.remove(&parent).unwrap_or_default();
        if let Some(held) = listed(client, parent.as_ref(), &under, &mut seen).await? {
            seen.parents.push((parent, held));
        } else {
            seen.unseen += 1;
            one_by_one(client, parent.as_ref(), &under, &mut seen).await?;
        }
    }
    for (parent, under) in wanted {
        let parent = parent.as_ref();
        if under.len() <= FEW || listed(client, parent, &under, &mut seen).await?.is_none() {
            one_by_one(client, parent, &under, &mut seen).await?;
        }
    }
    Ok(seen)
}

/// Reads the list of a parent: the ids in it, and the digests of what is wanted; `None` where the vendor refuses to list.
async fn listed<L: Transport>(
    client: &Client<L>,
    parent: Option<&ParentId>,
    wanted: &TouchedRecords,
    snapshot: &mut PlanSnapshot,
) -> Result<Option<Vec<RemoteId>>, UploadError> {
    let vendor = client.vendor();
    let mut held = Vec::new();
    let mut prints: HashMap<RemoteId, Fingerprint> = HashMap::new();
    let fetched = fetch_of(
        client,
        parent,
        |id| wanted.contains_key(id),
        |found| match found {
            ListItem::Id(id) => held.push(id),
            ListItem::Record(record) => {
                if let Some((id, print)) = understood(vendor, &record) {
                    if wanted.contains_key(&id) {
                        prints.insert(id.clone(), print);
                    }
                    held.push(id);
                }
            }
        },
    )
    .await;
    let extent = match fetched {
        Ok(extent) => extent,
        Err(FetchError::Halted(halt)) => return Err(UploadError::Halted(halt)),
        // A parent that is not there holds nothing.
        Err(FetchError::NoParent(_)) => Extent::Whole,
        Err(error @ FetchError::Unreadable(_)) => {
            snapshot.unreadable.get_or_insert(error.to_string());
            return Ok(None);
        }
        Err(FetchError::Refused(_) | FetchError::NoList(_)) => return Ok(None),
    };
    // What a list does not show may be there all the same.
    let is_missing = |id: &RemoteId| extent != Extent::Whole && !prints.contains_key(id);
    let missing = wanted.iter().filter(|(id, _)| is_missing(id));
    let missing: TouchedRecords = missing
        .map(|(id, numbers)| (id.clone(), numbers.clone()))
        .collect();
    one_by_one(client, parent, &missing, snapshot).await?;
    for (id, numbers) in wanted.iter().filter(|(id, _)| !is_missing(id)) {
        let print = prints.get(id);
        snapshot
            .records
            .extend(numbers.iter().map(|number| (*number, print.cloned())));
    }
    Ok(Some(held))
}

/// Asks for each record by itself; one that the vendor does not show is left out.
async fn one_by_one<L: Transport>(
    client: &Client<L>,
    parent: Option<&ParentId>,
    wanted: &TouchedRecords,
    snapshot: &mut PlanSnapshot,
) -> Result<(), UploadError> {
    let vendor = client.vendor();
    for (id, numbers) in wanted {
        let SingleRecord::This(record) = single_record(client, id, parent).await? else {
            snapshot.unseen += 1;
            continue;
        };
        let print = record.map(|record| match understood(vendor, &record) {
            Some((_, print)) => print,
            None => Fingerprint::of(&record.value.to_string()),
        });
        snapshot
            .records
            .extend(numbers.iter().map(|number| (*number, print.clone())));
    }
    Ok(())
}

/// A record's id, and a digest of what is understood of it: what counts up by itself at the vendor is no change.
fn understood(vendor: &dyn Vendor, record: &Record) -> Option<(RemoteId, Fingerprint)> {
    let remote = vendor.decode(record).ok()?;
    let encoded = vendor.encode(&remote.contact);
    let text = format!("{} {:?}", encoded.payload.text(), encoded.losses);
    Some((remote.id, Fingerprint::of(&text)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ledger::{Given, NewRun, Sqlite};
    use crate::model::BookId;

    #[test]
    fn whoever_came_since_the_plan_looked_is_new() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut ledger = Sqlite::open(&folder.path().join("ledger")).expect("a ledger");
        let run = NewRun {
            book: BookId::new("book"),
            target: "t".into(),
            vendor: "v".into(),
            command: "plan".into(),
            source: json!({}),
            headers: vec![],
            given: Given::default(),
            spec: None,
        };
        let run = ledger.begin(&run).expect("a run");
        let ids =
            |ids: &[&str]| -> Vec<RemoteId> { ids.iter().map(|id| RemoteId::new(*id)).collect() };
        let parent = ParentId::new("9");
        ledger.survey(&run, None, &ids(&["1"])).expect("written");
        let snapshot = PlanSnapshot {
            parents: vec![(None, ids(&["1", "2"])), (Some(parent), ids(&["3"]))],
            ..PlanSnapshot::default()
        };
        snapshot.keep(&mut ledger, &run).expect("written");
        // Under the parent that the plan did not look at, this was the first look.
        assert_eq!(
            snapshot.newcomers(&ledger, &run).expect("readable"),
            ids(&["2"])
        );
    }
}
