//! How some records stand now. A list may be cut short, and may hold what cannot be understood: what it does not show is
//! asked for by itself before anybody takes it for gone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::error::UploadError;
use crate::backend::{Record, Snapshot, Vendor};
use crate::fetch::{FetchError, ListItem, ListReader, fetch_lists};
use crate::model::{ParentId, RemoteId};
use crate::transport::{Client, ExchangeOutcome, Halt, Transport};
use crate::wire::Refusal;

/// What a record says, as it would be sent, and whom it is about.
pub(super) fn record_snapshot(
    vendor: &dyn Vendor,
    record: &Record,
) -> Option<(RemoteId, Snapshot)> {
    let remote = vendor.decode(record).ok()?;
    let held = vendor.encode(&remote.contact).into();
    Some((remote.id, held))
}

/// What became of one record.
#[derive(Clone, Debug, PartialEq)]
pub enum RecordState {
    /// It says this.
    Present(Box<Snapshot>),
    /// It is not there any more.
    Gone,
    /// That could not be found out.
    Unknown,
}

/// Reads one record as it stands now.
pub async fn read_record<L: Transport>(
    client: &Client<L>,
    id: &RemoteId,
    parent: Option<&ParentId>,
) -> Result<RecordState, UploadError> {
    let vendor = client.vendor();
    let Some(exchange) = vendor.read(id, parent) else {
        return Ok(RecordState::Unknown);
    };
    match client.ask(exchange, &mut 0).await {
        ExchangeOutcome::Done(None) => Ok(RecordState::Gone),
        ExchangeOutcome::Done(Some(record)) | ExchangeOutcome::Partly(Some(record), _) => {
            let Some((_, mut held)) = record_snapshot(vendor, &record) else {
                return Ok(RecordState::Unknown);
            };
            held.record = Some(record.value.into());
            Ok(RecordState::Present(held.into()))
        }
        ExchangeOutcome::NotSent(halt) => Err(UploadError::Halted(halt)),
        ExchangeOutcome::InDoubt(why) => Err(UploadError::Halted(Halt::Unavailable(why))),
        ExchangeOutcome::Refused(_) | ExchangeOutcome::Partly(None, _) => Ok(RecordState::Unknown),
    }
}

/// Looks how these records stand, which hang under some parents: in the lists first, then one by one.
pub async fn record_states<T: Transport>(
    client: &Client<T>,
    records: &BTreeMap<Option<ParentId>, BTreeSet<RemoteId>>,
) -> Result<HashMap<RemoteId, RecordState>, UploadError> {
    let vendor = client.vendor();
    let lists = records.iter().map(|(parent, ids)| {
        let found = Vec::new();
        Ok((parent.clone(), StateReader { vendor, ids, found }))
    });
    let mut states = HashMap::new();
    fetch_lists(client, lists, |_, list, end| {
        states.extend(list.found);
        match end {
            Err(FetchError::Halted(halt)) => Err(UploadError::Halted(halt)),
            _ => Ok(()),
        }
    })
    .await?;
    for (parent, ids) in records {
        for id in ids {
            if !states.contains_key(id) {
                let state = read_record(client, id, parent.as_ref()).await?;
                states.insert(id.clone(), state);
            }
        }
    }
    Ok(states)
}

/// How some records stand, by the list that they are in.
struct StateReader<'a> {
    vendor: &'a dyn Vendor,
    ids: &'a BTreeSet<RemoteId>,
    found: Vec<(RemoteId, RecordState)>,
}

impl ListReader for StateReader<'_> {
    fn wants(&self, id: &RemoteId) -> bool {
        self.ids.contains(id)
    }

    fn take(&mut self, item: ListItem) {
        if let ListItem::Record(record) = item
            && let Some((id, held)) = record_snapshot(self.vendor, &record)
            && self.wants(&id)
        {
            self.found.push((id, RecordState::Present(held.into())));
        }
    }
}

/// A record that was asked for.
pub(super) enum SingleRecord {
    /// What is there: a record, or none.
    This(Option<Record>),
    /// The vendor does not show it.
    Nothing,
}

/// Asks for one record.
pub(super) async fn single_record<L: Transport>(
    client: &Client<L>,
    id: &RemoteId,
    parent: Option<&ParentId>,
) -> Result<SingleRecord, UploadError> {
    let Some(exchange) = client.vendor().read(id, parent) else {
        return Ok(SingleRecord::Nothing);
    };
    match client.ask(exchange, &mut 0).await {
        ExchangeOutcome::Done(record) | ExchangeOutcome::Partly(record, _) => {
            Ok(SingleRecord::This(record))
        }
        ExchangeOutcome::Refused(refusal) if refusal.status == 404 => Ok(SingleRecord::This(None)),
        ExchangeOutcome::Refused(refusal) if is_passing(&refusal) => {
            Err(UploadError::Halted(Halt::Unavailable(refusal.to_string())))
        }
        ExchangeOutcome::Refused(_) => Ok(SingleRecord::Nothing),
        ExchangeOutcome::InDoubt(why) => Err(UploadError::Halted(Halt::Unavailable(why))),
        ExchangeOutcome::NotSent(halt) => Err(UploadError::Halted(halt)),
    }
}

/// Whether a refusal says that the vendor is ill, not that it cannot list: then nothing is known, and without a
/// survey nothing may be made.
fn is_passing(refusal: &Refusal) -> bool {
    refusal.status >= 500 || matches!(refusal.status, 408 | 429)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::backend::{Credentials, Rate, Settings, find};
    use crate::transport::{Pacer, SendError, Stop};
    use crate::wire::{Reply, Request};

    /// A vendor whose list shows one record only, and is answered with this status.
    struct Short {
        list: u16,
    }

    impl Transport for Short {
        async fn send(&self, request: &Request) -> Result<Reply, SendError> {
            let person = |id: &str| json!({"contact_uuid": id, "last_name": format!("Name {id}")});
            Ok(match request.path.trim_end_matches('/') {
                "/api/v2/account/token" => Reply::json(200, &json!({"access": "pass"})),
                "/api/contacts" => Reply::json(self.list, &json!([person("a")])),
                "/api/contacts/a" => Reply::json(200, &person("a")),
                "/api/contacts/b" => Reply::json(200, &person("b")),
                "/api/contacts/c" => Reply::json(404, &json!({})),
                "/api/contacts/d" => Reply::json(403, &json!({})),
                other => panic!("{other}"),
            })
        }
    }

    async fn stand(list: u16) -> Vec<(String, Option<String>)> {
        let entry = find("covage").expect("a vendor");
        let settings = Settings::resolve(entry.profile, &BTreeMap::new()).expect("settings");
        let vendor = Arc::from((entry.build)(settings));
        let (stop, pacer) = (Stop::default(), Pacer::new(Rate::per_second(1000)));
        let line = Short { list };
        let client = Client::new(line, vendor, Credentials::default(), pacer, stop);
        let ids = ["a", "b", "c", "d"].map(RemoteId::new);
        let records = BTreeMap::from([(None, BTreeSet::from(ids))]);
        let stand = record_states(&client, &records).await.expect("an answer");
        let mut told: Vec<_> = stand
            .into_iter()
            .map(|(id, stands)| match stands {
                RecordState::Present(held) => {
                    let name = held.payload.body.to_value()["last_name"].clone();
                    (id.into_string(), name.as_str().map(str::to_owned))
                }
                other => (id.into_string(), Some(format!("{other:?}"))),
            })
            .collect();
        told.sort();
        told
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_list_does_not_show_is_asked_for_by_itself() {
        let told = |id: &str, stands: &str| (id.to_owned(), Some(stands.to_owned()));
        let wanted = [
            told("a", "Name a"),
            told("b", "Name b"),
            told("c", "Gone"),
            told("d", "Unknown"),
        ];
        assert_eq!(stand(200).await, wanted);
        assert_eq!(stand(403).await, wanted, "no list at all");
    }
}
