//! The first rows of a run, sent alone and read back before the others: what is wrong with a mapping, a switch or a
//! vendor then shows in a few records, not in all of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use crate::backend::{Payload, Record, Vendor};
use crate::fetch::{Extent, FetchError, ListItem, ListReader, fetch_lists};
use crate::ledger::{Lease, Settled, Store};
use crate::model::{ParentId, RemoteId, RunId};
use crate::plan::{Action, Fate, Outcome, Step};
use crate::transport::{Client, Stop, Transport};

use super::compare::{is_nothing, says};
use super::end::{CanaryFailure, Ended};
use super::error::UploadError;
use super::options::DeliveryOptions;
use super::pass::{Failed, ROUNDS, failed, send};
use super::reconcile::{look_up, lookup_rounds, survey, wait};
use super::record_state::{SingleRecord, single_record};

/// How many differences are named.
const NAMED: usize = 10;

/// How it went: so many rows are what was sent, or the run ends.
type CanaryResult = Result<u64, Ended>;

/// Sends the first waiting steps alone, and reads them back.
pub(super) async fn send_first<L: Transport>(
    client: &Client<L>,
    mut ledger: Box<dyn Store>,
    lease: &Lease,
    stop: &Stop,
    options: DeliveryOptions,
    settled: &mut impl FnMut(&[Outcome]),
) -> Result<(Box<dyn Store>, CanaryResult), Failed> {
    let mut numbers = BTreeSet::new();
    let mut limit = match options.limit {
        0 => options.canary,
        limit => limit.min(options.canary),
    };
    for _ in 0..ROUNDS {
        if let Err(error) = survey(client, &mut *ledger, lease).await {
            return broken(ledger, error, stop);
        }
        let few = DeliveryOptions { limit, ..options };
        let (back, ended) = send(
            client,
            ledger,
            lease,
            stop,
            few,
            |outcomes: &[Outcome]| {
                let sent = outcomes.iter().filter(|one| one.fate != Fate::Unsent);
                numbers.extend(sent.map(|outcome| outcome.number));
                settled(outcomes);
            },
        )
        .await?;
        ledger = back;
        if !matches!(ended, Ended::Finished | Ended::Limit(_)) {
            return Ok((ledger, Err(ended)));
        }
        match look_up(client, &mut *ledger, lease, stop, options.settle_after).await {
            Ok(reconciliation) if reconciliation.to_send == 0 => break,
            // What did not arrive waits again, before all others.
            Ok(reconciliation) => limit = reconciliation.to_send,
            Err(error) => return broken(ledger, error, stop),
        }
    }
    let numbers: Vec<u64> = numbers.into_iter().collect();
    match read_back(client, &*ledger, lease.run(), &numbers, stop, options).await {
        Ok(wrong) if wrong.is_empty() => Ok((ledger, Ok(numbers.len() as u64))),
        Ok(wrong) => Ok((ledger, Err(Ended::Canary(wrong)))),
        Err(error) => broken(ledger, error, stop),
    }
}

fn broken(
    ledger: Box<dyn Store>,
    error: UploadError,
    stop: &Stop,
) -> Result<(Box<dyn Store>, CanaryResult), Failed> {
    match error {
        UploadError::Halted(halt) => Ok((ledger, Err(Ended::of(halt, stop)))),
        UploadError::Ledger(error) => Err(failed(ledger, error)),
    }
}

/// What is wrong with the steps that were sent, in words; nothing, if the target holds what was sent.
async fn read_back<L: Transport>(
    client: &Client<L>,
    ledger: &dyn Store,
    run: &RunId,
    numbers: &[u64],
    stop: &Stop,
    options: DeliveryOptions,
) -> Result<Vec<CanaryFailure>, UploadError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let sent = ledger.steps(run, numbers)?;
    let mut wrong = Vec::new();
    // A list may lag behind what was answered.
    for round in lookup_rounds(options.settle_after) {
        wait(stop, round.pause).await?;
        let held = held(client, &sent).await?;
        wrong = sent
            .iter()
            .flat_map(|settled| judge(settled, &held))
            .collect();
        if wrong.is_empty() {
            break;
        }
    }
    if wrong.len() > NAMED {
        let more = wrong.len() - NAMED;
        wrong.truncate(NAMED);
        wrong.push(CanaryFailure::plain(format!("and {more} more")));
    }
    Ok(wrong)
}

/// What the target holds of some records; `None` for one that is not there. A record that nobody can see is left out.
type HeldRecords = HashMap<RemoteId, Option<Payload>>;

async fn held<L: Transport>(
    client: &Client<L>,
    sent: &[Settled],
) -> Result<HeldRecords, UploadError> {
    let vendor = client.vendor();
    let mut held = HeldRecords::new();
    let mut by_list: BTreeMap<Option<ParentId>, BTreeSet<RemoteId>> = BTreeMap::new();
    for Step {
        remote, payload, ..
    } in sent.iter().map(|settled| &settled.step)
    {
        let parent = payload.as_ref().and_then(|payload| payload.parent.clone());
        let Some(remote) = remote else { continue };
        match single_record(client, remote, parent.as_ref()).await? {
            SingleRecord::This(None) => drop(held.insert(remote.clone(), None)),
            SingleRecord::This(Some(record)) => {
                let found = understood(vendor, &record).map(|(_, payload)| payload);
                held.extend(found.map(|payload| (remote.clone(), Some(payload))));
            }
            SingleRecord::Nothing => {
                by_list.entry(parent).or_default().insert(remote.clone());
            }
        }
    }
    let lists = by_list.into_iter().map(|(parent, ids)| {
        Ok((
            parent,
            HeldReader {
                vendor,
                ids,
                found: HeldRecords::new(),
            },
        ))
    });
    fetch_lists(client, lists, |_, list, end| {
        let HeldReader { ids, found, .. } = list;
        match end {
            Ok(Extent::Whole) => held.extend(ids.into_iter().map(|id| (id, None))),
            // What a list does not show may be there all the same.
            Ok(Extent::Short(_)) => {}
            Err(FetchError::Halted(halt)) => return Err(UploadError::Halted(halt)),
            Err(_) => return Ok(()),
        }
        held.extend(found);
        Ok(())
    })
    .await?;
    Ok(held)
}

/// What a list shows of some records.
struct HeldReader<'a> {
    vendor: &'a dyn Vendor,
    ids: BTreeSet<RemoteId>,
    found: HeldRecords,
}

impl ListReader for HeldReader<'_> {
    fn wants(&self, id: &RemoteId) -> bool {
        self.ids.contains(id)
    }

    fn take(&mut self, item: ListItem) {
        if let ListItem::Record(record) = item
            && let Some((id, payload)) = understood(self.vendor, &record)
            && self.wants(&id)
        {
            self.found.insert(id, Some(payload));
        }
    }
}

fn understood(vendor: &dyn Vendor, record: &Record) -> Option<(RemoteId, Payload)> {
    let remote = vendor.decode(record).ok()?;
    Some((remote.id, vendor.encode(&remote.contact).payload))
}

/// What is wrong with one step.
fn judge(settled: &Settled, held: &HeldRecords) -> Vec<CanaryFailure> {
    let Settled {
        step,
        fate,
        message,
        ..
    } = settled;
    let row = step.row;
    let seen = step.remote.as_ref().and_then(|id| held.get(id));
    let id = step.remote.as_ref().map_or("", |id| id.as_str());
    let what = match (fate, seen) {
        (Fate::Deleted, Some(None)) => return Vec::new(),
        (Fate::Created | Fate::Updated, Some(Some(held))) => {
            let found = differences(step, held);
            let wrong =
                |difference: &FieldDifference| difference.of(&format!("row {row}, record {id}"));
            return found.iter().map(wrong).collect();
        }
        (Fate::Deleted, Some(Some(_))) => {
            format!("row {row}: record {id} was deleted, and is still there")
        }
        (Fate::Created | Fate::Updated, Some(None)) => {
            format!("row {row}: record {id} was sent, and is not there")
        }
        (Fate::Created | Fate::Updated | Fate::Deleted, None) => {
            format!("row {row}: record {id} cannot be read back")
        }
        (Fate::Unsent, _) => format!("row {row}: it did not arrive"),
        (fate, _) => {
            let place = format!("row {row} is {}", fate.words());
            let words = message.as_deref().unwrap_or("no reason was given");
            let words = format!("{place}: {words}");
            return vec![CanaryFailure { place, words }];
        }
    };
    vec![CanaryFailure::plain(what)]
}

/// A value that is not what was sent.
#[derive(Debug, PartialEq, Eq)]
struct FieldDifference {
    field: String,
    sent: String,
    held: String,
}

impl FieldDifference {
    fn words(&self) -> String {
        let Self { field, sent, held } = self;
        format!("`{field}` was sent as {sent} and is held as {held}")
    }

    fn of(&self, record: &str) -> CanaryFailure {
        CanaryFailure {
            place: format!("{record}: `{}` is not held as it was sent", self.field),
            words: format!("{record}: {}", self.words()),
        }
    }
}

/// Every value that the record does not say as it was sent.
fn differences(step: &Step, held: &Payload) -> Vec<FieldDifference> {
    let Some(sent) = &step.payload else {
        return Vec::new();
    };
    let mut found = Vec::new();
    differ((&sent.body, &held.body), "", step.action, &mut found);
    if let Some(after) = &sent.after {
        let held = held.after.as_ref().unwrap_or(&Value::Null);
        differ((after, held), "", step.action, &mut found);
    }
    found
}

fn differ(
    (sent, held): (&Value, &Value),
    at: &str,
    action: Action,
    found: &mut Vec<FieldDifference>,
) {
    // An update that says nothing of a value leaves what is there.
    let leaves = action == Action::Update && is_nothing(sent);
    if leaves || says(sent, held) {
        return;
    }
    if let Value::Object(members) = sent {
        for (name, value) in members.iter().filter(|(name, _)| *name != "password") {
            let at = match at {
                "" => name.clone(),
                at => format!("{at}.{name}"),
            };
            let held = held.get(name).unwrap_or(&Value::Null);
            differ((value, held), &at, action, found);
        }
        return;
    }
    found.push(FieldDifference {
        field: at.to_owned(),
        sent: text(sent),
        held: text(held),
    });
}

/// A value as it is named, cut short.
fn text(value: &Value) -> String {
    let text = match value {
        value if is_nothing(value) => return "nothing".to_owned(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    let short: String = text.chars().take(60).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("`{short}{more}`")
}

#[cfg(test)]
mod tests;
