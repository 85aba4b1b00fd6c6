//! What a target holds of that which a plan would touch: looked at when the plan is made, and once more before it is
//! applied. It changes nothing, and keeps digests only.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::backend::{Record, Vendor};
use crate::fetch::{Extent, FetchError, ListItem, ListReader, fetch_lists};
use crate::ledger::{Lease, LedgerError, Store, Touched, When};
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
    pub fn keep(&self, ledger: &mut dyn Store, lease: &Lease) -> Result<(), LedgerError> {
        for (parent, held) in &self.parents {
            if ledger.surveyed(lease.run(), parent.as_ref())?.is_none() {
                ledger.survey(lease, parent.as_ref(), held)?;
            }
        }
        ledger.sighted(lease, When::Planned, &self.records)
    }

    /// Notes who is there, so that nobody of them is taken for an answer that was lost.
    pub fn note(&self, ledger: &mut dyn Store, lease: &Lease) -> Result<(), LedgerError> {
        for (parent, held) in &self.parents {
            ledger.survey(lease, parent.as_ref(), held)?;
        }
        Ok(())
    }

    /// The records that stand where the plan makes something, and that it has not seen.
    pub fn newcomers(&self, ledger: &dyn Store, run: &RunId) -> Result<Vec<RemoteId>, LedgerError> {
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
pub async fn plan_snapshot<T: Transport>(
    client: &Client<T>,
    ledger: &dyn Store,
    run: &RunId,
) -> Result<PlanSnapshot, UploadError> {
    let makes_under: BTreeSet<Option<ParentId>> = ledger.parents(run)?.into_iter().collect();
    let mut touched = touched(ledger, run)?;
    // Few records are asked for one by one; where the plan makes something, who is there must be known in any case.
    let is_few = |(parent, under): &(Option<ParentId>, TouchedRecords)| {
        under.len() <= FEW && !makes_under.contains(parent)
    };
    for parent in &makes_under {
        touched.entry(parent.clone()).or_default();
    }
    let (mut singly, lists): (Vec<_>, Vec<_>) = touched.into_iter().partition(is_few);
    let vendor = client.vendor();
    let lists = lists
        .into_iter()
        .map(|(parent, touched)| Ok((parent, PrintReader::of(vendor, touched))));
    let mut snapshot = PlanSnapshot::default();
    fetch_lists(client, lists, |parent, list, end| {
        let is_listed = snapshot.is_listed(end)?;
        let (held, left) = list.end(is_listed.as_ref(), &mut snapshot.records);
        if makes_under.contains(&parent) {
            match is_listed {
                Some(_) => snapshot.parents.push((parent.clone(), held)),
                None => snapshot.unseen += 1,
            }
        }
        singly.push((parent, left));
        Ok::<_, UploadError>(())
    })
    .await?;
    snapshot.parents.sort();
    for (parent, left) in singly {
        one_by_one(client, parent.as_ref(), &left, &mut snapshot).await?;
    }
    Ok(snapshot)
}

/// The records that a plan touches, by their parents.
fn touched(
    ledger: &dyn Store,
    run: &RunId,
) -> Result<BTreeMap<Option<ParentId>, TouchedRecords>, LedgerError> {
    let mut by_parent: BTreeMap<Option<ParentId>, TouchedRecords> = BTreeMap::new();
    for Touched {
        number,
        remote,
        parent,
    } in ledger.touched(run)?
    {
        let under = by_parent.entry(parent).or_default();
        under.entry(remote).or_default().push(number);
    }
    Ok(by_parent)
}

impl PlanSnapshot {
    /// How much a list has shown; `None` where the vendor refuses to list, or answers what is no list.
    fn is_listed(
        &mut self,
        end: Result<Extent, FetchError>,
    ) -> Result<Option<Extent>, UploadError> {
        match end {
            Ok(extent) => Ok(Some(extent)),
            // A parent that is not there holds nothing.
            Err(FetchError::NoParent(_)) => Ok(Some(Extent::Whole)),
            Err(FetchError::Halted(halt)) => Err(UploadError::Halted(halt)),
            Err(error @ FetchError::Unreadable(_)) => {
                self.unreadable.get_or_insert(error.to_string());
                Ok(None)
            }
            Err(FetchError::Refused(_) | FetchError::NoList(_)) => Ok(None),
        }
    }
}

/// The ids in a list, and the digests of what a plan touches.
struct PrintReader<'a> {
    vendor: &'a dyn Vendor,
    touched: TouchedRecords,
    held: Vec<RemoteId>,
    prints: HashMap<RemoteId, Fingerprint>,
}

impl<'a> PrintReader<'a> {
    fn of(vendor: &'a dyn Vendor, touched: TouchedRecords) -> Self {
        Self {
            vendor,
            touched,
            held: Vec::new(),
            prints: HashMap::new(),
        }
    }

    /// The ids that were seen; notes the digests of what is known, and hands back what must be asked for by itself: what
    /// a list does not show that is cut short, or not there, may be there all the same.
    fn end(
        self,
        extent: Option<&Extent>,
        records: &mut Vec<(u64, Option<Fingerprint>)>,
    ) -> (Vec<RemoteId>, TouchedRecords) {
        let mut left = TouchedRecords::new();
        for (id, numbers) in self.touched {
            let print = match extent {
                Some(Extent::Whole) => self.prints.get(&id),
                Some(Extent::Short(_)) if self.prints.contains_key(&id) => self.prints.get(&id),
                Some(Extent::Short(_)) | None => {
                    left.insert(id, numbers);
                    continue;
                }
            };
            records.extend(numbers.into_iter().map(|number| (number, print.cloned())));
        }
        (self.held, left)
    }
}

impl ListReader for PrintReader<'_> {
    fn wants(&self, id: &RemoteId) -> bool {
        self.touched.contains_key(id)
    }

    fn take(&mut self, item: ListItem) {
        match item {
            ListItem::Id(id) => self.held.push(id),
            ListItem::Record(record) => {
                let Some((id, print)) = understood(self.vendor, &record) else {
                    return;
                };
                if self.wants(&id) {
                    self.prints.insert(id.clone(), print);
                }
                self.held.push(id);
            }
        }
    }
}

/// Asks for each record by itself; one that the vendor does not show is left out.
async fn one_by_one<T: Transport>(
    client: &Client<T>,
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
    use crate::ledger::{Given, Links as _, Memory, NewRun, Runs as _};
    use crate::model::BookId;

    #[test]
    fn whoever_came_since_the_plan_looked_is_new() {
        let mut ledger = Memory::new();
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
            snapshot.newcomers(&ledger, run.run()).expect("readable"),
            ids(&["2"])
        );
    }
}
